/* 9P servers that lie, hang up or stay silent. */
#include "psrv.h"

static char buf[20000];
static uchar st[1024];
static int okfd, gfd, dfd;

static struct
{
	char *n;
	int lie, to;
} L[] = {
    {"wrong tag", LTAG, 0},
    {"wrong type", LTYPE, 0},
    {"8 bytes too long", LLONG, 0},
    {"1 byte too short", LSHORT, 0},
    {"no body", LCUT, 0},
    {"hangup", LHANGUP, 0},
    {"error of 399 bytes", LERRLONG, 0},
    {"error cut in UTF-8", LERRUTF, 0},
    {"empty error", LERREMPTY, 0},
    {"error string cut", LERRCUT, 0},
    {"size 3", LSIZE0, 0},
    {"answer, then a huge size", LSIZEHUGE, 0},
    {"error", LERROR, 0},
    {"error with newline", LNL, 0},
    {"answer twice", LTWICE, 0},
    {"more bytes than asked", LCOUNT, Tread},
    {"count over the message", LCOUNT2, Tread},
    {"count -1", LMINUS, Tread},
    {"0 bytes", LZERO, Tread},
    {"count over what was asked", LCOUNT, Twrite},
    {"count 0", LZERO, Twrite},
    {"count -1", LMINUS, Twrite},
    {"bad stat", LSTATBAD, Tstat},
    {"name with a slash", LSTATNAME, Tstat},
    {"name with a slash in a directory", LSTATNAME, Tread},
    {"16 qids", LNWQID, Twalk},
    {"1 qid", LPARTIAL, Twalk},
    {"0 qids", LZERO, Twalk},
    {"qid of a directory", LDIRTYPE, Topen},
    {"msize 0", LZERO, Tversion},
    {"msize -1", LMINUS, Tversion},
};
static struct
{
	char *n;
	int t;
} M[] = {{"version", Tversion}, {"attach", Tattach}, {"walk", Twalk},
    {"open", Topen}, {"read", Tread}, {"write", Twrite}, {"clunk", Tclunk},
    {"stat", Tstat}, {"create", Tcreate}, {"remove", Tremove},
    {"wstat", Twstat}};
static char *label;

static void
job(void *v)
{
	int t = (int)(uintptr)v, fd, n;
	Dir d;

	notify(nil);
	noerr();
	n = -2;
	switch(t) {
	case Tversion:
	case Tattach:
		fd = server();
		n = mount(fd, -1, "/n", MREPL | MCREATE, "") < 0 ? -1 : 1;
		break;
	case Twalk:
		n = stat("/n/sub/deep", st, sizeof st);
		break;
	case Topen:
		n = open("/n/big", OREAD) < 0 ? -1 : 1;
		break;
	case Tread:
		n = pread(gfd, buf, 100, 0);
		break;
	case Twrite:
		n = pwrite(gfd, "abcdefg", 7, 0);
		break;
	case Tclunk:
		n = close(dfd);
		break;
	case Tstat:
		n = stat("/n/greeting", st, sizeof st);
		break;
	case Tcreate:
		n = create("/n/newer", ORDWR, 0666) < 0 ? -1 : 1;
		break;
	case Tremove:
		n = remove("/n/tmp");
		break;
	case Twstat:
		nulldir(&d);
		d.mode = 0600;
		n = dirwstat("/n/app", &d);
		break;
	}
	res(label, n);
	if(t == Tstat && n > 0)
		ans(qs("%s: bytes", label), "%s", show(st + 41, 10));
	if(t == Tread && n > 0)
		ans(qs("%s: bytes", label), "%s", show(buf, n < 30 ? n : 30));
	srv->lie = LNONE;
	exits("came back");
}

static void
dojob(int i, int t, char *tn)
{
	int pid, fd;

	srv->lie = LNONE;
	srv->lieskip = 0;
	unmount(nil, "/n");
	okfd = server();
	mount(okfd, -1, "/n", MREPL | MCREATE, "");
	close(okfd);
	gfd = open("/n/greeting", ORDWR);
	dfd = open("/n/many", OREAD);
	label = qs("%s to %s", L[i].n, tn);
	{
		static char keep[200];
		strcpy(keep, label);
		label = keep;
	}
	srv->lie = L[i].lie;
	srv->lieto = t;
	srv->done = 0;
	pid = kid(RFFDG | RFREND | RFNOTEG | RFNAMEG, job, (void *)(uintptr)t);
	ans(qs("%s: the caller", label), "%s", kidrest(pid, 600));
	srv->lie = LNONE;
	if(t > Tattach) {
		/* does the mount still work? in a child: it may hang */
		pid = rfork(RFPROC | RFFDG | RFNOTEG);
		if(pid == 0) {
			notify(nil);
			noerr();
			fd = open(
			    "/n/none", OREAD); /* an error of the server's */
			ans(qs("%s: then", label), "%s", errs());
			exits(nil);
		}
		ans(qs("%s: then the caller", label), "%s", kidrest(pid, 600));
	}
	/* closing might hang */
	USED(fd);
	pid = rfork(RFPROC | RFFDG | RFNOTEG | RFNAMEG);
	close(gfd);
	close(dfd);
	if(pid == 0)
		exits(nil);
	waitpid(pid, &(Waitmsg){0});
}

static int lo, hi;
static void
some(void)
{
	int i, m;

	for(i = lo; i < hi && i < (int)nelem(L); i++)
		if(L[i].to) {
			for(m = 0; M[m].t != L[i].to; m++)
				;
			dojob(i, L[i].to, M[m].n);
		} else
			for(m = 0; m < (int)nelem(M); m++)
				if(L[i].lie != LCUT ||
				    M[m].t != Tread) /* 9front of 2024 panics */
					dojob(i, M[m].t, M[m].n);
}

static void
hangups(void)
{
	int fd, p[2], g;
	char b[100];

	/* our end closed while files are open */
	srv->lie = LNONE;
	fd = server();
	mount(fd, -1, "/n", MREPL | MCREATE, "");
	g = open("/n/greeting", OREAD);
	chdir("/n/sub");
	srv->lie = LHANGUP;
	srv->lieto = Tstat;
	N("stat, the server hangs up", stat("/n/greeting", st, sizeof st));
	N("read of an open file after", pread(g, b, 10, 0));
	N("stat after", stat("/n/greeting", st, sizeof st));
	N("fstat after", fstat(g, st, sizeof st));
	N("open . after", open(".", OREAD));
	N("open / of it after", open("/n", OREAD));
	N("create after", create("/n/aa", OWRITE, 0666));
	N("close after", close(g));
	N("bind of it after", bind("/n", "/tmp", MREPL));
	N("unmount after", unmount(nil, "/n"));
	/* a pipe whose other end is closed */
	pipe(p);
	close(p[0]);
	N("mount of a closed pipe", mount(p[1], -1, "/n", MREPL, ""));
	close(p[1]);
	pipe(p);
	{
		int pid = rfork(RFPROC | RFFDG | RFNOTEG);
		if(pid == 0) {
			close(p[0]);
			notify(nohand);
			alarm(200);
			N("mount of a silent pipe, alarm",
			    mount(p[1], -1, "/n", MREPL, ""));
			alarm(200);
			strcpy(b, "9P2000");
			N("fversion again, alarm", fversion(p[1], 0, b, 50));
			exits("back");
		}
		ans("mount of a silent pipe: the caller", "%s",
		    kidrest(pid, 2000));
		sleep(50);
		{
			int n = pread(p[0], st, 100, -1);
			ans("what came", "%s", show(st, n));
		}
	}
	close(p[0]);
	close(p[1]);
	pipe(p);
	write(p[0], "garbage that is no message at all", 33);
	N("mount of garbage", mount(p[1], -1, "/n", MREPL, ""));
	close(p[0]);
	close(p[1]);
	N("mount of a file open for reading",
	    mount(open("/dev/zero", OREAD), -1, "/n", MREPL, ""));
	N("mount of stdin", mount(0, -1, "/n", MREPL, "") > 0);
}

void
main(int argc, char *argv[])
{
	int i;

	USED(argc);
	probeinit(argv);
	srvinit();
	for(i = 0; i < (int)nelem(L); i += 1) {
		lo = i;
		hi = i + 1;
		group(qs("lie %s", L[i].n), some, 12);
	}
	group("hangups", hangups, 10);
}

/*
 * #c: the console, and files that tell of the process and the system. cons(3)
 *
 * The console is the host's standard input and output. On a terminal the host
 * does the line editing, unless consctl says rawon.
 */
#include "dev/cons.h"

#include "host/host.h"
#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	Qdir,
	Qbintime,
	Qcons,
	Qconsctl,
	Qcputime,
	Qdrivers,
	Qhostdomain,
	Qhostowner,
	Qkmesg,
	Qkprint,
	Qnull,
	Qosversion,
	Qpid,
	Qppid,
	Qrandom,
	Qreboot,
	Qsysname,
	Qsysstat,
	Qtime,
	Quser,
	Qzero,
	Qmordor,
	Qconfig,
	Qimagecache,

	/* host descriptors */
	CONSIN = 0,
	CONSOUT = 1,
	DOMLEN = 48,
	/* bytes that the longest text needs: sysstat has a line for each processor */
	TEXTSIZE = 32 * KiB,
};

/* in 9front's order */
static Dirtab constab[] = {
    {".", {Qdir, 0, QTDIR}, 0, 0555},
    {"bintime", {Qbintime, 0, 0}, BINTIMELEN, 0664},
    {"cons", {Qcons, 0, 0}, 0, 0660},
    {"consctl", {Qconsctl, 0, 0}, 0, 0220},
    {"cputime", {Qcputime, 0, 0}, 6 * NUMSIZE, 0444},
    {"drivers", {Qdrivers, 0, 0}, 0, 0666},
    {"hostdomain", {Qhostdomain, 0, 0}, DOMLEN, 0664},
    {"hostowner", {Qhostowner, 0, 0}, 0, 0664},
    {"kmesg", {Qkmesg, 0, 0}, 0, 0440},
    {"kprint", {Qkprint, 0, QTEXCL}, 0, 0440},
    {"null", {Qnull, 0, 0}, 0, 0666},
    {"osversion", {Qosversion, 0, 0}, 0, 0444},
    {"pid", {Qpid, 0, 0}, NUMSIZE, 0444},
    {"ppid", {Qppid, 0, 0}, NUMSIZE, 0444},
    {"random", {Qrandom, 0, 0}, 0, 0444},
    {"reboot", {Qreboot, 0, 0}, 0, 0220},
    {"sysname", {Qsysname, 0, 0}, 0, 0664},
    {"sysstat", {Qsysstat, 0, 0}, 0, 0664},
    {"time", {Qtime, 0, 0}, NUMSIZE + 3 * VLNUMSIZE, 0664},
    {"user", {Quser, 0, 0}, 0, 0666},
    {"zero", {Qzero, 0, 0}, 0, 0444},
    {"mordor", {Qmordor, 0, 0}, 0, 0666},
    {"config", {Qconfig, 0, 0}, 0, 0444},
    {"imagecache", {Qimagecache, 0, 0}, 0, 0444},
};

char *sysname;
char *eve;

/* sysname is read without a lock, so the last few names must stay readable: they take turns. */
static struct
{
	Lock lk;
	int next;
	char name[8][SYSNAMELEN];
	/* the text of hostdomain */
	char domain[DOMLEN];
} names = {.lk = LOCKRANK(Rnames)};

/* Which host descriptors are the console's. If one is not, another file may have its number. */
static struct
{
	int in;
	int out;
} console;

/* how many consctl files are open; closing the last ends raw mode */
static Ref consctls;

static void
setsysname(const char *s)
{
	char *p;

	lock(&names.lk);
	p = names.name[names.next++ % nelem(names.name)];
	strecpy(p, p + SYSNAMELEN, s);
	storerelease(&sysname, p);
	unlock(&names.lk);
}

static void
consinit(void)
{
	char buf[SYSNAMELEN];

	console.in = hostinherited(CONSIN);
	console.out = hostinherited(CONSOUT);
	if(sysname == nil)
		setsysname(hostname(buf, sizeof buf));
}

Chan *
stdchan(int fd)
{
	char name[16];

	if(!hostinherited(fd))
		return nil;
	if(hostistty(fd))
		strecpy(name, name + sizeof name, "/dev/cons");
	else
		snprint(name, sizeof name, "/fd/%d", fd);
	return hostfdchan(fd, 1, name);
}

int
conswindow(uint size[4])
{
	Hostwindow w;
	int fd;

	for(fd = 0; fd < 3; fd++)
		if(hostinherited(fd) && hostwindow(fd, &w)) {
			size[0] = w.lines;
			size[1] = w.cols;
			size[2] = w.xpixels;
			size[3] = w.ypixels;
			return 1;
		}
	return 0;
}

void
stdchans(Chan **c)
{
	int i, j;

	for(i = 0; i < 3; i++) {
		/* "prog >log 2>&1" has one position, so both descriptors are one Chan */
		for(j = 0; j < i; j++)
			if(c[j] != nil && hostsameopen(i, j))
				break;
		if(j < i) {
			c[i] = c[j];
			incref(&c[i]->r);
		} else
			c[i] = stdchan(i);
	}
}

static Chan *
consattach(const char *spec)
{
	return devattach('c', spec);
}

static Walkqid *
conswalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, constab, nelem(constab), devgen);
}

static int
consstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, constab, nelem(constab), devgen);
}

static Chan *
consopen(Chan *c, int omode)
{
	c = devopen(c, omode, constab, nelem(constab), devgen);
	if(c->qid.path == Qconsctl)
		incref(&consctls);
	if(c->qid.path == Qkprint && !kprintopen()) {
		c->flag &= ~COPEN;
		error(Einuse);
	}
	return c;
}

static void
consclose(Chan *c)
{
	if(!(c->flag & COPEN))
		return;
	if(c->qid.path == Qkprint)
		kprintclose();
	if(c->qid.path != Qconsctl)
		return;
	if(decref(&consctls) > 0 || waserror())
		return;
	hostrawmode(CONSIN, 0);
	poperror();
}

static long
randomread(char *buf, long n)
{
	uchar tmp[512];
	long i, m;

	for(i = 0; i < n; i += m) {
		m = n - i < (long)sizeof tmp ? n - i : (long)sizeof tmp;
		hostrandom(tmp, m);
		memmove(buf + i, tmp, m);
	}
	return n;
}

/* Read a text that text(p, e) makes, however long it is. */
static long
textread(char *buf, long n, vlong off, char *(*text)(char *, char *))
{
	char *s;

	/* the host's counts take long to read: not for the end of the file */
	if(text == sysstattext && off >= sysstatlen())
		return 0;
	s = smalloc(TEXTSIZE);
	*text(s, s + TEXTSIZE) = 0;
	return readfree(off, buf, n, s, strlen(s));
}

typedef char *Maketext(char *, char *);

/* The function that makes the text of a file; nil if the file has none. */
static Maketext *
textof(u32int file)
{
	static Maketext *const texts[] = {
	    [Qtime] = timetext,
	    [Qcputime] = cputimetext,
	    [Qsysstat] = sysstattext,
	    [Qdrivers] = driverstext,
	    [Qconfig] = configtext,
	    [Qimagecache] = imagestatstext,
	};

	return file < nelem(texts) ? texts[file] : nil;
}

static long
consread(Chan *c, void *buf, long n, vlong off)
{
	uchar t[BINTIMELEN];
	char name[DOMLEN];
	Maketext *text;

	if(n <= 0)
		return 0;
	text = textof(c->qid.path);
	if(text != nil)
		return textread(buf, n, off, text);
	switch(c->qid.path) {
	case Qdir:
		if(off == 0)
			c->pos = 0;
		return devdirread(c, buf, n, constab, nelem(constab), devgen);
	case Qcons:
		if(!console.in)
			error(Ehungup);
		return hostread(CONSIN, buf, n, -1);
	case Qnull:
		return 0;
	case Qzero:
		memset(buf, 0, n);
		return n;
	case Qrandom:
		return randomread(buf, n);
	case Qpid:
		return readnum(off, buf, n, up->pid, NUMSIZE);
	case Qppid:
		return readnum(off, buf, n, up->parentpid, NUMSIZE);
	case Qbintime:
		/* reads do not move the offset, and give whole numbers: cons(3) */
		bintime(t);
		n = n < (long)sizeof t ? n / 8 * 8 : (long)sizeof t;
		memmove(buf, t, n);
		return n;
	case Qmordor:
		error("one does not simply read from mordor");
	case Qkmesg:
		return kmesgread(buf, n, off);
	case Qkprint:
		return kprintread(buf, n);
	case Qosversion:
		return readstr(off, buf, n, "2000");
	case Quser:
		return readstr(off, buf, n, up->user);
	case Qhostowner:
		return readstr(off, buf, n, eve);
	case Qsysname:
		return readstr(off, buf, n, loadacquire(&sysname));
	case Qhostdomain:
		lock(&names.lk);
		strecpy(name, name + sizeof name, names.domain);
		unlock(&names.lk);
		return readstr(off, buf, n, name);
	}
	error(Eperm);
}

static long
conswrite1(const char *buf, long n)
{
	char tmp[256];
	long done, m;

	/* kmesg keeps what is written to the console */
	for(done = 0; done < n; done += m) {
		m = n - done < (long)sizeof tmp ? n - done : (long)sizeof tmp;
		memmove(tmp, buf + done, m);
		kmesgadd(tmp, m);
	}
	if(!console.out)
		error(Ehungup);
	return hostwrite(CONSOUT, buf, n, -1);
}

static void
setdomain(const char *buf, long n)
{
	char word[DOMLEN];

	if(!iseve())
		error(Eperm);
	getword(word, sizeof word, buf, n);
	if(*word == 0)
		error(Ebadarg);
	lock(&names.lk);
	strecpy(names.domain, names.domain + DOMLEN, word);
	unlock(&names.lk);
}

static int
begins(const char *buf, long n, const char *word)
{
	long m;

	m = strlen(word);
	return n >= m && memcmp(buf, word, m) == 0;
}

/* What follows rawon and rawoff means nothing. */
static void
consctl(const char *buf, long n)
{
	char word[32];

	if(begins(buf, n, "rawon")) {
		/* only a terminal has line editing to turn off */
		if(console.in && hostistty(CONSIN))
			hostrawmode(CONSIN, 1);
		return;
	}
	if(begins(buf, n, "rawoff")) {
		hostrawmode(CONSIN, 0);
		return;
	}
	getline(word, sizeof word, buf, n);
	/* this changes nothing, because ^P is never a command here */
	if(strcmp(word, "ctlpoff") != 0)
		error(Ebadctl);
}

static long
conswrite(Chan *c, const void *buf, long n, vlong off)
{
	char word[SYSNAMELEN];

	switch(c->qid.path) {
	case Qcons:
		return conswrite1(buf, n);
	case Qnull:
		return n;
	case Qconsctl:
		consctl(buf, n);
		return n;
	case Qdrivers:
		chdev(buf, n);
		return n;
	case Qsysname:
		if(off != 0)
			error(Ebadarg);
		getline(word, sizeof word, buf, n);
		setsysname(word);
		return n;
	case Qhostdomain:
		setdomain(buf, n);
		return n;
	case Quser:
		setuser(buf, n);
		return n;
	case Qtime:
		settime(buf, n);
	case Qbintime:
		return setbintime(buf, n);
	case Qhostowner:
		sethostowner(buf, n);
		return n;
	case Qsysstat:
		sysstatreset();
		return n;
	case Qreboot:
		consreboot(buf, n);
		return n;
	case Qmordor:
		error("one does not simply write into mordor");
	}
	error(Eperm);
}

Dev consdev = {
    .dc = 'c',
    .name = "cons",
    .init = consinit,
    .attach = consattach,
    .walk = conswalk,
    .stat = consstat,
    .open = consopen,
    .create = devnocreate,
    .close = consclose,
    .read = consread,
    .write = conswrite,
    .remove = devnoremove,
    .wstat = devnowstat,
};

/*
 * The files of /proc/n. proc(3).
 */
#include "procfile.h"

static void
listshasliveprocessesonly(void)
{
	int fd = open("/proc", OREAD), i, n, me = 0;
	char want[NUMSIZE], gone[NUMSIZE];
	volatile int *ready = sharedpage();
	int pid;
	Dir *d;

	pid = spawn(RFFDG, loiter, (void *)ready);
	ctl(pid, "kill");
	childmsg(pid);
	snprint(want, sizeof want, "%d", getpid());
	snprint(gone, sizeof gone, "%d", pid);
	while((n = dirread(fd, &d)) > 0)
		for(i = 0; i < n; i++) {
			if(strcmp(d[i].name, want) == 0) {
				check(d[i].mode & DMDIR);
				me++;
			}
			check(strcmp(d[i].name, gone) != 0);
		}
	checkint(me, 1);
	check(dirstat("/proc/trace")->qid.vers == 0xffffffff);
	check(open("/proc/999999999", OREAD) == -1);
	check(open("/proc/nonsense", OREAD) == -1);
}

typedef struct Want Want;
struct Want
{
	char *name;
	u32int mode;
	int length;
};

/* In the order of the listing. */
static Want files[] = {
    {"args", 0660, 0},
    {"ctl", 0640, 0},
    {"fd", 0444, 0},
    {"fpregs", 0640, 832},
    {"kfpregs", 0440, 832},
    {"kregs", 0440, 184},
    {"mem", 0640, 0},
    {"note", 0640, 0},
    {"noteid", 0664, 0},
    {"notepg", 0640, 0},
    {"ns", 0444, 0},
    {"ppid", 0444, 0},
    {"proc", 0440, 0},
    {"regs", 0640, 184},
    {"segment", 0444, 0},
    {"status", 0444, 176},
    {"text", 0640, 0},
    {"wait", 0440, 0},
    {"profile", 0440, 0},
    {"syscall", 0440, 0},
    {"watchpt", 0640, 0},
};

static void
directoryhasthefiles(void)
{
	int fd, n, i, k;
	char path[64];
	Dir *d;

	snprint(path, sizeof path, "/proc/%d", getpid());
	fd = open(path, OREAD);
	for(k = 0; (n = dirread(fd, &d)) > 0;)
		for(i = 0; i < n; i++, k++) {
			check(k < (int)nelem(files));
			checkstr(d[i].name, files[k].name);
			checkint(d[i].mode, files[k].mode);
			checkint(d[i].length, files[k].length);
			checkint(d[i].type, 'p');
		}
	checkint(k, nelem(files));
}

/* To execute is to read. */
static void
filesopenforexec(void)
{
	char path[64];
	usize i;
	int fd;

	for(i = 0; i < nelem(files); i++) {
		snprint(
		    path, sizeof path, "/proc/%d/%s", getpid(), files[i].name);
		if(strcmp(files[i].name, "notepg") == 0) {
			checkerr(open(path, OEXEC), "permission denied");
			continue;
		}
		fd = open(path, OEXEC);
		if(fd < 0)
			fail("%s: %r", path);
		close(fd);
	}
}

static void
wstatchangesmodeandowner(void)
{
	volatile int *ready = sharedpage();
	char path[64], eve[KNAMELEN];
	Dir *d, new;
	int pid;

	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	snprint(path, sizeof path, "/proc/%d/ctl", pid);
	nulldir(&new);
	new.mode = 0600;
	check(dirwstat(path, &new) > 0);
	checkint(dirstat(path)->mode, 0600);
	snprint(path, sizeof path, "/proc/%d/status", pid);
	checkint(dirstat(path)->mode, 0444);
	nulldir(&new);
	new.uid = "none";
	new.mode = 0660; /* the owner of the machine is in every group */
	check(dirwstat(path, &new) > 0);
	d = dirstat(path);
	check(d != nil);
	checkstr(d->uid, "none");
	snprint(path, sizeof path, "/proc/%d", pid);
	check(dirwstat(path, &new) == -1);
	/* the directory itself is the machine's */
	check(readfile("/dev/hostowner", eve, sizeof eve) > 0);
	checkstr(dirstat(path)->uid, eve);
	snprint(path, sizeof path, "/proc/%d/notepg", pid);
	check(dirwstat(path, &new) == -1);
	ctl(pid, "kill");
}

/* Set arg[1] to what the caller reads of its parent, then loiter. */
static void
tellparent(void *arg)
{
	int *page = arg;
	char num[NUMSIZE + 1];

	check(readfile("/dev/ppid", num, sizeof num) > 0);
	page[1] = atoi(num);
	loiter(arg);
}

/* RFNOWAIT is about wait records only. */
static void
ppidistheparent(void)
{
	static int flags[] = {RFFDG, RFFDG | RFNOWAIT};
	int *page = sharedpage(), pid;
	usize i;

	for(i = 0; i < nelem(flags); i++) {
		page[0] = 0;
		pid = spawn(flags[i], tellparent, page);
		waitval(page, 1);
		checkint(page[1], getpid());
		checkint(strlen(procfile(pid, "ppid")), 12);
		checkint(atoi(procbuf), getpid());
		ctl(pid, "kill");
	}
}

static void
sleepforever(void *arg)
{
	USED(arg);
	for(;;)
		sleep(1000000);
}

static void
kregsandproctellofthekernel(void)
{
	static uchar b[20000];
	char path[64];
	int pid, fd, n;
	Ureg *u = (Ureg *)b;

	pid = spawn(RFFDG, sleepforever, nil);
	snprint(path, sizeof path, "/proc/%d/kregs", pid);
	fd = open(path, OREAD);
	/* zeros until it waits */
	do {
		sleep(1);
		checkint(pread(fd, b, sizeof b, 0), sizeof(Ureg));
	} while(u->pc == 0);
	check(u->sp != 0);
	snprint(path, sizeof path, "/proc/%d/proc", pid);
	fd = open(path, OREAD);
	n = pread(fd, b, sizeof b, 0);
	check(n > 512 && n < (int)sizeof b);
	checkint(pread(fd, b, 10, n - 4), 4);
	checkint(pread(fd, b, 10, n), 0);
	snprint(path, sizeof path, "/proc/%d/kfpregs", pid);
	fd = open(path, OREAD);
	checkerr(pread(fd, b, 10, 0), "process has no saved registers");
	ctl(pid, "kill");
}

/* Each read gives the rest of a line. */
static void
linebyline(char *file)
{
	static char one[sizeof procbuf], part[8];
	char path[64], *p;
	int fd, n, len;

	procfile(getpid(), file);
	snprint(path, sizeof path, "/proc/%d/%s", getpid(), file);
	fd = open(path, OREAD);
	for(p = procbuf; (n = read(fd, one, sizeof one)) > 0; p += n) {
		len = strchr(p, '\n') + 1 - p;
		checkint(n, len);
		if(strstr(p, path) == nil) /* its own offset moves */
			check(memcmp(one, p, n) == 0);
	}
	checkint(*p, 0);
	len = strchr(procbuf, '\n') + 1 - procbuf;
	checkint(pread(fd, part, sizeof part, len - 2), 2);
	checkint(pread(fd, part, 3, len), 3);
	check(memcmp(part, procbuf + len, 3) == 0);
	checkint(pread(fd, part, 3, 10000000), 0);
	close(fd);
}

static void
fdandnsarereadbyline(void)
{
	open("/dev/null", OREAD);
	linebyline("fd");
	linebyline("ns");
}

static void
statushastwelvefields(void)
{
	char *f[20], *base = strrchr(self, '/'), user[KNAMELEN];
	int n;

	readfile("/dev/user", user, sizeof user);
	n = tokenize(procfile(getpid(), "status"), f, nelem(f), " ");
	checkint(n, 12);
	checkstr(f[0], base != nil ? base + 1 : self);
	checkstr(f[1], user);
	check(atoi(f[9]) > 0); /* KiB of memory */
}

static void
hostownerhaskernelprocesses(void)
{
	char eve[KNAMELEN], me[KNAMELEN];
	int fd = open("/proc", OREAD), i, n;
	Dir *d;

	check(readfile("/dev/hostowner", eve, sizeof eve) > 0);
	check(readfile("/dev/user", me, sizeof me) > 0);
	while((n = dirread(fd, &d)) > 0)
		for(i = 0; i < n; i++)
			if(strcmp(d[i].uid, me) != 0)
				checkstr(d[i].uid, eve);
	checkint(n, 0);
}

static void
statuscolumnsarefixed(void)
{
	procfile(getpid(), "status");
	checkint(strlen(procbuf), 2 * 28 + 12 + 9 * 12);
	check(procbuf[27] == ' ' && procbuf[55] == ' ' && procbuf[67] == ' ');
	checkint(procbuf[175], '\n');
}

static void
argsarequotedandwritable(void)
{
	check(readfile("/dev/ppid", procbuf, sizeof procbuf) > 0);
	checkhas(procfile(atoi(procbuf), "args"), "proctest");
	check(procwrite(getpid(), "args", "new name") == 8);
	checkhas(procfile(getpid(), "args"), "new name");
}

static void
forkedprocesseshavenoargs(void)
{
	volatile int *ready = sharedpage();
	int pid;

	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	checkstr(procfile(pid, "args"), "");
	check(procwrite(pid, "args", "a name") == 6);
	checkstr(procfile(pid, "args"), "proctest [a name]");
	check(procwrite(pid, "args", "") == 0);
	checkstr(procfile(pid, "args"), "proctest []");
	memset(procbuf, 'a', 200);
	procbuf[200] = 0;
	checkerr(procwrite(pid, "args", procbuf), "read or write too large");
	ctl(pid, "kill");
}

/* A copy of this program under a name that is longer than status shows. */
static void
argsbeginwiththewholename(void)
{
	static char name[] = "proctest.of.a.name.that.is.longer.than.27.bytes";
	static char all[256 * KiB];
	char *argv[] = {name, "argsbeginwiththewholename", nil};
	char *base = strrchr(self, '/'), want[128];
	s32int n;
	int pid;

	if(strcmp(base != nil ? base + 1 : self, name) == 0) {
		check(procwrite(getpid(), "args", "text") == 4);
		snprint(want, sizeof want, "%s [text]", name);
		checkstr(procfile(getpid(), "args"), want);
		return;
	}
	n = readfile(self, all, sizeof all);
	check(n > 0 && n < (int)sizeof all);
	check(writefile(name, all, n, 0755) == 0);
	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		exec(name, argv);
		exits("exec");
	}
	checkstr(childmsg(pid), "");
	remove(name);
}

static void
reader(void *arg)
{
	int p[2];

	USED(arg);
	check(pipe(p) == 0);
	read(p[0], procbuf, 1);
}

static void
awaiter(void *arg)
{
	spawn(RFFDG, loiter, arg);
	await(procbuf, sizeof procbuf);
}

static void
spinner(void *arg)
{
	*(volatile int *)arg = 1;
	for(;;)
		;
}

static void
stateisthesystemcall(void)
{
	volatile int *page = sharedpage();
	int pid;

	pid = spawn(RFFDG, reader, nil);
	statebecomes(pid, "Pread");
	ctl(pid, "kill");
	pid = spawn(RFFDG, awaiter, (void *)page);
	statebecomes(pid, "Await");
	ctl(pid, "kill");
	pid = spawn(RFFDG, loiter, (void *)page);
	statebecomes(pid, "Sleep");
	ctl(pid, "stop");
	statebecomes(pid, "Stopped");
	ctl(pid, "kill");
	pid = spawn(RFFDG, spinner, (void *)page);
	statebecomes(pid, "Running");
	ctl(pid, "kill");
}

static void
statushastimesofothers(void)
{
	volatile int *ready = sharedpage();
	char *f[20];
	int pid, ms;

	pid = spawn(RFFDG, spinner, (void *)ready);
	waitval(ready, 1);
	for(ms = 0; ms < 50; ms = atoi(f[3]) + atoi(f[4])) {
		sleep(20);
		checkint(
		    tokenize(procfile(pid, "status"), f, nelem(f), " "), 12);
		check(atoi(f[5]) < 20 * 1000);
	}
	check(atoi(f[3]) <= atoi(f[5]) + 20);
	ctl(pid, "kill");
}

static void
fdliststhedirectoryanddescriptors(void)
{
	char here[512], *p;
	int dot = open(".", OREAD), fd = open("/dev/null", OWRITE), want;

	fd2path(dot, here, sizeof here);
	procfile(getpid(), "fd");
	check(strncmp(procbuf, here, strlen(here)) == 0);
	for(p = strchr(procbuf, '\n'); p != nil; p = strchr(p + 1, '\n')) {
		char *q = p + 1;

		want = strtoll(q, &q, 10);
		if(want != fd)
			continue;
		while(*q == ' ')
			q++;
		check(*q == 'w');
		q = strchr(q, '\n');
		check(q != nil && strncmp(q - 9, "/dev/null", 9) == 0);
		return;
	}
	fail("descriptor %d is not in /proc/n/fd", fd);
}

static void
runtext(void *arg)
{
	char *argv[] = {arg, "directoryhasthefiles", nil};

	exec(arg, argv);
	exits("exec");
}

static void
textcanbeexecuted(void)
{
	snprint(procbuf, sizeof procbuf, "/proc/%d/text", getpid());
	childok(spawn(RFFDG, runtext, procbuf));
}

static void
nsisincommandsandendsincd(void)
{
	char here[512], want[600], *p;

	fd2path(open(".", OREAD), here, sizeof here);
	check(bind("/dev", "/mnt", MREPL) >= 0);
	procfile(getpid(), "ns");
	checkhas(procbuf, "bind");
	checkhas(procbuf, "/mnt");
	snprint(want, sizeof want, "cd %s", here);
	p = strstr(procbuf, want);
	check(p != nil);
	p = strchr(p, '\n');
	check(p == nil || p[1] == 0);
}

static void
filesofadeadprocessfail(void)
{
	volatile int *ready = sharedpage();
	char path[64];
	int pid, fd;

	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	snprint(path, sizeof path, "/proc/%d/status", pid);
	fd = open(path, OREAD);
	check(fd >= 0);
	ctl(pid, "kill");
	childmsg(pid);
	check(read(fd, procbuf, sizeof procbuf) <= 0);
	check(open(path, OREAD) == -1);
	check(postnote(pid, "x") == -1);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(listshasliveprocessesonly),
	    CASE(directoryhasthefiles),
	    CASE(filesopenforexec),
	    CASE(wstatchangesmodeandowner),
	    CASE(ppidistheparent),
	    CASE(kregsandproctellofthekernel),
	    CASE(fdandnsarereadbyline),
	    CASE(statushastwelvefields),
	    CASE(statuscolumnsarefixed),
	    CASE(hostownerhaskernelprocesses),
	    CASE(argsarequotedandwritable),
	    CASE(forkedprocesseshavenoargs),
	    CASE(argsbeginwiththewholename),
	    CASE(stateisthesystemcall),
	    CASE(statushastimesofothers),
	    CASE(fdliststhedirectoryanddescriptors),
	    CASE(textcanbeexecuted),
	    CASE(nsisincommandsandendsincd),
	    CASE(filesofadeadprocessfail),
	};

	runcases(cases, nelem(cases), argc, argv);
}

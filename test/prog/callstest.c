/*
 * What the pages of section 2 say of system calls that several processes make on the same
 * thing, and of arguments that no other test has.
 */
#include "procfile.h"

/* --- descriptors --- */

typedef struct Ends Ends;
struct Ends
{
	int p[2];
	volatile int reading;
};

static void
readone(void *arg)
{
	Ends *e = arg;
	char b;

	e->reading = getpid();
	checkint(read(e->p[0], &b, 1), 1);
	checkint(b, 'x');
	checkexact(read(e->p[0], &b, 1), "fd out of range or not open");
}

/* close(2): a call that is under way has its file until it ends */
static void
closedwhileread(void)
{
	Ends *e = sharedpage();
	int pid;

	check(pipe(e->p) == 0);
	pid = spawn(0, readone, e);
	statebecomes(pid, "Pread");
	check(close(e->p[0]) == 0);
	checkint(write(e->p[1], "x", 1), 1);
	childok(pid);
}

enum
{
	NWRITERS = 4,
};

static void
appendwords(void *arg)
{
	int fd = *(int *)arg, i, pid = getpid();

	for(i = 0; i < 200; i++)
		checkint(write(fd, &pid, sizeof pid), sizeof pid);
}

/* write(2): the offset moves by what is written; what one writes, no other overwrites */
static void
appendersdonotoverwrite(void)
{
	int *fd = sharedpage(), pid[NWRITERS], count[NWRITERS] = {0}, i, k, w;
	char *name = tmpname("append");

	*fd = create(name, ORDWR | ORCLOSE, 0600);
	check(*fd >= 0);
	for(i = 0; i < NWRITERS; i++)
		pid[i] = spawn(i % 2 ? RFFDG : 0, appendwords, fd);
	for(i = 0; i < NWRITERS; i++)
		check(waitfor(&(Waitmsg){0}) > 0);
	checkint(seek(*fd, 0, 2), NWRITERS * 200 * sizeof w);
	check(seek(*fd, 0, 0) == 0);
	while(read(*fd, &w, sizeof w) == sizeof w)
		for(k = 0; k < NWRITERS; k++)
			count[k] += pid[k] == w;
	for(i = 0; i < NWRITERS; i++)
		checkint(count[i], 200);
}

/* dup(3): the line of /proc/n/fd */
static void
nctlsaystheline(void)
{
	int fd = open("/dev/null", OWRITE), ctlfd;
	char name[32], line[256];
	int n;

	snprint(name, sizeof name, "#d/%dctl", fd);
	ctlfd = open(name, OREAD);
	check(ctlfd >= 0);
	n = read(ctlfd, line, sizeof line - 1);
	check(n > 0);
	line[n] = 0;
	checkint(atoi(line), fd);
	checkhas(line, " w ");
	checkhas(line, "/dev/null");
	checkhas(procfile(getpid(), "fd"), line);
	checkint(pread(ctlfd, line, 5, n), 0);
	check(close(fd) == 0);
	checkerr(open(name, OREAD), "file does not exist");
}

/* --- names --- */

/* remove(2) */
static void
removewantsanemptydirectory(void)
{
	check(close(create("full", OREAD, DMDIR | 0777)) == 0);
	check(close(create("full/file", OWRITE, 0666)) == 0);
	checkerr(remove("full"), "directory not empty");
	check(remove("full/file") == 0);
	check(remove("full/") == 0);
	checkexact(remove("full"), "file does not exist: 'full'");
	checkexact(remove(""), "empty file name");
	checkerr(remove("/"), "");
	checkerr(remove("/dev/null"), "permission denied");
	check(close(create("kept", OREAD, DMDIR | 0777)) == 0);
	check(close(create("kept/file", OWRITE, 0666)) == 0);
	check(remove("kept/./../kept/file") == 0);
	check(remove("kept") == 0);
}

static void
dir(char *name, char *file)
{
	char path[64];

	check(close(create(name, OREAD, DMDIR | 0777)) == 0);
	snprint(path, sizeof path, "%s/%s", name, file);
	check(close(create(path, OWRITE, 0666)) == 0);
}

/* bind(2): unmount takes away what it names, in whatever order */
static void
unmounttakesoneofaunion(void)
{
	dir("a", "one");
	dir("b", "two");
	dir("c", "three");
	check(bind("b", "a", MBEFORE) == 0);
	check(bind("c", "a", MAFTER) == 0);
	check(dirstat("a/one") != nil && dirstat("a/two") != nil);
	check(dirstat("a/three") != nil);
	check(unmount("b", "a") == 0);
	check(dirstat("a/one") != nil && dirstat("a/two") == nil);
	check(dirstat("a/three") != nil);
	checkexact(unmount("b", "a"), "not in union");
	check(unmount("c", "a") == 0);
	check(dirstat("a/one") != nil && dirstat("a/three") == nil);
	/* the same bound twice goes once at a time */
	check(bind("b", "a", MAFTER) == 0 && bind("b", "a", MAFTER) == 0);
	check(unmount("b", "a") == 0);
	check(dirstat("a/two") != nil);
	check(unmount(nil, "a") == 0);
	check(dirstat("a/two") == nil && dirstat("a/one") != nil);
	check(remove("a/one") == 0 && remove("b/two") == 0);
	check(remove("c/three") == 0);
	check(remove("a") == 0 && remove("b") == 0 && remove("c") == 0);
}

/* --- notes --- */

/* notify(2): a function there may be */
static void
notifywantsanaddress(void)
{
	close(2);
	notify(ignore);
	checkexact(_notify(badaddr), "bad arg in system call");
	checkexact(_notify((void *)USTKTOP), "bad arg in system call");
	checkexact(_notify((void *)~0ULL), "bad arg in system call");
	/* what there was is there still */
	check(postnote(getpid(), "still handled") == 0);
	check(notify(nil) == 0);
}

/* --- segments --- */

enum
{
	Base = 0x200000000000,
	Far = 0x100000,
};

/* segattach(2) */
static void
segfreewantsmemory(void)
{
	char *p = segattach(0, "memory", (void *)Base, 4 * BY2PG);
	int i;

	check(p == (char *)Base);
	for(i = 0; i < 4; i++)
		p[i * BY2PG] = 'x';
	/* whole pages within: [100, 3 pages + 100) has two */
	checkint(segfree(p + 100, 3 * BY2PG), 0);
	check(p[0] == 'x' && p[BY2PG] == 0 && p[2 * BY2PG] == 0);
	check(p[3 * BY2PG] == 'x');
	checkint(segfree(p, 0), 0);
	check(p[0] == 'x');
	/* whole pages only: what is beyond the segment is not looked at */
	checkint(segfree(p + 3 * BY2PG, BY2PG + 1), 0);
	checkint(segfree(p + 4 * BY2PG - 1, 2), 0);
	checkexact(segfree(p, 5 * BY2PG), "bad arg in system call");
	checkexact(segfree(badaddr, BY2PG), "bad arg in system call");
	checkexact(segfree(p, ~(usize)0), "bad arg in system call");
	check(p[0] == 'x');
}

typedef struct Family Family;
struct Family
{
	volatile int step;
	char *top;
};

/* Shares bss, and attaches a segment of its own above it. */
static void
attachabove(void *arg)
{
	Family *f = arg;
	char *p;

	p = segattach(0, "memory", f->top + Far, BY2PG);
	check(p == f->top + Far);
	p[0] = 'm';
	f->step = 1;
	waitval(&f->step, 2);
	check(p[0] == 'm');
	check(segdetach(p) == 0);
	f->step = 3;
	waitval(&f->step, 4);
	/* the memory that came meanwhile is its own too */
	checkint(f->top[Far], 'b');
	/* and in the way of what it would attach */
	checkexact(
	    segattach(0, "memory", f->top + Far, BY2PG), "segments overlap");
}

/* brk(2): there must be room in every process that has the memory */
static void
brkmindsothersofasharedsegment(void)
{
	Family *f = sharedpage();
	int pid;

	f->top =
	    (char *)(((uintptr)sbrk(0) + BY2PG - 1) & ~(uintptr)(BY2PG - 1));
	pid = spawn(RFMEM | RFFDG, attachabove, f);
	waitval(&f->step, 1);
	checkint(brk_(f->top + Far), 0);
	checkexact(brk_(f->top + Far + 1), "segments overlap");
	checkexact(brk_(f->top + 2 * Far), "segments overlap");
	f->step = 2;
	waitval(&f->step, 3);
	checkint(brk_(f->top + 2 * Far), 0);
	f->top[Far] = 'b';
	f->step = 4;
	childok(pid);
}

/* Has the segment at Base, and one of its own above it. */
static void
attachedabove(void *arg)
{
	Family *f = arg;
	char *p;

	p = segattach(0, "shared", (char *)Base + Far, BY2PG);
	check(p == (char *)Base + Far);
	f->step = 1;
	waitval(&f->step, 2);
}

/* segattach(2): likewise for segbrk */
static void
segbrkmindsothersofasharedsegment(void)
{
	Family *f = sharedpage();
	char *p = segattach(0, "shared", (void *)Base, BY2PG);
	int pid;

	check(p == (char *)Base);
	pid = spawn(RFFDG, attachedabove, f);
	waitval(&f->step, 1);
	check(segbrk(p, p + Far) != (void *)-1);
	checkexact((uintptr)segbrk(p, p + Far + 1), "segments overlap");
	f->step = 2;
	childok(pid);
	check(segbrk(p, p + 2 * Far) != (void *)-1);
	p[Far] = 1;
}

/* --- profiles --- */

static void
spin(void)
{
	print("spinning\n");
	for(;;)
		;
}

/* prof(1): the counters are the text's: a program that was executed elsewhere has them too */
static void
onetextoneprofile(void)
{
	static char *args[] = {"callstest", "-spin", nil};
	u32int n[2] = {0};
	char path[64], b[10];
	int pid, fd, i, out[2];

	check(pipe(out) == 0);
	pid = rfork(RFPROC | RFFDG | RFNOWAIT);
	if(pid == 0) {
		dup(out[1], 1);
		exec(self, args);
		exits("exec");
	}
	checkint(read(out[0], b, sizeof b), 9);
	ctl(getpid(), "profile");
	snprint(path, sizeof path, "/proc/%d/profile", pid);
	fd = open(path, OREAD);
	check(fd >= 0);
	/* we sleep: what is counted is the other's */
	for(i = 0; i < 6000 && n[0] < 100; i++) {
		sleep(10);
		checkint(pread(fd, n, 4, 0), 4);
	}
	check(n[0] >= 100);
	snprint(path, sizeof path, "/proc/%d/profile", getpid());
	checkint(pread(open(path, OREAD), n + 1, 4, 0), 4);
	check(n[1] >= n[0]);
	ctl(pid, "kill");
}

static void
changedtexthasnoprofile(void)
{
	volatile int *go = sharedpage();
	char path[64], b[1];
	int pid, fd;

	pid = spawn(RFFDG, loiter, (void *)go);
	waitval(go, 1);
	ctl(pid, "stop");
	snprint(path, sizeof path, "/proc/%d/mem", pid);
	fd = open(path, ORDWR);
	checkint(pread(fd, b, 1, (uintptr)spin), 1);
	checkint(pwrite(fd, b, 1, (uintptr)spin), 1);
	checkexact(procwrite(pid, "ctl", "profile"), "the front fell off");
	ctl(pid, "kill");
}

/* segattach(2): a class is a name of any length, and no class is of this one */
static void
aclassisaname(void)
{
	static char class[64 * KiB + 1];
	int n;

	for(n = 1; n < 64 * KiB; n *= 2) {
		memset(class, 'x', n);
		checkexact((vlong)(uintptr)segattach(0, class, nil, BY2PG),
		    "bad arg in system call");
	}
	memset(class, 'x', 64 * KiB);
	checkexact(
	    (vlong)(uintptr)segattach(0, class, nil, BY2PG), "name too long");
	checkexact((vlong)(uintptr)segattach(0, "a\001b", nil, BY2PG),
	    "bad character in file name: 'a\001b'");
}

/* segdetach(2): also of a segment that segbrk has left nothing of, or others have no place */
static void
emptysegmentsaredetached(void)
{
	char *p;
	int i;

	for(i = 0; i < 20; i++) {
		p = segattach(0, i % 2 ? "memory" : "shared", nil, BY2PG);
		check(p != (void *)-1);
		checkint((vlong)(uintptr)segbrk(p, p), 0);
		/* nothing is in it, so it cannot be made longer */
		checkexact((vlong)(uintptr)segbrk(p, p + BY2PG),
		    "bad arg in system call");
		checkint(segdetach(p), 0);
		checkexact(segdetach(p), "bad arg in system call");
	}
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(closedwhileread),
	    CASE(appendersdonotoverwrite),
	    CASE(nctlsaystheline),
	    CASE(removewantsanemptydirectory),
	    CASE(unmounttakesoneofaunion),
	    CASE(notifywantsanaddress),
	    CASE(segfreewantsmemory),
	    CASE(brkmindsothersofasharedsegment),
	    CASE(segbrkmindsothersofasharedsegment),
	    CASE(onetextoneprofile),
	    CASE(changedtexthasnoprofile),
	    CASE(aclassisaname),
	    CASE(emptysegmentsaredetached),
	};

	if(argc > 1 && strcmp(argv[1], "-spin") == 0)
		spin();
	runcases(cases, nelem(cases), argc, argv);
}

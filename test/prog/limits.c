/*
 * Reaches a limit of the kernel or of the host, lets go of everything, and does it again:
 * limits what [n]. For test/limits.sh, which says where each limit is.
 *
 * Each time it prints "reached COUNT ERROR". Before the first and after the last time it prints
 * "counts" and waits for a line on descriptor 0: the script counts what the host has meanwhile.
 * What the kernel itself counts must be the same before and after, or it exits with a message.
 */
#include "limitheap.h"
#include "procfile.h"

enum
{
	Rounds = 3,
	/* looks at the counts, and ms between them: what ends takes its time */
	Looks = 600,
	Lookms = 100,
	/* kernel memory comes in pieces of so much */
	Heappiece = MiB,
	Mostmany = 16384,
	/* pages that this program may touch late */
	Slack = 16,
};

typedef struct Limit Limit;
struct Limit
{
	char *name;
	/* Goes on until the limit is reached; what it had by then. The error string says why. */
	int (*reach)(void);
	/* Lets go of all of that. */
	void (*release)(void);
	int rounds;
	/* processes of the kernel's own that it starts */
	int kprocs;
};

/* What the kernel counts. */
typedef struct Counts Counts;
struct Counts
{
	vlong pages; /* in use, without those that are cached */
	vlong heap; /* bytes the kernel has for itself */
	int procs;
	int fds;
};

static int arg;
int barrier[2];

static int
entries(char *dir)
{
	Dir *d;
	int fd, n, all;

	all = 0;
	fd = open(dir, OREAD);
	if(fd < 0)
		return -1;
	while((n = dirread(fd, &d)) > 0) {
		all += n;
		free(d);
	}
	close(fd);
	return all;
}

/* The number before what, a word and a newline, in text. */
static vlong
before(char *text, char *what)
{
	char *p, *e;

	e = strstr(text, what);
	if(e == nil)
		sysfatal("no '%s' in /dev/swap", what);
	for(p = e; p > text && p[-1] != '\n'; p--)
		;
	return strtoll(p, nil, 10);
}

static Counts
count(void)
{
	static char text[512];
	Counts c;
	int i;

	/* what was let go may not be free yet */
	for(i = 0; readfile("/dev/swap", text, sizeof text) < 0; i++) {
		if(i == Looks)
			sysfatal("/dev/swap: %r");
		sleep(Lookms);
	}
	c.pages = before(text, " user\n");
	c.heap = before(text, " kernel malloc\n");
	c.procs = entries("/proc");
	c.fds = entries("/fd");
	return c;
}

static int
same(Counts *a, Counts *b)
{
	return b->pages <= a->pages + Slack && a->procs == b->procs &&
	    a->fds == b->fds && b->heap <= a->heap + Heappiece;
}

/* Wait until the counts are c's. */
static void
settle(Counts *c)
{
	Counts now;
	int i;

	for(i = 0; i < Looks; i++) {
		now = count();
		if(same(c, &now))
			return;
		sleep(Lookms);
	}
	sysfatal("left: pages %lld heap %lld processes %d fds %d; "
		 "before: %lld %lld %d %d",
	    now.pages, now.heap, now.procs, now.fds, c->pages, c->heap,
	    c->procs, c->fds);
}

/* The script counts. */
static void
hostcounts(void)
{
	char c;

	print("counts\n");
	read(0, &c, 1);
}

/* --- processes: of the kernel's table, or of the host --- */

void
openbarrier(void)
{
	if(pipe(barrier) < 0)
		sysfatal("pipe: %r");
}

/* A child that waits until the barrier is closed. */
static int
sleeper(int flags)
{
	char c;
	int pid;

	pid = rfork(RFPROC | RFFDG | RFNOWAIT | flags);
	if(pid == 0) {
		close(barrier[1]);
		read(barrier[0], &c, 1);
		exits(nil);
	}
	return pid;
}

static int
procsreach(void)
{
	int n;

	openbarrier();
	for(n = 0; sleeper(0) >= 0; n++)
		;
	return n;
}

static void
procsrelease(void)
{
	close(barrier[0]);
	close(barrier[1]);
}

/* The first alarm, which the kernel starts a process for, when the host has none left. It comes
 * when another process has ended. */
static volatile int rung;

static void
onalarm(Ureg *u, char *msg)
{
	USED(u);
	rung = 1;
	noted(strcmp(msg, "alarm") == 0 ? NCONT : NDFLT);
}

static int
alarmreach(void)
{
	char why[ERRMAX];
	int n, i;

	notify(onalarm);
	rung = 0;
	n = procsreach();
	rerrstr(why, sizeof why);
	if(alarm(1) < 0)
		sysfatal("alarm: %r");
	if(write(barrier[1], "x", 1) != 1)
		sysfatal("write: %r");
	for(i = 0; i < Looks && !rung; i++)
		sleep(Lookms);
	if(!rung)
		sysfatal("no alarm in a minute");
	werrstr("%s", why);
	return n;
}

/* --- descriptors, of a group --- */

static int many[Mostmany], nmany;

static void
closemany(void)
{
	while(nmany > 0)
		close(many[--nmany]);
}

static int
fdsreach(void)
{
	int fd, p[2];

	for(nmany = 0; (fd = dup(0, -1)) >= 0;)
		many[nmany++] = fd;
	/* one is not enough for a pipe, and is still there after it */
	close(many[--nmany]);
	if(pipe(p) >= 0)
		sysfatal("a pipe with one descriptor");
	fd = dup(0, -1);
	if(fd != many[nmany])
		sysfatal("the last descriptor is %d, not %d", fd, many[nmany]);
	nmany++;
	if(open("/dev/null", OREAD) >= 0)
		sysfatal("open without a descriptor");
	return nmany;
}

/* --- descriptors of the host --- */

static int
hostfdsreach(void)
{
	int fd;

	for(nmany = 0; (fd = open("limits.file", OREAD)) >= 0;)
		many[nmany++] = fd;
	return nmany;
}

/* --- segments of a process --- */

static void *seg[10];
static int nseg;

static int
segsreach(void)
{
	void *va;

	for(nseg = 0;
	    (va = segattach(0, "shared", nil, BY2PG)) != (void *)-1;) {
		*(int *)va = 1;
		seg[nseg++] = va;
	}
	return nseg;
}

static void
segsrelease(void)
{
	while(nseg > 0)
		if(segdetach(seg[--nseg]) < 0)
			sysfatal("segdetach: %r");
}

/* --- memory --- */

/* Takes all there is: the kernel ends it. */
static void
hog(void)
{
	char *p;

	for(;;) {
		p = sbrk(MiB);
		if(p == (void *)-1)
			exits("brk failed");
		memset(p, 1, MiB);
	}
}

static int
arenareach(void)
{
	static Waitmsg w;
	char *p;
	int pid;

	pid = rfork(RFPROC | RFFDG);
	if(pid < 0)
		sysfatal("rfork: %r");
	if(pid == 0)
		hog();
	if(waitpid(pid, &w) < 0)
		sysfatal("wait: %r");
	p = strstr(w.msg, ": ");
	werrstr("%s", p != nil ? p + 2 : w.msg);
	return 1;
}

static void
nothing(void)
{
}

/* --- who dies when memory runs out --- */

enum
{
	/* of an arena of 64 MiB */
	Largest = 40 * MiB,
	Shared = 24 * MiB,
	/* below the limit of a stack */
	Stack = 14 * MiB,
	Settlems = 30 * 1000,
};

static int
newproc(void)
{
	int pid;

	pid = rfork(RFPROC | RFFDG);
	if(pid < 0)
		sysfatal("rfork: %r");
	return pid;
}

/* Wait for child pid, and make its message the error string. Fails if another child ends first. */
static void
endsnext(int pid)
{
	static Waitmsg w;
	char *p;
	int n;

	n = waitfor(&w);
	if(n != pid)
		sysfatal("%d ended, not %d: '%s'", n, pid, w.msg);
	p = strstr(w.msg, ": ");
	werrstr("%s", p != nil ? p + 2 : w.msg);
}

static volatile int *sparedready;
static int sparedpid;

/* Has most memory, and asked before to be spared. Its child inherits that. */
static void
large(void)
{
	char *p;

	if(procwrite(getpid(), "ctl", "noswap") < 0)
		sysfatal("noswap: %r");
	if(newproc() != 0)
		exits(nil);
	p = sbrk(Largest);
	if(p == (void *)-1)
		sysfatal("brk: %r");
	memset(p, 1, Largest);
	*sparedready = getpid();
	for(;;)
		sleep(1000);
}

static int
sparedreach(void)
{
	int pid;

	sparedready = segattach(0, "shared", nil, BY2PG);
	if(sparedready == (void *)-1)
		sysfatal("segattach: %r");
	pid = newproc();
	if(pid == 0)
		large();
	endsnext(pid);
	while((sparedpid = *sparedready) == 0)
		sleep(1);
	pid = newproc();
	if(pid == 0)
		hog();
	endsnext(pid);
	return 1;
}

static void
sparedrelease(void)
{
	if(procwrite(sparedpid, "ctl", "kill") < 0)
		sysfatal("the process that was to be spared: %r");
	if(segdetach((void *)sparedready) < 0)
		sysfatal("segdetach: %r");
}

static int
lives(int pid)
{
	char path[64];
	int fd;

	snprint(path, sizeof path, "/proc/%d/status", pid);
	fd = open(path, OREAD);
	if(fd >= 0)
		close(fd);
	return fd >= 0;
}

/* Take a large stack, and say so. */
static void
withstack(volatile int *ready)
{
	char *p;
	usize n;

	p = (char *)&p;
	for(n = BY2PG; n < Stack; n += BY2PG)
		*(volatile char *)(p - n) = 1;
	*ready = 1;
	for(;;)
		sleep(1000);
}

/* One of two processes that share memory; the other's pid goes to pid[0]. Only this one has a large
 * stack. */
static void
pair(volatile int *pid)
{
	char *p;
	int sibling;

	p = sbrk(Shared);
	if(p == (void *)-1)
		sysfatal("brk: %r");
	memset(p, 1, Shared);
	sibling = rfork(RFPROC | RFMEM | RFNOWAIT);
	if(sibling < 0)
		sysfatal("rfork: %r");
	if(sibling == 0)
		for(;;)
			sleep(1000);
	pid[0] = sibling;
	withstack(pid + 1);
}

/* The stack of the process that dies first would do for a time: its sibling dies all the same. */
static int
sharedreach(void)
{
	volatile int *sibling;
	int first, second, i;

	sibling = segattach(0, "shared", nil, BY2PG);
	if(sibling == (void *)-1)
		sysfatal("segattach: %r");
	first = newproc();
	if(first == 0)
		pair(sibling);
	while(sibling[1] == 0)
		sleep(1);
	second = newproc();
	if(second == 0)
		hog();
	endsnext(first);
	for(i = 0; i < Settlems && lives(sibling[0]); i += Lookms)
		sleep(Lookms);
	if(lives(sibling[0]))
		sysfatal("%d died, but %d lives, which shares its memory",
		    first, sibling[0]);
	if(segdetach((void *)sibling) < 0)
		sysfatal("segdetach: %r");
	endsnext(second);
	return 1;
}

/* --- mappings of the host --- */

enum
{
	Apart = 16 * BY2PG,
};

/* Touches pages that lie apart, so that each needs a mapping, or two when a page in the middle
 * goes. They must keep what they have. */
static void
touchapart(usize n)
{
	char *p;
	usize i;

	p = sbrk(n * Apart);
	if(p == (void *)-1)
		sysfatal("brk: %r");
	p = (char *)ROUNDUP((uintptr)p, BY2PG);
	for(i = 0; i + 1 < n; i++) {
		*(u32int *)(p + i * Apart) = i + 1;
		if(i > n / 2 && segfree(p + i * Apart + BY2PG, BY2PG) < 0)
			sysfatal("segfree: %r");
	}
	for(i = 0; i + 1 < n; i++)
		if(*(u32int *)(p + i * Apart) != i + 1)
			sysfatal("page %lld has %d", (vlong)i,
			    *(u32int *)(p + i * Apart));
}

static int
mapsreach(void)
{
	static Waitmsg w;
	static int round;
	int pid;

	pid = rfork(RFPROC | RFFDG);
	if(pid < 0)
		sysfatal("rfork: %r");
	if(pid == 0) {
		touchapart(round == 0 ? arg : 1000);
		exits(nil);
	}
	if(waitpid(pid, &w) < 0)
		sysfatal("wait: %r");
	round++;
	werrstr("%s", w.msg);
	return arg;
}

/* --- the size of a host file --- */

static int
fsizereach(void)
{
	static char buf[1024];
	int n, fd;

	fd = create("limits.large", ORDWR, 0666);
	if(fd < 0)
		sysfatal("create: %r");
	many[0] = fd;
	nmany = 1;
	for(n = 0; write(fd, buf, sizeof buf) == sizeof buf; n++)
		;
	return n;
}

static void
fsizerelease(void)
{
	closemany();
	remove("limits.large");
}

static Limit limits[] = {
    {"procs", procsreach, procsrelease, 2, 0},
    {"alarm", alarmreach, procsrelease, 2, 1},
    {"fds", fdsreach, closemany, Rounds, 0},
    {"hostfds", hostfdsreach, closemany, Rounds, 0},
    {"segs", segsreach, segsrelease, Rounds, 0},
    {"arena", arenareach, nothing, Rounds, 0},
    {"spared", sparedreach, sparedrelease, Rounds, 0},
    {"shared", sharedreach, nothing, Rounds, 0},
    {"heap", heapreach, procsrelease, 2, 0},
    {"heapfault", heapfaultreach, procsrelease, 2, 0},
    {"tables", tablesreach, nothing, 2, 0},
    {"maps", mapsreach, nothing, 2, 0},
    {"fsize", fsizereach, fsizerelease, Rounds, 0},
};

/* What this program has it has from now on, so that it does not count later. */
static void
touchall(void)
{
	volatile char *p;
	char *q;

	for(p = (char *)ROUNDUP((uintptr)edata, BY2PG); p < end; p += BY2PG)
		*p = *p;
	q = malloc(512 * KiB);
	memset(q, 1, 512 * KiB);
	free(q);
	count();
}

static void
rounds(Limit *l)
{
	char why[ERRMAX];
	Counts c = {0};
	int i, n, procs;

	touchall();
	procs = count().procs + l->kprocs;
	for(i = 0; i < l->rounds; i++) {
		n = l->reach();
		rerrstr(why, sizeof why);
		print("reached %d %s\n", n, why);
		l->release();
		if(i > 0) {
			settle(&c);
			continue;
		}
		/* the kernel keeps what it has for itself, and this program what it touched */
		c = count();
		while(c.procs != procs) {
			sleep(Lookms);
			c = count();
		}
		hostcounts();
	}
	hostcounts();
}

void
main(int argc, char *argv[])
{
	usize i;

	if(argc < 2)
		sysfatal("usage: limits what [n]");
	if(argc > 2)
		arg = atoi(argv[2]);
	for(i = 0; i < nelem(limits); i++)
		if(strcmp(argv[1], limits[i].name) == 0) {
			rounds(&limits[i]);
			exits(nil);
		}
	sysfatal("no limit %s", argv[1]);
}

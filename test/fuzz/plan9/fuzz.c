/*
 * The driver of a target: fuzz.h.
 */
#include "fuzz.h"
#include "test.h"

enum
{
	TICKMS = 250,
	OLDTICKS = 6, /* what lives longer than these is killed */
	ENDTICKS = 80, /* and must be gone after these */
	NUMLEN = 12,
	STATUSMEM = 28 + 28 + 7 * NUMLEN, /* column of /proc/n/status: KiB */
	SLACK = 64, /* frames that may be in somebody's hands */
	DEFSECONDS = 60,
	DEFWORKERS = 3,
};

Share *share;
int worker;

static u64int seed = 1;
static int workpid[NWORKER];
static int nworker = DEFWORKERS;
static int inacase;

u64int
rnd(Rng *r)
{
	/* splitmix64 */
	u64int z;

	r->s += 0x9e3779b97f4a7c15ULL;
	z = r->s;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

uint
below(Rng *r, uint n)
{
	return rnd(r) % n;
}

int
onein(Rng *r, uint n)
{
	return below(r, n) == 0;
}

u64int
word(Rng *r)
{
	static const u64int edge[] = {0, 1, 2, 8, 127, 128, 255, 256,
	    ERRMAX - 1, 4095, 4096, 4097, 8192, 0xffff, 0x10000, 0x1fffff,
	    UTZERO, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000, KLOW - 8,
	    KLOW, KLOW + 0x1000, KLOW + 0x40000000, 0x610000000000,
	    0x620000000000, 0x640000000000, KHIGH - 8, KHIGH,
	    USTKTOP - USTKSIZE, USTKTOP - BY2PG, USTKTOP, 0x7fffffffffff,
	    0x800000000000, 0xffff800000000000, 0xffffffffff600000, 1ULL << 62,
	    1ULL << 63, ~0ULL};
	u64int v;

	switch(below(r, 5)) {
	case 0:
		return rnd(r);
	case 1:
		return rnd(r) >> below(r, 64);
	case 2:
		return below(r, 64);
	}
	v = edge[below(r, nelem(edge))];
	if(onein(r, 2))
		v += (vlong)below(r, 33) - 16;
	return v;
}

u64int
outside(u64int v)
{
	u64int margin = 16ULL << 30; /* index and displacement included */

	return v > KLOW - margin && v < KHIGH + margin ? v & 0xffffffff : v;
}

void
randbytes(Rng *r, void *p, usize n)
{
	uchar *c = p;

	for(; n > 0; n--)
		*c++ = rnd(r);
}

void
bad(char *fmt, ...)
{
	char buf[256];
	va_list arg;

	va_start(arg, fmt);
	vsnprint(buf, sizeof buf, fmt, arg);
	va_end(arg);
	__atomic_add_fetch(&share->fails, 1, __ATOMIC_SEQ_CST);
	fprint(1, "%s: seed %lld case %lld: %s\n", targetname, (vlong)seed,
	    (vlong)share->at[worker], buf);
}

/* A case may jump anywhere, but is not to become a driver: that would make cases
 * for ever, and kill the real one. */
static void
driveronly(void)
{
	if(inacase)
		exits("a case in the driver's code");
}

/* Descriptors of the child's own, so that it cannot spoil ours. */
static void
nodescriptors(void)
{
	rfork(RFCFDG);
	open("/dev/null", OREAD);
	open("/dev/null", OWRITE);
	open("/dev/null", OWRITE);
}

static void
runone(u64int n)
{
	Waitmsg w;
	Rng r;
	int pid, tries;

	share->at[worker] = n;
	share->forks[worker] = 0;
	share->forbidden[worker] = 0;
	r.s = seed * 0x2545f4914f6cdd1dULL + n;
	for(tries = 0;; tries++) {
		driveronly();
		pid =
		    rfork(RFPROC | RFNAMEG | RFFDG | RFENVG | RFNOTEG | RFREND);
		if(pid >= 0)
			break;
		/* other cases may have taken all there is; not for long */
		if(tries == 1000) {
			bad("no process to be had for it: %r");
			return;
		}
		sleep(10);
	}
	if(pid == 0) {
		inacase = 1;
		nodescriptors();
		targetcase(&r);
		exits(nil);
	}
	if(waitpid(pid, &w) < 0)
		bad("no wait message: %r");
	else if(share->forbidden[worker])
		bad("succeeded in what must fail; ended with '%s'", w.msg);
	__atomic_add_fetch(&share->cases, 1, __ATOMIC_SEQ_CST);
}

/* Says where it is, for when the instance does not survive it. */
static void
work(int number)
{
	char file[64], line[64];
	u64int n;
	int fd;

	driveronly();
	worker = number;
	snprint(file, sizeof file, "/log/at.%d", number);
	fd = create(file, OWRITE, 0666);
	for(n = share->at[worker]; !share->stop; n += nworker) {
		snprint(line, sizeof line, "%20lld\n", (vlong)n);
		pwrite(fd, line, strlen(line), 0);
		runone(n);
	}
	share->at[worker] = n;
	exits(nil);
}

/* Is it one of the kernel's: there, and without memory? proc(3), status. */
static int
iskernel(int pid)
{
	char name[64], st[512];

	snprint(name, sizeof name, "/proc/%d/status", pid);
	memset(st, 0, sizeof st);
	return readfile(name, st, sizeof st) >= STATUSMEM + NUMLEN &&
	    atoi(st + STATUSMEM) == 0;
}

/* The driver's own, or not a program's. */
static int
ismine(int pid)
{
	int i;

	if(pid == getpid())
		return 1;
	for(i = 0; i < nworker; i++)
		if(pid == workpid[i])
			return 1;
	return iskernel(pid);
}

static void
killpid(int pid)
{
	char name[64];

	driveronly();
	snprint(name, sizeof name, "/proc/%d/ctl", pid);
	writeto(name, "kill");
	postnote(pid, "kill");
}

/* Kills strangers up to process limit (all: -1); how many strangers there
 * are. *newest: the largest pid seen. */
static int
killold(int limit, int *newest)
{
	int fd, i, n, pid, strangers;
	Dir *d;

	fd = open("/proc", OREAD);
	if(fd < 0) {
		bad("/proc: %r");
		return 0;
	}
	strangers = 0;
	*newest = 0;
	while((n = dirread(fd, &d)) > 0) {
		for(i = 0; i < n; i++) {
			pid = atoi(d[i].name);
			if(pid <= 0 || ismine(pid))
				continue;
			strangers++;
			if(pid > *newest)
				*newest = pid;
			if(limit < 0 || pid <= limit)
				killpid(pid);
		}
		free(d);
	}
	close(fd);
	return strangers;
}

/* "name: status text" of those who do not go. */
static void
complain(void)
{
	char name[64], st[512];
	int pid, newest, i;

	killold(-1, &newest);
	for(pid = 1, i = 0; pid <= newest && i < 10; pid++) {
		snprint(name, sizeof name, "/proc/%d/status", pid);
		if(ismine(pid) || readfile(name, st, sizeof st) < 0)
			continue;
		i++;
		bad("process %d does not end: %s", pid, st);
	}
}

static void
start(void)
{
	int i;

	share->stop = 0;
	for(i = 0; i < nworker; i++) {
		driveronly();
		workpid[i] = rfork(RFPROC | RFFDG);
		if(workpid[i] < 0)
			sysfatal("rfork: %r");
		if(workpid[i] == 0)
			work(i);
	}
}

/* Run for so long, then until all is quiet. */
static void
phase(int seconds)
{
	int hist[OLDTICKS] = {0}, t, i, n, last;
	Waitmsg w;

	start();
	last = seconds * 1000 / TICKMS;
	for(t = 0; t < last + ENDTICKS; t++) {
		sleep(TICKMS);
		if(t >= last)
			share->stop = 1;
		n = killold(hist[t % OLDTICKS], &hist[t % OLDTICKS]);
		if(share->stop && n == 0) {
			for(i = 0; i < nworker; i++)
				waitfor(&w);
			return;
		}
	}
	complain();
	for(i = 0; i < nworker; i++)
		killpid(workpid[i]);
}

/* The number before or after word in text. */
static vlong
after(char *text, char *what)
{
	char *p = strstr(text, what);

	return p != nil ? strtoll(p + strlen(what), nil, 10) : -1;
}

/* Frames that are neither free nor the cache's. */
static vlong
frames(void)
{
	static char text[4096];
	vlong free, all, pages;

	if(readfile("/dev/imagecache", text, sizeof text) < 0)
		sysfatal("/dev/imagecache: %r");
	pages = after(text, "\npages ");
	free = after(text, "\nframesfree ");
	all = after(text, "\nframestotal ");
	if(pages < 0 || free < 0 || all < 0)
		sysfatal("/dev/imagecache says: %s", text);
	return all - free - pages;
}

static void
run(int seconds)
{
	vlong before, now;

	phase((seconds + 3) / 4);
	before = frames();
	phase(seconds - seconds / 4);
	now = frames();
	print(
	    "%s: frames in use %lld, at first %lld\n", targetname, now, before);
	if(now > before + SLACK)
		bad("%lld frames lost", now - before);
}

static int
numberof(char *name)
{
	char buf[32];

	return readfile(name, buf, sizeof buf) > 0 ? atoi(buf) : 0;
}

static void
runonly(u64int n)
{
	int pid, newest;

	nworker = 1;
	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		sleep(OLDTICKS * TICKMS);
		workpid[0] = numberof("#c/ppid");
		killold(-1, &newest);
		exits(nil);
	}
	workpid[0] = pid;
	runone(n);
	killold(-1, &newest);
}

void
main(int argc, char *argv[])
{
	vlong only = -1;
	int seconds = DEFSECONDS, i;

	/* a case may exec this very file */
	if(argc > 1 && argv[1][0] != '-')
		exits("not meant for that");
	for(i = 1; i + 1 < argc; i += 2)
		switch(argv[i][1]) {
		case 's':
			seed = strtoll(argv[i + 1], nil, 0);
			break;
		case 't':
			seconds = atoi(argv[i + 1]);
			break;
		case 'w':
			nworker = atoi(argv[i + 1]);
			if(nworker < 1 || nworker > NWORKER)
				nworker = DEFWORKERS;
			break;
		case 'c':
			only = strtoll(argv[i + 1], nil, 0);
			break;
		default:
			sysfatal("unknown option %s", argv[i]);
		}
	share = segattach(SG_CEXEC, "shared", nil, BY2PG);
	if(share == (void *)-1)
		sysfatal("segattach: %r");
	for(i = 0; i < NWORKER; i++)
		share->at[i] = i;
	targetinit();
	if(only >= 0)
		runonly(only);
	else
		run(seconds);
	print("%s: seed %lld, %lld cases, %d bad\n", targetname, (vlong)seed,
	    (vlong)share->cases, share->fails);
	exits(share->fails != 0 ? "failed" : nil);
}

/*
 * Ways into the kernel that no compiler makes: wild stack pointers, jumps into
 * the pages by which system calls enter, other system call instructions, and
 * faults in the middle of a call. The process dies of a note or goes on; the
 * system stays.
 */
#include "test.h"

enum
{
	GATE = 0x10000, /* where run9 has its gates, 32 bytes each */
	GATESIZE = 32,
	NOFP =
	    0x1f80 | 0x8000, /* an MXCSR nobody has by chance: flush to zero */
	FCW = 0x0e7f, /* the same for x87: chop */
};

static uintptr wild[] = {0, 8, 0xfff, 0x10000, 0x1ffff8, UTZERO,
    0x123456789000ULL, 0x600000000000ULL, 0x600000001000ULL, 0x6fffffffff00ULL,
    USTKTOP, 0x7ffffffff008ULL, 0x800000000000ULL, 0xffff800000000000ULL,
    0xfffffffffffffff8ULL, 3};

static char big[4 * MiB] = {1};
static uchar xmmin[16][16], xmmout[16][16];

static void
trapper(void *arg)
{
	trapat((uintptr)arg);
}

static void
trapperwithhandler(void *arg)
{
	notify(ignore);
	trapat((uintptr)arg);
}

static void
trapsonawildstackkillonlytheprocess(void)
{
	usize i;

	for(i = 0; i < nelem(wild); i++) {
		checkhas(childmsg(spawn(RFFDG, trapper, (void *)wild[i])),
		    "sys: trap");
		check(childmsg(spawn(
			  RFFDG, trapperwithhandler, (void *)wild[i]))[0] != 0);
	}
}

static uintptr spinsp;

static void
spinner(void *arg)
{
	spinat(spinsp, arg);
}

static void
spinnerwithhandler(void *arg)
{
	notify(ignore);
	spinat(spinsp, arg);
}

/* Wait until pid spins on a wild stack. Returns 0 if it ended before: some hosts raise an exception at any
 * interrupt while SP is no canonical address. */
static int
spins(int pid, volatile int *ready)
{
	char path[64], buf[256];
	int fd, n;

	snprint(path, sizeof path, "/proc/%d/status", pid);
	while(*ready != 1) {
		sleep(1);
		fd = open(path, OREAD);
		n = fd < 0 ? 0 : read(fd, buf, sizeof buf - 1);
		if(fd >= 0)
			close(fd);
		buf[n < 0 ? 0 : n] = 0;
		if(n <= 0 || strstr(buf, "Broken") != nil) {
			check(spinsp >> 47 != 0 && spinsp >> 47 != 0x1ffff);
			check(childmsg(pid)[0] != 0);
			return 0;
		}
	}
	return 1;
}

static void
notesonawildstackkillonlytheprocess(void)
{
	volatile int *ready = sharedpage();
	usize i;
	int pid;

	for(i = 0; i < nelem(wild); i++) {
		spinsp = wild[i];
		*ready = 0;
		pid = spawn(RFFDG, spinner, (void *)ready);
		if(spins(pid, ready)) {
			check(postnote(pid, "found you") == 0);
			checkstr(childmsg(pid), "found you");
		}
		*ready = 0;
		pid = spawn(RFFDG, spinnerwithhandler, (void *)ready);
		if(spins(pid, ready)) {
			check(postnote(pid, "found you") == 0);
			check(childmsg(pid)[0] != 0);
		}
	}
}

static void
gatejumper(void *arg)
{
	jumpat(GATE + 4 * GATESIZE, (uintptr)arg);
}

static void
gatejumperwithhandler(void *arg)
{
	notify(ignore);
	jumpat(GATE + 4 * GATESIZE, (uintptr)arg);
}

static void
gatesonawildstackkillonlytheprocess(void)
{
	usize i;

	for(i = 0; i < nelem(wild); i++) {
		check(childmsg(spawn(RFFDG, gatejumper, (void *)wild[i]))[0] !=
		    0);
		check(childmsg(spawn(RFFDG, gatejumperwithhandler,
			  (void *)wild[i]))[0] != 0);
	}
}

static void
badreturn(void *arg)
{
	uintptr stack[32];
	usize i;

	for(i = 0; i < nelem(stack); i++)
		stack[i] = (uintptr)arg;
	jumpat(GATE + 4 * GATESIZE, (uintptr)&stack[8]);
}

static void
gatesreturningnowherekillonlytheprocess(void)
{
	static uintptr nowhere[] = {0, 8, 0x123456789000ULL, 0x7ffffffff008ULL,
	    0x800000000000ULL, 0xffff800000000000ULL, 0xfffffffffffffff8ULL};
	usize i;

	for(i = 0; i < nelem(nowhere); i++)
		checkhas(childmsg(spawn(RFFDG, badreturn, (void *)nowhere[i])),
		    "sys: trap");
}

static void
betweengates(void *arg)
{
	USED(arg);
	jumpat(GATE + 4 * GATESIZE + 20, (uintptr)__builtin_frame_address(0));
}

static void
jumpsbetweengatesaretraps(void)
{
	checkhas(childmsg(spawn(RFFDG, betweengates, nil)), "sys: ");
}

static void
do80(void *arg)
{
	int80((int)(uintptr)arg);
	exits("came back");
}

static void
hostsoldsystemcallisatrap(void)
{
	/* 8 is exits here, 20 the host's getpid */
	checkhas(childmsg(spawn(RFFDG, do80, (void *)8)), "sys: trap:");
	checkhas(childmsg(spawn(RFFDG, do80, (void *)20)), "sys: trap:");
}

/* Have all of our text and the first page of data mapped. */
static void
touchtext(void)
{
	extern char etext[];
	volatile char *p;

	for(p = (char *)0x200000; p < etext; p += 4096)
		(void)*p;
	(void)*(volatile char *)big;
}

/* Our file is cut short while we run; the page that write needs cannot be had any
 * more, which the kernel finds out in the middle of the call. */
static void
modecut(char *name)
{
	int p[2], fd, i, j;
	vlong r;

	for(i = 0; i < 16; i++)
		for(j = 0; j < 16; j++)
			xmmin[i][j] = i * 16 + j + 1;
	check(pipe(p) == 0);
	touchtext();
	/* the call's error, and a note */
	notify(ignore);
	fd = open(name, OWRITE | OTRUNC);
	check(fd >= 0);
	setfcw(FCW);
	setmxcsr(NOFP);
	loadxmm(xmmin);
	r = write(p[0], big + sizeof big - 64 * KiB, 100);
	savexmm(xmmout);
	checkint(r, -1);
	checkint(getmxcsr(), NOFP);
	checkint(getfcw() & ~0x40, FCW & ~0x40);
	if(memcmp(xmmin, xmmout, sizeof xmmin) != 0)
		fail("xmm registers changed");
	exits("done");
}

static void
execcut(void *arg)
{
	char *argv[] = {"wildtest", "-cut", arg, nil};

	exec(arg, argv);
	fail("exec: %r");
}

static void
failingcallskeepfloatingpoint(void)
{
	static char buf[64 * KiB];
	char *name = tmpname("cut");
	int from = open(self, OREAD), to = create(name, OWRITE, 0755), n;

	check(from >= 0 && to >= 0);
	while((n = read(from, buf, sizeof buf)) > 0)
		check(write(to, buf, n) == n);
	close(from);
	close(to);
	checkstr(childmsg(spawn(RFFDG, execcut, name)), "done");
	remove(name);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(trapsonawildstackkillonlytheprocess),
	    CASE(notesonawildstackkillonlytheprocess),
	    CASE(gatesonawildstackkillonlytheprocess),
	    CASE(gatesreturningnowherekillonlytheprocess),
	    CASE(jumpsbetweengatesaretraps),
	    CASE(hostsoldsystemcallisatrap),
	    CASE(failingcallskeepfloatingpoint),
	};

	if(argc == 3 && strcmp(argv[1], "-cut") == 0)
		modecut(argv[2]);
	runcases(cases, nelem(cases), argc, argv);
}

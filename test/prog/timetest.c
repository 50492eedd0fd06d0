/*
 * sleep, alarm, _nsec. sleep(2), nsec(2). Times are compared with what was
 * asked for only where too short would be wrong, never where too long would.
 */
#include "test.h"

enum
{
	MS = 1000000, /* ns */
};

static char lastnote[ERRMAX];
static volatile int nnote;
static volatile int again; /* the handler sets the next alarm, ms */

static void
keep(Ureg *u, char *msg)
{
	USED(u);
	strecpy(lastnote, lastnote + sizeof lastnote, msg);
	nnote++;
	if(again)
		alarm(again);
	noted(NCONT);
}

static void
sleeptakesatleasthalfoftheasked(void)
{
	vlong t = _nsec(nil);

	checkint(sleep(60), 0);
	check(_nsec(nil) - t >= 30LL * MS);
}

static void
sleepzeroandlessreturn(void)
{
	checkint(sleep(0), 0);
	check(sleep(-1) <= 0);
}

static void
alarmreturnswhatremained(void)
{
	s32int left;

	checkint(alarm(100000), 0);
	left = alarm(50000);
	check(left > 0 && left <= 100000);
	left = alarm(0);
	check(left > 0 && left <= 50000);
	checkint(alarm(0), 0);
}

static void
alarmsnoteisalarm(void)
{
	notify(keep);
	alarm(10);
	while(nnote == 0)
		sleep(1);
	checkstr(lastnote, "alarm");
	checkint(alarm(0), 0);
}

static void
alarminterruptssleep(void)
{
	notify(keep);
	again = 20; /* should the first one come before the sleep */
	alarm(20);
	checkerr(sleep(1000000), "interrupted");
	alarm(0);
	checkstr(lastnote, "alarm");
}

static void
alarmreachesaspinningprocess(void)
{
	notify(keep);
	alarm(20);
	while(nnote == 0)
		__asm__ volatile("pause");
	checkstr(lastnote, "alarm");
}

static void
clearedalarmdoesnotcome(void)
{
	notify(keep);
	alarm(50);
	alarm(0);
	sleep(120);
	checkint(nnote, 0);
}

static void
alarmer(void *arg)
{
	USED(arg);
	alarm(10);
	for(;;)
		sleep(1000);
}

static void
uncaughtalarmkills(void)
{
	checkstr(childmsg(spawn(RFFDG, alarmer, nil)), "alarm");
}

static void
noalarm(void *arg)
{
	USED(arg);
	checkint(alarm(0), 0);
}

static void
alarmisnotinherited(void)
{
	alarm(100000);
	childok(spawn(RFFDG, noalarm, nil));
	check(alarm(0) > 0);
}

static void
nsecadvances(void)
{
	vlong a = _nsec(nil), b;

	check(a > 0);
	sleep(2);
	b = _nsec(nil);
	check(b > a);
}

static void
nsecneverrunsback(void)
{
	vlong t = _nsec(nil), u;
	int i;

	for(i = 0; i < 10000; i++) {
		u = _nsec(nil);
		if(u < t)
			fail("time ran back by %lld", t - u);
		t = u;
	}
}

static void
nsecagreeswithdevtime(void)
{
	char buf[256], *f[4];
	vlong before, after, t;

	before = _nsec(nil);
	check(readfile("/dev/time", buf, sizeof buf) > 0);
	after = _nsec(nil);
	check(tokenize(buf, f, 4, " ") >= 2);
	t = strtoll(f[1], nil, 10);
	check(t >= before - 1000LL * MS && t <= after + 1000LL * MS);
	t = strtoll(f[0], nil, 10);
	check(t >= before / 1000000000 - 1 && t <= after / 1000000000 + 1);
}

static void
nsecwithapointerisaresulttoo(void)
{
	vlong t = 0, before, r;

	before = _nsec(nil);
	r = _nsec(&t);
	check(r >= before);
	/* the old form stores as well; nothing else may appear there */
	check(t == 0 || t == r);
}

static void
nsecwithjunkforapointerisharmless(void)
{
	vlong before = _nsec(nil);

	check(_nsec(badaddr) >= before);
	check(_nsec((void *)~7ULL) >= before);
	check(_nsec((void *)UTZERO) >= before);
}

static uvlong
rdtsc(void)
{
	u32int lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (uvlong)hi << 32 | lo;
}

/* In parts of a thousand, how much more a is than b. */
static int
near(vlong a, vlong b, int part)
{
	vlong d = a - b;

	return (d < 0 ? -d : d) < b / 1000 * part;
}

/* The two counters may be read at different times, when others want the processor. */
static void
toshasthefrequencyofthecounter(void)
{
	uvlong c, hz;
	vlong t;
	int i;

	check(_tos->cyclefreq > 0);
	for(i = 0; i < 10; i++) {
		t = _nsec(nil);
		c = rdtsc();
		sleep(300);
		hz = (rdtsc() - c) * 1000 / ((_nsec(nil) - t) / MS);
		if(near(_tos->cyclefreq, hz, 20))
			return;
	}
	fail("%llu Hz, measured %llu", _tos->cyclefreq, hz);
}

/* Cycles of this process, not of the time that it slept. */
static void
toscountscycles(void)
{
	vlong before, used, t;

	check(_tos->pcycles >= _tos->kcycles && _tos->kcycles >= 0);
	sleep(1);
	before = _tos->pcycles;
	check(before > 0);
	for(t = _nsec(nil); _nsec(nil) - t < 100LL * MS;)
		;
	sleep(100);
	used = _tos->pcycles - before;
	/* it may have had to wait for a processor, and not all was its own */
	check(used > 0);
	check(used < (vlong)(_tos->cyclefreq / 1000 * 180));
	/* a host may count short times in its kernel as the program's */
	if(_tos->kcycles < 0 || _tos->kcycles > _tos->pcycles)
		fail(
		    "kcycles %lld, pcycles %lld", _tos->kcycles, _tos->pcycles);
	checkint(_tos->pid, getpid());
}

enum
{
	/* prof(1): how functions are timed; 0 is not at all */
	Profsample = 4,
};

/* prof(1): a program that says in its Tos that it is profiled has a clock that ticks, */
static void
aprofiledprogramsclockticks(void)
{
	u32int at;
	vlong t;

	at = _tos->clock;
	for(t = _nsec(nil); _nsec(nil) - t < 50LL * MS;)
		;
	checkint(_tos->clock, at);
	_tos->prof.what = Profsample;
	check(sbrk(BY2PG) != (void *)-1);
	/* without a system call: it ends or the case hangs */
	while(*(volatile u32int *)&_tos->clock < at + 100)
		;
	checkint((_tos->clock - at) % 10, 0);
	at = _tos->clock;
	sleep(300);
	check(_tos->clock < at + 300);
}

/* and cycle counts that each system call writes */
static void
aprofiledprogramscyclesaretrue(void)
{
	vlong k0, p0, k1, p1, k2, p2, i;

	_tos->prof.what = Profsample;
	check(sbrk(BY2PG) != (void *)-1);
	sysr1();
	k0 = _tos->kcycles;
	p0 = _tos->pcycles;
	check(p0 > 0 && k0 >= 0);
	for(i = 0; i < 100000; i++)
		sysr1();
	k1 = _tos->kcycles;
	p1 = _tos->pcycles;
	check(k1 > k0 && p1 > p0 && p1 - p0 >= k1 - k0);
	/* in user mode alone: the process has used it, and the kernel little of it */
	for(i = 0; i < 200000000; i++)
		__asm__ volatile("" ::: "memory");
	sysr1();
	k2 = _tos->kcycles;
	p2 = _tos->pcycles;
	check(p2 - p1 > 1000000);
	check(k2 - k1 < (p2 - p1) / 2);
	/* a call that waits uses nothing */
	sleep(200);
	check(_tos->pcycles - p2 < (vlong)(_tos->cyclefreq / 1000 * 150));
	/* children are profiled as their parent is */
	if(fork() == 0) {
		k0 = _tos->pcycles;
		for(i = 0; i < 100000; i++)
			sysr1();
		check(_tos->pcycles > k0);
		exits(nil);
	}
	check(waitfor(&(Waitmsg){0}) > 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(sleeptakesatleasthalfoftheasked),
	    CASE(sleepzeroandlessreturn),
	    CASE(alarmreturnswhatremained),
	    CASE(alarmsnoteisalarm),
	    CASE(alarminterruptssleep),
	    CASE(alarmreachesaspinningprocess),
	    CASE(clearedalarmdoesnotcome),
	    CASE(uncaughtalarmkills),
	    CASE(alarmisnotinherited),
	    CASE(nsecadvances),
	    CASE(nsecneverrunsback),
	    CASE(nsecagreeswithdevtime),
	    CASE(nsecwithapointerisaresulttoo),
	    CASE(nsecwithjunkforapointerisharmless),
	    CASE(toshasthefrequencyofthecounter),
	    CASE(toscountscycles),
	    CASE(aprofiledprogramsclockticks),
	    CASE(aprofiledprogramscyclesaretrue),
	};

	runcases(cases, nelem(cases), argc, argv);
}

/*
 * Memory: data, bss, stack, brk_, segments, copy on write. brk(2), segattach(2),
 * segbrk(2), segflush(2), fork(2).
 */
#include "test.h"

enum
{
	BIG = 8 * MiB,
	DEEP = 12 * MiB, /* of the 16 a stack may grow to */
	FRAME = 4 * KiB,
};

static char initial[3 * BY2PG] = "start";
static char *pointers[] = {"a", initial + 100, (char *)&pointers};
static char bigbss[256 * MiB];

static void
staticdatahasitsvalues(void)
{
	int i;

	checkstr(initial, "start");
	checkstr(pointers[0], "a");
	check(pointers[1] == initial + 100);
	check(pointers[2] == (char *)pointers);
	for(i = 6; i < (int)sizeof initial; i++)
		check(initial[i] == 0);
}

/* A switch table in text. */
static int
turn(int i)
{
	switch(i) {
	case 0:
		return 17;
	case 1:
		return 3;
	case 2:
		return 99;
	case 3:
		return 4;
	case 4:
		return 81;
	case 5:
		return 2;
	case 6:
		return 55;
	default:
		return -1;
	}
}

static void
switchtableswork(void)
{
	static int want[] = {17, 3, 99, 4, 81, 2, 55, -1};
	volatile int i;

	for(i = 0; i < (int)nelem(want); i++)
		checkint(turn(i), want[i]);
}

static void
bigbssiszeroandsparse(void)
{
	usize i;

	for(i = 0; i < sizeof bigbss; i += MiB) {
		if(bigbss[i] != 0)
			fail("bss at %lld is not 0", (vlong)i);
		bigbss[i] = 1;
	}
	check(bigbss[sizeof bigbss - 1] == 0);
}

static void
brkgrowsandiszero(void)
{
	char *p = sbrk(BIG);
	int i;

	check(p != (void *)-1);
	for(i = 0; i < BIG; i += 512)
		if(p[i] != 0)
			fail("new byte %d is %d", i, p[i]);
	memset(p, 1, BIG);
	check(p[BIG - 1] == 1);
}

static void
touch(void *arg)
{
	*(volatile char *)arg = 1;
}

static void
brkshrinksandforgets(void)
{
	char *p = sbrk(BIG);

	memset(p, 1, BIG);
	checkint(brk_(p + BY2PG), 0);
	checkhas(childmsg(spawn(RFFDG, touch, p + BIG - 1)),
	    "sys: trap: fault write");
	checkint(brk_(p + BIG), 0);
	check(p[BIG - 1] == 0);
	check(p[0] == 1);
}

static void
brkoutsidebssfails(void)
{
	check(brk_((void *)UTZERO) == -1);
	check(brk_((void *)(USTKTOP - BY2PG)) == -1);
	check(brk_((void *)~0ULL) == -1);
	check(brk_((void *)(USTKTOP * 2)) == -1);
}

/* The kernel keeps tables for a segment, so it cannot be of any size; what is not
 * touched costs next to nothing. */
static void
segmentshavealimit(void)
{
	char *here = sbrk(0);

	checkerr(
	    brk_((void *)0x500000000000), "virtual memory allocation failed");
	checkint(brk_(here + (32ULL << 30)), 0);
	here[31ULL << 30] = 1;
	checkint(here[30ULL << 30], 0);
}

static void
brkrefusestorunintoasegment(void)
{
	char *here = sbrk(0);
	char *far = (char *)ROUNDUP((uintptr)here, (uintptr)MiB) + 64 * MiB;

	check(segattach(0, "memory", far, BY2PG) == far);
	check(brk_(far + MiB) == -1);
	checkint(brk_(far), 0);
}

static int
deep(int bytes)
{
	volatile char frame[FRAME];

	frame[0] = bytes;
	frame[FRAME - 1] = bytes;
	if(bytes <= 0)
		return 0;
	return deep(bytes - FRAME) + (frame[0] == frame[FRAME - 1]);
}

static void
stackgrows(void)
{
	checkint(deep(DEEP), DEEP / FRAME);
}

static void
overflow(void *arg)
{
	USED(arg);
	exits(deep(64 * MiB) == 1 ? "1" : "the stack has no end");
}

static void
stackoverflowisadeath(void)
{
	checkhas(childmsg(spawn(RFFDG, overflow, nil)), "sys: ");
}

static void
overflowwithhandler(void *arg)
{
	notify(ignore);
	overflow(arg);
}

static void
stackoverflowwithahandlerisadeath(void)
{
	check(childmsg(spawn(RFFDG, overflowwithhandler, nil))[0] != 0);
}

static void
textcannotbewritten(void)
{
	checkhas(childmsg(spawn(RFFDG, touch, (void *)UTZERO)),
	    "sys: trap: fault write addr=0x200000");
}

static void
gapbetweentextanddatafaults(void)
{
	char *p = (char *)ROUNDUP((uintptr)etext, (uintptr)BY2PG);

	if((uintptr)p % UTROUND == 0)
		return; /* text fills its 2 MiB */
	checkhas(childmsg(spawn(RFFDG, touch, p)), "sys: trap: fault write");
}

static void
textholdsitsheader(void)
{
	uchar *h = (uchar *)UTZERO;

	check(h[2] == 0x8a && h[3] == 0x97);
}

static void
segmentisattachedzeroedanddetached(void)
{
	char *p = segattach(0, "memory", nil, 3 * BY2PG);

	check(p != (void *)-1);
	checkint((uintptr)p % BY2PG, 0);
	check(p[0] == 0 && p[3 * BY2PG - 1] == 0);
	memset(p, 'm', 3 * BY2PG);
	checkint(segdetach(p + BY2PG), 0);
	checkhas(childmsg(spawn(RFFDG, touch, p)), "sys: trap: fault write");
	check(segdetach(p) == -1);
}

static void
segmentgoeswhereasked(void)
{
	char *want = (char *)0x100000000ULL;

	/* both ends are rounded outwards */
	check(segattach(0, "memory", want + 5, BY2PG) == want);
	want[0] = 1;
	want[2 * BY2PG - 1] = 1;
	check(segattach(0, "memory", want, BY2PG) == (void *)-1);
	check(segattach(0, "shared", want - BY2PG, 2 * BY2PG) == (void *)-1);
	check(segattach(0, "shared", want + 2 * BY2PG, BY2PG) ==
	    want + 2 * BY2PG);
}

static void
badsegmentsarerefused(void)
{
	notify(ignore);
	check(segattach(0, "no such class", nil, BY2PG) == (void *)-1);
	check(segattach(0, badaddr, nil, BY2PG) == (void *)-1);
	check(segattach(0, "memory", (void *)UTZERO, BY2PG) == (void *)-1);
	check(segattach(0, "memory", initial, BY2PG) == (void *)-1);
	check(segattach(0, "memory", (void *)(USTKTOP - BY2PG), BY2PG) ==
	    (void *)-1);
	check(segattach(0, "memory", (void *)USTKTOP, BY2PG) == (void *)-1);
	check(segattach(0, "memory", (void *)~0xfffULL, BY2PG) == (void *)-1);
	check(segattach(0, "memory", (void *)0x100000000ULL, ~0ULL << 32) ==
	    (void *)-1);
	checkstr(initial, "start");
}

static void
readonlysegmentcannotbewritten(void)
{
	char *p = segattach(SG_RONLY, "memory", nil, BY2PG);

	check(p != (void *)-1);
	check(p[0] == 0);
	checkhas(childmsg(spawn(RFFDG, touch, p)), "sys: trap: fault write");
	notify(ignore);
	check(read(open("/dev/zero", OREAD), p, 10) == -1);
}

static void
setchar(void *arg)
{
	*(volatile char *)arg = 'c';
}

static void
sharedissharedandmemoryisnot(void)
{
	char *s = segattach(0, "shared", nil, BY2PG);
	char *m = segattach(0, "memory", nil, BY2PG);

	check(s != (void *)-1 && m != (void *)-1);
	s[0] = m[0] = 'p';
	childok(spawn(RFFDG, setchar, s));
	childok(spawn(RFFDG, setchar, m));
	check(s[0] == 'c');
	check(m[0] == 'p');
}

static void
stackcannotbedetached(void)
{
	char local;

	check(segdetach(&local) == -1);
	check(segdetach((void *)0x123456789000ULL) == -1);
	check(segdetach(nil) == -1);
}

static void
segfreezeroes(void)
{
	char *p = segattach(0, "shared", nil, 4 * BY2PG);

	memset(p, 'f', 4 * BY2PG);
	checkint(segfree(p + BY2PG, 2 * BY2PG), 0);
	check(p[0] == 'f' && p[3 * BY2PG] == 'f');
	check(p[BY2PG] == 0 && p[3 * BY2PG - 1] == 0);
	check(segfree((void *)0x123456789000ULL, BY2PG) == -1);
}

static void
segflushtakesanyrange(void)
{
	char *p = segattach(0, "memory", nil, 4 * BY2PG);

	memset(p, 's', 4 * BY2PG);
	checkint(segflush(p, 4 * BY2PG), 0);
	checkint(segflush(p + 5, 1), 0);
	checkint(segflush((void *)UTZERO, BY2PG), 0);
	check(p[0] == 's' && p[4 * BY2PG - 1] == 's');
	check(segflush((void *)0x123456789000ULL, BY2PG) == -1);
}

static void
segflushstraddlessegments(void)
{
	char *base = (char *)0x200000000ULL;

	check(segattach(0, "shared", base, BY2PG) == base);
	check(segattach(0, "memory", base + BY2PG, BY2PG) == base + BY2PG);
	checkint(segflush(base, 2 * BY2PG), 0);
	checkint(segflush(base + 100, BY2PG), 0);
	check(segflush(base, 2 * BY2PG + 1) == -1);
	check(segflush(base - 1, 2) == -1);
	check(segflush(base, 0xffffffffU) == -1);
}

static void
segbrkgrowsanattachedsegment(void)
{
	char *base = (char *)0x200000000ULL;

	check(segattach(0, "shared", base, BY2PG) == base);
	check(segbrk(base + 10, nil) == base);
	check(segbrk(base, base + 3 * BY2PG) == nil);
	base[3 * BY2PG - 1] = 1;
	check(segbrk((void *)UTZERO, (void *)(UTZERO + BIG)) == (void *)-1);
	check(segbrk((void *)0x123456789000ULL, nil) == (void *)-1);
}

static void
segmentsarelimitedandreusable(void)
{
	void *p[64];
	int i, n;

	for(n = 0; n < (int)nelem(p); n++) {
		p[n] = segattach(0, "shared", nil, BY2PG);
		if(p[n] == (void *)-1)
			break;
	}
	checkint(n, 5);
	for(i = 0; i < n; i++)
		checkint(segdetach(p[i]), 0);
	check(segattach(0, "shared", nil, BY2PG) != (void *)-1);
}

static void
sharedsegmentoutlivesitsmaker(void)
{
	volatile int *p = sharedpage();
	int pid;

	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		if(rfork(RFPROC | RFFDG | RFNOWAIT) == 0) {
			sleep(30);
			p[1] = p[0] + 1;
			exits(nil);
		}
		p[0] = 41;
		exits(nil);
	}
	childok(pid);
	waitval(&p[1], 42);
}

static void
mallocgivesdistinctblocks(void)
{
	char *p[200];
	int i, j;

	for(i = 0; i < (int)nelem(p); i++) {
		p[i] = malloc(i * 37 + 1);
		check(p[i] != nil);
		memset(p[i], i, i * 37 + 1);
		if(i % 3 == 2) {
			free(p[i - 1]);
			p[i - 1] = nil;
		}
	}
	for(i = 0; i < (int)nelem(p); i++)
		for(j = 0; p[i] != nil && j < i * 37 + 1; j++)
			check(p[i][j] == (char)i);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(staticdatahasitsvalues),
	    CASE(switchtableswork),
	    CASE(bigbssiszeroandsparse),
	    CASE(brkgrowsandiszero),
	    CASE(brkshrinksandforgets),
	    CASE(brkoutsidebssfails),
	    CASE(segmentshavealimit),
	    CASE(brkrefusestorunintoasegment),
	    CASE(stackgrows),
	    CASE(stackoverflowisadeath),
	    CASE(stackoverflowwithahandlerisadeath),
	    CASE(textcannotbewritten),
	    CASE(gapbetweentextanddatafaults),
	    CASE(textholdsitsheader),
	    CASE(segmentisattachedzeroedanddetached),
	    CASE(segmentgoeswhereasked),
	    CASE(badsegmentsarerefused),
	    CASE(readonlysegmentcannotbewritten),
	    CASE(sharedissharedandmemoryisnot),
	    CASE(stackcannotbedetached),
	    CASE(segfreezeroes),
	    CASE(segflushtakesanyrange),
	    CASE(segflushstraddlessegments),
	    CASE(segbrkgrowsanattachedsegment),
	    CASE(segmentsarelimitedandreusable),
	    CASE(sharedsegmentoutlivesitsmaker),
	    CASE(mallocgivesdistinctblocks),
	};

	runcases(cases, nelem(cases), argc, argv);
}

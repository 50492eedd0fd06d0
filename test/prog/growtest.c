/*
 * A program run again and again: the kernel keeps ready what memory its last run
 * asked for. No run may see that, neither what was in it nor that it is there before it
 * asks. brk(2), fork(2).
 */
#include "test.h"

enum
{
	Grow = 6 * MiB,
	Little = 64 * KiB,
	Far = 256 * KiB, /* pages as far apart share no mapping */
	Nfar = 240, /* more of them than the kernel remembers of a process */
	Rounds = 12,
};

/* Pages that a run writes to: some neighbours, some far apart. */
static int
writes(int page)
{
	return page < 20 || page % 37 == 0 || (page > 600 && page < 700) ||
	    page == Grow / BY2PG - 1;
}

static void
writepages(uchar *p, int how)
{
	int k;

	for(k = 0; k < Grow / BY2PG; k++)
		if(writes(k))
			p[k * BY2PG + k % BY2PG] = k + how;
}

static void
checkpages(uchar *p, int how)
{
	int k;

	for(k = 0; k < Grow / BY2PG; k++)
		if(writes(k))
			checkint(p[k * BY2PG + k % BY2PG], (uchar)(k + how));
}

static void
thread(void *p)
{
	checkpages(p, 1);
	writepages(p, 2);
	exits(nil);
}

/* -grow: what it gets is zero, and is its own, and its threads'. */
static void
grow(void)
{
	uchar *p = sbrk(Grow);
	vlong i;

	check(p != (void *)-1);
	for(i = 0; i < Grow / (vlong)sizeof(uvlong); i++)
		if(((uvlong *)p)[i] != 0)
			fail("word %lld of new memory is %lld", i,
			    ((vlong *)p)[i]);
	writepages(p, 1);
	checkstr(childmsg(spawn(RFMEM | RFFDG, thread, p)), "");
	checkpages(p, 2);
}

/* -scatter n: the same for n pages far apart, which its thread has, too. */
static void
readfar(void *p)
{
	int k;

	for(k = 0; k < Nfar; k++)
		checkint(((uchar *)p)[k * Far], k % 250);
	exits(nil);
}

static void
scatter(int n)
{
	uchar *p = sbrk(Nfar * Far);
	int k;

	check(p != (void *)-1);
	for(k = 0; k < n; k++) {
		checkint(p[k * Far], 0);
		p[k * Far] = k % 250;
	}
	if(n == Nfar)
		checkstr(childmsg(spawn(RFMEM | RFFDG, readfar, p)), "");
	for(k = 0; k < n; k++)
		checkint(p[k * Far], k % 250);
}

/* -peek offset, -poke offset: beyond the break. -little offset: when that is not where it was. */
static void
beyond(char *mode, char *offset)
{
	volatile uchar *p;

	if(strcmp(mode, "-little") == 0) {
		p = sbrk(Little);
		check(p != (void *)-1 && p[Little - 1] == 0);
	}
	p = (uchar *)ROUNDUP((uintptr)sbrk(0), (uintptr)BY2PG) + atoi(offset);
	if(strcmp(mode, "-poke") == 0)
		*p = 1;
	exits(*p == 0 ? "zero" : "not zero");
}

static char *
runmode(char *mode, int offset)
{
	char num[NUMSIZE];
	int pid;

	snprint(num, sizeof num, "%d", offset);
	pid = rfork(RFPROC | RFFDG);
	check(pid >= 0);
	if(pid == 0) {
		char *argv[] = {self, mode, num, nil};

		exec(self, argv);
		exits("cannot exec");
	}
	return childmsg(pid);
}

static void
memoryiszeroineachrun(void)
{
	int i;

	for(i = 0; i < Rounds; i++)
		checkstr(runmode("-grow", 0), "");
}

static void
memoryisnottherebeforeitisaskedfor(void)
{
	int i, off;

	for(i = 0; i < Rounds; i++) {
		checkstr(runmode("-grow", 0), "");
		off = (i % 2 == 0 ? i : 600 + i) * BY2PG;
		checkhas(runmode("-peek", off), "sys: trap: fault read");
		checkhas(runmode("-poke", off), "sys: trap: fault write");
		checkhas(runmode("-little", off), "sys: trap: fault read");
	}
}

/* Some of these have as much mapped as is remembered, some a little more or less, and some
 * far more. */
static void
manymappingsarenotmixedup(void)
{
	static const int n[] = {90, Nfar, 100, 60, 140, 150, 10};
	int i;

	for(i = 0; i < Rounds; i++) {
		checkstr(runmode("-scatter", n[i % nelem(n)]), "");
		checkhas(
		    runmode("-peek", (i + 1) * Far), "sys: trap: fault read");
		checkstr(runmode("-grow", 0), "");
	}
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(memoryiszeroineachrun),
	    CASE(memoryisnottherebeforeitisaskedfor),
	    CASE(manymappingsarenotmixedup),
	};

	if(argc > 2 && strcmp(argv[1], "-grow") == 0) {
		grow();
		exits(nil);
	}
	if(argc > 2 && strcmp(argv[1], "-scatter") == 0) {
		scatter(atoi(argv[2]));
		exits(nil);
	}
	if(argc > 2 && argv[1][0] == '-')
		beyond(argv[1], argv[2]);
	runcases(cases, nelem(cases), argc, argv);
}

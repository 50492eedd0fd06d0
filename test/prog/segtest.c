/*
 * Segments: what may run, what segattach and its kin accept, sharing by rfork.
 * segattach(2), segbrk(2), segflush(2), brk(2), fork(2).
 */
#include "test.h"

enum
{
	RET = 0xc3, /* the instruction */
	/* a page fault's error code: present, user mode, instruction fetch */
	NOEXEC = 0x15,
	PAGEFAULT = 14,
	SG_NOEXEC = 02000,
};

static uchar initialised[64] = {RET};
static uchar zeros[64];

static void
callit(void *code)
{
	((void (*)(void))code)();
	exits("ran");
}

static void
cannotrun(uchar *code)
{
	char want[64];

	*code = RET;
	snprint(want, sizeof want, "sys: trap: fault read addr=0x%llx",
	    (uvlong)(uintptr)code);
	checkhas(childmsg(spawn(RFFDG, callit, code)), want);
	checkhas(childmsg(spawn(RFFDG | RFMEM, callit, code)), want);
}

static void
onlytextcanrun(void)
{
	uchar local[16], *p;
	uint i;
	static char *classes[] = {"memory", "shared"};

	cannotrun(initialised);
	cannotrun(zeros);
	cannotrun(sbrk(BY2PG));
	*local = RET;
	checkhas(
	    childmsg(spawn(RFFDG, callit, local)), "sys: trap: fault read");
	for(i = 0; i < nelem(classes); i++) {
		p = segattach(0, classes[i], nil, BY2PG);
		check(p != (void *)-1);
		cannotrun(p);
	}
}

static volatile u64int faultpc, faulterr, faulttype;

static void
seefault(Ureg *u, char *msg)
{
	USED(msg);
	faultpc = u->pc;
	faulterr = u->error;
	faulttype = u->type;
	/* as if the instruction had returned */
	u->pc = *(u64int *)u->sp;
	u->sp += sizeof(u64int);
	noted(NCONT);
}

static void
afetchsaysitisone(void)
{
	zeros[0] = RET;
	notify(seefault);
	((void (*)(void))(void *)zeros)();
	checkint(faultpc, (uintptr)zeros);
	checkint(faulterr, NOEXEC);
	checkint(faulttype, PAGEFAULT);
}

static void
canrun(uchar *code)
{
	checkstr(childmsg(spawn(RFFDG, callit, code)), "ran");
	checkstr(childmsg(spawn(RFFDG | RFMEM, callit, code)), "ran");
}

static void
flushedcodecanrun(void)
{
	uchar *p;

	p = segattach(0, "memory", nil, 2 * BY2PG);
	cannotrun(p);
	checkint(segflush(p + 100, 1), 0);
	canrun(p);
	/* and be written again */
	p[0] = 0x90;
	p[1] = RET;
	canrun(p);
	cannotrun(zeros);
}

static void
flushshared(void *code)
{
	*(uchar *)code = RET;
	checkint(segflush(code, 1), 0);
}

static void
onesflushisforall(void)
{
	uchar *p;

	p = segattach(0, "shared", nil, BY2PG);
	cannotrun(p);
	childok(spawn(RFFDG, flushshared, p));
	canrun(p);
}

static void
noexecstays(void)
{
	uchar local[16], *p;

	p = segattach(SG_NOEXEC, "memory", nil, BY2PG);
	*p = RET;
	checkint(segflush(p, BY2PG), 0);
	cannotrun(p);
	*local = RET;
	checkint(segflush(local, 1), 0);
	checkhas(
	    childmsg(spawn(RFFDG, callit, local)), "sys: trap: fault read");
}

static void
detachtext(void *arg)
{
	USED(arg);
	segdetach((void *)UTZERO);
	exits("still here");
}

static void
textcanbedetached(void)
{
	checkhas(childmsg(spawn(RFFDG, detachtext, nil)),
	    "sys: trap: fault read addr=0x2");
	/* it was the child's alone */
	checkhas(childmsg(spawn(RFFDG | RFMEM, detachtext, nil)),
	    "sys: trap: fault read addr=0x2");
}

static void
detachdata(void *arg)
{
	USED(arg);
	segdetach(initialised);
	_notify(nil);
	exits("still here");
}

static void
datacanbedetached(void)
{
	checkstr(childmsg(spawn(RFFDG, detachdata, nil)), "still here");
	check(initialised[0] == RET);
}

static void
segattachchecksitsarguments(void)
{
	void *p;

	checkerr(segattach(0, "memory", nil, 0), "bad arg in system call");
	checkerr(
	    segattach(0, "memory", (void *)1, BY2PG), "bad arg in system call");
	checkerr(segattach(0, "memory", (void *)USTKTOP, BY2PG),
	    "bad arg in system call");
	checkerr(segattach(0, "memory", (void *)(USTKTOP - BY2PG), BY2PG),
	    "segments overlap");
	checkerr(segattach(0, "memory", (void *)~0xfffULL, BY2PG),
	    "bad arg in system call");
	checkerr(segattach(0, "nosuch", nil, BY2PG), "bad arg in system call");
	checkerr(
	    segattach(0, "nosuch", (void *)UTZERO, BY2PG), "segments overlap");
	/* the length is 32 bits wide */
	checkerr(
	    segattach(0, "memory", nil, 1ULL << 32), "bad arg in system call");
	p = segattach(0, "memory", nil, ~0ULL);
	check(p != (void *)-1);
	((char *)p)[0xffffffffU] = 1;
	checkint(segdetach(p), 0);
}

static void
fivecanbeattached(void)
{
	int i;

	for(i = 0; i < 5; i++)
		check(segattach(0, "memory", nil, BY2PG) != (void *)-1);
	checkerr(segattach(0, "memory", nil, BY2PG),
	    "virtual memory allocation failed");
	/* before anything else is looked at */
	checkerr(
	    segattach(0, "nosuch", nil, 0), "virtual memory allocation failed");
}

/* How many Segments a child may attach that gave up what contains seg. It looks at its lines of
 * /proc/n/segment when it has them, and execs when told to. */
static void
attachinsteadof(void *arg)
{
	volatile uintptr *w = arg;
	char *args[3] = {self, "-true", nil};
	int n;

	_notify(nil);
	segdetach((void *)w[2]);
	for(n = 0; segattach(0, "memory", nil, BY2PG) != (void *)-1; n++)
		;
	w[1] = n;
	waitval((int *)&w[0], 1);
	exec(args[0], args);
	exits("exec");
}

/* segattach takes the first free place; after exec nothing of the places is left */
static void
placesofdetachedsegmentsareused(void)
{
	void *seg[] = {initialised, zeros};
	volatile uintptr *w = (volatile uintptr *)sharedpage();
	char name[64], text[2048], *l;
	int pid, i;

	/* w is in one place */
	for(i = 0; i < 2; i++) {
		w[0] = w[1] = 0;
		w[2] = (uintptr)seg[i];
		pid = spawn(RFFDG, attachinsteadof, (void *)w);
		while(w[1] == 0)
			sleep(5);
		checkint(w[1], 4 + 1);
		snprint(name, sizeof name, "/proc/%d/segment", pid);
		check(readfile(name, text, sizeof text) > 0);
		checkhas(text, "Text   R    200000   400000 ");
		/* stack, text, and what came into the place */
		l = strchr(strchr(text, '\n') + 1, '\n') + 1;
		if(i == 1)
			l = strchr(l, '\n') + 1;
		check(strncmp(l, "Bss ", 4) == 0);
		check(strncmp(l + 10, "7ff", 3) == 0);
		w[0] = 1;
		childok(pid);
	}
}

static void
segbrkanswersnothing(void)
{
	char *base = (char *)0x200000000ULL;
	static char *classes[] = {"memory", "shared"};
	uint i;

	for(i = 0; i < nelem(classes); i++) {
		check(segattach(0, classes[i], base, BY2PG) == base);
		check(segbrk(base + 100, nil) == base);
		check(segbrk(base, base + 3 * BY2PG) == nil);
		base[3 * BY2PG - 1] = 1;
		check(segbrk(base, base + BY2PG + 1) == nil);
		check(base[BY2PG] == 0);
		checkerr(segbrk(base, base - BY2PG),
		    "virtual memory allocation failed");
		checkint(segdetach(base), 0);
	}
	checkerr(segbrk((void *)UTZERO, (void *)(UTZERO + BY2PG)),
	    "bad arg in system call");
	checkerr(segbrk(&base, (void *)USTKTOP), "bad arg in system call");
	checkerr(segbrk(initialised, sbrk(0)), "bad arg in system call");
	checkerr(segbrk((void *)16, nil), "bad arg in system call");
}

/* What sbrk(2) of too much says depends on where it would end. */
static void
brksaysinwhoseway(void)
{
	char *here = sbrk(0);
	char *far = (char *)ROUNDUP((uintptr)here, (uintptr)MiB) + MiB;

	checkerr(brk_(here + (1ULL << 50)), "segments overlap");
	checkerr(brk_((void *)~0ULL), "segments overlap");
	checkerr(brk_((void *)(USTKTOP - BY2PG)), "segments overlap");
	checkerr(
	    brk_((void *)0x700000000000), "virtual memory allocation failed");
	checkerr(brk_((void *)16), "virtual memory allocation failed");
	check(segattach(0, "memory", far, BY2PG) == far);
	checkerr(brk_(far + 1), "segments overlap");
	checkerr(brk_(far + 10 * BY2PG), "segments overlap");
	checkint(brk_(far), 0);
	far[-1] = 1;
	/* where the bss begins */
	check(brk_(nil) >= (int)(uintptr)initialised);
	check(brk_(nil) < (int)(uintptr)end);
}

static void
growandshrink(void *arg)
{
	char *e = arg;

	checkerr(segbrk(e, e + BY2PG), "device or object already in use");
	check(segbrk(e, e + 5 * BY2PG) == nil);
	e[5 * BY2PG - 1] = 's';
}

/* Up, but not down: another process may have given the kernel an address there. */
static void
sharedmemorygrowsonly(void)
{
	char *e = (char *)0x200000000ULL;

	check(segattach(0, "memory", e, 3 * BY2PG) == e);
	e[3 * BY2PG - 1] = 'p';
	childok(spawn(RFFDG | RFMEM, growandshrink, e));
	check(e[5 * BY2PG - 1] == 's');
	check(e[3 * BY2PG - 1] == 'p');
	check(segbrk(e, e + BY2PG) == nil);
	check(segbrk(e, e + 5 * BY2PG) == nil);
	check(e[5 * BY2PG - 1] == 0);
	check(e[3 * BY2PG - 1] == 0);
}

/* Kilobytes that this process has. */
static int
memused(void)
{
	char name[64], text[512], *f[16];

	snprint(name, sizeof name, "/proc/%d/status", getpid());
	check(readfile(name, text, sizeof text) > 0);
	checkint(tokenize(text, f, nelem(f), " "), 12);
	return atoi(f[9]);
}

enum
{
	TIB = 40, /* bits */
};

static void
writelast(void *arg)
{
	((char *)arg)[-1] = 'c';
	check(((char *)arg)[-2] == 'p');
}

/* 16 TiB, of which a few pages are used. */
static void
hugeandsparse(void)
{
	char *p = (char *)(16ULL << TIB), *top = p + (16ULL << TIB);
	uvlong i;
	int before;

	check(segattach(0, "memory", p, BY2PG) == p);
	before = memused();
	check(segbrk(p, top) == nil);
	checkerr(segbrk(p, top + 1), "virtual memory allocation failed");
	for(i = 0; i < 16; i++)
		p[i << TIB] = i;
	top[-2] = 'p';
	for(i = 0; i < 16; i++) {
		checkint(p[i << TIB], i);
		checkint(p[(i << TIB) + (1ULL << TIB) / 2], 0);
	}
	if(memused() - before > 2 * KiB)
		fail("%d KiB used", memused() - before);
	/* copied, and shared */
	childok(spawn(RFFDG, writelast, top));
	check(top[-1] == 0);
	childok(spawn(RFFDG | RFMEM, writelast, top));
	check(top[-1] == 'c');
	/* what is gone is zero when it comes again */
	checkint(segfree(top - 3 * BY2PG, 3 * BY2PG), 0);
	check(top[-1] == 0);
	check(segbrk(p, p + BY2PG) == nil);
	check(segbrk(p, top) == nil);
	check(p[5ULL << TIB] == 0 && top[-2] == 0);
	checkint(segdetach(p), 0);
}

static void
hugebrk(void)
{
	char *here = (char *)ROUNDUP((uintptr)sbrk(0), (uintptr)BY2PG);

	checkint(brk_(here + (1ULL << TIB)), 0);
	here[1ULL << TIB >> 1] = 1;
	here[(1ULL << TIB) - 1] = 1;
	checkint(brk_(here), 0);
}

static void
segflushwantsmemory(void)
{
	char *p = segattach(0, "memory", (void *)0x30000000, 4 * BY2PG);

	checkint(segflush(p, 4 * BY2PG), 0);
	checkerr(segflush(p, 4 * BY2PG + 1), "bad arg in system call");
	checkerr(segflush(p, -1), "bad arg in system call");
	checkerr(segflush((void *)16, 1), "bad arg in system call");
	/* the range is whole pages */
	checkint(segflush((void *)0x1000, 0), 0);
	checkerr(segflush((void *)0x1123, 0), "bad arg in system call");
	checkerr(segflush(p - 1, 1), "bad arg in system call");
	checkerr(segflush(p - 1, 2), "bad arg in system call");
	checkerr(segflush((void *)~0xffULL, 0x10), "bad arg in system call");
	checkint(segflush(p + 4 * BY2PG - 1, 1), 0);
}

/*
 * A chain of processes, each made by rfork with or without RFMEM: bit k of order says how process
 * k makes k+1. Each has words of its own, in pages of their own, in each kind of memory: one that
 * it writes before it forks, one that it writes while its child runs. All see the words of those
 * whose memory they share, and of others what they were when the memories parted.
 */
enum
{
	NCHAIN = 5,
	BEFORE = 100,
	AFTER = 200,
	WORDS = BY2PG / sizeof(int),
};

typedef volatile int Words[WORDS];

static Words chainbss[2 * (NCHAIN + 1)], chaindata[2 * (NCHAIN + 1)] = {{1}};
/* the last of them is shared by all */
static Words *chainmem[5];
static volatile int *chaingo;
static u32int order;

static void
chainwrite(int who, int val)
{
	uint m;

	for(m = 0; m < nelem(chainmem); m++)
		chainmem[m][val == BEFORE ? who : NCHAIN + 1 + who][7] =
		    val + who;
}

/* Process i looks for that word of process who, which is there if there is set. */
static void
chainlook(int i, int who, int val, int there)
{
	uint m;
	int v;

	for(m = 0; m < nelem(chainmem); m++) {
		v = chainmem[m][val == BEFORE ? who : NCHAIN + 1 + who][7];
		if(v != (there || m == nelem(chainmem) - 1 ? val + who : 0))
			fail("order %x: process %d sees %d of %d in memory %d",
			    order, i, v, who, m);
	}
}

/* Do processes a to b, in this order, share their memory? */
static int
chainshares(int a, int b)
{
	for(; a < b; a++)
		if((order >> a & 1) == 0)
			return 0;
	return 1;
}

static void
chainlink(void *arg)
{
	int i, k, pid;

	i = (int)(uintptr)arg;
	for(k = 0; k < i; k++) {
		waitval(&chaingo[k], 1);
		chainlook(i, k, BEFORE, 1);
		/* it was there before k+1 forked */
		chainlook(i, k, AFTER, order >> k & 1);
	}
	chainwrite(i, BEFORE);
	if(i == NCHAIN)
		return;
	pid = spawn(RFFDG | ((order >> i & 1) ? RFMEM : 0), chainlink,
	    (void *)(uintptr)(i + 1));
	chainwrite(i, AFTER);
	chaingo[i] = 1;
	childok(pid);
	for(k = i + 1; k <= NCHAIN; k++)
		chainlook(i, k, BEFORE, chainshares(i, k));
}

static void
sharingandcopyinginanyorder(void)
{
	uint m, k;

	chaingo = sharedpage();
	chainmem[0] = chainbss;
	chainmem[1] = chaindata;
	chainmem[2] = sbrk(sizeof chainbss);
	chainmem[3] = segattach(0, "memory", nil, sizeof chainbss);
	chainmem[4] = segattach(0, "shared", nil, sizeof chainbss);
	check(chainmem[3] != (void *)-1 && chainmem[4] != (void *)-1);
	for(order = 0; order < 1 << NCHAIN; order++) {
		for(m = 0; m < nelem(chainmem); m++)
			for(k = 0; k < 2 * (NCHAIN + 1); k++)
				chainmem[m][k][7] = 0;
		for(k = 0; k < NCHAIN; k++)
			chaingo[k] = 0;
		chainlink(nil);
	}
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(onlytextcanrun),
	    CASE(afetchsaysitisone),
	    CASE(flushedcodecanrun),
	    CASE(onesflushisforall),
	    CASE(noexecstays),
	    CASE(textcanbedetached),
	    CASE(datacanbedetached),
	    CASE(segattachchecksitsarguments),
	    CASE(fivecanbeattached),
	    CASE(placesofdetachedsegmentsareused),
	    CASE(segbrkanswersnothing),
	    CASE(brksaysinwhoseway),
	    CASE(sharedmemorygrowsonly),
	    CASE(segflushwantsmemory),
	    CASE(hugeandsparse),
	    CASE(hugebrk),
	    CASE(sharingandcopyinginanyorder),
	};

	if(argc > 1 && strcmp(argv[1], "-true") == 0)
		exits(nil);
	runcases(cases, nelem(cases), argc, argv);
}

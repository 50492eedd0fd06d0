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

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(onlytextcanrun),
	    CASE(afetchsaysitisone),
	    CASE(flushedcodecanrun),
	    CASE(onesflushisforall),
	    CASE(noexecstays),
	};

	runcases(cases, nelem(cases), argc, argv);
}

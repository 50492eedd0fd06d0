/*
 * Floating-point registers and note handlers: what a handler finds, and what the program finds
 * after it. kicktest.c posts notes at any moment. notify(2)
 */
#include "test.h"

enum
{
	NZMM = 32,
	NMASK = 8,

	OWNFCW = 0x0e7f,
	OWNCSR = 0x9f80,
	/* fcw's bit 6 has no meaning, and a value of its own on each processor */
	FCWMASK = 0xffff & ~0x40,
};

static uchar own[NZMM][64], dirt[NZMM][64], now[NZMM][64];
static u64int ownmask[NMASK], dirtmask[NMASK], nowmask[NMASK];
static volatile int nnote;

static void
fill(void)
{
	int i;

	for(i = 0; i < (int)sizeof own; i++)
		own[i / 64][i % 64] = i * 7 + i / 64;
	memset(dirt, 0xEE, sizeof dirt);
	for(i = 0; i < NMASK; i++) {
		ownmask[i] = 0x0123456789abcdefULL * (i + 1);
		dirtmask[i] = ~0ULL;
	}
}

static void
postself(void)
{
	check(postnote(getpid(), "to myself") == 0);
}

static void
dirtyall(Ureg *u, char *msg)
{
	USED(u), USED(msg);
	nnote++;
	loadzmm(dirt, dirtmask);
	noted(NCONT);
}

static void
allvectorregisterssurviveanote(void)
{
	int i;

	if(!haveavx512()) {
		print("# this processor has no AVX-512\n");
		return;
	}
	fill();
	notify(dirtyall);
	loadzmm(own, ownmask);
	postself();
	savezmm(now, nowmask);
	checkint(nnote, 1);
	for(i = 0; i < NZMM; i++)
		if(memcmp(now[i], own[i], sizeof own[i]) != 0)
			fail("zmm%d changed", i);
	for(i = 0; i < NMASK; i++)
		if(nowmask[i] != ownmask[i])
			fail("k%d changed", i);
}

static u32int hcsr, hfcw;
static uchar hxmm[16][16];

static void
look(Ureg *u, char *msg)
{
	USED(u), USED(msg);
	nnote++;
	hcsr = getmxcsr();
	hfcw = getfcw();
	savexmm(hxmm);
	setmxcsr(0x1f80);
	setfcw(0x37f);
	loadxmm(dirt);
	noted(NCONT);
}

static void
ahandlerbeginswithexecsstate(void)
{
	static uchar zero[16][16];

	fill();
	notify(look);
	loadxmm(own);
	setmxcsr(OWNCSR);
	setfcw(OWNFCW);
	postself();
	savexmm(now);
	checkint(nnote, 1);
	checkint(hcsr, _startmxcsr);
	checkint(hfcw & FCWMASK, _startfcw & FCWMASK);
	check(memcmp(hxmm, zero, sizeof hxmm) == 0);
	checkint(getmxcsr(), OWNCSR);
	checkint(getfcw() & FCWMASK, OWNFCW & FCWMASK);
	check(memcmp(now, own, 16 * 16) == 0);
}

static volatile int stage;
static uintptr trappc;

static void
second(Ureg *u, char *msg)
{
	USED(msg);
	loadxmm(dirt);
	stage = 2;
	u->pc = trappc + 2; /* after the UD2 */
	noted(NRSTR);
}

static void
first(Ureg *u, char *msg)
{
	USED(msg);
	loadxmm(dirt);
	stage = 1;
	trappc = u->pc;
	_private->handler = second;
	u->pc = (uintptr)_notetramp;
	noted(NSAVE);
}

/* NSAVE begins another handler, and NRSTR goes back to the program. */
static void
registerssurvivensaveandnrstr(void)
{
	fill();
	notify(first);
	loadxmm(own);
	__asm__ volatile("ud2");
	savexmm(now);
	checkint(stage, 2);
	check(memcmp(now, own, 16 * 16) == 0);
}

static volatile int inner;

/* A note that comes while the second handler runs has a handler of its own. */
static void
third(Ureg *u, char *msg)
{
	USED(u), USED(msg);
	inner++;
	loadxmm(dirt);
	noted(NCONT);
}

static void
interruptedsecond(Ureg *u, char *msg)
{
	static uchar mine[16][16];
	int i;

	USED(msg);
	memset(mine, 0x77, sizeof mine);
	_private->handler = third;
	for(i = 1; i <= 10; i++) {
		loadxmm(mine);
		postself();
		savexmm(hxmm);
		checkint(inner, i);
		check(memcmp(hxmm, mine, sizeof mine) == 0);
	}
	stage = 2;
	u->pc = trappc + 2;
	noted(NRSTR);
}

static void
firstofinterrupted(Ureg *u, char *msg)
{
	USED(msg);
	loadxmm(dirt);
	trappc = u->pc;
	_private->handler = interruptedsecond;
	u->pc = (uintptr)_notetramp;
	noted(NSAVE);
}

static void
notesbetweennsaveandnrstrchangenothing(void)
{
	fill();
	notify(firstofinterrupted);
	loadxmm(own);
	__asm__ volatile("ud2");
	savexmm(now);
	checkint(stage, 2);
	check(memcmp(now, own, 16 * 16) == 0);
}

static char note[ERRMAX];

static void
overfp(Ureg *u, char *msg)
{
	USED(u);
	strecpy(note, note + sizeof note, msg);
	nnote++;
	noted(NDFLT);
}

static void
ssezero(void *arg)
{
	if(arg != nil)
		notify(overfp);
	fpdivzero();
}

static void
x87zero(void *arg)
{
	if(arg != nil)
		notify(overfp);
	fp87divzero();
}

/* msg is "sys: fp: what fppc=0x... status=0x... pc=0x..."; the numbers. */
static vlong
fpnote(char *msg, char *what, vlong *fppc, vlong *pc)
{
	char want[64], *e;
	vlong status;

	snprint(want, sizeof want, "sys: fp: %s fppc=0x", what);
	if(strncmp(msg, want, strlen(want)) != 0)
		fail("'%s' is not '%s'...", msg, want);
	*fppc = strtoll(msg + strlen(want) - 2, &e, 0);
	if(strncmp(e, " status=0x", 10) != 0)
		fail("'%s' goes on with '%s'", msg, e);
	status = strtoll(e + 8, &e, 0);
	if(strncmp(e, " pc=0x", 6) != 0)
		fail("'%s' goes on with '%s'", msg, e);
	*pc = strtoll(e + 4, &e, 0);
	checkint(*e, 0);
	return status;
}

static int
intext(vlong pc)
{
	return pc >= (vlong)UTZERO && pc < (vlong)(uintptr)etext;
}

static void
divisionbyzeroisanote(void)
{
	vlong fppc, pc;
	int i;

	for(i = 0; i < 2; i++) {
		checkint(fpnote(childmsg(spawn(RFFDG, ssezero, i ? note : nil)),
			     "division by zero", &fppc, &pc),
		    4);
		/* the instruction itself traps */
		checkint(fppc, pc);
		check(intext(pc));
		checkint(fpnote(childmsg(spawn(RFFDG, x87zero, i ? note : nil)),
			     "division by zero", &fppc, &pc) &
			0x3f,
		    4);
		/* the next one does */
		check(fppc < pc && pc - fppc < 16 && intext(fppc));
	}
}

static const u64int one = 0x3ff0000000000000, three = 0x4008000000000000,
		    zero = 0, largest = 0x7fefffffffffffff,
		    smallest = 0x0010000000000000, denormal = 1;

typedef struct Kind Kind;
struct Kind
{
	char *name;
	/* a division's, whose exception is this bit of the status */
	const u64int *a, *b;
	u32int bit;
};

static Kind kinds[] = {
    {"invalid operation", &zero, &zero, 1},
    {"denormalized operand", &denormal, &one, 2},
    {"division by zero", &one, &zero, 4},
    {"numeric overflow", &largest, &smallest, 8},
    {"numeric underflow", &smallest, &largest, 16},
    {"precision loss", &one, &three, 32},
};

/* Divide with all exceptions masked but the kind's. */
static void
ssekind(void *arg)
{
	Kind *k = arg;

	close(2);
	setmxcsr(0x1f80 & ~(k->bit << 7));
	__asm__ volatile(
	    "movsd %0, %%xmm0; divsd %1, %%xmm0" ::"m"(*k->a), "m"(*k->b));
	exits("nothing happened");
}

/* The same. The registers have a greater range: a double's is left only by the store. */
static void
x87kind(void *arg)
{
	Kind *k = arg;
	u64int to;

	close(2);
	setfcw(0x27f & ~k->bit);
	__asm__ volatile("fldl %1; fldl %2; fdivrp; fstpl %0; fwait"
			 : "=m"(to)
			 : "m"(*k->a), "m"(*k->b));
	exits("nothing happened");
}

static void
x87stack(void *arg)
{
	close(2);
	setfcw(0x37f & ~1);
	if(arg == nil)
		__asm__ volatile("fstp %st(0); fwait");
	else
		__asm__ volatile(
		    "fld1; fld1; fld1; fld1; fld1; fld1; fld1; fld1;"
		    "fld1; fwait");
	exits("nothing happened");
}

static void
eachexceptionhasitsname(void)
{
	vlong fppc, pc, status;
	Kind *k;

	for(k = kinds; k < kinds + nelem(kinds); k++) {
		status = fpnote(
		    childmsg(spawn(RFFDG, ssekind, k)), k->name, &fppc, &pc);
		check(status & k->bit);
		checkint(fppc, pc);
		status = fpnote(
		    childmsg(spawn(RFFDG, x87kind, k)), k->name, &fppc, &pc);
		check(status & k->bit);
		check(fppc < pc && intext(fppc));
	}
	checkint(fpnote(childmsg(spawn(RFFDG, x87stack, nil)),
		     "stack underflow", &fppc, &pc) &
		0x241,
	    0x41);
	checkint(fpnote(childmsg(spawn(RFFDG, x87stack, kinds)),
		     "stack overflow", &fppc, &pc) &
		0x241,
	    0x241);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(allvectorregisterssurviveanote),
	    CASE(ahandlerbeginswithexecsstate),
	    CASE(registerssurvivensaveandnrstr),
	    CASE(notesbetweennsaveandnrstrchangenothing),
	    CASE(divisionbyzeroisanote),
	    CASE(eachexceptionhasitsname),
	};

	runcases(cases, nelem(cases), argc, argv);
}

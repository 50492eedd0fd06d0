/*
 * A note handler's frame, and the registers that it sees, changes and leaves: noted. notify(2).
 */
#include "notelog.h"

static void
changed(Ureg *u, char *msg)
{
	USED(msg);
	u->pc += 2;
	u->ax = 0x1234567890abcdefULL;
	u->r9 = 99;
	u->r15 ^= ~0ULL;
	u->flags |= 1; /* carry */
	noted(NCONT);
}

static void
changedregistersarehonoured(void)
{
	u64int ax, r9, r15, cf;

	notify(changed);
	__asm__ volatile("xorl %%eax, %%eax; movq $7, %%r15; clc; ud2\n"
			 "movq %%rax, %0; movq %%r9, %1; movq %%r15, %2\n"
			 "setc %%al; movzbl %%al, %%eax; movq %%rax, %3"
			 : "=m"(ax), "=m"(r9), "=m"(r15), "=m"(cf)
			 :
			 : "rax", "r9", "r15", "memory", "cc");
	check(ax == 0x1234567890abcdefULL);
	checkint(r9, 99);
	check(r15 == ~7ULL);
	checkint(cf, 1);
}

static void
evil(Ureg *u, char *msg)
{
	USED(msg);
	u->pc = 0xffff800000000000ULL;
	noted(NCONT);
	exits("noted returned");
}

static void
evilflags(Ureg *u, char *msg)
{
	USED(msg);
	u->pc += 2;
	u->flags |= 0x3000 | 0x20000; /* IOPL, VM */
	u->cs = 0;
	u->ss = 0;
	noted(NCONT);
	exits("noted returned");
}

static void
doevil(void *arg)
{
	_private->handler = arg;
	_notify(_notetramp);
	__asm__ volatile("ud2");
}

static void
nonsenseinuregharmsonlytheprocess(void)
{
	check(childmsg(spawn(RFFDG, doevil, evil))[0] != 0);
	childmsg(spawn(RFFDG, doevil, evilflags)); /* dies or goes on */
}

static volatile int stop;
static uchar xmmin[16][16], xmmout[16][16];

static void
dirtyxmm(Ureg *u, char *msg)
{
	static uchar dirt[16][16];

	USED(u);
	USED(msg);
	memset(dirt, 0xEE, sizeof dirt);
	loadxmm(dirt);
	stop = 1;
	noted(NCONT);
}

static void
xmmregisterssurviveanote(void)
{
	int i, j;

	for(i = 0; i < 16; i++)
		for(j = 0; j < 16; j++)
			xmmin[i][j] = i * 16 + j;
	notify(dirtyxmm);
	alarm(20);
	spinxmm(xmmin, xmmout, &stop);
	if(memcmp(xmmin, xmmout, sizeof xmmin) != 0)
		fail("xmm registers changed");
}

static void
fpcontrolsurvivesanote(void)
{
	u32int csr;

	setmxcsr(0x1f80);
	setfcw(0x37f);
	csr = getmxcsr();
	notify(record);
	postself("x");
	waitnotes(1);
	checkint(getmxcsr(), csr);
	checkint(getfcw(), 0x37f);
}

static void
xmmregisterssurvivesystemcalls(void)
{
	int i, j, fd;
	char c[100];

	for(i = 0; i < 16; i++)
		for(j = 0; j < 16; j++)
			xmmin[i][j] = i * 17 + j;
	fd = open("/dev/zero", OREAD);
	loadxmm(xmmin);
	pread(fd, c, sizeof c, -1);
	sleep(1);
	savexmm(xmmout);
	if(memcmp(xmmin, xmmout, sizeof xmmin) != 0)
		fail("xmm registers changed");
}

static volatile uintptr handlersp, ownsp;

static void
lookatstack(Ureg *u, char *msg)
{
	uintptr here = (uintptr)&u;

	saved = *u;
	handlersp = here;
	check((uintptr)u + sizeof(Ureg) + 256 <= u->sp);
	check(here < (uintptr)msg && (uintptr)msg + ERRMAX <= (uintptr)u);
	u->pc += 2;
	noted(NCONT);
}

static void
frameliesbelowtheinterruptedstack(void)
{
	notify(lookatstack);
	__asm__ volatile("movq %%rsp, %0; ud2" : "=m"(ownsp) : : "memory");
	checkint(saved.sp, ownsp);
	check(handlersp < ownsp);
}

extern void rawentry(void);
uintptr rawwords[3], rawbp, rawsp;

/* Looks at what the kernel puts before a handler with nothing in between. */
__asm__(".text\n"
	"rawentry:\n"
	"movq %rsp, rawsp(%rip)\n"
	"movq %rbp, rawbp(%rip)\n"
	"movq 0(%rsp), %rax; movq %rax, rawwords(%rip)\n"
	"movq 8(%rsp), %rax; movq %rax, rawwords+8(%rip)\n"
	"movq 16(%rsp), %rax; movq %rax, rawwords+16(%rip)\n"
	"jmp _notetramp\n");

static void
entrystackisthreewordsandbpistheureg(void)
{
	_private->handler = record;
	check(_notify(rawentry) == 0);
	postself("raw");
	waitnotes(1);
	checkint(rawwords[0], 0);
	checkint(rawbp, rawwords[1]);
	checkint(rawsp % 8, 0);
	checkstr((char *)notes[0], "raw");
	check(rawwords[2] == rawwords[1] - 8 - ERRMAX);
	check(rawsp == rawwords[2] - 3 * 8);
}

static volatile int stage;
static uintptr origpc;

static void
restorer(Ureg *u, char *msg)
{
	USED(msg);
	stage = 2;
	u->pc = origpc;
	noted(NRSTR);
	exits("noted(NRSTR) returned");
}

static void
saver(Ureg *u, char *msg)
{
	USED(msg);
	stage = 1;
	origpc = u->pc + 2;
	_private->handler = restorer;
	u->pc = (uintptr)_notetramp;
	noted(NSAVE);
	exits("noted(NSAVE) returned");
}

static void
nsavestartsanotherhandlerandnrstrreturns(void)
{
	notify(saver);
	__asm__ volatile("ud2");
	checkint(stage, 2);
	/* all as before: another note comes through */
	notify(record);
	postself("after");
	waitnotes(1);
	checkstr(notes[0], "after");
}

static void
restart(Ureg *u, char *msg)
{
	USED(msg);
	stage = 1;
	u->pc += 2;
	noted(NRSTR);
	exits("returned");
}

static void
nrstrwithoutnsavegoesback(void)
{
	notify(restart);
	__asm__ volatile("ud2");
	checkint(stage, 1);
	/* and it did end the handler: another note comes through */
	notify(record);
	postself("after");
	waitnotes(1);
	checkstr(notes[0], "after");
}

static void
wrongselectors(Ureg *u, char *msg)
{
	remember(u, msg);
	u->cs = 8;
	u->ss = 0;
	u->flags |= 0x100; /* TF */
	noted(NCONT);
}

/* They are Plan 9's, whatever the host's are, and not the program's to change. */
static void
selectorsareplan9s(void)
{
	notify(wrongselectors);
	postself("in a call");
	waitnotes(1);
	checkint(saved.cs, 0x2b);
	checkint(saved.ss, 0x23);
	alarm(10);
	while(nnote < 2)
		__asm__ volatile("pause");
	checkint(saved.cs, 0x2b);
	checkint(saved.ss, 0x23);
	/* TF was not set */
	checkint(nnote, 2);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(changedregistersarehonoured),
	    CASE(nonsenseinuregharmsonlytheprocess),
	    CASE(xmmregisterssurviveanote),
	    CASE(fpcontrolsurvivesanote),
	    CASE(xmmregisterssurvivesystemcalls),
	    CASE(frameliesbelowtheinterruptedstack),
	    CASE(entrystackisthreewordsandbpistheureg),
	    CASE(nsavestartsanotherhandlerandnrstrreturns),
	    CASE(nrstrwithoutnsavegoesback),
	    CASE(selectorsareplan9s),
	};

	runcases(cases, nelem(cases), argc, argv);
}

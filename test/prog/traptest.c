/*
 * Notes that the processor causes: their texts, with and without a handler,
 * and going on after mending the cause. notify(2).
 */
#include "trapdies.h"

static char note[ERRMAX];
static volatile int nnote;
static Ureg saved;
static volatile uintptr skip; /* bytes of the instruction to pass over */

static void
pass(Ureg *u, char *msg)
{
	strecpy(note, note + sizeof note, msg);
	saved = *u;
	nnote++;
	u->pc += skip;
	noted(NCONT);
}

/* exit(2) of the host's, if it were let through. */
static void
sysenter(void *arg)
{
	USED(arg);
	__asm__ volatile(
	    "movl $1, %%eax; xorl %%ebx, %%ebx; movq %%rsp, %%rbp; sysenter"
	    :
	    :
	    : "eax", "ebx", "memory");
	exits("came back");
}

/* The same with a stack that the host can read. */
static void
sysenterlow(void *arg)
{
	static u32int stack[64];

	USED(arg);
	__asm__ volatile(
	    "movl $1, %%eax; xorl %%ebx, %%ebx; movl %0, %%ebp; sysenter"
	    :
	    : "r"((u32int)(uintptr)&stack[32])
	    : "eax", "ebx", "memory");
	exits("came back");
}

/* In 32-bit mode SYSCALL may be what SYSENTER is elsewhere. */
static void
syscall32(void *arg)
{
	static u32int stack[64];

	USED(arg);
	__asm__ volatile("movl %0, %%ebp; pushq $0x23; pushq $1f; lretq\n"
			 ".code32\n"
			 "1: movl $1, %%eax; xorl %%ebx, %%ebx; syscall; ud2\n"
			 ".code64\n"
			 :
			 : "r"((u32int)(uintptr)&stack[32])
			 : "eax", "ebx", "memory");
	exits("came back");
}

static void
sysenterisnosystemcall(void)
{
	dies(sysenter, "sys: ");
	dies(sysenterlow, "sys: ");
	dies(syscall32, "sys: ");
}

/* INT n is not for programs, but for 3: the trap is at the instruction. */
static void
intisaprotectionviolation(void)
{
	static struct
	{
		void (*f)(void);
		int n;
	} ints[] = {{int4, 4}, {int32, 32}, {int64, 64}, {int128, 128}};
	int i;

	for(i = 0; i < (int)nelem(ints); i++) {
		notify(pass);
		skip = 2;
		nnote = 0;
		ints[i].f();
		checkint(nnote, 1);
		checkhas(note, "sys: trap: general protection violation pc=");
		checkint(saved.pc, (uintptr)ints[i].f);
		checkint(saved.type, 13);
		checkint(saved.error, ints[i].n << 3 | 2);
	}
}

static void
asinglestepisanote(void)
{
	notify(pass);
	skip = 0;
	onestep();
	checkint(nnote, 1);
	checkhas(note, "sys: debug exception dr6=0xffff4ff0 pc=0x2");
	checkint(saved.pc, (uintptr)stepped);
	checkint(saved.type, 1);
}

static void
handlersknowthepc(void)
{
	char want[64];

	notify(pass);
	skip = 2;
	__asm__ volatile("ud2");
	checkint(nnote, 1);
	snprint(want, sizeof want, "pc=0x%llx", saved.pc);
	checkhas(note, want);
	check(*(uchar *)saved.pc == 0x0f && ((uchar *)saved.pc)[1] == 0x0b);
	check(saved.pc >= UTZERO && saved.pc < (uintptr)etext);
}

static void
registersareintheureg(void)
{
	u64int r[3] = {
	    0x1111222233334444, 0x5555666677778888, 0x99990000aaaabbbb};
	u64int back[3];

	notify(pass);
	skip = 2;
	__asm__ volatile(
	    "movq 0(%3), %%rbx; movq 8(%3), %%r13; movq 16(%3), %%r8\n"
	    "ud2\n"
	    "movq %%rbx, %0; movq %%r13, %1; movq %%r8, %2"
	    : "=m"(back[0]), "=m"(back[1]), "=m"(back[2])
	    : "r"(r)
	    : "rbx", "r13", "r8", "memory");
	checkint(saved.bx, r[0]);
	checkint(saved.r13, r[1]);
	checkint(saved.r8, r[2]);
	checkint(back[0], r[0]);
	checkint(back[1], r[1]);
	checkint(back[2], r[2]);
}

static char *mended;

static void
mend(Ureg *u, char *msg)
{
	strecpy(note, note + sizeof note, msg);
	nnote++;
	u->bx = (uintptr)mended;
	noted(NCONT);
}

static void
theinstructionrunsagainwithmendedregisters(void)
{
	char good[8] = "good";
	u64int got;

	mended = good;
	notify(mend);
	__asm__ volatile(
	    "xorl %%ebx, %%ebx; movzbl (%%rbx), %%eax; movq %%rax, %0"
	    : "=r"(got)
	    :
	    : "rax", "rbx", "memory");
	checkint(got, 'g');
	checkint(nnote, 1);
	checkhas(note, "fault read addr=0x0 ");
}

static uintptr attachat;

static void
attachit(Ureg *u, char *msg)
{
	USED(u);
	strecpy(note, note + sizeof note, msg);
	nnote++;
	if(segattach(0, "memory", (void *)attachat, BY2PG) == (void *)-1)
		exits("segattach in the handler");
	noted(NCONT);
}

static void
theinstructionrunsagainwithmendedmemory(void)
{
	attachat = 0x300000000ULL;
	notify(attachit);
	*(volatile int *)(attachat + 100) = 5;
	checkint(*(volatile int *)(attachat + 100), 5);
	checkint(nnote, 1);
	checkhas(note, "fault write addr=0x300000064");
}

static void
overbreakpoint(Ureg *u, char *msg)
{
	strecpy(note, note + sizeof note, msg);
	nnote++;
	if(*(uchar *)u->pc == 0xcc)
		u->pc++;
	noted(NCONT);
}

static void
breakpointcontinues(void)
{
	notify(overbreakpoint);
	__asm__ volatile("int3");
	checkint(nnote, 1);
	checkhas(note, "sys: breakpoint");
}

static void
maskedfpexceptionisnonote(void)
{
	notify(pass);
	/* mask all, so that nothing is raised; then results only */
	setmxcsr(0x1f80);
	fpdivzero();
	checkint(nnote, 0);
	check(getmxcsr() & 4); /* the sticky divide-by-zero bit */
}

static void
manytrapsinarow(void)
{
	int i;

	notify(pass);
	skip = 2;
	for(i = 0; i < 1000; i++)
		__asm__ volatile("ud2");
	checkint(nnote, 1000);
}

/* Plan 9 has none: where the processor does, what a program forbids by them, its own memory
 * and with that the kernel's, stays allowed. */
static void
protectionkeysmeannothing(void)
{
	static u32int rights[] = {~0U, 1, 2, 3, 0x55555555};
	enum
	{
		SLEEP = 17,
		GATE =
		    0x10000 + 32 * SLEEP, /* run9's, see host/entry/gates.c */
	};
	u32int i;
	int pid;

	if(!protkeys()) {
		print("# this processor has no protection keys\n");
		return;
	}
	for(i = 0; i < nelem(rights); i++) {
		setkeys(rights[i]);
		checkint(keysyscall(SLEEP, 0, rights[i], nil), 0);
		checkint(keysyscall(SLEEP, 0, rights[i], (void *)GATE), 0);
		setkeys(rights[i]);
		pid = fork();
		if(pid == 0) {
			setkeys(rights[i]);
			exits(nil);
		}
		childok(pid);
		setkeys(rights[i]);
		checkint(sleep(1), 0);
	}
}

/* Ends when it has been interrupted in a call, which begins after the first poke. */
static void
incall(void *arg)
{
	enum
	{
		SLEEP = 17,
	};
	static vlong args[3] = {100000};
	extern uchar copysite[];
	uchar *pc;

	notify(pass);
	skip = 0;
	nnote = 0;
	while(nnote == 0)
		if(arg == nil)
			sleep(100000);
		else
			copysyscall(SLEEP, args, nil);
	pc = (uchar *)saved.pc;
	if(arg != nil && pc == copysite)
		exits(nil); /* between calls */
	check(pc[-2] == 0x0f && pc[-1] == 0x05);
	if(arg != nil)
		check(pc == copysite + 8);
	exits(nil);
}

static void
pokeonce(void *arg)
{
	int pid;

	notify(ignore);
	pid = spawn(RFFDG, incall, arg);
	sleep(50);
	check(postnote(pid, "poke") == 0);
	childok(pid);
}

/* The pc of a process in a system call is that of the instruction after it. */
static void
acallspcisbehindit(void)
{
	pokeonce(nil);
	pokeonce(&saved);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(sysenterisnosystemcall),
	    CASE(intisaprotectionviolation),
	    CASE(asinglestepisanote),
	    CASE(handlersknowthepc),
	    CASE(registersareintheureg),
	    CASE(theinstructionrunsagainwithmendedregisters),
	    CASE(theinstructionrunsagainwithmendedmemory),
	    CASE(breakpointcontinues),
	    CASE(maskedfpexceptionisnonote),
	    CASE(manytrapsinarow),
	    CASE(protectionkeysmeannothing),
	    CASE(acallspcisbehindit),
	};

	runcases(cases, nelem(cases), argc, argv);
}

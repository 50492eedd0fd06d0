/*
 * Traps: signals for system calls, page faults, exceptions and kicks. usertrap.c handles those
 * that a program causes.
 *
 * Handlers run on the slot's kernel stack. Only further kicks are blocked, and only while the
 * handler of a kick runs. The kernel may be interrupted anywhere, and may fault wherever it
 * touches user memory. The pc alone decides whether a trap came from user mode.
 *
 * model/kick.pml (handler) has what a kick does at each place where it may come.
 */
#include "u.h"
#include "aout.h"
#include "host/entry/entry.h"
#include "host/map/map.h"
#include "host/pool/pool.h"
#include "lib/lib.h"
#include "proc/proc.h"
#include "mm/mm.h"

enum
{
	SIGCHLD = 17,

	SA_SIGINFO = 4,
	SA_ONSTACK = 0x08000000,
	SA_NODEFER = 0x40000000,
	SA_RESTORER = 0x04000000,
	SIG_SETMASK = 2,

	SEGV_PKUERR = 4,
	TRAP_TRACE = 2,
	BUS_ADRALN = 1,

	FlagAC = 0x40000,
};

typedef struct Sigaction Sigaction;
struct Sigaction
{
	void *handler;
	u64int flags;
	void *restorer;
	u64int mask;
};

int
isktext(uintptr pc)
{
	return (pc >= (uintptr)ktext && pc < (uintptr)ektext) || isvdso(pc);
}

static void
fromcontext(Ureg *u, const Ucontext *c)
{
	u->ax = c->ax;
	u->bx = c->bx;
	u->cx = c->cx;
	u->dx = c->dx;
	u->si = c->si;
	u->di = c->di;
	u->bp = c->bp;
	u->r8 = c->r8;
	u->r9 = c->r9;
	u->r10 = c->r10;
	u->r11 = c->r11;
	u->r12 = c->r12;
	u->r13 = c->r13;
	u->r14 = c->r14;
	u->r15 = c->r15;
	u->ds = u->es = 0;
	u->fs = c->fs;
	u->gs = c->gs;
	u->type = c->trapno;
	u->error = c->err;
	u->pc = c->pc;
	u->cs = UregCS;
	u->flags = c->eflags;
	u->sp = c->sp;
	u->ss = UregSS;
}

static void
tocontext(Ucontext *c, const Ureg *u)
{
	c->ax = u->ax;
	c->bx = u->bx;
	c->cx = u->cx;
	c->dx = u->dx;
	c->si = u->si;
	c->di = u->di;
	c->bp = u->bp;
	c->r8 = u->r8;
	c->r9 = u->r9;
	c->r10 = u->r10;
	c->r11 = u->r11;
	c->r12 = u->r12;
	c->r13 = u->r13;
	c->r14 = u->r14;
	c->r15 = u->r15;
	c->pc = u->pc;
	c->cs = UserCS;
	c->eflags = (u->flags & UserFlags) | 0x202;
	c->sp = u->sp;
	c->ss = UserSS;
}

/*
 * If the interrupted code was on its way to user mode and had tested self.kicked already, treat
 * it as if it had arrived: c gets the registers that the code was about to load.
 */
static int
rollforward(Ucontext *c)
{
	Ureg *u;

	if(c->pc == (uintptr)gatejump) {
		/* the stack is already the user's, and this signal's frame has overwritten the
		 * Ureg; but the registers are loaded */
		c->pc = c->cx;
		return 1;
	}
	if(c->pc >= (uintptr)gateleave && c->pc < (uintptr)gateleft)
		u = (Ureg *)(self.kstktop - sizeof *u);
	else if(c->pc >= (uintptr)usercheck && c->pc < (uintptr)userleft)
		u = &self.exit;
	else
		return 0;
	tocontext(c, u);
	return 1;
}

/*
 * Did gateentry fault on the program's stack? The program called a gate with a stack pointer to
 * nowhere, or to memory that is not mapped at the moment. The fault then counts as the
 * program's, from before it entered the gate: c becomes its registers there.
 */
static int
gatefault(Ucontext *c, int sig, const Siginfo *si)
{
	if(c->pc != (uintptr)gatefetch || si->code == SEGV_PKUERR)
		return 0;
	if(sig != SIGSEGV && (sig != SIGBUS || si->code == BUS_ADRALN))
		return 0;
	c->pc = gateaddr(c->bp);
	c->sp = c->ax;
	c->ax = 0;
	return 1;
}

/*
 * A trap between a program's call of a gate and gateentry counts as a trap in the kernel. A kick
 * can wait until the return from the kernel, and a note handler must not see a pc to which noted
 * would refuse to return.
 */
static int
ingate(const Ucontext *c, int sig, const Siginfo *si)
{
	return isgate(c->pc) &&
	    (sig == SIGKICK || (sig == SIGTRAP && si->code == TRAP_TRACE));
}

/* A kick came in kernel code that had tested for kicks already: make it test again. */
static void
kickkernel(Ucontext *c)
{
	if(c->pc >= (uintptr)sigleave && c->pc < (uintptr)sigleft)
		c->pc = (uintptr)sigleave;
	else if(c->pc >= (uintptr)blockcheck && c->pc < (uintptr)blockend) {
		/* after the syscall instruction the pc is blockend, so the call's result
		 * stays */
		c->pc = (uintptr)blockabort;
	}
}

/*
 * A program may use the processor's protection keys where Linux allows them. With them it can
 * forbid access to all memory that has no key: its own, and the kernel's in its host process.
 * Plan 9 has no such keys. So at the first access of the program or the kernel that fails for
 * them, PKRU is set to allow everything.
 */
int
keyfault(int sig, const Siginfo *si, Ucontext *c)
{
	return sig == SIGSEGV && si->code == SEGV_PKUERR &&
	    fpallowall(c->fpstate);
}

/*
 * A trap in the kernel. If the kernel touched user memory that is not mapped, map it. If that
 * cannot be done, the system call fails. Any other trap is a panic, but for a few that programs
 * can cause.
 */
static void
kerneltrap(int sig, Siginfo *si, Ucontext *c)
{
	char buf[ERRMAX];
	int r;

	if(keyfault(sig, si, c))
		return;
	/* addresses below UTZERO are never validated, so the kernel has used a nil pointer
	 * there */
	if(sig == SIGSEGV && si->code != SI_KERNEL && isuser(si->addr) &&
	    si->addr >= UTZERO && up != nil && !up->kp) {
		up->nfaults++;
		r = kernfault(si->addr, (c->err & ErrWrite) != 0);
		if(r == Fok)
			return;
		if(up->nerrlab == 0) {
			snprint(buf, sizeof buf,
			    "sys: trap: fault read addr=%#llux",
			    (uvlong)si->addr);
			pexit(buf, 1);
		}
		/* error() does not return through this signal's frame. If the frame has the
		 * program's floating-point registers, load them now */
		if(self.fpframe == nil)
			xrstor(c->fpstate);
		if(r == Fioerr)
			nopage(nil, si->addr);
		error(r == Fbad ? Ebadarg : Eintr);
	}
	if(sig == SIGBUS && si->code == BUS_ADRALN &&
	    (c->eflags & FlagAC) != 0) {
		c->eflags &= ~(u64int)FlagAC;
		return;
	}
	if(sig == SIGSYS && isvdso(c->pc)) {
		/* the vdso asks the host for the time, because this host's clock is not the
		 * processor's. Calls from the vdso are not allowed to pass, because a program's
		 * SYSENTER would be one of them. The kernel's own call costs less than a trap */
		c->ax = hostcall(c->ax, c->di, c->si);
		novdsotime();
		return;
	}
	if(sig == SIGTRAP && si->code == TRAP_TRACE) {
		c->eflags &= ~(u64int)FlagTF;
		return;
	}
	instance.panicked = 1;
	kprint(
	    "run9: kernel trap: signal %d code %d addr %#llux pc %#llux sp %#llux error %#llux\n",
	    sig, si->code, (uvlong)si->addr, (uvlong)c->pc, (uvlong)c->sp,
	    (uvlong)c->err);
	trace(c->bp, c->pc);
	panic("kernel trap");
}

/*
 * sigentry calls this. Returns 1 if c leads to user mode.
 *
 * The kernel runs in 64-bit mode only. A program may enter another mode. By SYSENTER it makes
 * the host continue in 32-bit mode at a place in the vdso. That is still the program, whose pc
 * is lost.
 */
int
trap(int sig, Siginfo *si, Ucontext *c)
{
	static const u64int nomask;
	Ureg u;
	int user;

	if(sig == SIGCHLD) {
		nurserychild();
		return 0;
	}
	if(si->code <= SI_USER && sig != SIGKICK) {
		saykilled(hostcall(__NR_getpid, 0), up, sig);
		hostexit(KernelBroken);
	}
	user = up != nil && !up->kp && !ingate(c, sig, si) &&
	    (c->cs != UserCS || !isktext(c->pc) || rollforward(c) ||
		gatefault(c, sig, si));
	if(sig == SIGKICK) {
		/* it may be the tick, or have come together with it */
		if(up != nil && up->noteputoff)
			astore(&self.kicked, 1);
		flushkicked(user);
		fpanswer(user, c->fpstate);
	}
	if(!user) {
		if(sig == SIGKICK)
			kickkernel(c);
		else
			kerneltrap(sig, si, c);
		return 0;
	}
	if(sig == SIGKICK)
		hostcall(__NR_rt_sigprocmask, SIG_SETMASK, &nomask, nil,
		    sizeof nomask);
	fromcontext(&u, c);
	if(isktext(u.pc))
		u.pc = 0;
	up->dbgreg = &u;
	self.fpframe = c->fpstate;
	if(sig != SIGKICK)
		usertrap(&u, sig, si, c);
	else {
		profclock(&u);
		/* type and error in the frame are those of an earlier exception */
		u.type = Interrupt;
		u.error = 0;
	}
	exitwork(&u);
	self.fullregs = 0;
	tocontext(c, &u);
	return 1;
}

/* entry.S calls this if a kick came between trap and the return to user mode. */
void
trapslow(Ucontext *c)
{
	Ureg u;

	fromcontext(&u, c);
	up->dbgreg = &u;
	self.fpframe = c->fpstate;
	exitwork(&u);
	self.fullregs = 0;
	tocontext(c, &u);
}

void
trapinit(void)
{
	static const uchar caught[] = {
	    SIGSYS, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGKICK, SIGCHLD};
	static const uchar ignored[] = {
	    1, 2, 3, 13, 15}; /* HUP INT QUIT PIPE TERM */
	Sigaction sa;
	uint i;

	memset(&sa, 0, sizeof sa);
	sa.flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTORER;
	sa.handler = sigentry;
	sa.restorer = sigrestore;
	for(i = 0; i < nelem(caught); i++) {
		sa.flags &= ~(u64int)SA_NODEFER;
		/* kicks may come faster than they are served, and their frames must not pile up
		 * on the kernel stack. So only a kick's handler blocks its own signal */
		if(caught[i] != SIGKICK)
			sa.flags |= SA_NODEFER;
		hostcall(__NR_rt_sigaction, caught[i], &sa, nil, 8);
	}
	sa.handler = (void *)1;
	for(i = 0; i < nelem(ignored); i++)
		hostcall(__NR_rt_sigaction, ignored[i], &sa, nil, 8);
}

void
slottraps(void)
{
	struct
	{
		uintptr sp;
		u64int flags;
		u64int size;
	} ss = {self.kstktop - KSTKSIZE, 0, KSTKSIZE};
	long r;

	r = hostcall(__NR_sigaltstack, &ss, nil);
	if(r < 0)
		panic("sigaltstack: error %lld", (vlong)-r);
	r = trapsyscalls(instance.seccomp);
	if(r < 0)
		panic("cannot catch system calls: error %lld", (vlong)-r);
}

/*
 * Traps that a program causes: a system call, a page fault, or an exception that becomes a
 * note.
 *
 * Linux reports them by signals, each of which stands for several exceptions. The number of the
 * exception, which goes into the Ureg, tells them apart.
 */
#include "u.h"
#include "host/entry/entry.h"
#include "lib/lib.h"
#include "proc/proc.h"
#include "mm/mm.h"

enum
{
	/* Ureg.type: the processor's exceptions */
	TrapDebug = 1,
	TrapBreakpoint = 3,
	TrapOverflow = 4,
	TrapProtection = 13,
	TrapPage = 14,
	TrapFp = 16,
	TrapAlign = 17,
	TrapSimd = 19,

	/* bytes of INT n */
	IntSize = 2,

	/* DR6 after a single step: the bit BS, and the bits that are always 1 */
	Stepped = 0x4000,
	Dr6ones = 0xffff0ff0,
};

/* SIGSEGV with exception 14: a page fault, maybe at an address that no program can have. */
static void
usersegv(Ureg *u, Siginfo *si, Ucontext *c)
{
	char buf[ERRMAX];
	int access, r;

	if(keyfault(SIGSEGV, si, c))
		return;
	access = (c->err & ErrFetch)   ? Aexec
	    : (c->err & ErrWrite) != 0 ? Awrite
				       : Aread;
	up->nfaults++;
	if(access == Awrite && zeroskip(u, si->addr, c->fpstate))
		return;
	up->psstate = "Fault";
	r = fault(si->addr, access);
	up->psstate = nil;
	/* after Fintr the note is delivered, and then the instruction faults again */
	if(r == Fok || r == Fintr)
		return;
	if(r == Fioerr) {
		nopage(u, si->addr);
		return;
	}
	snprint(buf, sizeof buf, "sys: trap: fault %s addr=%#llux",
	    access == Awrite ? "write" : "read", (uvlong)si->addr);
	/* for Plan 9 the page is present, whether the host has it mapped or not */
	if(access == Aexec && okaddr(si->addr, 1, 0))
		u->error |= ErrPresent;
	trapnote(u, buf);
}

/* SIGSYS: a SYSCALL instruction, or another way to make a host call. */
static void
usersyscall(Ureg *u, Siginfo *si)
{
	if(si->arch == ARCH_X86_64) {
		/* with -ERESTARTNOINTR in AX, the frame's pc is the SYSCALL instruction's
		 * own */
		u->pc = si->addr;
		u->type = Systemcall;
		u->error = 0;
		syscall(u);
		return;
	}
	/* INT $0x80 or SYSENTER. After SYSENTER the pc is in the vdso, and the program's is
	 * lost */
	if(!isktext(si->addr))
		u->pc = si->addr - IntSize;
	u->type = TrapProtection;
	u->error = 0x80 << 3 | 2;
	trapnote(u, "sys: trap: general protection violation");
}

/* The names of the exceptions that userexception has no text for. */
static const char *
exception(u64int type)
{
	static const char *const names[] = {
	    [0] = "divide error",
	    [2] = "nonmaskable interrupt",
	    [5] = "bounds check",
	    [6] = "invalid opcode",
	    [7] = "coprocessor not available",
	    [8] = "double fault",
	    [9] = "coprocessor segment overrun",
	    [10] = "invalid TSS",
	    [11] = "segment not present",
	    [12] = "stack exception",
	    [TrapProtection] = "general protection violation",
	    [TrapPage] = "the host is out of memory",
	    [TrapAlign] = "alignment check",
	    [18] = "machine check",
	};

	return type < nelem(names) && names[type] != nil ? names[type]
							 : "exception";
}

static void
userexception(Ureg *u, Ucontext *c)
{
	char buf[ERRMAX];

	switch(u->type) {
	case TrapDebug:
		u->flags &= ~(u64int)FlagTF;
		snprint(buf, sizeof buf, "sys: debug exception dr6=%#ux",
		    (u32int)Dr6ones | Stepped);
		trapnote(u, buf);
		return;
	case TrapBreakpoint:
		u->pc--;
		trapnote(u, "sys: breakpoint");
		return;
	case TrapOverflow:
		/* INT $4: Linux allows it to programs; Plan 9 allows only INT3 */
		u->pc -= IntSize;
		u->type = TrapProtection;
		u->error = TrapOverflow << 3 | 2;
		break;
	case TrapFp:
	case TrapSimd:
		fpexception(
		    buf, sizeof buf, c->fpstate, u->type == TrapSimd, u->pc);
		trapnote(u, buf);
		return;
	}
	snprint(buf, sizeof buf, "sys: trap: %s", exception(u->type));
	trapnote(u, buf);
}

void
usertrap(Ureg *u, int sig, Siginfo *si, Ucontext *c)
{
	if(sig == SIGSYS)
		usersyscall(u, si);
	else if(sig == SIGSEGV && u->type == TrapPage)
		usersegv(u, si, c);
	else if(sig == SIGILL && instance.seccomp && si->code == SI_KERNEL) {
		/* from Linux 6.11 on, SYSCALL with 335 (uretprobe) in AX passes every seccomp
		 * filter, and the host raises this signal */
		u->type = Systemcall;
		u->error = 0;
		syscall(u);
	} else
		userexception(u, c);
}

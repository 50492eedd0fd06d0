/*
 * What a program did that made the processor trap: a system call, a page fault, or something
 * that becomes a note.
 *
 * Linux says it by signals, which mix several exceptions; the exception's number, which goes into
 * the Ureg, tells them apart.
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

	/* DR6 after a single step: BS, and the bits that are always 1 */
	Stepped = 0x4000,
	Dr6ones = 0xffff0ff0,
};

/* A page fault, or an address that can have none. */
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
	if(r == Fok || r == Fintr) /* after the note it faults again */
		return;
	if(r == Fioerr) {
		nopage(u, si->addr);
		return;
	}
	snprint(buf, sizeof buf, "sys: trap: fault %s addr=%#llux",
	    access == Awrite ? "write" : "read", (uvlong)si->addr);
	/* it is there for Plan 9, mapped by the host or not */
	if(access == Aexec && okaddr(si->addr, 1, 0))
		u->error |= ErrPresent;
	trapnote(u, buf);
}

/* A SYSCALL instruction, or another way to ask the host for something. */
static void
usersyscall(Ureg *u, Siginfo *si)
{
	if(si->arch == ARCH_X86_64) {
		/* with -ERESTARTNOINTR in AX the frame's pc is that of the
		 * SYSCALL instruction itself */
		u->pc = si->addr;
		u->type = Systemcall;
		u->error = 0;
		syscall(u);
		return;
	}
	/* INT $0x80; but SYSENTER goes on in the vdso, and its pc is lost */
	if(!isktext(si->addr))
		u->pc = si->addr - IntSize;
	u->type = TrapProtection;
	u->error = 0x80 << 3 | 2;
	trapnote(u, "sys: trap: general protection violation");
}

/* The names of exceptions without a text of their own. */
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
		/* INT $4, which Linux allows, and Plan 9 as little as other INTs */
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
		/* Linux from 6.11 on lets SYSCALL with 335 (uretprobe) in AX
		 * through every seccomp filter, and then says this */
		u->type = Systemcall;
		u->error = 0;
		syscall(u);
	} else
		userexception(u, c);
}

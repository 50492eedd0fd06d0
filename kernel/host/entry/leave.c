/*
 * Leaving the kernel, other than by the end of a signal (trap.c): what is done on
 * the way, and loading a program's registers. entry.S has the last steps.
 * settle is modelled in model/kick.pml.
 */
#include "u.h"
#include "host/entry/entry.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* User addresses. */
#define USERMASK ((1ULL << 47) - 1)

/* Clears the request before what it asks for is looked at. */
static int
kicked(void)
{
	return __atomic_exchange_n(&self.kicked, 0, __ATOMIC_SEQ_CST) != 0;
}

int
exitwork(Ureg *u)
{
	int changed;

	changed = 0;
	nolocks("return to user mode");
	while(kicked())
		changed |= notify(u);
	return changed;
}

/*
 * A gate was called (entry.S). The floating-point registers are the program's;
 * this file and all it calls leave them alone.
 */
void
gatecall(Ureg *u)
{
	self.fpframe = nil;
	up->dbgreg = u;
	syscall(u);
	nolocks("return to user mode");
}

/* There is something to do on the way out of a gate, or all registers count. */
_Noret void
gateslow(Ureg *u)
{
	touser(u);
}

_Noret void
touser(Ureg *u)
{
	if(u != &self.exit)
		self.exit = *u;
	u = &self.exit;
	u->cs = UregCS;
	u->ss = UregSS;
	/* where others find it: self is every host process's own */
	up->dbgreg = &up->mach.slot->exit;
	self.fullregs = 0;
	self.fpframe = nil;
	if(up->mach.fpvalid) {
		up->mach.fpvalid = 0;
		xrstor(up->mach.fp);
	}
	exitwork(u);
	while(u->pc > USERMASK) {
		trapnote(u, "sys: trap: general protection violation");
		notify(u);
	}
	u->cs = UserCS;
	u->ss = UserSS;
	u->flags = (u->flags & UserFlags) | 0x202;
	userleave();
}

void
notedregs(Ureg *u, const Ureg *new)
{
	u64int keep;

	/* TF of another program's step, or of none */
	keep = u->flags & FlagTF;
	*u = *new;
	u->cs = UregCS;
	u->ss = UregSS;
	u->flags = (new->flags & ~(u64int)FlagTF) | keep;
}

void
setuserregs(Proc *p, Ureg *u, const Ureg *new)
{
	enum
	{
		/* CF PF AF ZF SF, and the bits beside them */
		Flags = 0xff,
	};
	u64int flags;

	flags = (u->flags & ~(u64int)Flags) | (new->flags &Flags);
	*u = *new;
	u->flags = flags;
	u->cs = UregCS;
	u->ss = UregSS;
	u->pc &= USERMASK;
	astore(&p->mach.slot->fullregs, 1);
}

void
fullregs(void)
{
	self.fullregs = 1;
}

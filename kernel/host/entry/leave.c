/*
 * Leaving the kernel: the work on the way, and loading a program's registers. trap.c has the
 * end of a signal, entry.S the last steps. exitwork is modelled in model/kick.pml.
 */
#include "u.h"
#include "host/entry/entry.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* The bits of a user address. */
#define USERMASK ((1ULL << 47) - 1)

/* Test and clear the request. It is cleared before notes and stop requests are looked at. */
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
 * entry.S calls this when a program has called a gate. The floating-point registers are the
 * program's; the kernel does not change them.
 */
void
gatecall(Ureg *u)
{
	self.fpframe = nil;
	up->dbgreg = u;
	syscall(u);
	nolocks("return to user mode");
}

/* entry.S calls this on the way out of a gate, if up was kicked or every register must be
 * loaded. */
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
	/* the address of self.exit that is valid in every host process */
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

	/* TF belongs to the debugger's single step, not to the handler's Ureg */
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
		/* CF PF AF ZF SF, and the reserved bits between them */
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

/*
 * What other processes may ask about one: does it still exist, the name of its state, its
 * times.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"

Proc *
procpid(u32int pid)
{
	Proc *p;
	u32int i;

	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p != nil && loadrelaxed(&p->pid) == pid &&
		    loadrelaxed(&p->state) != Moribund)
			return p;
	}
	return nil;
}

u32int
pidof(Proc *p)
{
	return aload(&p->pid);
}

int
isgone(Proc *p, u32int pid)
{
	u32int state;

	state = aload(&p->state);
	return pidof(p) != pid || state == Moribund || state == Dead;
}

void
lockproc(QLock *q, Proc *p, u32int pid)
{
	qlock(q);
	if(isgone(p, pid)) {
		qunlock(q);
		error(Eprocdied);
	}
}

const char *
stateword(u32int state)
{
	static const char *const names[] = {
	    [Dead] = "Dead",
	    [New] = "New",
	    [Running] = "Running",
	    [Wakeme] = "Wakeme",
	    [Rendezvous] = "Rendez",
	    [Stopped] = "Stopped",
	    [Broken] = "Broken",
	    [Moribund] = "Moribund",
	};

	return state < nelem(names) ? names[state] : "Unknown";
}

const char *
statename(Proc *p)
{
	const char *s;
	u32int state;

	s = loadrelaxed(&p->psstate);
	state = loadrelaxed(&p->state);
	if(s != nil && state != Stopped && state != Broken)
		return s;
	return stateword(state);
}

/* The counts of freed Procs. A Proc's own counts move here under the lock. */
static struct
{
	/* a leaf */
	Lock lk;
	uvlong calls;
	uvlong faults;
} dead = {.lk = LOCKRANK(Rdead)};

void
deadcounts(Proc *p)
{
	lock(&dead.lk);
	dead.calls += p->ncalls;
	dead.faults += p->nfaults;
	p->ncalls = p->nfaults = 0;
	unlock(&dead.lk);
}

static uvlong
since(uvlong t, uvlong base)
{
	return t > base ? t - base : 0;
}

void
proctimes(Proc *p, uvlong t[2])
{
	t[0] = t[1] = 0;
	hosttimes(p, &t[0], &t[1]);
	t[0] = since(t[0], p->basens[0]);
	t[1] = since(t[1], p->basens[1]);
}

void
uptimes(uvlong t[2])
{
	hosttimeslately(&t[0], &t[1]);
	t[0] = since(t[0], up->basens[0]);
	t[1] = since(t[1], up->basens[1]);
}

void
syscounts(uvlong *calls, uvlong *faults)
{
	Proc *p;
	u32int i;

	lock(&dead.lk);
	*calls = dead.calls;
	*faults = dead.faults;
	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p == nil)
			continue;
		*calls += loadrelaxed(&p->ncalls);
		*faults += loadrelaxed(&p->nfaults);
	}
	unlock(&dead.lk);
}

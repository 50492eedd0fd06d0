/*
 * Locks, made of two primitives of the machine: hostwait and hostwake.
 *
 * A waiter spins briefly first: a holder that runs on another processor usually unlocks before
 * a sleep would have begun. Then the waiter sleeps, because the host may have taken the
 * processor from the holder.
 */
#include "u.h"
#include "lib/atomic.h"
#include "portdat.h"
#include "sync/held.h"
#include "sync/lockorder.h"
#include "sync/lockstat.h"
#include "sync/sync.h"
#include "host/host.h"

enum
{
	Free,
	Taken,
	/* taken, and a waiter may sleep on it */
	Contended,

	Spins = 100,
};

static int
locktry(Lock *l)
{
	return cas(&l->key, Free, Taken);
}

static inline void
locktaken(Lock *l, u32int kind, uintptr pc)
{
	storerelaxed(&l->pid, up != nil ? up->pid : 0);
	storerelaxed(&l->pc, pc);
	stattaken(l, pc);
	heldadd(l, kind, rankof(l), pc);
}

/* The slow half of lock: spin, then mark the lock contended and sleep. */
static void
lockwait(Lock *l, u32int kind, int patient)
{
	int i;

	for(i = 0; i < Spins; i++) {
		if(aload(&l->key) == Free && locktry(l))
			return;
		hostrelax();
	}
	if(up != nil) {
		up->waitkind = kind;
		up->waitlock = l;
	}
	while(__atomic_exchange_n(&l->key, Contended, __ATOMIC_SEQ_CST) != Free)
		if(patient)
			hostsleep(&l->key, Contended, -1);
		else
			hostwait(&l->key, Contended, -1);
	if(up != nil)
		up->waitlock = nil;
}

/* lock, qlock or qlockpatient, called at pc. */
static inline void
lockat(Lock *l, u32int kind, uintptr pc, int patient)
{
	uvlong t;

	PERTURB();
	orderwant(l, rankof(l), pc);
	if(!locktry(l)) {
		t = statnow();
		lockwait(l, kind, patient);
		statwaited(pc, t);
	}
	locktaken(l, kind, pc);
	PERTURB();
}

static inline int
canlockat(Lock *l, u32int kind, uintptr pc)
{
	PERTURB();
	if(!locktry(l))
		return 0;
	locktaken(l, kind, pc);
	return 1;
}

void
lock(Lock *l)
{
	lockat(l, Islock, CALLER, 0);
}

int
canlock(Lock *l)
{
	return canlockat(l, Islock, CALLER);
}

/*
 * up need not hold l, if no process has taken it: a host process whose Proc has ended takes
 * Locks, and may be given its next Proc while it holds one.
 */
static inline void
unlockat(Lock *l, u32int kind)
{
	u32int old;

	PERTURB();
	if(!helddel(l, kind) && l->pid != 0)
		panic("unlock %p, taken at %p: process %d holds it", l, l->pc,
		    l->pid);
	statfreed(l);
	old = __atomic_exchange_n(&l->key, Free, __ATOMIC_SEQ_CST);
	assert(old != Free);
	if(old == Contended)
		hostwake(&l->key, 1);
	PERTURB();
}

void
unlock(Lock *l)
{
	unlockat(l, Islock);
}

void
qlock(QLock *q)
{
	lockat(&q->use, Isqlock, CALLER, 0);
}

void
qlockpatient(QLock *q)
{
	lockat(&q->use, Isqlock, CALLER, 1);
}

int
canqlock(QLock *q)
{
	return canlockat(&q->use, Isqlock, CALLER);
}

void
qunlock(QLock *q)
{
	unlockat(&q->use, Isqlock);
}

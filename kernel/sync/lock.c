/*
 * Locks over two primitives of the machine: hostwait and hostwake.
 *
 * Every wait spins briefly first: a holder that runs on another processor usually lets go
 * before a sleep would have begun. Then it sleeps, because the host may have taken the
 * processor from the holder.
 */
#include "u.h"
#include "lib/atomic.h"
#include "portdat.h"
#include "sync/lockorder.h"
#include "sync/lockstat.h"
#include "sync/sync.h"
#include "host/host.h"

enum
{
	Free,
	Held,
	Contended, /* held, and a waiter may sleep on it */

	Spins = 100,
};

static int
locktry(Lock *l)
{
	return cas(&l->key, Free, Held);
}

static void
locktaken(Lock *l, uintptr pc)
{
	__atomic_store_n(&l->pid, up != nil ? up->pid : 0, __ATOMIC_RELAXED);
	__atomic_store_n(&l->pc, pc, __ATOMIC_RELAXED);
	stattaken(l, pc);
	ordertaken(l, rankof(l), pc);
}

/* The slow half of lock: spin, then mark the lock contended and sleep. */
static void
lockwait(Lock *l, int patient)
{
	int i;

	for(i = 0; i < Spins; i++) {
		if(aload(&l->key) == Free && locktry(l))
			return;
		hostrelax();
	}
	if(up != nil)
		up->waitlock = l;
	while(__atomic_exchange_n(&l->key, Contended, __ATOMIC_SEQ_CST) != Free)
		if(patient)
			hostsleep(&l->key, Contended, -1);
		else
			hostwait(&l->key, Contended, -1);
	if(up != nil)
		up->waitlock = nil;
}

/* lock, qlock and qlockpatient, which was called at pc. */
static inline void
lockat(Lock *l, uintptr pc, int patient)
{
	uvlong t;

	PERTURB();
	orderwant(l, rankof(l), pc);
	if(!locktry(l)) {
		t = statnow();
		lockwait(l, patient);
		statwaited(pc, t);
	}
	locktaken(l, pc);
	PERTURB();
}

/* up holds l, which is no QLock's. */
static inline void
heldadd(Lock *l)
{
	if(up == nil)
		return;
	assert(up->nlocks < NHELD);
	up->held[up->nlocks++] = l;
}

/*
 * Was l taken by no process? A host process whose Proc has ended takes Locks, and is given
 * its next Proc while it holds one.
 */
static inline int
ownerless(Lock *l)
{
	return up == nil || l->pid == 0;
}

/* up is about to release l. Most often l is the last that it took. */
static inline void
helddel(Lock *l)
{
	Lock *t, *last;
	u32int i;

	if(ownerless(l))
		return;
	if(up->nlocks == 0)
		panic("unlock %p, taken at %p: this process holds no Lock", l,
		    l->pc);
	i = --up->nlocks;
	for(last = up->held[i]; last != l; last = t) {
		if(i == 0)
			panic(
			    "unlock %p, taken at %p: another process holds it",
			    l, l->pc);
		t = up->held[--i];
		up->held[i] = last;
	}
}

void
lockheld(const char *what)
{
	Lock *l;

	l = up->held[up->nlocks - 1];
	panic("%s with a Lock held: %p, taken at %p", what, l, l->pc);
}

static inline int
canlockat(Lock *l, uintptr pc)
{
	PERTURB();
	if(!locktry(l))
		return 0;
	locktaken(l, pc);
	return 1;
}

void
lock(Lock *l)
{
	lockat(l, CALLER, 0);
	heldadd(l);
}

int
canlock(Lock *l)
{
	if(!canlockat(l, CALLER))
		return 0;
	heldadd(l);
	return 1;
}

static inline void
release(Lock *l)
{
	u32int old;

	PERTURB();
	statfreed(l);
	if(!ownerless(l))
		orderfreed(l);
	old = __atomic_exchange_n(&l->key, Free, __ATOMIC_SEQ_CST);
	assert(old != Free);
	if(old == Contended)
		hostwake(&l->key, 1);
	PERTURB();
}

void
unlock(Lock *l)
{
	helddel(l);
	release(l);
}

void
qlock(QLock *q)
{
	lockat(&q->use, CALLER, 0);
}

void
qlockpatient(QLock *q)
{
	lockat(&q->use, CALLER, 1);
}

int
canqlock(QLock *q)
{
	return canlockat(&q->use, CALLER);
}

void
qunlock(QLock *q)
{
	release(&q->use);
}

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
 * up is about to release l. Most often l is the last that it took. It is not up's if no
 * process took it: a host process whose Proc has ended takes Locks, and may be given its next
 * Proc while it holds one.
 */
static inline void
helddel(Lock *l)
{
	u32int i;

	if(up == nil)
		return;
	for(i = up->nlocks; i > 0 && up->held[i - 1] != l; i--)
		;
	if(i == 0) {
		if(l->pid == 0)
			return;
		panic("unlock %p, taken at %p: process %d holds it", l, l->pc,
		    l->pid);
	}
	for(; i < up->nlocks; i++)
		up->held[i - 1] = up->held[i];
	up->nlocks--;
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
	orderfreed(l, l->pid == 0);
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

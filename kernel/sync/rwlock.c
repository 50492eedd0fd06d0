/*
 * RWlock: many readers or one writer.
 *
 * A waiter reads seq, finds that it may not enter, and sleeps until seq is no
 * longer what it read. A release that could let a waiter in changes seq first
 * and looks for waiters second, so none is missed.
 */
#include "u.h"
#include "lib/atomic.h"
#include "portdat.h"
#include "sync/held.h"
#include "sync/lockorder.h"
#include "sync/lockstat.h"
#include "sync/sync.h"
#include "host/host.h"

static void
rwwait(RWlock *l, u32int seq, u32int kind, uintptr pc)
{
	uvlong t;

	t = statnow();
	__atomic_add_fetch(&l->waiters, 1, __ATOMIC_SEQ_CST);
	if(up != nil) {
		up->waitkind = kind;
		up->waitlock = l;
	}
	hostwait(&l->seq, seq, -1);
	if(up != nil)
		up->waitlock = nil;
	__atomic_sub_fetch(&l->waiters, 1, __ATOMIC_SEQ_CST);
	statwaited(pc, t);
}

static void
rwrelease(RWlock *l)
{
	__atomic_add_fetch(&l->seq, 1, __ATOMIC_SEQ_CST);
	if(aload(&l->waiters) != 0)
		hostwake(&l->seq, 1 << 30);
}

void
rlock(RWlock *l)
{
	u32int seq, n;

	PERTURB();
	orderwant(l, rankof(l), CALLER);
	for(;;) {
		seq = aload(&l->seq);
		n = aload(&l->state);
		if((n & RWwriter) == 0 && aload(&l->writers) == 0) {
			if(cas(&l->state, n, n + 1))
				break;
			continue;
		}
		rwwait(l, seq, Isreader, CALLER);
	}
	statrwtaken(CALLER);
	heldadd(l, Isreader, rankof(l), CALLER);
}

void
runlock(RWlock *l)
{
	u32int n;

	if(!helddel(l, Isreader))
		panic("runlock %p: process %d does not hold it", l, up->pid);
	n = __atomic_sub_fetch(&l->state, 1, __ATOMIC_SEQ_CST);
	assert((n & RWwriter) == 0);
	if(n == 0)
		rwrelease(l);
}

void
wlock(RWlock *l)
{
	u32int seq;

	PERTURB();
	orderwant(l, rankof(l), CALLER);
	__atomic_add_fetch(&l->writers, 1, __ATOMIC_SEQ_CST);
	for(;;) {
		seq = aload(&l->seq);
		if(cas(&l->state, 0, RWwriter))
			break;
		rwwait(l, seq, Iswriter, CALLER);
	}
	__atomic_sub_fetch(&l->writers, 1, __ATOMIC_SEQ_CST);
	storerelaxed(&l->pid, up != nil ? up->pid : 0);
	storerelaxed(&l->pc, CALLER);
	statrwtaken(CALLER);
	heldadd(l, Iswriter, rankof(l), CALLER);
}

void
wunlock(RWlock *l)
{
	u32int old;

	if(!helddel(l, Iswriter))
		panic("wunlock %p: process %d does not hold it", l, up->pid);
	old = __atomic_exchange_n(&l->state, 0, __ATOMIC_SEQ_CST);
	assert(old == RWwriter);
	rwrelease(l);
}

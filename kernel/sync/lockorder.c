/*
 * Whether locks are taken in the order of rank.h: LOCKORDER only. Each process
 * keeps a list of the locks it holds, of all kinds.
 *
 * canlock and canqlock may take a lock out of order, for they do not wait; what
 * is waited for afterwards is checked against that lock too.
 */
#include "u.h"
#include "lib/lib.h"
#include "portdat.h"
#include "sync/lockorder.h"
#include "sync/sync.h"
#include "host/host.h"

#ifdef LOCKORDER
#define RANK(r, name, what) [r] = name,
static const char *const rankname[Nrank] = {[Rnone] = "no rank", LOCKRANKS};
#undef RANK

/* The lock of the highest rank that up holds, the last taken of several; or nil. */
static Ranked *
highest(void)
{
	Ranked *h;
	u32int i;

	h = nil;
	for(i = 0; i < up->nranked; i++)
		if(h == nil || up->ranked[i].rank >= h->rank)
			h = &up->ranked[i];
	return h;
}

void
orderwant(const void *l, u32int rank, uintptr pc)
{
	Ranked *h;

	if(rank == Rnone || rank >= Nrank)
		panic("lock order: the lock %p, wanted at %p, has no rank", l,
		    pc);
	if(up == nil)
		return;
	h = highest();
	if(h == nil || rank > h->rank)
		return;
	if(rank == h->rank && h->l != l && NESTED(rank))
		return;
	panic(
	    "lock order: %s (%p) is wanted at %p while %s (%p), taken at %p, is held",
	    rankname[rank], l, pc, rankname[h->rank], h->l, h->pc);
}

void
ordertaken(const void *l, u32int rank, uintptr pc)
{
	Ranked *r;

	if(up == nil)
		return;
	assert(up->nranked < nelem(up->ranked));
	r = &up->ranked[up->nranked++];
	r->l = l;
	r->rank = rank;
	r->pc = pc;
}

void
orderfreed(const void *l, int ownerless)
{
	u32int i;

	if(up == nil)
		return;
	for(i = up->nranked; i-- > 0;)
		if(up->ranked[i].l == l) {
			up->nranked--;
			memmove(&up->ranked[i], &up->ranked[i + 1],
			    (up->nranked - i) * sizeof up->ranked[0]);
			return;
		}
	if(ownerless)
		return;
	panic("lock order: pid %d releases %p, which it does not hold", up->pid,
	    l);
}

void
procranks(Proc *p)
{
	setqrank(&p->seglock, Rseglock);
	setqrank(&p->namelock, Rnamelock);
	setqrank(&p->notelock, Rnotelock);
	setqrank(&p->qwaitr, Rqwaitr);
	setrank(&p->exl, Rexl);
	setrank(&p->rlock, Rrlock);
}
#endif

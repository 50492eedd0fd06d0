/*
 * The check that locks are taken in the order of rank.h: LOCKORDER only. A lock that a process
 * is about to wait for is compared with those that it holds (held.h).
 *
 * canlock and canqlock do not wait, so they may take a lock out of order. Later waits are
 * checked against that lock too.
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

/* The lock with the highest rank that up holds; of several, the one taken last. nil if there is
 * none. */
static Held *
highest(void)
{
	Held *h;
	u32int i;

	h = nil;
	for(i = 0; i < up->nheld; i++)
		if(h == nil || up->held[i].rank >= h->rank)
			h = &up->held[i];
	return h;
}

enum
{
	Wordbits = 64,
};

/* Bit k of inside[r] is set if a process that held a lock of rank r had to wait for one of rank
 * k. */
static u64int inside[Nrank][(Nrank + Wordbits - 1) / Wordbits];

static void
recordpairs(u32int rank)
{
	u64int *w, bit;
	u32int i;

	bit = (u64int)1 << rank % Wordbits;
	for(i = 0; i < up->nheld; i++) {
		w = &inside[up->held[i].rank][rank / Wordbits];
		if((loadrelaxed(w) & bit) == 0)
			__atomic_fetch_or(w, bit, __ATOMIC_RELAXED);
	}
}

void
orderpairs(void)
{
	u32int r, k;

	for(r = 0; r < Nrank; r++)
		for(k = 0; k < Nrank; k++)
			if(inside[r][k / Wordbits] & (u64int)1 << k % Wordbits)
				kprint("inside %s: %s\n", rankname[r],
				    rankname[k]);
}

void
orderwant(const void *l, u32int rank, uintptr pc)
{
	Held *h;

	if(rank == Rnone || rank >= Nrank)
		panic("lock order: the lock %p, wanted at %p, has no rank", l,
		    pc);
	if(up == nil)
		return;
	recordpairs(rank);
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
procranks(Proc *p)
{
	setqrank(&p->seglock, Rseglock);
	setqrank(&p->namelock, Rnamelock);
	setqrank(&p->notelock, Rnotelock);
	setrank(&p->exl, Rexl);
	setrank(&p->rlock, Rrlock);
}
#endif

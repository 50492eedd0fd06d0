/*
 * The list of locks that a process holds, of all kinds: Proc.held. lock.c and rwlock.c keep it.
 * nolocks, the check of the order (lockorder.c) and the state dump read it.
 */
#ifndef HELD_H
#define HELD_H

#include "u.h"
#include "portdat.h"
#include "sync/lockorder.h"

/* up is about to release l, which is not the last lock that it took. Returns 0 if up does not
 * hold l. */
int heldremove(const void *l);

/* up took l, of a kind and a rank, at pc. */
static inline void
heldadd(const void *l, u32int kind, u32int rank, uintptr pc)
{
	Held *h;

	if(up == nil)
		return;
	assert(up->nheld < NHELD);
	h = &up->held[up->nheld];
	h->l = l;
	h->pc = pc;
	h->kind = kind;
	h->rank = rank;
	up->nheld++;
	if(kind == Islock)
		up->nlocks++;
}

/* up is about to release l. Returns 0 if up does not hold l. */
static inline int
helddel(const void *l, u32int kind)
{
	u32int n;

	if(up == nil)
		return 1;
	n = up->nheld;
	if(n > 0 && up->held[n - 1].l == l)
		up->nheld = n - 1;
	else if(!heldremove(l))
		return 0;
	if(kind == Islock)
		up->nlocks--;
	return 1;
}

#endif

/*
 * The check that locks are taken in the order of rank.h. Without LOCKORDER it is nothing.
 */
#ifndef LOCKORDER_H
#define LOCKORDER_H

#include "u.h"
#include "sync/rank.h"

#ifdef LOCKORDER
/* up is about to wait, at pc, for lock l, which has that rank. */
void orderwant(const void *l, u32int rank, uintptr pc);
/* Print each pair of ranks of which the second was waited for while the first was held. */
void orderpairs(void);
#define rankof(l) loadrelaxed(&(l)->rank)
#else
#define orderpairs() ((void)0)
#define rankof(l) 0
#define orderwant(l, rank, pc) ((void)(l), (void)(pc))
#endif

#endif

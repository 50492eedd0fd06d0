/*
 * Whether locks are taken in the order of rank.h: built with LOCKORDER; else
 * nothing.
 */
#ifndef LOCKORDER_H
#define LOCKORDER_H

#include "u.h"
#include "sync/rank.h"

#ifdef LOCKORDER
/* up is about to wait, at pc, for the lock l of a rank. */
void orderwant(const void *l, u32int rank, uintptr pc);
/* up took l, at pc. */
void ordertaken(const void *l, u32int rank, uintptr pc);
/* up is about to release l; ownerless: no process may have taken it. */
void orderfreed(const void *l, int ownerless);
#define rankof(l) __atomic_load_n(&(l)->rank, __ATOMIC_RELAXED)
#else
#define rankof(l) 0
#define orderwant(l, rank, pc) ((void)(l), (void)(pc))
#define ordertaken(l, rank, pc) ((void)(l), (void)(pc))
#define orderfreed(l, ownerless) ((void)(l))
#endif

#endif

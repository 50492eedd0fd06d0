/*
 * Atomic access to words that processes share, in one total order (seq_cst).
 */
#ifndef ATOMIC_H
#define ATOMIC_H

#include "u.h"

#define aload(p) __atomic_load_n((p), __ATOMIC_SEQ_CST)
#define astore(p, v) __atomic_store_n((p), (v), __ATOMIC_SEQ_CST)

/* *w becomes new if it is old: 1 if so. */
static inline int
cas(u32int *w, u32int old, u32int new)
{
	return __atomic_compare_exchange_n(
	    w, &old, new, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

#endif

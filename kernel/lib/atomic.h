/*
 * Atomic access to words that processes share.
 *
 *   aload astore cas           in one total order (seq_cst)
 *   loadacquire storerelease   a word that says that others are valid: what was stored before
 *                              storerelease is seen after loadacquire
 *   loadrelaxed storerelaxed   in no order: the reader needs one word only, or looks again
 *                              under the lock that guards it
 *   count countn               a counter for statistics
 */
#ifndef ATOMIC_H
#define ATOMIC_H

#include "u.h"

#define aload(p) __atomic_load_n((p), __ATOMIC_SEQ_CST)
#define astore(p, v) __atomic_store_n((p), (v), __ATOMIC_SEQ_CST)

#define loadacquire(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define storerelease(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)

#define loadrelaxed(p) __atomic_load_n((p), __ATOMIC_RELAXED)
#define storerelaxed(p, v) __atomic_store_n((p), (v), __ATOMIC_RELAXED)

#define count(p) ((void)__atomic_add_fetch((p), 1, __ATOMIC_RELAXED))
#define countn(p, n) ((void)__atomic_add_fetch((p), (n), __ATOMIC_RELAXED))

/* *w becomes new if it is old: 1 if so. */
static inline int
cas(u32int *w, u32int old, u32int new)
{
	return __atomic_compare_exchange_n(
	    w, &old, new, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

#endif

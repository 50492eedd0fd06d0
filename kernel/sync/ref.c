/*
 * Reference counts.
 */
#include "u.h"
#include "lib/atomic.h"
#include "sync/sync.h"
#include "host/host.h"

long
incref(Ref *r)
{
	long n;

	n = __atomic_add_fetch(&r->ref, 1, __ATOMIC_SEQ_CST);
	assert(n > 0);
	return n;
}

long
decref(Ref *r)
{
	long n;

	PERTURB();
	n = __atomic_sub_fetch(&r->ref, 1, __ATOMIC_SEQ_CST);
	assert(n >= 0);
	PERTURB();
	return n;
}

long
increfnz(Ref *r)
{
	long n;

	n = aload(&r->ref);
	do {
		if(n == 0)
			return 0;
	} while(!__atomic_compare_exchange_n(
	    &r->ref, &n, n + 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	return n + 1;
}

long
getref(Ref *r)
{
	return aload(&r->ref);
}

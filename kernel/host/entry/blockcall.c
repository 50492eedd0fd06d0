/*
 * Host calls that may wait long. A kick ends the host call. If the kick was for a note, the
 * caller gets -EINTR; otherwise the call is made again. Modelled in model/kick.pml.
 */
#include "u.h"
#include "host/entry/entry.h"
#include "proc/proc.h"

long
blockcall_(long nr, long a, long b, long c, long d, long e, long f)
{
	long r;

	nolocks("host call that may wait");
	for(;;) {
		running(-1);
		waitbegin((s32int)nr, a);
		r = blockraw(nr, a, b, c, d, e, f);
		waitend();
		running(1);
		if(r != -EINTR)
			return r;
		/* hasintr says yes once for a note, as in sleep */
		if(hasintr())
			return r;
	}
}

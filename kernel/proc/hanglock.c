/*
 * A lock that is never released, for the test of the state dump: built with
 * HANGLOCK only. sysr1 takes it and stays.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"

#ifdef HANGLOCK

static Lock hung;

void
hanglock(void)
{
	u32int never;

	lock(&hung);
	never = 0;
	for(;;)
		hostwait(&never, 0, -1);
}

#endif

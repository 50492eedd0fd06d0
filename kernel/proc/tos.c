/*
 * The cycle counts in a process's Tos: exec(2), prof(1).
 *
 * Plan 9 stores them at each return from the kernel. Here a system call costs less than reading
 * the processor's counter twice. So they are stored where the host is asked for the process's
 * times anyway, or where a call may take long: exec, sleep, /dev/cputime.
 */
#include "u.h"
#include "aout.h"
#include "tos.h"
#include "proc/proc.h"
#include "host/host.h"
#include "mm/mm.h"

/* Cycles in ns nanoseconds, computed so that no product overflows. */
static uvlong
cycles(uvlong ns, uvlong hz)
{
	return ns / 1000000000 * hz + ns % 1000000000 * (hz / 1000) / 1000000;
}

void
toscycles(void)
{
	enum
	{
		User,
		Sys,
	};
	uvlong t[2], hz;
	Tos *tos;

	if(!okaddr(USTKTOP - sizeof(Tos), sizeof(Tos), 1) || waserror())
		return;
	uptimes(t);
	hz = hostcyclefreq();
	tos = userptr(USTKTOP - sizeof(Tos));
	tos->kcycles = cycles(t[Sys], hz);
	tos->pcycles = cycles(t[User] + t[Sys], hz);
	poperror();
}

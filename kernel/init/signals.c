/*
 * What the host's user asks of the instance with signals: ctrl-C is the note interrupt to
 * the first process's note group, and a login's window has a size.
 */
#include "u.h"
#include "proc/proc.h"
#include "host/host.h"
#include "init/init.h"
#include "init/initdat.h"

/* The kernel process that posts these notes; nil once it runs. It is started at the first
 * signal, because few instances need it, and a host process takes time to make and to end. */
static Proc *signals;

void
hostsignalled(void)
{
	Proc *p;

	p = __atomic_exchange_n(&signals, nil, __ATOMIC_SEQ_CST);
	if(p != nil)
		kprocgo(p);
}

static void
hostsignals(void *unused)
{
	const char *note;

	USED(unused);
	for(;;) {
		note = hostnote();
		if(note == nil)
			windowsize();
		else if(initproc != nil)
			postnotepg(initproc->noteid, note, NUser);
	}
}

void
signalsinit(void)
{
	astore(&signals, kproclater("signals", hostsignals, nil));
	if(hostinterrupted())
		hostsignalled();
}

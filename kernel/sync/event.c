/*
 * Events: one process waits, others let it go on. The waiter spins for a while before it sleeps
 * in the host: eventspin.
 *
 * Modelled in model/sleep.pml.
 */
#include "u.h"
#include "lib/atomic.h"
#include "sync/sync.h"
#include "host/host.h"
#include "lib/switches.h"

enum
{
	/* how many looks at the event between two readings of the clock */
	Spins = 25,
	/* ns */
	Mostspin = 80000,
	/* the most waits in a row without spinning; one less than a power of 2 */
	Mostskip = 255,
};

int ncpus;

s32int nrunning;

void
running(int n)
{
	__atomic_add_fetch(&nrunning, n, __ATOMIC_RELAXED);
}

int
eventisset(Event *e)
{
	return aload(&e->word) == Set;
}

void
eventreset(Event *e)
{
	astore(&e->word, Unset);
	running(-1);
}

/* Look at e until it is set, for at most ns nanoseconds. */
static void
lookfor(Event *e, uvlong ns)
{
	uvlong start;
	int i;

	start = monons();
	enterlazy();
	do
		for(i = 0; i < Spins && !eventisset(e); i++)
			hostrelax();
	while(!eventisset(e) && monons() - start < ns);
	leavelazy(1);
}

/*
 * A wakeup by the host takes longer than many waits: for a byte through a pipe, for the
 * exec and exit of a small child. While no other process wants the processors, spinning
 * costs nothing. While the instance's own processes want them, no waiter spins. When another
 * program of the host wants them, or the waits are long, spinning fails: then more and more
 * waits sleep at once, and each success halves that (backoff).
 */
int
eventspin(Event *e, Spin *s)
{
	if(eventisset(e))
		return 1;
	if(isoff(Swspin) || ncpus <= 1 || loadrelaxed(&nrunning) >= ncpus)
		return 0;
	if(s->skip > 0) {
		s->skip--;
		return 0;
	}
	lookfor(e, Mostspin);
	if(eventisset(e)) {
		s->fails /= 2;
		return 1;
	}
	s->fails = s->fails < Mostskip ? 2 * s->fails + 1 : s->fails;
	s->skip = s->fails;
	return 0;
}

void
eventwait(Event *e, vlong ns)
{
	u32int old;

	old = Unset;
	if(__atomic_compare_exchange_n(
	       &e->word, &old, Slept, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) ||
	    old == Slept)
		hostsleep(&e->word, Slept, ns);
}

int
eventset(Event *e)
{
	u32int old;

	old = __atomic_exchange_n(&e->word, Set, __ATOMIC_SEQ_CST);
	if(old != Set)
		running(1);
	return old == Slept;
}

void
eventwake(Event *e)
{
	if(e != nil)
		hostwake(&e->word, 1);
}

void
eventsleep(Event *e, Spin *s)
{
	eventspin(e, s);
	while(!eventisset(e))
		eventwait(e, -1);
}

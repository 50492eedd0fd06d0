/*
 * Broken processes: a process that dies of a trap keeps its memory and registers, for a
 * debugger to look at. Its parent already has its wait record. It ends when it is killed, or
 * when NBROKEN others have broken since.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"

enum
{
	NBROKEN = 4,
};

static struct
{
	/* a leaf, taken with Proc.notelock held */
	Lock lk;
	/* oldest first */
	Proc *p[NBROKEN];
	int n;
} broken = {.lk = LOCKRANK(Rbroken)};

/* Drop broken process i from the list. Caller holds broken.lk. */
static void
dropbroken(int i)
{
	broken.n--;
	memmove(&broken.p[i], &broken.p[i + 1],
	    (usize)(broken.n - i) * sizeof broken.p[0]);
}

int
unbreak(Proc *p)
{
	int i;

	lock(&broken.lk);
	for(i = 0; i < broken.n && broken.p[i] != p; i++)
		;
	if(i == broken.n) {
		unlock(&broken.lk);
		return 0;
	}
	dropbroken(i);
	unlock(&broken.lk);
	restart(p);
	return 1;
}

void
breakdown(void)
{
	Proc *oldest;

	fpstop();
	storerelaxed(&up->psstate, nil);
	eventreset(&up->wake);
	oldest = nil;
	qlock(&up->notelock);
	if(isexit(loadrelaxed(&up->procctl))) {
		qunlock(&up->notelock);
		return;
	}
	lock(&broken.lk);
	if(broken.n == NBROKEN) {
		oldest = broken.p[0];
		dropbroken(0);
	}
	broken.p[broken.n++] = up;
	astore(&up->state, Broken);
	unlock(&broken.lk);
	qunlock(&up->notelock);
	if(oldest != nil)
		restart(oldest);
	wakedebugger(up);
	nolocks("break");
	eventsleep(&up->wake, &up->spin);
}

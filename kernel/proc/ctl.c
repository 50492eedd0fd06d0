/*
 * Stopping and starting, for debuggers: /proc/n/ctl, proc(3).
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"

static u32int
loadstate(Proc *p)
{
	return aload(&p->state);
}

int
isexit(int req)
{
	return req == Proc_exitme || req == Proc_exitbig;
}

/* Stop here until procstart, or until a request to exit. */
static void
stop(void)
{
	Proc *waiter;

	nolocks("stop");
	fpstop();
	qlock(&up->notelock);
	if(isexit(up->procctl)) {
		qunlock(&up->notelock);
		return;
	}
	storerelaxed(&up->procctl, Proc_none);
	eventreset(&up->wake);
	astore(&up->state, Stopped);
	waiter = up->pdbg;
	storerelaxed(&up->pdbg, nil);
	qunlock(&up->notelock);
	if(waiter != nil)
		wakeup(&up->stopr);
	/* restart sets the event once for each stop */
	eventsleep(&up->wake, &up->spin);
	fpgo();
}

void
obey(void)
{
	for(;;)
		switch(loadrelaxed(&up->procctl)) {
		case Proc_exitme:
			pexit("Killed", 1);
		case Proc_exitbig:
			pexit("Killed: Insufficient physical memory", 1);
		case Proc_traceme:
			if(loadrelaxed(&up->nnote) == 0)
				return;
			stop();
			break;
		case Proc_stopme:
			stop();
			break;
		default:
			return;
		}
}

void
procstophere(void)
{
	qlock(&up->notelock);
	if(!isexit(up->procctl))
		up->procctl = Proc_stopme;
	qunlock(&up->notelock);
	obey();
}

void
restart(Proc *p)
{
	astore(&p->state, Running);
	if(eventset(&p->wake))
		eventwake(&p->wake);
}

void
procctl(Proc *p, int req)
{
	qlock(&p->notelock);
	if(p->exiting) {
		if(isexit(req)) {
			/* a process that has not broken before this will not break */
			storerelaxed(&p->procctl, req);
			unbreak(p);
		}
		qunlock(&p->notelock);
		return;
	}
	if(isexit(p->procctl))
		/* a request to exit stays */
		req = p->procctl;
	storerelaxed(&p->procctl, req);
	if(isexit(req)) {
		astore(&p->notepending, 1);
		if(loadstate(p) == Stopped)
			restart(p);
	}
	qunlock(&p->notelock);
	intrproc(p);
}

void
procinterrupt(Proc *p)
{
	qlock(&p->notelock);
	if(!p->exiting) {
		astore(&p->intrpending, 1);
		astore(&p->notepending, 1);
	}
	qunlock(&p->notelock);
	intrproc(p);
}

void
procnointerrupt(Proc *p)
{
	int nnote;

	qlock(&p->notelock);
	astore(&p->intrpending, 0);
	nnote = p->nnote;
	if(nnote == 0 && !isexit(p->procctl))
		astore(&p->notepending, 0);
	qunlock(&p->notelock);
	if(nnote != 0)
		error("notes pending");
}

static int
isstopped(void *arg)
{
	Proc *p;
	u32int state;

	p = arg;
	state = loadstate(p);
	return state == Stopped || state == Broken || state == Moribund ||
	    state == Dead || loadrelaxed(&p->pdbg) != up;
}

void
procstopwait(Proc *p, int req)
{
	u32int pid;

	pid = p->pid;
	qlock(&p->notelock);
	if(loadstate(p) == Stopped || loadstate(p) == Broken) {
		qunlock(&p->notelock);
		return;
	}
	if(p->pdbg != nil) {
		qunlock(&p->notelock);
		error(Einuse);
	}
	storerelaxed(&p->pdbg, up);
	qunlock(&p->notelock);
	if(req != Proc_none)
		procctl(p, req);
	if(waserror()) {
		qlock(&p->notelock);
		if(p->pdbg == up)
			storerelaxed(&p->pdbg, nil);
		qunlock(&p->notelock);
		nexterror();
	}
	/* for ps(1), until the system call ends */
	storerelaxed(&up->psstate, "Stopwait");
	/* a ctl nointerrupt may end a sleep without a note */
	while(!isstopped(p))
		sleep(&p->stopr, isstopped, p);
	poperror();
	if(loadrelaxed(&p->pid) != pid || loadstate(p) == Moribund ||
	    loadstate(p) == Dead)
		error(Eprocdied);
}

static void
startwith(Proc *p, u32int trace)
{
	qlock(&p->notelock);
	if(loadstate(p) != Stopped) {
		qunlock(&p->notelock);
		error(Ebadctl);
	}
	__atomic_or_fetch(&p->calltrace, trace, __ATOMIC_SEQ_CST);
	restart(p);
	qunlock(&p->notelock);
}

void
procstart(Proc *p)
{
	startwith(p, 0);
}

void
procstartsyscall(Proc *p)
{
	startwith(p, Tstop);
}

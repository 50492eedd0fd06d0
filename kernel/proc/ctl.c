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
	/* what was asked for before this stop is over: the debugger says how it goes on */
	storerelaxed(&up->procctl, Proc_none);
	__atomic_and_fetch(&up->calltrace, ~(u32int)Tstop, __ATOMIC_SEQ_CST);
	eventreset(&up->wake);
	astore(&up->state, Stopped);
	waiter = up->pdbg;
	storerelaxed(&up->pdbg, nil);
	qunlock(&up->notelock);
	if(waiter != nil)
		wakeup(&waiter->stopr);
	/* restart sets the event once for each stop */
	eventsleep(&up->wake, &up->spin);
	fpgo();
}

void
obey(void)
{
	int stopped;

	for(stopped = 0;; stopped = 1)
		switch(loadrelaxed(&up->procctl)) {
		case Proc_exitme:
			pexit("Killed", 1);
		case Proc_exitbig:
			pexit("Killed: Insufficient physical memory", 1);
		case Proc_traceme:
			/* a note that it has when startstop starts it is its own: db(1)
			 * posts again those that it took away */
			if(stopped || loadrelaxed(&up->nnote) == 0)
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

/* Make p obey req. Caller holds p's notelock. Returns 1 if it must call intrproc afterwards. */
static int
setctl(Proc *p, int req)
{
	if(p->exiting) {
		if(isexit(req)) {
			/* a process that has not broken before this will not break */
			storerelaxed(&p->procctl, req);
			unbreak(p);
		}
		return 0;
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
	return 1;
}

void
procctl(Proc *p, u32int pid, int req)
{
	int intr;

	qlock(&p->notelock);
	intr = loadrelaxed(&p->pid) == pid && setctl(p, req);
	qunlock(&p->notelock);
	if(intr)
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
procendwait(Proc *p)
{
	astore(&p->notepending, 1);
	if(!intrsleep(p))
		kick(p);
}

void
procwaited(void)
{
	qlock(&up->notelock);
	if(up->nnote == 0 && !isexit(up->procctl))
		astore(&up->notepending, aload(&up->intrpending));
	qunlock(&up->notelock);
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
wakedebugger(Proc *p)
{
	Proc *waiter;

	qlock(&p->notelock);
	waiter = p->pdbg;
	qunlock(&p->notelock);
	if(waiter != nil)
		wakeup(&waiter->stopr);
}

/*
 * The sleep is in up's own Rendez. So two debuggers never sleep in one, though the next of p may come
 * before the last has left. A process that is woken by mistake looks again.
 */
void
procstopwait(Proc *p, u32int pid, int req)
{
	int intr;

	qlock(&p->notelock);
	if(loadrelaxed(&p->pid) != pid) {
		qunlock(&p->notelock);
		error(Eprocdied);
	}
	if(loadstate(p) == Stopped || loadstate(p) == Broken) {
		qunlock(&p->notelock);
		return;
	}
	if(p->pdbg != nil) {
		qunlock(&p->notelock);
		error(Einuse);
	}
	storerelaxed(&p->pdbg, up);
	intr = req != Proc_none && setctl(p, req);
	qunlock(&p->notelock);
	if(intr)
		intrproc(p);
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
		sleep(&up->stopr, isstopped, p);
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

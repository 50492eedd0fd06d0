/*
 * Making and freeing Procs. The place of a Proc in the table is kernel/sync's (proctab.c).
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"

u32int newcalltrace;

static u32int nextpid = 1;

/* Clear p for its next process. Its locks stay as they are, because a process that knew the old
 * one may hold one of them. */
static void
clean(Proc *p)
{
	u64int *w;
	u32int index;

	index = p->index;
	/* others may read these words meanwhile, but not the error labels */
	_Static_assert(offsetof(Proc, pid) % sizeof *w == 0, "words");
	_Static_assert(offsetof(Proc, errlab) % sizeof *w == 0, "words");
	_Static_assert(offsetof(Proc, nerrlab) % sizeof *w == 0, "words");
	for(w = (u64int *)&p->pid; w < (u64int *)p->errlab; w++)
		storerelaxed(w, 0);
	for(w = (u64int *)&p->nerrlab; w < (u64int *)(p + 1); w++)
		storerelaxed(w, 0);
	storerelaxed(&p->mach.slot, nil);
	p->mach.fpvalid = 0;
	storerelaxed(&p->index, index);
	p->errstr = p->errbuf0;
	p->syserrstr = p->errbuf1;
}

u32int
newid(void)
{
	return __atomic_fetch_add(&nextpid, 1, __ATOMIC_SEQ_CST);
}

Proc *
newproc(void)
{
	Proc *p;

	p = procalloc();
	if(p == nil)
		error("no procs");
	clean(p);
	p->started = monons();
	p->basepri = PriUser;
	p->procmode = 0640;
	p->calltrace = newcalltrace;
	/* a process may be posting a note to an earlier process of this Proc */
	qlock(&p->notelock);
	storerelaxed(&p->pid, newid());
	storerelaxed(&p->noteid, p->pid);
	qunlock(&p->notelock);
	astore(&p->state, New);
	return p;
}

void
freeproc(Proc *p)
{
	qlock(&p->namelock);
	free(p->text);
	free(p->user);
	free(p->args);
	free(p->calltext);
	p->text = p->user = p->args = p->calltext = nil;
	qunlock(&p->namelock);
	free(p->epitaph);
	p->epitaph = nil;
	qlock(&p->notelock);
	astore(&p->pid, 0);
	qunlock(&p->notelock);
	deadcounts(p);
	procfree(p);
}

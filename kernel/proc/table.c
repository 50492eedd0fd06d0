/*
 * Making and freeing processes, kernel processes among them, and finding one by
 * its pid.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"

u32int newcalltrace;

static u32int nextpid = 1;

/* What freed Procs had counted; a Proc's own counts move here under the lock. */
static struct
{
	Lock lk; /* leaf */
	uvlong calls;
	uvlong faults;
} dead = {.lk = LOCKRANK(Rdead)};

void
procinit(void)
{
	killbig = killlargest;
	nskproc = kproc;
}

Proc *
procpid(u32int pid)
{
	Proc *p;
	u32int i;

	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p != nil && loadrelaxed(&p->pid) == pid &&
		    loadrelaxed(&p->state) != Moribund)
			return p;
	}
	return nil;
}

/* A Proc's locks are not touched: a process that knew the old process may hold one. */
static void
clean(Proc *p)
{
	u64int *w;
	u32int index;

	index = p->index;
	/* others may look at the words meanwhile, but not at the error labels */
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
		error("no free processes");
	clean(p);
	p->started = monons();
	p->basepri = 10;
	p->calltrace = newcalltrace;
	/* a note to another process that this Proc once was may be on its way */
	qlock(&p->notelock);
	storerelaxed(&p->pid, newid());
	storerelaxed(&p->noteid, p->pid);
	qunlock(&p->notelock);
	__atomic_store_n(&p->state, New, __ATOMIC_SEQ_CST);
	return p;
}

/* p is over, and no host process runs it. */
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
	__atomic_store_n(&p->pid, 0, __ATOMIC_SEQ_CST);
	qunlock(&p->notelock);
	lock(&dead.lk);
	dead.calls += p->ncalls;
	dead.faults += p->nfaults;
	p->ncalls = p->nfaults = 0;
	unlock(&dead.lk);
	procfree(p);
}

static void
kstart(void)
{
	if(waserror())
		panic("kernel process %s: %s", up->text, up->errstr);
	up->kfn(up->karg);
	pexit("", 1);
}

Proc *
kproclater(const char *name, void (*f)(void *), void *arg)
{
	Proc *p;

	p = newproc();
	storerelaxed(&p->kp, 1);
	p->text = kstrcpy(name);
	p->user = kstrcpy(initproc->user);
	p->nochild = 1;
	p->kfn = f;
	p->karg = arg;
	storerelaxed(&p->state, Running);
	return p;
}

void
kproc(const char *name, void (*f)(void *), void *arg)
{
	Proc *p;

	p = kproclater(name, f, arg);
	if(waserror()) {
		freeproc(p);
		nexterror();
	}
	procrun(p, kstart);
	poperror();
}

void
kprocgo(Proc *p)
{
	procmust(p, kstart);
}

const char *
stateword(u32int state)
{
	static const char *const names[] = {
	    [Dead] = "Dead",
	    [New] = "New",
	    [Running] = "Running",
	    [Wakeme] = "Wakeme",
	    [Rendezvous] = "Rendez",
	    [Stopped] = "Stopped",
	    [Broken] = "Broken",
	    [Moribund] = "Moribund",
	};

	return state < nelem(names) ? names[state] : "Unknown";
}

const char *
statename(Proc *p)
{
	const char *s;
	u32int state;

	s = loadrelaxed(&p->psstate);
	state = loadrelaxed(&p->state);
	if(s != nil && state != Stopped && state != Broken)
		return s;
	return stateword(state);
}

static uvlong
since(uvlong t, uvlong base)
{
	return t > base ? t - base : 0;
}

void
proctimes(Proc *p, uvlong t[2])
{
	t[0] = t[1] = 0;
	hosttimes(p, &t[0], &t[1]);
	t[0] = since(t[0], p->basens[0]);
	t[1] = since(t[1], p->basens[1]);
}

void
syscounts(uvlong *calls, uvlong *faults)
{
	Proc *p;
	u32int i;

	lock(&dead.lk);
	*calls = dead.calls;
	*faults = dead.faults;
	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p == nil)
			continue;
		*calls += __atomic_load_n(&p->ncalls, __ATOMIC_RELAXED);
		*faults += __atomic_load_n(&p->nfaults, __ATOMIC_RELAXED);
	}
	unlock(&dead.lk);
}

/*
 * Kernel processes: a function of the kernel with a host process of its own. They never
 * enter user mode.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "proc/traceevent.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"

static void
tellevent(Proc *p, int what)
{
	static const int type[] = {
	    [Goessleep] = TRsleep,
	    [Iswoken] = TRready,
	    [Goeson] = TRrun,
	};

	traceevent(p, type[what]);
}

void
procinit(void)
{
	killbig = killlargest;
	killheap = killheapuser;
	nskproc = kproc;
	sleepevent = tellevent;
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
	onerror(freeproc(p));
	storerelaxed(&p->kp, 1);
	p->text = kstrcpy(name);
	p->user = kstrcpy(initproc->user);
	poperror();
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
	onerror(freeproc(p));
	procrun(p, kstart);
	poperror();
}

void
kprocgo(Proc *p)
{
	procmust(p, kstart);
}

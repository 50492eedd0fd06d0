/*
 * Out of memory: the process that has most of it, of the arena or of the kernel's heap, is killed.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"

enum
{
	/* a process with less than this part of the kernel's memory is not killed for it: what is
	 * missing may be of processes that are gone, in pipes that others have */
	Leastpart = 64,
};

/* How many pages p's Segments have, text not counted; 0 if its seglock is taken. */
static uvlong
procpages(Proc *p)
{
	Segment *s;
	uvlong n;
	int i, locked;

	/* up itself may hold its seglock (rfork) */
	locked = p != up && canqlock(&p->seglock);
	if(p != up && !locked)
		return 0;
	n = 0;
	for(i = 0; i < NSEG; i++) {
		s = loadrelaxed(&p->seg[i]);
		if(s != nil && (segtype(s) & SG_TYPE) != SG_TEXT)
			n += segpages(s);
	}
	if(locked)
		qunlock(&p->seglock);
	return n;
}

/* The process for which used is largest, and its pid; nil if it is for none more than least. */
static Proc *
largest(uvlong (*used)(Proc *), uvlong least, u32int *pid)
{
	uvlong n, max;
	Proc *p, *big;
	u32int i;

	big = nil;
	max = least;
	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p == nil || loadrelaxed(&p->kp) ||
		    loadrelaxed(&p->state) == Moribund ||
		    loadrelaxed(&p->procctl) == Proc_exitbig)
			continue;
		n = used(p);
		if(n > max) {
			max = n;
			big = p;
			*pid = loadrelaxed(&p->pid);
		}
	}
	return big;
}

int
killlargest(const char *why)
{
	Proc *big;
	u32int pid;

	big = largest(procpages, 0, &pid);
	if(big == nil)
		return 0;
	kprint("run9: %d: %s killed: %s, %llud MiB (-m)\n", pid,
	    big->text != nil ? big->text : "?", why,
	    (uvlong)totalframes() * BY2PG / MiB);
	procctl(big, pid, Proc_exitbig);
	return 1;
}

static uvlong
procheap(Proc *p)
{
	return heapusedby(loadrelaxed(&p->pid));
}

int
killheapuser(const char *why)
{
	Proc *big;
	u32int pid;
	uvlong max;

	hostheapsize(&max);
	heapcount();
	big = largest(procheap, max / Leastpart, &pid);
	if(big == nil)
		return 0;
	kprint(
	    "run9: %d: %s killed: %s, %llud MiB of kernel memory, a quarter of -m's\n",
	    pid, big->text != nil ? big->text : "?", why, max / MiB);
	procctl(big, pid, Proc_exitbig);
	return 1;
}

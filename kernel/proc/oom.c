/*
 * Out of memory: the process that has most of it, of the arena or of the kernel's heap, is killed,
 * with those that share its memory. A process may ask to be spared: proc(3), noswap.
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

/* Is p to be spared? 9front spares processes that have written noswap to ctl, and those whose files
 * nobody may write: dontkill in rc/bin sees to both. */
static int
isspared(Proc *p)
{
	return aload(&p->noswap) || (loadrelaxed(&p->procmode) & 0222) == 0;
}

/* The process for which used is largest, and its pid; nil if it is for none more than least. The
 * first process, with which the instance ends, does not die for a larger one that is spared. */
static Proc *
largest(uvlong (*used)(Proc *), uvlong least, u32int *pid)
{
	uvlong n, max, spared;
	Proc *p, *big;
	u32int i;

	big = nil;
	max = least;
	spared = 0;
	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p == nil || loadrelaxed(&p->kp) ||
		    loadrelaxed(&p->state) == Moribund ||
		    loadrelaxed(&p->procctl) == Proc_exitbig)
			continue;
		n = used(p);
		if(isspared(p)) {
			if(n > spared)
				spared = n;
		} else if(n > max) {
			max = n;
			big = p;
			*pid = loadrelaxed(&p->pid);
		}
	}
	return big == initproc && spared > max ? nil : big;
}

/* Kill p if it has Segment s as its bss. */
static void
killsharer(Proc *p, Segment *s)
{
	u32int pid;
	int is;

	if(p == up)
		is = p->seg[BSEG] == s;
	else if(canqlock(&p->seglock)) {
		is = p->seg[BSEG] == s;
		qunlock(&p->seglock);
	} else
		/* it is in rfork, and its bss stays */
		is = loadrelaxed(&p->seg[BSEG]) == s;
	pid = loadrelaxed(&p->pid);
	if(is && pid != 0 && !isgone(p, pid))
		procctl(p, pid, Proc_exitbig);
}

/* Kill process pid, whose Proc is big, and all that share its bss: without it they are half a program,
 * and their memory is not free before the last of them ends. */
static void
killgroup(Proc *big, u32int pid)
{
	Segment *s;
	Proc *p;
	u32int i;
	int locked;

	/* held, so that s stays big's */
	locked = big != up && canqlock(&big->seglock);
	s = big == up || locked ? loadrelaxed(&big->seg[BSEG]) : nil;
	if(s != nil && !isgone(big, pid))
		for(i = 0; i < nproctab(); i++) {
			p = proctab(i);
			if(p != nil && p != big && !loadrelaxed(&p->kp))
				killsharer(p, s);
		}
	if(locked)
		qunlock(&big->seglock);
	procctl(big, pid, Proc_exitbig);
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
	killgroup(big, pid);
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
	killgroup(big, pid);
	return 1;
}

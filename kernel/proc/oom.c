/*
 * Out of memory: the process with most of it is killed.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"

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

int
killlargest(const char *why)
{
	uvlong n, max;
	Proc *p, *big;
	u32int i, pid;

	big = nil;
	pid = 0;
	max = 0;
	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p == nil || loadrelaxed(&p->kp) ||
		    loadrelaxed(&p->state) == Moribund ||
		    loadrelaxed(&p->procctl) == Proc_exitbig)
			continue;
		n = procpages(p);
		if(n > max) {
			max = n;
			big = p;
			pid = loadrelaxed(&p->pid);
		}
	}
	if(big == nil)
		return 0;
	kprint("run9: %d: %s killed: %s, %llud MiB (-m)\n", pid,
	    big->text != nil ? big->text : "?", why,
	    (uvlong)totalframes() * BY2PG / MiB);
	procctl(big, Proc_exitbig);
	return 1;
}

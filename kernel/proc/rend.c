/*
 * rendezvous(2). Waiting and being interrupted are modelled in model/sleep.pml.
 */
#include "u.h"
#include "proc/proc.h"
#include "host/host.h"
#include "proc/sys.h"
#include "lib/lib.h"
#include "mm/mm.h"

#define rendslot(r, tag) (&(r)->hash[(tag) % NRENDHASH])

/*
 * Rgrps are type-stable: intrrend locks the Rgrp that a process was in, which the process
 * may have left, and which may have been closed meanwhile.
 */
static struct
{
	/* guards free; a leaf */
	Lock lock;
	/* linked through hash[0] */
	Rgrp *free;
} rgrps = {.lock = LOCKRANK(Rrgrps)};

Rgrp *
newrgrp(void)
{
	Rgrp *r;

	lock(&rgrps.lock);
	r = rgrps.free;
	if(r != nil) {
		rgrps.free = (Rgrp *)r->hash[0];
		r->hash[0] = nil;
	}
	unlock(&rgrps.lock);
	if(r == nil) {
		r = smalloc(sizeof *r);
		setrank(&r->lk, Rrgrp);
	}
	r->r.ref = 1;
	return r;
}

void
closergrp(Rgrp *r)
{
	if(r == nil || decref(&r->r) != 0)
		return;
	lock(&rgrps.lock);
	r->hash[0] = (Proc *)rgrps.free;
	rgrps.free = r;
	unlock(&rgrps.lock);
}

/* p, which is off the chain, gets its value. Returns 1 if the host must wake it. */
static int
endrend(Proc *p, uintptr val)
{
	p->rendval = val;
	storerelaxed(&p->state, Running);
	return eventset(&p->wake);
}

uintptr
sysrendezvous(uintptr *args)
{
	uintptr tag, val;
	Proc **l, *p;
	Rgrp *r;
	int slept;

	tag = args[0];
	r = up->rgrp;
	lock(&r->lk);
	for(l = rendslot(r, tag); (p = *l) != nil; l = &p->rendhash) {
		if(p->rendtag != tag)
			continue;
		*l = p->rendhash;
		val = p->rendval;
		slept = endrend(p, args[1]);
		unlock(&r->lk);
		if(slept)
			eventwake(&p->wake);
		return val;
	}
	/* a note's poster sets notepending, and then looks at the state under this lock */
	if(hasintr()) {
		unlock(&r->lk);
		return ~(uintptr)0;
	}
	up->rendtag = tag;
	up->rendval = args[1];
	l = rendslot(r, tag);
	up->rendhash = *l;
	*l = up;
	eventreset(&up->wake);
	storerelaxed(&up->state, Rendezvous);
	unlock(&r->lk);
	nolocks("rendezvous");
	eventsleep(&up->wake, &up->spin);
	/* the note that ended the rendezvous must not interrupt the next call; there is no
	 * error string */
	if(up->rendval == ~(uintptr)0)
		hasintr();
	return up->rendval;
}

/* A note came for p. If p waits in a rendezvous, end that with ~0. */
void
intrrend(Proc *p)
{
	Proc **l;
	Rgrp *r;
	int slept;

	r = loadrelaxed(&p->rgrp);
	if(r == nil)
		return;
	lock(&r->lk);
	/* the chains of a free Rgrp are in use for its list, but no process is in state
	 * Rendezvous on it. p may have received its note already, and be in another
	 * rendezvous */
	if(loadrelaxed(&p->state) == Rendezvous && loadrelaxed(&p->rgrp) == r &&
	    aload(&p->notepending))
		for(l = rendslot(r, p->rendtag); *l != nil; l = &(*l)->rendhash)
			if(*l == p) {
				*l = p->rendhash;
				slept = endrend(p, ~(uintptr)0);
				unlock(&r->lk);
				if(slept)
					eventwake(&p->wake);
				return;
			}
	unlock(&r->lk);
}

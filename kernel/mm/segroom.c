/*
 * Room for Segments that several processes have.
 *
 *   segroomlock segroomunlock   taken to grow a shared Segment, or to place a Segment
 *   segroomtaken                is another user's Segment in the way?
 *
 * Processes that share a Segment also have Segments of their own: a stack, and what they attached
 * after the rfork. A shared Segment may grow only where none of its users has another Segment.
 * The lock orders that check and an attachment by another user.
 */
#include "u.h"
#include "mm/mmdat.h"

static QLock room = QLOCKRANK(Rroom);

void
segroomlock(void)
{
	qlock(&room);
}

void
segroomunlock(void)
{
	qunlock(&room);
}

/* Does p have a Segment other than s in [from, to)? p may be changing its Segments meanwhile. */
static int
hasin(Proc *p, Segment *s, uintptr from, uintptr to)
{
	Segment *o;
	int n;

	for(n = 0; n < NSEG; n++) {
		o = loadacquire(&p->seg[n]);
		if(o == nil || o == s || from >= loadacquire(&o->top) ||
		    to <= loadacquire(&o->base))
			continue;
		/* o may have been freed and used again meanwhile */
		if(loadacquire(&p->seg[n]) == o)
			return 1;
	}
	return 0;
}

int
segroomtaken(Segment *s, uintptr from, uintptr to)
{
	Proc *p;
	u32int k, state;

	for(k = 0; (p = nextuser(s, &k)) != nil;) {
		state = loadrelaxed(&p->state);
		/* p does not run any more */
		if(state == Broken || state == Moribund)
			continue;
		if(hasin(p, s, from, to))
			return 1;
	}
	return 0;
}

/*
 * Room for Segments that several processes have.
 *
 *   segroomlock segroomunlock   around what grows or places one
 *   segroomtaken                is another user's Segment in the way?
 *
 * Processes that share a Segment have others that they do not share: a stack, and what one of
 * them attached later. A shared Segment may grow only where none of its users has anything.
 * The lock keeps an attachment and the growth of a Segment from missing each other.
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

/* Does p have a Segment but s with an address of [from, to)? Its end may be under way. */
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
		/* its memory may be another Segment's by now */
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
		/* it runs no more */
		if(state == Broken || state == Moribund)
			continue;
		if(hasin(p, s, from, to))
			return 1;
	}
	return 0;
}

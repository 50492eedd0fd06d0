/*
 * What a process lends to its child at rfork.
 *
 * After rfork a page is copied when one of its users writes to it, so all mappings that
 * allow that have to go: those of every thread of the parent. For a large
 * program that is costly, for it meets each page again by a fault; and in vain when the child
 * execs at once, for then the pages are the parent's alone again. So where a Segment
 * has several users they do not forget their mappings but keep their hands off them
 * (mmufreeze), and the parent waits in rfork until the child has given back what it got, or
 * for a while. What comes back is theirs as before; what does not is flushed as it
 * would have been at first.
 *
 *   lend     at rfork: a Segment, to its copy
 *   releaseseg    the copy ends, or will not be given back: it has a copy itself
 *   holdend  rfork waits for all, and says what comes of it
 *   waithold a fault must not replace a page while others have it mapped
 *
 * A copy says whose it is in Segment.hold. Who takes that out, by a swap, tells the
 * holder: its process, or the holder itself when it waits no more. Forkhold.wake is the last
 * that is touched for that, as the Forkhold ends with rfork.
 *
 * Between lend and holdend rfork must touch no user memory and wait for no QLock but those of
 * Segments, whose holders do not wait: others that have one may wait for it (hostsleep).
 * Modelled in model/forkhold.pml.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	Mostwait = 2000000, /* ns */
	Mostskip = 31, /* loans not made after others were not given back */

	Kept = 1 << 16, /* Forkhold.out: and below that, how many are out */
};

/* Take *s's loan, if it is l or (nil) whosever: it is to be told by the caller. */
static Forkhold *
takehold(Segment *s, Forkhold *l)
{
	Forkhold *old;

	old = l != nil ? l : look(&s->hold);
	if(old == nil ||
	    !__atomic_compare_exchange_n(
		&s->hold, &old, nil, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		return nil;
	return old;
}

/* One less is out; 1 if that was the last. */
static int
oneless(Forkhold *l, int kept)
{
	u32int n;

	n = __atomic_add_fetch(
	    &l->out, (kept ? (u32int)Kept : 0) - 1, __ATOMIC_SEQ_CST);
	return n % Kept == 0;
}

void
releaseseg(Segment *s, int kept)
{
	Forkhold *l;

	PERTURB();
	l = takehold(s, nil);
	if(l != nil && oneless(l, kept) && eventset(&l->wake))
		eventwake(&l->wake);
}

int
holdseg(Forkhold *l, Segment *s, Segment *copy)
{
	Proc *p;
	u32int k;

	if(isoff(Swforkhold) || s->held != 0)
		return 0;
	if(s->holdskip > 0) {
		s->holdskip--;
		return 0;
	}
	poke(&s->held, up->pid);
	l->from[l->n] = s;
	l->to[l->n] = copy;
	l->n++;
	__atomic_add_fetch(&l->out, 1, __ATOMIC_SEQ_CST);
	poke(&copy->hold, l);
	for(k = 0; (p = nextuser(s, &k)) != nil;)
		mmufreeze(p, s->base, s->top - s->base, up->pid);
	return 1;
}

/* Wait until nothing is out; 1 if all came back. What is not back in time does not any more. */
static int
allback(Forkhold *l)
{
	uvlong now, end;
	u32int k;

	running(-1);
	end = monons() + Mostwait;
	eventspin(&l->wake, &up->spin);
	while(!eventisset(&l->wake) && (now = monons()) < end)
		eventwait(&l->wake, end - now);
	if(!eventisset(&l->wake)) {
		for(k = 0; k < l->n; k++)
			if(takehold(l->to[k], l) != nil && oneless(l, 1))
				eventset(&l->wake);
		/* those who were quicker are about to say so */
		while(!eventisset(&l->wake))
			eventwait(&l->wake, -1);
	}
	return peek(&l->out) == 0;
}

/* s stays lent: its users' mappings go, as at any rfork. */
static void
flushlent(Segment *s)
{
	qlock(&s->lk);
	segflushall(s, s->base, s->top - s->base, 1);
	if(s->holdfails < Mostskip)
		s->holdfails = 2 * s->holdfails + 1;
	s->holdskip = s->holdfails;
	qunlock(&s->lk);
}

/* s's users may go on, with all that they have mapped. */
static void
endlent(Segment *s, int back)
{
	Proc *p;
	u32int k;

	qlock(&s->lk);
	for(k = 0; (p = nextuser(s, &k)) != nil;)
		mmuthaw(p, up->pid);
	poke(&s->held, 0);
	if(back)
		s->holdfails /= 2;
	qunlock(&s->lk);
	hostwake(&s->held, 1 << 30);
}

void
holdend(Forkhold *l)
{
	u32int k;
	int back;

	if(l->n == 0)
		return;
	back = allback(l);
	if(!back)
		for(k = 0; k < l->n; k++)
			flushlent(l->from[k]);
	/* only now: who goes on may have some of each */
	for(k = 0; k < l->n; k++)
		endlent(l->from[k], back);
}

void
waithold(Segment *s)
{
	u32int pid;

	while((pid = peek(&s->held)) != 0) {
		assert(pid != up->pid);
		hostsleep(&s->held, pid, -1);
	}
}

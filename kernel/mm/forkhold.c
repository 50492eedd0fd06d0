/*
 * Fork holds: the users of a Segment keep their mappings over an rfork, but do not touch them.
 *
 *   holdseg     rfork: hold the users of a Segment for its copy
 *   releaseseg  the copy ends, or is copied itself
 *   holdend     rfork: wait until all copies are released, and end the holds
 *   waithold    a fault waits before it replaces a page of a held Segment
 *
 * After rfork a page is copied when one of its users writes to it. So every mapping that allows
 * writing has to go, those of all threads of the parent, and a large program then meets each
 * page again by a fault. That is wasted if the child execs at once (the vfork window), because
 * then the pages are the parent's alone again. So the users of a Segment that has several are
 * held: they keep their mappings and stand still (mmufreeze). The parent waits in rfork until
 * the child has released its copies, or Holdtime has passed. If all copies are released, the
 * mappings are valid as before. If not, they are shot down as at any other rfork.
 *
 * Segment.hold of a copy names the hold to release. It is taken out by a swap, so exactly one
 * process reports it to the holder: the copy's process, or the holder itself when it gives up.
 * The holder's Forkhold ends with rfork, so the report's last access to it is to Forkhold.wake.
 *
 * Between holdseg and holdend rfork touches no user memory, and waits for no QLock but those of
 * Segments, whose holders do not wait. Other QLocks may belong to processes that are held
 * (hostsleep). Modelled in model/forkhold.pml.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* ns that the users of a Segment stand still at most */
	Holdtime = 2000000,
	/* Forkhold.out is Kept times the copies that were kept, plus the copies not released
	 * yet */
	Kept = 1 << 16,
};

/* Take the hold out of copy s, if it is h, or if h is nil. The caller must report it. */
static Forkhold *
takehold(Segment *s, Forkhold *h)
{
	Forkhold *old;

	old = h != nil ? h : loadrelaxed(&s->hold);
	if(old == nil ||
	    !__atomic_compare_exchange_n(
		&s->hold, &old, nil, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		return nil;
	return old;
}

/* Report a copy to h: it was released, or kept. Returns 1 if it was the last. */
static int
reportcopy(Forkhold *h, int kept)
{
	u32int n;

	n = __atomic_add_fetch(
	    &h->out, (kept ? (u32int)Kept : 0) - 1, __ATOMIC_SEQ_CST);
	return n % Kept == 0;
}

void
releaseseg(Segment *s, int kept)
{
	Forkhold *h;

	PERTURB();
	h = takehold(s, nil);
	if(h != nil && reportcopy(h, kept) && eventset(&h->wake))
		eventwake(&h->wake);
}

int
holdseg(Forkhold *h, Segment *s, Segment *copy)
{
	Proc *p;
	u32int k;

	if(isoff(Swforkhold) || s->held != 0)
		return 0;
	if(!holdwanted(&s->holds))
		return 0;
	storerelease(&s->held, up->pid);
	h->from[h->n] = s;
	h->to[h->n] = copy;
	h->n++;
	__atomic_add_fetch(&h->out, 1, __ATOMIC_SEQ_CST);
	storerelease(&copy->hold, h);
	for(k = 0; (p = nextuser(s, &k)) != nil;)
		mmufreeze(p, s->base, s->top - s->base, up->pid);
	return 1;
}

/* Wait until every copy has been reported. Copies that are not released in time count as kept.
 * Returns 1 if all were released. */
static int
allreleased(Forkhold *h)
{
	uvlong now, end;
	u32int k;

	running(-1);
	end = monons() + Holdtime;
	eventspin(&h->wake, &up->spin);
	while(!eventisset(&h->wake) && (now = monons()) < end)
		eventwait(&h->wake, end - now);
	if(!eventisset(&h->wake)) {
		for(k = 0; k < h->n; k++)
			if(takehold(h->to[k], h) != nil && reportcopy(h, 1))
				eventset(&h->wake);
		/* other processes have taken out the rest, and are about to report them */
		while(!eventisset(&h->wake))
			eventwait(&h->wake, -1);
	}
	return loadacquire(&h->out) == 0;
}

/* The hold of s failed: shoot down its users' mappings, as at any other rfork. */
static void
flushheld(Segment *s)
{
	qlock(&s->lk);
	segflushall(s, s->base, s->top - s->base, 1);
	holdfailed(&s->holds);
	qunlock(&s->lk);
}

/* Let the users of s go on with the mappings that they have. */
static void
thawheld(Segment *s, int released)
{
	Proc *p;
	u32int k;

	qlock(&s->lk);
	for(k = 0; (p = nextuser(s, &k)) != nil;)
		mmuthaw(p, up->pid);
	storerelease(&s->held, 0);
	if(released)
		holdworked(&s->holds);
	qunlock(&s->lk);
	hostwake(&s->held, 1 << 30);
}

void
holdend(Forkhold *h)
{
	u32int k;
	int released;

	if(h->n == 0)
		return;
	released = allreleased(h);
	if(!released)
		for(k = 0; k < h->n; k++)
			flushheld(h->from[k]);
	/* only after all Segments were flushed, because a process may use several of them */
	for(k = 0; k < h->n; k++)
		thawheld(h->from[k], released);
}

void
waithold(Segment *s)
{
	u32int pid;

	while((pid = loadacquire(&s->held)) != 0) {
		assert(pid != up->pid);
		hostsleep(&s->held, pid, -1);
	}
}

/*
 * sleep and wakeup.
 *
 * A sleeper that finds its condition false enters itself in the Rendez, and the Rendez in its
 * own Proc.r, while it holds both locks. A waker, or a note, takes it out of both under the
 * same locks, and then lets it run. So exactly one of them ends a sleep, and a wakeup that
 * follows a change of the condition is never lost. The wait itself is on Proc.wake.
 *
 * Order: Rendez.l, then Proc.rlock. A note starts from the Proc, so it tries to lock the
 * Rendez, and backs off if it cannot (intrsleep).
 *
 * Modelled in model/sleep.pml.
 */
#include "u.h"
#include "lib/error.h"
#include "portdat.h"
#include "sync/sync.h"
#include "host/host.h"

void (*sleepevent)(Proc *p, int what);

static void
tellsleep(Proc *p, int what)
{
	if(loadrelaxed(&p->trace))
		sleepevent(p, what);
}

int
return0(void *unused)
{
	USED(unused);
	return 0;
}

static int
notepending(Proc *p)
{
	return aload(&p->notepending) != 0;
}

/*
 * Take p out of the Rendez r in which it sleeps. Caller holds both locks; this releases both.
 * r's lock is released before p can know, because r may be on p's stack and end with the sleep.
 * Returns p's Event if the host must wake p, else nil.
 */
static Event *
endsleep(Proc *p, Rendez *r)
{
	int slept;

	r->p = nil;
	p->r = nil;
	storerelaxed(&p->state, Running);
	unlock(&r->l);
	slept = eventset(&p->wake);
	unlock(&p->rlock);
	return slept ? &p->wake : nil;
}

/* Enter r, unless there is no need to wait. Returns 1 if up entered. */
static int
entersleep(Rendez *r, int (*f)(void *), void *arg)
{
	int wait;

	setrank(&r->l, Rrendez);
	lock(&r->l);
	lock(&up->rlock);
	if(r->p != nil)
		panic("double sleep: pid %d and %d", r->p->pid, up->pid);
	/* r->p is set before f looks, so a waker that makes f true without r->l and then
	 * calls wakeup finds up */
	r->p = up;
	wait = !f(arg) && !notepending(up);
	if(wait) {
		up->r = r;
		up->sleepfn = f;
		storerelaxed(&up->state, Wakeme);
		eventreset(&up->wake);
	} else
		r->p = nil;
	unlock(&up->rlock);
	unlock(&r->l);
	return wait;
}

/* The time of up's sleep in r has run out. A waker may be ending the sleep at the same time;
 * when this returns, it has finished with r. */
static void
timeout(Rendez *r)
{
	setrank(&r->l, Rrendez);
	lock(&r->l);
	lock(&up->rlock);
	if(r->p == up) {
		/* no host wake is needed: up does not sleep in the host */
		endsleep(up, r);
		return;
	}
	unlock(&up->rlock);
	unlock(&r->l);
}

/* Sleep until woken, or until monons() passes end (0: no end). */
static void
dosleep(Rendez *r, int (*f)(void *), void *arg, uvlong end)
{
	uvlong now;
	vlong left;

	nolocks("sleep");
	if(entersleep(r, f, arg)) {
		tellsleep(up, Goessleep);
		left = -1;
		eventspin(&up->wake, &up->spin);
		while(!eventisset(&up->wake)) {
			if(end != 0) {
				now = monons();
				if(now >= end) {
					timeout(r);
					break;
				}
				left = end - now;
			}
			eventwait(&up->wake, left);
		}
		tellsleep(up, Goeson);
	}
	if(hasintr())
		error(Eintr);
}

int
hasintr(void)
{
	if(!notepending(up))
		return 0;
	astore(&up->intrpending, 0);
	astore(&up->notepending, 0);
	/* the process that posted the note may not have kicked up yet */
	kick(up);
	return 1;
}

void
intragain(void)
{
	astore(&up->notepending, 1);
}

void
sleep(Rendez *r, int (*f)(void *), void *arg)
{
	dosleep(r, f, arg, 0);
}

void
tsleep(Rendez *r, int (*f)(void *), void *arg, u32int ms)
{
	dosleep(r, f, arg, monons() + (uvlong)ms * 1000000 + 1);
}

Event *
wakeuplocked(Rendez *r)
{
	Proc *p;

	setrank(&r->l, Rrendez);
	lock(&r->l);
	p = r->p;
	if(p == nil) {
		unlock(&r->l);
		return nil;
	}
	lock(&p->rlock);
	tellsleep(p, Iswoken);
	return endsleep(p, r);
}

void
wakeup(Rendez *r)
{
	eventwake(wakeuplocked(r));
}

int
intrsleep(Proc *p)
{
	Rendez *r;

	for(;;) {
		lock(&p->rlock);
		r = loadrelaxed(&p->r);
		/* p may have received its note already, and may be in another sleep */
		if(r == nil || !notepending(p)) {
			unlock(&p->rlock);
			return 0;
		}
		if(canlock(&r->l))
			break;
		unlock(&p->rlock);
		hostrelax();
	}
	assert(r->p == p);
	eventwake(endsleep(p, r));
	return 1;
}

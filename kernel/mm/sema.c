/*
 * Semaphores in user memory: semacquire(2).
 *
 * A semaphore is a word that the kernel changes by compare-and-swap; programs do the same when
 * they need not wait. Waiters queue on the Segment. A waiter marks itself, tries once more, and
 * only then sleeps. A releaser first adds to the word, and then looks for marked waiters. So
 * either the waiter's try or the releaser's look succeeds.
 *
 * User memory is never touched with a Lock held, because that may fault.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

static int
trydown(uintptr addr)
{
	s32int *w, v;

	w = userptr(addr);
	v = aload(w);
	while(v > 0)
		if(__atomic_compare_exchange_n(
		       w, &v, v - 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
			return 1;
	return 0;
}

static void
semqueue(Segment *s, Sema *p, uintptr addr)
{
	memset(p, 0, sizeof *p);
	p->addr = addr;
	lock(&s->semalock);
	/* at the end of the queue: first come, first woken */
	p->next = &s->sema;
	p->prev = s->sema.prev;
	p->next->prev = p;
	p->prev->next = p;
	unlock(&s->semalock);
}

static void
semdequeue(Segment *s, Sema *p)
{
	lock(&s->semalock);
	p->next->prev = p->prev;
	p->prev->next = p->next;
	unlock(&s->semalock);
}

/* Wake the first waiter on addr. Returns 1 if there was one. The waiter's Sema is on its stack,
 * and stays only while semalock is held. The host's wake comes after the unlock, because the
 * woken process takes the lock. */
static int
semwakeone(Segment *s, uintptr addr)
{
	Event *e;
	Sema *p;

	e = nil;
	lock(&s->semalock);
	for(p = s->sema.next; p != &s->sema; p = p->next)
		if(p->addr == addr && loadacquire(&p->waiting)) {
			storerelease(&p->waiting, 0);
			e = wakeuplocked(&p->rend);
			break;
		}
	unlock(&s->semalock);
	eventwake(e);
	return p != &s->sema;
}

static void
semwake(Segment *s, uintptr addr, u32int n)
{
	for(; n > 0 && semwakeone(s, addr); n--)
		;
}

static int
awake(void *p)
{
	return loadacquire(&((Sema *)p)->waiting) == 0;
}

/* Try to acquire until it works, or until `end' (monons; 0: never), and wait between tries.
 * Errors. */
static int
acquire(Sema *p, uintptr addr, uvlong end)
{
	uvlong now;

	for(;;) {
		astore(&p->waiting, 1);
		if(trydown(addr)) {
			/* if a releaser has taken the mark already, its wake belongs to another
			 * waiter */
			p->spare = !__atomic_exchange_n(
			    &p->waiting, 0, __ATOMIC_SEQ_CST);
			return 1;
		}
		if(end == 0) {
			sleep(&p->rend, awake, p);
			continue;
		}
		now = monons();
		if(now >= end)
			return 0;
		tsleep(&p->rend, awake, p, (end - now + 999999) / 1000000);
	}
}

static int
waitacquire(Segment *s, uintptr addr, uvlong end)
{
	Sema p;
	volatile int got, err;

	semqueue(s, &p, addr);
	err = 0;
	got = 0;
	if(waserror())
		err = 1;
	else {
		got = acquire(&p, addr, end);
		poperror();
	}
	semdequeue(s, &p);
	/* a wake came for which up has no use: pass it on */
	if(got ? p.spare : !loadacquire(&p.waiting))
		semwake(s, addr, 1);
	if(err)
		nexterror();
	return got;
}

int
semacquire(Segment *s, uintptr addr, int block)
{
	if(trydown(addr))
		return 1;
	if(!block)
		return 0;
	return waitacquire(s, addr, 0);
}

int
tsemacquire(Segment *s, uintptr addr, u32int ms)
{
	if(trydown(addr))
		return 1;
	if(ms == 0)
		return 0;
	return waitacquire(s, addr, monons() + (uvlong)ms * 1000000);
}

long
semrelease(Segment *s, uintptr addr, u32int delta)
{
	s32int v;

	if((s32int)delta < 0)
		error(Ebadarg);
	v = __atomic_add_fetch(
	    (s32int *)userptr(addr), (s32int)delta, __ATOMIC_SEQ_CST);
	semwake(s, addr, delta);
	return v;
}

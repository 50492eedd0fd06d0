/*
 * What one process asks of another's mappings.
 *
 *   mmuflush          that it forget some
 *   mmufreeze mmuthaw   that it keep its hands off them for a while
 *   flushkicked, enterlazy, leavelazy   the other's side
 *
 * Only a process can change its own mappings. mmuflush therefore asks: it
 * leaves the range in the other's Slot, kicks it, and waits; the handler
 * unmaps and answers, whatever the process was doing. That is safe because a
 * process maps pages only while it holds their Segment's lock, which the one that
 * flushes holds too: what it unmaps stays unmapped until the lock is free.
 * A lazy process (wait.h) is not woken: it serves the request when it is back, before anything
 * else. Modelled in model/flush.pml.
 *
 * mmufreeze asks for less, by the same means. A process in user mode, or lazy, stops until
 * mmuthaw. A process in the kernel may hold what others need, so it forgets the mappings and
 * goes on, and so does one that has waited too long: fault() has it wait for the hold instead.
 * Modelled in model/forkhold.pml.
 */
#include "u.h"
#include "host/map/map.h"
#include "lib/atomic.h"
#include "lib/lib.h"
#include "lib/switches.h"
#include "proc/proc.h"

/* Slot.flushreq */
enum
{
	Served,
	Asked,
	Serving,
	/* taken back from a lazy process, to be asked for again with more */
	Merging,
};

/* Slot.held. The holder of flushlock sets Lent; the process that sets Changing ends it. */
enum
{
	Own,
	/* frozen, but the slot has not answered yet */
	Lent,
	/* the slot waits for mmuthaw, or is lazy */
	Halted,
	/* the range changes, or what is mapped there */
	Changing,
};

enum
{
	SEC = 1000000000,
	Patience = 5000000, /* ns */
};

/* What is asked for, if it is. A kick may come while one is served: only the first serves. */
static void
serveflush(void)
{
	if(!cas(&self.flushreq, Asked, Serving))
		return;
	unmap(self.flushva, self.flushlen);
	self.mapsunknown = 1;
	astore(&self.flushreq, Served);
	hostwake(&self.flushreq, 1);
}

/* The same for what was asked for while we were away; it may be being taken back. */
static void
lazyflush(void)
{
	u32int req;

	while((req = aload(&self.flushreq)) == Asked || req == Merging) {
		serveflush();
		hostrelax();
	}
}

/* Forget what is lent, as Lent or Halted; 0 if it is not, or being changed. */
static int
forgetlent(u32int how)
{
	if(!cas(&self.held, how, Changing))
		return 0;
	unmap(self.frozenva, self.frozenlen);
	self.mapsunknown = 1;
	astore(&self.held, Own);
	hostwake(&self.held, 1);
	return 1;
}

/* We touch nothing that is lent; the holder may go on. */
static void
halted(void)
{
	if(cas(&self.held, Lent, Halted))
		hostwake(&self.held, 1);
}

/* Wait until it is given back, or patience ends. */
static void
awaitlent(void)
{
	uvlong end, now;

	end = monons() + Patience;
	for(;;) {
		halted();
		if(aload(&self.held) == Own || (now = monons()) >= end)
			break;
		enterlazy();
		serveflush();
		futexwait(&self.held, Halted, end - now);
		astore(&self.asleep, 0);
		lazyflush();
	}
}

void
enterlazy(void)
{
	if(!isoff(Swlazytlb))
		astore(&self.asleep, 1);
}

void
leavelazy(int patient)
{
	u32int held;

	astore(&self.asleep, 0);
	lazyflush();
	if(aload(&self.held) == Own)
		return;
	if(patient)
		awaitlent();
	while((held = aload(&self.held)) != Own)
		if(held == Changing || !forgetlent(held))
			hostrelax();
}

void
flushkicked(int user)
{
	serveflush();
	if(aload(&self.held) == Own)
		return;
	if(user)
		leavelazy(1);
	else if(aload(&self.asleep))
		halted();
	else
		forgetlent(Lent);
}

static void
waitserved(Slot *s)
{
	u32int req;

	while((req = aload(&s->flushreq)) != Served) {
		if(s->hostpid == 0) /* it went away, and its mappings with it */
			break;
		hostwait(&s->flushreq, req, SEC);
	}
}

/* Make [*first, *first + *len) contain [va, va+len). */
static void
widen(u64int *first, u64int *n, uintptr va, uvlong len)
{
	uintptr end;

	end = va + len;
	if(*first < va)
		va = *first;
	if(*first + *n > end)
		end = *first + *n;
	*first = va;
	*n = end - va;
}

/* Ask s to flush [va, va+len), and what it owes still. */
static void
askflush(Slot *s, uintptr va, uvlong len)
{
	if(cas(&s->flushreq, Asked, Merging))
		widen(&s->flushva, &s->flushlen, va, len);
	else {
		waitserved(s);
		s->flushva = va;
		s->flushlen = len;
	}
	astore(&s->flushreq, Asked);
}

/* p's slot with its flushlock, or nil if p has no host process. */
static Slot *
flushslot(Proc *p)
{
	Slot *s;

	s = p->mach.slot;
	if(s == nil || s->proc != p || s->hostpid == 0)
		return nil;
	setqrank(&s->flushlock, Rflush);
	qlock(&s->flushlock);
	return s;
}

static void
kickslot(Slot *s)
{
	hostcall(__NR_tgkill, s->hostpid, s->hostpid, SIGKICK);
}

static void
flush(Slot *s, uintptr va, uvlong len)
{
	askflush(s, va, len);
	if(aload(&s->asleep))
		return;
	kickslot(s);
	waitserved(s);
}

void
mmuflush(Proc *p, uintptr va, uvlong len)
{
	Slot *s;

	if(p == up) {
		mmudrop(va, len);
		return;
	}
	s = flushslot(p);
	if(s == nil)
		return;
	flush(s, va, len);
	qunlock(&s->flushlock);
}

/* Have s lend [va, va+len), and what it has lent to this holder; 0 if that is somebody else. */
static int
asklend(Slot *s, uintptr va, uvlong len, u32int holder)
{
	u32int held;

	for(;;) {
		held = aload(&s->held);
		if(held == Own) {
			s->frozenva = va;
			s->frozenlen = len;
			s->holder = holder;
			astore(&s->held, Lent);
			return 1;
		}
		if(s->holder != holder)
			return 0;
		if(held != Changing && cas(&s->held, held, Changing)) {
			widen(&s->frozenva, &s->frozenlen, va, len);
			astore(&s->held, held);
			return 1;
		}
		hostrelax();
	}
}

/* s has been asked to lend: wait until it keeps to it. */
static void
waithalted(Slot *s)
{
	u32int held;
	int kicked;

	kicked = 0;
	while((held = aload(&s->held)) == Lent || held == Changing) {
		if((held == Lent && aload(&s->asleep)) || s->hostpid == 0)
			break;
		if(!kicked)
			kickslot(s);
		kicked = 1;
		hostwait(&s->held, held, SEC);
	}
}

void
mmufreeze(Proc *p, uintptr va, uvlong len, u32int holder)
{
	Slot *s;

	s = flushslot(p);
	if(s == nil)
		return;
	if(!asklend(s, va, len, holder))
		flush(s, va, len);
	else
		waithalted(s);
	qunlock(&s->flushlock);
}

void
mmuthaw(Proc *p, u32int holder)
{
	Slot *s;
	u32int held;

	s = flushslot(p);
	if(s == nil)
		return;
	while((held = aload(&s->held)) != Own && s->holder == holder) {
		if(held != Changing && cas(&s->held, held, Own)) {
			if(held == Halted)
				hostwake(&s->held, 1);
			break;
		}
		hostrelax();
	}
	qunlock(&s->flushlock);
}

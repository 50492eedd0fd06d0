/*
 * Requests from one process about another's mappings.
 *
 *   mmuflush             the target unmaps a range
 *   mmufreeze mmuthaw    the target keeps a range mapped and does not touch it
 *   flushkicked, enterlazy, leavelazy   the target's side
 *
 * Only a process can change its own mappings. So mmuflush leaves the range in the target's
 * Slot, kicks the target and waits. The kick's handler unmaps the range and answers, whatever
 * the target was doing. The range stays unmapped while the caller holds the Segment's lock,
 * because a process maps pages only under that lock. A lazy target (wait.h) is not woken: it
 * serves the request when it stops being lazy, before anything else. Modelled in
 * model/flush.pml.
 *
 * mmufreeze uses the same means. A target in user mode, or lazy, stops until mmuthaw. A target
 * in the kernel may hold a lock that others need, so it forgets the mappings and goes on. A
 * target that has waited for Patience does the same. When such a target touches the range
 * again, fault() makes it wait for the end of the hold. Modelled in model/forkhold.pml.
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
	/* mmuflush has taken the request back, because the target is lazy, to widen its
	 * range */
	Merging,
};

/* Slot.freeze. The holder of flushlock sets Freezing. The process that sets Changing ends it. */
enum
{
	Thawed,
	/* asked for, and the slot has not answered yet */
	Freezing,
	/* the slot waits for mmuthaw, or is lazy */
	Frozen,
	/* the range, or what is mapped in it, is being changed */
	Changing,
};

enum
{
	SEC = 1000000000,
	/* ns that a frozen process waits for mmuthaw */
	Patience = 5000000,
};

/* Serve the flush request, if there is one. A kick may interrupt this with the same intention;
 * the exchange lets one of the two serve. */
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

/* Serve a request that came while this process was lazy. If mmuflush is widening the range,
 * wait until it has. */
static void
lazyflush(void)
{
	u32int req;

	while((req = aload(&self.flushreq)) == Asked || req == Merging) {
		serveflush();
		hostrelax();
	}
}

/* If the state is `expected' (Freezing or Frozen), unmap the frozen range and end the freeze.
 * Returns 0 if the state is another. */
static int
forgetfrozen(u32int expected)
{
	if(!cas(&self.freeze, expected, Changing))
		return 0;
	unmap(self.frozenva, self.frozenlen);
	self.mapsunknown = 1;
	astore(&self.freeze, Thawed);
	hostwake(&self.freeze, 1);
	return 1;
}

/* Answer mmufreeze: this process does not touch the range from now on. */
static void
answerfreeze(void)
{
	if(cas(&self.freeze, Freezing, Frozen))
		hostwake(&self.freeze, 1);
}

/* Wait until mmuthaw, or for Patience. */
static void
waitthaw(void)
{
	uvlong end, now;

	end = monons() + Patience;
	for(;;) {
		answerfreeze();
		if(aload(&self.freeze) == Thawed || (now = monons()) >= end)
			break;
		enterlazy();
		serveflush();
		futexwait(&self.freeze, Frozen, end - now);
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
	u32int state;

	astore(&self.asleep, 0);
	lazyflush();
	if(aload(&self.freeze) == Thawed)
		return;
	if(patient)
		waitthaw();
	while((state = aload(&self.freeze)) != Thawed)
		if(state == Changing || !forgetfrozen(state))
			hostrelax();
}

void
flushkicked(int user)
{
	serveflush();
	if(aload(&self.freeze) == Thawed)
		return;
	if(user)
		leavelazy(1);
	else if(aload(&self.asleep))
		answerfreeze();
	else
		forgetfrozen(Freezing);
}

static void
waitserved(Slot *s)
{
	u32int req;

	while((req = aload(&s->flushreq)) != Served) {
		/* the host process has ended, and its mappings with it */
		if(s->hostpid == 0)
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

/* Ask s to flush [va, va+len). A request that s has not served yet is widened. */
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

/* p's slot, with its flushlock held; nil if p has no host process. */
static Slot *
flushslot(Proc *p)
{
	Slot *s;

	s = p->mach.slot;
	if(s == nil || s->proc != p || s->hostpid == 0)
		return nil;
	setqrank(&s->flushlock, Rflushlock);
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

/* Ask s to freeze [va, va+len) for holder, beside what is frozen for holder already. Returns 0
 * if s is frozen for another holder. */
static int
askfreeze(Slot *s, uintptr va, uvlong len, u32int holder)
{
	u32int state;

	for(;;) {
		state = aload(&s->freeze);
		if(state == Thawed) {
			s->frozenva = va;
			s->frozenlen = len;
			s->holder = holder;
			astore(&s->freeze, Freezing);
			return 1;
		}
		if(s->holder != holder)
			return 0;
		if(state != Changing && cas(&s->freeze, state, Changing)) {
			widen(&s->frozenva, &s->frozenlen, va, len);
			astore(&s->freeze, state);
			return 1;
		}
		hostrelax();
	}
}

/* Wait until s has answered askfreeze. */
static void
waitfrozen(Slot *s)
{
	u32int state;
	int kicked;

	kicked = 0;
	while((state = aload(&s->freeze)) == Freezing || state == Changing) {
		if((state == Freezing && aload(&s->asleep)) || s->hostpid == 0)
			break;
		if(!kicked)
			kickslot(s);
		kicked = 1;
		hostwait(&s->freeze, state, SEC);
	}
}

void
mmufreeze(Proc *p, uintptr va, uvlong len, u32int holder)
{
	Slot *s;

	s = flushslot(p);
	if(s == nil)
		return;
	if(!askfreeze(s, va, len, holder))
		flush(s, va, len);
	else
		waitfrozen(s);
	qunlock(&s->flushlock);
}

void
mmuthaw(Proc *p, u32int holder)
{
	Slot *s;
	u32int state;

	s = flushslot(p);
	if(s == nil)
		return;
	while((state = aload(&s->freeze)) != Thawed && s->holder == holder) {
		if(state != Changing && cas(&s->freeze, state, Thawed)) {
			if(state == Frozen)
				hostwake(&s->freeze, 1);
			break;
		}
		hostrelax();
	}
	qunlock(&s->flushlock);
}

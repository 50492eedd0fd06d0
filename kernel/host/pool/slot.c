/*
 * Slots: the host processes that run Procs.
 *
 * The nursery (nursery.c) makes them. A slot whose Proc has ended waits for another. All share
 * one host fd table and all kernel memory; each has its own address space.
 *
 *   Unused -> Wanted (procrun asks the nursery) -> Busy -> Idle -> Busy ...
 *   Wanted -> Unused again when the host refuses
 *   Wanted -> Waiting when the host refuses, and the Proc must run (procmust); -> Wanted when
 *   the nursery tries again, -> Unused when another slot has taken the Proc. Of the first
 *   process no other ends, so the instance ends when the host refuses it
 *   Idle -> Leaving (too many idle) -> Unused, when the nursery has reaped it
 *
 * slots.lock orders inside every other lock but the frames'.
 */
#include "u.h"
#include "host/entry/entry.h"
#include "host/map/map.h"
#include "host/pool/pool.h"
#include "lib/lib.h"
#include "lib/switches.h"
#include "proc/proc.h"

enum
{
	MaxIdle = 64,
	/* how many idle slots takeidle chooses from */
	Fewidle = 8,
};

/* Slot.answer */
enum
{
	Asked,
	Made,
	Refused,
};

static struct
{
	Lock lock;
	/* a stack, so that the slot that ran last is used first */
	Slot *idle;
	u32int nidle;
	/* slots in state Waiting */
	u32int nwaiting;
	/* a slot has been made */
	int begun;
} slots = {.lock = LOCKRANK(Rslots)};

_Static_assert(sizeof(Slot) <= BY2PG, "a Slot is a page");
_Static_assert(offsetof(Slot, kstktop) == 8, "entry.S");
_Static_assert(offsetof(Slot, kicked) == 16, "entry.S");
_Static_assert(offsetof(Slot, fullregs) == 20, "entry.S");
_Static_assert(offsetof(Slot, pend) == 24, "entry.S");
_Static_assert(offsetof(Slot, exit) == 32, "entry.S");

Slot *
slotof(u32int i)
{
	return (Slot *)(SLOTVA + (uintptr)i * BY2PG);
}

/* Make s idle. s has nothing to run; s->wake is reset, or s sleeps on it. Caller holds
 * slots.lock. */
static void
pushidle(Slot *s)
{
	astore(&s->state, Idle);
	s->next = slots.idle;
	slots.idle = s;
	slots.nidle++;
}

/* Take *l, which is idle or nil, off the list. Caller holds slots.lock. */
static Slot *
popidle(Slot **l)
{
	Slot *s;

	s = *l;
	if(s != nil) {
		*l = s->next;
		slots.nidle--;
		s->state = Busy;
	}
	return s;
}

/* Make this slot, s, idle. Caller holds slots.lock. */
static void
goidle(Slot *s)
{
	eventreset(&s->wake);
	pushidle(s);
}

/* This slot, s, is idle. Return when it has been given a Proc. */
static void
waitidle(Slot *s)
{
	eventsleep(&s->wake, &s->spin);
}

/* s has nothing to run. Give it a Proc that waits for the host to make a process. Returns 0 if
 * there is none. Caller holds slots.lock. */
static int
takewaiting(Slot *s)
{
	Slot *w;
	u32int i;

	if(slots.nwaiting == 0)
		return 0;
	for(i = 1; slotof(i)->state != Waiting; i++)
		assert(i < instance.nslot);
	w = slotof(i);
	s->proc = w->proc;
	s->start = w->start;
	s->kind = w->kind;
	s->proc->mach.slot = s;
	w->proc = nil;
	w->state = Unused;
	slots.nwaiting--;
	return 1;
}

/* The second half of procend, at the base of the kernel stack. s is this slot. */
static void
finish(Slot *s)
{
	Proc *p;
	Rendez *r;
	int leaving, other, next;

	p = s->proc;
	s->proc = nil;
	s->pend = &s->fullregs;
	other = !schedend(s);
	s->done(p);
	s->done = nil;
	r = s->told;
	lock(&slots.lock);
	next = 0;
	leaving = other || slots.nidle >= MaxIdle || isoff(Swslotreuse);
	if(leaving)
		s->state = Leaving;
	else {
		next = takewaiting(s);
		if(!next)
			goidle(s);
	}
	unlock(&slots.lock);
	if(r != nil)
		wakeup(r);
	if(leaving) {
		running(-1);
		hostcall(__NR_exit_group, 0);
	}
	if(!next)
		waitidle(s);
}

/* The slot's loop: end the last Proc, wait for the next, run it. */
static _Noret void
slotloop(void)
{
	if(self.done != nil)
		finish(slotof(self.index));
	/* a note may have come before p had a slot to kick */
	self.kicked = 1;
	self.fullregs = 0;
	self.fpframe = nil;
	self.pend = &self.proc->notepending;
	mmunew();
	schedbegin(&self);
	self.start();
	panic("a process's first function returned");
}

static void
sayrefused(void)
{
	static u64int said;

	saylimit(&said,
	    "processes of the host; raise ulimit -u, or a container's pids.max");
}

/* The host made a process for s, or s does without. Tell the process that asked for it. */
static void
answer(Slot *s, u32int how, u32int state)
{
	u32int *a;

	lock(&slots.lock);
	a = s->answer;
	s->answer = nil;
	astore(&s->state, state);
	unlock(&slots.lock);
	/* wakes the nursery, in spawn */
	hostwake(&s->state, 1);
	if(a != nil) {
		astore(a, how);
		hostwake(a, 1);
	}
}

_Noret void
slotready(Slot *s)
{
	storerelaxed(&slots.begun, 1);
	answer(s, Made, Busy);
	slotloop();
}

void
slotrefused(Slot *s)
{
	Slot *other;

	if(s->answer != nil) {
		answer(s, Refused, Unused);
		return;
	}
	if(!loadrelaxed(&slots.begun))
		panic("the host does not allow enough processes");
	lock(&slots.lock);
	s->state = Waiting;
	slots.nwaiting++;
	/* one that has become idle meanwhile */
	other = popidle(&slots.idle);
	if(other != nil)
		takewaiting(other);
	unlock(&slots.lock);
	if(other == nil)
		sayrefused();
	else if(eventset(&other->wake))
		eventwake(&other->wake);
}

int
slotretry(Slot *s)
{
	int again;

	lock(&slots.lock);
	again = s->state == Waiting;
	if(again) {
		s->state = Wanted;
		slots.nwaiting--;
	}
	unlock(&slots.lock);
	return again;
}

int
slotswait(void)
{
	return loadrelaxed(&slots.nwaiting) != 0;
}

/* Choose an unused slot, and mark it for the nursery to make. Returns nil if there is none.
 * Caller holds slots.lock. */
static Slot *
wantslot(void)
{
	u32int i;
	Slot *s;

	for(i = 1; i < instance.nslot; i++)
		if(slotof(i)->state == Unused && slotof(i)->hostpid == 0)
			break;
	if(i == NSLOT)
		return nil;
	s = slotof(i);
	s->index = i;
	s->kstktop = KSTKVA + (uintptr)(i + 1) * (KSTKSIZE + KSTKGUARD);
	s->proc = nil;
	s->done = nil;
	s->answer = nil;
	astore(&s->state, Wanted);
	if(i == instance.nslot)
		astore(&instance.nslot, i + 1);
	return s;
}

/* Run p in a new slot. *a will be Made or Refused. If a is nil, p runs as soon as the host lets
 * it. Returns 0 if all slots are used. */
static int
newslot(Proc *p, void (*f)(void), u64int kind, u32int *a)
{
	Slot *s;

	lock(&slots.lock);
	s = wantslot();
	if(s != nil) {
		s->proc = p;
		s->start = f;
		s->answer = a;
		s->kind = kind;
		p->mach.slot = s;
	}
	unlock(&slots.lock);
	worknursery();
	return s != nil;
}

/* Take an idle slot; nil if there is none. Of those that ran last, one of the same kind is
 * preferred. */
static Slot *
takeidle(u64int kind)
{
	Slot *s, **l, **best;
	int n, few;

	lock(&slots.lock);
	best = &slots.idle;
	few = isoff(Swslotkind) ? 0 : Fewidle;
	n = 0;
	for(l = best; (s = *l) != nil && n < few; l = &s->next, n++)
		if(s->kind == kind) {
			best = l;
			break;
		}
	s = popidle(best);
	if(s != nil)
		s->kind = kind;
	unlock(&slots.lock);
	return s;
}

void
procreserve(Proc *p, const void *program, int thread)
{
	u64int kind;
	Slot *s;

	kind = (uintptr)program | (thread != 0);
	p->mach.kind = kind;
	s = takeidle(kind);
	if(s == nil)
		return;
	p->mach.slot = s;
	self.reserved = s;
}

void
procunreserve(Proc *p)
{
	Slot *s;

	self.reserved = nil;
	if(p == nil || p->mach.slot == nil)
		return;
	s = p->mach.slot;
	p->mach.slot = nil;
	lock(&slots.lock);
	pushidle(s);
	unlock(&slots.lock);
}

/* Run p in s, which takeidle took. */
static void
runin(Slot *s, Proc *p, void (*f)(void))
{
	s->proc = p;
	s->start = f;
	p->mach.slot = s;
	if(eventset(&s->wake))
		eventwake(&s->wake);
}

void
procrun(Proc *p, void (*f)(void))
{
	Slot *s;
	u32int made;
	u64int kind;

	self.reserved = nil;
	kind = p->mach.kind;
	p->mach.kind = 0;
	s = p->mach.slot;
	if(s == nil)
		s = takeidle(kind);
	if(s != nil)
		runin(s, p, f);
	else {
		made = Asked;
		if(!newslot(p, f, kind, &made))
			error("no free process slots");
		while(aload(&made) == Asked)
			hostwait(&made, Asked, -1);
		if(made == Refused) {
			p->mach.slot = nil;
			sayrefused();
			error("the host allows no more processes");
		}
	}
}

void
procmust(Proc *p, void (*f)(void))
{
	Slot *s;

	s = takeidle(0);
	if(s != nil)
		runin(s, p, f);
	else if(!newslot(p, f, 0, nil))
		panic("no free process slots");
}

void
procend(void (*done)(Proc *), Rendez *r)
{
	self.done = done;
	self.told = r;
	onstack(self.kstktop, slotloop);
}

void
kick(Proc *p)
{
	Slot *s;
	s32int pid;

	s = p->mach.slot;
	if(s == nil || s->proc != p)
		return;
	astore(&s->kicked, 1);
	pid = s->hostpid;
	if(pid > 0 && p != up)
		hostcall(__NR_tgkill, pid, pid, SIGKICK);
}

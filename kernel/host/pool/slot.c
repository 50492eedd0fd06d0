/*
 * Slots: the host processes that run Procs.
 *
 * A clone of a process with many mappings is slow, so a small one that maps
 * only the kernel, the nursery, makes all slots; and a slot whose Proc has
 * ended waits for another. All share one host fd table and all kernel memory;
 * each has its own address space.
 *
 *   Unused -> Wanted (procrun asks the nursery) -> Busy -> Idle -> Busy ...
 *   Wanted -> Unused again when the host refuses
 *   Idle -> Leaving (too many idle) -> Unused, when the nursery has reaped it
 *
 * Who forks once often does again, and a large program is going to, for its threads; and
 * a clone takes longer than all else in it: so one is made ahead, a spare, Wanted and
 * then Idle without ever having run a Proc.
 *
 * slots.lock orders inside every other lock but the frames'.
 */
#include "u.h"
#include "host/priv.h"
#include "lib/lib.h"
#include "lib/switches.h"
#include "proc/proc.h"

enum
{
	Unused,
	Wanted,
	Busy,
	Idle,
	Leaving,

	MaxIdle = 64,
	Fewidle = 8, /* idle ones to choose from */
	NoProcess = 70, /* exit status */

	CLONE_FILES = 0x400,
	SIGCHLD = 17,
	SIGKILL = 9,
	PR_SET_PDEATHSIG = 1,
	WNOHANG = 1,

	PROT_RW = 3,
	MAP_SHARED = 1,
	MAP_FIXED = 0x10,
};

static struct
{
	Lock lock;
	Slot *idle; /* last in, first out: the warmest */
	u32int nidle;
	Slot *spare; /* Wanted, and nobody's yet */
} slots = {.lock = LOCKRANK(Rslots)};

/* Slot.answer */
enum
{
	Asked,
	Made,
	Refused,
};

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

/* s has nothing to run, and its wake is unset, or slept upon; slots.lock is held. */
static void
pushidle(Slot *s)
{
	__atomic_store_n(&s->state, Idle, __ATOMIC_SEQ_CST);
	s->next = slots.idle;
	slots.idle = s;
	slots.nidle++;
}

/* The same for s that is this one. */
static void
goidle(Slot *s)
{
	eventreset(&s->wake);
	pushidle(s);
}

/* s, this one, is idle, and has been told what to run when this returns. */
static void
waitidle(Slot *s)
{
	eventsleep(&s->wake, &s->spin);
}

/* procend came here. s is self. */
static void
finish(Slot *s)
{
	Proc *p;
	Rendez *r;
	int leaving;

	p = s->proc;
	s->proc = nil;
	s->pend = &s->fullregs;
	s->done(p);
	s->done = nil;
	r = s->told;
	lock(&slots.lock);
	leaving = slots.nidle >= MaxIdle || isoff(Swslotreuse);
	if(leaving)
		s->state = Leaving;
	else
		goidle(s);
	unlock(&slots.lock);
	if(r != nil)
		wakeup(r);
	if(leaving) {
		running(-1);
		hostcall(__NR_exit_group, 0);
	}
	waitidle(s);
}

/* The slot's loop: run a Proc, end, wait for the next. */
static _Noret void
slotloop(void)
{
	if(self.done != nil)
		finish(slotof(self.index));
	/* a note may have come before there was a slot to kick */
	self.kicked = 1;
	self.fullregs = 0;
	self.fpframe = nil;
	self.pend = &self.proc->notepending;
	mmunew();
	self.start();
	panic("a process's first function returned");
}

/* s was made, or refused; who wanted it is told. 1 if it has something to run. */
static int
answer(Slot *s, u32int how)
{
	u32int *a;
	int spare;

	lock(&slots.lock);
	spare = slots.spare == s;
	if(spare)
		slots.spare = nil;
	a = s->answer;
	s->answer = nil;
	if(how == Refused)
		__atomic_store_n(&s->state, Unused, __ATOMIC_SEQ_CST);
	else if(spare)
		goidle(s);
	else
		__atomic_store_n(&s->state, Busy, __ATOMIC_SEQ_CST);
	unlock(&slots.lock);
	hostwake(&s->state, 1); /* the nursery */
	if(a != nil) {
		__atomic_store_n(a, how, __ATOMIC_SEQ_CST);
		hostwake(a, 1);
	} else if(how == Refused && !spare) {
		kprint("run9: the host does not allow enough processes\n");
		hostexit(NoProcess);
	}
	return !spare;
}

/* A new slot's first steps; self is not mapped yet. */
static void
slotmain(void)
{
	Slot *s;
	long r;

	s = slotof(__atomic_load_n(&instance.wanted, __ATOMIC_SEQ_CST));
	r = hostcall(__NR_mmap, SELFVA, BY2PG, PROT_RW, MAP_SHARED | MAP_FIXED,
	    instance.kernfd, (uintptr)s - KLOW);
	if(r != (long)SELFVA)
		panic("no slot page: error %lld", (vlong)-r);
	hostcall(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL);
	if(hostcall(__NR_getppid, 0) != instance.nurserypid)
		hostcall(__NR_exit_group, 1);
	self.hostpid = hostcall(__NR_getpid, 0);
	/* an earlier host process may have had this slot */
	mapsclear();
	self.flushreq = 0;
	self.asleep = 0;
	self.held = 0;
	self.usageat = 0;
	running(1);
	slottraps();
	kstkguard();
	if(!answer(s, Made))
		waitidle(s);
	slotloop();
}

/* Clone the slot that is wanted. */
static void
spawn(Slot *s)
{
	long r;

	__atomic_store_n(&instance.wanted, s->index, __ATOMIC_SEQ_CST);
	r = hostclone(CLONE_FILES | SIGCHLD, s->kstktop, slotmain);
	if(r < 0) {
		answer(s, Refused);
		return;
	}
	/* instance.wanted must stay until it has been read */
	while(__atomic_load_n(&s->state, __ATOMIC_SEQ_CST) == Wanted)
		if(hostwait(&s->state, Wanted, 1000000000) < 0 &&
		    hostcall(__NR_kill, r, 0) < 0)
			panic("a new host process died");
}

static void
spawnall(void)
{
	u32int i;

	for(i = 1; i < __atomic_load_n(&instance.nslot, __ATOMIC_SEQ_CST); i++)
		if(__atomic_load_n(&slotof(i)->state, __ATOMIC_SEQ_CST) ==
		    Wanted)
			spawn(slotof(i));
}

/* Reap; a slot that ended without being told to has taken the instance with it. */
static void
reap(void)
{
	int status;
	u32int i;
	long pid;
	Slot *s;

	while((pid = hostcall(__NR_wait4, -1, &status, WNOHANG, 0)) > 0) {
		for(i = 1; i < instance.nslot; i++) {
			s = slotof(i);
			if(s->hostpid != pid)
				continue;
			s->hostpid = 0;
			if(s->state == Leaving) {
				__atomic_store_n(
				    &s->state, Unused, __ATOMIC_SEQ_CST);
				break;
			}
			if(instance.ending)
				break;
			panic(
			    "host process %lld of '%s' pid %d ended (status %#x)",
			    (vlong)pid, s->proc != nil ? s->proc->text : "idle",
			    s->proc != nil ? s->proc->pid : 0, status);
		}
	}
}

void
killslots(void)
{
	u32int i;

	for(i = 1; i < instance.nslot; i++)
		if(slotof(i)->hostpid > 0)
			hostcall(__NR_kill, slotof(i)->hostpid, SIGKILL);
}

_Noret void
nursery(void)
{
	u32int work;

	hostcall(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL);
	if(hostcall(__NR_getppid, 0) != instance.superpid)
		hostcall(__NR_exit_group, 1);
	while(__atomic_load_n(&instance.nurserypid, __ATOMIC_SEQ_CST) == 0)
		hostwait((u32int *)&instance.nurserypid, 0, -1);
	self.index = 0;
	dropuser();
	gatesinit();
	for(;;) {
		work = __atomic_load_n(&instance.nurserywork, __ATOMIC_SEQ_CST);
		if(__atomic_load_n(&instance.ending, __ATOMIC_SEQ_CST)) {
			/* they end beside us, and are waited for by supervise */
			killslots();
			hostcall(__NR_exit_group, 0);
		}
		spawnall();
		reap();
		/* SIGCHLD bumps nurserywork too: no death is missed */
		hostwait(&instance.nurserywork, work, -1);
	}
}

void
worknursery(void)
{
	__atomic_add_fetch(&instance.nurserywork, 1, __ATOMIC_SEQ_CST);
	hostwake(&instance.nurserywork, 1);
}

void
nurserychild(void)
{
	__atomic_add_fetch(&instance.nurserywork, 1, __ATOMIC_SEQ_CST);
}

/* A slot that was never used, or was reaped, and that the nursery is to make, or nil.
 * slots.lock is held. */
static Slot *
want(void)
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
	__atomic_store_n(&s->state, Wanted, __ATOMIC_SEQ_CST);
	if(i == instance.nslot)
		__atomic_store_n(&instance.nslot, i + 1, __ATOMIC_SEQ_CST);
	return s;
}

/* Have p run in a new slot, the spare if one is being made. *a is to say whether the host
 * made it; without that it has to. 0 if there are too many. */
static int
newslot(Proc *p, void (*f)(void), u64int kind, u32int *a)
{
	Slot *s;

	lock(&slots.lock);
	s = slots.spare;
	slots.spare = nil;
	if(s == nil)
		s = want();
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

void
procprewarm(void)
{
	int wanted;

	if(isoff(Swprewarm))
		return;
	lock(&slots.lock);
	wanted = slots.idle == nil && slots.spare == nil;
	if(wanted)
		slots.spare = want();
	unlock(&slots.lock);
	if(wanted)
		worknursery();
}

/* An idle slot, no longer idle, or nil: one that ran that kind before, if there is one among
 * the warmest. */
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
	s = *best;
	if(s != nil) {
		*best = s->next;
		slots.nidle--;
		s->state = Busy;
		s->kind = kind;
	}
	unlock(&slots.lock);
	return s;
}

void
procreserve(Proc *p, u64int kind)
{
	Slot *s;

	p->mach.kind = kind;
	s = takeidle(kind);
	if(s == nil)
		return;
	p->mach.slot = s;
	self.hints = s;
}

void
procunreserve(Proc *p)
{
	Slot *s;

	self.hints = nil;
	if(p == nil || p->mach.slot == nil)
		return;
	s = p->mach.slot;
	p->mach.slot = nil;
	lock(&slots.lock);
	pushidle(s);
	unlock(&slots.lock);
}

/* p runs in s, which is idle no longer. */
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

	self.hints = nil;
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
		while(__atomic_load_n(&made, __ATOMIC_SEQ_CST) == Asked)
			hostwait(&made, Asked, -1);
		if(made == Refused) {
			p->mach.slot = nil;
			error("the host allows no more processes");
		}
	}
	if(kind != 0)
		procprewarm();
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
	__atomic_store_n(&s->kicked, 1, __ATOMIC_SEQ_CST);
	pid = s->hostpid;
	if(pid > 0 && p != up)
		hostcall(__NR_tgkill, pid, pid, SIGKICK);
}

void
fullregs(void)
{
	self.fullregs = 1;
}

void
forkregs(Proc *p, const Ureg *u)
{
	USED(u);
	if(p->mach.fp == nil)
		p->mach.fp = fpalloc();
	fplive(p->mach.fp);
	p->mach.fpvalid = 1;
	if(up->notified && up->mach.fpnote != nil) {
		if(p->mach.fpnote == nil)
			p->mach.fpnote = fpalloc();
		fpcopy(p->mach.fpnote, up->mach.fpnote);
	}
}

int
hostncpu(void)
{
	u64int mask[16];
	long r, i;
	int n;

	memset(mask, 0, sizeof mask);
	r = hostcall(__NR_sched_getaffinity, 0, sizeof mask, mask);
	n = 0;
	for(i = 0; i < r / 8; i++)
		for(; mask[i] != 0; mask[i] &= mask[i] - 1)
			n++;
	return n > 0 ? n : 1;
}

void
hostyield(void)
{
	hostcall(__NR_sched_yield, 0);
}

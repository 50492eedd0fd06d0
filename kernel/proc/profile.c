/*
 * Profiles: how often a program was found at each place of its text; /proc/n/profile and
 * prof(1).
 *
 * The counters belong to the text Segment, as on 9front. While any process runs a text with
 * counters, the kernel process "profiler" wakes at every tick, and kicks the processes that run
 * such a text. The kick is like a clock interrupt: the machine calls profclock with the registers
 * that it interrupted.
 */
#include "u.h"
#include "ureg.h"
#include "proc/profile.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"

enum
{
	/* ms, as 9front's clock */
	Tick = 10,
	/* 1 << Shift bytes of text share a counter, as with 9front's LRESPROF */
	Shift = 3,
};

static struct
{
	/* a leaf */
	Lock lk;
	/* the profiler exists */
	int running;
} profiler = {.lk = LOCKRANK(Rprofiler)};

/* The profile of p's text, or nil. It stays valid while p has that text: while p is up, or its
 * seglock is held. Otherwise the result is a hint; text Segments are type-stable. */
static Profile *
profileof(Proc *p)
{
	Segment *s;

	s = loadacquire(&p->seg[TSEG]);
	return s != nil ? segprofile(s) : nil;
}

/* Does p need ticks: for its text's profile, or for its Tos's clock? */
static int
isprofiled(Proc *p)
{
	return profileof(p) != nil ||
	    (loadrelaxed(&p->calltrace) & Tcycles) != 0;
}

/* up was interrupted at u in user mode. */
void
profclock(Ureg *u)
{
	Profile *f;
	uvlong at;

	if(loadrelaxed(&up->profiletick) == 0 ||
	    !__atomic_exchange_n(&up->profiletick, 0, __ATOMIC_SEQ_CST))
		return;
	tostick(Tick);
	f = profileof(up);
	if(f == nil)
		return;
	/* the first counter counts all ticks */
	__atomic_add_fetch(&f->count[0], Tick, __ATOMIC_RELAXED);
	at = (u->pc - f->base) >> Shift;
	if(u->pc >= f->base && at < f->n)
		__atomic_add_fetch(&f->count[at], Tick, __ATOMIC_RELAXED);
}

/* Kick all processes that have a profile and run their program. Returns 0 if none has a
 * profile. */
static int
tick(void)
{
	Proc *p;
	u32int i;
	int any;

	any = 0;
	for(i = 0; i < nproctab(); i++) {
		p = proctab(i);
		if(p == nil || !isprofiled(p))
			continue;
		any = 1;
		if(loadrelaxed(&p->state) != Running ||
		    loadrelaxed(&p->psstate) != nil)
			continue;
		astore(&p->profiletick, 1);
		kick(p);
	}
	return any;
}

/* May the profiler end? Decided under the lock, so that no process relies on a profiler that
 * ends. */
static int
mayend(void)
{
	int any;

	lock(&profiler.lk);
	any = tick();
	if(!any)
		profiler.running = 0;
	unlock(&profiler.lk);
	return !any;
}

static void
profile(void *unused)
{
	USED(unused);
	do
		tsleep(&up->sleeprend, return0, nil, Tick);
	while(tick() || !mayend());
}

/* The caller has set what isprofiled looks at: a profiler that runs then goes on. */
void
startprofiler(void)
{
	int was;

	lock(&profiler.lk);
	was = profiler.running;
	profiler.running = 1;
	unlock(&profiler.lk);
	if(was)
		return;
	if(waserror()) {
		lock(&profiler.lk);
		profiler.running = 0;
		unlock(&profiler.lk);
		nexterror();
	}
	kproc("profiler", profile, nil);
	poperror();
}

/* p's text Segment, with a reference. Errors: Egreg, as on 9front, if p has none, or a debugger has
 * changed it. */
static Segment *
profiledtext(Proc *p, u32int pid)
{
	Segment *s;

	lockproc(&p->seglock, p, pid);
	s = p->seg[TSEG];
	if(s != nil && (segtype(s) & SG_TYPE) == SG_TEXT)
		moresegref(s);
	else
		s = nil;
	qunlock(&p->seglock);
	if(s == nil)
		error(Egreg);
	return s;
}

/* A Profile for text s, all zero. */
static Profile *
newprofile(Segment *s)
{
	Profile *f;
	u32int n;

	n = (u32int)((segtop(s) - segbase(s)) >> Shift);
	f = smalloc(sizeof *f + n * sizeof f->count[0]);
	f->base = segbase(s);
	f->n = n;
	return f;
}

static void
zero(Profile *f)
{
	u32int i;

	for(i = 0; i < f->n; i++)
		storerelaxed(&f->count[i], 0);
}

/* Give text s a profile, or set the counters of its profile to 0. Takes over the caller's
 * reference. */
static void
setprofile(Segment *s)
{
	Profile *f;

	onerror(putseg(s));
	f = newprofile(s);
	if(!segsetprofile(s, f)) {
		free(f);
		zero(segprofile(s));
	}
	poperror();
	putseg(s);
}

void
profilestart(Proc *p, u32int pid)
{
	setprofile(profiledtext(p, pid));
	startprofiler();
}

uvlong
profilesize(Proc *p)
{
	Profile *f;
	uvlong n;

	qlock(&p->seglock);
	f = profileof(p);
	n = f != nil ? f->n * sizeof f->count[0] : 0;
	qunlock(&p->seglock);
	return n;
}

/* A copy of the counters of text s, of *n bytes. Takes over the caller's reference. */
static u32int *
counts(Segment *s, usize *n)
{
	u32int *count, i;
	Profile *f;

	onerror(putseg(s));
	f = segprofile(s);
	count = smalloc(f->n * sizeof count[0]);
	for(i = 0; i < f->n; i++)
		count[i] = loadrelaxed(&f->count[i]);
	*n = f->n * sizeof count[0];
	poperror();
	putseg(s);
	return count;
}

u32int *
profilecopy(Proc *p, u32int pid, usize *n)
{
	Segment *s;

	lockproc(&p->seglock, p, pid);
	s = profileof(p) != nil ? moresegref(p->seg[TSEG]) : nil;
	qunlock(&p->seglock);
	if(s == nil)
		error("profile is off");
	return counts(s, n);
}

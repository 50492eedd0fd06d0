/*
 * Profiles: how often a program was found at each place of its text; /proc/n/profile and
 * prof(1).
 *
 * While a process has a profile, the kernel process "profiler" wakes at every tick, and kicks
 * the processes with a profile that run their program. The kick is like a clock interrupt: the
 * machine calls profclock with the registers that it interrupted.
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

static void
profput(Profile *f)
{
	if(f != nil && decref(&f->r) == 0)
		free(f);
}

void
profileend(Proc *p)
{
	Profile *f;

	if(loadrelaxed(&p->profile) == nil)
		return;
	qlock(&p->namelock);
	f = p->profile;
	storerelaxed(&p->profile, nil);
	qunlock(&p->namelock);
	profput(f);
}

void
profileinherit(Proc *child)
{
	if(loadrelaxed(&up->profile) == nil)
		return;
	qlock(&up->namelock);
	child->profile = up->profile;
	if(child->profile != nil)
		incref(&child->profile->r);
	qunlock(&up->namelock);
}

/* up was interrupted at u in user mode. Its profile stays while it runs this program. */
void
profclock(Ureg *u)
{
	Profile *f;
	uvlong at;

	f = loadrelaxed(&up->profile);
	if(f == nil ||
	    !__atomic_exchange_n(&up->profiletick, 0, __ATOMIC_SEQ_CST))
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
		if(p == nil || loadrelaxed(&p->profile) == nil)
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

/* May the profiler end? Decided under the lock, so that no process gets a profile and relies on
 * a profiler that ends. */
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

/* Start the profiler, unless it runs. */
static void
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

/* A profile of zeros for p's text. */
static Profile *
newprofile(Proc *p, u32int pid)
{
	uintptr base, top;
	Profile *f;
	Segment *s;

	base = top = 0;
	lockproc(&p->seglock, p, pid);
	s = p->seg[TSEG];
	if(s != nil && (segtype(s) & SG_TYPE) == SG_TEXT) {
		base = segbase(s);
		top = segtop(s);
	}
	qunlock(&p->seglock);
	if(top == 0)
		error(Ebadctl);
	f = smalloc(sizeof *f + ((top - base) >> Shift) * sizeof f->count[0]);
	incref(&f->r);
	f->base = base;
	f->n = (u32int)((top - base) >> Shift);
	return f;
}

static void
zero(Profile *f)
{
	u32int i;

	for(i = 0; i < f->n; i++)
		storerelaxed(&f->count[i], 0);
}

/* Give p profile f, if it has none; else zero the profile that it has. */
static void
setprofile(Proc *p, u32int pid, Profile *f)
{
	onerror(profput(f));
	lockproc(&p->namelock, p, pid);
	poperror();
	if(p->profile == nil) {
		incref(&f->r);
		storerelaxed(&p->profile, f);
	} else
		zero(p->profile);
	qunlock(&p->namelock);
	profput(f);
}

void
profilestart(Proc *p, u32int pid)
{
	setprofile(p, pid, newprofile(p, pid));
	startprofiler();
}

uvlong
profilesize(Proc *p)
{
	uvlong n;

	qlock(&p->namelock);
	n = p->profile != nil ? p->profile->n * sizeof p->profile->count[0] : 0;
	qunlock(&p->namelock);
	return n;
}

u32int *
profilecopy(Proc *p, u32int pid, usize *n)
{
	Profile *f;
	u32int *count, i;

	lockproc(&p->namelock, p, pid);
	f = p->profile;
	if(f != nil)
		incref(&f->r);
	qunlock(&p->namelock);
	if(f == nil)
		error("profile is off");
	onerror(profput(f));
	count = smalloc(f->n * sizeof count[0]);
	for(i = 0; i < f->n; i++)
		count[i] = loadrelaxed(&f->count[i]);
	*n = f->n * sizeof count[0];
	poperror();
	profput(f);
	return count;
}

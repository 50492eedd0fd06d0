/*
 * Locks over two primitives of the machine: hostwait and hostwake.
 *
 * Every wait spins for a little while first: a holder that runs on another
 * processor is usually gone before a sleep would have begun. The sleeping
 * half is needed because the host may take the processor from a holder.
 */
#include "u.h"
#include "proc/lock.h"
#include "proc/proc.h"
#include "host/host.h"

enum
{
	Free,
	Held,
	Contended, /* held, and somebody may sleep on it */

	Spins = 100,

	/* spinfor */
	Mostspin = 80000, /* ns */
	Mostskip = 31, /* waits without looking: one less than a power of 2 */
	Writer = 0x80000000U,
};

#define CALLER ((uintptr)__builtin_return_address(0))

static u32int
load(u32int *w)
{
	return __atomic_load_n(w, __ATOMIC_SEQ_CST);
}

static int
swap(u32int *w, u32int old, u32int new)
{
	return __atomic_compare_exchange_n(
	    w, &old, new, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

long
incref(Ref *r)
{
	long n;

	n = __atomic_add_fetch(&r->ref, 1, __ATOMIC_SEQ_CST);
	assert(n > 0);
	return n;
}

long
decref(Ref *r)
{
	long n;

	PERTURB();
	n = __atomic_sub_fetch(&r->ref, 1, __ATOMIC_SEQ_CST);
	assert(n >= 0);
	PERTURB();
	return n;
}

long
increfnz(Ref *r)
{
	long n;

	n = __atomic_load_n(&r->ref, __ATOMIC_SEQ_CST);
	do {
		if(n == 0)
			return 0;
	} while(!__atomic_compare_exchange_n(
	    &r->ref, &n, n + 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	return n + 1;
}

long
getref(Ref *r)
{
	return __atomic_load_n(&r->ref, __ATOMIC_SEQ_CST);
}

int ncpus;

s32int nrunning;

void
running(int n)
{
	__atomic_add_fetch(&nrunning, n, __ATOMIC_RELAXED);
}

void
unsetword(u32int *w)
{
	__atomic_store_n(w, Unset, __ATOMIC_SEQ_CST);
	running(-1);
}

/*
 * To be woken from a sleep takes longer than much of what is waited for: a byte
 * through a pipe, the exec and exit of a small child. While nobody else wants the
 * processors, looking costs nothing. When others of the instance do, nobody looks. When
 * somebody else does, or what is waited for takes longer, it does not pay: then more and
 * more waits are slept at once, and what paid again is soon done again.
 */
int
spinfor(u32int *w, Spin *s)
{
	uvlong start;
	int i;

	if(load(w) == Set)
		return 1;
	if(ncpus <= 1 || __atomic_load_n(&nrunning, __ATOMIC_RELAXED) >= ncpus)
		return 0;
	if(s->skip > 0) {
		s->skip--;
		return 0;
	}
	start = monons();
	hostaway();
	do
		for(i = 0; i < Spins / 4 && load(w) != Set; i++)
			hostrelax();
	while(load(w) != Set && monons() - start < Mostspin);
	hostback(1);
	if(load(w) == Set) {
		s->fails /= 2;
		return 1;
	}
	s->fails = s->fails < Mostskip ? 2 * s->fails + 1 : s->fails;
	s->skip = s->fails;
	return 0;
}

void
sleepword(u32int *w, vlong ns)
{
	u32int old;

	old = Unset;
	if(__atomic_compare_exchange_n(
	       w, &old, Slept, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) ||
	    old == Slept)
		hostsleep(w, Slept, ns);
}

int
wakeword(u32int *w)
{
	u32int old;

	old = __atomic_exchange_n(w, Set, __ATOMIC_SEQ_CST);
	if(old != Set)
		running(1);
	return old == Slept;
}

#ifdef LOCKSTATS
enum
{
	Nstat = 1024, /* a power of two; a few hundred places take locks */
};

static Lockstat stats[Nstat];

/* The counters of the place pc. Should the table be full: of somewhere else. */
static Lockstat *
statat(uintptr pc)
{
	Lockstat *s;
	uintptr old;
	u32int i, h;

	h = (u32int)(pc ^ pc >> 10);
	for(i = 0; i < Nstat; i++) {
		s = &stats[(h + i) % Nstat];
		old = __atomic_load_n(&s->pc, __ATOMIC_RELAXED);
		if(old == 0 &&
		    __atomic_compare_exchange_n(&s->pc, &old, pc, 0,
			__ATOMIC_RELAXED, __ATOMIC_RELAXED))
			return s;
		if(old == pc)
			return s;
	}
	return &stats[h % Nstat];
}

Lockstat *
lockstat(u32int n)
{
	u32int i;

	for(i = 0; i < Nstat; i++)
		if(__atomic_load_n(&stats[i].pc, __ATOMIC_RELAXED) != 0 &&
		    n-- == 0)
			return &stats[i];
	return nil;
}

static void
count(uvlong *c, uvlong n)
{
	__atomic_fetch_add(c, n, __ATOMIC_RELAXED);
}

static void
waited(uintptr pc, uvlong since)
{
	Lockstat *s;

	s = statat(pc);
	count(&s->contended, 1);
	count(&s->waitns, monons() - since);
}
#else
Lockstat *
lockstat(u32int n)
{
	USED(n);
	return nil;
}
#endif

static int
take(Lock *l)
{
	if(!swap(&l->key, Free, Held))
		return 0;
	return 1;
}

static void
taken(Lock *l, uintptr pc)
{
	__atomic_store_n(&l->pid, up != nil ? up->pid : 0, __ATOMIC_RELAXED);
	__atomic_store_n(&l->pc, pc, __ATOMIC_RELAXED);
#ifdef LOCKSTATS
	l->stat = statat(pc);
	count(&l->stat->taken, 1);
	l->since = monons();
#endif
}

/* The slow half of lock: spin, then mark the lock contended and sleep. */
static void
lockwait(Lock *l, int patient)
{
	int i;

	for(i = 0; i < Spins; i++) {
		if(load(&l->key) == Free && take(l))
			return;
		hostrelax();
	}
	while(__atomic_exchange_n(&l->key, Contended, __ATOMIC_SEQ_CST) != Free)
		if(patient)
			hostsleep(&l->key, Contended, -1);
		else
			hostwait(&l->key, Contended, -1);
}

/* lock, qlock and qlockpatient, which was called at pc. */
static inline void
lockat(Lock *l, uintptr pc, int patient)
{
	PERTURB();
	if(!take(l)) {
#ifdef LOCKSTATS
		uvlong t;

		t = monons();
		lockwait(l, patient);
		waited(pc, t);
#else
		lockwait(l, patient);
#endif
	}
	taken(l, pc);
	PERTURB();
}

static inline int
canlockat(Lock *l, uintptr pc)
{
	PERTURB();
	if(!take(l))
		return 0;
	taken(l, pc);
	return 1;
}

void
lock(Lock *l)
{
	lockat(l, CALLER, 0);
}

int
canlock(Lock *l)
{
	return canlockat(l, CALLER);
}

void
unlock(Lock *l)
{
	u32int old;

	PERTURB();
#ifdef LOCKSTATS
	count(&l->stat->holdns, monons() - l->since);
#endif
	old = __atomic_exchange_n(&l->key, Free, __ATOMIC_SEQ_CST);
	assert(old != Free);
	if(old == Contended)
		hostwake(&l->key, 1);
	PERTURB();
}

void
qlock(QLock *q)
{
	lockat(&q->use, CALLER, 0);
}

void
qlockpatient(QLock *q)
{
	lockat(&q->use, CALLER, 1);
}

int
canqlock(QLock *q)
{
	return canlockat(&q->use, CALLER);
}

void
qunlock(QLock *q)
{
	unlock(&q->use);
}

/*
 * RWlock. A waiter reads seq, finds that it may not enter, and sleeps until
 * seq is no longer what it read; every release that could let somebody in changes
 * seq first and looks for waiters second, so none is missed.
 */
static void
rwwait(RWlock *l, u32int seq, uintptr pc)
{
#ifdef LOCKSTATS
	uvlong t;

	t = monons();
#endif
	__atomic_add_fetch(&l->waiters, 1, __ATOMIC_SEQ_CST);
	hostwait(&l->seq, seq, -1);
	__atomic_sub_fetch(&l->waiters, 1, __ATOMIC_SEQ_CST);
#ifdef LOCKSTATS
	waited(pc, t);
#else
	USED(pc);
#endif
}

static void
rwtaken(uintptr pc)
{
#ifdef LOCKSTATS
	count(&statat(pc)->taken, 1);
#else
	USED(pc);
#endif
}

static void
rwrelease(RWlock *l)
{
	__atomic_add_fetch(&l->seq, 1, __ATOMIC_SEQ_CST);
	if(load(&l->waiters) != 0)
		hostwake(&l->seq, 1 << 30);
}

void
rlock(RWlock *l)
{
	u32int seq, n;

	PERTURB();
	for(;;) {
		seq = load(&l->seq);
		n = load(&l->state);
		if((n & Writer) == 0 && load(&l->writers) == 0) {
			if(swap(&l->state, n, n + 1))
				break;
			continue;
		}
		rwwait(l, seq, CALLER);
	}
	rwtaken(CALLER);
}

void
runlock(RWlock *l)
{
	u32int n;

	n = __atomic_sub_fetch(&l->state, 1, __ATOMIC_SEQ_CST);
	assert((n & Writer) == 0);
	if(n == 0)
		rwrelease(l);
}

void
wlock(RWlock *l)
{
	u32int seq;

	PERTURB();
	__atomic_add_fetch(&l->writers, 1, __ATOMIC_SEQ_CST);
	for(;;) {
		seq = load(&l->seq);
		if(swap(&l->state, 0, Writer))
			break;
		rwwait(l, seq, CALLER);
	}
	__atomic_sub_fetch(&l->writers, 1, __ATOMIC_SEQ_CST);
	rwtaken(CALLER);
}

void
wunlock(RWlock *l)
{
	u32int old;

	old = __atomic_exchange_n(&l->state, 0, __ATOMIC_SEQ_CST);
	assert(old == Writer);
	rwrelease(l);
}

/*
 * Locks.
 *
 *   Ref     a counter
 *   Lock    short critical sections: no sleep, no host call, no user memory
 *           while held (spins briefly, then waits: its holder may have lost
 *           its processor)
 *   QLock   may be held across sleeps, I/O and user memory
 *   RWlock  the same, many readers or one writer
 *   Rendez  sleep and wakeup: sleep(9)
 *   Event   one process waits, others set it
 *   Spin    whether it pays to spin before sleeping
 *
 * Waiting for any of these is not ended by notes; sleep is, with
 * error(Eintr).
 */
#ifndef LOCK_H
#define LOCK_H

#include "u.h"
#include "lib/atomic.h"
#include "sync/rank.h"

typedef struct Event Event;
typedef struct Held Held;
typedef struct Ref Ref;
typedef struct Lock Lock;
typedef struct QLock QLock;
typedef struct RWlock RWlock;
typedef struct Rendez Rendez;
typedef struct Spin Spin;
typedef struct Lockstat Lockstat;
typedef struct Proc Proc;

struct Ref
{
	long ref;
};

/* Both return the new value. */
long incref(Ref *r);
long decref(Ref *r);
/* One more reference unless there is none: returns the new value, or 0. */
long increfnz(Ref *r);
/* The value now; only a hint unless a lock keeps it still. */
long getref(Ref *r);

/*
 * Kept only when built with LOCKSTATS: what became of the locks taken at one
 * place in the program. Of an RWlock there is no holdns.
 */
struct Lockstat
{
	/* the place: after its call of lock or the like */
	uintptr pc;
	uvlong taken;
	/* of these, how many had to wait */
	uvlong contended;
	uvlong waitns;
	uvlong holdns;
};

/* The n'th place in no order; nil at the end. Counting goes on meanwhile. */
Lockstat *lockstat(u32int n);

/* key: 0 free, 1 held, 2 held and a waiter may sleep */
struct Lock
{
	u32int key;
	/* host process that holds it, for the post-mortem */
	u32int pid;
	/* where it was taken */
	uintptr pc;
#ifdef LOCKORDER
	/* rank.h */
	u32int rank;
#endif
#ifdef LOCKSTATS
	/* of where it was taken */
	Lockstat *stat;
	/* monons */
	uvlong since;
#endif
};

/* Held.kind, Proc.waitkind */
enum
{
	Islock = 1,
	Isqlock,
	/* of an RWlock */
	Isreader,
	Iswriter,
};

enum
{
	/* a process holds fewer locks at a time */
	NHELD = 16,
};

/* A lock that a process holds: held.h. */
struct Held
{
	const void *l;
	/* where it was taken */
	uintptr pc;
	u32int kind;
	/* 0 without LOCKORDER */
	u32int rank;
};

void lock(Lock *l);
/* 1 if taken; never waits */
int canlock(Lock *l);
void unlock(Lock *l);

struct QLock
{
	Lock use;
};

void qlock(QLock *q);
/* The same for a caller without Locks, which may be kept waiting by a fork hold: hostsleep. */
void qlockpatient(QLock *q);
int canqlock(QLock *q);
void qunlock(QLock *q);

/* RWlock.state */
enum
{
	RWwriter = 0x80000000U,
};

struct RWlock
{
	/* the number of readers, or RWwriter */
	u32int state;
	/* processes that wait to write: new readers wait for them */
	u32int writers;
	/* changes at every release; waiters sleep on it */
	u32int seq;
	u32int waiters;
	/* of the last writer, for the state dump: pid and where it took the lock */
	u32int pid;
	uintptr pc;
#ifdef LOCKORDER
	u32int rank;
#endif
};

void rlock(RWlock *l);
void runlock(RWlock *l);
void wlock(RWlock *l);
void wunlock(RWlock *l);

/*
 * How many processes of the instance run, or wait for nothing but a processor (atomic). While
 * there are as many as processors, waiters do not spin.
 */
extern s32int nrunning;
/* n more do; or fewer, n < 0 */
void running(int n);
/* Processors that may be used: set at start. With one, no waiter spins. */
extern int ncpus;

/*
 * Whether a waiter spins before it sleeps: only if that has succeeded lately. Of one
 * process, which alone uses it.
 */
struct Spin
{
	/* one less than a power of 2: grows with failures */
	u32int fails;
	/* so many waits are to come that do not spin */
	u32int skip;
};

/*
 * What one process waits for, and others set to let it go on. The setter calls the
 * host only if the waiter sleeps there: that call is the larger part of the wakeup of
 * a waiter that spins.
 */
enum
{
	/* to begin with, before the setters can know of the waiter */
	Unset = 0,
	Set,
	/* unset, and the waiter sleeps, or is about to */
	Slept,
};

struct Event
{
	u32int word;
};

/* Unset e: the caller is going to wait for it, and does not run until it is set. */
void eventreset(Event *e);
int eventisset(Event *e);
/* Spin until e is set, for a while: 1 if it is set by then. */
int eventspin(Event *e, Spin *s);
/* Unless e is set, sleep until eventwake, or for ns (< 0: no limit). May return early: look
 * again. */
void eventwait(Event *e, vlong ns);
/* eventspin, then eventwait until e is set. */
void eventsleep(Event *e, Spin *s);
/* Set e: the waiter runs again. 1 if eventwake is to follow, once the caller has let go of
 * the locks that the waiter will want. */
int eventset(Event *e);
void eventwake(Event *e);

/* Lock orders before Proc.rlock. */
struct Rendez
{
	Lock l;
	/* the sleeper, or nil */
	Proc *p;
};

#endif

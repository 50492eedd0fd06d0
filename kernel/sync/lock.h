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
/* Add a reference unless there is none. Returns the new value, or 0. */
long increfnz(Ref *r);
/* The present value. A hint, unless a lock keeps it from changing. */
long getref(Ref *r);

/*
 * Built with LOCKSTATS only: the counters of the locks taken at one place in the program. For
 * an RWlock, holdns stays 0.
 */
struct Lockstat
{
	/* the return address of the call of lock or another */
	uintptr pc;
	uvlong taken;
	/* how many of them had to wait */
	uvlong contended;
	uvlong waitns;
	uvlong holdns;
};

/* The counters of place n, in no order; nil at the end. Counting goes on meanwhile. */
Lockstat *lockstat(u32int n);

/* key is 0 (free), 1 (held), or 2 (held, and a waiter may sleep on it) */
struct Lock
{
	u32int key;
	/* the host process that holds it, for the state dump */
	u32int pid;
	/* where it was taken */
	uintptr pc;
#ifdef LOCKORDER
	/* its place in the order: rank.h */
	u32int rank;
#endif
#ifdef LOCKSTATS
	/* the counters of the place where it was taken */
	Lockstat *stat;
	/* monons when it was taken */
	uvlong since;
#endif
};

/* The kind of a lock: Held.kind, Proc.waitkind. */
enum
{
	Islock = 1,
	Isqlock,
	/* an RWlock, to read */
	Isreader,
	Iswriter,
};

enum
{
	/* the most locks that a process holds at a time, plus one */
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
/* Returns 1 if it took the lock. Never waits. */
int canlock(Lock *l);
void unlock(Lock *l);

struct QLock
{
	Lock use;
};

void qlock(QLock *q);
/* The same for a caller that holds no Lock, and may be kept waiting by a fork hold:
 * hostsleep. */
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
	/* how many readers, or RWwriter */
	u32int state;
	/* how many processes wait to write; new readers wait for them */
	u32int writers;
	/* changes at every release; waiters sleep on it */
	u32int seq;
	u32int waiters;
	/* for the state dump: the last writer's pid, and where it took the lock */
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
 * there are as many as processors, no waiter spins.
 */
extern s32int nrunning;
/* Add n to nrunning. n is negative before a wait. */
void running(int n);
/* How many processors may be used. Set at the start. With one, no waiter spins. */
extern int ncpus;

/*
 * Whether one process spins before it sleeps: only if that has succeeded lately. Only that
 * process uses it.
 */
struct Spin
{
	/* one less than a power of 2, which grows with failures */
	u32int fails;
	/* how many of the next waits do not spin */
	u32int skip;
};

/*
 * One process waits for an Event, others set it. The setter calls the host only if the waiter
 * sleeps there, because that call is most of the cost of a wakeup.
 */
enum
{
	/* the initial state, before any setter can know of the waiter */
	Unset = 0,
	Set,
	/* not set, and the waiter sleeps or is about to */
	Slept,
};

struct Event
{
	u32int word;
};

/* Unset e. The caller will wait for it, and does not run again until it is set. */
void eventreset(Event *e);
int eventisset(Event *e);
/* Spin for a while, until e is set. Returns 1 if it is set. */
int eventspin(Event *e, Spin *s);
/* Unless e is set, sleep until eventwake, or for ns nanoseconds (negative: no limit). May
 * return early, so callers look at e again. */
void eventwait(Event *e, vlong ns);
/* eventspin, then eventwait until e is set. */
void eventsleep(Event *e, Spin *s);
/* Set e: the waiter goes on. Returns 1 if eventwake must follow, after the caller has released
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

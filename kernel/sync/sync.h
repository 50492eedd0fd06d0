/*
 * sync: the room that every other room but lib is built on. It uses lib, and of the machine only
 * the waits, the wakes, the clock, fresh memory and panic.
 *
 *   lock.h     Ref Lock QLock RWlock Event Rendez
 *   errors     waserror error nexterror poperror
 *   waiting    sleep tsleep wakeup
 *   the heap   malloc smalloc realloc free
 *   proctab    the table of all Procs
 *   saylimit   tells the user which limit is reached
 */
#ifndef SYNC_H
#define SYNC_H

#include "u.h"
#include "sync/lock.h"

typedef struct Proc Proc;

/*
 * Assert that up holds no Lock, because what follows may wait, or may not return. The panic
 * prints `what', and where the Lock was taken.
 */
#define nolocks(what)                                                          \
	((void)(__builtin_expect(up->nlocks == 0, 1) || (lockheld(what), 0)))
_Noret void lockheld(const char *what);

/* --- errors --- */

#define waserror() setlabel(&up->errlab[up->nerrlab++])
#define poperror() ((void)up->nerrlab--)
/* After an error between onerror and poperror(), do `undo' and go to the next waserror. */
#define onerror(undo)                                                          \
	do {                                                                   \
		if(waserror()) {                                               \
			undo;                                                  \
			nexterror();                                           \
		}                                                              \
	} while(0)
_Noret void error(const char *msg);
_Noret void errorf(const char *fmt, ...);
_Noret void nexterror(void);

/* --- waiting --- */

/*
 * Wait until f(arg) is true; wakeup(r) makes it look again. error(Eintr) if a note is pending.
 * f is called with r->l held. No Lock held. r may be on the stack: when sleep returns, a note,
 * and a wakeup that found up in r, have finished with it. The caller makes sure that no other
 * wakeup comes.
 */
void sleep(Rendez *r, int (*f)(void *), void *arg);
/* The same for at most ms milliseconds. Returns in either case. */
void tsleep(Rendez *r, int (*f)(void *), void *arg, u32int ms);
/* End the sleep in r, if there is one. May be called wherever a Lock may be taken. */
void wakeup(Rendez *r);
/*
 * The same for a caller that holds a Lock which the sleeper will want. The host does not wake
 * the sleeper yet. The caller releases the Lock, and then calls eventwake with the result
 * unless it is nil. The Event is in a Proc, so it is valid for ever.
 */
Event *wakeuplocked(Rendez *r);
int return0(void *unused);
/* Set by proc. Called when p, which ctl traces, is about to sleep, is woken, or goes on. The
 * caller may hold the locks of a sleep. */
enum
{
	Goessleep,
	Iswoken,
	Goeson,
};
extern void (*sleepevent)(Proc *p, int what);
/* If p sleeps and a note is pending, end the sleep and return 1. Takes p's rlock. */
int intrsleep(Proc *p);
/*
 * Is a note pending that interrupts up's wait? It says yes once, because the code that cleans
 * up after the error may wait too. The note is delivered before up's program sees the error.
 */
int hasintr(void);
/* up has caught the error(Eintr) of a wait and goes on: the note ends its next wait too. */
void intragain(void);

/* --- kernel heap (heap.c): may be used wherever a Lock may be taken --- */

/* n bytes of zeros, 16-aligned; nil if there is no memory. */
void *malloc(usize n);
/* The same, but error(Enomem) if there is no memory. */
void *smalloc(usize n);
/* Added bytes are zero. If it returns nil, p is as it was. */
void *realloc(void *p, usize n);
/* p may be nil. */
void free(void *p);
/* Free *p and make it a copy of s. Errors. */
void kstrdup(char **p, const char *s);
/* A smalloc'ed copy of s. Errors. */
char *kstrcpy(const char *s);

/* Call f for blocks in use: each block's size in memory, and the low bits of the pid of the
 * process that allocated it. Small blocks of the first spans are left out. Class locks are held
 * meanwhile, one at a time. */
void heapwalk(void (*f)(u32int pid, usize n));

/* --- who has the kernel's memory (heapuse.c) --- */

/* Count the heap's blocks, for heapusedby. One process at a time. */
void heapcount(void);
/* How many bytes process pid, or one that had the same low bits, had allocated by heapcount. */
uvlong heapusedby(u32int pid);

/* --- limits (limit.c) --- */

/*
 * A limit is reached: tell the user which, in the words of print(2), unless that was told within
 * the last minute. *said is when, 0 at first; each limit has one. No Lock held.
 */
void saylimit(u64int *said, const char *fmt, ...);

/* --- the process table (proctab.c) --- */

/* The process in place i of the table, or nil. For listings. */
Proc *proctab(u32int i);
/* How many places were ever used. It only grows. */
u32int nproctab(void);
/* An unused Proc, with a place in the table; nil if there is no memory or NPROC are in use. */
Proc *procalloc(void);
/* Give the locks of p, which is new, their ranks. */
#ifdef LOCKORDER
void procranks(Proc *p);
#else
#define procranks(p) ((void)(p))
#endif
/* Free p, which is Dead, for the next procalloc. */
void procfree(Proc *p);

#endif

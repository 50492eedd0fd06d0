/*
 * sync: what every other room stands on. It knows lib, and of the machine the
 * waits, the wakes, the clock, fresh memory and panic.
 *
 *   lock.h     Ref Lock QLock RWlock Event Rendez
 *   errors     waserror error nexterror poperror
 *   waiting    sleep tsleep wakeup
 *   the heap   malloc smalloc realloc free
 *   proctab    the places of all Procs
 *   saylimit   tells the user which limit is reached
 */
#ifndef SYNC_H
#define SYNC_H

#include "u.h"
#include "sync/lock.h"

typedef struct Proc Proc;

/*
 * up holds no Lock: what follows may wait, or never come back. Else the panic
 * says what, and where the Lock was taken.
 */
#define nolocks(what)                                                          \
	((void)(__builtin_expect(up->nlocks == 0, 1) || (lockheld(what), 0)))
_Noret void lockheld(const char *what);

/* --- errors --- */

#define waserror() setlabel(&up->errlab[up->nerrlab++])
#define poperror() ((void)up->nerrlab--)
/* An error from here to poperror() undoes what was done, and goes on to the next waserror. */
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

/* Wait until f(arg) is true, woken by wakeup(r). error(Eintr) if a note is pending. f is called
 * with r->l held. No Lock held. r may be on the stack: when sleep returns, a note, and a wakeup
 * that found up in r, are done with it. The caller sees to it that no other wakeup comes. */
void sleep(Rendez *r, int (*f)(void *), void *arg);
/* The same for at most ms milliseconds; returns either way. */
void tsleep(Rendez *r, int (*f)(void *), void *arg, u32int ms);
/* End the sleep in r, if there is one. Any context that may take a Lock. */
void wakeup(Rendez *r);
/*
 * The same for a caller that holds a Lock which the sleeper will want: the host does not wake it
 * yet. The caller lets go of the Lock and then calls eventwake with what this returns, which may
 * be nil. The Event is a Proc's, so it stays.
 */
Event *wakeuplocked(Rendez *r);
int return0(void *unused);
/* proc sets it: p, of which ctl said trace, is about to sleep, is woken, goes on. May be called
 * with the locks of a sleep held. */
enum
{
	Goessleep,
	Iswoken,
	Goeson,
};
extern void (*sleepevent)(Proc *p, int what);
/* End p's sleep, if it sleeps and a note is pending: 1 if so. Takes p's rlock. */
int intrsleep(Proc *p);
/* Is a note pending that interrupts up's wait? True once, because the code that cleans up after
 * the error may wait too. The note is delivered before up's program sees the error. */
int hasintr(void);

/* --- kernel heap (heap.c): any context that may take a Lock --- */

/* zeroed, 16-aligned; nil when there is none */
void *malloc(usize n);
/* The same; error(Enomem) instead of nil */
void *smalloc(usize n);
/* New bytes zeroed; nil leaves p alone */
void *realloc(void *p, usize n);
/* Nil is fine */
void free(void *p);
/* Free *p, *p = copy of s. Errors. */
void kstrdup(char **p, const char *s);
/* smalloc'ed copy. Errors. */
char *kstrcpy(const char *s);

/* --- limits (limit.c) --- */

/*
 * A limit is reached: tell the user which, in the words of print(2), unless that was told within
 * the last minute. *said is when, 0 at first; each limit has one. No Lock held.
 */
void saylimit(u64int *said, const char *fmt, ...);

/* --- the process table (proctab.c) --- */

/* The process in table place i, or nil: for listing. */
Proc *proctab(u32int i);
/* Places ever used; grows only. */
u32int nproctab(void);
/* An unused Proc, with a place in the table; nil if there is no memory or NPROC are in use. */
Proc *procalloc(void);
/* The locks of p, which is new, get their ranks. */
#ifdef LOCKORDER
void procranks(Proc *p);
#else
#define procranks(p) ((void)(p))
#endif
/* Free p, which is Dead, for the next procalloc. */
void procfree(Proc *p);

#endif

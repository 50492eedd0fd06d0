/*
 * proc: processes and the system call table.
 *
 *   life       newproc pexit kproc, parents and children
 *   notes      postnote and delivery
 *   calls      syscall and the traps, which the machine calls
 *   requests   procctl and the others of /proc/n/ctl
 *   dumpstate  the state dump
 *
 * Errors, sleep and wakeup are in sync.h. up, the process that runs this code, is in machine.h.
 */
#ifndef PROC_H
#define PROC_H

#include "u.h"
#include "fcall.h"
#include "ureg.h"
#include "portdat.h"
#include "sync/sync.h"
#include "host/host.h"
#include "mm/mm.h"
#include "lib/error.h"

typedef struct Chan Chan;
typedef struct Egrp Egrp;
typedef struct Fgrp Fgrp;
typedef struct Pgrp Pgrp;
typedef struct Note Note;
typedef struct Rgrp Rgrp;
typedef struct Waitq Waitq;

enum
{
	NRENDHASH = 32,
	/* bytes of the longest wait record's text, in which each letter may be a quote */
	WAITTEXT = 2 * ERRMAX + 4 * NUMSIZE + 4,
};

/* Rendezvous group: rendezvous(2), RFREND. */
struct Rgrp
{
	Ref r;
	/* rank Rrgrp: after Proc.notelock, before Proc.rlock */
	Lock lk;
	Proc *hash[NRENDHASH];
};

/* --- life --- */

/* Set the hooks of lower rooms: killbig, killheap, nskproc. Called before the first process. */
void procinit(void);
/* A new Proc in state New, with a pid and nothing else. Errors. */
Proc *newproc(void);
/* End up with exit string s; nil or "" means success. Without freemem up is kept for debuggers
 * first: broken.c. */
_Noret void pexit(const char *s, int freemem);
/* The Proc with pid; nil if it has exited or is about to. It may become another process as soon
 * as this returns: the caller checks its pid again under a lock that its exit takes. */
Proc *procpid(u32int pid);
/* p's pid, which may change at any moment; 0 if p is no process. */
u32int pidof(Proc *p);
/* Is p no longer process pid, or is it exiting? Its parent may know already. */
int isgone(Proc *p, u32int pid);
/* Take q, one of p's locks. Errors with Eprocdied, and without q, if p is no longer process
 * pid. */
void lockproc(QLock *q, Proc *p, u32int pid);
/*
 * The next wait record for p, process pid: a child of it has ended. The caller frees it. Waits
 * until there is one. Errors: Einuse if another process waits, Enochild if p is up and has no
 * children, Eprocdied, Eintr.
 */
Waitq *nextwait(Proc *p, u32int pid);
/* Write the record in await(2)'s form to buf, of n bytes. Returns its length. */
int waittext(char *buf, int n, const Waitq *w);
/* Start a kernel process, with its own host process, which runs f(arg). Errors. */
void kproc(const char *name, void (*f)(void *), void *arg);
/* Prepare a kernel process that may never be needed. It runs when kprocgo is called, by any
 * process and at most once. kprocgo does not wait for the host: procmust. Errors. */
Proc *kproclater(const char *name, void (*f)(void *), void *arg);
void kprocgo(Proc *p);
/* The name of p's state, as /proc/n/status and ps show it. */
const char *statename(Proc *p);

/* p's processor time so far in ns, user and system. If p is not up, in steps of 10 ms. */
void proctimes(Proc *p, uvlong t[2]);
/* up's, as it was at most 100 us ago. */
void uptimes(uvlong t[2]);
/* Store in up's Tos how many cycles it has used: tos.c. */
void toscycles(void);
/* If prof(1) profiles the program by now, count its cycles at each system call. */
void tosnotice(void);
/* Stop that: exec has replaced the program. */
void tosunnotice(void);
/* How many system calls and page faults all processes have made since the start, ended ones
 * too. */
void syscounts(uvlong *calls, uvlong *faults);

/* --- notes: notify(2), proc(3) --- */

/*
 * Post a note to p. dolock: take p's notelock. Returns 0 if p has too many. NDebug notes are
 * for up itself, and come before all others, because they belong to the instruction it is at.
 * p must stay the same process: it is up, locked, or known not to end.
 */
int postnote(Proc *p, int dolock, const char *msg, int flag);
/* The same, if p still is process pid. */
int postnotepid(Proc *p, u32int pid, const char *msg, int flag);
/* Post a note to all of a note group but up: notepg of proc(3). */
void postnotepg(u32int noteid, const char *msg, int flag);
/* Take p's oldest note, which it will not get any more, into *n. Returns 0 if there is none.
 * Caller holds p's notelock. */
int popnote(Proc *p, Note *n);
/* The machine calls this on the way to user mode, with up's registers: deliver notes, obey stop
 * requests. Returns 1 if *u changed. May not return. */
int notify(Ureg *u);

/* --- called by the machine --- */

/* A system call. The number is in BP, the arguments are above SP. Sets u->ax. */
void syscall(Ureg *u);
/* A kick interrupted the program at u: profile.c counts it. */
void profclock(Ureg *u);
/* A trap that the program caused: post a note with text msg, without the pc. */
void trapnote(Ureg *u, const char *msg);
/* fault where up's system call touches user memory. Only what ends up interrupts it. */
int kernfault(uintptr addr, int access);
/* fault returned Fioerr, and up->errstr says why. In user mode, u is the registers; the process
 * ends or gets a note. In a system call, u is nil; the call then ends with an error, and a note
 * follows. */
void nopage(Ureg *u, uintptr addr);

/* A system call's function. args are the program's, as machine words. */
typedef uintptr Syscall(uintptr *args);

/* --- the first process; exec for it --- */

/* The first process. When it exits, the instance ends with a host status made from its exit
 * string. */
extern Proc *initproc;
/* Set by init. endstatus is the instance's host status if the first program could not be
 * started, else 0. endstats: print the image cache's statistics at the end. */
extern int endstatus;
extern int endstats;

/* exec with strings in kernel memory. Sets up->start. Errors. */
void execprog(const char *path, char **argv);
/* A rendezvous group with one reference. Errors. */
Rgrp *newrgrp(void);

/* Write to up's file descriptor 2, with up's name and pid before it. Never errors. */
void pprint(const char *fmt, ...);

/* --- ctl.c: requests of /proc/n/ctl; proc(3) --- */

enum
{
	Proc_none,
	Proc_stopme,
	Proc_exitme,
	Proc_traceme,
	Proc_exitbig,
};
/* Make p, stopped or not, obey req when it is next about to enter user mode, if it still is
 * process pid. */
void procctl(Proc *p, u32int pid, int req);
/* Ask p, process pid, to stop by req, unless that is Proc_none, and sleep until it has stopped.
 * Errors: Eintr, Eprocdied. */
void procstopwait(Proc *p, u32int pid, int req);
/* p has ended or broken: wake the process that waits in procstopwait until p stops. Takes
 * p's notelock. */
void wakedebugger(Proc *p);
/* procinterrupt interrupts p's blocking call, or its next one if it is in none. procnointerrupt
 * takes that back; it errors if notes wait that interrupt p too. p must not become another
 * process. */
void procinterrupt(Proc *p);
void procnointerrupt(Proc *p);
/* End the wait of p, which is in a sleep or a host call or about to be, as a note does:
 * error(Eintr). Does not wait: the caller has a Lock that p takes after the wait. After that p calls
 * procwaited, so that no later wait ends for this. */
void procendwait(Proc *p);
void procwaited(void);
/* Let p go on if it is stopped. error(Ebadctl) if it is not. */
void procstart(Proc *p);
/* The same, but p stops again when it enters or leaves a system call. */
void procstartsyscall(Proc *p);

/* --- calltrace.c: run9 --trace. Called before the first process --- */

/* Print every system call. */
void calltraceall(void);
/* Print the system calls with that number. */
void calltracenum(u32int num);

/* --- dump.c --- */

/*
 * Print the state of the instance on the host's standard error: which process waits for what. Takes no
 * lock, allocates no memory, and trusts nothing that it reads. So it may be called in any
 * context, also without up, and in any state of the instance.
 */
void dumpstate(void);
/* Set by init. Prints the last kernel messages. The same contract. */
extern void (*dumpmesg)(void);

#endif

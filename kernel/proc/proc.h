/*
 * proc: processes and the system call table.
 *
 *   errors     waserror error nexterror poperror: every room's error handling
 *   waiting    sleep tsleep wakeup
 *   life       newproc pexit, parents and children
 *   notes      postnote and delivery
 *   up         the process that runs this code (host.h)
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
	/* bytes that hold every wait record's text: each letter may be a quote */
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

/* Sets what lower rooms call: killbig, nskproc. Before the first process. */
void procinit(void);
/* A new Proc, state New, own pid, one error label free; nothing else set. Errors. */
Proc *newproc(void);
/* up exits with exit string s (nil or "" is success). Without freemem it is kept for debuggers
 * first: broken.c. */
_Noret void pexit(const char *s, int freemem);
/* The Proc with pid, or nil if it has exited or is about to. Its pid may change as soon as
 * this returns: check it again under a lock that its exit takes. */
Proc *procpid(u32int pid);
/* p's pid, which may change at any moment; 0 if it is no process. */
u32int pidof(Proc *p);
/* p is not pid any more, or is exiting: its parent may know already. */
int isgone(Proc *p, u32int pid);
/* Take q, one of p's locks. Errors: Eprocdied, with q free, if p is not pid any more. */
void lockproc(QLock *q, Proc *p, u32int pid);
/* The next record of a child's end of p, which the caller frees; waits until there is
 * one. Errors: Einuse if another waits, Enochild if p is up and has none, Eprocdied, Eintr. */
Waitq *nextwait(Proc *p, u32int pid);
/* The record as await(2) has it, in n bytes at buf: its length. */
int waittext(char *buf, int n, const Waitq *w);
/* A kernel process with its own host process. Errors. */
void kproc(const char *name, void (*f)(void *), void *arg);
/* A kernel process that may never be needed: it runs when kprocgo is called, by any process,
 * at most once. kprocgo does not wait for the host: see procmust. Errors. */
Proc *kproclater(const char *name, void (*f)(void *), void *arg);
void kprocgo(Proc *p);
/* Name, as /proc/n/status and ps show it. */
const char *statename(Proc *p);

/* Its processor time so far in ns, user and system; others' in steps of 10 ms. */
void proctimes(Proc *p, uvlong t[2]);
/* up's, at most 100 us ago. */
void uptimes(uvlong t[2]);
/* Write into up's Tos how many cycles it has used: tos.c. */
void toscycles(void);
/* System calls and page faults since the start, of the dead too. */
void syscounts(uvlong *calls, uvlong *faults);

/* --- notes: notify(2), proc(3) --- */

/* Give p a note; 0 if it has too many. NDebug notes are for up itself, and come before all
 * others: they belong to what its program does now. p must stay the same process: it is
 * up, pinned or known not to end. */
int postnote(Proc *p, int dolock, const char *msg, int flag);
/* The same if p still is process pid. */
int postnotepid(Proc *p, u32int pid, const char *msg, int flag);
/* To all of a note group, but not to up. proc(3) notepg */
void postnotepg(u32int noteid, const char *msg, int flag);
/* p's oldest note, which it will not get any more, to *n; 0 if there is none. p's notelock
 * is held. */
int popnote(Proc *p, Note *n);
/* Called by the machine on the way back to user mode with up's registers:
 * deliver notes, obey stop requests; may not return. Returns 1 if ureg changed. */
int notify(Ureg *u);

/* --- from the machine --- */

/* A system call: number in BP, arguments above SP; sets u->ax. */
void syscall(Ureg *u);
/* A kick interrupted the program at u: profile.c counts it. */
void profclock(Ureg *u);
/* A trap that is the program's fault: note text, without the pc. */
void trapnote(Ureg *u, const char *msg);
/* fault said Fioerr, and up->errstr says why. In user mode, with registers u, the process ends or
 * there is a note; in a system call, where u is nil, that ends with an error, and a note follows. */
void nopage(Ureg *u, uintptr addr);

/* --- system calls other rooms supply, and the table's form --- */

typedef uintptr Syscall(uintptr *args);

/* The first process. When it exits, so does the instance, with a host status
 * made from its exit string. */
extern Proc *initproc;
/* init sets these. The instance's host status if it could not start the first program,
 * else 0; and whether the image cache's statistics are printed at the end. */
extern int endstatus;
extern int endstats;

/* exec with kernel strings; changes up->start. Errors. */
void execprog(const char *path, char **argv);
Rgrp *newrgrp(void);

/* Write to up's file descriptor 2, prefixed with its name and pid. Never errors. */
void pprint(const char *fmt, ...);

/* --- ctl.c: /proc/n/ctl's requests; proc(3) --- */

enum
{
	Proc_none,
	Proc_stopme,
	Proc_exitme,
	Proc_traceme,
	Proc_exitbig,
};
/* Have p, stopped or not, obey req the next time that it is about to enter user mode. */
void procctl(Proc *p, int req);
/* Sleep until p, asked to stop by req (or stopping anyway: Proc_none), has stopped. Errors: Eintr,
 * Eprocdied. */
void procstopwait(Proc *p, int req);
/* Interrupt p's blocking call, or its next one if it is in none; take that back, an error if
 * notes wait that interrupt it too. p is pinned. */
void procinterrupt(Proc *p);
void procnointerrupt(Proc *p);
/* End the wait of p, which is in a sleep or a host call or about to be, as a note does:
 * error(Eintr). Does not wait: the caller has a Lock that p takes after the wait. After that p calls
 * procwaited, so that no later wait ends for this. */
void procendwait(Proc *p);
void procwaited(void);
/* Let p go on if it is stopped; error(Ebadctl) if not. */
void procstart(Proc *p);
/* The same, until p enters or leaves a system call. */
void procstartsyscall(Proc *p);

/* --- calltrace.c: run9 --trace. Before the first process --- */

/* Print every system call */
void calltraceall(void);
/* Print those of that number */
void calltracenum(u32int num);

/* --- dump.c --- */

/*
 * The state of the instance on the host's standard error: who waits for what. Takes no
 * lock and no memory and believes nothing that it reads, so any context will do, also one
 * without up, whatever the instance does or has come to.
 */
void dumpstate(void);
/* init sets it: prints the last kernel messages. The same contract. */
extern void (*dumpmesg)(void);

#endif

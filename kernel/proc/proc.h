/*
 * proc: processes and the system call table.
 *
 *   errors     waserror error nexterror poperror: every room's error handling
 *   waiting    sleep tsleep wakeup
 *   life       newproc pexit and who waits for whom
 *   notes      postnote and delivery
 *   up         the process that runs this code (host.h)
 */
#ifndef PROC_H
#define PROC_H

#include "u.h"
#include "fcall.h"
#include "ureg.h"
#include "proc/lock.h"
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
	NERR = 64, /* waserror()s a process may have open */
	NNOTE = 5, /* notes a process may have waiting */
	NWAITQ = 128, /* await records a parent may have waiting */
	NRENDHASH = 32,
};

/* Proc.state, and what /proc/n/status calls it */
enum
{
	Dead,
	New, /* being made */
	Running, /* in user or kernel mode, or ready to be */
	Wakeme, /* sleep(): waits in a Rendez */
	Rendezvous,
	Stopped, /* by /proc/n/ctl, or traced */
	Broken, /* died of a fault and kept for a debugger */
	Moribund, /* exiting */
};

/* Note.flag */
enum
{
	NUser, /* from a program */
	NExit, /* deliver to nobody: the process exits */
	NDebug, /* from a trap: a process without handler dies of it */
};

struct Note
{
	char msg[ERRMAX];
	int flag;
};

struct Waitq
{
	u32int pid;
	u32int time[3]; /* ms: user, system, real */
	char msg[ERRMAX + KNAMELEN + 16];
	Waitq *next;
};

/* Rendezvous group: rendezvous(2), RFREND. */
struct Rgrp
{
	Ref r;
	Lock lk; /* orders before Proc.rlock */
	Proc *hash[NRENDHASH];
};

struct Proc
{
	/* the machine's part comes first */
	MachProc mach;

	/*
	 * What stays as it is when the Proc becomes another's: whoever found
	 * it in the table, or was its child, may just hold one of these.
	 */
	QLock seglock; /* seg[]; up holds it to change, others to look */
	QLock namelock; /* pgrp egrp fgrp slash dot text user args */
	QLock notelock; /* notes; pid, which changes under it */
	QLock qwaitr; /* one await at a time */
	Lock exl; /* waitq, nchild, nwait; leaf */
	Lock rlock; /* r, state Wakeme; orders after Rendez.l */
	Rendez waitr; /* await */
	Rendez stopr; /* who waits for it to stop */
	Rendez sleeprend; /* for sleeps that nobody wakes */

	u32int pid; /* first of what clean (table.c) clears */
	u32int noteid; /* note group */
	u32int index; /* place in the table */
	u32int state;
	char *text; /* name of the program */
	char *user;
	char *args; /* argv, quoted, as /proc/n/args shows it */
	int setargs; /* args was written by the program */
	const char *psstate; /* the system call it is in, for ps(1); or nil */

	/* errors: touched by up only */
	Label errlab[NERR];
	int nerrlab;
	char *errstr; /* of the call under way */
	char *syserrstr; /* of the last that failed: errstr(2) */
	char errbuf0[ERRMAX];
	char errbuf1[ERRMAX];
	char genbuf[128];

	/* memory */
	Segment *seg[NSEG];

	/* name space; replaced by up only, under namelock when others may look */
	Pgrp *pgrp;
	Egrp *egrp;
	Fgrp *fgrp;
	Rgrp *rgrp;
	Chan *slash;
	Chan *dot;

	/* family: under the process table's lock */
	Proc *parent; /* weak: valid while parentpid is its pid */
	u32int parentpid;
	int nochild; /* RFNOWAIT: nobody waits for it */
	int nchild; /* living, not RFNOWAIT */
	int nwait;
	Waitq *waitq;
	Waitq *epitaph; /* room for its own wait message, if anybody gets it */

	/* sleeping */
	Rendez *r;
	u32int wake; /* futex */
	Spin spin; /* for wake */

	/* rendezvous */
	uintptr rendtag;
	uintptr rendval;
	Proc *rendhash;

	/* notes: under notelock but for notepending, a hint that is set last */
	u32int notepending;
	u32int intrpending; /* ctl's interrupt: outlives the way to user mode */
	int nnote;
	Note note[NNOTE + 1]; /* one more for a trap */
	int notified; /* in a handler */
	int exiting; /* takes no notes and requests any more */
	int nsaved; /* noted(NSAVE)s without their NRSTR */
	char lastnote[ERRMAX];
	int lastflag;
	uintptr notify; /* handler */
	uintptr ureg; /* user Ureg of the running handler */
	uvlong alarm; /* monons, or 0 */

	/* debugging: /proc/n/ctl */
	int procctl;
	int hang; /* stop at exec */
	Ureg *dbgreg; /* user registers while in the kernel */
	Proc *pdbg; /* who waits for it to stop */
	int noswap;
	int privatemem; /* nobody reads its memory; until exec */
	u32int syscall; /* number of the call under way */

	Ureg start; /* what a new process enters user mode with */
	void (*kfn)(void *); /* a kernel process's function */
	void *karg;

	/* times */
	uvlong started; /* monons */
	uvlong basens[2]; /* hosttimes when it began */
	uvlong childns[3]; /* of dead children: user, system, real */
	uvlong stepns; /* monons; step.h */
	uvlong ncalls; /* system calls made */
	uvlong nfaults; /* page faults taken */
	u32int kp; /* kernel process: never enters user mode */
	int fixedpri;
	int basepri;
};

/* --- errors --- */

#define waserror() setlabel(&up->errlab[up->nerrlab++])
#define poperror() ((void)up->nerrlab--)
_Noret void error(const char *msg);
_Noret void errorf(const char *fmt, ...);
_Noret void nexterror(void);

/* --- waiting --- */

/* Wait until f(arg) is true, woken by wakeup(r). error(Eintr) if a note is pending.
 * f is called with r->l held. No Lock held. r may end with the sleep: a note, and a wakeup
 * that found up there, are done with it by then; that no other comes is the caller's to see. */
void sleep(Rendez *r, int (*f)(void *), void *arg);
/* The same for at most ms milliseconds; returns either way. */
void tsleep(Rendez *r, int (*f)(void *), void *arg, u32int ms);
/* The Proc that slept there, or nil. Any context that may take a Lock. */
Proc *wakeup(Rendez *r);
int return0(void *unused);
/* End p's sleep, if it sleeps and a note is pending: 1 if so. Takes p's rlock. */
int unsleep(Proc *p);
/* Has a note come that is to interrupt a wait of up's? Says so once, for what
 * cleans up after the error may wait too, and sees to it that the note is
 * delivered before up's program hears of the error. */
int hasintr(void);

/* --- boot.c: the first process --- */

/* What the user asked for. Strings stay for ever. */
typedef struct Boot Boot;
struct Boot
{
	const char *root; /* host directory that is /, or nil: the host's own */
	char **bind; /* new:old[:flags] */
	int nbind;
	const char *nsfile; /* host file in namespace(6)'s form, or nil */
	const char *dir; /* where to start; nil: the host's directory */
	char **env; /* NAME=value: the host's, then -e's */
	int nenv;
	char **argv; /* the program and its arguments; ends with nil */
	int stats; /* print the image cache's statistics at the end */
};
extern Boot bootconf;
/* Start the system as bootconf says: called once, with no up; the first process
 * exists afterwards. */
void boot(void);
/* The host's user asked for attention: hostnote has something. Called by the host's
 * first process. */
void hostsignalled(void);

/* --- life --- */

/* Tables, and the first process; see boot.c */
void procinit(void);
/* A new Proc, state New, own pid, one error label free; nothing else set. Errors. */
Proc *newproc(void);
/* up exits with exit string s (nil or "" is success). */
_Noret void pexit(const char *s, int freemem);
/* The Proc with pid, or nil if it has all but gone. Its pid may change as soon
 * as this returns: recheck under a lock its exit takes. */
Proc *procpid(u32int pid);
/* The process in table place i, or nil: for listing. */
Proc *proctab(u32int i);
u32int nproctab(void);
/* A kernel process with its own host process. Errors. */
void kproc(const char *name, void (*f)(void *), void *arg);
/* One that may never be needed: it runs when, at most once, kprocgo is called, by whoever; that
 * does not wait for the host, see procsoon. Errors. */
Proc *kproclater(const char *name, void (*f)(void *), void *arg);
void kprocgo(Proc *p);
/* Memory has run out: end the process that has most of it; says why on the
 * console. Returns 0 if there is none to end. No Lock held. */
int killbig(const char *why);
/* Name, as /proc/n/status and ps show it. */
const char *statename(Proc *p);

/* Its processor time so far in ns, user and system; others' in steps of 10 ms. */
void proctimes(Proc *p, uvlong t[2]);
/* System calls and page faults since the start, of the dead too. */
void syscounts(uvlong *calls, uvlong *faults);

/* --- notes: notify(2), proc(3) --- */

/* Give p a note; 0 if it has too many. NDebug ones are for up itself, and come
 * before all others: they belong to what its program does now. p must stay
 * the process it is: up, pinned or known not to end. */
int postnote(Proc *p, int dolock, const char *msg, int flag);
/* The same for process pid, if p still is it. */
int postnotepid(Proc *p, u32int pid, const char *msg, int flag);
/* To all of a note group, but not to up. proc(3) notepg */
void postnotepg(u32int noteid, const char *msg, int flag);
/* Called by the machine on the way back to user mode with up's registers:
 * deliver notes, obey stop requests; may not return. Returns 1 if ureg changed. */
int notify(Ureg *u);

/* --- from the machine --- */

/* A system call: number in BP, arguments above SP; sets u->ax. */
void syscall(Ureg *u);
/* A trap that is the program's fault: note text, without the pc. */
void trapnote(Ureg *u, const char *msg);

/* --- system calls other rooms supply, and the table's form --- */

typedef uintptr Syscall(uintptr *args);

/* The first process. When it exits, so does the instance, with a host status
 * made from its exit string. */
extern Proc *initproc;

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
	Proc_tracesyscall,
};
/* Have p obey req when it is next about to enter user mode. Stopped or not. */
void procctl(Proc *p, int req);
/* Sleep until p, asked to stop by req (or stopping anyway: Proc_none), has stopped. Errors: Eintr,
 * Eprocdied. */
void procstopwait(Proc *p, int req);
/* Interrupt p's blocking call, or its next one if it is in none; take that back. p
 * is pinned. */
void procinterrupt(Proc *p);
void procnointerrupt(Proc *p);
/* Let p go on if it is stopped; error(Ebadctl) if not. */
void procstart(Proc *p);

#endif

/*
 * proc's own header: the functions that its files share, and the system calls in this room.
 */
#ifndef SYS_H
#define SYS_H

#include "proc/proc.h"

Syscall syssysr1, sys_errstr, sysalarm, sysexec, sysexits, syssegbrk, syssleep;
Syscall sysrfork, sysbrk_, sysnotify, sysnoted, syssegattach, syssegdetach;
Syscall syssegfree, syssegflush, sysrendezvous, sys_wait, syssemacquire;
Syscall syssemrelease, syserrstr, sysawait, systsemacquire, sys_nsec;

/* Numbers of system calls: Nread. */
enum
{
#define SYSCALL(n, name) N##name = n,
#include "syscalls.h"
#undef SYSCALL
};

/* newproc.c */
/* Free p, which has ended and which no host process runs. */
void freeproc(Proc *p);
/* A number that no process and no note group has had. */
u32int newid(void);

/* procinfo.c: add p's counts to those of ended processes */
void deadcounts(Proc *p);

/* rend.c */
void closergrp(Rgrp *r);
/* A note came: end p's rendezvous with ~0. */
void intrrend(Proc *p);

/* exit.c: drop p's groups, root and directory, those that it has */
void closegroups(Proc *p);

/* note.c */
/* A note or a request was stored for p: end p's wait. */
void intrproc(Proc *p);
void noted(Ureg *u, int how);
/* up begins a system call, and a note was put off: it ends the call's wait, or is delivered at the
 * call's end. */
void notebeforecall(void);

/* syscall.c: up's call, made at pc, may have had a bad argument, and the error was caught. If
 * so, post the note for that */
void postcallnote(uintptr pc);

/* oom.c: the functions of mm's hooks killbig and killheap */
int killlargest(const char *why);
int killheapuser(const char *why);

/* alarm.c */
/* Set up's alarm; when is monons, or 0 for no alarm. Returns the old one, whose note does not come
 * after this. Errors. */
uvlong setalarm(uvlong when);

/* fork.c: where a new process starts */
void forkret(void);

/* broken.c */
/* up, whose parent knows of its end, is kept until it is killed, or too many others broke. */
void breakdown(void);
/* If p is kept as broken, let it end. Returns 0 if it is not. */
int unbreak(Proc *p);

/* ctl.c */
/* Let p go on, which is Stopped or Broken and waits on its Event. */
void restart(Proc *p);
/* Does req, a procctl request, end the process? */
int isexit(int req);
/* Obey up's procctl on the way to user mode. */
void obey(void);
/* Stop up here, inside a system call. */
void procstophere(void);

/* bits of Proc.calltrace: calltrace.c */
enum
{
	/* stop at the next entry or exit of a call */
	Tstop = 1,
	/* print the call: run9 --trace */
	Tprint = 2,
	/* count its cycles in Tos: tos.c */
	Tcycles = 4,
};
/* calltrace of a new Proc; for newproc.c */
extern u32int newcalltrace;
/* tos.c: make the call f of up, which has Tcycles, and count its cycles. tostick adds ms to
 * Tos.clock if up has Tcycles; up was interrupted in user mode. */
uintptr timedcall(Syscall *f);
void tostick(u32int ms);
/* syscall.c: the error of a call becomes the program's, as errstr(2) has it. */
void swaperrstr(void);
/* Call num, f, of up with up->callarg, traced as up->calltrace says. */
uintptr tracedcall(u32int num, Syscall *f);

/* hanglock.c, for tests: take a lock of kind `how', and keep it */
#ifdef HANGLOCK
void hanglock(const char *how);
#else
#define hanglock(how)
#endif

/* procinfo.c: the name of a state */
const char *stateword(u32int state);

/* The low 32 bits of an argument. */
#define ARGINT(a) ((s32int)(a))
#define ARGULONG(a) ((u32int)(a))

#endif

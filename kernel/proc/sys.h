/*
 * proc's own header: what its files say to each other, and the system calls
 * that live in this room.
 */
#ifndef SYS_H
#define SYS_H

#include "proc/proc.h"

Syscall syssysr1, sys_errstr, sysalarm, sysexec, sysexits, syssegbrk, syssleep;
Syscall sysrfork, sysbrk_, sysnotify, sysnoted, syssegattach, syssegdetach;
Syscall syssegfree, syssegflush, sysrendezvous, sys_wait, syssemacquire;
Syscall syssemrelease, syserrstr, sysawait, systsemacquire, sys_nsec;

/* newproc.c */
/* p is over, and no host process runs it */
void freeproc(Proc *p);
/* A number no process and no note group has had */
u32int newid(void);

/* procinfo.c: p's counts are to be those of the dead */
void deadcounts(Proc *p);

/* rend.c */
void closergrp(Rgrp *r);
/* A note came: end p's rendezvous with ~0 */
void intrrend(Proc *p);

/* exit.c: drop p's groups, root and directory, as far as it has them */
void closegroups(Proc *p);

/* note.c */
/* A note or a request waits for p: end its waiting */
void intrproc(Proc *p);
void noted(Ureg *u, int how);

/* syscall.c: the call under way, made at pc, may have been wrong in itself, though its error
 * was caught: say so, and post the note for it */
void postcallnote(uintptr pc);

/* oom.c: mm's killbig */
int killlargest(const char *why);

/* alarm.c */
/* monons, or 0: none. Errors */
void setalarm(Proc *p, uvlong when);

/* fork.c: where a new process starts */
void forkret(void);

/* broken.c */
/* Up, whose parent knows of its end, is kept until it is killed or too many others are. */
void breakdown(void);
/* Let p end, if it is kept. 0: it is not. */
int unbreak(Proc *p);

/* ctl.c */
/* p, which waits on its Event and is Stopped or Broken, runs again. */
void restart(Proc *p);
/* Does req, a procctl, end the process? */
int isexit(int req);
/* Obey procctl on the way to user mode */
void obey(void);
/* Stop up now, inside a system call */
void procstophere(void);

/* calltrace.c: Proc.calltrace */
enum
{
	/* stop at the entry or the exit that comes next */
	Tstop = 1,
	/* run9 --trace */
	Tprint = 2,
};
/* a new Proc's calltrace; newproc.c */
extern u32int newcalltrace;
/* Call num, f, of up with up->callarg, traced as up->calltrace says. */
uintptr tracedcall(u32int num, Syscall *f);

/* hanglock.c: for tests. Take a lock of the kind how and keep it */
#ifdef HANGLOCK
void hanglock(const char *how);
#else
#define hanglock(how)
#endif

/* procinfo.c: a state's name */
const char *stateword(u32int state);

/* Arguments: the low 32 bits of a slot. */
#define ARGINT(a) ((s32int)(a))
#define ARGULONG(a) ((u32int)(a))

#endif

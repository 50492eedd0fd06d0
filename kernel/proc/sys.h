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

/* table.c */
void freeproc(Proc *p); /* p is over, and no host process runs it */
u32int newid(void); /* a number no process and no note group has had */

/* rend.c */
void closergrp(Rgrp *r);
void intrrend(Proc *p); /* a note came: end p's rendezvous with ~0 */

/* exit.c: drop p's groups, root and directory, as far as it has them */
void closegroups(Proc *p);

/* note.c */
void intrproc(Proc *p); /* a note or a request waits for p: end its waiting */
void noted(Ureg *u, int how);

/* oom.c: mm's killbig */
int killlargest(const char *why);

/* alarm.c */
void setalarm(Proc *p, uvlong when); /* monons, or 0: none. Errors */

/* fork.c: where a new process starts */
void forkret(void);

/* ctl.c: obey procctl on the way to user mode */
void obey(void);
void procstophere(void); /* stop up now, inside a system call */

/* calltrace.c: Proc.calltrace */
enum
{
	/* stop at the entry or the exit that comes next */
	Tstop = 1,
	/* run9 --trace */
	Tprint = 2,
};
extern u32int newcalltrace; /* a new Proc's; table.c */
/* Call num, f, of up with up->callarg, traced as up->calltrace says. */
uintptr tracedcall(u32int num, Syscall *f);

/* hanglock.c: for tests */
#ifdef HANGLOCK
void hanglock(void);
#else
#define hanglock()
#endif

/* table.c: a state's name */
const char *stateword(u32int state);

/* Arguments: the low 32 bits of a slot. */
#define ARGINT(a) ((s32int)(a))
#define ARGULONG(a) ((u32int)(a))

#endif

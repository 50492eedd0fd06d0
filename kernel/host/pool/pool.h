/*
 * host/pool: slots, the host processes that run Procs; the nursery, which makes them; the
 * supervisor, the process that the user started.
 */
#ifndef POOL_H
#define POOL_H

#include "u.h"
#include "host/base/base.h"

/* Slot.state; slot.c has the transitions */
enum
{
	Unused,
	Wanted,
	Waiting,
	Busy,
	Idle,
	Leaving,
};

/* slot.c */
Slot *slotof(u32int i);
/* Called by a new slot when it can run Procs. Waits for a Proc and runs it. */
_Noret void slotready(Slot *s);
/* The host refused to make a process for s. */
void slotrefused(Slot *s);
/* Returns 1 if the nursery must try to make a process for s, which the host refused before. */
int slotretry(Slot *s);
/* Does any slot wait for the host to make a process after all? */
int slotswait(void);

/* affinity.c: tell the host how to schedule s's Proc, which begins. */
void schedbegin(Slot *s);
/* Schedule s as other slots again, now that its Proc has ended. Returns 0 if the host refuses. */
int schedend(Slot *s);

/* nursery.c */
_Noret void nursery(void);
/* SIGCHLD came. */
void nurserychild(void);
/* Wake the nursery, because there is something for it to do. */
void worknursery(void);
/* Kill the host process of every slot. */
void killslots(void);
/* The signal that ended a host process, from its wait status; 0 if none did. */
#define WTERMSIG(status) ((status)&0x7f)
/* Host process pid has ended while the instance ends. If it crashed, the kernel is damaged:
 * print that, and make the exit status tell it. */
void checkend(long pid, int status);
/* Print a line: host process pid was killed by signal sig. p is the Proc that it ran, or
 * nil. */
void saykilled(long pid, const Proc *p, int sig);

/* launcher.c: host commands */
/* Note what the user's signals do, before run9 changes it. */
void launchgiven(void);
/* The nursery's part: make the launcher, or wake it, if commands were asked for. */
void launchwork(void);
/* Kill and reap the children of this process, and the processes that become its children then. */
void killchildren(void);

/* super.c */
_Noret void supervise(void);

#endif

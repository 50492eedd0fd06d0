/*
 * host/pool: slots, the host processes that run Procs; the nursery, which makes them; the
 * supervisor, which the user started.
 */
#ifndef POOL_H
#define POOL_H

#include "u.h"
#include "host/base/base.h"

/* Slot.state; slot.c says what leads from one to another */
enum
{
	Unused,
	Wanted,
	Busy,
	Idle,
	Leaving,
};

/* slot.c */
Slot *slotof(u32int i);
/* From a new slot, which can run Procs: wait for one, and run it. */
_Noret void slotready(Slot *s);
/* The host made no process for s. */
void slotrefused(Slot *s);

/* affinity.c: s's Proc begins, with what its parent had from ctl */
void schedbegin(Slot *s);
/* s is scheduled as others are again; 0 if the host does not let it. */
int schedend(Slot *s);

/* nursery.c */
_Noret void nursery(void);
/* SIGCHLD came. */
void nurserychild(void);
/* Have the nursery look around. */
void worknursery(void);
/* Kill the host process of every slot. */
void killslots(void);
/* The signal that ended a host process, by its wait status; 0: none did. */
#define WTERMSIG(status) ((status)&0x7f)
/* Host process pid has ended while the instance ends. If it could not help it, the kernel is
 * damaged: say so, and the exit status tells. */
void checkend(long pid, int status);
/* Host process pid, which runs p (nil: none), was killed by sig: one line. */
void saykilled(long pid, const Proc *p, int sig);

/* super.c */
_Noret void supervise(void);

#endif

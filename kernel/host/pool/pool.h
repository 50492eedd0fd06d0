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

/* affinity.c: s runs where it likes again */
void unwire(Slot *s);

/* nursery.c */
_Noret void nursery(void);
/* SIGCHLD came. */
void nurserychild(void);
/* Have the nursery look around. */
void worknursery(void);
/* Kill the host process of every slot. */
void killslots(void);

/* super.c */
_Noret void supervise(void);

#endif

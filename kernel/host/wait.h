/*
 * Waiting for a word of memory, under all locks and sleeps.
 *
 * A process that waits is lazy, as a processor with a lazy TLB is: it touches no user
 * memory, so mmuflush and mmufreeze do not wake it. It serves them when it is back.
 */
#ifndef WAIT_H
#define WAIT_H

#include "u.h"

/*
 * Sleep while *w == val, at most ns nanoseconds (for ever if negative). Returns -1 if the
 * time ran out, else 0. It may return 0 early for no reason, so callers look at *w again.
 * kick does not end it: postnote changes *w and wakes the sleeper. Never errors.
 */
int hostwait(u32int *w, u32int val, vlong ns);

/* The same for a caller that holds no Lock: it also waits for mmuthaw, if up is frozen. */
int hostsleep(u32int *w, u32int val, vlong ns);

/* Wake at most n sleepers on w. */
void hostwake(u32int *w, int n);

/*
 * Between these two up is lazy. Both waits above use them, and so does a caller that looks
 * at a word for long. leavelazy serves what was asked for meanwhile. patient: it also waits
 * for mmuthaw, as hostsleep does.
 */
void enterlazy(void);
void leavelazy(int patient);

/* Busy-wait politely. */
void hostrelax(void);

/* Let other processes have the processor. */
void hostyield(void);

/* How many processors run Procs at once. */
int hostncpu(void);
/* Which of them the host's processor n is; -1: none. */
int hostcpuindex(int n);

/* Where another schedule could matter: a test machine's machine.h makes these points yield. */
#ifndef PERTURB
#define PERTURB() ((void)0)
#endif

#endif

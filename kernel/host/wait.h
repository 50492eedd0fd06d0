/*
 * Waiting for a word of memory. All locks and sleeps are built on this.
 *
 * A process that waits is lazy, as a processor with a lazy TLB is: it touches no user memory,
 * so mmuflush and mmufreeze do not wake it. It serves their requests when the wait is over.
 */
#ifndef WAIT_H
#define WAIT_H

#include "u.h"

/*
 * Sleep while *w == val, at most ns nanoseconds (for ever if negative). Returns -1 if the time
 * ran out, else 0. It may return 0 early for no reason, so callers look at *w again. kick does
 * not end it: postnote changes *w and wakes the sleeper. Never errors.
 */
int hostwait(u32int *w, u32int val, vlong ns);

/* The same for a caller that holds no Lock. hostsleep also waits for mmuthaw if up is
 * frozen. */
int hostsleep(u32int *w, u32int val, vlong ns);

/* Wake at most n sleepers on w. */
void hostwake(u32int *w, int n);

/*
 * From enterlazy to leavelazy up is lazy. Both waits above use them, and so does a caller that
 * polls a word for long. leavelazy serves the requests that came meanwhile. With `patient' it
 * also waits for mmuthaw, as hostsleep does.
 */
void enterlazy(void);
void leavelazy(int patient);

/* Tell the processor that this is a busy-wait. */
void hostrelax(void);

/* Let other processes have the processor. */
void hostyield(void);

/* How many processors the instance may use. */
int hostncpu(void);
/* Which of the instance's processors the host's processor n is; -1 if none. */
int hostcpuindex(int n);

/* A place where another schedule could matter. A test machine's machine.h makes PERTURB
 * yield. */
#ifndef PERTURB
#define PERTURB() ((void)0)
#endif

#endif

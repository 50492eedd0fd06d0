/*
 * Time: clocks, and the processor time that Procs use.
 */
#ifndef TIME_H
#define TIME_H

#include "u.h"

typedef struct Proc Proc;

/* Nanoseconds since some fixed moment; never goes back. */
uvlong monons(void);

/* Nanoseconds since 1970, UTC. */
vlong todns(void);

/* Ticks of the time-stamp counter in a second. */
uvlong hostcyclefreq(void);
/* The processor's name, in buf of n bytes: buf. */
char *hostcpuname(char *buf, int n);

/*
 * Nanoseconds of processor time that p's host process has used, in user mode and in the
 * kernel and the host. They grow from one Proc to the next that the host process runs. For
 * another Proc than up they come in steps of 10 ms; 0 if the host does not say.
 */
void hosttimes(Proc *p, uvlong *user, uvlong *sys);
/* The same for up, without a host call if up's host process asked within the last 100 us: the
 * answer may be so old. */
void hosttimeslately(uvlong *user, uvlong *sys);

#endif

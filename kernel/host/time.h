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
/* The processor's name, without blanks around it. Fills buf, of n bytes, and returns it. */
char *hostcpuname(char *buf, int n);
/* Has the processor global pages (PGE)? */
int hostcpupge(void);

/*
 * Nanoseconds of processor time that p's host process has used, in user mode (*user) and in the
 * kernel and the host (*sys). They do not start again from 0 when the host process gets another
 * Proc. Unless p is up they come in steps of 10 ms, and are 0 if the host does not tell them.
 */
void hosttimes(Proc *p, uvlong *user, uvlong *sys);
/* The same for up, but up to 100 us old: no host call if up's host process asked within that
 * time. */
void hosttimeslately(uvlong *user, uvlong *sys);

#endif

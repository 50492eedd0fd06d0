/*
 * For tests that post a process thousands of notes while it runs: a poster, and a handler that
 * counts them.
 */
#ifndef KICK_H
#define KICK_H

#include "test.h"

typedef struct Shared Shared;
struct Shared
{
	volatile int ready;
	volatile int done; /* the last note came */
	volatile int got; /* notes handled */
	volatile int bad; /* a wrong one, or 0 */
	volatile int traps; /* trap notes handled */
	s32int sem;
};

/* what the process under test and its poster tell each other */
extern Shared *shared;

/* Run f in a child, and post it n notes. The child has its notes handled by a handler that checks
 * their order and spoils the floating-point registers, and f ends when shared->done is set. Fails if
 * a note is lost or comes twice. */
void run(int n, void (*f)(void *));
/* Post notes 0..n-1 to pid, as fast as it takes them. */
void postall(int pid, int n);
/* Load values into the floating-point registers, and check that they are there still. */
void loadfp(void);
void checkfp(void);

/* For spawn: arg is int p[2]. Close p[0], and write each byte that p[1] gives back to p[1]. */
void echo(void *arg);

#endif

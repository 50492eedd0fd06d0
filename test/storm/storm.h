/*
 * Storms: programs that do one kind of thing again and again, many at once, as wildly as
 * it can be done, and know what must hold all the same.
 *
 *	storms.c	the driver: runs the others, clears up, counts what is left
 *	forkstorm.c	rfork with all flags, to the limits of processes and memory
 *	notestorm.c	notes to processes and groups, in all calls that block
 *	rendstorm.c	rings of a hundred processes over rendezvous; semaphores
 *	memstorm.c	fifty processes that share memory fault, grow and fork
 *	debugstorm.c	debuggers of processes that exec, fork and die
 *	tracestorm.c	tracing on and off
 *	callstorm.c	system calls by any number with any arguments
 *	lib.c		what they share
 *
 * A storm runs for a given time, and exits with "" if all was well. What it leaves running
 * the driver kills. Its choices come from a seed and from the processes' numbers.
 */
#ifndef STORM_H
#define STORM_H

#include "procfile.h"

enum
{
	NPIDS = 128,
};

/* What all processes of a storm see, whatever rfork's flags were. */
typedef struct Shared Shared;
struct Shared
{
	volatile int over;
	volatile int live;
	volatile int failures;
	volatile int n[16]; /* the storm's own */
	volatile s32int sem[4];
	volatile int pids[NPIDS];
	char why[ERRMAX]; /* the first failure */
	volatile int final[NPIDS];
};

extern Shared *sh;
extern u32int stormseed;

/* One storm, until late(); defined by each program. */
void storm(void);

int late(void);
/* 0 to n-1. Processes that share memory share its state too. */
u32int rnd(u32int n);
/* Says so, and the storm's exit status with it. Does not return. */
_Noret void failed(char *fmt, ...);
#define must(e)                                                                \
	do {                                                                   \
		if(!(e))                                                       \
			failed("%s:%d: %s (%r)", __FILE__, __LINE__, #e);      \
	} while(0)

#define add(p, v) __atomic_add_fetch(p, v, __ATOMIC_SEQ_CST)

/* rfork(flags|RFPROC), which may find no process or memory: then -1, after a moment. */
int tryfork(int flags);
/* Exec this program: it ends at once. Returns if there is no memory for it. */
void execleaf(void);
/* Wait for a child; a note interrupts, and it waits on. -1: there is none. */
int waitone(Waitmsg *w);
/* Runs f(i) in n children made with flags, whose pids are in sh->pids. */
void crowd(int n, int flags, void (*f)(int));

#endif

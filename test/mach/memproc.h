/*
 * Kernel code as a test of memory: processes that run a C function and no
 * program. They have Segments, and touch user memory as a program does.
 *
 *   machself             a machine, of which the calling thread is a process
 *   runproc waitproc     a process that runs a function, and its end
 *   makeproc givemem startproc     the same in the steps of rfork
 *   uread uwrite         a program's loads and stores, with faults
 *   mustbefree           what every test must leave
 *
 * A function that runs so counts as user mode, except in faults and sleeps: its
 * mappings can be frozen.
 */
#ifndef MACH_MEMPROC_H
#define MACH_MEMPROC_H

#include "mach.h"
#include "mmtest.h"

/* machinit, without a name space; the calling thread becomes the first process.
 * The image cache closes its Chans at once, so that open ones can be counted. */
void machself(u32int nframes, u32int nimages);

/* Up gives up its Segments. */
void leavemem(void);
/* Every frame and Image is free when everything is dropped, and no Chan open. */
void mustbefree(void);

/* --- processes --- */

/* A process that runs f(arg). It must have left its memory at the end. */
Proc *runproc(void (*f)(void *), void *arg);
/* Wait for its end, once; p is freed. */
void waitproc(Proc *p);
/* Wait for its end with locks held; waitproc is to follow. */
void awaitend(Proc *p);
/* The same, made by runproc's caller in steps, for rfork, whose holdend(l) is to
 * follow. */
Proc *makeproc(void);
/* p, which does not run yet, gets up's Segments. */
void givemem(Proc *p, int share, Forkhold *l);
void startproc(Proc *p, void (*f)(void *), void *arg);
/* Run f(arg) with errors caught: 1 if it raised one (it is in up->errstr). */
int fails(void (*f)(void *), void *arg);

/* --- user memory --- */

enum
{
	/* up is to die for want of memory */
	Killed = -10,
};

/* Load and store a 64-bit word at a multiple of 8. Fok, or why not. */
int uread(uintptr va, uvlong *v);
int uwrite(uintptr va, uvlong v);
/* The same, and nothing may go wrong. */
uvlong mustread(uintptr va);
void mustwrite(uintptr va, uvlong v);
/* Frame that up maps at va, or NOFRAME. */
u32int mapped(uintptr va);
/* Is up to die for want of memory? */
int waskilled(void);

#endif

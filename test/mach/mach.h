/*
 * The test machine: host.h on threads. A process of the kernel is a thread of
 * this host process; its address space is a page table and a window.
 *
 *   machinit     the arena and every room, once in a test's host process
 *   machboot     the first process, with a name space, runs a program
 *   infork       runs a test in a host process of its own
 *   gate...      stop a thread at a named point, deterministically
 *
 * What programs do is in user.h; files are in ram.h.
 */
#ifndef MACH_H
#define MACH_H

#include "u.h"
#include "lib/atomic.h"
#include "proc/proc.h"
#include "mm/mm.h"
#include "ns/ns.h"
#include "host/host.h"

/* A condition of a test. Ends the host process, whichever thread says it. */
#define must(x)                                                                \
	do {                                                                   \
		if(!(x))                                                       \
			panic("%s:%d: must hold: %s", __FILE__, __LINE__, #x); \
	} while(0)

/* The arena and the rooms. */
void machinit(u32int nframes, u32int nimages);

/* Start the first process: f() runs in it as kernel code, with the name space
 * of boot.c, and does not return. Waits for its end, and returns the host
 * status it gave; other processes may still run. */
int machboot(void (*f)(void));

/* Run f in a forked host process; 1 if it ends well. It is killed when it
 * does not end at all. */
int infork(void (*f)(void));

/* A cmocka test name_ that is name in a fork. */
#define IN_FORK(name)                                                          \
	static void name##_(void **state)                                      \
	{                                                                      \
		(void)state;                                                   \
		assert_true(infork(name));                                     \
	}

/* After machboot. Wait for the processes to end, some seconds, then check what
 * every test must leave: each frame and Image is free when the cache is
 * dropped, and no process but the first is left. */
void machclean(void);

/* The helpers of hosthelper are in this folder, beside the test; "" at first. */
extern const char *machhelpers;

/* Host processes that may run at once, besides the idle: procrun fails beyond. */
extern int maxslots;

/* --- schedules --- */

/* Yield or sleep at random at one in n PERTURB points; 0: never. */
extern int perturbone;
/* The choices' seed; set before threads run. */
extern u32int perturbseed;

/* The nth time (1 is the next) that p passes PERTURB in function func, it
 * stops. p nil: whichever process. */
void gate(int g, Proc *p, const char *func, int nth);
void gatewait(int g); /* until p has stopped there */
void gateopen(int g); /* let it go on, or never stop */
int gatestopped(int g);

/* Called at each PERTURB, if set before threads run. */
extern void (*atpoint)(const char *func);

/* How often framecollapse was called; whether it says no; whether it takes long. */
extern u32int wholes, refusewhole, slowwhole;

/* Word of text whose system call sites are rewritten. */
#define FIXED (1ULL << 63)

/* Blocks of the heap in use; the nth malloc from now fails (0: none); mallocs. */
long heapblocks(void);
extern long allocfail, alloccount;

/* ns that todns is ahead of the host's clock. */
extern vlong clockskew;
/* File times are as on a host that gives changes within a tick the same. */
extern int coarsetimes;

/* Print what the kernel says (kprint); tests that provoke it set 0. */
extern int machverbose;
/* The last line of kprint. */
extern char machsaid[512];

#endif

/*
 * Kernel code as a test: functions that run in processes without a program.
 *
 *   inkern     runs a function in the first process of a new machine
 *   newgroups  gives up groups and a root of its own
 *   spawn      makes more processes that run kernel code
 *   argstr     puts an argument of a system call where the kernel finds it
 *
 * A process that runs kernel code never goes to user mode. So a note to it ends
 * its waiting, and stays in its queue.
 */
#ifndef MACH_KERN_H
#define MACH_KERN_H

#include "mach.h"

/* Boot a machine in this host process and run f in its first process. Then all
 * other processes must end, and nothing may be left: machclean. */
void inkern(void (*f)(void));

enum
{
	/* error labels that a function begins with, and must end with: an error that
	 * it does not catch is a failure */
	Kernlabels = 1,
};

/* --- groups --- */

/* Close what up has of groups, root and directory. */
void nogroups(void);
/* Up, which has none, gets empty ones, and root as its root and directory; the
 * reference is taken over. */
void newgroups(Chan *root);

/* Make n Chans, or processes of spawn, and free them. The kernel keeps their
 * memory: a test that counts blocks of the heap makes as many before as it
 * uses. */
void warmchans(int n);
void warmprocs(int n);
/* Chans in use: kernel/ns/chan.c. */
long nchan(void);

/* --- processes --- */

typedef struct Worker Worker;

/* A process that shares up's groups, root and directory, and runs f(arg). It is
 * no child of up's. */
Worker *spawn(void (*f)(void *), void *arg);
/* The same, but it executes the program path, which does not return: user.h. */
Worker *spawnprog(const char *path);
/* Wait until it has ended, and is no process any more. */
void join(Worker *w);
/* Its Proc, as long as it runs. */
Proc *workerproc(Worker *w);
/* Post a note to it. 0 if it has gone, or has too many. */
int notework(Worker *w, const char *msg);

/* Up's notes are taken out of its queue. How many; the last one's text in
 * lastnote. */
int takenotes(void);
extern _Thread_local char lastnote[ERRMAX];

/* --- arguments: a Segment of each process --- */

enum
{
	Argbase = 0x400000,
	Argsize = 256 * KiB,
};

/* Room for n bytes that lasts until argreset; its user address. */
uintptr argroom(usize n);
/* A copy of n bytes there; of a string. nil is 0. */
uintptr argcopy(const void *p, usize n);
uintptr argstr(const char *s);
/* Forget all arguments: at most Argsize are kept. */
void argreset(void);

#endif

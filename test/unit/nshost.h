/*
 * The rest of the kernel, for tests of kernel/ns.
 *
 *   a heap and devices that fail when told to
 *   Procs that are threads
 *   R, a file system in memory: each attach spec is a tree of its own
 */
#ifndef NSHOST_H
#define NSHOST_H

#include "ns/nsdat.h"
#include "proc/proc.h"

/* Make up: a Proc with name space, fds, and R's tree "root" as / and dot. */
Proc *mkproc(void);
/* One that shares all groups with p. */
Proc *shareproc(Proc *p);
/* Undo either; p is up. */
void endproc(void);

/* The n'th allocation from now on fails, 1 the next; 0: none. */
extern long allocfail;
/* The n'th call of a device. Its error is "injected". */
extern long devfail;
/* Allocations and device calls that counted towards it since it was set. */
extern long alloccount;
extern long devcount;
/* Bytes and blocks of the heap in use. */
long heapblocks(void);

/* Files of R that Chans refer to. */
long ramrefs(void);
/* Chans in use: kernel/ns/chan.c. */
long nchan(void);
/* Forget all of R's files. Nothing refers to them. */
void ramclear(void);
/* Walks to names "hang", and closes of open files "hangclose", wait while this is
 * set. */
extern int ramhang;
/* How many wait there. */
extern int ramhanging;
/* Called in R's create before the file is looked for; for races. */
extern void (*ramrace)(const char *name);
/* Walks that R was asked for, and names in them. */
extern long ramwalks;
extern long ramnames;

/* Calls of kproc; and whether they make a thread, or error. */
extern int kprocs;
extern int kprocrun; /* atomic */

#endif

/*
 * The rest of the kernel, for tests of kernel/dev: the real name space and the
 * real host files, Procs that are threads, and libc's heap.
 *
 * The x functions are the system calls, without a program: they return -1 or
 * nil for an error, whose text is in up->errstr.
 */
#ifndef DEVHOST_H
#define DEVHOST_H

#include "u.h"
#include "dev/dev.h"
#include "host/host.h"
#include "host/hostfile.h"
#include "lib/lib.h"
#include "ns/ns.h"
#include "proc/proc.h"

/* Devices, and up: a Proc with groups of its own, #/ as root. For cmocka's group setup
 * and teardown; the latter fails if anything is left behind. */
int devsetup(void **state);
int devteardown(void **state);

/* A temporary host directory for each test, removed after it: setup, teardown; its
 * path. */
int tmpsetup(void **state);
int tmpteardown(void **state);
extern char tmpdir[];

/* A Proc that shares up's groups runs f(arg) on a thread of its own. */
Proc *spawn(void (*f)(void *), void *arg);
void join(Proc *p);

/* How many notes were posted to up's thread, and the last one's text. */
extern _Thread_local int notes;
/* ns that todns is ahead of the host's clock; tests set it back to 0. */
extern vlong clockskew;
/* File times are as on a host that gives changes within a tick the same. */
extern int coarsetimes;
extern _Thread_local char lastnote[ERRMAX];

/* Heap blocks in use, Chans open. */
long heapblocks(void);

/* The next but n'th allocation fails, 1 the next; 0: none. */
extern long allocfail;

Chan *xopen(const char *name, int mode);
Chan *xcreate(const char *name, int mode, u32int perm);
long xread(Chan *c, void *buf, long n, vlong off);
long xwrite(Chan *c, const void *buf, long n, vlong off);
int xremove(const char *name);
/* Strings of d last until the next xstat of this thread. */
int xstat(const char *name, Dir *d);
int xfstat(Chan *c, Dir *d);
int xwstat(const char *name, const Dir *d);
int xfwstat(Chan *c, const Dir *d);
void nulldir(Dir *d);
/* The entries of a directory read bufsize bytes at a time, names separated by blanks; -1
 * or how many. */
int xlist(const char *name, char *out, usize nout, long bufsize);
/* A whole file, as a string. -1, or its length. */
long xslurp(const char *name, char *buf, usize n);

#endif

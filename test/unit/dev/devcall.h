/*
 * What tests of devices say: system calls by Chans instead of descriptors, in a
 * process that runs kernel code (mach/kern.h).
 *
 * The x functions return -1 or nil for an error, whose text is in up->errstr.
 */
#ifndef DEVCALL_H
#define DEVCALL_H

#include "kerntest.h"
#include "dev/dev.h"
#include "ns/ns.h"
#include "proc/proc.h"

/* Up becomes user eve of groups of its own, with #/ as root; what is kept for good
 * is there, so that blocks of the heap can be counted. */
void devgroups(void);
/* ... which are counted from now on; are there as many as then? */
void countblocks(void);
int sameblocks(void);
/* The same after a while, a minute at most: kernel processes may be at work. */
int sameblockssoon(void);

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
/* The entries of a directory read bufsize bytes at a time, names separated by
 * blanks; -1 or how many. */
int xlist(const char *name, char *out, usize nout, long bufsize);
/* A whole file, as a string. -1, or its length. */
long xslurp(const char *name, char *buf, usize n);

#endif

/*
 * What surrounds #p in its tests: Procs with memory, files and strings, and
 * what was asked of them.
 */
#ifndef PROCDEVHOST_H
#define PROCDEVHOST_H

#include "u.h"
#include "dev/dev.h"
#include "mm/mmdat.h"
#include "ns/ns.h"
#include "proc/proc.h"

enum
{
	DATABASE = 0x400000,
	Fixed = 0xE8, /* what a rewritten byte of text looks like */
	Unfixed = 0x48, /* and what it was */
};

/* Up, and the table. */
void hoststart(void);
/* A process in the table: text of a page at UTZERO, data of two at DATABASE, an
 * fd 1, arguments. */
Proc *mkproc(const char *text, const char *user);
/* It exits. */
void endproc(Proc *p);
/* All of them do; panics if a Chan, Segment, Page or block of memory is left. */
void hostend(void);

/* A Chan on what a walk from #p's root leads to. error() as the device. */
Chan *walkto(const char *name);
/* And open; closing it. */
Chan *openat(const char *name, int mode);
/* All of a file in one read. Returns its error text, or nil. */
const char *readall(const char *name, char *buf, int n);
/* One write to a file. The same. */
const char *writeat(const char *name, const void *s, long n, vlong off);

/* The last procctl and what procstopwait was told; postnote's text. lastpid is who
 * any of them was for. */
extern int lastreq;
extern u32int lastpid;
extern int lastwait;
extern int started;
extern char lastnote[ERRMAX];
extern u32int lastgroup;

/* Called when up would sleep; nil is a failure. */
extern void (*whilewaiting)(void);
/*
 * What happens at the n'th place, from now on, where another process could run
 * (the first is 1), or at the next one at which none of victim's locks is held.
 * 0 when it has happened.
 */
extern int perturbat;
extern void (*perturbed)(void);
extern Proc *victim;

#endif

/*
 * System calls in words: callfmt.c.
 */
#ifndef CALLFMT_H
#define CALLFMT_H

#include "u.h"

typedef struct Calldesc Calldesc;
struct Calldesc
{
	/* as include/syscalls.h has it */
	const char *name;
	/* as ps(1) and /proc/n/syscall have it */
	const char *ps;
	/* a letter for each argument: callfmt.c */
	const char *args;
	/* the result is an address */
	int addr;
};
/* By number; a number without a call has no name. */
extern const Calldesc calldesc[];
extern const u32int ncalldesc;

enum
{
	MaxArgs = 6,

	/* the form that proc(3)'s readers know, else C's */
	Cproc = 1,
	/* it is a call of up's, and up's memory may be read */
	Cmem = 2,
	/* the call is over: show what it stored */
	Cdone = 4,
};

/* Arguments [from, to) of call num, which has a name, to [s, e); the end. ret counts with Cdone
 * only. Without Cmem any context; with it user memory may be read, which may fault: no Lock
 * held. Errors never. */
char *callargs(char *s, char *e, u32int num, const uintptr *args, u32int from,
    u32int to, vlong ret, int how);
/* The first argument of num that the call stores to; else how many it has. */
u32int callfirstout(u32int num);
/* The call of that name, of n bytes; or -1. */
int callnumber(const char *name, usize n);

#endif

/*
 * System calls in words: callfmt.c.
 */
#ifndef CALLFMT_H
#define CALLFMT_H

#include "u.h"

typedef struct Calldesc Calldesc;
struct Calldesc
{
	/* its name in include/syscalls.h */
	const char *name;
	/* its name for ps(1) and /proc/n/syscall */
	const char *ps;
	/* a letter for each argument: callfmt.c */
	const char *args;
	/* the result is an address */
	int addr;
};
/* Indexed by call number. A number without a call has no name. */
extern const Calldesc calldesc[];
extern const u32int ncalldesc;
/* What call num is. A number without a call has no name, and no arguments. */
const Calldesc *calldescof(u32int num);

enum
{
	MaxArgs = 6,

	/* write as the readers of /proc/n/syscall expect it, not as C */
	Cproc = 1,
	/* the call is up's, and up's memory may be read */
	Cmem = 2,
	/* the call has returned: show what it stored */
	Cdone = 4,
};

/*
 * Write arguments [from, to) of call num to [s, e). Returns the end. ret counts with Cdone only. Without
 * Cmem any context will do. With Cmem user memory is read,
 * which may fault: no Lock held. Never errors.
 */
char *callargs(char *s, char *e, u32int num, const uintptr *args, u32int from,
    u32int to, vlong ret, int how);
/* The index of the first argument of num through which the call stores; if there is none, the
 * number of arguments. */
u32int callfirstout(u32int num);
/* The number of the call with that name, of n bytes; or -1. */
int callnumber(const char *name, usize n);
/* Write the names of all calls to [s, e), each after a space. Returns the end. Never errors. */
char *callnames(char *s, char *e);

#endif

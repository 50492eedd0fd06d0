/*
 * Fuzzing from inside an instance: a Plan 9 program makes children that do
 * something wild, one after the other on several workers at once, and sees to
 * it that each of them ends and that nothing stays behind. That the kernel
 * survives is seen by the program's own end.
 *
 * What case number n of a target does follows from the seed and n alone (but
 * for what other cases do at the same time), so one case can be done again:
 *
 *	syscalls -s seed -t seconds -w workers
 *	syscalls -s seed -c case
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "lib.h"

/* host/addrs.h: where the kernel is. What a program stores there is its own
 * fault; what it gives to system calls may lie there. */
#define KLOW 0x600000000000ULL
#define KHIGH 0x700000000000ULL
#define GATEVA 0x10000ULL

enum
{
	GATESIZE = 32,
	NCALL = 54, /* system call numbers there are */
	NWORKER = 8,
};

typedef struct Rng Rng;
struct Rng
{
	u64int s;
};

/* Shared by all processes of a run. */
typedef struct Share Share;
struct Share
{
	volatile int stop;
	volatile int fails;
	volatile int forks[NWORKER]; /* that the worker's case has made */
	volatile int forbidden[NWORKER]; /* what it does must not succeed */
	volatile int spare[16]; /* the target's */
	volatile u64int cases;
	volatile u64int at[NWORKER]; /* the case in hand */
};

extern Share *share;
extern int worker; /* our number, in a worker and its children */

/* What a target defines. */
extern char *targetname;
void targetinit(void); /* once */
void targetcase(Rng *r); /* in a child; may end it in any way */

u64int rnd(Rng *r);
/* 0 .. n-1 */
uint below(Rng *r, uint n);
/* 1 in n */
int onein(Rng *r, uint n);
/* Numbers at which something begins or ends, and random ones. */
u64int word(Rng *r);
/* v, or something harmless if v is in the kernel's range or near it. */
u64int outside(u64int v);
void randbytes(Rng *r, void *p, usize n);
/* Something is wrong with the case in hand: said at once, and the run fails. */
void bad(char *fmt, ...);

#endif

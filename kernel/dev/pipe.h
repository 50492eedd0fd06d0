/*
 * A queue of blocks between processes: one direction of a pipe. Only pipe.c and
 * pipeq.c include this.
 *
 *   newpipeq     an open, empty queue
 *   pipeqread    takes bytes of one write
 *   pipeqwrite   adds a write, all of it or an error
 *   pipeqnow     the same if it need not wait
 *   pipeqhangup  no more will be written: readers get the rest, then 0 three times,
 *                then error(Ehungup)
 *   pipeqlimit   sets the capacity
 *   pipeqclose   there is no reader any more: blocks are dropped, writers get
 *                error(Ehungup)
 */
#ifndef PIPE_H
#define PIPE_H

#include "u.h"
#include "sync/lock.h"

enum
{
	PIPEATOMIC = 32 * KiB, /* writes up to this are one block */
	/* writers wait while there is this much: at first */
	PIPELIMIT = 256 * KiB,
	PIPEMAX = 256 * KiB, /* the most that can be asked for */
};

typedef struct Block Block;
typedef struct Pipeq Pipeq;
typedef struct Waiter Waiter;

/* A process that waits. Type-stable within its queue, so a late wakeup still finds a
 * Rendez: at worst it wakes another waiter for nothing. */
struct Waiter
{
	Rendez r;
	/* taken off its list: look again */
	u32int ready;
	Waiter *next;
};

typedef struct Waitlist Waitlist;
struct Waitlist
{
	Waiter *first;
	Waiter *last;
};

struct Pipeq
{
	/* guards all of it. Rank Rpipeq: after Pipe.lk; a leaf */
	Lock lk;
	Block *first;
	Block *last;
	/* bytes */
	usize len;
	/* writers wait while len is no less */
	usize limit;
	int hungup;
	/* reads that got 0 because of that */
	u32int eofs;
	int closed;
	/* a write of several blocks is under way; others wait */
	int owned;
	Waitlist readers;
	Waitlist writers;
	/* the writer of the several blocks, if it waits */
	Waitlist owner;
	Waiter *free;
};

/* Errors */
Pipeq *newpipeq(void);
/* It has no user any more. */
void freepipeq(Pipeq *q);
/* Both may sleep: error(Eintr). Buffers may be a program's. */
long pipeqread(Pipeq *q, void *buf, long n);
long pipeqwrite(Pipeq *q, const void *buf, long n);
/* Of at most PIPEATOMIC bytes; 0: it would have to wait */
long pipeqnow(Pipeq *q, const void *buf, long n);
void pipeqhangup(Pipeq *q);
void pipeqclose(Pipeq *q);
void pipeqreopen(Pipeq *q);
usize pipeqlen(Pipeq *q);
/* At least 1 */
void pipeqlimit(Pipeq *q, usize limit);

#endif

/*
 * A queue of blocks between processes: one direction of a pipe. Only pipe.c and pipeq.c include
 * this.
 *
 *   newpipeq     an open, empty queue
 *   pipeqread    takes bytes of one write
 *   pipeqwrite   adds a write, all of it or an error
 *   pipeqnow     the same if it need not wait
 *   pipeqhangup  no more will be written: readers get the rest, then 0 three times,
 *                then error(Ehungup)
 *   pipeqlimit   sets the capacity
 *   pipeqclose   no reader is left: blocks are dropped, writers get error(Ehungup)
 */
#ifndef PIPE_H
#define PIPE_H

#include "u.h"
#include "sync/lock.h"

enum
{
	/* a write of up to this many bytes is one block */
	PIPEATOMIC = 32 * KiB,
	/* writers wait while there is this much: at first */
	PIPELIMIT = 256 * KiB,
	/* the largest capacity */
	PIPEMAX = 256 * KiB,
};

typedef struct Block Block;
typedef struct Pipeq Pipeq;
typedef struct Waiter Waiter;

/* A process that waits. Type-stable within its queue, so a late wakeup still finds a Rendez; at
 * worst it wakes another waiter for nothing. */
struct Waiter
{
	Rendez r;
	/* it was taken off its list, and must look at the queue again */
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
	/* guards the queue. Rank Rpipeq: after Pipe.lk; a leaf */
	Lock lk;
	Block *first;
	Block *last;
	/* bytes in the queue */
	usize len;
	/* writers wait while len is at least this */
	usize limit;
	int hungup;
	/* how many reads got 0 after the hangup */
	u32int eofs;
	int closed;
	/* a write of several blocks is under way; other writers wait */
	int owned;
	Waitlist readers;
	Waitlist writers;
	/* the writer of these blocks, if it waits */
	Waitlist owner;
	Waiter *free;
};

/* Errors */
Pipeq *newpipeq(void);
/* q has no user any more. */
void freepipeq(Pipeq *q);
/* Both may sleep: error(Eintr). buf may be a program's. */
long pipeqread(Pipeq *q, void *buf, long n);
long pipeqwrite(Pipeq *q, const void *buf, long n);
/* Of at most PIPEATOMIC bytes; 0: it would have to wait */
long pipeqnow(Pipeq *q, const void *buf, long n);
void pipeqhangup(Pipeq *q);
void pipeqclose(Pipeq *q);
void pipeqreopen(Pipeq *q);
usize pipeqlen(Pipeq *q);
/* limit is at least 1. */
void pipeqlimit(Pipeq *q, usize limit);

#endif

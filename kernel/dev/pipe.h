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
	PIPEATOMIC = 64 * KiB,
	/* a pipe's capacity at first: writers wait while so much is in the queue */
	PIPELIMIT = 256 * KiB,
	/* the largest capacity that pipeqlimit sets */
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
	/* hung up or closed: writers get an error, and readers 0 when it is empty */
	int closed;
	/* how many reads got 0 after that */
	u32int eofs;
	/* a write of several blocks is under way; other writers wait */
	int owned;
	Waitlist readers;
	Waitlist writers;
	/* the writer of these blocks, if it waits */
	Waitlist owner;
	Waiter *free;
};

/* Errors. */
Pipeq *newpipeq(void);
/* Free q, which no process uses. */
void freepipeq(Pipeq *q);
/* Both return how many bytes, may sleep, and raise error(Eintr) and error(Ehungup). buf may be user
 * memory that was validated. */
long pipeqread(Pipeq *q, void *buf, long n);
long pipeqwrite(Pipeq *q, const void *buf, long n);
/* Write n bytes, at most PIPEATOMIC, if that needs no waiting. Returns 0 if it does, and nothing is
 * written. */
long pipeqnow(Pipeq *q, const void *buf, long n);
void pipeqhangup(Pipeq *q);
void pipeqclose(Pipeq *q);
/* Undo pipeqhangup and pipeqclose: q is open again, and has its first capacity. What was written
 * before a hangup is still there. */
void pipeqreopen(Pipeq *q);
/* How many bytes q has. A hint. */
usize pipeqlen(Pipeq *q);
/* With limit 0 each write waits until q is closed. */
void pipeqlimit(Pipeq *q, usize limit);

#endif

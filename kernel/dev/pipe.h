/*
 * A queue of blocks between processes: one direction of a pipe. No one but
 * pipe.c and pipeq.c includes this.
 *
 *   newpipeq     an open, empty queue
 *   pipeqread    takes bytes of one write
 *   pipeqwrite   adds a write, all of it or an error
 *   pipeqhangup  no more will be written: readers get the rest, then 0
 *   pipeqlimit   how much of it writers may leave for readers
 *   pipeqclose   nobody will read: what is there is dropped, writers get
 *                error(Ehungup)
 */
#ifndef PIPE_H
#define PIPE_H

#include "u.h"
#include "sync/lock.h"

enum
{
	PIPEATOMIC = 32 * KiB, /* writes up to this are one block */
	PIPELIMIT =
	    256 * KiB, /* writers wait while there is this much: at first */
	PIPEMAX = 64 * MiB, /* the most that can be asked for */
};

typedef struct Block Block;
typedef struct Pipeq Pipeq;
typedef struct Waiter Waiter;

/* A process that waits. Type-stable within its queue, so that a late wakeup
 * hits a Rendez still: it wakes somebody for nothing, at worst. */
struct Waiter
{
	Rendez r;
	u32int ready; /* taken off its list: look again */
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
	Lock lk; /* all of it; a leaf */
	Block *first;
	Block *last;
	usize len; /* bytes */
	usize limit; /* writers wait while len is no less */
	int hungup;
	int closed;
	int owned; /* a write of several blocks is under way; others wait */
	Waitlist readers;
	Waitlist writers;
	Waitlist owner; /* the writer of the several blocks, if it waits */
	Waiter *free;
};

Pipeq *newpipeq(void); /* errors */
void freepipeq(Pipeq *q); /* nobody uses it */
/* Both may sleep: error(Eintr). Buffers may be a program's. */
long pipeqread(Pipeq *q, void *buf, long n);
long pipeqwrite(Pipeq *q, const void *buf, long n);
void pipeqhangup(Pipeq *q);
void pipeqclose(Pipeq *q);
void pipeqreopen(Pipeq *q);
usize pipeqlen(Pipeq *q);
void pipeqlimit(Pipeq *q, usize limit); /* at least 1 */

#endif

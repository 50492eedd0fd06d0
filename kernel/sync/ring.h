/*
 * ring.c: the last bytes of a text that grows, and one reader who gets them as they come.
 */
#ifndef RING_H
#define RING_H

#include "sync/sync.h"

typedef struct Ring Ring;
struct Ring
{
	/* guards what follows */
	Lock lk;
	/* how many bytes were ever added */
	uvlong n;
	/* the number of the first byte that the reader has not got */
	uvlong next;
	/* the last bytes: number i is at i % size */
	char *buf;
	u32int size;

	/* held by a reader while it waits */
	QLock reading;
	Rendez more;
};

/* Initial value of a Ring in the array mem, with the ranks of its two locks. */
#define RING(mem, lkrank, readrank)                                            \
	{                                                                      \
		.lk = LOCKRANK(lkrank), .buf = (mem), .size = sizeof(mem),     \
		.reading = QLOCKRANK(readrank)                                 \
	}

/* Add n bytes at s. May be called wherever a Lock may be taken. */
void ringadd(Ring *r, const char *s, usize n);
/* The reader begins with what is added from now on. */
void ringskip(Ring *r);
/* Copy at most n bytes, from byte number *from on, to kernel memory. *from moves behind them.
 * Bytes that were overwritten are left out. Returns how many. */
long ringcopy(Ring *r, uvlong *from, char *buf, long n);
/* Copy bytes that the reader has not got to buf, which may be user memory: at most n, and at most
 * 1 KiB. Waits until there are some. Errors. */
long ringread(Ring *r, char *buf, long n);

#endif

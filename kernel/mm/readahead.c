/*
 * Read-ahead: how many pages of a file to read for a fault on one of them.
 *
 *   readahead   decides
 *   noteread    notes where a read ended
 *
 * A fault costs as much as reading some 20 pages. So a cold read takes the whole of a small
 * file, up to 1 MiB. Of a large file, most of which is probably never run, it takes 128 KiB. A
 * device with an I/O unit (a 9P server) is asked for one unit. Each read that begins where the
 * last one ended is twice as large as the last. A Segment's Readahead has that state; faults
 * share it without a lock, because it is a hint.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* pages in a cold read of a small file */
	Coldread = MAXREAD,
	/* pages in a cold read of a large file */
	Coldlarge = 32,
	/* a file with more pages than this is large */
	Smallfile = 1024,
};

/* The size of a read that does not continue another. */
static u32int
coldread(Segment *s)
{
	u32int n;

	n = s->flen <= Smallfile * BY2PG ? Coldread : Coldlarge;
	if(s->image->c->iounit != 0)
		n = s->image->c->iounit / BY2PG;
	if(n < 1)
		n = 1;
	return n < MAXREAD ? n : MAXREAD;
}

u32int
readahead(Segment *s, uvlong idx)
{
	u32int n, cold;
	uvlong next;

	if(isoff(Swreadahead))
		return 1;
	cold = coldread(s);
	n = loadacquire(&s->read.n);
	next = loadacquire(&s->read.next);
	if(idx >= next && idx - next <= n)
		n = 2 * n < MAXREAD ? 2 * n : MAXREAD;
	else
		n = cold;
	if(n < cold)
		n = cold;
	storerelease(&s->read.n, n);
	return n;
}

void
noteread(Segment *s, uvlong idx)
{
	storerelease(&s->read.next, idx);
}

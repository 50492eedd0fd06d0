/*
 * Read-ahead: how many pages of a file to read for a fault on one of them.
 *
 *   readahead   says so
 *   readended   notes where a read ended
 *
 * A fault costs as much as reading some 20 pages. So a cold read takes a whole
 * small file, up to 1 MiB, but only 128 KiB of a large one, most of which is
 * probably not run; a device with an I/O unit (a 9P server) is asked for one
 * unit. While reads go on where the last one ended, each is twice as large as
 * the last. What a Segment has for that is a Readahead; faults share it without
 * a lock, because it is a hint.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* pages that a cold read takes of a small file, */
	Coldread = MAXREAD,
	/* and of a large one: */
	Coldlarge = 32,
	/* one with more pages than this */
	Smallfile = 1024,
};

/* The size of a read that does not go on where another ended. */
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
readended(Segment *s, uvlong idx)
{
	storerelease(&s->read.next, idx);
}

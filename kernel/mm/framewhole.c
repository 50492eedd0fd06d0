/*
 * Whole chunks: when the host makes 2 MiB of memory at once.
 *
 * The host makes memory by its own small pages as they are touched, or all of a chunk at once
 * for a fifth of what the small pages cost. The kernel asks for the whole chunk when as many of
 * its frames have been used as cost the same (Credit). So it never spends more than twice the
 * time of the better choice, and at least a fifth of a whole chunk is used.
 */
#include "u.h"
#include "mm/framedat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* how many fresh frames are taken from a chunk before it is made whole */
	Credit = 96,
	/* the same for a Small chunk, which other small windows will fill */
	Smallcredit = 40,
	/* ns: a call that takes longer means that the host had to look for 2 MiB in a row */
	Slow = 8000000,
	/* after this many refusals or slow calls the host is not asked any more */
	Refusals = 4,
};

int
wantwhole(Chunk *k, Framerun *r, int guess)
{
	u32int i;

	for(i = 0; i < nelem(r->old); i++)
		if(r->old[i] != 0)
			return 0;
	r->fresh = k->made != Whole;
	if(!r->fresh)
		return 0;
	k->credit += guess ? (r->n + 3) / 4 : r->n;
	if(isoff(Swhugepage) ||
	    k->credit < (k->use == Small ? Smallcredit : Credit) ||
	    k->made != Piecewise || k->size < Chunkframes ||
	    frames.refused >= Refusals)
		return 0;
	k->made = Asked;
	return 1;
}

void
makewhole(Chunk *k, Framerun *r)
{
	uvlong start;
	int whole;

	start = monons();
	whole = framecollapse(ROUNDDN(r->first, Chunkframes), r->first);
	lock(&frames.lk);
	if(!whole || monons() - start > Slow)
		frames.refused++;
	/* framepunch may have taken memory of the chunk meanwhile: then it is not whole */
	if(k->made == Asked)
		k->made = whole ? Whole : Piecewise;
	k->credit = 0;
	unlock(&frames.lk);
	r->fresh = !whole;
}

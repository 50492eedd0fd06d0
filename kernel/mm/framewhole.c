/*
 * Whole chunks: when the host makes 2 MiB of memory at once.
 *
 * The host makes memory by its own small pages as they are touched, or all of a chunk at once,
 * for a fifth of what the pages cost. The second is asked for when as many frames of the chunk
 * have been used as would have paid for it (Credit). So at most twice the needed time is spent,
 * and a fifth of the chunk is used.
 */
#include "u.h"
#include "mm/framedat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* fresh frames that are taken of a chunk before it is made whole */
	Credit = 96,
	/* the same of a Small chunk, which other small windows will fill */
	Smallcredit = 40,
	/* ns: a call that takes longer had to look for 2 MiB in a row */
	Slow = 8000000,
	/* after so many refusals or slow calls the host is not asked any more */
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
	/* if it was punched meanwhile, it is not whole any more */
	if(k->made == Asked)
		k->made = whole ? Whole : Piecewise;
	k->credit = 0;
	unlock(&frames.lk);
	r->fresh = !whole;
}

/*
 * Reclaim: taking pages and Images back from the cache.
 *
 *   reclaimframes   for a process that waits for a frame
 *   reclaimimage    for a process that waits for an Image
 *   imagereclaim imagedrop   for tests
 *
 * Idle Images go first, the least used one of them first. Images of running programs go only
 * when no idle one is left (race 7). One process reclaims at a time. A process that waited for
 * its turn first looks whether reclaiming is still necessary (race 11).
 *
 * The Image's lock is held for a bounded number of pages at a time, and pages are freed while it
 * is not held. So attaches and faults of the same Image get their turn in between (race 10). No
 * other lock is held meanwhile. The Image stays, because reclaim is a user of it.
 *
 * sweepimages and drainimage are modelled in model/page.pml.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

static struct
{
	QLock lk;
	/* the number of the last sweepimages; under lk */
	u32int pass;
} reclaim = {.lk = QLOCKRANK(Rreclaim)};

/* Free reclaimable pages of i, until `want' are freed or i was searched once. Drops the
 * caller's use of i. Returns how many pages it freed. */
static u32int
drainimage(Image *i, u32int want)
{
	Putlist put = {0};
	Page *p, *list;
	u32int bucket, n, got, last;

	bucket = 0;
	got = 0;
	do {
		lock(&i->lk);
		list = pageharvest(i, &bucket, &n);
		last = bucket >= i->npghash;
		unlock(&i->lk);
		PERTURB();
		got += n;
		countn(&imagestat.pages, -(vlong)n);
		while((p = list) != nil) {
			list = p->next;
			p->next = nil;
			putlater(&put, p);
		}
	} while(!last && got < want);
	putnow(&put);
	lock(&i->lk);
	putimage(i);
	return got;
}

/* The least used Image that this pass has not drained, idle if `idle' is set; nil if there is
 * none. */
static Image *
choose(int idle)
{
	Image *i, *best;
	uvlong used, bestused;
	u32int k;

	best = nil;
	bestused = 0;
	for(k = 0; (i = imageat(k)) != nil; k++) {
		if(i->pass == reclaim.pass)
			continue;
		if(imagepages(i) == 0 || (imageusers(i) == 0) != idle)
			continue;
		used = loadacquire(&i->used);
		if(best == nil || used < bestused) {
			best = i;
			bestused = used;
		}
	}
	if(best != nil)
		best->pass = reclaim.pass;
	return best;
}

/* One round over the Images, until `want' pages are free, or, with `image', an Image is free.
 * Caller holds reclaim.lk. Returns how many pages it freed. */
static u32int
sweepimages(int idle, u32int want, int image)
{
	Image *i;
	u32int got, k;
	uvlong used;

	got = 0;
	reclaim.pass++;
	while(
	    got < want && !(image && imagefree()) && (i = choose(idle)) != nil)
		if(imageref(i))
			got += drainimage(i, image ? ~0U : want - got);
	PERTURB();
	/* attaches of long ago count less */
	for(k = 0; (i = imageat(k)) != nil; k++) {
		used = loadacquire(&i->used);
		if(used > 1)
			storerelease(&i->used, used / 2);
	}
	if(got > 0) {
		count(&imagestat.reclaims);
		countn(&imagestat.reclaimed, got);
	}
	return got;
}

static u32int
sweepboth(u32int want)
{
	u32int got;

	got = sweepimages(1, want, 0);
	if(got == 0)
		got = sweepimages(0, want, 0);
	return got;
}

u32int
imagereclaim(u32int min)
{
	u32int got;

	qlock(&reclaim.lk);
	got = sweepboth(min);
	qunlock(&reclaim.lk);
	frametrim(got);
	return got;
}

int
reclaimframes(u32int n)
{
	int hope;

	qlock(&reclaim.lk);
	/* other processes may take the freed frames before the caller looks again: that is no
	 * reason for it to give up */
	hope = freeframes() > 0 || sweepboth(n) > 0;
	qunlock(&reclaim.lk);
	return hope || freeframes() > 0;
}

int
reclaimimage(void)
{
	int hope;

	qlock(&reclaim.lk);
	/* a freed Image may be taken by now; but then there may be more to reclaim */
	hope = imagefree() || sweepimages(1, ~0U, 1) > 0 || imagefree();
	qunlock(&reclaim.lk);
	PERTURB();
	return hope;
}

void
imagedrop(void)
{
	qlock(&reclaim.lk);
	sweepimages(1, ~0U, 0);
	sweepimages(0, ~0U, 0);
	qunlock(&reclaim.lk);
	frametrim(~0U);
}

/*
 * Reclaim: taking pages and Images back from the cache.
 *
 *   reclaimframes   for a process that waits for a frame
 *   reclaimimage    for one that waits for an Image
 *   imagereclaim imagedrop   for tests
 *
 * Idle images go first, the least used one first, then pages of the mount cache, and images that
 * are running only when nothing else is left (race 7). One process reclaims at a
 * time, and who had to wait for that looks first whether it still has to
 * (race 11).
 *
 * The Image lock is held for a bounded number of pages at a time, and pages
 * are freed when it is not held: attaches and faults of the same image get
 * their turn between (race 10). No other lock is held meanwhile; the image
 * stays because reclaim has a reference, like an attach.
 *
 * sweepimages and drainimage are modelled in model/page.pml.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

static struct
{
	QLock lk;
	/* under lk */
	u32int pass;
} reclaim = {.lk = QLOCKRANK(Rreclaim)};

/* Drop reclaimable pages of i until want are freed or it was searched once.
 * The caller, a user of i, is none afterwards. Pages freed. */
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

/* The least used image, idle or not, that this pass has not had; nil if none. */
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

/* One round over the images, until want pages or (image) an Image are free.
 * reclaim.lk is held. Pages freed. */
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
	/* what was used long ago counts less */
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
	if(got < want && mountreclaim != nil)
		got += mountreclaim(want - got);
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
	/* others may have them before we look again: no reason to give up */
	hope = freeframes() > 0 || sweepboth(n) > 0;
	qunlock(&reclaim.lk);
	return hope || freeframes() > 0;
}

int
reclaimimage(void)
{
	int hope;

	qlock(&reclaim.lk);
	/* what was freed may be gone by now: where there was some there may be more */
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

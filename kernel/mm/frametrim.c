/*
 * Giving memory back to the host.
 *
 * A dirty free frame is punched: the host takes its memory back, and the frame is known to be
 * zero. That is slow and pays only in batches: the kernel clears a dirty frame as quickly as
 * the host finds a clean one. So frametrim begins when more than maxdirty free frames are dirty.
 */
#include "u.h"
#include "mm/framedat.h"

/* Take a run of at most `most' free dirty frames out of some chunk. */
static void
takedirty(Framerun *r, u32int most)
{
	u32int i, f, n, end;
	Chunk *k;

	r->n = 0;
	for(i = 0; i < frames.nseen; i++) {
		k = chunkat(frames.trimat);
		f = frames.trimat * Chunkframes;
		end = f + k->size;
		while(k->nfree > 0 && f < end && (f = nextfree(f)) != NOFRAME) {
			for(n = 0;
			    n < most && f + n < end && frameisfree(f + n) &&
			    (k->dirty[wordof(f + n)] & bit(f + n));
			    n++)
				;
			if(n > 0) {
				takeframes(f, n, r);
				return;
			}
			f++;
		}
		frames.trimat = (frames.trimat + 1) % frames.nseen;
	}
}

void
frametrim(u32int freed)
{
	Framerun r;
	u32int left;

	if(loadacquire(&frames.ndirty) > frames.maxdirty)
		storerelease(&frames.trimming, 1);
	if(!loadacquire(&frames.trimming) || !canqlock(&frames.trimlk))
		return;
	left = freed < ~0U / 2 ? 2 * freed : ~0U;
	while(left > 0) {
		lock(&frames.lk);
		takedirty(&r, left);
		unlock(&frames.lk);
		if(r.n > 0) {
			framepunch(r.first, r.n);
			lock(&frames.lk);
			chunkof(r.first)->made = Piecewise;
			giveframes(r.first, r.n, 0);
			unlock(&frames.lk);
			left -= r.n;
		}
		if(r.n == 0 ||
		    loadacquire(&frames.ndirty) <= frames.maxdirty / 8 * 7) {
			storerelease(&frames.trimming, 0);
			break;
		}
	}
	qunlock(&frames.trimlk);
}

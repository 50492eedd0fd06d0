/*
 * Placement: which frames would suit some pages of a Segment best.
 *
 *   segplace   says so, for the allocation that follows
 *   placed     notes where the first pages of a file went
 *
 * Neighbouring pages should have neighbouring frames: one host mapping then serves
 * them all. In order of preference: the frame after the page before, the frame
 * that fits those that were read first (Segment.home), the frame that is cheapest
 * to map there (mmucheapest), the frame before the page after.
 * Otherwise a new window, a range of free frames with room for what may come, and
 * the pages at their place in it. The window is small where few pages have come so
 * far, because the host allocates memory for packed frames at once. Cached pages
 * and private ones are placed apart.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

enum
{
	/* frames: for stacks and such */
	Smallwindow = 64,
	/* pages: a Segment of more gets 2 MiB windows, but */
	Largeseg = PTEPERTAB / 2,
	/* runs of at most so many pages have small ones: */
	Packed = 32,
	/* frames, or */
	Leastwindow = 16,
	/* times as many as the run */
	Growth = 4,
};

/* The window for pages [idx, idx+n) of s, if there is no hint or it is no good. */
static void
placewindow(Segment *s, uvlong idx, u32int n, Framewant *w)
{
	if((s->type & SG_TYPE) == SG_STACK || s->size < Largeseg) {
		w->window = s->size < Smallwindow ? s->size : Smallwindow;
		if(s->image != nil)
			w->window = s->size;
		w->offset = idx % w->window;
	} else if(s->image != nil) {
		w->window = s->size;
		w->offset = idx;
	} else {
		w->window = PTEPERTAB;
		if(n <= Packed)
			for(w->window = Leastwindow; w->window < Growth * n;)
				w->window *= 2;
		w->offset = (s->base / BY2PG + idx) % w->window;
	}
	if(w->window < w->offset + n)
		w->window = w->offset + n;
}

void
segplace(Segment *s, uvlong idx, u32int n, int private, Framewant *w)
{
	Page *p;
	uvlong back;
	u32int k, home;

	w->n = n;
	w->hint = NOFRAME;
	/* a segment without a file has a window for each 2 MiB */
	back = idx;
	if(s->image == nil && back > (s->base / BY2PG + idx) % PTEPERTAB)
		back = (s->base / BY2PG + idx) % PTEPERTAB;
	for(k = 1; k <= Smallwindow && k <= back; k++)
		if((p = pageat(s, idx - k)) != nil &&
		    (p->image == nil) == private) {
			w->hint = p->frame + k;
			break;
		}
	if(w->hint == NOFRAME && !private &&
	    (home = loadacquire(&s->home)) != 0)
		w->hint = home - 1 + idx;
	if(w->hint == NOFRAME)
		w->hint = mmucheapest(s->base + idx * BY2PG);
	if(w->hint == NOFRAME)
		for(k = 0; k < Smallwindow && idx + n + k < s->size; k++)
			if((p = pageat(s, idx + n + k)) != nil &&
			    (p->image == nil) == private) {
				if(p->frame >= n + k)
					w->hint = p->frame - n - k;
				break;
			}
	placewindow(s, idx, n, w);
}

void
placed(Segment *s, uvlong idx, Page *p)
{
	if(loadacquire(&s->home) == 0 && p->frame >= idx)
		storerelease(&s->home, p->frame - idx + 1);
}

/*
 * Placement: which frames would suit some pages of a Segment best.
 *
 *   segplace   tells the allocation that follows
 *   noteplace  notes where the first pages of a file went
 *
 * Neighbouring pages should have neighbouring frames: then one host mapping serves them all. In
 * order of preference: the frame after that of the page before; the frame that fits those that
 * were read first (Segment.home); the frame that is cheapest to map there (mmucheapest); the
 * frame before that of the page after. Otherwise segplace asks for a new window, a range of free
 * frames with room for the pages that may come, and for the pages' own place in it.
 *
 * The window is small while few pages come at once, because the host makes memory for packed
 * frames together. Cached pages and private pages are placed apart.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

enum
{
	/* frames in the window of a stack or another small Segment */
	Smallwindow = 64,
	/* a Segment of at least this many pages gets windows of 2 MiB, */
	Largeseg = PTEPERTAB / 2,
	/* but a run of at most this many pages gets a small one: */
	Packed = 32,
	/* at least this many frames, and */
	Leastwindow = 16,
	/* at least this many times the run */
	Growth = 4,
};

/* Set the window for pages [idx, idx+n) of s. It is used if there is no hint, or the hint is
 * not free. */
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
	/* a Segment without a file has a window for each 2 MiB */
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
noteplace(Segment *s, uvlong idx, Page *p)
{
	if(loadacquire(&s->home) == 0 && p->frame >= idx)
		storerelease(&s->home, p->frame - idx + 1);
}

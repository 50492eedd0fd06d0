/*
 * Prefill: exec maps data and bss before the program touches them.
 *
 *   execprefill  makes and maps them, if they are small
 *
 * A fault costs ten times what some more pages cost in one mapping. If the host process has the
 * same frames mapped from an earlier program, mapping costs nothing (mmuput). So each Segment
 * gets one run of frames, if possible the frames that the slot has mapped there.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* the most pages of data, or of bss, that exec makes at once */
	Mostfill = 64,
};

/* Does s have all pages that come from its file? */
static int
allcached(Segment *s)
{
	uvlong k, off;

	for(k = 0; k < s->size; k++)
		if(filebytes(s, k, &off) != 0 && pageat(s, k) == nil)
			return 0;
	return 1;
}

/* Make pg, which is one run, the first n pages of s. Pages that s has already are copied.
 * Nobody else knows s; there are slots for the pages. */
static void
ownpages(Segment *s, Page **pg, u32int n, int fresh)
{
	Page *old, *q;
	u32int k, m;

	for(k = 0; k < n; k += m) {
		m = 1;
		old = pageat(s, k);
		if(old == nil) {
			segput(s, k, pg[k]);
			continue;
		}
		while(k + m < n && (q = pageat(s, k + m)) != nil &&
		    q->frame == old->frame + m)
			m++;
		copypages(pg[k], old, m, fresh);
		for(q = old; q < old + m; q++) {
			*segslot(s, k + (q - old), 0) = pg[k + (q - old)];
			putpage(q);
		}
	}
}

/* Get n pages for s in one run, preferably where the slot has frames mapped. Returns 0, with
 * none, if that is not possible. */
static int
onerun(Segment *s, Page **pg, u32int n, int *fresh)
{
	Framewant w;
	u32int k, got;

	segplace(s, 0, n, 1, &w);
	got = trypages(pg, &w, s->image == nil);
	if(got > 0 && got < n && w.hint != NOFRAME) {
		for(k = 0; k < got; k++)
			putpage(pg[k]);
		w.hint = NOFRAME;
		w.window = n;
		w.offset = 0;
		got = trypages(pg, &w, s->image == nil);
	}
	*fresh = w.fresh;
	if(got == n)
		return 1;
	for(k = 0; k < got; k++)
		putpage(pg[k]);
	return 0;
}

/* Make and map all pages of s, if they are few and nothing has to be waited for. s belongs to a
 * new program, and to up alone. Returns 1 if it did. */
static int
fillseg(Segment *s)
{
	Page *pg[Mostfill];
	int filled, fresh;

	qlock(&s->lk);
	filled = s->size > 0 && s->size <= Mostfill &&
	    segslot(s, 0, 1) != nil && allcached(s) &&
	    onerun(s, pg, s->size, &fresh);
	if(filled) {
		ownpages(s, pg, s->size, fresh);
		/* where the host has no memory for zeros yet, it makes each page when it is
		 * touched */
		mmuput(s->base, pg[0]->frame, s->size,
		    pageprot(s, pg[0], 0) |
			(fresh && s->image == nil ? 0 : Ppopulate));
	}
	qunlock(&s->lk);
	return filled;
}

/* Read the data that s lacks, if s is small: faults would soon read it in pieces. Returns 1 if
 * s has it now. An error here is not reported: a fault that needs the page meets it again. */
static int
readdata(Segment *s)
{
	Page *p, **slot;
	uvlong k;

	if(s->size > Mostfill || waserror())
		return 0;
	for(k = 0; k * BY2PG < s->flen; k++) {
		p = pagein(s, k);
		qlock(&s->lk);
		/* a debugger may have made the page */
		slot = segslot(s, k, 1);
		if(slot != nil && *slot == nil)
			segput(s, k, p);
		else
			putpage(p);
		qunlock(&s->lk);
	}
	poperror();
	return 1;
}

void
execprefill(void)
{
	Segment *d;
	int used;

	if(isoff(Swexecprefill))
		return;
	d = up->seg[DSEG];
	if(!fillseg(d) && !(readdata(d) && fillseg(d)))
		prefault(d->base, 0);
	/* held because a debugger may replace the text */
	qlock(&up->seglock);
	used = bssexpected(up->seg[TSEG]->image);
	qunlock(&up->seglock);
	if(used)
		fillseg(up->seg[BSEG]);
}

/*
 * What exec maps before the program touches it: its data and bss.
 *
 *   execprefill  makes and maps them, if they are small
 *
 * A fault costs ten times what it costs to map some pages more. Nothing is paid
 * for what the host process has mapped from an earlier program, if the same
 * frames are used: mmuput. So each Segment gets one run of frames, where the
 * slot has the last program's mapped if those frames are free.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* pages of data, or bss, that exec makes at once */
	Mostfill = 64,
};

/* Are all pages of s there that come from a file? */
static int
allcached(Segment *s)
{
	uvlong k, off;

	for(k = 0; k < s->size; k++)
		if(filebytes(s, k, &off) != 0 && pageat(s, k) == nil)
			return 0;
	return 1;
}

/* The first n pages of s, which is new to everybody, become pg, in one run: copies of
 * what is there, if anything is. There are slots for them. */
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

/* n pages in one run for s, where they are mapped already if that can be; 0 if there
 * are none. */
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

/* Make and map all pages of s, which is of a new program and up's alone, if they are few
 * and nothing has to be waited for: 1 if so. */
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
		/* zeros for which the host has no memory yet: it makes each page at its touch */
		mmuput(s->base, pg[0]->frame, s->size,
		    pageprot(s, pg[0], 0) |
			(fresh && s->image == nil ? 0 : Ppopulate));
	}
	qunlock(&s->lk);
	return filled;
}

/* Read the data of s that is not there, if it is little: faults would soon read it in
 * pieces. 1 if it is there now. A fault that needs a page meets an error again. */
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
		/* a debugger may have been here before */
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
	/* a debugger may replace the text */
	qlock(&up->seglock);
	used = bssexpected(up->seg[TSEG]->image);
	qunlock(&up->seglock);
	if(used)
		fillseg(up->seg[BSEG]);
}

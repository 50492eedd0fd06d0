/*
 * exec's Segments: text, data and bss of a file.
 *
 * Processes that run the same file share its text Segment while one of them
 * lives; afterwards the cached pages remain, without Segment. The Image knows
 * the live one by i->s, which is weak: exec takes a reference through it only
 * if there is one left (race 1).
 *
 * An exec of a program that runs takes no lock of the table or of an Image:
 * findtext finds the text, the data Segment is one more user, and its first
 * pages come from the text Segment (Begin).
 *
 * livetext and textseg are modelled in model/segment.pml.
 */
#include "u.h"
#include "mm/priv.h"
#include "aout.h"
#include "lib/lib.h"
#include "ns/ns.h"

enum
{
	Mostbegin = 64, /* pages in a Begin */
	Mostfill = 64, /* pages of data, or bss, that exec makes at once */
};

/* The live text Segment of i, if it is one of text bytes, with a reference;
 * else nil. i is locked. */
static Segment *
livetext(Image *i, u32int text)
{
	Segment *s;

	s = i->s;
	if(s == nil || s->flen != text)
		return nil;
	PERTURB();
	if(!increfnz(&s->r))
		return nil;
	assert(s->image == i);
	return s;
}

/* The text Segment of c's file. Errors. */
static Segment *
textseg(Chan *c, u32int text, u32int data)
{
	Segment *s, *n;
	Image *i;

	s = findtext(c, text);
	if(s != nil)
		return s;
	/* nothing is allocated under an Image lock */
	n = newseg(
	    SG_TEXT | SG_RONLY, UTZERO, ((uvlong)text + BY2PG - 1) / BY2PG);
	if(waserror()) {
		putseg(n);
		nexterror();
	}
	i = attachimage(c, (uvlong)text + data);
	poperror();
	s = livetext(i, text);
	if(s != nil) {
		/* another exec was quicker */
		putimage(i);
		putseg(n);
		count(&imagestat.texthits);
		return s;
	}
	n->flen = text;
	poke(
	    &n->image, i); /* i's user instead of us; findtext may have n now */
	poke(&i->s, n);
	unlock(&i->lk);
	return n;
}

/* A Begin for s's data Segments, empty, or nil. */
static Begin *
newbegin(uvlong flen)
{
	Begin *b;
	uvlong n;

	n = (flen + BY2PG - 1) / BY2PG;
	if(n > Mostbegin)
		n = Mostbegin;
	b = malloc(sizeof(Begin) + n * sizeof(Page *));
	if(b == nil)
		return nil;
	b->flen = flen;
	b->n = n;
	return b;
}

/* Ask the Image of d, a data Segment that b is for, for the pages that b has not. Not if
 * that would be a wait: others wait for b meanwhile, and a fault finds them too. */
static void
fillbegin(Begin *b, Segment *d)
{
	Image *i;
	uvlong off;
	u32int k, shows;

	i = d->image;
	if(!canlock(&i->lk))
		return;
	b->entered = i->entered;
	for(k = 0; k < b->n; k++) {
		if(b->pages[k] != nil)
			continue;
		shows = segshows(d, k, &off);
		b->pages[k] = pagefind(i, off, shows);
		if(b->pages[k] != nil)
			incref(&b->pages[k]->r);
	}
	unlock(&i->lk);
}

/* Give d, a data Segment that nobody else knows, the pages that t's text has for
 * such as it. */
static void
begindata(Segment *d, Segment *t)
{
	Begin *b;
	u32int k;

	qlock(&t->lk);
	b = t->begin;
	if(b == nil)
		b = t->begin = newbegin(d->flen);
	if(b != nil && b->flen == d->flen) {
		if(b->entered != peek(&d->image->entered))
			fillbegin(b, d);
		for(k = 0; k < b->n; k++)
			if(b->pages[k] != nil && segslot(d, k, 1) != nil) {
				incref(&b->pages[k]->r);
				segput(d, k, b->pages[k]);
			}
	}
	qunlock(&t->lk);
}

void
execsegs(Chan *c, u32int text, u32int data, u32int bss, Segment **sg)
{
	uintptr t, d, b;
	Segment *ts, *volatile ds;

	t = ROUNDUP(UTZERO + text, UTROUND);
	d = ROUNDUP(t + data, BY2PG);
	b = ROUNDUP(t + data + bss, BY2PG);
	if(b < d)
		b = d;
	if(text == 0 || hostreserved(UTZERO, b - UTZERO))
		error(Ebadexec);
	ts = textseg(c, text, data);
	ds = nil;
	if(waserror()) {
		putseg(ds);
		putseg(ts);
		nexterror();
	}
	ds = newseg(SG_DATA, t, (d - t) / BY2PG);
	if(data != 0) {
		useimage(ts->image);
		ds->image = ts->image;
		ds->fstart = text;
		ds->flen = data;
		begindata(ds, ts);
	}
	sg[BSEG] = newseg(SG_BSS, d, (b - d) / BY2PG);
	poperror();
	sg[TSEG] = ts;
	sg[DSEG] = ds;
	/* what the image caches need not be cached a second time */
	if(ts->image->c == c)
		c->flag &= ~CCACHE;
}

/* Are all pages of s there that come from a file? */
static int
allcached(Segment *s)
{
	uvlong k, off;

	for(k = 0; k < s->size; k++)
		if(segshows(s, k, &off) != 0 && pageat(s, k) == nil)
			return 0;
	return 1;
}

/* Page idx of s, which is new to everybody, becomes p, a copy of what is there if
 * anything is. */
static void
ownpage(Segment *s, uvlong idx, Page *p, int fresh)
{
	Page **slot, *old;

	slot = segslot(s, idx, 0);
	old = *slot;
	if(old == nil) {
		segput(s, idx, p);
		return;
	}
	copypage(p, old, fresh);
	*slot = p;
	putpage(old);
}

/* n pages in one run for s, where they are mapped already if that can be; 0 if there
 * are none. */
static int
runof(Segment *s, Page **pg, u32int n, int *fresh)
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

/* Make and map all pages of s, which is of a new program and up's alone, if they are few and
 * nothing has to be waited for: 1 if so. */
static int
fillseg(Segment *s)
{
	Page *pg[Mostfill];
	u32int k;
	int filled, fresh;

	qlock(&s->lk);
	filled = s->size > 0 && s->size <= Mostfill &&
	    segslot(s, 0, 1) != nil && allcached(s) && runof(s, pg, s->size, &fresh);
	if(filled) {
		for(k = 0; k < s->size; k++)
			ownpage(s, k, pg[k], fresh);
		mmuput(s->base, pg[0]->frame, s->size,
		    Pread | Pwrite | Pexec | Psoon);
	}
	qunlock(&s->lk);
	return filled;
}

/* Read the data of s that is not there, if it is little: it would be read soon, in pieces
 * and by faults. 1 if it is there now; errors are met again by who needs the page. */
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
beginmemory(void)
{
	Segment *d;
	int used;

	d = up->seg[DSEG];
	if(!fillseg(d) && !(readdata(d) && fillseg(d)))
		prefault(d->base, 0);
	/* a debugger may replace the text */
	qlock(&up->seglock);
	used = look(&up->seg[TSEG]->image->bssused);
	qunlock(&up->seglock);
	if(used)
		fillseg(up->seg[BSEG]);
}

void
endmemory(void)
{
	Segment *t, *b;
	u32int k, n, used;

	/* a debugger may replace the text */
	qlock(&up->seglock);
	t = up->seg[TSEG];
	b = up->seg[BSEG];
	if(t != nil && b != nil && t->image != nil) {
		used = 0;
		qlock(&b->lk);
		n = b->size < Mostfill ? b->size : Mostfill;
		for(k = 0; k < n; k++)
			used += pageat(b, k) != nil;
		qunlock(&b->lk);
		store(&t->image->bssused, used > n / 2);
	}
	qunlock(&up->seglock);
}

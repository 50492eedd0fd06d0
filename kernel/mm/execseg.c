/*
 * exec's Segments: text, data and bss of a file.
 *
 * Processes that run the same file share its text Segment while one of them lives. Afterwards
 * the cached pages remain without a Segment. i->s names the live text Segment of an Image
 * without a reference: exec takes one through it only if there is one left (race 1).
 *
 * An exec of a program that already runs takes neither the table's lock nor an Image's.
 * findtext finds the text, the data Segment becomes one more user, and its first pages come
 * from the text Segment (Datapages).
 *
 * livetext and textseg are modelled in model/segment.pml.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "aout.h"
#include "lib/lib.h"

enum
{
	/* how many pages a Datapages has at most */
	Mostdatapages = 64,
};

/* The live text Segment of i, with a reference, if there is one of text bytes; else nil. Caller
 * holds i->lk. */
static Segment *
livetext(Image *i, uvlong text)
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

/*
 * A text Segment of text bytes, up to top. If text ends with a page, a page of zeros follows
 * the file's pages; beyond that, no page exists. 9front does the same. Errors.
 */
static Segment *
newtext(uvlong text, uintptr top)
{
	Segment *s;
	uvlong n;

	n = text / BY2PG + 1;
	if(n > (top - UTZERO) / BY2PG)
		n = (top - UTZERO) / BY2PG;
	s = newseg(SG_TEXT | SG_RONLY, UTZERO, n);
	storerelease(&s->top, top);
	return s;
}

/* The text Segment of c's file, up to top. Errors. */
static Segment *
textseg(Chan *c, uvlong text, uvlong data, uintptr top)
{
	Segment *s, *n;
	Image *i;

	s = findtext(c, text);
	if(s != nil)
		return s;
	/* nothing is allocated under an Image's lock */
	n = newtext(text, top);
	onerror(putseg(n));
	i = attachimage(c, text + data);
	poperror();
	s = livetext(i, text);
	if(s != nil) {
		/* another exec has made the Segment meanwhile */
		putimage(i);
		putseg(n);
		count(&imagestat.texthits);
		return s;
	}
	n->flen = text;
	/* n is now the user of i that this call was. findtext may find n from here on */
	storerelease(&n->image, i);
	storerelease(&i->s, n);
	unlock(&i->lk);
	return n;
}

/* An empty Datapages for data Segments of flen bytes; nil if there is no memory. */
static Datapages *
newdatapages(uvlong flen)
{
	Datapages *b;
	uvlong n;

	n = (flen + BY2PG - 1) / BY2PG;
	if(n > Mostdatapages)
		n = Mostdatapages;
	b = malloc(sizeof(Datapages) + n * sizeof(Page *));
	if(b == nil)
		return nil;
	b->flen = flen;
	b->n = n;
	return b;
}

/* Ask the Image of d for the pages that b lacks. d is a data Segment that b is for. If the
 * Image's lock is taken this does nothing: other execs wait for b, and a fault finds the pages
 * as well. */
static void
filldatapages(Datapages *b, Segment *d)
{
	Image *i;
	uvlong off;
	u32int k, valid;

	i = d->image;
	if(!canlock(&i->lk))
		return;
	b->entered = i->entered;
	for(k = 0; k < b->n; k++) {
		if(b->pages[k] != nil)
			continue;
		valid = filebytes(d, k, &off);
		b->pages[k] = pagefind(i, off, valid);
		if(b->pages[k] != nil)
			incref(&b->pages[k]->r);
	}
	unlock(&i->lk);
}

/* Give d, a data Segment that nobody else knows, the first pages that text Segment t keeps for
 * it. */
static void
usedatapages(Segment *d, Segment *t)
{
	Datapages *b;
	u32int k;

	qlock(&t->lk);
	b = t->datapages;
	if(b == nil)
		b = t->datapages = newdatapages(d->flen);
	if(b != nil && b->flen == d->flen) {
		if(b->entered != loadacquire(&d->image->entered))
			filldatapages(b, d);
		for(k = 0; k < b->n; k++)
			if(b->pages[k] != nil && segslot(d, k, 1) != nil) {
				incref(&b->pages[k]->r);
				segput(d, k, b->pages[k]);
			}
	}
	qunlock(&t->lk);
}

void
execsegs(Chan *c, uvlong text, uvlong data, uvlong bss, Segment **sg)
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
	ts = textseg(c, text, data, t);
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
		usedatapages(ds, ts);
	}
	sg[BSEG] = newseg(SG_BSS, d, (b - d) / BY2PG);
	poperror();
	sg[TSEG] = ts;
	sg[DSEG] = ds;
	/* the image cache has this file, so the device need not cache it too */
	if(ts->image->c == c && (loadrelaxed(&c->flag) & CCACHE))
		imageclunk(c);
}

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
 * pages come from the text Segment (Datapages).
 *
 * livetext and textseg are modelled in model/segment.pml.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "aout.h"
#include "lib/lib.h"

enum
{
	/* pages in a Datapages */
	Mostbegin = 64,
};

/* The live text Segment of i, if it is one of text bytes, with a reference;
 * else nil. i is locked. */
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
 * A text Segment of text bytes, up to top. Its pages are those of the file and, if text ends with
 * a page, one of zeros; what is beyond cannot be had. 9front does the same. Errors.
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
	/* nothing is allocated under an Image lock */
	n = newtext(text, top);
	onerror(putseg(n));
	i = attachimage(c, text + data);
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
	storerelease(
	    &n->image, i); /* i's user instead of us; findtext may have n now */
	storerelease(&i->s, n);
	unlock(&i->lk);
	return n;
}

/* A Datapages for s's data Segments, empty, or nil. */
static Datapages *
newdatapages(uvlong flen)
{
	Datapages *b;
	uvlong n;

	n = (flen + BY2PG - 1) / BY2PG;
	if(n > Mostbegin)
		n = Mostbegin;
	b = malloc(sizeof(Datapages) + n * sizeof(Page *));
	if(b == nil)
		return nil;
	b->flen = flen;
	b->n = n;
	return b;
}

/* Ask the Image of d, a data Segment that b is for, for the pages that b has not. Not if
 * that would be a wait: others wait for b meanwhile, and a fault finds them too. */
static void
fillbegin(Datapages *b, Segment *d)
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

/* Give d, a data Segment that nobody else knows, the pages that t's text has for
 * such as it. */
static void
begindata(Segment *d, Segment *t)
{
	Datapages *b;
	u32int k;

	qlock(&t->lk);
	b = t->datapages;
	if(b == nil)
		b = t->datapages = newdatapages(d->flen);
	if(b != nil && b->flen == d->flen) {
		if(b->entered != loadacquire(&d->image->entered))
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
		begindata(ds, ts);
	}
	sg[BSEG] = newseg(SG_BSS, d, (b - d) / BY2PG);
	poperror();
	sg[TSEG] = ts;
	sg[DSEG] = ds;
	/* what the image caches need not be cached a second time */
	if(ts->image->c == c && (loadrelaxed(&c->flag) & CCACHE))
		imageclunk(c);
}

/*
 * exec's Segments: text, data and bss of a file.
 *
 * Processes that run the same file share its text Segment while one of them
 * lives; afterwards the cached pages remain, without Segment. The Image knows
 * the live one by i->s, which is weak: exec takes a reference through it only
 * if there is one left (race 1).
 */
#include "u.h"
#include "mm/priv.h"
#include "aout.h"
#include "lib/lib.h"
#include "ns/ns.h"

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

static void
leave(Image *i)
{
	lock(&i->lk);
	putimage(i);
}

/* The text Segment of c's file. Errors. */
static Segment *
textseg(Chan *c, u32int text, u32int data)
{
	Segment *s, *n;
	Image *i;

	i = attachimage(c, (uvlong)text + data);
	s = livetext(i, text);
	if(s != nil) {
		putimage(i);
		count(&imagestat.texthits);
		return s;
	}
	/* nothing is allocated under an Image lock */
	unlock(&i->lk);
	if(waserror()) {
		leave(i);
		nexterror();
	}
	n = newseg(
	    SG_TEXT | SG_RONLY, UTZERO, ((uvlong)text + BY2PG - 1) / BY2PG);
	poperror();
	n->flen = text;
	lock(&i->lk);
	s = livetext(i, text);
	if(s != nil) {
		/* another exec was quicker */
		putimage(i);
		putseg(n);
		count(&imagestat.texthits);
		return s;
	}
	n->image = i; /* with our reference */
	i->s = n;
	unlock(&i->lk);
	return n;
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
		incref(&ts->image->r);
		ds->image = ts->image;
		ds->fstart = text;
		ds->flen = data;
	}
	sg[BSEG] = newseg(SG_BSS, d, (b - d) / BY2PG);
	poperror();
	sg[TSEG] = ts;
	sg[DSEG] = ds;
	/* what the image caches need not be cached a second time */
	if(ts->image->c == c)
		c->flag &= ~CCACHE;
}

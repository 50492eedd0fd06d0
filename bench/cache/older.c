/*
 * The half of exec and exit that the two older protocols have in common.
 *
 *   a Segment that has an Image is put with the Image locked, every time
 *   an exec makes the text Segment with the Image locked
 *   reclaim walks all pages of an Image in one holding of its lock
 *
 * putseg and pageharvest take the kernel's place by the linker's --wrap.
 */
#include "older.h"
#include "aout.h"
#include "lib/lib.h"

Segment *
sametext(Image *i, u32int text)
{
	Segment *s;

	s = i->s;
	if(s == nil || s->flen != text)
		return nil;
	assert(s->image == i);
	count(&imagestat.texthits);
	return s;
}

Segment *
newtext(Image *i, u32int text)
{
	Segment *s;

	s = newseg(
	    SG_TEXT | SG_RONLY, UTZERO, ((uvlong)text + BY2PG - 1) / BY2PG);
	s->flen = text;
	s->image = i;
	i->s = s;
	return s;
}

void __real_putseg(Segment *s);
void __wrap_putseg(Segment *s);

void
__wrap_putseg(Segment *s)
{
	Image *i;

	if(s == nil)
		return;
	i = s->image;
	if(i != nil) {
		lock(&i->lk);
		if(getref(&s->r) > 1) {
			decref(&s->r);
			unlock(&i->lk);
			return;
		}
		/* ours is the last, and without i's lock nobody gets another */
		if(i->s == s)
			i->s = nil;
		putimage(i);
		s->image = nil;
	}
	__real_putseg(s);
}

Page *__real_pageharvest(Image *i, u32int *bucket, u32int *n);
Page *__wrap_pageharvest(Image *i, u32int *bucket, u32int *n);

Page *
__wrap_pageharvest(Image *i, u32int *bucket, u32int *n)
{
	Page *list, *all, **end;
	u32int k;

	all = nil;
	end = &all;
	*n = 0;
	while(*bucket < i->npghash) {
		list = __real_pageharvest(i, bucket, &k);
		*end = list;
		while(*end != nil)
			end = &(*end)->next;
		*n += k;
	}
	return all;
}

void
execsegs(Chan *c, u32int text, u32int data, u32int bss, Segment **sg)
{
	uintptr t, d, b;
	Segment *ts, *volatile ds;

	t = ROUNDUP(UTZERO + text, UTROUND);
	d = ROUNDUP(t + data, BY2PG);
	b = ROUNDUP(t + data + bss, BY2PG);
	ts = attachtext(c, text, data);
	ds = nil;
	if(waserror()) {
		putseg(ds);
		putseg(ts);
		nexterror();
	}
	ds = newseg(SG_DATA, t, (d - t) / BY2PG);
	if(data != 0) {
		adduser(ts->image);
		ds->image = ts->image;
		ds->fstart = text;
		ds->flen = data;
	}
	sg[BSEG] = newseg(SG_BSS, d, (b - d) / BY2PG);
	poperror();
	sg[TSEG] = ts;
	sg[DSEG] = ds;
	if(ts->image->c == c)
		c->flag &= ~CCACHE;
}

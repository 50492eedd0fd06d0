/*
 * What other rooms may ask about a Segment.
 *
 *   segtype segronly segbase segtop segpages segusers
 *   segimage segchan    the file that it shows
 *   segprofile segsetprofile  a text's profile
 *   segunlock           the counterpart of seg
 */
#include "u.h"
#include "mm/mmdat.h"

int
segtype(Segment *s)
{
	return s->type;
}

int
segronly(Segment *s)
{
	return (s->type & SG_TYPE) == SG_TEXT || (s->type & SG_RONLY) != 0;
}

uintptr
segbase(Segment *s)
{
	return loadacquire(&s->base);
}

uintptr
segtop(Segment *s)
{
	return loadacquire(&s->top);
}

u32int
segpages(Segment *s)
{
	return loadrelaxed(&s->used);
}

long
segusers(Segment *s)
{
	return getref(&s->r);
}

Image *
segimage(Segment *s)
{
	return loadacquire(&s->image);
}

Chan *
segchan(Segment *s)
{
	Image *i;
	Chan *c;

	i = loadacquire(&s->image);
	if(i == nil)
		return nil;
	/* i->c does not change while s is a user of i */
	c = i->c;
	incref(&c->r);
	return c;
}

void *
segprofile(Segment *s)
{
	return loadacquire(&s->profile);
}

int
segsetprofile(Segment *s, void *profile)
{
	void *none;

	none = nil;
	return __atomic_compare_exchange_n(
	    &s->profile, &none, profile, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
}

void
segunlock(Segment *s)
{
	qunlock(&s->lk);
}

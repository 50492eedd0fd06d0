/*
 * The half of the image cache that the two older protocols have in common.
 *
 * The table's layout, its hash, sizes and statistics are those of
 * kernel/mm/image.c, so that the protocols differ in their locking and in
 * nothing else. What they do alike:
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

static const char Enoimage[] = "too many programs: no free image";

Table table;
Imagestats imagestat;

void
imageinit(u32int nimages)
{
	table.all =
	    (Image *)hostheapmore(ROUNDUP(nimages * sizeof(Image), BY2PG));
	if(table.all == nil)
		panic("no memory for %d images", nimages);
	table.n = nimages;
	imagestat.maximages = nimages;
}

Image *
imageat(u32int n)
{
	return n < peek(&table.nused) ? &table.all[n] : nil;
}

int
imagefree(void)
{
	return peek(&table.free) != nil || peek(&table.nused) < table.n;
}

Lock *
tablelock(void)
{
	return &table.lk;
}

Image *
imagearray(void)
{
	return table.all;
}

Image **
chainof(uvlong path)
{
	return &table.hash[(path ^ path >> 16) & (NHASH - 1)];
}

static Image *
enter(Chan *c, Page **pghash, u32int npghash, const Walk *w)
{
	Image *i, **l;

	i = table.free;
	if(i != nil)
		poke(&table.free, i->next);
	else if(table.nused < table.n) {
		i = &table.all[table.nused];
		poke(&table.nused, table.nused + 1);
	} else
		return nil;
	assert(getref(&i->r) == 0 && i->pgref == 0);
	assert(i->c == nil && i->s == nil && !i->intable);
	i->next = nil;
	i->type = c->type;
	i->dev = c->dev;
	poke(&i->qid.path, c->qid.path);
	i->qid.vers = c->qid.vers;
	i->qid.type = c->qid.type;
	i->pghash = pghash;
	i->npghash = npghash;
	poke(&i->used, 0);
	i->intable = 1;
	l = chainof(c->qid.path);
	i->hash = *l;
	*l = i;
	w->enter(i);
	return i;
}

/* Both protocols looked once only, and the old one did not look again after it
 * had waited for a free Image. They are not measured with that fault. */
Image *
lookup(Chan *c, uvlong len, const Walk *w)
{
	Image *i;
	Page **pghash;
	u32int n;
	int hope;

	n = pagebuckets((len + BY2PG - 1) / BY2PG);
	pghash = nil;
	hope = 1;
	for(;;) {
		lock(&table.lk);
		i = w->find(c);
		if(i != nil) {
			unlock(&table.lk);
			free(pghash);
			count(&imagestat.hits);
			return i;
		}
		if(pghash != nil && (i = enter(c, pghash, n, w)) != nil) {
			unlock(&table.lk);
			count(&imagestat.newimages);
			count(&imagestat.images);
			return i;
		}
		unlock(&table.lk);
		if(!hope) {
			free(pghash);
			error(Enoimage);
		}
		if(pghash == nil)
			pghash = smalloc(n * sizeof(Page *));
		else
			hope = reclaimimage();
	}
}

Page **
tableremove(Image *i, Image **l)
{
	Page **pghash;

	for(; *l != i; l = &(*l)->hash)
		assert(*l != nil);
	*l = i->hash;
	i->hash = nil;
	i->intable = 0;
	pghash = i->pghash;
	i->pghash = nil;
	i->npghash = 0;
	i->next = table.free;
	poke(&table.free, i);
	countn(&imagestat.images, -1);
	return pghash;
}

void
keepchan(Image *i, Chan *c)
{
	if(i->c == nil) {
		incref(&c->r);
		i->c = c;
	}
	__atomic_add_fetch(&i->used, 1, __ATOMIC_RELAXED);
	count(&imagestat.attaches);
}

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

/*
 * The table of Images for the two older protocols, and the counts in an Image.
 *
 * Layout, hash, sizes and statistics are those of kernel/mm/image.c, so that
 * the protocols differ in their locking and in nothing else. It takes the place of
 * that file; what others of the room need of it is here too.
 */
#include "older.h"
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
	assert(refsof(i) == 0);
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

/* --- users and pages --- */

u32int
imageusers(Image *i)
{
	return usersof(refsof(i));
}

u32int
imagepages(Image *i)
{
	return refsof(i) / Onepage;
}

void
useimage(Image *i)
{
	adduser(i);
}

int
imageref(Image *i)
{
	u64int refs;

	refs = refsof(i);
	do {
		if(refs == 0)
			return 0;
	} while(!__atomic_compare_exchange_n(
	    &i->refs, &refs, refs + 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	return 1;
}

void
imagepage(Image *i, int n)
{
	__atomic_add_fetch(
	    &i->refs, (u64int)(vlong)n * Onepage, __ATOMIC_SEQ_CST);
}

void
leaveimage(Image *i)
{
	lock(&i->lk);
	putimage(i);
}

int
dropuser(Image *i, Chan **c)
{
	u64int refs;

	*c = nil;
	refs = __atomic_fetch_sub(&i->refs, 1, __ATOMIC_SEQ_CST);
	assert(usersof(refs) != 0);
	if(usersof(refs) == 1) {
		assert(i->s == nil);
		*c = i->c;
		i->c = nil;
	}
	return refs == 1;
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

/* They note no sizes. */
int
imagesizes(Chan *c, Progsizes *s)
{
	USED(c);
	USED(s);
	return 0;
}

void
notesizes(Image *i, const Progsizes *s)
{
	USED(i);
	USED(s);
}

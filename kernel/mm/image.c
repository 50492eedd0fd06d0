/*
 * The table of Images, and their references: exec's half of the cache.
 *
 *   attachimage  finds or makes the Image of a file
 *   putimage     drops a reference
 *
 * The protocol, and what it defends against, is doc/imagecache.md. In short:
 *
 * The table's lock decides which Images there are, and only under it may a
 * count of zero become one. An attach takes its reference there, lets go, and only
 * then asks for the Image's own lock, so somebody who holds that for long
 * delays only users of the same file. A put that finds zero takes the table's lock
 * inside the Image's, and looks again: an attach may have come between. The
 * Image lock, kept all the while, keeps a second put from getting to zero too.
 *
 * Images are type-stable: they come from one array and stay Images.
 */
#include "u.h"
#include "mm/priv.h"
#include "lib/lib.h"
#include "ns/ns.h"

enum
{
	NHASH = 256, /* a power of two */
};

static struct
{
	Lock lk; /* inside an Image lock, only in release */
	Image *hash[NHASH];
	Image *free; /* were in use before */
	Image *all;
	u32int n;
	u32int nused; /* all[nused] and those after it never were in use */
} table;

static const char Enoimage[] = "too many programs: no free image";

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

static Image **
chainof(Qid q)
{
	return &table.hash[(q.path ^ q.path >> 16) & (NHASH - 1)];
}

/* The table's lock is held: the Image of c's file, or nil. */
static Image *
find(Chan *c)
{
	Image *i;

	for(i = *chainof(c->qid); i != nil; i = i->hash)
		if(eqchantdqid(c, i->type, i->dev, i->qid, 0) &&
		    c->qid.type == i->qid.type)
			return i;
	return nil;
}

/* The table's lock is held and c's file is not in it: take a free Image for it, or nil. */
static Image *
enter(Chan *c, Page **pghash, u32int npghash)
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
	assert(i->c == nil && i->s == nil && !i->intable && i->pghash == nil);
	i->next = nil;
	i->type = c->type;
	i->dev = c->dev;
	i->qid = c->qid;
	i->pghash = pghash;
	i->npghash = npghash;
	poke(&i->used, 0);
	i->intable = 1;
	l = chainof(i->qid);
	i->hash = *l;
	*l = i;
	return i;
}

/* The Image of c's file, with a reference, not locked. */
static Image *
getimage(Chan *c, u32int npghash)
{
	Image *i;
	Page **pghash;
	int hope;

	pghash = nil;
	hope = 1;
	for(;;) {
		lock(&table.lk);
		i = find(c);
		if(i != nil) {
			incref(&i->r);
			unlock(&table.lk);
			free(pghash);
			count(&imagestat.hits);
			return i;
		}
		if(pghash != nil && (i = enter(c, pghash, npghash)) != nil) {
			incref(&i->r);
			unlock(&table.lk);
			count(&imagestat.newimages);
			count(&imagestat.images);
			return i;
		}
		unlock(&table.lk);
		PERTURB();
		/* what is missing takes time: look again before it is an
		 * error, or one file has two Images (race 3) */
		if(!hope) {
			free(pghash);
			error(Enoimage);
		}
		if(pghash == nil)
			pghash = smalloc(npghash * sizeof(Page *));
		else
			hope = reclaimimage();
	}
}

Image *
attachimage(Chan *c, uvlong len)
{
	Image *i;

	i = getimage(c, pagebuckets((len + BY2PG - 1) / BY2PG));
	PERTURB();
	lock(&i->lk);
	if(i->c == nil) {
		incref(&c->r);
		i->c = c;
	}
	__atomic_add_fetch(&i->used, 1, __ATOMIC_RELAXED);
	count(&imagestat.attaches);
	return i;
}

/* i, which is locked, has no references: free it unless an attach came. */
static Page **
release(Image *i)
{
	Image **l;
	Page **pghash;

	assert(i->pgref == 0 && i->c == nil && i->s == nil);
	pghash = nil;
	PERTURB();
	lock(&table.lk);
	if(getref(&i->r) == 0) {
		for(l = chainof(i->qid); *l != i; l = &(*l)->hash)
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
	}
	unlock(&table.lk);
	return pghash;
}

void
putimage(Image *i)
{
	Chan *c;
	Page **pghash;
	long r;

	c = nil;
	pghash = nil;
	r = decref(&i->r);
	assert(i->pgref <= r);
	if(r == i->pgref) {
		/* pages need no file; keep no server mounted for their sake */
		assert(i->s == nil);
		c = i->c;
		i->c = nil;
	}
	if(r == 0)
		pghash = release(i);
	unlock(&i->lk);
	free(pghash);
	if(c != nil)
		ccloseq(c);
}

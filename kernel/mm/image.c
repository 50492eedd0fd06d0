/*
 * The table of Images, and who uses them: exec's half of the cache.
 *
 *   findtext     the text of a program that runs: no lock
 *   attachimage  finds or makes the Image of a file
 *   imageheader setimageheader   what its header says
 *   putimage leaveimage useimage   users
 *
 * The protocol, and what it defends against, is doc/imagecache.md. In short:
 *
 * An Image's counts are one word, refs: its users (Segments, and attaches under way;
 * reclaim is one) and its cached pages. The table's lock decides which Images there
 * are: only under it may a word of zero become another. The Image's own lock decides
 * whether it has users: only under it may the last one go, so that the Chan goes
 * with him.
 *
 * An attach looks through the table without lock. What it meets may be taken
 * away, be somebody else's by now, or lead it into another chain; but Images come
 * from one array and stay Images, and text Segments stay text Segments. So it
 * may try to take a reference, from non-zero only, and it compares the identity
 * after that: whoever has one keeps the identity from changing. A reference
 * of somebody else's is put again. When an attach finds nothing that may be because of
 * how the chain changed; the table's lock then tells for sure.
 *
 * A put that finds zero takes the table's lock inside the Image's, and looks again:
 * an attach may have come between. The Image lock, kept all the while, keeps a
 * second put from getting to zero too.
 *
 * Modelled in model/image.pml, by the same names; the objects are in imagecache.pml.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

int (*killbig)(const char *why);
long (*imageread)(Chan *c, void *buf, long n, vlong off);
void (*imageclose)(Chan *c);
void (*imageclunk)(Chan *c);

enum
{
	/* a power of two */
	NHASH = 1024,
	/* Images of a hash chain that are compared without the lock, at most */
	Maxwalk = 64,
};

/* Image.refs */
#define Onepage ((u64int)1 << 32)
#define usersof(refs) ((u32int)(refs))
#define pagesof(refs) ((u32int)((refs) >> 32))

/* The lock of table. Inside an Image lock only in imagerelease. */
Lock imagetablelk = LOCKRANK(Rtable);

static struct
{
	/* changes under the lock; read without */
	Image *hash[NHASH];
	/* were in use before */
	Image *free;
	Image *all;
	u32int n;
	/* all[nused] and those after it never were in use */
	u32int nused;
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
	return n < loadacquire(&table.nused) ? &table.all[n] : nil;
}

int
imagefree(void)
{
	return loadacquire(&table.free) != nil ||
	    loadacquire(&table.nused) < table.n;
}

u32int
imageusers(Image *i)
{
	return usersof(aload(&i->refs));
}

u32int
imagepages(Image *i)
{
	return pagesof(aload(&i->refs));
}

void
useimage(Image *i)
{
	u64int refs;

	refs = __atomic_fetch_add(&i->refs, 1, __ATOMIC_SEQ_CST);
	assert(usersof(refs) != 0);
}

int
imageref(Image *i)
{
	u64int refs;

	refs = aload(&i->refs);
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
	u64int refs;

	refs = __atomic_add_fetch(
	    &i->refs, (u64int)(vlong)n * Onepage, __ATOMIC_SEQ_CST);
	assert(usersof(refs) != 0 && pagesof(refs) <= totalframes());
}

static Image **
chainof(Qid q)
{
	return &table.hash[(q.path ^ q.path >> 16) & (NHASH - 1)];
}

/* Is i of c's file? Stands still only while i is kept from being freed. */
static int
isfile(Image *i, Chan *c)
{
	return loadrelaxed(&i->qid.path) == c->qid.path &&
	    loadrelaxed(&i->qid.vers) == c->qid.vers &&
	    loadrelaxed(&i->qid.type) == c->qid.type &&
	    loadrelaxed(&i->type) == c->type && loadrelaxed(&i->dev) == c->dev;
}

/* The Image of c's file, or nil. With the table's lock, that is the truth; without, and
 * with a bound, a hint. */
static Image *
tablefind(Chan *c, u32int most)
{
	Image *i;

	for(i = loadacquire(chainof(c->qid)); i != nil && most > 0;
	    i = loadacquire(&i->hash), most--)
		if(isfile(i, c))
			return i;
	return nil;
}

Segment *
findtext(Chan *c, uvlong text)
{
	Image *i;
	Segment *s;

	i = tablefind(c, Maxwalk);
	if(i == nil)
		return nil;
	PERTURB();
	s = loadacquire(&i->s);
	PERTURB();
	if(s == nil || !increfnz(&s->r))
		return nil;
	/* s is ours, whatever it is; if it is a user of i, then i stands still */
	if(loadacquire(&s->image) != i || !isfile(i, c) || s->flen != text) {
		putseg(s);
		return nil;
	}
	__atomic_add_fetch(&i->used, 1, __ATOMIC_RELAXED);
	count(&imagestat.lockfree);
	return s;
}

/* The Image of c's file, one more user, if it can be had without the table's lock. */
static Image *
findimage(Chan *c)
{
	Image *i;

	i = tablefind(c, Maxwalk);
	if(i == nil)
		return nil;
	PERTURB();
	if(!imageref(i))
		return nil;
	PERTURB();
	if(isfile(i, c))
		return i;
	leaveimage(i);
	return nil;
}

int
imageheader(Chan *c, Exechdr *h)
{
	Image *i;
	int known;

	if(isoff(Swheadercache))
		return 0;
	i = findimage(c);
	if(i == nil)
		return 0;
	known = loadacquire(&i->known);
	if(known)
		*h = i->sizes;
	leaveimage(i);
	return known;
}

void
setimageheader(Segment *text, const Exechdr *h)
{
	Image *i;

	i = text->image;
	if(loadacquire(&i->known))
		return;
	lock(&i->lk);
	if(!i->known) {
		i->sizes = *h;
		storerelease(&i->known, 1);
	}
	unlock(&i->lk);
}

/* The table's lock is held and c's file is not in it: take a free Image for it,
 * with the caller as its user, or nil. */
static Image *
tableenter(Chan *c, Page **pghash, u32int npghash)
{
	Image *i, **l;

	i = table.free;
	if(i != nil)
		storerelease(&table.free, i->next);
	else if(table.nused < table.n) {
		i = &table.all[table.nused];
		setrank(&i->lk, Rimage);
		storerelease(&table.nused, table.nused + 1);
	} else
		return nil;
	assert(aload(&i->refs) == 0);
	assert(i->c == nil && i->s == nil && !i->intable && i->pghash == nil);
	i->next = nil;
	/* some attach may be looking */
	storerelaxed(&i->type, c->type);
	storerelaxed(&i->dev, c->dev);
	storerelaxed(&i->qid.path, c->qid.path);
	storerelaxed(&i->qid.vers, c->qid.vers);
	storerelaxed(&i->qid.type, c->qid.type);
	i->pghash = pghash;
	i->npghash = npghash;
	storerelease(&i->used, 0);
	storerelaxed(&i->known, 0);
	worksetreset(i);
	i->intable = 1;
	l = chainof(i->qid);
	storerelease(&i->hash, *l);
	__atomic_add_fetch(&i->refs, 1, __ATOMIC_SEQ_CST);
	storerelease(l, i);
	return i;
}

/* The Image of c's file, one more user, not locked. */
static Image *
getimage(Chan *c, u32int npghash)
{
	Image *i;
	Page **pghash;
	int hope;

	i = findimage(c);
	if(i != nil) {
		count(&imagestat.hits);
		return i;
	}
	pghash = nil;
	hope = 1;
	for(;;) {
		lock(&imagetablelk);
		i = tablefind(c, ~0U);
		if(i != nil) {
			__atomic_add_fetch(&i->refs, 1, __ATOMIC_SEQ_CST);
			unlock(&imagetablelk);
			free(pghash);
			count(&imagestat.hits);
			return i;
		}
		if(pghash != nil &&
		    (i = tableenter(c, pghash, npghash)) != nil) {
			unlock(&imagetablelk);
			count(&imagestat.newimages);
			count(&imagestat.images);
			return i;
		}
		unlock(&imagetablelk);
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

/* i, which is locked, has neither users nor pages: free it unless an attach came. */
static Page **
imagerelease(Image *i)
{
	Image **l;
	Page **pghash;

	assert(i->c == nil && i->s == nil);
	pghash = nil;
	PERTURB();
	lock(&imagetablelk);
	if(aload(&i->refs) == 0) {
		for(l = chainof(i->qid); *l != i; l = &(*l)->hash)
			assert(*l != nil);
		storerelease(l, i->hash);
		storerelease(&i->hash, nil);
		i->intable = 0;
		pghash = i->pghash;
		i->pghash = nil;
		i->npghash = 0;
		i->next = table.free;
		storerelease(&table.free, i);
		countn(&imagestat.images, -1);
	}
	unlock(&imagetablelk);
	return pghash;
}

void
putimage(Image *i)
{
	Chan *c;
	Page **pghash;
	u64int refs;

	c = nil;
	pghash = nil;
	PERTURB();
	refs = __atomic_fetch_sub(&i->refs, 1, __ATOMIC_SEQ_CST);
	assert(usersof(refs) != 0);
	PERTURB();
	if(usersof(refs) == 1) {
		/* pages need no file; keep no server mounted for their sake */
		assert(i->s == nil);
		c = i->c;
		i->c = nil;
	}
	if(refs == 1)
		pghash = imagerelease(i);
	unlock(&i->lk);
	free(pghash);
	if(c != nil)
		imageclose(c);
}

void
leaveimage(Image *i)
{
	u64int refs;

	refs = aload(&i->refs);
	while(usersof(refs) > 1)
		if(__atomic_compare_exchange_n(&i->refs, &refs, refs - 1, 0,
		       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
			return;
	lock(&i->lk);
	putimage(i);
}

/*
 * The table of Images, and their users: exec's half of the cache.
 *
 *   findtext     the text of a program that already runs: takes no lock
 *   attachimage  finds or makes the Image of a file
 *   imageheader setimageheader   what the file's header says
 *   putimage leaveimage useimage   users
 *
 * There are NIMAGE (mm.h) of them at most.
 *
 * doc/imagecache.md has the protocol, and the races that it defends against. In short:
 *
 * One word of an Image, refs, counts its users and its cached pages. Users are Segments,
 * attaches that are under way, and reclaim. The table's lock decides which Images exist: refs
 * changes from 0 only under that lock. The Image's own lock decides whether it has users: the
 * last user goes only under that lock, and the Chan with it.
 *
 * An attach looks through the table without a lock. An Image that it meets may be freed, may
 * become another file's, or may lead it into another chain. But Images come from one array and
 * stay Images, and text Segments stay text Segments. So the attach may try to take a reference,
 * only if there is one already. Then it compares the identity, which cannot change while there
 * is a reference. If the identity is another file's, the attach drops the reference. If the
 * attach finds nothing, the chain may have changed on the way; the table's lock then decides.
 *
 * A put that counts refs to 0 takes the table's lock inside the Image's, and looks at refs
 * again, because an attach may have come between. It holds the Image's lock all the while, so
 * no second put can count to 0.
 *
 * Modelled in model/image.pml, by the same names; the objects are in imagecache.pml.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

int (*killbig)(const char *why);
int (*killheap)(const char *why);
long (*imageread)(Chan *c, void *buf, long n, vlong off);
void (*imageclose)(Chan *c);
void (*imageclunk)(Chan *c);

enum
{
	/* a power of two */
	NHASH = 1024,
	/* how many Images of a hash chain are compared without the lock */
	Maxwalk = 64,
};

/* Image.refs */
#define Onepage ((u64int)1 << 32)
#define usersof(refs) ((u32int)(refs))
#define pagesof(refs) ((u32int)((refs) >> 32))

/* Guards table. It is taken inside an Image's lock only in imagerelease. */
Lock imagetablelk = LOCKRANK(Rtable);

static struct
{
	/* changed under the lock, read without */
	Image *hash[NHASH];
	/* list of Images that were used and freed */
	Image *free;
	Image *all;
	u32int n;
	/* all[nused] and later were never used */
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
addimagepages(Image *i, int n)
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

/* Is i the Image of c's file? The answer stays true while the caller has a reference on i. */
static int
isfile(Image *i, Chan *c)
{
	return loadrelaxed(&i->qid.path) == c->qid.path &&
	    loadrelaxed(&i->qid.vers) == c->qid.vers &&
	    loadrelaxed(&i->qid.type) == c->qid.type &&
	    loadrelaxed(&i->type) == c->type && loadrelaxed(&i->dev) == c->dev;
}

/* The Image of c's file, or nil. The answer is certain if the caller holds the table's lock and
 * most is no bound; otherwise it is a hint. */
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
	/* s has a reference of ours now, whatever Segment it is. If it is a user of i, i's
	 * identity cannot change */
	if(loadacquire(&s->image) != i || !isfile(i, c) || s->flen != text) {
		putseg(s);
		return nil;
	}
	__atomic_add_fetch(&i->used, 1, __ATOMIC_RELAXED);
	count(&imagestat.lockfree);
	return s;
}

/* The Image of c's file with one more user, if no lock of the table is needed for that; else
 * nil. */
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

/* Take a free Image for c's file, with the caller as its user, and enter it in the table.
 * Returns nil if none is free. c's file is not in the table, whose lock the caller holds. */
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
	/* attaches may read these fields now, without the lock */
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

/* The Image of c's file with one more user, not locked. Errors. */
static Image *
getimage(Chan *c, u32int npghash)
{
	static u64int said;
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
		/* memory and reclaim took time: another exec may have entered the file, so the
		 * table is searched again before an error, and before a second Image is made
		 * (race 3) */
		if(!hope) {
			free(pghash);
			saylimit(&said, "%d running programs", table.n);
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

/* i, which is locked, has neither users nor pages: free it, unless an attach came. Returns its
 * page hash for the caller to free, or nil. */
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
		/* cached pages need no open file, and must not keep a server mounted */
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

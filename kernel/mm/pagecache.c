/*
 * The pages of an Image: a hash by file offset.
 *
 *   pagefind     finds a page
 *   cachepages   puts pages in, unless others were quicker
 *   pageharvest  takes pages out
 *
 * A page is complete when it enters the hash: its contents are read and its system calls
 * rewritten. From then on other processes use it without asking (race 5). A process that finds
 * another page in the place of its own uses that one, and drops its own, so there is one page
 * for each offset (race 4). Two pages of an offset are the same only if they show the same
 * number of the file's bytes, and both as text or both as data (race 12): PGTEXT.
 *
 * Modelled in model/page.pml: cachepages in fault, pageharvest in drain.
 *
 * Nothing here allocates, copies or frees under the Image's lock. A walk over many pages
 * releases the lock every Bound pages (race 10).
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

enum
{
	Minbuckets = 8,
	Maxbuckets = 1 << 16,
	/* how many pages are looked at before the lock is released for others */
	Bound = 32,
};

/* How many hash buckets suit a file of npages. */
u32int
pagebuckets(uvlong npages)
{
	u32int n;

	for(n = Minbuckets; n < npages && n < Maxbuckets; n *= 2)
		;
	return n;
}

static Page **
bucketof(Image *i, uvlong off)
{
	return &i->pghash[(off >> PGSHIFT) & (i->npghash - 1)];
}

Page *
pagefind(Image *i, uvlong off, u32int valid)
{
	Page *p;

	for(p = *bucketof(i, off); p != nil; p = p->next)
		if(p->daddr == off && p->valid == valid)
			return p;
	return nil;
}

/* Put p into i, unless i has such a page. Returns the page that is in i now, with a reference
 * for the caller. Caller holds i->lk. */
static Page *
cacheinsert(Page *p, Image *i, uvlong off, u32int valid)
{
	Page *old, **l;

	old = pagefind(i, off, valid);
	if(old != nil) {
		incref(&old->r);
		return old;
	}
	assert(p->image == nil && getref(&p->r) == 1);
	p->image = i;
	p->daddr = off;
	p->valid = valid;
	incref(&p->r);
	addimagepages(i, 1);
	storerelease(&i->entered, i->entered + 1);
	l = bucketof(i, off);
	p->next = *l;
	*l = p;
	return p;
}

void
cachepages(Page **pg, u32int n, Image *i, uvlong off, const u32int *valid)
{
	Page *mine[Bound];
	u32int k, m, done;

	for(done = 0; done < n; done += m) {
		m = n - done < Bound ? n - done : Bound;
		PERTURB();
		lock(&i->lk);
		for(k = 0; k < m; k++) {
			mine[k] = pg[done + k];
			pg[done + k] = cacheinsert(mine[k], i,
			    off + (uvlong)(done + k) * BY2PG, valid[done + k]);
		}
		unlock(&i->lk);
		for(k = 0; k < m; k++)
			if(mine[k] != pg[done + k]) {
				count(&imagestat.dups);
				putpage(mine[k]);
			} else
				count(&imagestat.pages);
	}
}

Page *
pageharvest(Image *i, u32int *bucket, u32int *n)
{
	Page *p, **l, *list;
	u32int looked;

	list = nil;
	*n = 0;
	for(looked = 0; looked < Bound && *bucket < i->npghash;
	    looked++, ++*bucket) {
		l = &i->pghash[*bucket];
		while((p = *l) != nil) {
			looked++;
			if(getref(&p->r) != 1) {
				l = &p->next;
				continue;
			}
			/* only the cache has a reference, and only this hash leads to the
			 * page */
			*l = p->next;
			p->image = nil;
			p->next = list;
			list = p;
			++*n;
			addimagepages(i, -1);
		}
	}
	return list;
}

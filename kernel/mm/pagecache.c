/*
 * The pages of an Image: a hash by file offset.
 *
 *   pagefind     finds one
 *   cachepages   puts some in, unless others were quicker
 *   pageharvest  takes some out
 *
 * A page goes in complete, its contents read and its system calls rewritten,
 * because from then on others use it without asking (race 5). Whoever finds
 * another page in its place uses that one and throws its own away, so there
 * is one page for each offset (race 4). What "the same page" is includes how
 * many bytes of the file it shows, and whether as text (race 12): see PGTEXT.
 *
 * Modelled in model/page.pml: cachepages in fault, pageharvest in drain.
 *
 * Nothing here allocates, copies or frees under the Image lock; a walk over
 * many pages lets go of it every Bound pages (race 10).
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

enum
{
	Minbuckets = 8,
	Maxbuckets = 1 << 16,
	/* pages that are looked at before the lock is released for others */
	Bound = 32,
};

/* A good number of hash buckets for a file of npages. */
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

/* The lock is held; p goes in unless there is one already. The page that is
 * there, with a reference for the caller. */
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
	imagepage(i, 1);
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
			/* only the cache has it, and only through here can it be found */
			*l = p->next;
			p->image = nil;
			p->next = list;
			list = p;
			++*n;
			imagepage(i, -1);
		}
	}
	return list;
}

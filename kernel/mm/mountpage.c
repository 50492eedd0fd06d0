/*
 * The pages of the mount cache, which kernel/dev keeps.
 *
 * The cache has a part of all frames at most, and takes only frames that are free. Reclaim asks
 * for them back when no idle image is left, before it takes pages of programs that run.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

enum
{
	/* the part of all frames that the mount cache may have */
	Mountpart = 4,
};

u32int (*mountreclaim)(u32int n);
Mountstats mountstat;

Page *
cachepage(void)
{
	Framewant w;
	Page *p;

	if(loadrelaxed(&mountstat.pages) >= totalframes() / Mountpart)
		return nil;
	w.n = 1;
	w.hint = NOFRAME;
	w.window = 1;
	w.offset = 0;
	if(trypages(&p, &w, 0) == 0)
		return nil;
	count(&mountstat.pages);
	return p;
}

u32int
cacherun(Page **pg, u32int n, const uchar *p)
{
	Framewant w;

	if(loadrelaxed(&mountstat.pages) + n > totalframes() / Mountpart)
		return 0;
	w.n = n;
	w.hint = NOFRAME;
	w.window = n;
	w.offset = 0;
	n = trypages(pg, &w, 0);
	if(n == 0)
		return 0;
	countn(&mountstat.pages, n);
	if(w.fresh)
		framefill(pg[0]->frame, p, (usize)n * BY2PG);
	else
		memmove(pageaddr(pg[0]), p, (usize)n * BY2PG);
	return n;
}

void
holdpage(Page *p)
{
	incref(&p->r);
}

int
ownpage(Page *p)
{
	return getref(&p->r) == 1;
}

void
uncachepage(Page *p)
{
	countn(&mountstat.pages, -1ULL);
	putpage(p);
}

/*
 * Pages: frames in use.
 *
 *   trypages           makes private pages, if frames are free
 *   copypages          copies their bytes
 *   putpage putlater   drop references
 *   pageaddr           the kernel's address
 *
 * newpage and getpages, which wait for frames, are in memwait.c.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

enum
{
	/* this many pages of zeros at once will probably be touched */
	Manyzero = 256,
};

/* one for each frame */
static Page *pages;

void
mminit(u32int nframes, u32int nimages)
{
	pages = (Page *)hostheapmore(ROUNDUP(nframes * sizeof(Page), BY2PG));
	if(pages == nil)
		panic("no memory for %d pages", nframes);
	frameinit(nframes);
	imageinit(nimages);
}

uchar *
pageaddr(Page *p)
{
	return frameaddr(p->frame);
}

void
copypages(Page *to, Page *from, u32int n, int fresh)
{
	if(fresh)
		framefill(to->frame, pageaddr(from), (usize)n * BY2PG);
	else
		memmove(pageaddr(to), pageaddr(from), (usize)n * BY2PG);
}

u32int
trypages(Page **pg, Framewant *w, int zero)
{
	Framerun r;
	Page *p;
	u32int i;

	/* all pages that are to be filled are needed. Zero pages around a touch are a guess,
	 * unless they are many: a run so long means that as many were touched before */
	w->guess = zero && w->n < Manyzero;
	framealloc(w, &r);
	w->fresh = r.fresh;
	for(i = 0; i < r.n; i++) {
		p = &pages[r.first + i];
		assert(getref(&p->r) == 0 && p->image == nil);
		p->frame = r.first + i;
		p->next = nil;
		if(zero && (r.old[i / 64] & ((u64int)1 << i % 64)) != 0)
			memset(pageaddr(p), 0, BY2PG);
		storerelease(&p->r.ref, 1);
		pg[i] = p;
	}
	return r.n;
}

void
putlater(Putlist *l, Page *p)
{
	if(decref(&p->r) != 0)
		return;
	assert(p->image == nil);
	if(l->n > 0 && p->frame == l->first + l->n) {
		l->n++;
		return;
	}
	if(l->n > 0 && p->frame + 1 == l->first) {
		l->first--;
		l->n++;
		return;
	}
	putnow(l);
	l->first = p->frame;
	l->n = 1;
}

void
putnow(Putlist *l)
{
	if(l->n > 0)
		framefree(l->first, l->n);
	l->freed += l->n;
	l->n = 0;
}

void
putpage(Page *p)
{
	Putlist l = {0};

	putlater(&l, p);
	putnow(&l);
	frametrim(l.freed);
}

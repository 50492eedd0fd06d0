/*
 * Pages: frames in use.
 *
 *   newpage getpages   private pages, waiting for memory
 *   trypages           the same without waiting
 *   copypages
 *   putpage putlater   drop references
 *   pageaddr
 *
 * Waiting for memory: first cached pages that nobody uses are dropped; when
 * there are none, the process with most memory dies, and the others wait for
 * what it leaves.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

enum
{
	Waitms = 5, /* between looks for memory */
	Patience = 400, /* looks before another process has to die */
	Giveup = 3 * Patience, /* looks before it is an error */
	Manyzero = 256, /* pages of zeros, at once, that are probably touched */
	Reclaimmore = 128, /* frames to reclaim: not just the one needed */
};

static Page *pages; /* one for each frame */

static struct
{
	QLock lk;
	uvlong quiet; /* monons before which nobody else need die */
} oom = {.lk = QLOCKRANK(Room)};

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

	/* what is to be filled is needed; zeros are made around what is, and many only for
	 * who went through as many before */
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
		poke(&p->r.ref, 1);
		pg[i] = p;
	}
	return r.n;
}

/* Nothing is free. Make some, or wait for it; errors when that is hopeless. */
static void
waitmemory(int try)
{
	int killed;

	nolocks("wait for memory");
	if(reclaimframes(Reclaimmore))
		return;
	if(try >= Giveup)
		error(Enovmem);
	qlock(&oom.lk);
	killed = 1;
	if(freeframes() == 0 && monons() >= oom.quiet) {
		killed = killbig("out of memory");
		oom.quiet = monons() + (uvlong)Waitms * Patience * 1000000;
	}
	qunlock(&oom.lk);
	if(!killed)
		error(Enovmem);
	tsleep(&up->sleeprend, return0, nil, Waitms);
}

u32int
getpages(Page **pg, Framewant *w, int zero)
{
	u32int n;
	int try;

	for(try = 0; (n = trypages(pg, w, zero)) == 0; try++)
		waitmemory(try);
	return n;
}

Page *
newpage(int zero, u32int hint)
{
	Framewant w;
	Page *p;

	w.n = 1;
	w.hint = hint;
	w.window = 1;
	w.offset = 0;
	getpages(&p, &w, zero);
	return p;
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

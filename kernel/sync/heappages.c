/*
 * The pages of the kernel heap: one address-ordered list of free extents, which are joined with
 * free neighbours. Memory comes from the machine in pieces of Morepages and is kept. Spans of
 * less than a page are cut from scraps, which stay spans.
 */
#include "u.h"
#include "portdat.h"
#include "sync/heappages.h"
#include "sync/sync.h"
#include "host/host.h"

typedef struct Extent Extent;

enum
{
	Scrappages = 4, /* spans of less than a page are cut from so many */
	Morepages = 256,
};

/* Free pages; lives in the first of them. */
struct Extent
{
	Extent *next;
	usize npages;
};

_Static_assert(sizeof(Extent) <= Extentsize, "heap.c relies on it");

static struct
{
	/* inside a Class's lock (heap.c) or alone */
	Lock lk;
	/* by address */
	Extent *free;
	/* nothing from here on ever was in use, but by Extents */
	uchar *used;
	/* for small spans, up to scrapend */
	uchar *scrap;
	uchar *scrapend;
	int scrapzero;
} extents = {.lk = LOCKRANK(Rheap)};

/* A run of npages free pages, or nil. */
static void *
takeextent(usize npages)
{
	Extent *e, **l, *rest;

	for(l = &extents.free; (e = *l) != nil; l = &e->next) {
		if(e->npages < npages)
			continue;
		if(e->npages == npages)
			*l = e->next;
		else {
			rest = (Extent *)((uchar *)e + npages * BY2PG);
			rest->next = e->next;
			rest->npages = e->npages - npages;
			*l = rest;
		}
		return e;
	}
	return nil;
}

static int
touches(Extent *a, Extent *b)
{
	return (uchar *)a + a->npages * BY2PG == (uchar *)b;
}

/* Called with extents.lk. */
static void
giveextent(void *p, usize npages)
{
	Extent *e, *n, *prev;

	e = p;
	e->npages = npages;
	prev = nil;
	for(n = extents.free; n != nil && n < e; n = n->next)
		prev = n;
	e->next = n;
	if(n != nil && touches(e, n)) {
		e->npages += n->npages;
		e->next = n->next;
	}
	if(prev == nil)
		extents.free = e;
	else if(touches(prev, e)) {
		prev->npages += e->npages;
		prev->next = e->next;
	} else
		prev->next = e;
}

/* npages pages, or nil. *zero: they are zeros, except an Extent's bytes at the start. Called
 * with extents.lk. */
static uchar *
pagerun(usize npages, int *zero)
{
	usize more;
	uchar *p;

	p = takeextent(npages);
	if(p == nil) {
		spansinit();
		more = npages < Morepages ? Morepages : npages;
		p = hostheapmore(more * BY2PG);
		if(p == nil && more > npages) {
			more = npages;
			p = hostheapmore(more * BY2PG);
		}
		if(p == nil)
			return nil;
		if(more > npages)
			giveextent(p + npages * BY2PG, more - npages);
	}
	*zero = p >= extents.used;
	if(p + npages * BY2PG > extents.used)
		extents.used = p + npages * BY2PG;
	return p;
}

uchar *
heappages(usize npages, u32int pid, int *zero)
{
	uchar *p;
	Span *s;

	lock(&extents.lk);
	p = pagerun(npages, zero);
	if(p != nil && (s = spanmade(p, npages, 0)) != nil)
		s->pid = pid;
	unlock(&extents.lk);
	return p;
}

void
givepages(void *p, usize npages)
{
	Span *s;

	lock(&extents.lk);
	s = spanof(p);
	if(s != nil)
		spangone(s);
	giveextent(p, npages);
	unlock(&extents.lk);
}

uchar *
newspan(usize n, u32int class, usize size, int *zero)
{
	uchar *p;
	Span *s;

	lock(&extents.lk);
	if(n >= BY2PG) {
		p = pagerun((n + BY2PG - 1) / BY2PG, zero);
		s = p != nil ? spanmade(p, (n + BY2PG - 1) / BY2PG, n / size)
			     : nil;
		if(s != nil)
			s->class = class;
	} else {
		if((usize)(extents.scrapend - extents.scrap) < n) {
			extents.scrap = pagerun(Scrappages, &extents.scrapzero);
			extents.scrapend = extents.scrap;
			if(extents.scrap != nil)
				extents.scrapend += Scrappages * BY2PG;
		}
		p = extents.scrap;
		if(p != nil)
			extents.scrap += n;
		*zero = extents.scrapzero;
	}
	unlock(&extents.lk);
	return p;
}

int
nextrun(u32int place, Run *r)
{
	Span *s;

	lock(&extents.lk);
	s = spanfrom(place);
	if(s != nil) {
		r->start = spanstart(s);
		r->place = spanplaceof(s);
		r->npage = s->npage;
		r->nblock = s->nblock;
		r->class = s->class;
		r->pid = s->pid;
	}
	unlock(&extents.lk);
	return s != nil;
}

void
givespan(Span *s)
{
	lock(&extents.lk);
	spangone(s);
	giveextent(spanstart(s), s->npage);
	unlock(&extents.lk);
}

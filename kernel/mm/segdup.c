/*
 * Segments at rfork.
 *
 *   dupseg    makes a copy-on-write copy, or returns the same Segment where rfork shares
 *
 * The users of a Segment that has several are held until the child releases its copy
 * (forkhold.c), if it will probably do so soon. Otherwise their mappings are shot down.
 *
 * If there are few dirty pages, rfork copies them at once, into the frames that are cheapest to
 * map in the child. That costs less than taking write permission from the parent, and two
 * faults later.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* the most pages that rfork copies at once */
	Maxeager = 16,
};

/* The pages that rfork copies at once. */
typedef struct Eager Eager;
struct Eager
{
	u32int n;
	/* Framewant.fresh of the copies */
	int fresh;
	/* the first page's index in the Segment */
	uvlong first;
	/* the pages, in ascending order */
	Page *from[Maxeager];
	/* their copies; nil once the new Segment has them */
	Page *to[Maxeager];
};

/* List the pages of s that its user may write to. Returns 0 if they are too many. */
static int
listowned(Segment *s, Eager *e)
{
	Pte *pte;
	uvlong c;
	u32int k;

	e->n = 0;
	if(s->used == 0)
		return 1;
	for(c = 0; (pte = nextpte(s, &c)) != nil; c++) {
		if(pte->npage == 0)
			continue;
		for(k = 0; k < pte->n; k++) {
			if(pte->pages[k] == nil || !owned(pte->pages[k]))
				continue;
			if(e->n == Maxeager)
				return 0;
			if(e->n == 0)
				e->first = c * PTEPERTAB + k;
			e->from[e->n++] = pte->pages[k];
		}
	}
	return 1;
}

static void
dropeager(Eager *e)
{
	u32int k;

	for(k = 0; k < e->n; k++)
		if(e->to[k] != nil)
			putpage(e->to[k]);
	e->n = 0;
}

/*
 * Get pages for copies of all pages that s's user may write to, if they are few. Then the
 * parent's mappings stay as they are, and no fault follows, which would cost more than a copy.
 * Returns 1 if it did. If it returns 0, the pages must be copied on write; likewise if other
 * users may write meanwhile, because the copy must be of one moment.
 *
 * The pages are listed once, here. Any page may become s's alone later, when another Segment
 * that shares it gives it up.
 */
static int
eagerpages(Segment *s, Eager *e)
{
	Framewant w;
	u32int k;

	memset(e->to, 0, sizeof e->to);
	e->n = 0;
	if(isoff(Sweagercopy) || getref(&s->r) > 1 || !listowned(s, e)) {
		e->n = 0;
		return 0;
	}
	if(e->n == 0)
		return 1;
	w.n = e->n;
	w.hint = mmucheapest(s->base + e->first * BY2PG);
	w.window = e->n;
	w.offset = 0;
	k = trypages(e->to, &w, 0);
	e->fresh = w.fresh;
	if(k == e->n)
		return 1;
	dropeager(e);
	return 0;
}

/* Give n, a private Segment, the pages of s, and copies of those in e. Returns 0 if there is no
 * memory. */
static int
copysegpages(Segment *n, Segment *s, Eager *e)
{
	Pte *pte, *to;
	Page *p;
	uvlong c;
	u32int k, next;

	next = 0;
	for(c = 0; (pte = nextpte(s, &c)) != nil; c++) {
		if(pte->npage == 0)
			continue;
		to = newpte(n, c, pte->n);
		if(to == nil)
			return 0;
		for(k = 0; k < pte->n; k++) {
			p = pte->pages[k];
			if(p == nil)
				continue;
			if(next < e->n && p == e->from[next]) {
				to->pages[k] = e->to[next];
				e->to[next++] = nil;
				copypages(to->pages[k], p, 1, e->fresh);
			} else {
				incref(&p->r);
				to->pages[k] = p;
			}
			to->npage++;
		}
		storerelaxed(&n->used, n->used + to->npage);
	}
	assert(next == e->n);
	return 1;
}

/* A copy of s; from now on both are copied on write. s is up's and locked. Returns nil if there
 * is no memory. */
static Segment *
copyseg(Segment *s, Forkhold *h)
{
	Segment *n;
	Eager e;
	int eager;

	if(waserror())
		return nil;
	n = newseg(s->type, s->base, s->size);
	poperror();
	if(s->image != nil) {
		useimage(s->image);
		n->image = s->image;
	}
	storerelease(&n->top, s->top);
	n->copy = 1;
	n->exec = s->exec;
	n->fstart = s->fstart;
	n->flen = s->flen;
	releaseseg(s, 1);
	eager = eagerpages(s, &e);
	if(!setsegname(n, s->name) || !copysegpages(n, s, &e)) {
		dropeager(&e);
		putseg(n);
		return nil;
	}
	if(eager)
		return n;
	if(getref(&s->r) > 1) {
		if(!holdseg(h, s, n))
			segflushall(s, s->base, s->top - s->base, 1);
	} else if(s->used > 0) {
		mmurdonly(s->base, s->top - s->base);
		s->romapped = 1;
	}
	return n;
}

Segment *
dupseg(Proc *p, int n, int share, Forkhold *h)
{
	Segment *s, *c;

	assert(p == up);
	s = p->seg[n];
	if(s == nil)
		return nil;
	qlock(&s->lk);
	if(segcopies(s) && (!share || (s->type & SG_TYPE) == SG_STACK)) {
		c = copyseg(s, h);
	} else {
		/* from now on s may have several users */
		if(s->romapped) {
			mmudrop(s->base, s->top - s->base);
			s->romapped = 0;
		}
		incref(&s->r);
		c = s;
	}
	qunlock(&s->lk);
	if(c == nil)
		error(Enovmem);
	return c;
}

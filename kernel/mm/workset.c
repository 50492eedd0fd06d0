/*
 * Working sets: the pages of its bss that a program will probably use, told from
 * what its former runs used.
 *
 *   sampleuse     a program ends: note what it used
 *   bssexpected   exec: will the program use most of its first bss?
 *   brkprefill    brk: make and map, of the new memory, what a former run used
 *
 * A program's runs resemble each other: most grow their heap to about the same
 * size and touch the same parts of it. A wrong guess costs the memory of the
 * pages that are not used, and no more; so with little memory free nothing is
 * guessed.
 *
 * The notes are a Workset, which an Image gets when a program of it ends for the
 * first time, and keeps. All of it is hints: each field is atomic by itself, and
 * readers and writers take no lock.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* pages of bss that mostused looks at */
	Sample = 64,
	/* pages that brkprefill makes */
	Mostpages = 512,
	/* pages not used that cost less than another run */
	Skip = 32,
	/* of so many ends of a program one is looked at */
	Everyend = 8,
};

struct Workset
{
	/* the last program touched most of its bss */
	int bssused;
	/* programs that ended, each the last user of its bss */
	u32int ends;
	/* pages of bss that a program used: RUN, ended by 0 */
	u64int run[32];
};

/* Workset.run: pages [at, at+len) */
#define RUN(at, len) ((u64int)(at) << 16 | (len))
#define RUNAT(run) ((run) >> 16)
#define RUNLEN(run) ((run)&0xFFFF)

void
worksetreset(Image *i)
{
	Workset *w;

	w = loadacquire(&i->workset);
	if(w == nil)
		return;
	storerelaxed(&w->bssused, 1);
	storerelaxed(&w->ends, 0);
	storerelaxed(&w->run[0], 0);
}

/* i's Workset, made if need be; nil if there is no memory. */
static Workset *
worksetof(Image *i)
{
	Workset *w, *old;

	w = loadacquire(&i->workset);
	if(w != nil)
		return w;
	w = malloc(sizeof *w);
	if(w == nil)
		return nil;
	old = nil;
	if(__atomic_compare_exchange_n(
	       &i->workset, &old, w, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		return w;
	free(w);
	return old;
}

int
bssexpected(Image *i)
{
	Workset *w;

	w = loadacquire(&i->workset);
	return w == nil || loadrelaxed(&w->bssused);
}

/* Does the bss s have most of its pages, of those that exec makes at once? */
static int
mostused(Segment *s)
{
	u32int k, n, used;

	used = 0;
	n = s->size < Sample ? s->size : Sample;
	for(k = 0; k < n; k++)
		used += pageat(s, k) != nil;
	return used > n / 2;
}

/* Is there anything but zeros in p? Then it was written to. */
static int
written(Page *p)
{
	u64int *w, *end;

	w = (u64int *)pageaddr(p);
	for(end = w + BY2PG / sizeof *w; w < end; w += 4)
		if((w[0] | w[1] | w[2] | w[3]) != 0)
			return 1;
	return 0;
}

/* The runs that were noted so far, and the one that has not ended: [lo, hi), if hi is not 0. */
typedef struct Notes Notes;
struct Notes
{
	Workset *w;
	u32int runs;
	u32int pages;
	uvlong lo;
	uvlong hi;
};

static void
endrun(Notes *n)
{
	if(n->hi != 0 && n->runs < nelem(n->w->run))
		storerelaxed(&n->w->run[n->runs++], RUN(n->lo, n->hi - n->lo));
	n->hi = 0;
}

/* Page idx, beyond those that were noted, was used. */
static void
notepage(Notes *n, uvlong idx)
{
	if(n->hi == 0 || idx > n->hi + Skip || n->hi - n->lo > PTEPERTAB) {
		endrun(n);
		n->lo = idx;
		n->hi = idx;
	}
	n->pages += idx + 1 - n->hi;
	n->hi = idx + 1;
}

/* Note in w which pages of s, a bss, were used. */
static void
noteused(Workset *w, Segment *s)
{
	Notes n = {w, 0, 0, 0, 0};
	Pte *pte;
	uvlong c;
	u32int k, left;

	for(c = 0; (pte = nextpte(s, &c)) != nil; c++) {
		left = pte->npage;
		for(k = 0; left > 0 && n.pages < Mostpages; k++) {
			if(pte->pages[k] == nil)
				continue;
			left--;
			if(written(pte->pages[k]))
				notepage(&n, c * PTEPERTAB + k);
		}
	}
	endrun(&n);
	if(n.runs < nelem(w->run))
		storerelaxed(&w->run[n.runs], 0);
}

/* Note in i what b, the bss of a program that ends, was used for. b->lk held. */
static void
samplebss(Image *i, Segment *b)
{
	Workset *w;
	u32int ends;

	w = worksetof(i);
	if(w == nil)
		return;
	storerelaxed(&w->bssused, mostused(b));
	/* others still use it */
	if(getref(&b->r) != 1)
		return;
	/* the first end is not looked at: most programs run once, and to read the
	 * memory may make the host allocate it */
	ends = __atomic_fetch_add(&w->ends, 1, __ATOMIC_RELAXED);
	if(ends % Everyend == 1)
		noteused(w, b);
}

void
sampleuse(void)
{
	Segment *t, *b;

	/* a debugger may replace the text */
	qlock(&up->seglock);
	t = up->seg[TSEG];
	b = up->seg[BSEG];
	/* a copy has what its parent used */
	if(t != nil && b != nil && t->image != nil && !b->copy) {
		qlock(&b->lk);
		samplebss(t->image, b);
		qunlock(&b->lk);
	}
	qunlock(&up->seglock);
}

/* Make and map what is missing of pages [idx, end) of s, as far as there is memory. */
static void
fillrun(Segment *s, uvlong idx, uvlong end)
{
	Page *pg[MAXRUN];
	Framewant w;
	u32int k, n;

	while(idx < end) {
		if(segslot(s, idx, 1) == nil)
			return;
		for(n = 0; idx + n < end && n < MAXRUN &&
		    (n == 0 ||
			((idx + n) % PTEPERTAB != 0 &&
			    (s->base / BY2PG + idx + n) % PTEPERTAB != 0)) &&
		    pageat(s, idx + n) == nil;
		    n++)
			;
		if(n == 0) {
			idx++;
			continue;
		}
		segplace(s, idx, n, 1, &w);
		n = trypages(pg, &w, 1);
		if(n == 0)
			return;
		for(k = 0; k < n; k++)
			segput(s, idx + k, pg[k]);
		mmuput(s->base + idx * BY2PG, pg[0]->frame, n,
		    pageprot(s, pg[0], 0) | (w.fresh ? 0 : Ppopulate));
		idx += n;
	}
}

void
brkprefill(Segment *s, Image *i, uvlong from)
{
	Workset *w;
	u64int run;
	uvlong lo, hi, left;
	u32int k;

	if(isoff(Swbrkprefill))
		return;
	w = loadacquire(&i->workset);
	if(w == nil || freeframes() < totalframes() / 8)
		return;
	left = Mostpages;
	for(k = 0; k < nelem(w->run) && (run = loadrelaxed(&w->run[k])) != 0;
	    k++) {
		lo = RUNAT(run);
		hi = lo + RUNLEN(run);
		if(lo < from)
			lo = from;
		if(hi > s->size)
			hi = s->size;
		if(lo >= hi)
			continue;
		if(hi - lo > left)
			break;
		left -= hi - lo;
		fillrun(s, lo, hi);
	}
}

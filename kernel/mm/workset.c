/*
 * Working sets: the pages of its bss that a program will probably use, predicted from what its
 * former runs used.
 *
 *   sampleuse     a program ends: note which pages it used
 *   bssexpected   exec: will the program use most of its first bss?
 *   brkprefill    brk: of the new memory, make and map the pages that a former run used
 *
 * The runs of a program resemble each other: most grow their heap to about the same size, and
 * touch the same parts of it. A wrong guess costs only the memory of the unused pages. So when
 * little memory is free, nothing is guessed.
 *
 * The notes are in a Workset. An Image gets one when a program of it ends for the first time, and
 * keeps it. All of it is hints: each field is atomic by itself, and readers and writers take no
 * lock.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* how many pages of bss mostused looks at */
	Sample = 64,
	/* the most pages that brkprefill makes */
	Mostpages = 512,
	/* a gap of at most this many unused pages is made part of a run */
	Skip = 32,
	/* one in this many ends of a program is noted */
	Everyend = 8,
};

struct Workset
{
	/* the last program that was noted touched most of its bss */
	int bssused;
	/* how many programs have ended as the last user of their bss */
	u32int ends;
	/* the pages of bss that a program used: RUNs, ended by 0 */
	u64int run[32];
};

/* An element of Workset.run: pages [at, at+len). */
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

/* i's Workset, made if necessary; nil if there is no memory. */
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

/* Does bss Segment s have most of the pages that exec could make at once? */
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

/* Has p been written to? It has if it is not all zeros. */
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

/* The runs noted so far, and the run [lo, hi) that has not ended, if hi is not 0. */
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

/* Note page idx, which is beyond those noted before, as used. */
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

/* Note in w which pages of bss Segment s were used. */
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

/* Note in i which pages of b, the bss of a program that ends, were used. Caller holds b->lk. */
static void
samplebss(Image *i, Segment *b)
{
	Workset *w;
	u32int ends;

	w = worksetof(i);
	if(w == nil)
		return;
	storerelaxed(&w->bssused, mostused(b));
	/* other processes still use it */
	if(getref(&b->r) != 1)
		return;
	/* the first end is not noted: most programs run only once, and reading their memory may
	 * make the host allocate it */
	ends = __atomic_fetch_add(&w->ends, 1, __ATOMIC_RELAXED);
	if(ends % Everyend == 1)
		noteused(w, b);
}

void
sampleuse(void)
{
	Segment *t, *b;

	/* held because a debugger may replace the text */
	qlock(&up->seglock);
	t = up->seg[TSEG];
	b = up->seg[BSEG];
	/* a copy by rfork has pages that its parent used; a Segment of segattach is no bss */
	if(t != nil && b != nil && t->image != nil && !b->copy &&
	    b->name == nil) {
		qlock(&b->lk);
		samplebss(t->image, b);
		qunlock(&b->lk);
	}
	qunlock(&up->seglock);
}

/* Make and map the missing pages in [idx, end) of s, as far as there is memory. */
static void
fillpages(Segment *s, uvlong idx, uvlong end)
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
		fillpages(s, lo, hi);
	}
}

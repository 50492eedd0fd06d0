/*
 * What a process has mapped when it begins.
 *
 *   execprefill  a new program: its data, and its bss if it used that before
 *   sampleuse    notes what it used
 *   brkprefill   one that asks for more memory: what its last run used of that
 *   threadpremap   one that shares the memory of others: what is there
 *
 * A fault costs ten times what mapping some pages more does, and nothing is paid for
 * what the host process has mapped from an earlier program, if the same frames are
 * used: mmuput.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	Mostfill = 64, /* pages of data, or bss, that exec makes at once */
	Mostjoin = 4096, /* pages that threadpremap maps, */
	Mostruns = 48, /* and runs of them */
	Mostpages = 512, /* pages that brkprefill makes */
	Skip = 32, /* pages not used that cost less than another run */
	Everyend = 8, /* ends of a program of which one is looked at */
};

/* Image.grown: pages [at, at+len) */
#define GROWN(at, len) ((u64int)(at) << 16 | (len))
#define GROWNAT(run) ((run) >> 16)
#define GROWNLEN(run) ((run)&0xFFFF)

/* Are all pages of s there that come from a file? */
static int
allcached(Segment *s)
{
	uvlong k, off;

	for(k = 0; k < s->size; k++)
		if(filebytes(s, k, &off) != 0 && pageat(s, k) == nil)
			return 0;
	return 1;
}

/* The first n pages of s, which is new to everybody, become pg, in one run: copies of
 * what is there, if anything is. There are slots for them. */
static void
ownpages(Segment *s, Page **pg, u32int n, int fresh)
{
	Page *old, *q;
	u32int k, m;

	for(k = 0; k < n; k += m) {
		m = 1;
		old = pageat(s, k);
		if(old == nil) {
			segput(s, k, pg[k]);
			continue;
		}
		while(k + m < n && (q = pageat(s, k + m)) != nil &&
		    q->frame == old->frame + m)
			m++;
		copypages(pg[k], old, m, fresh);
		for(q = old; q < old + m; q++) {
			*segslot(s, k + (q - old), 0) = pg[k + (q - old)];
			putpage(q);
		}
	}
}

/* n pages in one run for s, where they are mapped already if that can be; 0 if there
 * are none. */
static int
runof(Segment *s, Page **pg, u32int n, int *fresh)
{
	Framewant w;
	u32int k, got;

	segplace(s, 0, n, 1, &w);
	got = trypages(pg, &w, s->image == nil);
	if(got > 0 && got < n && w.hint != NOFRAME) {
		for(k = 0; k < got; k++)
			putpage(pg[k]);
		w.hint = NOFRAME;
		w.window = n;
		w.offset = 0;
		got = trypages(pg, &w, s->image == nil);
	}
	*fresh = w.fresh;
	if(got == n)
		return 1;
	for(k = 0; k < got; k++)
		putpage(pg[k]);
	return 0;
}

/* Make and map all pages of s, which is of a new program and up's alone, if they are few and
 * nothing has to be waited for: 1 if so. */
static int
fillseg(Segment *s)
{
	Page *pg[Mostfill];
	int filled, fresh;

	qlock(&s->lk);
	filled = s->size > 0 && s->size <= Mostfill &&
	    segslot(s, 0, 1) != nil && allcached(s) &&
	    runof(s, pg, s->size, &fresh);
	if(filled) {
		ownpages(s, pg, s->size, fresh);
		/* zeros that the host has yet to make, it makes as they are touched */
		mmuput(s->base, pg[0]->frame, s->size,
		    Pread | Pwrite | Pexec |
			(fresh && s->image == nil ? 0 : Ppopulate));
	}
	qunlock(&s->lk);
	return filled;
}

/* Read the data of s that is not there, if it is little: it would be read soon, in pieces
 * and by faults. 1 if it is there now; errors are met again by who needs the page. */
static int
readdata(Segment *s)
{
	Page *p, **slot;
	uvlong k;

	if(s->size > Mostfill || waserror())
		return 0;
	for(k = 0; k * BY2PG < s->flen; k++) {
		p = pagein(s, k);
		qlock(&s->lk);
		/* a debugger may have been here before */
		slot = segslot(s, k, 1);
		if(slot != nil && *slot == nil)
			segput(s, k, p);
		else
			putpage(p);
		qunlock(&s->lk);
	}
	poperror();
	return 1;
}

void
execprefill(void)
{
	Segment *d;
	int used;

	if(isoff(Swexecprefill))
		return;
	d = up->seg[DSEG];
	if(!fillseg(d) && !(readdata(d) && fillseg(d)))
		prefault(d->base, 0);
	/* a debugger may replace the text */
	qlock(&up->seglock);
	used = look(&up->seg[TSEG]->image->bssused);
	qunlock(&up->seglock);
	if(used)
		fillseg(up->seg[BSEG]);
}

/* A Segment of zeros: how much of it is in use, as far as exec will make at once. */
static int
mostused(Segment *s)
{
	u32int k, n, used;

	used = 0;
	n = s->size < Mostfill ? s->size : Mostfill;
	for(k = 0; k < n; k++)
		used += pageat(s, k) != nil;
	return used > n / 2;
}

/* Was p, which began as zeros, written to, as far as can be told? */
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

/* What was noted so far, and the run that is not at its end yet: [lo, hi), if hi is not 0. */
typedef struct Notes Notes;
struct Notes
{
	Image *i;
	u32int runs;
	u32int pages;
	uvlong lo;
	uvlong hi;
};

static void
endrun(Notes *n)
{
	if(n->hi != 0 && n->runs < Mostgrown)
		store(&n->i->grown[n->runs++], GROWN(n->lo, n->hi - n->lo));
	n->hi = 0;
}

/* Page idx was used, the first or beyond those that were noted. */
static void
note(Notes *n, uvlong idx)
{
	if(n->hi == 0 || idx > n->hi + Skip || n->hi - n->lo > PTEPERTAB) {
		endrun(n);
		n->lo = idx;
		n->hi = idx;
	}
	n->pages += idx + 1 - n->hi;
	n->hi = idx + 1;
}

/* Note in i which pages of s, its bss, were used. */
static void
noteused(Image *i, Segment *s)
{
	Notes n = {i, 0, 0, 0, 0};
	Pte *pte;
	u32int c, k, left;

	for(c = 0; c < s->mapsize; c++) {
		pte = s->map[c];
		left = pte != nil ? pte->npage : 0;
		for(k = 0; left > 0 && n.pages < Mostpages; k++) {
			if(pte->pages[k] == nil)
				continue;
			left--;
			if(written(pte->pages[k]))
				note(&n, (uvlong)c * PTEPERTAB + k);
		}
	}
	endrun(&n);
	if(n.runs < Mostgrown)
		store(&i->grown[n.runs], 0);
}

void
sampleuse(void)
{
	Segment *t, *b;
	Image *i;
	u32int ends;

	/* a debugger may replace the text */
	qlock(&up->seglock);
	t = up->seg[TSEG];
	b = up->seg[BSEG];
	/* a copy has what its parent used */
	if(t != nil && b != nil && t->image != nil && !b->copy) {
		i = t->image;
		qlock(&b->lk);
		store(&i->bssused, mostused(b));
		/* a program that runs once is not worth the look, at memory that
		 * the host may have yet to make; nor is every run of another */
		if(getref(&b->r) == 1) {
			ends =
			    __atomic_fetch_add(&i->ends, 1, __ATOMIC_RELAXED);
			if(ends % Everyend == 1)
				noteused(i, b);
		}
		qunlock(&b->lk);
	}
	qunlock(&up->seglock);
}

/* Make and map what is missing of pages [idx, end) of s, as far as there is memory. */
static void
makepages(Segment *s, uvlong idx, uvlong end)
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
		    Pread | Pwrite | Pexec | (w.fresh ? 0 : Ppopulate));
		idx += n;
	}
}

void
brkprefill(Segment *s, Image *i, uvlong from)
{
	u64int run;
	uvlong lo, hi, left;
	u32int k;

	if(isoff(Swbrkprefill) || freeframes() < totalframes() / 8)
		return;
	left = Mostpages;
	for(k = 0; k < Mostgrown && (run = look(&i->grown[k])) != 0; k++) {
		lo = GROWNAT(run);
		hi = lo + GROWNLEN(run);
		if(lo < from)
			lo = from;
		if(hi > s->size)
			hi = s->size;
		if(lo >= hi)
			continue;
		if(hi - lo > left)
			break;
		left -= hi - lo;
		makepages(s, lo, hi);
	}
}

/* How long is the run of pages from k on in pte, of s, that one mapping serves, and with what
 * protection; 0: none. Where there is no page, 1. */
static u32int
runat(Segment *s, Pte *pte, u32int k, int *prot)
{
	Page *p, *q;
	u32int n;

	p = pte->pages[k];
	*prot = p != nil ? pageprot(s, p, 1) : 0;
	for(n = 1; p != nil && k + n < pte->n; n++) {
		q = pte->pages[k + n];
		if(q == nil || q->frame != p->frame + n ||
		    pageprot(s, q, 1) != *prot)
			break;
	}
	return n;
}

/* Map what s has, which several processes use, in runs. */
static void
joinseg(Segment *s, u32int *pages, u32int *runs)
{
	Pte *pte;
	u32int c, k, n, left;
	int prot;

	for(c = 0; c < s->mapsize; c++) {
		pte = s->map[c];
		if(pte == nil)
			continue;
		left = pte->npage;
		for(k = 0; left > 0; k += n) {
			n = runat(s, pte, k, &prot);
			if(pte->pages[k] == nil)
				continue;
			left -= n;
			if(prot == 0)
				continue;
			if(*pages < n || *runs == 0)
				return;
			*pages -= n;
			--*runs;
			mmuput(s->base + ((uvlong)c * PTEPERTAB + k) * BY2PG,
			    pte->pages[k]->frame, n, prot);
		}
	}
}

int
threadpremap(void)
{
	u32int pages, runs;
	Segment *s;
	int n, joined;

	if(isoff(Swthreadpremap))
		return 0;
	pages = Mostjoin;
	runs = Mostruns;
	/* a debugger may replace the text */
	qlock(&up->seglock);
	s = up->seg[DSEG];
	joined = s != nil && getref(&s->r) > 1;
	for(n = 0; joined && n < NSEG; n++) {
		s = up->seg[n];
		if(s == nil || getref(&s->r) == 1)
			continue;
		qlock(&s->lk);
		/* it may have become up's alone */
		if(!segcopies(s) || getref(&s->r) > 1)
			joinseg(s, &pages, &runs);
		qunlock(&s->lk);
	}
	qunlock(&up->seglock);
	return joined;
}

/*
 * Premapping: what a new process maps when it begins.
 *
 *   threadpremap   it shares Segments with others: the pages that they have
 *   copypremap     it is a copy, and will probably exec soon: the pages that it uses until then
 *
 * Pages are mapped in runs, up to a limit. A mapping costs about a microsecond, a fault several.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* the most pages that threadpremap maps */
	Mostpages = 4096,
	/* the most runs */
	Mostruns = 48,
};

/* The length of the run of pages from k on in pte that one mapping can serve; *prot becomes its
 * protection, or 0 if it must not be mapped. 1 if there is no page k. pte is s's. */
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

/* Map the pages of s, which has several users, in runs. */
static void
premapseg(Segment *s, u32int *pages, u32int *runs)
{
	Pte *pte;
	uvlong c;
	u32int k, n, left;
	int prot;

	for(c = 0; (pte = nextpte(s, &c)) != nil; c++) {
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
			mmuput(s->base + (c * PTEPERTAB + k) * BY2PG,
			    pte->pages[k]->frame, n, prot);
		}
	}
}

int
threadpremap(void)
{
	u32int pages, runs;
	Segment *s;
	int n, shared;

	if(isoff(Swthreadpremap))
		return 0;
	pages = Mostpages;
	runs = Mostruns;
	/* held because a debugger may replace the text */
	qlock(&up->seglock);
	s = up->seg[DSEG];
	shared = s != nil && getref(&s->r) > 1;
	for(n = 0; shared && n < NSEG; n++) {
		s = up->seg[n];
		if(s == nil || getref(&s->r) == 1)
			continue;
		qlock(&s->lk);
		/* the other users may have gone meanwhile */
		if(!segcopies(s) || getref(&s->r) > 1)
			premapseg(s, &pages, &runs);
		qunlock(&s->lk);
	}
	qunlock(&up->seglock);
	return shared;
}

void
copypremap(void)
{
	prefault(up->start.pc, 0);
	if(up->seg[DSEG] != nil)
		prefault(segbase(up->seg[DSEG]), 0);
	/* if mmucheapest knows a frame, dupseg has probably copied the page into it */
	if(up->seg[BSEG] != nil &&
	    mmucheapest(segbase(up->seg[BSEG])) != NOFRAME)
		prefault(segbase(up->seg[BSEG]), 0);
}

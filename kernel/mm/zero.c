/*
 * Zero fill: pages of memory that begins as zeros: bss, stack and attached Segments.
 *
 *   zerofill   makes pages, a run at a time
 *   untouched  how much has never been touched
 *
 * Runs become longer while a program touches pages in sequence, up or down.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* how many pages to make at the first touch of a Segment */
	Firstrun = 8,
	/* how many to make at a touch that is not sequential */
	Leastrun = 4,
	/* how many to make in a stack: rfork copies them */
	Stackrun = 4,
	/* how many pages a sequence may leave out */
	Skip = 2,
};

/* Does a fault at page i continue the last run of s, up or down? A program that skips a page
 * now and then counts as sequential. */
static int
sequential(Segment *s, uvlong i)
{
	uvlong gap;

	gap = s->zero.n / 2 + Skip;
	return (i >= s->zero.hi && i - s->zero.hi <= gap) ||
	    (i < s->zero.lo && s->zero.lo - i <= gap + 1);
}

/* How many pages to make around idx, which is missing; the first is *lo. They are the missing
 * pages of an aligned block. */
static u32int
runfor(Segment *s, uvlong idx, uvlong *lo)
{
	uvlong page, first, last, k;
	u32int n;
	int stack;

	stack = (s->type & SG_TYPE) == SG_STACK;
	n = s->zero.n;
	/* a Segment with a file has at most one page of zeros behind it */
	if(isoff(Swfaultrun) || s->image != nil)
		n = 1;
	else if(n == 0)
		n = stack ? Stackrun : Firstrun;
	else if(sequential(s, idx))
		n = 2 * n < MAXRUN ? 2 * n : MAXRUN;
	else if(n > (stack ? Stackrun : Leastrun))
		n /= 2;
	s->zero.n = n;
	/* blocks are aligned by address, but a Pte's pages by their index in the Segment */
	page = s->base / BY2PG + idx;
	first = ROUNDDN(idx, PTEPERTAB);
	if(idx - first > page % n)
		first = idx - page % n;
	last = ROUNDDN(idx, PTEPERTAB) + PTEPERTAB;
	if(last > s->size)
		last = s->size;
	if(last - idx > n - page % n)
		last = idx + n - page % n;
	for(k = idx + 1; k < last && pageat(s, k) == nil; k++)
		;
	for(*lo = idx; *lo > first && pageat(s, *lo - 1) == nil; --*lo)
		;
	return k - *lo;
}

u32int
zerofill(Segment *s, uvlong idx, Page **spare, uvlong *lo, int *soon)
{
	Page *pg[MAXRUN];
	Framewant w;
	u32int k, n;

	n = runfor(s, idx, lo);
	segplace(s, *lo, n, 1, &w);
	n = trypages(pg, &w, 1);
	/* where the host has no memory yet, it makes a page only when it is touched, because
	 * making memory costs most; unless the sequence is long */
	*soon = !w.fresh || !w.guess;
	if(n == 0) {
		if(*spare == nil)
			return 0;
		*soon = 1;
		pg[0] = *spare;
		*spare = nil;
		*lo = idx;
		n = 1;
	} else if(*lo + n <= idx)
		/* fewer than wanted; idx must be among them */
		*lo = idx + 1 - n;
	for(k = 0; k < n; k++)
		segput(s, *lo + k, pg[k]);
	s->zero.lo = *lo;
	s->zero.hi = *lo + n;
	return n;
}

/* The first page of s in [idx, end) that exists, may not be written, or comes from a file; end
 * if there is none. Caller holds s->lk. */
static uvlong
zeropages(Segment *s, uvlong idx, uvlong end)
{
	uvlong off, c;
	Pte *pte;

	while(idx < end && filebytes(s, idx, &off) == 0) {
		c = idx / PTEPERTAB;
		while((pte = nextpte(s, &c)) != nil && pte->npage == 0)
			c++;
		if(pte == nil)
			return end;
		if(idx < c * PTEPERTAB)
			idx = c * PTEPERTAB;
		else if(pageat(s, idx) == nil)
			idx++;
		else
			break;
	}
	return idx < end ? idx : end;
}

uvlong
untouched(uintptr addr, uvlong max)
{
	Segment *s;
	uvlong n, idx;

	s = seg(up, addr, 1);
	if(s == nil)
		return 0;
	n = 0;
	if(!segronly(s)) {
		idx = (addr - s->base) / BY2PG;
		idx = zeropages(s, idx, s->size);
		if(s->base + idx * BY2PG > addr)
			n = s->base + idx * BY2PG - addr;
	}
	qunlock(&s->lk);
	return n < max ? n : max;
}

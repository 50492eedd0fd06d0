/*
 * Zero fill: pages of memory that begins as zeros, which are bss, stack and attached
 * segments.
 *
 *   zerofill   makes its pages, a run at a time
 *   untouched  says what nobody has touched yet
 *
 * Runs are longer the longer a program goes on in sequence, up or down.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* pages made at a first touch */
	Firstrun = 8,
	/* pages made at one that is not sequential */
	Leastrun = 4,
	/* either, in a stack: rfork copies them */
	Stackrun = 4,
	/* pages that may be left out */
	Skip = 2,
};

/* Does a fault at page i go on, up or down, where the last run of s's ended? A
 * program that skips a page now and then is taken as sequential too. */
static int
sequential(Segment *s, uvlong i)
{
	uvlong gap;

	gap = s->zero.n / 2 + Skip;
	return (i >= s->zero.hi && i - s->zero.hi <= gap) ||
	    (i < s->zero.lo && s->zero.lo - i <= gap + 1);
}

/* How many pages to make, around idx, which is not there: from *lo on. They
 * are those missing in an aligned block. */
static u32int
runfor(Segment *s, uvlong idx, uvlong *lo)
{
	uvlong page, first, last, k;
	u32int n;
	int stack;

	stack = (s->type & SG_TYPE) == SG_STACK;
	n = s->zero.n;
	/* behind a file's pages there is one at the most */
	if(isoff(Swfaultrun) || s->image != nil)
		n = 1;
	else if(n == 0)
		n = stack ? Stackrun : Firstrun;
	else if(sequential(s, idx))
		n = 2 * n < MAXRUN ? 2 * n : MAXRUN;
	else if(n > (stack ? Stackrun : Leastrun))
		n /= 2;
	s->zero.n = n;
	/* blocks are aligned by address, and a Pte's pages by the segment */
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
	/* memory that the host has yet to make costs most; then only what is
	 * touched is to be made, unless it goes on and on */
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
		*lo = idx + 1 - n; /* less than wanted, and idx must be in it */
	for(k = 0; k < n; k++)
		segput(s, *lo + k, pg[k]);
	s->zero.lo = *lo;
	s->zero.hi = *lo + n;
	return n;
}

/* The first page of s from idx on that is there, or may not be written, or comes from
 * a file; at the most end. s->lk held. */
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

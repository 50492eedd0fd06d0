/*
 * The pages of the kernel heap (heappages.c), and the spans of whole pages that the heap cuts into
 * blocks of one size (heapspan.c). For heap.c.
 */
#ifndef HEAPPAGES_H
#define HEAPPAGES_H

#include "u.h"

typedef struct Span Span;

enum
{
	/* bytes that a free run of pages uses at its start: all its other bytes are unchanged */
	Extentsize = 16,
};

/*
 * The table of spans has an entry for each page of the heap. The entry of a span's first page
 * describes the span.
 */
struct Span
{
	/* set in each page's entry: the first page of its span, counted from 1; 0: the page is in
	 * no span */
	u32int first;
	/* how many blocks and pages the span has */
	u32int nblock;
	u32int npage;
	/* how many blocks are free; heap.c counts. 0 at first */
	u32int nfree;
};

/* npages pages, or nil. *zero becomes 1 if they are zeros, except Extentsize bytes at the start. */
uchar *heappages(usize npages, int *zero);
/* Free npages pages that heappages returned. */
void givepages(void *p, usize npages);

/* A span of n bytes for blocks of `size' bytes. Returns nil, and sets *zero, as heappages does. */
uchar *newspan(usize n, usize size, int *zero);
/* The span that holds p; nil if it has less than a page. Only newspan and givespan change
 * that. */
Span *spanof(void *p);
/* Free the pages of s. None of its blocks is in use, or in a list. */
void givespan(Span *s);

/* --- heapspan.c; caller holds the lock of the pages --- */

/* Enter a span of npage pages, with nblock blocks, that begins at p. */
void spanmade(void *p, u32int npage, u32int nblock);
/* Take s out of the table. */
void spangone(Span *s);
/* The address where s begins. */
void *spanstart(Span *s);

#endif

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
	/* of free pages only the first bytes are not what they were */
	Extentsize = 16,
};

/* A span, in the place of its first page. */
struct Span
{
	/* in each page's place: the first page of its span, counted from 1; 0: none */
	u32int first;
	/* blocks of the span, and pages */
	u32int nblock;
	u32int npage;
	/* the heap's count of free blocks, 0 at first */
	u32int nfree;
};

/* npages pages, or nil. *zero: they are zeros, except Extentsize bytes at the start. */
uchar *heappages(usize npages, int *zero);
void givepages(void *p, usize npages);

/* n bytes for blocks of size; as heappages. */
uchar *newspan(usize n, usize size, int *zero);
/* The span that holds p, or nil: those of less than a page are not known. It changes by
 * newspan and givespan only. */
Span *spanof(void *p);
/* No block of s is in use, or on a list. */
void givespan(Span *s);

/* --- heapspan.c, called with the lock of the pages --- */

/* From p on there is a span. */
void spanmade(void *p, u32int npage, u32int nblock);
void spangone(Span *s);
/* Where s begins. */
void *spanstart(Span *s);

#endif

/*
 * The pages of the kernel heap (heappages.c), and the spans of whole pages that the heap cuts into
 * blocks of one size (heapspan.c). For heap.c.
 */
#ifndef HEAPPAGES_H
#define HEAPPAGES_H

#include "u.h"

typedef struct Run Run;
typedef struct Span Span;

enum
{
	/* bytes that a free run of pages uses at its start: all its other bytes are unchanged */
	Extentsize = 16,
	/* a block's tag has so many bits for the class; the others are a pid's */
	Classbits = 8,
	Pidmask = (1 << (32 - Classbits)) - 1,
};

/*
 * The table of spans has an entry for each page of the heap. The entry of the first page of a span,
 * or of pages for one block, describes them.
 */
struct Span
{
	/* set in each page's entry: the first page of its span, counted from 1; 0: the page is in
	 * no span */
	u32int first;
	/* how many blocks and pages the span has; nblock is 0 for pages, of which only the first has
	 * an entry */
	u32int nblock;
	u32int npage;
	/* how many blocks are free; heap.c counts. 0 at first */
	u32int nfree;
	/* the class of the span's blocks */
	u32int class;
	/* of pages: the pid of the process that took them */
	u32int pid;
};

/* What nextrun tells of a span, or of pages for one block. */
struct Run
{
	uchar *start;
	u32int place;
	u32int npage;
	/* 0: pages */
	u32int nblock;
	u32int class;
	u32int pid;
};

/* npages pages for process pid, or nil. *zero becomes 1 if they are zeros, except Extentsize bytes
 * at the start. */
uchar *heappages(usize npages, u32int pid, int *zero);
/* Free npages pages that heappages returned. */
void givepages(void *p, usize npages);

/* A span of n bytes for blocks of `size' bytes, of class. Returns nil, and sets *zero, as heappages
 * does. */
uchar *newspan(usize n, u32int class, usize size, int *zero);
/* Set *r to the first span or pages from entry `place' on. Returns 0 if there is none. */
int nextrun(u32int place, Run *r);
/* The span that holds p; nil if it has less than a page. Only newspan and givespan change
 * that. */
Span *spanof(void *p);
/* Free the pages of s. None of its blocks is in use, or in a list. */
void givespan(Span *s);

/* --- heapspan.c; caller holds the lock of the pages --- */

/* Make the table of spans, before the heap takes its first pages, which have entries too. */
void spansinit(void);
/* Enter a span of npage pages, with nblock blocks, that begins at p; if nblock is 0, pages for one
 * block. Returns the entry, or nil. */
Span *spanmade(void *p, u32int npage, u32int nblock);
/* Take s out of the table. */
void spangone(Span *s);
/* The entry of the first span from number `place' on, or nil. */
Span *spanfrom(u32int place);
/* The number of s's entry. */
u32int spanplaceof(Span *s);
/* The address where s begins. */
void *spanstart(Span *s);

#endif

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
	/* of free pages only the first bytes are not what they were */
	Extentsize = 16,
	/* a block's tag has so many bits for the class; the others are a pid's */
	Classbits = 8,
	Pidmask = (1 << (32 - Classbits)) - 1,
};

/* A span, or pages for one block, in the place of its first page. */
struct Span
{
	/* in each page's place: the first page of its span, counted from 1; 0: none */
	u32int first;
	/* blocks of the span, and pages; nblock is 0 for pages, only whose first has a place */
	u32int nblock;
	u32int npage;
	/* the heap's count of free blocks, 0 at first */
	u32int nfree;
	/* of a span */
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

/* npages pages for process pid, or nil. *zero: they are zeros, except Extentsize bytes at the
 * start. */
uchar *heappages(usize npages, u32int pid, int *zero);
void givepages(void *p, usize npages);

/* n bytes for blocks of size, which is class's; as heappages. */
uchar *newspan(usize n, u32int class, usize size, int *zero);
/* Set *r to the first span or pages from place on. Returns 0 if there is none. */
int nextrun(u32int place, Run *r);
/* The span that holds p, or nil: those of less than a page are not known. It changes by
 * newspan and givespan only. */
Span *spanof(void *p);
/* No block of s is in use, or on a list. */
void givespan(Span *s);

/* --- heapspan.c, called with the lock of the pages --- */

/* Make the table of places, before the heap takes its first pages, which have places too. */
void spansinit(void);
/* From p on there is a span; or, if nblock is 0, pages. Returns its place, or nil. */
Span *spanmade(void *p, u32int npage, u32int nblock);
void spangone(Span *s);
Span *spanfrom(u32int place);
/* The number of s's place. */
u32int spanplaceof(Span *s);
/* Where s begins. */
void *spanstart(Span *s);

#endif

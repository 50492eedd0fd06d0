/*
 * The table of spans: an array with an entry for each page that the heap may ever have. Only the
 * parts of it that are touched cost memory.
 */
#include "u.h"
#include "sync/heappages.h"
#include "host/host.h"

#ifndef HOSTMALLOC

static struct
{
	/* an entry for each of npage pages from base on; nil: spans are not recorded */
	Span *page;
	uchar *base;
	usize npage;
	int tried;
} spans;

static void
spansinit(void)
{
	uvlong max;

	spans.tried = 1;
	hostheapsize(&max);
	if(max == 0)
		return;
	spans.page = (Span *)hostheapmore(
	    ROUNDUP(max / BY2PG * sizeof(Span), (uvlong)BY2PG));
	if(spans.page == nil)
		return;
	spans.base = (uchar *)spans.page;
	spans.npage = max / BY2PG;
}

/* The entry of the page that holds p, or nil. */
static Span *
spanplace(void *p)
{
	usize n;

	n = ((uchar *)p - spans.base) / BY2PG;
	return (uchar *)p >= spans.base && n < spans.npage ? &spans.page[n]
							   : nil;
}

void
spanmade(void *p, u32int npage, u32int nblock)
{
	Span *s;
	u32int i;

	if(!spans.tried)
		spansinit();
	s = spanplace(p);
	if(s == nil || spanplace((uchar *)p + (npage - 1) * BY2PG) == nil)
		return;
	for(i = 0; i < npage; i++)
		s[i].first = s - spans.page + 1;
	s->nblock = nblock;
	s->npage = npage;
	s->nfree = 0;
}

Span *
spanof(void *p)
{
	Span *s;

	s = spanplace(p);
	return s != nil && s->first != 0 ? &spans.page[s->first - 1] : nil;
}

void
spangone(Span *s)
{
	u32int i;

	for(i = 0; i < s->npage; i++)
		s[i].first = 0;
}

void *
spanstart(Span *s)
{
	return spans.base + (s - spans.page) * BY2PG;
}

#endif

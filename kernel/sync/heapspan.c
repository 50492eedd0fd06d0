/*
 * The table of spans and large blocks: an array with an entry for each page that the heap may ever
 * have. Only the parts of it that are touched cost memory.
 */
#include "u.h"
#include "sync/heappages.h"
#include "host/host.h"

static struct
{
	/* an entry for each of npage pages from base on; nil: spans are not recorded */
	Span *page;
	uchar *base;
	usize npage;
	/* no place from here on was ever used */
	u32int end;
	int tried;
} spans;

void
spansinit(void)
{
	uvlong max;

	if(spans.tried)
		return;
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

Span *
spanmade(void *p, u32int npage, u32int nblock)
{
	u32int i, n, place;
	Span *s;

	s = spanplace(p);
	if(s == nil || spanplace((uchar *)p + (npage - 1) * BY2PG) == nil)
		return nil;
	place = s - spans.page;
	n = nblock != 0 ? npage : 1;
	for(i = 0; i < n; i++)
		s[i].first = place + 1;
	s->nblock = nblock;
	s->npage = npage;
	s->nfree = 0;
	if(place + npage > spans.end)
		spans.end = place + npage;
	return s;
}

Span *
spanfrom(u32int place)
{
	for(; place < spans.end; place++)
		if(spans.page[place].first == place + 1)
			return &spans.page[place];
	return nil;
}

u32int
spanplaceof(Span *s)
{
	return s - spans.page;
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
	u32int i, n;

	n = s->nblock != 0 ? s->npage : 1;
	for(i = 0; i < n; i++)
		s[i].first = 0;
}

void *
spanstart(Span *s)
{
	return spans.base + (s - spans.page) * BY2PG;
}

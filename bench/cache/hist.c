#include "hist.h"

static u32int
bucketof(uvlong ns)
{
	int e;

	if(ns < Sub)
		return ns;
	if(ns >> Maxbits != 0)
		return Nbucket - 1;
	e = 63 - __builtin_clzll(ns);
	return (e - Subbits + 1) * Sub + ((ns >> (e - Subbits)) & (Sub - 1));
}

/* The greatest value of bucket b. */
static uvlong
bucketend(u32int b)
{
	int e;

	if(b < Sub)
		return b;
	e = b / Sub - 1;
	return ((uvlong)(Sub + b % Sub + 1) << e) - 1;
}

void
histadd(Hist *h, uvlong ns)
{
	h->n++;
	if(ns > h->max)
		h->max = ns;
	h->bucket[bucketof(ns)]++;
}

void
histspread(Hist *h, uvlong ns, uvlong interval)
{
	histadd(h, ns);
	if(interval != 0)
		while(ns > interval) {
			ns -= interval;
			histadd(h, ns);
		}
}

void
histsum(Hist *to, const Hist *from)
{
	u32int b;

	to->n += from->n;
	if(from->max > to->max)
		to->max = from->max;
	for(b = 0; b < Nbucket; b++)
		to->bucket[b] += from->bucket[b];
}

uvlong
histquantile(const Hist *h, double q)
{
	uvlong sum;
	u32int b;

	if(h->n == 0)
		return 0;
	sum = 0;
	for(b = 0; b < Nbucket; b++) {
		sum += h->bucket[b];
		if(sum >= q * h->n)
			break;
	}
	return b < Nbucket && bucketend(b) < h->max ? bucketend(b) : h->max;
}

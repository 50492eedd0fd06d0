/*
 * Latencies, in a histogram with buckets of 1/32 of their value.
 */
#ifndef HIST_H
#define HIST_H

#include "u.h"

enum
{
	Subbits = 5,
	Sub = 1 << Subbits,
	Maxbits = 40, /* ns: 18 minutes */
	Nbucket = (Maxbits - Subbits + 1) * Sub,
};

typedef struct Hist Hist;
struct Hist
{
	uvlong n;
	uvlong max; /* ns */
	u32int bucket[Nbucket];
};

void histadd(Hist *h, uvlong ns);
/* ns, and with it those that would have begun meanwhile, one each interval, if that is not 0. */
void histspread(Hist *h, uvlong ns, uvlong interval);
void histsum(Hist *to, const Hist *from);
/* The value, in ns, that at least the share q of all are not above; 0 if there are none. */
uvlong histquantile(const Hist *h, double q);

#endif

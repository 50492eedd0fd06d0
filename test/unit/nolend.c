/*
 * For hosts whose processes share no memory: nothing is ever lent.
 */
#include "u.h"
#include "mm/mm.h"
#include "host/host.h"

int
hostsleep(u32int *w, u32int val, vlong ns)
{
	return hostwait(w, val, ns);
}

void
enterlazy(void)
{
}

void
leavelazy(int patient)
{
	USED(patient);
}

long (*imageread)(Chan *c, void *buf, long n, vlong off);
void (*imageclose)(Chan *c);

/*
 * #I: the files cs and dns, ndb(8).
 */
#include "net/netdat.h"

static _Noret void
noresolver(void)
{
	error("no resolver: run9-resolve is not installed");
}

Chan *
resolveropen(Chan *c, int kind, int omode)
{
	USED(c), USED(kind), USED(omode);
	noresolver();
}

void
resolverclose(Chan *c)
{
	USED(c);
}

long
resolverread(Chan *c, void *buf, long n, vlong off)
{
	USED(c), USED(buf), USED(n), USED(off);
	noresolver();
}

long
resolverwrite(Chan *c, const void *buf, long n, vlong off)
{
	USED(c), USED(buf), USED(n), USED(off);
	noresolver();
}

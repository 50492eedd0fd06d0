/*
 * The bytes of 9P messages: ninep.h.
 */
#include "ninep.h"

uchar *op;

u64int
numat(const uchar *p, int n)
{
	u64int v = 0;

	while(n > 0)
		v = v << 8 | p[--n];
	return v;
}

u64int
get(uchar **p, int n)
{
	u64int v = numat(*p, n);

	*p += n;
	return v;
}

void
put(u64int v, int n)
{
	for(; n > 0; n--, v >>= 8)
		*op++ = v;
}

void
putstr(const char *s)
{
	put(strlen(s), 2);
	memcpy(op, s, strlen(s));
	op += strlen(s);
}

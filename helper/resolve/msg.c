/*
 * The parts of 9P messages: intro(5).
 */
#include <string.h>
#include "resolve.h"
#include "lib/lib.h"
#include "msg.h"

uvlong
numfield(Req *r, int size)
{
	uvlong v;
	int i;

	if(r->e - r->p < size) {
		r->bad = 1;
		return 0;
	}
	v = 0;
	for(i = size - 1; i >= 0; i--)
		v = v << 8 | r->p[i];
	r->p += size;
	return v;
}

char *
strfield(Req *r)
{
	char *s;
	usize n;

	n = numfield(r, BIT16SZ);
	if((usize)(r->e - r->p) < n || memchr(r->p, 0, n) != nil) {
		r->bad = 1;
		n = 0;
	}
	s = emalloc(n + 1);
	memmove(s, r->p, n);
	s[n] = 0;
	r->p += n;
	return s;
}

void
putnum(Out *o, uvlong v, int size)
{
	for(; size > 0; size--, v >>= 8)
		o->b[o->n++] = v;
}

void
putstring(Out *o, const char *s)
{
	usize n;

	n = strlen(s);
	putnum(o, n, BIT16SZ);
	memmove(o->b + o->n, s, n);
	o->n += n;
}

void
putqid(Out *o, uvlong path, int type)
{
	putnum(o, type, BIT8SZ);
	putnum(o, 0, BIT32SZ);
	putnum(o, path, BIT64SZ);
}

void
msgstart(Out *o, int type, ushort tag)
{
	o->n = 0;
	putnum(o, 0, BIT32SZ);
	putnum(o, type, BIT8SZ);
	putnum(o, tag, BIT16SZ);
}

void
msgsend(Out *o)
{
	PBIT32(o->b, o->n);
	senddata(o->b, o->n);
}

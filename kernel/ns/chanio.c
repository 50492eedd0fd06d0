/*
 * Reading, writing and stat of a Chan, for system calls and for the kernel itself.
 */
#include "ns/nsdat.h"

vlong
chanadvance(Chan *c, long n)
{
	return __atomic_fetch_add(&c->offset, n, __ATOMIC_RELAXED);
}

long
chanread(Chan *c, void *buf, long n, vlong off)
{
	if(n < 0)
		error(Etoosmall);
	if(off < 0)
		error(Enegoff);
	if(c->qid.type & QTDIR)
		return dirread(c, buf, n, off);
	return devtab[c->type]->read(c, buf, n, off);
}

long
chanwrite(Chan *c, const void *buf, long n, vlong off)
{
	if(n < 0)
		error(Etoosmall);
	if(off < 0)
		error(Enegoff);
	if(c->qid.type & QTDIR)
		error(Eisdir);
	return devtab[c->type]->write(c, buf, n, off);
}

/* Ask for the stat message once, with room for n bytes. *np becomes its size, which may be
 * more. */
static uchar *
trystat(Chan *c, int n, int *np)
{
	uchar *buf;
	int nn;

	buf = smalloc(2 * n);
	onerror(free(buf));
	nn = devtab[c->type]->stat(c, buf, n);
	if(nn == BIT16SZ)
		nn += GBIT16(buf);
	if(nn < STATFIXLEN || nn > DIRBUF)
		error(Ebadstat);
	poperror();
	*np = nn;
	return buf;
}

uchar *
chanstat(Chan *c, uint *np)
{
	uchar *buf;
	int n, nn;

	n = 256;
	/* the message may grow again meanwhile */
	while((buf = trystat(c, n, &nn), nn > n)) {
		free(buf);
		n = nn;
	}
	*np = nn;
	return buf;
}

char *
readwhole(const char *name, usize *size)
{
	enum
	{
		MaxText = 256 * KiB,
	};
	Chan *c;
	char *text;
	long n, m;

	text = smalloc(MaxText + 1);
	onerror(free(text));
	c = namec(name, Aopen, OREAD, 0);
	onerror(cclose(c));
	if(c->qid.type & QTDIR)
		error(Eisdir);
	for(n = 0; n < MaxText; n += m) {
		m = chanread(c, text + n, MaxText - n, n);
		if(m <= 0)
			break;
	}
	if(n == MaxText)
		error("file too large");
	poperror();
	cclose(c);
	poperror();
	text[n] = 0;
	*size = n;
	return text;
}

char *
readtext(const char *name)
{
	usize n;

	return readwhole(name, &n);
}

/*
 * Reading, writing and stat of a Chan, for system calls and for the kernel itself.
 */
#include "ns/nsdat.h"

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

/* One try with n bytes of room; the message's size, which may be more, in *np. */
static uchar *
trystat(Chan *c, int n, int *np)
{
	uchar *buf;
	int nn;

	buf = smalloc(2 * n);
	if(waserror()) {
		free(buf);
		nexterror();
	}
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
	/* it may grow again meanwhile */
	while((buf = trystat(c, n, &nn), nn > n)) {
		free(buf);
		n = nn;
	}
	*np = nn;
	return buf;
}

/* Copy d's strings to strs. */
static void
copystrs(Dir *d, char *strs, uint nstrs)
{
	char **s[4];
	uint i, len;

	s[0] = &d->name;
	s[1] = &d->uid;
	s[2] = &d->gid;
	s[3] = &d->muid;
	for(i = 0; i < nelem(s); i++) {
		len = strlen(*s[i]) + 1;
		if(len > nstrs)
			error(Eshort);
		memmove(strs, *s[i], len);
		*s[i] = strs;
		strs += len;
		nstrs -= len;
	}
}

uint
chandirstat(Chan *c, Dir *d, char *strs, uint nstrs)
{
	uchar *buf;
	uint n;

	buf = chanstat(c, &n);
	if(waserror()) {
		free(buf);
		nexterror();
	}
	if(convM2D(buf, n, d, (char *)buf + n) == 0)
		error(Ebadstat);
	copystrs(d, strs, nstrs);
	poperror();
	free(buf);
	return n;
}

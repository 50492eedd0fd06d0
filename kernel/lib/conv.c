/*
 * Directory entries in the form that stat(5) gives them: fcall(2).
 *
 *	size[2] type[2] dev[4] qid[13] mode[4] atime[4] mtime[4] length[8]
 *	name[s] uid[s] gid[s] muid[s]
 *
 * size does not count itself; a string is its length in two bytes and then its
 * bytes, in which NUL is not allowed: intro(5).
 */
#include "lib/lib.h"

enum
{
	NSTR = 4,
	STRMAX = 0xFFFF,
};

static usize
length(const char *s)
{
	const char *p;

	if(s == nil)
		return 0;
	for(p = s; *p != 0; p++)
		;
	return (usize)(p - s);
}

/* Returns 0 if the size is more than its field can express. */
uint
sizeD2M(const Dir *d)
{
	usize n;

	n = STATFIXLEN + length(d->name) + length(d->uid) + length(d->gid) +
	    length(d->muid);
	return n - BIT16SZ > STRMAX ? 0 : (uint)n;
}

static uchar *
putstr(uchar *p, const char *s)
{
	usize i, n;

	n = length(s);
	PBIT16(p, n);
	p += BIT16SZ;
	for(i = 0; i < n; i++)
		*p++ = (uchar)s[i];
	return p;
}

uint
convD2M(const Dir *d, uchar *buf, uint n)
{
	uchar *p;
	uint size;

	size = sizeD2M(d);
	if(n < BIT16SZ || size == 0)
		return 0;
	p = buf;
	PBIT16(p, size - BIT16SZ);
	if(n < size)
		return BIT16SZ;
	p += BIT16SZ;
	PBIT16(p, d->type);
	p += BIT16SZ;
	PBIT32(p, d->dev);
	p += BIT32SZ;
	PBIT8(p, d->qid.type);
	p += BIT8SZ;
	PBIT32(p, d->qid.vers);
	p += BIT32SZ;
	PBIT64(p, d->qid.path);
	p += BIT64SZ;
	PBIT32(p, d->mode);
	p += BIT32SZ;
	PBIT32(p, d->atime);
	p += BIT32SZ;
	PBIT32(p, d->mtime);
	p += BIT32SZ;
	PBIT64(p, d->length);
	p += BIT64SZ;
	p = putstr(p, d->name);
	p = putstr(p, d->uid);
	p = putstr(p, d->gid);
	p = putstr(p, d->muid);
	return (uint)(p - buf);
}

/*
 * Bytes of the entry at the start of buf. 0 if its strings do not fill it exactly, or it is
 * longer than n.
 */
static uint
entrysize(const uchar *buf, uint n)
{
	const uchar *p, *e;
	uint i, len, size;

	if(n < STATFIXLEN)
		return 0;
	size = BIT16SZ + (uint)GBIT16(buf);
	if(size < STATFIXLEN || size > n)
		return 0;
	e = buf + size;
	p = buf + STATFIXLEN - NSTR * BIT16SZ;
	for(i = 0; i < NSTR; i++) {
		if(e - p < BIT16SZ)
			return 0;
		len = GBIT16(p);
		p += BIT16SZ;
		if((uint)(e - p) < len)
			return 0;
		for(; len > 0; len--)
			if(*p++ == 0)
				return 0;
	}
	return p == e ? size : 0;
}

int
statcheck(const uchar *buf, uint n)
{
	uint size;

	size = entrysize(buf, n);
	return size != 0 && size == n ? 0 : -1;
}

uint
convM2D(const uchar *buf, uint n, Dir *d, char *strs)
{
	const uchar *p;
	char *s[NSTR];
	uint i, len, size;

	size = entrysize(buf, n);
	if(size == 0)
		return 0;
	p = buf + BIT16SZ;
	d->type = GBIT16(p);
	p += BIT16SZ;
	d->dev = GBIT32(p);
	p += BIT32SZ;
	d->qid.type = GBIT8(p);
	p += BIT8SZ;
	d->qid.vers = GBIT32(p);
	p += BIT32SZ;
	d->qid.path = GBIT64(p);
	p += BIT64SZ;
	d->mode = GBIT32(p);
	p += BIT32SZ;
	d->atime = GBIT32(p);
	p += BIT32SZ;
	d->mtime = GBIT32(p);
	p += BIT32SZ;
	d->length = (vlong)GBIT64(p);
	p += BIT64SZ;
	for(i = 0; i < NSTR; i++) {
		len = GBIT16(p);
		p += BIT16SZ;
		s[i] = strs;
		if(strs != nil) {
			for(uint j = 0; j < len; j++)
				*strs++ = (char)p[j];
			*strs++ = 0;
		}
		p += len;
	}
	d->name = s[0];
	d->uid = s[1];
	d->gid = s[2];
	d->muid = s[3];
	return size;
}

int
onlyname(const Dir *d)
{
	return d->type == (ushort)~0 && d->dev == NOTOUCH32 &&
	    d->qid.path == ~(uvlong)0 && d->qid.vers == NOTOUCH32 &&
	    d->qid.type == 0xFF && d->mode == NOTOUCH32 &&
	    d->atime == NOTOUCH32 && d->mtime == NOTOUCH32 && d->length == -1 &&
	    *d->uid == 0 && *d->gid == 0 && *d->muid == 0;
}

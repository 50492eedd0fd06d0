/*
 * Directory entries: stat(5) bytes to Dir and back, stat(2), dirread(2).
 */
#include "lib.h"

enum
{
	DIRBUF = 8 * KiB, /* bytes asked for by one dirread */
	NSTR = 4, /* name, uid, gid, muid */
};

static u64int
get(uchar **p, int n)
{
	u64int v = 0;
	int i;

	for(i = n - 1; i >= 0; i--)
		v = v << 8 | (*p)[i];
	*p += n;
	return v;
}

static void
put(uchar **p, u64int v, int n)
{
	for(; n > 0; n--, v >>= 8)
		*(*p)++ = v;
}

/* One entry of at most n bytes into d, its strings into strs (n bytes are
 * enough). Returns the entry's length, 0 if it is malformed. */
uint
convM2D(uchar *buf, uint n, Dir *d, char *strs)
{
	uchar *p = buf, *e;
	char *s[NSTR];
	uint len;
	int i;

	if(n < STATFIXLEN)
		return 0;
	len = get(&p, 2) + BIT16SZ;
	if(len < STATFIXLEN || len > n)
		return 0;
	e = buf + len;
	d->type = get(&p, 2);
	d->dev = get(&p, 4);
	d->qid.type = get(&p, 1);
	d->qid.vers = get(&p, 4);
	d->qid.path = get(&p, 8);
	d->mode = get(&p, 4);
	d->atime = get(&p, 4);
	d->mtime = get(&p, 4);
	d->length = get(&p, 8);
	for(i = 0; i < NSTR; i++) {
		if(e - p < 2)
			return 0;
		n = get(&p, 2);
		if(e - p < (vlong)n)
			return 0;
		s[i] = strs;
		memcpy(strs, p, n);
		strs[n] = 0;
		strs += n + 1;
		p += n;
	}
	if(p != e)
		return 0;
	d->name = s[0];
	d->uid = s[1];
	d->gid = s[2];
	d->muid = s[3];
	return len;
}

uint
sizeD2M(Dir *d)
{
	return STATFIXLEN + strlen(d->name) + strlen(d->uid) + strlen(d->gid) +
	    strlen(d->muid);
}

uint
convD2M(Dir *d, uchar *buf, uint n)
{
	char *s[NSTR] = {d->name, d->uid, d->gid, d->muid};
	uchar *p = buf;
	uint len = sizeD2M(d), m;
	int i;

	if(len > n)
		return 0;
	put(&p, len - BIT16SZ, 2);
	put(&p, d->type, 2);
	put(&p, d->dev, 4);
	put(&p, d->qid.type, 1);
	put(&p, d->qid.vers, 4);
	put(&p, d->qid.path, 8);
	put(&p, d->mode, 4);
	put(&p, d->atime, 4);
	put(&p, d->mtime, 4);
	put(&p, d->length, 8);
	for(i = 0; i < NSTR; i++) {
		m = strlen(s[i]);
		put(&p, m, 2);
		memcpy(p, s[i], m);
		p += m;
	}
	return len;
}

static Dir *
unpack(uchar *buf, int n)
{
	Dir *d;

	if(n < 0)
		return nil;
	d = malloc(sizeof(Dir) + n + NSTR);
	if(d == nil)
		return nil;
	if(convM2D(buf, n, d, (char *)(d + 1)) == 0) {
		free(d);
		werrstr("malformed directory entry");
		return nil;
	}
	return d;
}

Dir *
dirstat(char *name)
{
	uchar buf[DIRBUF];

	return unpack(buf, stat(name, buf, sizeof buf));
}

Dir *
dirfstat(int fd)
{
	uchar buf[DIRBUF];

	return unpack(buf, fstat(fd, buf, sizeof buf));
}

int
dirwstat(char *name, Dir *d)
{
	uchar buf[DIRBUF];

	return wstat(name, buf, convD2M(d, buf, sizeof buf));
}

int
dirfwstat(int fd, Dir *d)
{
	uchar buf[DIRBUF];

	return fwstat(fd, buf, convD2M(d, buf, sizeof buf));
}

void
nulldir(Dir *d)
{
	memset(d, ~0, sizeof *d);
	d->name = d->uid = d->gid = d->muid = "";
}

int
dirread(int fd, Dir **dp)
{
	uchar buf[DIRBUF], *p, *e;
	char *strs;
	Dir *d;
	int i, n, len;

	*dp = nil;
	n = read(fd, buf, sizeof buf);
	if(n <= 0)
		return n;
	e = buf + n;
	len = 0;
	for(p = buf; p < e; p += BIT16SZ + (p[0] | p[1] << 8))
		len++;
	d = malloc(len * (sizeof(Dir) + NSTR) + n);
	if(d == nil)
		return -1;
	strs = (char *)(d + len);
	for(p = buf, i = 0; i < len; i++) {
		n = convM2D(p, e - p, &d[i], strs);
		if(n == 0) {
			free(d);
			werrstr("malformed directory entry");
			return -1;
		}
		strs = d[i].muid + strlen(d[i].muid) + 1;
		p += n;
	}
	*dp = d;
	return len;
}

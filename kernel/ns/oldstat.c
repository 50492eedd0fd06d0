/*
 * The calls on file attributes before 9P2000, with fixed records of 116 bytes: stat(5) of
 * the third edition. They can ask, not change.
 */
#include "ns/nsdat.h"

enum
{
	/* of a name, and of a record */
	OLDNAMELEN = 28,
	OLDDIRLEN = 3 * OLDNAMELEN + 5 * BIT32SZ + BIT64SZ + 2 * BIT16SZ,
};

static const char Eoldwstat[] = "old wstat system call - recompile";
static const char Eoldfwstat[] = "old fwstat system call - recompile";

/* A name, NUL-ended; what follows it. */
static uchar *
packname(uchar *p, const char *s)
{
	strecpy((char *)p, (char *)p + OLDNAMELEN, s);
	return p + OLDNAMELEN;
}

static void
packold(uchar *buf, const Dir *d)
{
	uchar *p;
	u32int path;

	memset(buf, 0, OLDDIRLEN);
	p = packname(buf, d->name);
	p = packname(p, d->uid);
	p = packname(p, d->gid);
	/* bit 31 says that it is a directory, as in the mode */
	path = (u32int)d->qid.path & ~DMDIR;
	if(d->qid.type & QTDIR)
		path |= DMDIR;
	PBIT32(p, path);
	PBIT32(p + 4, d->qid.vers);
	PBIT32(p + 8, d->mode);
	PBIT32(p + 12, d->atime);
	PBIT32(p + 16, d->mtime);
	PBIT64(p + 20, d->length);
	PBIT16(p + 28, d->type);
	PBIT16(p + 30, d->dev);
}

/* c's attributes, in buf of OLDDIRLEN bytes. */
static void
oldstat(Chan *c, uchar *buf)
{
	const char *name;
	uchar *msg;
	uint n;
	Dir d;

	msg = chanstat(c, &n);
	onerror(free(msg));
	n = convM2D(msg, n, &d, (char *)msg + n);
	if(n == 0)
		error(Ebadstat);
	name = pathlast(c->path);
	if(name != nil)
		d.name = (char *)name;
	packold(buf, &d);
	poperror();
	free(msg);
}

static uintptr
oldstatclose(Chan *c, uchar *buf)
{
	uchar rec[OLDDIRLEN];

	onerror(cclose(c));
	oldstat(c, rec);
	memmove(buf, rec, sizeof rec);
	poperror();
	cclose(c);
	return 0;
}

uintptr
sys_stat(uintptr *arg)
{
	uchar *buf;

	buf = validaddr(arg[1], OLDDIRLEN, 1);
	return oldstatclose(statname(arg[0]), buf);
}

uintptr
sys_fstat(uintptr *arg)
{
	uchar *buf;

	buf = validaddr(arg[1], OLDDIRLEN, 1);
	return oldstatclose(fdtochan((int)arg[0], -1, 0, 1), buf);
}

uintptr
sys_wstat(uintptr *arg)
{
	USED(arg);
	error(Eoldwstat);
}

uintptr
sys_fwstat(uintptr *arg)
{
	USED(arg);
	error(Eoldfwstat);
}

/*
 * System calls on file attributes: stat(2), with stat(5)'s messages.
 */
#include "ns/nsdat.h"

/*
 * Replace the name in a stat message of n bytes; buf has room for max. Servers name their root
 * "/", but stat(2) gives the name by which the program knows the file. Returns the new size. If there
 * is no room, returns BIT16SZ, and buf has the size needed.
 */
static int
setstatname(uchar *buf, int n, int max, const char *name)
{
	uchar *p, *rest;
	int old, new, size;

	p = buf + STATFIXLEN - 4 * BIT16SZ;
	if(n < STATFIXLEN)
		return n;
	old = GBIT16(p);
	new = strlen(name);
	rest = p + BIT16SZ + old;
	if(rest > buf + n)
		error(Ebadstat);
	size = n - old + new;
	if(size - BIT16SZ > 0xffff)
		error(Ebadstat);
	PBIT16(buf, size - BIT16SZ);
	if(size > max)
		return BIT16SZ;
	memmove(p + BIT16SZ + new, rest, buf + n - rest);
	memmove(p + BIT16SZ, name, new);
	PBIT16(p, new);
	return size;
}

/* The stat message of a channel that is mounted says so: exportfs(4) looks for that. */
static void
markmounted(uchar *buf, int n)
{
	uchar *mode;

	if(n < STATFIXLEN)
		return;
	buf[BIT16SZ + BIT16SZ + BIT32SZ] |= QTMOUNT;
	mode = buf + BIT16SZ + BIT16SZ + BIT32SZ + QIDSZ;
	PBIT32(mode, GBIT32(mode) | DMMOUNT);
}

/* Get the device's stat in kbuf, which is kernel memory: it is edited, and a program may change
 * its own memory meanwhile. */
static int
stat1(Chan *c, const char *name, uchar *kbuf, uchar *buf, int n)
{
	int nn, max;

	max = n < DIRBUF ? n : DIRBUF;
	nn = devtab[c->type]->stat(c, kbuf, max);
	if(nn > BIT16SZ && (loadrelaxed(&c->flag) & CMSG))
		markmounted(kbuf, nn);
	if(nn > BIT16SZ && name != nil)
		nn = setstatname(kbuf, nn, max, name);
	if(nn < BIT16SZ || nn > max)
		error(Eshort);
	memmove(buf, kbuf, nn);
	return nn;
}

static int
statchan(Chan *c, const char *name, uchar *buf, int n)
{
	uchar *kbuf;

	kbuf = smalloc(n < DIRBUF ? n : DIRBUF);
	onerror(free(kbuf));
	n = stat1(c, name, kbuf, buf, n);
	poperror();
	free(kbuf);
	return n;
}

/* The body of stat and fstat. name replaces the device's name for c, unless it is nil. Takes over the
 * reference to c. */
static int
statclose(Chan *c, const char *name, uchar *buf, int n)
{
	onerror(cclose(c));
	n = statchan(c, name, buf, n);
	poperror();
	cclose(c);
	return n;
}

Chan *
statname(uintptr addr)
{
	char *name;
	Chan *c;

	name = validstr(addr, PATHMAX);
	onerror(free(name));
	c = namec(name, Aaccess, 0, 0);
	poperror();
	free(name);
	return c;
}

/* The stat buffer in arg[1], of arg[2] bytes, checked. */
static uchar *
statbuf(uintptr *arg, int write)
{
	/* no Segment is as large as a negative length */
	return validaddr(arg[1], (int)arg[2], write);
}

uintptr
sysstat(uintptr *arg)
{
	uchar *buf;
	Chan *c;
	int n;

	buf = statbuf(arg, 1);
	n = farstat(arg[0], buf, (int)arg[2]);
	if(n > 0)
		return n;
	c = statname(arg[0]);
	return statclose(c, pathlast(c->path), buf, (int)arg[2]);
}

uintptr
sysfstat(uintptr *arg)
{
	uchar *buf;

	buf = statbuf(arg, 1);
	/* the name is the device's or server's, as on 9front */
	return statclose(
	    fdtochan((int)arg[0], -1, 0, 1), nil, buf, (int)arg[2]);
}

/*
 * A copy of the wstat message of n bytes at buf, for the caller to free, and in *d what it says; d's
 * strings are in the copy. It is whole, and a new name in it is one that a walk can find, if it is not
 * long: such a name the device looks at. All this is checked before the file is looked for.
 */
static uchar *
statmsg(const uchar *buf, int n, Dir *d)
{
	enum
	{
		/* the longest name that is checked here, as on 9front */
		Checkedname = 62,
	};
	uchar *kbuf;

	if(n < BIT16SZ || n > DIRBUF)
		error(Ebadstat);
	kbuf = smalloc(2 * n);
	onerror(free(kbuf));
	memmove(kbuf, buf, n);
	if(statcheck(kbuf, n) < 0 || convM2D(kbuf, n, d, (char *)kbuf + n) == 0)
		error(Ebadstat);
	if(d->name[0] != '\0' && strcmp(d->name, "/") != 0 &&
	    strlen(d->name) <= Checkedname)
		validname(d->name, 0);
	poperror();
	return kbuf;
}

/* Change c's attributes by a message of statmsg's, which says d. */
static int
wstatmsg(Chan *c, uchar *msg, int n, const Dir *d)
{
	/* a new name could mean the mount point or the mounted file */
	if(c->ismtpt && d->name[0] != '\0')
		nameerror(chanpath(c), Eismtpt);
	return devtab[c->type]->wstat(c, msg, n);
}

int
chanwstat(Chan *c, const uchar *buf, int n)
{
	uchar *msg;
	Dir d;

	msg = statmsg(buf, n, &d);
	onerror(free(msg));
	n = wstatmsg(c, msg, n, &d);
	poperror();
	free(msg);
	return n;
}

static int
wstatclose(Chan *c, uchar *msg, int n, const Dir *d)
{
	onerror(cclose(c));
	n = wstatmsg(c, msg, n, d);
	poperror();
	cclose(c);
	return n;
}

static int
wstatname(uintptr addr, uchar *msg, int n, const Dir *d)
{
	return farwstat(addr, d) != Farwalk
	    ? n
	    : wstatclose(statname(addr), msg, n, d);
}

uintptr
syswstat(uintptr *arg)
{
	uchar *msg;
	Dir d;
	int n;

	msg = statmsg(statbuf(arg, 0), (int)arg[2], &d);
	onerror(free(msg));
	n = wstatname(arg[0], msg, (int)arg[2], &d);
	poperror();
	free(msg);
	return n;
}

uintptr
sysfwstat(uintptr *arg)
{
	uchar *msg;
	Dir d;
	int n;

	msg = statmsg(statbuf(arg, 0), (int)arg[2], &d);
	onerror(free(msg));
	n = wstatclose(fdtochan((int)arg[0], -1, 1, 1), msg, (int)arg[2], &d);
	poperror();
	free(msg);
	return n;
}

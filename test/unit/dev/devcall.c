/*
 * What tests of devices say: devcall.h.
 */
#include "dev/devcall.h"
#include "proc/sys.h"

enum
{
	Chans = 64, /* more than a test has at once */
	Procs = 8,
};

static long blocks0;

/* Users' names and the first descriptors stay. */
static void
warmdevs(void)
{
	Chan *c;

	warmchans(Chans);
	fdclose(newfd(xopen("#c/null", OREAD), OREAD));
	c = xcreate("#s/x", OWRITE | ORCLOSE, 0666);
	must(c != nil);
	cclose(c);
}

void
devgroups(void)
{
	warmprocs(Procs);
	nogroups();
	newgroups(rootdev.attach(nil));
	up->parentpid = 77;
	warmdevs();
}

void
countblocks(void)
{
	blocks0 = heapblocks();
}

int
sameblocks(void)
{
	if(heapblocks() == blocks0)
		return 1;
	print_error("left: %ld blocks\n", heapblocks() - blocks0);
	return 0;
}

int
sameblockssoon(void)
{
	int i;

	for(i = 0; heapblocks() != blocks0 && i < 6000; i++)
		tsleep(&up->sleeprend, return0, nil, 10);
	return sameblocks();
}

/* --- system calls --- */

static Chan *
getchan(const char *name, int amode, int mode, u32int perm)
{
	Chan *c;

	if(waserror())
		return nil;
	c = namec(name, amode, mode, perm);
	poperror();
	return c;
}

Chan *
xopen(const char *name, int mode)
{
	return getchan(name, Aopen, mode, 0);
}

Chan *
xcreate(const char *name, int mode, u32int perm)
{
	return getchan(name, Acreate, mode, perm);
}

long
xread(Chan *c, void *buf, long n, vlong off)
{
	if(waserror())
		return -1;
	n = devtab[c->type]->read(c, buf, n, off);
	poperror();
	return n;
}

long
xwrite(Chan *c, const void *buf, long n, vlong off)
{
	if(waserror())
		return -1;
	n = devtab[c->type]->write(c, buf, n, off);
	poperror();
	return n;
}

static int
tryremove(Chan *c)
{
	if(waserror())
		return -1;
	devtab[c->type]->remove(c);
	poperror();
	return 0;
}

int
xremove(const char *name)
{
	Chan *c;
	int r;

	c = getchan(name, Aremove, 0, 0);
	if(c == nil)
		return -1;
	r = tryremove(c);
	chanfree(c); /* the device is done with it */
	return r;
}

int
xfstat(Chan *c, Dir *d)
{
	static _Thread_local char strs[4096];
	uchar buf[4096];
	int n;

	if(waserror())
		return -1;
	n = devtab[c->type]->stat(c, buf, sizeof buf);
	poperror();
	if(convM2D(buf, n, d, strs) != (uint)n)
		panic("stat: malformed");
	return 0;
}

int
xstat(const char *name, Dir *d)
{
	Chan *c;
	int r;

	c = getchan(name, Aaccess, 0, 0);
	if(c == nil)
		return -1;
	r = xfstat(c, d);
	cclose(c);
	return r;
}

int
xfwstat(Chan *c, const Dir *d)
{
	uchar buf[4096];
	int n;

	if(waserror())
		return -1;
	n = convD2M(d, buf, sizeof buf);
	devtab[c->type]->wstat(c, buf, n);
	poperror();
	return 0;
}

int
xwstat(const char *name, const Dir *d)
{
	Chan *c;
	int r;

	c = getchan(name, Aaccess, 0, 0);
	if(c == nil)
		return -1;
	r = xfwstat(c, d);
	cclose(c);
	return r;
}

void
nulldir(Dir *d)
{
	memset(d, 0xFF, sizeof *d);
	d->name = d->uid = d->gid = d->muid = "";
}

int
xlist(const char *name, char *out, usize nout, long bufsize)
{
	uchar buf[8192];
	char strs[8192], *p;
	Chan *c;
	Dir d;
	vlong off;
	long n, i, m;
	int count;

	c = xopen(name, OREAD);
	if(c == nil)
		return -1;
	p = out;
	count = 0;
	for(off = 0; (n = xread(c, buf, bufsize, off)) > 0; off += n)
		for(i = 0; i < n; i += m) {
			m = convM2D(buf + i, n - i, &d, strs);
			if(m == 0)
				panic("%s: malformed entry", name);
			p = seprint(
			    p, out + nout, count++ > 0 ? " %s" : "%s", d.name);
		}
	cclose(c);
	return n < 0 ? -1 : count;
}

long
xslurp(const char *name, char *buf, usize n)
{
	Chan *c;
	long m, len;

	c = xopen(name, OREAD);
	if(c == nil)
		return -1;
	for(len = 0; (m = xread(c, buf + len, n - 1 - len, len)) > 0; len += m)
		;
	buf[len] = 0;
	cclose(c);
	return m < 0 ? -1 : len;
}

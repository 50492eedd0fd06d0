/*
 * System calls on a file by its name, without a walk: stat, open, create, remove, and wstat of
 * a name. A walk makes a Chan for the file, which the call needs once, and asks the device first
 * about the file and then for the call. Most names are below a directory whose device can do the
 * call by itself (struct Devfar). Then one call of the device is all.
 *
 * What is done here is done exactly as after a walk. A name that is not plain, a mount point
 * that may be on the way, a failure: in each case the caller walks, and that gives the answer or
 * the error. The one error that is made here is that of a missing file, for which programs look
 * often.
 */
#include "ns/nsdat.h"
#include "lib/switches.h"

enum
{
	/* bytes of a name, with its NUL; a longer name is walked */
	FARNAME = 512,
};

/* A name, and where it begins. */
typedef struct Far Far;
struct Far
{
	/* where the elements begin in name: 1 if it begins with a slash */
	usize base;
	/* how many elements */
	u32int nelem;
	/* bytes of the first element */
	usize first;
	/* where the last element begins */
	usize last;
	/* where the name starts: up->slash or up->dot */
	Chan *start;
	/* the union at the start, or nil; owned */
	Union *un;
	/* the directory that the elements are below */
	Chan *dir;
	/* no other element of un can have the file */
	int only;
	char name[FARNAME];
};

/* Is the element of n bytes at s one that leads down: not ".", ".." or empty? */
static int
leadsdown(const char *s, usize n)
{
	return n > 2 || (n > 0 && !(s[0] == '.' && (n == 1 || s[1] == '.')));
}

/* An element ends before f->name[at]. Returns 0 if the name takes a walk. */
static int
endelem(Far *f, usize at)
{
	usize n;

	n = at - f->last;
	if(f->nelem++ == 0)
		f->first = n;
	return leadsdown(f->name + f->last, n);
}

/* Copy the name, and find its elements. Returns 0 if it takes a walk. Errors, as the walk would,
 * if it is not in the program's memory. */
static int
copyname(Far *f, uintptr addr)
{
	const volatile char *s;
	usize n;
	char c;

	s = validaddr(addr, 1, 0);
	c = *s;
	if(c == '#')
		return 0;
	f->base = f->last = c == '/';
	f->nelem = 0;
	f->name[0] = '/';
	for(n = f->base; n < FARNAME; n++) {
		if((addr + n) % BY2PG == 0)
			validaddr(addr + n, 1, 0);
		/* another process may change the string meanwhile, but each byte is read once */
		if(n > 0)
			c = s[n];
		if(c == '/' || c == '\0') {
			if(!endelem(f, n))
				return 0;
			if(c == '\0') {
				f->name[n] = c;
				return 1;
			}
			f->last = n + 1;
		} else if(isbadname(c))
			return 0;
		f->name[n] = c;
	}
	return 0;
}

static int
lacks(Chan *c, Far *f)
{
	Dev *d;

	d = devtab[c->type];
	return d->far == nil && d->lacks != nil &&
	    d->lacks(c, f->name + f->base, f->first);
}

/* Set f->dir to the directory from which the elements are walked. Returns 0 if its device cannot do
 * calls below it without a walk. */
static int
finddir(Far *f)
{
	Chan *c;
	int i;

	f->start = c = f->base ? up->slash : up->dot;
	if(!nomounts(c->type))
		f->un = findunion(c->type, c->dev, c->qid);
	f->only = 1;
	if(f->un != nil) {
		for(i = 0; i < f->un->n - 1 && lacks(f->un->m[i]->to, f); i++)
			;
		c = f->un->m[i]->to;
		f->only = i == f->un->n - 1;
	}
	f->dir = c;
	return devtab[c->type]->far != nil && (c->qid.type & QTDIR) &&
	    nomounts(c->type);
}

static void
farend(Far *f)
{
	if(f->un != nil)
		unionclose(f->un);
}

/* Look at the name. Returns the functions that do calls on it, or nil if it must be walked. If
 * not nil, farend must follow. Errors. */
static const Devfar *
farstart(Far *f, uintptr addr)
{
	f->un = nil;
	if(isoff(Swfarcalls) || !copyname(f, addr))
		return nil;
	if(finddir(f))
		return devtab[f->dir->type]->far;
	farend(f);
	return nil;
}

/* The device said r. A file that is missing in its directory, and can be in no other element of
 * the union, is an error. */
static int
answerfar(Far *f, int r)
{
	if(r != Farnone)
		return r;
	if(!f->only)
		return Farwalk;
	nameerror(f->name, Enonexist);
}

int
farstat(uintptr addr, uchar *buf, int n)
{
	const Devfar *d;
	Far f;
	int r;

	d = n >= BIT16SZ ? farstart(&f, addr) : nil;
	if(d == nil)
		return Farwalk;
	/* a store to buf may fault */
	onerror(farend(&f));
	r = d->stat(f.dir, f.name + f.base, buf, n);
	poperror();
	farend(&f);
	return answerfar(&f, r);
}

/* Give c, which is open, its Path. Errors close it. */
static void
farname(Far *f, Chan *c)
{
	onerror(cclose(c));
	c->path = pathbelow(f->start->path, f->un != nil ? f->un->from : nil,
	    f->name + f->base, f->nelem);
	poperror();
}

Chan *
faropen(uintptr addr, int omode)
{
	const Devfar *d;
	Far f;
	Chan *c;
	int r;

	omode &= ~OCEXEC;
	if((omode & ~OTRUNC) > ORDWR)
		return nil;
	d = farstart(&f, addr);
	if(d == nil)
		return nil;
	onerror(farend(&f));
	r = d->open(f.dir, f.name + f.base, omode, &c);
	if(r > 0)
		farname(&f, c);
	poperror();
	farend(&f);
	return answerfar(&f, r) > 0 ? c : nil;
}

/* A union has an order in which files are made, so only the walk knows where. */
Chan *
farcreate(uintptr addr, int omode, u32int perm)
{
	const Devfar *d;
	Far f;
	Chan *c;
	int r;

	omode &= ~OCEXEC;
	if((omode & ~(OTRUNC | OEXCL)) > ORDWR || (perm & ~0777U) != 0)
		return nil;
	d = farstart(&f, addr);
	if(d == nil)
		return nil;
	r = Farwalk;
	onerror(farend(&f));
	if(f.un == nil || f.nelem > 1)
		r = d->create(f.dir, f.name + f.base, omode, perm, &c);
	if(r > 0)
		farname(&f, c);
	poperror();
	farend(&f);
	return r > 0 ? c : nil;
}

int
farremove(uintptr addr)
{
	const Devfar *d;
	Far f;
	int r;

	d = farstart(&f, addr);
	if(d == nil)
		return Farwalk;
	r = d->remove(f.dir, f.name + f.base);
	farend(&f);
	return r;
}

/* Does a wstat by d do nothing but give the file another name, which a file can have? */
static int
renames(Far *f, const Dir *d)
{
	return onlyname(d) && isfilename(d->name) &&
	    strcmp(d->name, f->name + f->last) != 0;
}

int
farwstat(uintptr addr, const Dir *d)
{
	const Devfar *far;
	Far f;
	int r;

	far = farstart(&f, addr);
	if(far == nil)
		return Farwalk;
	r = Farwalk;
	if(renames(&f, d))
		r = far->rename(f.dir, f.name + f.base, d->name);
	farend(&f);
	return r;
}

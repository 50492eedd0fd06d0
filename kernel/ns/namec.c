/*
 * Names to Chans: intro(2), open(2), open(5).
 *
 * A name is walked from the root, the current directory or a device. What follows depends on
 * what the name is for: the mount point at its end may be crossed, and the file may be opened
 * or made.
 */
#include "ns/nsdat.h"

/* The state of resolving a name. */
typedef struct Namec Namec;
struct Namec
{
	const char *name;
	int amode;
	int omode;
	u32int perm;
	/* a # name: mount points are not crossed */
	int nomount;
	/* where the walk is */
	Chan *c;
	/* Acreate: the directory, until the file is open */
	Chan *dir;
	/* the walk from c on */
	Walker w;
	Elems *e;
	/* how many bytes of the name precede the elements */
	usize base;
	/* the spec of a # name */
	char spec[ERRMAX];
	/* how many elements an error is about; 0: it is not about the name */
	int nerror;
};

static void
nameend(Namec *n)
{
	walkend(&n->w);
	if(n->c != nil)
		cclose(n->c);
	n->c = nil;
	if(n->dir != nil)
		cclose(n->dir);
	n->dir = nil;
	free(n->e);
	n->e = nil;
}

/* How many bytes of the name an error is about. */
static usize
errorlen(const Namec *n)
{
	if(n->nerror == 0)
		return 0;
	/* include a slash behind the last element */
	if(n->nerror >= n->e->n)
		return strlen(n->name);
	return n->base + n->e->end[n->nerror - 1];
}

/* The device of a # name. n->spec becomes the spec, n->base the length of both. */
static Dev *
device(Namec *n)
{
	Rune r;
	usize len;
	int rlen, t;

	/* the root device's letter is a slash: root(3) */
	for(len = 1; n->name[len] != '\0' && n->name[len] != '/'; len++)
		;
	if(n->name[1] == '/')
		len = 2;
	rlen = chartorune(&r, n->name + 1);
	if(len >= sizeof n->spec)
		error(Efilename);
	if(len < 2)
		error(Ebadsharp);
	/* mounting needs more than a name */
	if(r == 'M')
		error(Enoattach);
	t = devno(r, 1);
	if(t < 0)
		error(Ebadsharp);
	if(!devallowed(up->pgrp, t) &&
	    !(n->amode == Aunmount && isdevname(n->name)))
		error(Enoattach);
	n->base = len;
	memmove(n->spec, n->name + 1 + rlen, len - 1 - rlen);
	n->spec[len - 1 - rlen] = '\0';
	return devtab[t];
}

static void
start(Namec *n)
{
	Dev *d;

	if(n->name[0] == '\0')
		error("empty file name");
	validname(n->name, 1);
	if(n->name[0] == '#') {
		d = device(n);
		/* what a share shows is the device's own */
		n->nomount = d->shown == nil;
		n->c = d->attach(n->spec);
		assert(n->c->path != nil);
	} else {
		n->c = n->name[0] == '/' ? up->slash : up->dot;
		incref(&n->c->r);
	}
	n->e = parsename(n->name + n->base);
}

/* Walk elements [from, to). */
static void
walkelems(Namec *n, int from, int to)
{
	int nerror;

	if(walk(&n->c, n->e->elem + from, to - from, n->nomount, &nerror) < 0) {
		n->nerror = from + nerror;
		nexterror();
	}
}

/* Return the Chan of n; its reference is the caller's. */
static Chan *
result(Namec *n)
{
	Chan *c;

	c = n->c;
	n->c = nil;
	return c;
}

/* Replace n->c by a Chan that n alone has. If n->c is a mount point, cross it. */
static void
own(Namec *n)
{
	walkstart(&n->w, n->c);
	cclose(n->c);
	n->c = nil;
	if(!n->nomount)
		cross(&n->w);
	n->c = walkown(&n->w);
}

/* The same for a file to be bound. cmount needs all of a union. The Chan keeps the mounted
 * file's own name, because it will show elsewhere too. */
static void
ownbind(Namec *n)
{
	Chan *list;

	own(n);
	if(n->w.un == nil)
		return;
	list = nil;
	/* a mounted tree's root has no name of its own */
	if(n->w.un->m[0]->spec == nil) {
		pathdrop(n->c->path, &list);
		n->c->path = n->w.un->m[0]->to->path;
		incref(&n->c->path->r);
	}
	n->c->un = n->w.un;
	n->w.un = nil;
	closelist(list);
}

/* The device's open of n->c returned c. */
static void
namecopened(Namec *n, Chan *c)
{
	n->c = c;
	if(n->omode & ORCLOSE)
		c->flag |= CRCLOSE;
}

static Chan *
open(Namec *n)
{
	own(n);
	n->nerror = n->e->n;
	if(n->c->qid.type & QTDIR) {
		if((n->omode & ~(OCEXEC | ORCLOSE)) == OEXEC)
			error("cannot exec directory");
		if(n->w.un != nil && n->w.un->n > 1) {
			n->c->un = n->w.un;
			n->w.un = nil;
		}
	}
	namecopened(n, devtab[n->c->type]->open(n->c, n->omode & ~OCEXEC));
	return result(n);
}

/* Replace n->c by a Chan that n alone has, for the element of its union in which files are
 * made: bind(2). */
static void
createdir(Namec *n)
{
	Union *un;
	Chan *to;
	int i;

	walkstart(&n->w, n->c);
	if(!n->nomount)
		cross(&n->w);
	un = n->w.un;
	if(un != nil) {
		for(i = 0; i < un->n && !(un->m[i]->mflag & MCREATE); i++)
			;
		if(i == un->n)
			error(Enocreate);
		to = un->m[i]->to;
		incref(&to->r);
		cclose(n->w.c);
		n->w.c = to;
	}
}

/* Make the file elem in the directory n->c. */
static Chan *
create1(Namec *n, const char *elem)
{
	Chan *c;

	createdir(n);
	n->w.path = pathadd(n->w.path, elem);
	c = walkown(&n->w);
	c->ismtpt = 0;
	/* walkend closes it after an error */
	n->w.c = c;
	c = devtab[c->type]->create(
	    c, elem, n->omode & ~(OEXCL | OCEXEC), n->perm);
	n->w.c = nil;
	return c;
}

/* create1, but it returns nil, with up's error string, instead of an error. */
static Chan *
trycreate(Namec *n, const char *elem)
{
	Chan *c;

	if(waserror()) {
		walkend(&n->w);
		return nil;
	}
	c = create1(n, elem);
	poperror();
	walkend(&n->w);
	return c;
}

/*
 * open(5), ENTRY POINTS: if the file is there, open and truncate it; else create it. If
 * that fails, another process may have made it meanwhile, so look again, once. With
 * OEXCL only create it.
 */
static Chan *
createname(Namec *n)
{
	char err[ERRMAX];
	char **elem;
	Chan *c;
	int nerror;

	n->nerror = n->e->n;
	if((n->e->mustbedir || n->e->n == 0) && !(n->perm & DMDIR))
		error("create without DMDIR");
	if(n->e->n == 0)
		error(Eexist);
	walkelems(n, 0, n->e->n - 1);
	n->nerror = n->e->n;
	n->dir = n->c;
	incref(&n->dir->r);
	elem = n->e->elem + n->e->n - 1;
	if(walk(&n->c, elem, 1, n->nomount, &nerror) == 0) {
		if(n->omode & OEXCL)
			error(Eexist);
	} else {
		if(strcmp(up->errstr, Eintr) == 0)
			nexterror();
		c = trycreate(n, *elem);
		if(c != nil) {
			cclose(n->c);
			namecopened(n, c);
			return result(n);
		}
		if(n->omode & OEXCL)
			nexterror();
		strecpy(err, err + sizeof err, up->errstr);
		if(walk(&n->c, elem, 1, n->nomount, &nerror) < 0)
			error(err);
	}
	n->omode |= OTRUNC;
	return open(n);
}

static Chan *
resolve(Namec *n)
{
	if(n->amode == Acreate)
		return createname(n);
	walkelems(n, 0, n->e->n);
	n->nerror = n->e->n;
	if(n->e->mustbedir)
		isdir(n->c);

	switch(n->amode) {
	case Aopen:
		return open(n);
	case Aaccess:
	case Aremove:
		own(n);
		break;
	case Abind:
	case Aunmount:
		ownbind(n);
		break;
	case Atodir:
		/* checked before the mount point is crossed, so that one can mount on "." and
		 * see it */
		isdir(n->c);
		break;
	case Amount:
		/* the mount goes on the directory, not on what is mounted there already */
		break;
	default:
		panic("namec: amode %d", n->amode);
	}
	return result(n);
}

Chan *
namec(const char *name, int amode, int omode, u32int perm)
{
	Namec n;
	Chan *c;
	usize len;

	memset(&n, 0, sizeof n);
	n.name = name;
	n.amode = amode;
	n.omode = omode;
	n.perm = perm;
	if(waserror()) {
		len = errorlen(&n);
		nameend(&n);
		suffixerror(name, len);
	}
	start(&n);
	c = resolve(&n);
	poperror();
	nameend(&n);
	return c;
}

Chan *
namefrom(Chan *c, const char *elem, int amode, int omode, u32int perm)
{
	Namec n;

	memset(&n, 0, sizeof n);
	n.name = elem != nil ? elem : "";
	n.amode = amode;
	n.omode = omode;
	n.perm = perm;
	onerror(nameend(&n));
	n.c = c;
	incref(&c->r);
	n.e = parsename(n.name);
	c = resolve(&n);
	poperror();
	nameend(&n);
	return c;
}

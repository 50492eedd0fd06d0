/*
 * #g: segments with names, which unrelated processes can attach. segment(3), segattach(2)
 *
 * A directory is a segment. Its ctl file tells where the segment is, data has its contents.
 * Removing the directory removes the name; the segment stays while a process has it attached,
 * or has one of its files open.
 */
#include "dev/globseg.h"

#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* the low bits of a qid path */
	Qtop = 0,
	Qseg,
	Qctl,
	Qdata,
	TYPEBITS = 3,
};

#define PATH(id, type) ((uvlong)(id) << TYPEBITS | (type))
#define TYPE(c) ((u32int)((c)->qid.path & ((1 << TYPEBITS) - 1)))
#define ID(c) ((u32int)((c)->qid.path >> TYPEBITS))

/* --- caller holds globsegs.lk --- */

static Globseg *
globsegof(Chan *c)
{
	Globseg *g;

	g = findglobseg(ID(c));
	if(g == nil)
		error("global segment disappeared");
	return g;
}

static void
segtopdir(Chan *c, Dir *d)
{
	Qid q = {PATH(0, Qtop), 0, QTDIR};

	devdir(c, q, "#g", 0, eve, 0777, d);
}

static int
seggen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Globseg *g;
	Qid q = {0, 0, QTDIR};

	USED(name), USED(tab), USED(ntab);
	if(i == DEVDOTDOT) {
		segtopdir(c, d);
		return 1;
	}
	if(TYPE(c) == Qtop) {
		for(g = globsegs.list; g != nil && i > 0; g = g->next)
			i--;
		if(g == nil)
			return -1;
		q.path = PATH(g->id, Qseg);
		devdir(c, q, g->name, 0, g->owner, 0777, d);
		return 1;
	}
	g = findglobseg(ID(c));
	if(g == nil || i > 1)
		return -1;
	q = (Qid){PATH(g->id, i == 0 ? Qctl : Qdata), 0, QTFILE};
	devdir(c, q, i == 0 ? "ctl" : "data", i == 0 ? 0 : globseglen(g),
	    g->owner, g->perm, d);
	return 1;
}

/* --- the device --- */

static Chan *
segdevattach(const char *spec)
{
	return devattach('g', spec);
}

static Walkqid *
segdevwalk(Chan *c, Chan *nc, char **name, int nname)
{
	Walkqid *wq;

	qlock(&globsegs.lk);
	onerror(qunlock(&globsegs.lk));
	wq = devwalk(c, nc, name, nname, nil, 0, seggen);
	poperror();
	qunlock(&globsegs.lk);
	return wq;
}

static int
segdevstat(Chan *c, uchar *buf, int n)
{
	qlock(&globsegs.lk);
	onerror(qunlock(&globsegs.lk));
	n = devstat(c, buf, n, nil, 0, seggen);
	poperror();
	qunlock(&globsegs.lk);
	return n;
}

static void
opensegfile(Chan *c, int omode)
{
	Globseg *g;

	if(c->qid.type & QTDIR) {
		/* a segment's directory may go when it is closed */
		if((TYPE(c) == Qseg ? omode & ~ORCLOSE : omode) != OREAD)
			error(Eisdir);
		return;
	}
	g = globsegof(c);
	devpermcheck(g->owner, g->perm, omode);
	if(TYPE(c) == Qdata)
		globsegisset(g);
	g->ref++;
	c->aux = g;
}

static Chan *
segdevopen(Chan *c, int omode)
{
	qlock(&globsegs.lk);
	onerror(qunlock(&globsegs.lk));
	opensegfile(c, omode);
	poperror();
	qunlock(&globsegs.lk);
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

static Chan *
segdevcreate(Chan *c, const char *name, int omode, u32int perm)
{
	Globseg *g;
	int mode;

	if(TYPE(c) != Qtop)
		error(Eperm);
	if(strlen(name) >= sizeof up->genbuf)
		error(Etoolong);
	/* segattach(2)'s own classes */
	if(strcmp(name, "shared") == 0 || strcmp(name, "memory") == 0)
		error("name collision with physical segment");
	if((perm & DMDIR) == 0)
		error(Ebadarg);
	mode = openmode(omode);
	qlock(&globsegs.lk);
	onerror(qunlock(&globsegs.lk));
	g = newglobseg(name);
	poperror();
	c->qid = (Qid){PATH(g->id, Qseg), 0, QTDIR};
	qunlock(&globsegs.lk);
	c->mode = mode;
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

/* The segment of the directory c loses its name. */
static void
unnameseg(Chan *c)
{
	Globseg *g;

	qlock(&globsegs.lk);
	g = findglobseg(ID(c));
	if(g != nil)
		g = unnameglobseg(g);
	qunlock(&globsegs.lk);
	freeglobseg(g);
}

static void
segdevdrop(Chan *c)
{
	Globseg *g;

	qlock(&globsegs.lk);
	g = dropglobseg(c->aux);
	qunlock(&globsegs.lk);
	c->aux = nil;
	freeglobseg(g);
}

static void
segdevclose(Chan *c)
{
	segdevdrop(c);
	if(TYPE(c) == Qseg && (c->flag & COPEN) && (c->flag & CRCLOSE))
		unnameseg(c);
}

static void
segdevremove(Chan *c)
{
	segdevdrop(c);
	if(TYPE(c) != Qseg)
		error(Eperm);
	unnameseg(c);
}

/* Read the directory c, as many entries as fit. buf is kernel memory. */
static long
readsegdir(Chan *c, char *buf, long n)
{
	qlock(&globsegs.lk);
	onerror(qunlock(&globsegs.lk));
	n = devdirread(c, buf, n, nil, 0, seggen);
	poperror();
	qunlock(&globsegs.lk);
	return n;
}

static long
segdevread(Chan *c, void *buf, long n, vlong off)
{
	if(c->qid.type & QTDIR) {
		if(off == 0)
			c->pos = 0;
		return readsegdir(c, buf, n);
	}
	if(TYPE(c) == Qctl)
		return readglobseg(c->aux, buf, n, off);
	return globsegio(c->aux, buf, n, off, 0);
}

static long
segdevwrite(Chan *c, const void *buf, long n, vlong off)
{
	if(c->qid.type & QTDIR)
		error(Eperm);
	if(TYPE(c) == Qdata)
		return globsegio(c->aux, (void *)buf, n, off, 1);
	ctlglobseg(c->aux, buf, n);
	return n;
}

/* Change the owner and permissions of c's segment; all else in d is ignored. */
static void
wstatsegfile(Chan *c, const Dir *d)
{
	Globseg *g;
	char *owner;

	g = globsegof(c);
	if(strcmp(up->user, g->owner) != 0 && !iseve())
		error(Eperm);
	if(*d->uid != 0) {
		owner = kstrcpy(d->uid);
		free(g->owner);
		g->owner = owner;
	}
	if(d->mode != ~(u32int)0)
		g->perm = d->mode & 0777;
}

static int
segdevwstat(Chan *c, uchar *buf, int n)
{
	if(c->qid.type & QTDIR)
		error(Eperm);
	return devwstat(c, buf, n, &globsegs.lk, wstatsegfile);
}

static void
segdevinit(void)
{
	globalseg = segbyname;
}

Dev segmentdev = {
    .dc = 'g',
    .name = "segment",
    .init = segdevinit,
    .attach = segdevattach,
    .walk = segdevwalk,
    .stat = segdevstat,
    .open = segdevopen,
    .create = segdevcreate,
    .close = segdevclose,
    .read = segdevread,
    .write = segdevwrite,
    .remove = segdevremove,
    .wstat = segdevwstat,
};

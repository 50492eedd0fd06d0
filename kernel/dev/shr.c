/*
 * #σ: shares, mount points that every name space has. shr(3)
 *
 * A share is a directory of #σ, and by its own name a directory of #σc, in which each file is a
 * service that is mounted in the share. A Chan has a number in its qid and no state: what was
 * removed meanwhile is not found.
 */
#include "dev/share.h"

#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* Qid path: the number of the share or service, and one of these. */
enum
{
	/* #σ and a share there */
	Qroot,
	Qshare,
	/* #σc, a share there, and a service */
	Qctl,
	Qctlshare,
	Qservice,
	LEVELBITS = 4,
};

static Qid
shrqid(u32int id, int level)
{
	return (Qid){(uvlong)id << LEVELBITS | level, 0,
	    level == Qservice ? QTFILE : QTDIR};
}

static int
levelof(Qid q)
{
	return q.path & ((1 << LEVELBITS) - 1);
}

static Share *
shareof(Chan *c)
{
	Share *s;

	s = sharebyid(c->qid.path >> LEVELBITS);
	if(s == nil)
		error(Enonexist);
	return s;
}

/* sh is the service's share. */
static Service *
serviceof(Chan *c, Share **sh)
{
	Service *v;

	v = servicebyid(c->qid.path >> LEVELBITS, sh);
	if(v == nil)
		error(Enonexist);
	return v;
}

static void
shrnamedir(Chan *c, const Shrname *n, int level, Dir *d)
{
	strecpy(up->genbuf, up->genbuf + sizeof up->genbuf, n->name);
	devdir(c, shrqid(n->id, level), up->genbuf, 0, n->owner,
	    level == Qshare ? n->perm & ~0222U : n->perm, d);
}

static void
shrrootdir(Chan *c, int level, Dir *d)
{
	if(level == Qroot)
		devdir(c, shrqid(0, Qroot), "#\317\203", 0, eve, 0555, d);
	else
		devdir(c, shrqid(0, Qctl), "#\317\203c", 0, eve, 0777, d);
}

/* --- the device: called with shares.lk down to shrwalk --- */

static int
shrgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Share *s;
	Service *v;
	int level;

	USED(name), USED(tab), USED(ntab);
	level = levelof(c->qid);
	if(i == DEVDOTDOT) {
		shrrootdir(
		    c, level == Qshare || level == Qroot ? Qroot : Qctl, d);
		return 1;
	}
	switch(level) {
	case Qroot:
	case Qctl:
		for(s = shares.first; s != nil && i > 0; s = s->next)
			i--;
		if(s == nil)
			return -1;
		shrnamedir(c, &s->n, level == Qroot ? Qshare : Qctlshare, d);
		return 1;
	case Qctlshare:
		s = sharebyid(c->qid.path >> LEVELBITS);
		v = s != nil ? s->service : nil;
		for(; v != nil && i > 0; v = v->next)
			i--;
		if(v == nil)
			return -1;
		shrnamedir(c, &v->n, Qservice, d);
		return 1;
	}
	return -1;
}

static Walkqid *
shrwalk(Chan *c, Chan *nc, char **name, int nname)
{
	Walkqid *wq;

	qlock(&shares.lk);
	onerror(qunlock(&shares.lk));
	wq = devwalk(c, nc, name, nname, nil, 0, shrgen);
	poperror();
	qunlock(&shares.lk);
	return wq;
}

static Chan *
shrattach(const char *spec)
{
	Chan *c;
	int ctl;

	ctl = spec != nil && strcmp(spec, "c") == 0;
	if(!ctl && spec != nil && *spec != 0)
		error(Enoattach);
	c = devattach(0x3C3, spec);
	c->qid = shrqid(0, ctl ? Qctl : Qroot);
	return c;
}

static int
lockedshrstat(Chan *c, uchar *buf, int n)
{
	Share *s;
	Dir d;
	int level;

	level = levelof(c->qid);
	switch(level) {
	case Qroot:
	case Qctl:
		shrrootdir(c, level, &d);
		break;
	case Qservice:
		shrnamedir(c, &serviceof(c, &s)->n, level, &d);
		break;
	default:
		shrnamedir(c, &shareof(c)->n, level, &d);
	}
	return dirtomsg(&d, buf, n);
}

static int
shrstat(Chan *c, uchar *buf, int n)
{
	qlock(&shares.lk);
	onerror(qunlock(&shares.lk));
	n = lockedshrstat(c, buf, n);
	poperror();
	qunlock(&shares.lk);
	return n;
}

/* The service's connection, to mount elsewhere; nil if c is a directory. */
static Chan *
lockedshropen(Chan *c, int omode)
{
	Share *s;
	Service *v;

	switch(levelof(c->qid)) {
	case Qroot:
	case Qctl:
		return nil;
	case Qshare:
	case Qctlshare:
		s = shareof(c);
		devpermcheck(s->n.owner, s->n.perm, omode);
		return nil;
	}
	v = serviceof(c, &s);
	if(omode & OTRUNC)
		error(Eexist);
	if(omode & ORCLOSE)
		error(Eperm);
	devpermcheck(v->n.owner, v->n.perm, omode);
	if(v->conn == nil)
		error(Eshutdown);
	if(openmode(omode) != v->conn->mode)
		error(Eperm);
	incref(&v->conn->r);
	return v->conn;
}

static Chan *
shropen(Chan *c, int omode)
{
	Chan *nc;

	if((c->qid.type & QTDIR) && omode != OREAD)
		error(Eisdir);
	qlock(&shares.lk);
	onerror(qunlock(&shares.lk));
	nc = lockedshropen(c, omode);
	poperror();
	qunlock(&shares.lk);
	if(nc != nil) {
		cclose(c);
		return nc;
	}
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

/* A share is a way to mount. */
static void
maymount(void)
{
	if(!mntallowed(up->pgrp))
		error(Enoattach);
}

/* May up change what is in s? */
static void
checkshare(Share *s)
{
	if(strcmp(s->n.owner, eve) == 0 && !iseve())
		error(Eperm);
	devpermcheck(s->n.owner, s->n.perm, ORDWR);
}

static Qid
lockedshrcreate(Chan *c, const char *name, u32int perm)
{
	Share *s;

	if(levelof(c->qid) == Qctl)
		return shrqid(makeshare(name, perm)->n.id, Qctlshare);
	s = shareof(c);
	checkshare(s);
	return shrqid(makeservice(s, name, perm)->n.id, Qservice);
}

static Chan *
shrcreate(Chan *c, const char *name, int omode, u32int perm)
{
	int dir;

	/* a share that has an element in which files are made is not asked itself */
	if(levelof(c->qid) == Qshare)
		error(Enocreate);
	dir = levelof(c->qid) == Qctl;
	if((!dir && levelof(c->qid) != Qctlshare) ||
	    strcmp(up->user, "none") == 0)
		error(Eperm);
	maymount();
	if(((perm & DMDIR) != 0) != dir ||
	    openmode(omode) != (dir ? OREAD : OWRITE))
		error(Eperm);
	qlock(&shares.lk);
	onerror(qunlock(&shares.lk));
	c->qid = lockedshrcreate(c, name, perm);
	poperror();
	qunlock(&shares.lk);
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

static void
lockedshrremove(Chan *c, Shrgone *g)
{
	Share *s;
	Service *v;

	v = nil;
	switch(levelof(c->qid)) {
	case Qservice:
		v = serviceof(c, &s);
		break;
	case Qctlshare:
		s = shareof(c);
		break;
	default:
		error(Eperm);
	}
	if(!iseve())
		checkshare(s);
	if(v != nil)
		dropservice(s, v, g);
	else {
		if(s->service != nil)
			error("directory not empty");
		dropshare(s);
	}
}

static void
shrremove(Chan *c)
{
	Shrgone g;

	memset(&g, 0, sizeof g);
	qlock(&shares.lk);
	onerror(qunlock(&shares.lk));
	lockedshrremove(c, &g);
	poperror();
	qunlock(&shares.lk);
	shrdrop(&g);
}

static void
shrclose(Chan *c)
{
	if((c->flag & COPEN) == 0 || (c->flag & CRCLOSE) == 0 || waserror())
		return;
	shrremove(c);
	poperror();
}

static long
shrread(Chan *c, void *buf, long n, vlong off)
{
	if(levelof(c->qid) == Qservice)
		error(Eperm);
	if(off == 0)
		c->pos = 0;
	qlock(&shares.lk);
	onerror(qunlock(&shares.lk));
	n = devdirread(c, buf, n, nil, 0, shrgen);
	poperror();
	qunlock(&shares.lk);
	return n;
}

/* Mount the tree root, which conn leads to, as c. */
static void
mountservice(Chan *c, Chan *from, Chan *root, Chan *conn, Shrgone *g)
{
	Share *s;
	Service *v;

	qlock(&shares.lk);
	onerror(qunlock(&shares.lk));
	v = serviceof(c, &s);
	from->qid = shrqid(s->n.id, Qshare);
	shareservice(s, v, from, root, conn, g);
	poperror();
	qunlock(&shares.lk);
}

/* What a write has under way. */
typedef struct Shrwrite Shrwrite;
struct Shrwrite
{
	char *text;
	/* the share's mount point */
	Chan *from;
	Chan *conn;
	Chan *root;
};

static void
shrwriteend(Shrwrite *w)
{
	free(w->text);
	if(w->from != nil)
		cclose(w->from);
	if(w->root != nil)
		cclose(w->root);
	if(w->conn != nil)
		cclose(w->conn);
}

/* "fd" or "fd\naname" */
static void
shrservice(Chan *c, Shrwrite *w)
{
	Shrgone g;
	const char *aname;
	char *p;
	int fd;

	fd = strtoull(w->text, &p, 10);
	if(p == w->text || (*p != 0 && *p != '\n'))
		error(Ebadarg);
	aname = *p == '\n' ? p + 1 : p;
	validname(aname, 1);
	w->conn = fdtochan(fd, ORDWR, 0, 1);
	w->root = treeof(w->conn, nil, aname);
	w->from = shrattach(nil);
	memset(&g, 0, sizeof g);
	mountservice(c, w->from, w->root, w->conn, &g);
	w->root = w->conn = nil;
	shrdrop(&g);
}

static long
shrwrite(Chan *c, const void *buf, long n, vlong off)
{
	Shrwrite w;

	USED(off);
	maymount();
	if(levelof(c->qid) != Qservice)
		error(Eperm);
	if(n < 0 || n > ERRMAX)
		error(Etoobig);
	memset(&w, 0, sizeof w);
	onerror(shrwriteend(&w));
	w.text = smalloc(n + 1);
	memmove(w.text, buf, n);
	w.text[n] = 0;
	shrservice(c, &w);
	poperror();
	shrwriteend(&w);
	return n;
}

static void
lockedshrwstat(Chan *c, const Dir *d)
{
	Share *s;
	Shrname *n;

	if(levelof(c->qid) == Qservice)
		n = &serviceof(c, &s)->n;
	else if(levelof(c->qid) == Qctlshare)
		n = &shareof(c)->n;
	else
		error(Eperm);
	shrrename(n, d);
}

static int
shrwstat(Chan *c, uchar *buf, int n)
{
	return devwstat(c, buf, n, &shares.lk, lockedshrwstat);
}

/* What shows at a share in every name space. */
static Union *
shrshown(Qid q)
{
	Share *s;
	Union *un;

	un = nil;
	if(levelof(q) != Qshare)
		return nil;
	qlock(&shares.lk);
	s = sharebyid(q.path >> LEVELBITS);
	if(s != nil && s->un != nil)
		un = unionref(s->un);
	qunlock(&shares.lk);
	return un;
}

Dev shrdev = {
    .dc = 0x3C3,
    .name = "shr",
    .attach = shrattach,
    .walk = shrwalk,
    .stat = shrstat,
    .open = shropen,
    .create = shrcreate,
    .close = shrclose,
    .read = shrread,
    .write = shrwrite,
    .remove = shrremove,
    .wstat = shrwstat,
    .shown = shrshown,
};

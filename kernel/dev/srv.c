/*
 * #s: boards on which processes post open files for others. srv(3)
 *
 * Opening a board's clone file makes a board below it, named by its number.
 */
#include "dev/board.h"

#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* A qid path has the board's number, and in its low bits the file's. */
enum
{
	FILEBITS = 32,
};

#define PATH(board, file) ((uvlong)(board)->id << FILEBITS | (file))
#define FILEOF(path) ((u32int)(path))
#define BOARDOF(path) ((u32int)((path) >> FILEBITS))

static Post *
postof(Chan *c)
{
	Post *p;

	p = *findfile(c->aux, FILEOF(c->qid.path));
	if(p == nil)
		error(Enonexist);
	return p;
}

/* --- the device; down to srvwalk the caller holds boards.lk --- */

static void
clonedir(Chan *c, Board *b, Dir *d)
{
	Qid q = {PATH(b, Qclone), 0, QTFILE};

	devdir(c, q, "clone", 0, eve, 0444, d);
}

static void
boarddir(Chan *c, Board *b, Dir *d)
{
	Qid q = {PATH(b, Qdir), 0, QTDIR};

	snprint(up->genbuf, sizeof up->genbuf, b->parent == nil ? "#s" : "%ud",
	    b->id);
	devdir(c, q, up->genbuf, 0, b->owner != nil ? b->owner : eve, 0777, d);
}

static void
postdir(Chan *c, Board *b, Post *p, Dir *d)
{
	Qid q = {PATH(b, p->file), 0, QTFILE};

	strecpy(up->genbuf, up->genbuf + sizeof up->genbuf, p->name);
	devdir(c, q, up->genbuf, 0, p->owner, p->perm, d);
}

/* Entry i of a board: clone, then the posts, then the boards below. */
static int
srvgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Board *b, *sub;
	Post *p;

	USED(name), USED(tab), USED(ntab);
	/* a walk may have left the board to which c has a reference */
	b = findboard(&boards.root, BOARDOF(c->qid.path));
	if(b == nil)
		return -1;
	if(i == DEVDOTDOT) {
		boarddir(c, b->parent != nil ? b->parent : b, d);
		return 1;
	}
	if(i-- == 0) {
		clonedir(c, b, d);
		return 1;
	}
	for(p = b->post; p != nil; p = p->next)
		if(i-- == 0) {
			postdir(c, b, p, d);
			return 1;
		}
	for(sub = b->child; sub != nil; sub = sub->next)
		if(i-- == 0) {
			boarddir(c, sub, d);
			return 1;
		}
	return -1;
}

static Walkqid *
lockedwalk(Chan *c, Chan *nc, char **name, int nname)
{
	Walkqid *wq;
	Board *b, *was;

	was = nc == c ? c->aux : nil;
	wq = devwalk(c, nc, name, nname, nil, 0, srvgen);
	if(wq->clone != nil) {
		b = findboard(&boards.root, BOARDOF(wq->clone->qid.path));
		b->ref++;
		wq->clone->aux = b;
		putboard(was);
	}
	return wq;
}

static Walkqid *
srvwalk(Chan *c, Chan *nc, char **name, int nname)
{
	Walkqid *wq;

	qlock(&boards.lk);
	onerror(qunlock(&boards.lk));
	wq = lockedwalk(c, nc, name, nname);
	poperror();
	qunlock(&boards.lk);
	return wq;
}

static Chan *
srvattach(const char *spec)
{
	Chan *c;

	c = devattach('s', spec);
	qlock(&boards.lk);
	boards.root.ref++;
	qunlock(&boards.lk);
	c->aux = &boards.root;
	c->qid.path = PATH(&boards.root, Qdir);
	return c;
}

static int
lockedstat(Chan *c, uchar *buf, int n)
{
	Dir d;
	Board *b = c->aux;

	switch(FILEOF(c->qid.path)) {
	case Qdir:
		boarddir(c, b, &d);
		break;
	case Qclone:
		clonedir(c, b, &d);
		break;
	default:
		postdir(c, b, postof(c), &d);
	}
	return dirtomsg(&d, buf, n);
}

static int
srvstat(Chan *c, uchar *buf, int n)
{
	qlock(&boards.lk);
	onerror(qunlock(&boards.lk));
	n = lockedstat(c, buf, n);
	poperror();
	qunlock(&boards.lk);
	return n;
}

/* The file that is posted at c, with a reference. */
static Chan *
posted(Chan *c, int omode)
{
	Post *p;
	int mode;

	mode = openmode(omode);
	mustbeopen(c->aux);
	p = postof(c);
	if(p->chan == nil)
		error(Eshutdown);
	if(mode != p->chan->mode && p->chan->mode != ORDWR)
		error(Eperm);
	devpermcheck(p->owner, p->perm, omode);
	incref(&p->chan->r);
	return p->chan;
}

/* Open c. Returns c itself, or the Chan that is posted there. */
static Chan *
lockedopen(Chan *c, int omode)
{
	Board *b;

	if(omode & ORCLOSE)
		error(Eperm);
	if(c->qid.type & QTDIR) {
		if(omode & (3 | OTRUNC))
			error(Eisdir);
	} else if(omode & OTRUNC)
		error(Eexist);
	switch(FILEOF(c->qid.path)) {
	case Qdir:
		break;
	case Qclone:
		mustbeopen(c->aux);
		/* in any mode, though a stat shows a file that can only be read.
		 * c becomes the clone file of the new board, whose number a read gives */
		b = newboard(c->aux);
		putboard(c->aux);
		c->aux = b;
		c->qid.path = PATH(b, Qclone);
		break;
	default:
		return posted(c, omode);
	}
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

static Chan *
openlocking(Chan *c, int omode)
{
	Chan *nc;

	qlock(&boards.lk);
	onerror(qunlock(&boards.lk));
	nc = lockedopen(c, omode);
	poperror();
	qunlock(&boards.lk);
	return nc;
}

static Chan *
srvopen(Chan *c, int omode)
{
	Chan *nc;

	nc = openlocking(c, omode);
	if(nc != c)
		cclose(c);
	return nc;
}

static Chan *
srvcreate(Chan *c, const char *name, int omode, u32int perm)
{
	Board *b = c->aux;
	Post *p;

	if(openmode(omode) != OWRITE)
		error(Eperm);
	isdir(c);
	qlock(&boards.lk);
	onerror(qunlock(&boards.lk));
	p = newpost(b, name, perm);
	poperror();
	c->qid = (Qid){PATH(b, p->file), 0, QTFILE};
	qunlock(&boards.lk);
	c->mode = OWRITE;
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

static void
checkposter(const char *owner)
{
	if(strcmp(owner, up->user) != 0 && !iseve())
		error(Eperm);
}

static Chan *
lockedremove(Chan *c)
{
	Post *p;

	if(FILEOF(c->qid.path) < Qpost)
		error(Eperm);
	p = postof(c);
	checkposter(p->owner);
	return takepost(c->aux, p);
}

static void
srvremove(Chan *c)
{
	Chan *was;

	qlock(&boards.lk);
	if(waserror()) {
		putboard(c->aux);
		c->aux = nil;
		qunlock(&boards.lk);
		nexterror();
	}
	was = lockedremove(c);
	poperror();
	putboard(c->aux);
	c->aux = nil;
	qunlock(&boards.lk);
	if(was != nil)
		cclose(was);
}

/* c, a board's clone file, is closed: the board goes, with the files posted there. */
static void
closeboard(Chan *c)
{
	Board *b;
	Chan *was;
	int more;

	b = c->aux;
	do {
		was = nil;
		qlock(&boards.lk);
		b->closed = 1;
		more = b->post != nil;
		if(more)
			was = takepost(b, b->post);
		qunlock(&boards.lk);
		if(was != nil)
			cclose(was);
	} while(more);
}

static void
srvclose(Chan *c)
{
	Post *p;
	Chan *was;

	if((c->flag & COPEN) && FILEOF(c->qid.path) == Qclone)
		closeboard(c);
	was = nil;
	qlock(&boards.lk);
	/* the post was made with ORCLOSE */
	if((c->flag & CRCLOSE) && (c->flag & COPEN)) {
		p = *findfile(c->aux, FILEOF(c->qid.path));
		if(p != nil)
			was = takepost(c->aux, p);
	}
	putboard(c->aux);
	qunlock(&boards.lk);
	c->aux = nil;
	if(was != nil)
		cclose(was);
}

static long
lockedread(Chan *c, void *buf, long n, vlong off)
{
	Board *b = c->aux;
	char id[16];

	if(FILEOF(c->qid.path) == Qclone) {
		snprint(id, sizeof id, "%ud", b->id);
		return readstr(off, buf, n, id);
	}
	if(off == 0)
		c->pos = 0;
	return devdirread(c, buf, n, nil, 0, srvgen);
}

static long
srvread(Chan *c, void *buf, long n, vlong off)
{
	qlock(&boards.lk);
	onerror(qunlock(&boards.lk));
	n = lockedread(c, buf, n, off);
	poperror();
	qunlock(&boards.lk);
	return n;
}

/* Post f at c, with the caller's reference. */
static void
postchan(Chan *c, Chan *f)
{
	Post *p;

	qlock(&boards.lk);
	if(waserror()) {
		qunlock(&boards.lk);
		cclose(f);
		nexterror();
	}
	mustbeopen(c->aux);
	if(f->qid.type & QTAUTH)
		error("cannot post auth file in srv");
	p = postof(c);
	/* a post of a file of #s itself would never go away, and a chain of posts could be too
	 * deep */
	if(p->chan != nil || f->type == c->type)
		error(Ebadusefd);
	p->chan = f;
	poperror();
	qunlock(&boards.lk);
}

static long
srvwrite(Chan *c, const void *buf, long n, vlong off)
{
	char num[32];
	int fd;

	USED(off);
	if(FILEOF(c->qid.path) < Qpost)
		error(Eperm);
	if(n < 0 || n >= (long)sizeof num)
		error(Etoobig);
	memmove(num, buf, n);
	num[n] = 0;
	/* as on 9front, a text that is no number means 0 */
	fd = strtoull(num, nil, 0);
	postchan(c, fdtochan(fd, -1, 0, 1));
	return n;
}

/* Replace *old by a copy of s. */
static void
renew(char **old, const char *s)
{
	char *copy;

	copy = kstrcpy(s);
	free(*old);
	*old = copy;
}

/* Change c's name, owner and permissions; all else in d is ignored. */
static void
lockedwstat(Chan *c, const Dir *d)
{
	Board *b = c->aux;
	Post *p;

	if(FILEOF(c->qid.path) < Qpost)
		error(Eperm);
	mustbeopen(b);
	p = postof(c);
	checkposter(p->owner);
	if(*d->name != 0 && strcmp(d->name, p->name) != 0) {
		postcheckname(b, d->name);
		renew(&p->name, d->name);
	}
	if(*d->uid != 0)
		renew(&p->owner, d->uid);
	if(d->mode != ~(u32int)0)
		p->perm = d->mode & 0777;
}

static int
srvwstat(Chan *c, uchar *buf, int n)
{
	return devwstat(c, buf, n, &boards.lk, lockedwstat);
}

static void
srvinit(void)
{
	srvname = postname;
}

Dev srvdev = {
    .dc = 's',
    .name = "srv",
    .init = srvinit,
    .attach = srvattach,
    .walk = srvwalk,
    .stat = srvstat,
    .open = srvopen,
    .create = srvcreate,
    .close = srvclose,
    .read = srvread,
    .write = srvwrite,
    .remove = srvremove,
    .wstat = srvwstat,
};

/*
 * #d: the file descriptors of the calling process. dup(3)
 */
#include "u.h"
#include "dev/dev.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* Qid paths: 0 is the directory, 2n+1 is fd n's file, 2n+2 is its ctl file. */
#define QFD(n) (2 * (uvlong)(n) + 1)
#define QCTL(n) (2 * (uvlong)(n) + 2)
#define FDOF(path) ((int)(((path)-1) / 2))
#define ISCTL(path) ((path) % 2 == 0)

static const char *modenames[] = {"r", "w", "rw", "r"};

/* How fd is open in up: OREAD, OWRITE or ORDWR; -1 if it is not open. */
static int
fdmode(int fd)
{
	Fgrp *f = up->fgrp;
	int mode;

	mode = -1;
	lock(&f->lk);
	if(fd <= f->maxfd && fd < f->nfd && f->fd[fd] != nil)
		mode = f->fd[fd]->mode & 3;
	unlock(&f->lk);
	return mode;
}

static void
fddir(Chan *c, uvlong path, int mode, Dir *d)
{
	static const u32int perms[] = {0400, 0200, 0600, 0400};
	Qid q = {path, 0, QTFILE};
	int fd;

	fd = FDOF(path);
	snprint(
	    up->genbuf, sizeof up->genbuf, ISCTL(path) ? "%dctl" : "%d", fd);
	devdir(c, q, up->genbuf, 0, eve, ISCTL(path) ? 0400 : perms[mode], d);
}

static int
dupgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Qid q = {0, 0, QTDIR};
	int mode;

	USED(name), USED(tab), USED(ntab);
	if(i == DEVDOTDOT) {
		devdir(c, q, "#d", 0, eve, 0555, d);
		return 1;
	}
	if(i / 2 > fgrpmax(up->fgrp))
		return -1;
	mode = fdmode(i / 2);
	if(mode < 0)
		return 0;
	fddir(c, i + 1, mode, d);
	return 1;
}

static Chan *
dupattach(const char *spec)
{
	return devattach('d', spec);
}

static Walkqid *
dupwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, dupgen);
}

static int
dupstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, nil, 0, dupgen);
}

static Chan *
dupopen(Chan *c, int omode)
{
	Chan *f;

	if(omode & ORCLOSE)
		error(Eperm);
	if(c->qid.type & QTDIR) {
		if(omode & (3 | OTRUNC))
			error(Eisdir);
	} else if(ISCTL(c->qid.path)) {
		cclose(fdtochan(FDOF(c->qid.path), -1, 0, 1));
	} else {
		f = fdtochan(FDOF(c->qid.path), openmode(omode), 0, 1);
		cclose(c);
		return f;
	}
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

char *
fdtext(int fd, Chan *c)
{
	enum
	{
		/* bytes of a line without its name */
		Fields = 160,
	};
	char letter[UTFmax + 1], *s;
	usize n;

	onerror(cclose(c));
	n = Fields + strlen(chanpath(c));
	s = smalloc(n);
	letter[runetochar(letter, &devtab[c->type]->dc)] = 0;
	snprint(s, n, "%3d %-2s %s %4ud (%.16llux %ud %.2ux) %5ud %8lld %s\n",
	    fd, modenames[c->mode & 3], letter, c->dev, c->qid.path,
	    c->qid.vers, c->qid.type, c->iounit, c->offset, chanpath(c));
	poperror();
	cclose(c);
	return s;
}

static long
dupread(Chan *c, void *buf, long n, vlong off)
{
	char *s;
	int fd;

	if(c->qid.type & QTDIR) {
		if(off == 0)
			c->pos = 0;
		return devdirread(c, buf, n, nil, 0, dupgen);
	}
	if(!ISCTL(c->qid.path))
		error(Ebadusefd);
	fd = FDOF(c->qid.path);
	s = fdtext(fd, fdtochan(fd, -1, 0, 1));
	return readfree(off, buf, n, s, strlen(s));
}

static long
dupwrite(Chan *c, const void *buf, long n, vlong off)
{
	USED(c), USED(buf), USED(n), USED(off);
	error(Eperm);
}

Dev dupdev = {
    .dc = 'd',
    .name = "dup",
    .attach = dupattach,
    .walk = dupwalk,
    .stat = dupstat,
    .open = dupopen,
    .create = devnocreate,
    .close = devnoclose,
    .read = dupread,
    .write = dupwrite,
    .remove = devnoremove,
    .wstat = devnowstat,
};

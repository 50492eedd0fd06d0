/*
 * What most devices share: walk, listing, stat and open of directories that a table or a
 * generator describes; files that are short texts.
 */
#include "u.h"
#include "dev/dev.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

int
iseve(void)
{
	return strcmp(up->user, eve) == 0;
}

void
devdir(Chan *c, Qid qid, const char *name, vlong length, const char *user,
    u32int perm, Dir *d)
{
	static u32int boottime;
	u32int now;

	now = todns() / 1000000000;
	if(loadrelaxed(&boottime) == 0)
		storerelaxed(&boottime, now);
	d->type = devtab[c->type]->dc;
	d->dev = c->dev;
	d->qid = qid;
	d->mode = perm | (u32int)qid.type << 24;
	d->atime = now;
	d->mtime = loadrelaxed(&boottime);
	d->length = length;
	d->name = (char *)name;
	d->uid = (char *)user;
	d->gid = eve;
	d->muid = (char *)user;
}

int
devgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	if(tab == nil)
		return -1;
	if(i != DEVDOTDOT)
		/* skip "." */
		i++;
	else
		i = 0;
	if(i >= ntab)
		return -1;
	tab += i;
	if(name != nil && i != 0 && strcmp(name, tab->name) != 0)
		return 0;
	devdir(c, tab->qid, tab->name, tab->length, eve, tab->perm, d);
	return 1;
}

/* The Path "#cspec". */
static Path *
sharppath(Rune dc, const char *spec)
{
	char letter[UTFmax + 1], *name;
	Path *p;
	usize n;

	letter[runetochar(letter, &dc)] = 0;
	n = 1 + strlen(letter) + strlen(spec) + 1;
	name = smalloc(n);
	snprint(name, n, "#%s%s", letter, spec);
	onerror(free(name));
	p = newpath(name);
	poperror();
	free(name);
	return p;
}

Chan *
devattach(Rune dc, const char *spec)
{
	Chan *c;

	c = newchan();
	onerror(chanfree(c));
	c->path = sharppath(dc, spec != nil ? spec : "");
	poperror();
	c->type = devno(dc, 0);
	c->qid = (Qid){0, 0, QTDIR};
	return c;
}

Chan *
devclone(Chan *c)
{
	Chan *nc;

	if(c->flag & COPEN)
		error(Ebadusefd);
	nc = newchan();
	nc->type = c->type;
	nc->dev = c->dev;
	nc->mode = c->mode;
	nc->qid = c->qid;
	nc->offset = c->offset;
	nc->aux = c->aux;
	return nc;
}

/* Walk c, which is not shared, one step. Errors. */
static void
devwalkone(Chan *c, const char *name, Dirtab *tab, int ntab, Devgen *gen)
{
	Dir d;
	int i;

	isdir(c);
	if(strcmp(name, ".") == 0)
		return;
	if(strcmp(name, "..") == 0) {
		if(gen(c, nil, tab, ntab, DEVDOTDOT, &d) == 1)
			c->qid = d.qid;
		return;
	}
	for(i = 0;; i++) {
		switch(gen(c, name, tab, ntab, i, &d)) {
		case -1:
			error(Enonexist);
		case 1:
			if(strcmp(name, d.name) == 0) {
				c->qid = d.qid;
				return;
			}
		}
	}
}

static void
devwalkall(
    Walkqid *wq, char **name, int nname, Dirtab *tab, int ntab, Devgen *gen)
{
	for(; wq->nqid < nname; wq->nqid++) {
		devwalkone(wq->clone, name[wq->nqid], tab, ntab, gen);
		wq->qid[wq->nqid] = wq->clone->qid;
	}
}

Walkqid *
devwalk(Chan *c, Chan *nc, char **name, int nname, Dirtab *tab, int ntab,
    Devgen *gen)
{
	Walkqid *wq;
	Qid old;

	wq = smalloc(sizeof *wq + nname * sizeof(Qid));
	old = c->qid;
	if(waserror()) {
		if(nc != nil)
			nc->qid = old;
		else if(wq->clone != nil)
			chanfree(wq->clone);
		wq->clone = nil;
		if(wq->nqid > 0)
			return wq;
		free(wq);
		nexterror();
	}
	wq->clone = nc != nil ? nc : devclone(c);
	devwalkall(wq, name, nname, tab, ntab, gen);
	poperror();
	return wq;
}

int
dirtomsg(const Dir *d, uchar *buf, int n)
{
	int m;

	m = convD2M(d, buf, n);
	if(m == 0)
		error(Ebadarg);
	return m;
}

int
devstat(Chan *c, uchar *buf, int n, Dirtab *tab, int ntab, Devgen *gen)
{
	Dir d;
	int i;

	for(i = 0;; i++) {
		switch(gen(c, nil, tab, ntab, i, &d)) {
		case -1:
			/* a directory does not have an entry for itself */
			if(!(c->qid.type & QTDIR))
				error(Enonexist);
			devdir(
			    c, c->qid, lastelem(chanpath(c)), 0, eve, 0555, &d);
			return dirtomsg(&d, buf, n);
		case 1:
			if(d.qid.path == c->qid.path)
				return dirtomsg(&d, buf, n);
		}
	}
}

long
devdirread(Chan *c, char *buf, long n, Dirtab *tab, int ntab, Devgen *gen)
{
	Dir d;
	long got;
	uint m;
	int r;

	for(got = 0; got < n; c->pos++) {
		r = gen(c, nil, tab, ntab, c->pos, &d);
		if(r == -1)
			break;
		if(r == 0)
			continue;
		m = convD2M(&d, (uchar *)buf + got, n - got);
		if(m <= BIT16SZ) {
			if(got == 0)
				error(Eshort);
			break;
		}
		got += m;
	}
	return got;
}

void
devpermcheck(const char *owner, u32int perm, int omode)
{
	static const u32int need[] = {0400, 0200, 0600, 0100};
	u32int t;

	if(strcmp(up->user, owner) != 0) {
		if(iseve())
			perm <<= 3;
		else
			perm <<= 6;
	}
	t = need[omode & 3];
	if((t & perm) != t)
		error(Eperm);
}

Chan *
devopen(Chan *c, int omode, Dirtab *tab, int ntab, Devgen *gen)
{
	Dir d;
	int i, r;

	for(i = 0;; i++) {
		r = gen(c, nil, tab, ntab, i, &d);
		if(r == -1)
			break;
		if(r == 1 && d.qid.path == c->qid.path) {
			devpermcheck(d.uid, d.mode, omode);
			break;
		}
	}
	if((c->qid.type & QTDIR) && omode & (3 | OTRUNC | ORCLOSE))
		error(Eperm);
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

Chan *
devnocreate(Chan *c, const char *name, int omode, u32int perm)
{
	USED(c), USED(name), USED(omode), USED(perm);
	error(Eperm);
}

void
devnoremove(Chan *c)
{
	USED(c);
	error(Eperm);
}

int
devwstat(Chan *c, const uchar *buf, int n, QLock *lk,
    void (*change)(Chan *, const Dir *))
{
	char *strs;
	Dir d;
	int m;

	strs = smalloc((usize)n);
	onerror(free(strs));
	m = (int)convM2D(buf, (uint)n, &d, strs);
	if(m == 0)
		error(Ebadstat);
	if(lk != nil)
		qlock(lk);
	onerror(if(lk != nil) qunlock(lk));
	change(c, &d);
	poperror();
	if(lk != nil)
		qunlock(lk);
	poperror();
	free(strs);
	return m;
}

int
devnowstat(Chan *c, uchar *buf, int n)
{
	USED(c), USED(buf), USED(n);
	error(Eperm);
}

void
devnoclose(Chan *c)
{
	USED(c);
}

long
readmem(vlong off, char *buf, long n, const void *mem, usize len)
{
	if(off < 0 || (uvlong)off >= len || n <= 0)
		return 0;
	if((usize)n > len - off)
		n = len - off;
	memmove(buf, (const char *)mem + off, n);
	return n;
}

long
readstr(vlong off, char *buf, long n, const char *s)
{
	return readmem(off, buf, n, s, strlen(s));
}

long
readfree(vlong off, char *buf, long n, void *mem, usize len)
{
	long done;

	onerror(free(mem));
	done = readmem(off, buf, n, mem, len);
	poperror();
	free(mem);
	return done;
}

long
readnum(vlong off, char *buf, long n, uvlong v, int width)
{
	char tmp[32];

	if(width >= (int)sizeof tmp)
		width = sizeof tmp - 1;
	snprint(tmp, sizeof tmp, "%*llud ", width - 1, v);
	return readmem(off, buf, n, tmp, width);
}

/*
 * #e: environment variables as files. #ec: the instance's configuration, which is the same for
 * all processes, and writable by its owner. env(3)
 *
 * A Chan of #e stands for the variable with its qid path: in the group of the process that uses the
 * Chan, or, once it is open, in the group in which it was opened. A copied group (RFENVG) has the
 * same paths.
 */
#include "ns/egrp.h"

#include "dev/dev.h"

#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* Chan.dev of #ec */
	Conf = 1,
};

/* the variables of #ec */
static Egrp *confegrp;

/* The group of c: #ec's, the group in which c was opened, or up's. */
static Egrp *
egrpof(Chan *c)
{
	return c->aux != nil ? c->aux : up->egrp;
}

static int
isconf(Chan *c)
{
	return c->dev == Conf;
}

/* Note that c is open. Its group is e from here on, even if up's group changes. Takes a
 * reference to e. */
static void
envopened(Chan *c, Egrp *e, int mode)
{
	if(!isconf(c)) {
		incref(&e->r);
		c->aux = e;
	}
	c->mode = mode;
	c->offset = 0;
	c->flag |= COPEN;
}

static void
vardir(Chan *c, Evar *v, Dir *d)
{
	u32int perm;

	/* a variable of another group than the process's shows as #ec's do */
	perm = egrpof(c) == up->egrp ? 0666 : 0664;
	devdir(c, v->qid, v->name, v->len, eve, perm, d);
}

static void
envinit(void)
{
	confegrp = newegrp();
}

static Chan *
envattach(const char *spec)
{
	Egrp *e;
	Chan *c;

	e = nil;
	if(spec != nil && *spec != 0) {
		if(strcmp(spec, "c") != 0)
			error(Ebadarg);
		e = confegrp;
	}
	c = devattach('e', spec);
	c->aux = e;
	if(e != nil)
		c->dev = Conf;
	return c;
}

/* A walk by name, because the tree is only one name deep. */
static int
walkgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Egrp *e;
	Evar *v;
	Qid q = {0, 0, QTDIR};

	USED(tab), USED(ntab);
	if(i == DEVDOTDOT) {
		devdir(c, q, "#e", 0, eve, 0555, d);
		return 1;
	}
	e = egrpof(c);
	rlock(&e->lk);
	v = envbyname(e, name);
	if(v != nil)
		vardir(c, v, d);
	runlock(&e->lk);
	/* v may be freed, so use the name that was asked for */
	d->name = (char *)name;
	return v != nil ? 1 : -1;
}

static Walkqid *
envwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, walkgen);
}

/* Fill *d for a variable. Its name is copied to `name'. */
static void
statvar(Chan *c, Dir *d, char *name)
{
	Egrp *e;
	Evar *v;

	e = egrpof(c);
	rlock(&e->lk);
	v = envbypath(e, c->qid.path);
	if(v != nil) {
		vardir(c, v, d);
		strecpy(name, name + MAXNAME + 1, v->name);
	}
	runlock(&e->lk);
	if(v == nil)
		error(Enonexist);
	d->name = name;
}

static int
envstat(Chan *c, uchar *buf, int n)
{
	char name[MAXNAME + 1];
	Dir d;

	if(c->qid.type & QTDIR)
		devdir(c, c->qid, isconf(c) ? "#ec" : "#e", 0, eve, 0555, &d);
	else
		statvar(c, &d, name);
	return dirtomsg(&d, buf, n);
}

static void
checkconf(Chan *c)
{
	if(isconf(c) && !iseve())
		error(Eperm);
}

static Chan *
envopen(Chan *c, int omode)
{
	Egrp *e;
	Evar *v;
	int mode;

	mode = openmode(omode);
	e = egrpof(c);
	if(c->qid.type & QTDIR) {
		if(omode & (3 | OTRUNC | ORCLOSE))
			error(Eperm);
	} else {
		if((omode & (OTRUNC | ORCLOSE)) || mode == OWRITE ||
		    mode == ORDWR)
			checkconf(c);
		wlock(&e->lk);
		v = envbypath(e, c->qid.path);
		if(v != nil && (omode & OTRUNC))
			envtrunc(e, v);
		wunlock(&e->lk);
		if(v == nil)
			error(Enonexist);
	}
	envopened(c, e, mode);
	return c;
}

static Chan *
envcreate(Chan *c, const char *name, int omode, u32int perm)
{
	Egrp *e;
	Evar *v;
	Qid q;
	int mode, exists;

	USED(perm);
	if(!(c->qid.type & QTDIR))
		error(Eperm);
	mode = openmode(omode);
	checkconf(c);
	envcheckname(name);
	e = egrpof(c);
	q = c->qid;
	wlock(&e->lk);
	exists = envbyname(e, name) != nil;
	v = exists || e->total > MAXTOTAL ? nil : envget(e, name);
	if(v != nil)
		q = v->qid;
	wunlock(&e->lk);
	if(exists)
		error(Eexist);
	if(v == nil)
		error(Enomem);
	c->qid = q;
	envopened(c, e, mode);
	return c;
}

/* Remove c's variable. Returns 0 if it is gone. */
static int
removevar(Chan *c)
{
	Egrp *e;
	Evar *v;

	e = egrpof(c);
	wlock(&e->lk);
	v = envbypath(e, c->qid.path);
	if(v != nil)
		envdel(e, v);
	wunlock(&e->lk);
	if(v != nil)
		envfree(v);
	return v != nil;
}

static void
envremove(Chan *c)
{
	if(c->qid.type & QTDIR)
		error(Eperm);
	checkconf(c);
	if(!removevar(c))
		error(Enonexist);
}

static void
envclose(Chan *c)
{
	if(!(c->flag & COPEN))
		return;
	if(c->flag & CRCLOSE)
		removevar(c);
	if(!isconf(c)) {
		closeegrp(c->aux);
		c->aux = nil;
	}
}

/* Read entries, beginning with the first whose qid path is greater than c->pos. */
static long
envdirread(Chan *c, Egrp *e, uchar *buf, long n)
{
	Dir d;
	long got;
	uint m;
	int i;

	got = 0;
	rlock(&e->lk);
	for(i = envfrom(e, c->pos + 1); i < e->nvar; i++) {
		vardir(c, e->var[i], &d);
		m = convD2M(&d, buf + got, n - got);
		if(m <= BIT16SZ)
			break;
		got += m;
		c->pos = e->var[i]->qid.path;
	}
	i = i < e->nvar;
	runlock(&e->lk);
	if(i && got == 0)
		error(Eshort);
	return got;
}

/* A read of a variable; buf is kernel memory. */
static long
readvar(Chan *c, Egrp *e, char *buf, long n, vlong off)
{
	Evar *v;

	if(c->qid.type & QTDIR) {
		if(off == 0)
			c->pos = 0;
		return envdirread(c, e, (uchar *)buf, n);
	}
	rlock(&e->lk);
	v = envbypath(e, c->qid.path);
	if(v != nil)
		n = readmem(off, buf, n, v->value, v->len);
	runlock(&e->lk);
	if(v == nil)
		error(Enonexist);
	return n;
}

static long
envread(Chan *c, void *buf, long n, vlong off)
{
	char *tmp;

	if(n <= 0)
		return 0;
	/* no value has more bytes */
	if(n > MAXVALUE)
		n = MAXVALUE;
	tmp = smalloc(n);
	onerror(free(tmp));
	n = readvar(c, egrpof(c), tmp, n, off);
	memmove(buf, tmp, n);
	poperror();
	free(tmp);
	return n;
}

/* A write of a variable; buf is kernel memory. */
static void
writevar(Chan *c, const char *buf, long n, vlong off)
{
	const char *err;
	Egrp *e;
	Evar *v;

	e = egrpof(c);
	err = Enonexist;
	wlock(&e->lk);
	v = envbypath(e, c->qid.path);
	if(v != nil) {
		err = envextend(e, v, off + n);
		if(err == nil) {
			memmove(v->value + off, buf, n);
			v->qid.vers++;
		}
	}
	wunlock(&e->lk);
	if(err != nil)
		error(err);
}

static void
copywrite(Chan *c, const void *buf, long n, vlong off)
{
	char *tmp;

	tmp = smalloc(n);
	onerror(free(tmp));
	memmove(tmp, buf, n);
	writevar(c, tmp, n, off);
	poperror();
	free(tmp);
}

static long
envwrite(Chan *c, const void *buf, long n, vlong off)
{
	if(n <= 0)
		return 0;
	if(off < 0 || off > MAXVALUE || n > MAXVALUE - off)
		error(Etoobig);
	copywrite(c, buf, n, off);
	return n;
}

Dev envdev = {
    .dc = 'e',
    .name = "env",
    .init = envinit,
    .attach = envattach,
    .walk = envwalk,
    .stat = envstat,
    .open = envopen,
    .create = envcreate,
    .close = envclose,
    .read = envread,
    .write = envwrite,
    .remove = envremove,
    .wstat = devnowstat,
};

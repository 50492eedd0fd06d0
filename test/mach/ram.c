/*
 * #R: see ram.h. Its files are in ramtree.c.
 */
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include "mach.h"
#include "ram.h"
#include "ramtree.h"
#include "ns/nsdat.h"
#include "lib/lib.h"

#undef free
extern void free(void *);

long devfail, devcount;
usize rammax = 64 * MiB;
int ramslow;
long ramshort;
int ramhang, ramhanging;
void (*ramrace)(const char *);
long ramwalks, ramnames;
static long refs; /* atomic */

/* Counts down *n; true when it has come to the one that fails. */
static int
failnow(long *n, long *count)
{
	__atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
	if(__atomic_load_n(n, __ATOMIC_RELAXED) == 0)
		return 0;
	return __atomic_sub_fetch(n, 1, __ATOMIC_RELAXED) == 0;
}

static void
devcall(void)
{
	if(failnow(&devfail, &devcount))
		error("injected");
}

long
ramrefs(void)
{
	return __atomic_load_n(&refs, __ATOMIC_SEQ_CST);
}

static void
setram(Chan *c, Ram *r)
{
	if(c->aux == nil)
		__atomic_add_fetch(&refs, 1, __ATOMIC_SEQ_CST);
	c->aux = r;
	c->qid = r->qid;
}

static Chan *
attach(const char *device, int type, const char *spec)
{
	char name[40];
	Chan *c;
	Ram *r;

	devcall();
	if(strlen(spec) >= RAMSPEC)
		error(Ename2long);
	c = newchan();
	if(waserror()) {
		chanfree(c);
		nexterror();
	}
	snprint(name, sizeof name, "%s%s", device, spec);
	c->path = newpath(name);
	poperror();
	lock(&ramlock);
	r = ramroot(spec, &c->dev);
	if(r == nil) {
		unlock(&ramlock);
		chanfree(c);
		error(Eio);
	}
	c->type = type;
	setram(c, r);
	unlock(&ramlock);
	return c;
}

static Chan *
ramattach(const char *spec)
{
	return attach("#R", devno('R', 0), spec != nil ? spec : "");
}

static void
hang(void)
{
	__atomic_add_fetch(&ramhanging, 1, __ATOMIC_SEQ_CST);
	while(__atomic_load_n(&ramhang, __ATOMIC_SEQ_CST))
		sched_yield();
	__atomic_sub_fetch(&ramhanging, 1, __ATOMIC_SEQ_CST);
}

static Walkqid *
ramwalk(Chan *c, Chan *nc, char **name, int nname)
{
	Walkqid *wq;
	Ram *r;

	devcall();
	__atomic_add_fetch(&ramwalks, 1, __ATOMIC_RELAXED);
	__atomic_add_fetch(&ramnames, nname, __ATOMIC_RELAXED);
	if(nc != nil)
		panic("ramwalk: a Chan was given");
	if(nname > MAXWELEM)
		panic("ramwalk: %d names", nname);
	if(c->flag & COPEN)
		error("walk of an open file");
	if(nname > 0 && strcmp(name[0], "hang") == 0)
		hang();
	wq = smalloc(sizeof *wq + nname * sizeof wq->qid[0]);
	if(waserror()) {
		kfree(wq);
		nexterror();
	}
	nc = newchan();
	lock(&ramlock);
	for(r = c->aux; wq->nqid < nname; wq->nqid++) {
		if(!(r->qid.type & QTDIR))
			break;
		if((r = ramlookup(r, name[wq->nqid])) == nil)
			break;
		wq->qid[wq->nqid] = r->qid;
	}
	if(wq->nqid == nname) {
		wq->clone = nc;
		nc->type = c->type;
		nc->dev = c->dev;
		setram(nc, r);
	}
	unlock(&ramlock);
	if(wq->clone == nil)
		chanfree(nc);
	if(nname > 0 && wq->nqid == 0)
		error(Enonexist);
	poperror();
	return wq;
}

/* Who asks for the last qid only must not look at the others. */
static Walkqid *
ramwalkfar(Chan *c, char **name, int nname)
{
	Walkqid *wq;
	int i;

	if(waserror())
		return nil;
	wq = ramwalk(c, nil, name, nname);
	poperror();
	for(i = 0; i < wq->nqid - 1; i++)
		wq->qid[i] = (Qid){~0ULL, 0, 0};
	return wq;
}

static int
ramstat(Chan *c, uchar *buf, int n)
{
	Dir d;

	devcall();
	lock(&ramlock);
	ramdir(c->aux, &d);
	n = convD2M(&d, buf, n);
	unlock(&ramlock);
	if(n == 0)
		error(Ebadarg);
	return n;
}

static Chan *
ramopen(Chan *c, int omode)
{
	Ram *r;

	devcall();
	r = c->aux;
	if((r->qid.type & QTDIR) && (omode & ~3) != 0)
		error(Eperm);
	c->mode = openmode(omode);
	if((r->qid.type & QTDIR) && c->mode != OREAD)
		error(Eperm);
	lock(&ramlock);
	if(omode & OTRUNC)
		ramtrunc(r);
	unlock(&ramlock);
	c->flag |= COPEN;
	c->offset = 0;
	return c;
}

static Chan *
ramcreate(Chan *c, const char *name, int omode, u32int perm)
{
	Ram *dir, *r;

	devcall();
	if(ramrace != nil)
		ramrace(name);
	if(omode & (OEXCL | OCEXEC))
		error(Ebadarg);
	isdir(c);
	dir = c->aux;
	lock(&ramlock);
	if(ramlookup(dir, name) != nil) {
		unlock(&ramlock);
		error(Eexist);
	}
	if(!(dir->mode & 0200)) {
		unlock(&ramlock);
		error(Eperm);
	}
	r = newram(dir, name, perm);
	setram(c, r);
	unlock(&ramlock);
	c->mode = openmode(omode);
	c->flag |= COPEN;
	c->offset = 0;
	return c;
}

static void
ramremove(Chan *c)
{
	Ram *r;
	int busy;

	/* the fid is gone whatever comes of it: remove(5) */
	r = c->aux;
	c->aux = nil;
	__atomic_sub_fetch(&refs, 1, __ATOMIC_SEQ_CST);
	devcall();
	lock(&ramlock);
	busy = r->up == r;
	if(!busy)
		r->removed = 1;
	unlock(&ramlock);
	if(busy)
		error(Eperm);
}

static void
ramclose(Chan *c)
{
	Ram *r;

	if(c->aux == nil)
		return;
	r = c->aux;
	if((c->flag & COPEN) && strcmp(r->name, "hangclose") == 0)
		hang();
	if((c->flag & COPEN) && (c->flag & CRCLOSE)) {
		lock(&ramlock);
		r->removed = 1;
		unlock(&ramlock);
	}
	c->aux = nil;
	__atomic_sub_fetch(&refs, 1, __ATOMIC_SEQ_CST);
	/* must not disturb whoever closes */
	strecpy(up->errstr, up->errstr + ERRMAX, "ramclose");
	if(failnow(&devfail, &devcount))
		error("injected in close");
}

/* Wait as a slow server makes one wait. Errors: Eintr. */
static void
delay(void)
{
	static u32int n;

	if(ramslow != 0 &&
	    __atomic_add_fetch(&n, 1, __ATOMIC_RELAXED) % ramslow == 0)
		tsleep(&up->sleeprend, return0, nil, 1);
}

static long
ramread(Chan *c, void *buf, long n, vlong off)
{
	Ram *r;

	devcall();
	delay();
	if(ramshort != 0 && n > ramshort)
		n = ramshort;
	r = c->aux;
	lock(&ramlock);
	if(r->qid.type & QTDIR)
		n = ramreaddir(r, buf, n, off);
	else if((uvlong)off >= r->len || n == 0)
		n = 0;
	else {
		if((usize)n > r->len - off)
			n = r->len - off;
		memmove(buf, r->data + off, n);
	}
	unlock(&ramlock);
	return n;
}

static long
ramwrite(Chan *c, const void *buf, long n, vlong off)
{
	char *p;
	Ram *r;

	devcall();
	if((usize)(off + n) > rammax)
		error("disk full");
	r = c->aux;
	lock(&ramlock);
	if((usize)(off + n) > r->len) {
		p = calloc(1, off + n);
		if(r->len > 0)
			memmove(p, r->data, r->len);
		free(r->data);
		r->data = p;
		r->len = off + n;
	}
	if(n > 0)
		memmove(r->data + off, buf, n);
	r->qid.vers++;
	unlock(&ramlock);
	return n;
}

static int
ramwstat(Chan *c, uchar *buf, int n)
{
	char strs[1024];
	Dir d;
	Ram *r;

	devcall();
	if(convM2D(buf, n, &d, strs) == 0)
		error(Ebadstat);
	r = c->aux;
	lock(&ramlock);
	if(d.name[0] != '\0')
		strecpy(r->name, r->name + sizeof r->name, d.name);
	if(d.mode != ~0u)
		r->mode = d.mode;
	unlock(&ramlock);
	return n;
}

Dev ramdev = {
    .dc = 'R',
    .name = "ram",
    .attach = ramattach,
    .walk = ramwalk,
    .walkfar = ramwalkfar,
    .stat = ramstat,
    .open = ramopen,
    .create = ramcreate,
    .close = ramclose,
    .read = ramread,
    .write = ramwrite,
    .remove = ramremove,
    .wstat = ramwstat,
};

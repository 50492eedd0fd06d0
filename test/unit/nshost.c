/*
 * The rest of the kernel, for tests of kernel/ns: see nshost.h. The kernel's
 * names for the heap, errors and sleep are libc's too, and are renamed in
 * nshost.mk; what is libc's here says so.
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "nshost.h"

#undef free
#undef abort
extern void free(void *);
extern void *calloc(size_t, size_t);

_Thread_local Proc *up;
long allocfail, alloccount, devfail, devcount;
int kprocs, kprocrun;

static long blocks;

/* Counts down *n; true when it has come to the one that fails. */
static int
failnow(long *n, long *count)
{
	__atomic_add_fetch(count, 1, __ATOMIC_RELAXED);
	if(__atomic_load_n(n, __ATOMIC_RELAXED) == 0)
		return 0;
	return __atomic_sub_fetch(n, 1, __ATOMIC_RELAXED) == 0;
}

/* heap: the size in front, for realloc */
enum
{
	Header = 16,
};

void *
kmalloc(usize n)
{
	char *p;

	if(failnow(&allocfail, &alloccount))
		return nil;
	p = calloc(1, n + Header);
	*(usize *)p = n;
	__atomic_add_fetch(&blocks, 1, __ATOMIC_RELAXED);
	return p + Header;
}

void
kfree(void *p)
{
	if(p == nil)
		return;
	__atomic_sub_fetch(&blocks, 1, __ATOMIC_RELAXED);
	free((char *)p - Header);
}

void *
smalloc(usize n)
{
	void *p;

	p = kmalloc(n);
	if(p == nil)
		error(Enomem);
	return p;
}

void *
krealloc(void *p, usize n)
{
	void *np;
	usize old;

	np = kmalloc(n);
	if(np == nil || p == nil)
		return np;
	old = *(usize *)((char *)p - Header);
	memmove(np, p, old < n ? old : n);
	kfree(p);
	return np;
}

long
heapblocks(void)
{
	return __atomic_load_n(&blocks, __ATOMIC_RELAXED);
}

/* host: everybody waits in one place */
static pthread_mutex_t waitlock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t waiters = PTHREAD_COND_INITIALIZER;

int
hostwait(u32int *w, u32int val, vlong ns)
{
	struct timespec t;
	int late;

	clock_gettime(CLOCK_REALTIME, &t);
	if(ns >= 0) {
		t.tv_sec += (t.tv_nsec + ns) / 1000000000;
		t.tv_nsec = (t.tv_nsec + ns) % 1000000000;
	}
	late = 0;
	pthread_mutex_lock(&waitlock);
	while(!late && __atomic_load_n(w, __ATOMIC_SEQ_CST) == val)
		if(ns < 0)
			pthread_cond_wait(&waiters, &waitlock);
		else
			late = pthread_cond_timedwait(
				   &waiters, &waitlock, &t) != 0;
	pthread_mutex_unlock(&waitlock);
	return late ? -1 : 0;
}

void
hostwake(u32int *w, int n)
{
	USED(w), USED(n);
	pthread_mutex_lock(&waitlock);
	pthread_cond_broadcast(&waiters);
	pthread_mutex_unlock(&waitlock);
}

void
hostrelax(void)
{
	sched_yield();
}

uvlong
monons(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

void
panic(const char *fmt, ...)
{
	char buf[256];
	va_list ap;

	va_start(ap, fmt);
	vseprint(buf, buf + sizeof buf, fmt, ap);
	va_end(ap);
	fprintf(stderr, "panic: %s\n", buf);
	abort();
}

/* mm: user memory is the test's own; address 0 is not there */
void *
validaddr(uintptr addr, uvlong len, int write)
{
	USED(write);
	if(addr == 0 || len > 0x7fffffff)
		error(Ebadarg);
	return userptr(addr);
}

char *
validstr(uintptr addr, usize max)
{
	char *s;

	validaddr(addr, 1, 0);
	if(strlen((char *)addr) >= max)
		error(Ebadarg);
	s = smalloc(strlen((char *)addr) + 1);
	memmove(s, (char *)addr, strlen((char *)addr) + 1);
	return s;
}

/* proc */
static Proc *
blankproc(void)
{
	Proc *p;

	p = calloc(1, sizeof *p);
	procranks(p);
	p->errstr = p->errbuf0;
	p->syserrstr = p->errbuf1;
	return p;
}

/* What a kernel process runs. */
typedef struct Kproc Kproc;
struct Kproc
{
	void (*f)(void *);
	void *arg;
};

static void *
kprocmain(void *arg)
{
	Kproc k;

	k = *(Kproc *)arg;
	free(arg);
	up = blankproc();
	k.f(k.arg);
	return nil;
}

static void
countkproc(const char *name, void (*f)(void *), void *arg)
{
	pthread_t t;
	Kproc *k;

	USED(name);
	__atomic_add_fetch(&kprocs, 1, __ATOMIC_RELAXED);
	if(!__atomic_load_n(&kprocrun, __ATOMIC_SEQ_CST))
		error("no more processes");
	k = calloc(1, sizeof *k);
	k->f = f;
	k->arg = arg;
	if(pthread_create(&t, nil, kprocmain, k) != 0)
		panic("kproc");
	pthread_detach(t);
}

Proc *
mkproc(void)
{
	up = blankproc();
	up->pgrp = newpgrp();
	up->fgrp = newfgrp();
	up->egrp = newegrp();
	ksetenv(up->egrp, "home", "/usr/glenda", strlen("/usr/glenda"));
	up->slash = devtab[0]->attach("root");
	pathclose(up->slash->path);
	up->slash->path = newpath("/");
	up->dot = up->slash;
	incref(&up->dot->r);
	return up;
}

Proc *
shareproc(Proc *p)
{
	up = blankproc();
	up->pgrp = p->pgrp;
	incref(&up->pgrp->r);
	up->fgrp = p->fgrp;
	incref(&up->fgrp->r);
	up->egrp = p->egrp;
	egrpref(up->egrp);
	up->slash = p->slash;
	incref(&up->slash->r);
	up->dot = p->slash;
	incref(&up->dot->r);
	return up;
}

void
endproc(void)
{
	closefgrp(up->fgrp);
	closepgrp(up->pgrp);
	closeegrp(up->egrp);
	cclose(up->slash);
	cclose(up->dot);
	if(up->nerrlab != 0)
		panic("endproc: %d error labels left", up->nerrlab);
	free(up);
	up = nil;
}

/* R */
typedef struct Ram Ram;
struct Ram
{
	Qid qid;
	u32int mode;
	char name[64];
	Ram *up;
	Ram *kids;
	Ram *next;
	char *data;
	usize len;
	int removed;
};

enum
{
	MAXTREE = 8,
};

static Lock ramlock = LOCKRANK(Rtest); /* all of R */
static Ram *tree[MAXTREE]; /* by Chan.dev */
static char treename[MAXTREE][32];
static uvlong qidpath;
static long refs;
int ramhang, ramhanging;
void (*ramrace)(const char *);
long ramwalks, ramnames;

static void
devcall(void)
{
	if(failnow(&devfail, &devcount))
		error("injected");
}

static Ram *
newram(Ram *dir, const char *name, u32int mode)
{
	Ram *r;

	r = calloc(1, sizeof *r);
	strecpy(r->name, r->name + sizeof r->name, name);
	r->mode = mode;
	r->qid.path = ++qidpath;
	r->qid.type = mode >> 24;
	r->up = dir;
	if(dir != nil) {
		Ram **p;

		for(p = &dir->kids; *p != nil; p = &(*p)->next)
			;
		*p = r;
	} else
		r->up = r;
	return r;
}

static void
ramfree(Ram *r)
{
	Ram *k, *next;

	for(k = r->kids; k != nil; k = next) {
		next = k->next;
		ramfree(k);
	}
	free(r->data);
	free(r);
}

void
ramclear(void)
{
	int i;

	for(i = 0; i < MAXTREE; i++) {
		if(tree[i] != nil)
			ramfree(tree[i]);
		tree[i] = nil;
		treename[i][0] = '\0';
	}
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
	int i;

	devcall();
	if(strlen(spec) >= sizeof treename[0])
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
	for(i = 0;
	    i < MAXTREE && tree[i] != nil && strcmp(treename[i], spec) != 0;
	    i++)
		;
	if(i == MAXTREE) {
		unlock(&ramlock);
		chanfree(c);
		error(Eio);
	}
	if(tree[i] == nil) {
		strecpy(treename[i], treename[i] + sizeof treename[i], spec);
		tree[i] = newram(nil, "/", DMDIR | 0777);
	}
	c->type = type;
	c->dev = i;
	setram(c, tree[i]);
	unlock(&ramlock);
	return c;
}

static Chan *
ramattach(const char *spec)
{
	return attach("#R", 0, spec);
}

static Ram *
lookup(Ram *dir, const char *name)
{
	Ram *r;

	if(strcmp(name, "..") == 0)
		return dir->up;
	for(r = dir->kids; r != nil; r = r->next)
		if(!r->removed && strcmp(r->name, name) == 0)
			return r;
	return nil;
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
		free((char *)wq - Header);
		__atomic_sub_fetch(&blocks, 1, __ATOMIC_RELAXED);
		nexterror();
	}
	nc = newchan();
	lock(&ramlock);
	for(r = c->aux; wq->nqid < nname; wq->nqid++) {
		if(!(r->qid.type & QTDIR))
			break;
		if((r = lookup(r, name[wq->nqid])) == nil)
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
	if(wq->clone == nil) {
		kfree(wq);
		return nil;
	}
	for(i = 0; i < nname - 1; i++)
		wq->qid[i] = (Qid){~0ULL, 0, 0};
	return wq;
}

static void
ramdir(Ram *r, Dir *d)
{
	memset(d, 0, sizeof *d);
	d->type = 'R';
	d->qid = r->qid;
	d->mode = r->mode;
	d->length = r->len;
	d->name = r->name;
	d->uid = d->gid = d->muid = "glenda";
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
		error(Eshort);
	return n;
}

static void
ramtrunc(Ram *r)
{
	free(r->data);
	r->data = nil;
	r->len = 0;
	r->qid.vers++;
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
	dir = c->aux;
	lock(&ramlock);
	if(lookup(dir, name) != nil) {
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

static long
ramreaddir(Ram *dir, uchar *buf, long n, vlong off)
{
	Ram *r;
	Dir d;
	long at, got;
	uint len;

	at = 0;
	got = 0;
	for(r = dir->kids; r != nil; r = r->next) {
		if(r->removed)
			continue;
		ramdir(r, &d);
		len = sizeD2M(&d);
		if(at >= off) {
			if(got + (long)len > n)
				break;
			got += convD2M(&d, buf + got, n - got);
		}
		at += len;
	}
	return got;
}

static long
ramread(Chan *c, void *buf, long n, vlong off)
{
	Ram *r;

	devcall();
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
	if(off + n > 1024)
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

static Dev ramdev = {
    'R',
    "ram",
    nil,
    ramattach,
    ramwalk,
    ramwalkfar,
    nil,
    ramstat,
    ramopen,
    ramcreate,
    ramclose,
    ramread,
    ramwrite,
    ramremove,
    ramwstat,
};

/* the same files on which one cannot seek, and which a closed name space may use */
static Chan *
pipeattach(const char *spec)
{
	return attach("#|", 1, spec);
}

static Dev streamdev = {
    '|',
    "pipe",
    nil,
    pipeattach,
    ramwalk,
    ramwalkfar,
    nil,
    ramstat,
    ramopen,
    ramcreate,
    ramclose,
    ramread,
    ramwrite,
    ramremove,
    ramwstat,
};

static void
rampipe(Chan *end[2])
{
	end[0] = namec("#|x/p0", Acreate, ORDWR, 0666);
	if(waserror()) {
		cclose(end[0]);
		nexterror();
	}
	end[1] = namec("#|x/p1", Acreate, ORDWR, 0666);
	poperror();
}

__attribute__((constructor)) static void
nshostinit(void)
{
	nskproc = countkproc;
	newpipe = rampipe;
	adddev(&ramdev);
	adddev(&streamdev);
}

/* A thread that is told of a note looks when its wait ends. */
void
kick(Proc *p)
{
	USED(p);
}

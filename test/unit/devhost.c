/*
 * devhost.h's functions. The kernel's names for the heap, errors and sleep are
 * libc's too, and are renamed in dev.mk.
 */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <asm/statfs.h>
#include <linux/magic.h>
#include <time.h>

#include "devhost.h"

#undef free
#undef malloc
#undef abort
extern void free(void *);
extern void *calloc(size_t, size_t);
long libcsyscall(long, ...) __asm__("syscall"); /* the kernel has another */
char *mkdtemp(char *);
int system(const char *);

_Thread_local Proc *up;
_Thread_local int notes;
_Thread_local char lastnote[ERRMAX];
long allocfail;
char tmpdir[64];

static long blocks;

static Dev *const devs[] = {
    &rootdev,
    &consdev,
    &dupdev,
    &envdev,
    &pipedev,
    &srvdev,
    &swapdev,
    &hostdev,
};

/* --- heap: the size in front --- */

enum
{
	Header = 16,
};

void *
kmalloc(usize n)
{
	char *p;

	if(__atomic_load_n(&allocfail, __ATOMIC_RELAXED) != 0 &&
	    __atomic_sub_fetch(&allocfail, 1, __ATOMIC_RELAXED) == 0)
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

char *
kstrcpy(const char *s)
{
	char *t;

	t = smalloc(strlen(s) + 1);
	memmove(t, s, strlen(s) + 1);
	return t;
}

void
kstrdup(char **p, const char *s)
{
	char *t;

	t = kstrcpy(s);
	kfree(*p);
	*p = t;
}

long
heapblocks(void)
{
	return __atomic_load_n(&blocks, __ATOMIC_RELAXED);
}

/* --- host --- */

int
hostwait(u32int *w, u32int val, vlong ns)
{
	struct timespec t = {0, 20000};

	USED(ns);
	if(__atomic_load_n(w, __ATOMIC_SEQ_CST) == val)
		nanosleep(&t, nil);
	return 0;
}

void
hostwake(u32int *w, int n)
{
	USED(w), USED(n);
}

void
hostrelax(void)
{
	sched_yield();
}

int
hostncpu(void)
{
	return 3;
}

static uvlong
readclock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

uvlong
monons(void)
{
	return readclock(CLOCK_MONOTONIC);
}

vlong clockskew;
int coarsetimes;

vlong
todns(void)
{
	return readclock(CLOCK_REALTIME) + clockskew;
}

void
hostexit(int status)
{
	panic("the instance ends with status %d", status);
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

long hostcall_(long nr, long a, long b, long c, long d, long e, long f);
long blockcall_(long nr, long a, long b, long c, long d, long e, long f);

long
hostcall_(long nr, long a, long b, long c, long d, long e, long f)
{
	long r;

	r = libcsyscall(nr, a, b, c, d, e, f);
	if(coarsetimes && nr == SYS_fstatfs && r == 0)
		((struct statfs *)b)->f_type = OVERLAYFS_SUPER_MAGIC;
	return r < 0 ? -errno : r;
}

long
blockcall_(long nr, long a, long b, long c, long d, long e, long f)
{
	long r;

	for(;;) {
		r = hostcall_(nr, a, b, c, d, e, f);
		if(r != -EINTR)
			return r;
		if(__atomic_exchange_n(&up->notepending, 0, __ATOMIC_SEQ_CST))
			return r;
	}
}

/* --- mm: addresses are the test's own --- */

void *
validaddr(uintptr addr, uvlong len, int write)
{
	USED(addr), USED(len), USED(write);
	return userptr(addr);
}

char *
validstr(uintptr addr, usize max)
{
	USED(max);
	return kstrcpy((char *)addr);
}

u32int
totalframes(void)
{
	return 1000;
}

u32int
freeframes(void)
{
	return 600;
}

char *
imagestatstext(char *p, char *e)
{
	return seprint(p, e, "attaches 7\n");
}

/* --- proc --- */

static void
nokproc(const char *name, void (*f)(void *), void *arg)
{
	USED(name), USED(f), USED(arg);
	error("no more processes");
}

void
proctimes(Proc *p, uvlong t[2])
{
	USED(p);
	t[0] = 11000000;
	t[1] = 22000000;
}

void
syscounts(uvlong *calls, uvlong *faults)
{
	static uvlong n;

	*calls = n += 100;
	*faults = 7;
}

uvlong
hostheapsize(uvlong *max)
{
	*max = 5000;
	return 3000;
}

int
postnote(Proc *p, int dolock, const char *msg, int flag)
{
	USED(dolock), USED(flag);
	if(p == up) {
		notes++;
		strecpy(lastnote, lastnote + sizeof lastnote, msg);
		return 1;
	}
	__atomic_store_n(&p->notepending, 1, __ATOMIC_SEQ_CST);
	intrsleep(p);
	pthread_kill(p->mach.thread, SIGUSR1);
	return 1;
}

static Proc *
blankproc(void)
{
	static u32int pid;
	Proc *p;

	p = calloc(1, sizeof *p);
	procranks(p);
	p->errstr = p->errbuf0;
	p->syserrstr = p->errbuf1;
	p->pid = __atomic_add_fetch(&pid, 1, __ATOMIC_RELAXED);
	p->started = monons();
	return p;
}

typedef struct Start Start;
struct Start
{
	Proc *p;
	void (*f)(void *);
	void *arg;
};

static void *
procmain(void *a)
{
	Start *s = a;

	up = s->p;
	s->f(s->arg);
	if(up->nerrlab != 0)
		panic("%d error labels left", up->nerrlab);
	free(s);
	return nil;
}

Proc *
spawn(void (*f)(void *), void *arg)
{
	Start *s;
	Proc *p;
	pthread_t t;

	p = blankproc();
	p->user = up->user;
	p->pgrp = up->pgrp;
	p->fgrp = up->fgrp;
	p->egrp = up->egrp;
	p->slash = up->slash;
	p->dot = up->dot;
	s = calloc(1, sizeof *s);
	*s = (Start){p, f, arg};
	if(pthread_create(&t, nil, procmain, s) != 0)
		panic("no thread");
	p->mach.thread = t;
	return p;
}

/* As in the kernel, a Proc stays one: a waker may be looking at it still. */
void
join(Proc *p)
{
	static Proc *dead;

	pthread_join(p->mach.thread, nil);
	p->rendhash = dead;
	dead = p;
}

static void
nothing(int sig)
{
	USED(sig);
}

int
devsetup(void **state)
{
	struct sigaction sa = {.sa_handler = nothing};
	Chan *c[64];
	int i;

	USED(state);
	sigaction(SIGUSR1, &sa, nil);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, nil);
	eve = "eve";
	up = blankproc();
	up->user = kstrcpy("eve");
	up->parentpid = 77;
	nskproc = nokproc;
	if(devtab[0] == nil)
		for(u32int k = 0; k < nelem(devs); k++)
			adddev(devs[k]);
	devinit();
	nsinit();
	up->pgrp = newpgrp();
	up->fgrp = newfgrp();
	up->egrp = newegrp();
	up->slash = rootdev.attach(nil);
	pathclose(up->slash->path);
	up->slash->path = newpath("/");
	up->dot = up->slash;
	incref(&up->dot->r);
	/* Chans are never given back: have enough, so that tests may count blocks */
	for(i = 0; i < (int)nelem(c); i++)
		c[i] = newchan();
	for(i = 0; i < (int)nelem(c); i++)
		chanfree(c[i]);
	return 0;
}

int
devteardown(void **state)
{
	USED(state);
	closefgrp(up->fgrp);
	closepgrp(up->pgrp);
	closeegrp(up->egrp);
	cclose(up->slash);
	cclose(up->dot);
	if(up->nerrlab != 0)
		panic("%d error labels left", up->nerrlab);
	kfree(up->user);
	free(up);
	up = nil;
	return 0;
}

int
tmpsetup(void **state)
{
	USED(state);
	strecpy(tmpdir, tmpdir + sizeof tmpdir, "/tmp/run9unit.XXXXXX");
	if(mkdtemp(tmpdir) == nil)
		return -1;
	return chmod(tmpdir, 0777);
}

int
tmpteardown(void **state)
{
	char cmd[128];

	USED(state);
	snprint(
	    cmd, sizeof cmd, "chmod -R u+rwx %s; rm -rf %s", tmpdir, tmpdir);
	return system(cmd);
}

/* --- system calls --- */

static Chan *
getchan(const char *name, int amode, int mode, u32int perm)
{
	Chan *c;

	if(waserror())
		return nil;
	c = namec(name, amode, mode, perm);
	poperror();
	return c;
}

Chan *
xopen(const char *name, int mode)
{
	return getchan(name, Aopen, mode, 0);
}

Chan *
xcreate(const char *name, int mode, u32int perm)
{
	return getchan(name, Acreate, mode, perm);
}

long
xread(Chan *c, void *buf, long n, vlong off)
{
	if(waserror())
		return -1;
	n = devtab[c->type]->read(c, buf, n, off);
	poperror();
	return n;
}

long
xwrite(Chan *c, const void *buf, long n, vlong off)
{
	if(waserror())
		return -1;
	n = devtab[c->type]->write(c, buf, n, off);
	poperror();
	return n;
}

static int
tryremove(Chan *c)
{
	if(waserror())
		return -1;
	devtab[c->type]->remove(c);
	poperror();
	return 0;
}

int
xremove(const char *name)
{
	Chan *c;
	int r;

	c = getchan(name, Aremove, 0, 0);
	if(c == nil)
		return -1;
	r = tryremove(c);
	chanfree(c); /* the device is done with it */
	return r;
}

int
xfstat(Chan *c, Dir *d)
{
	static _Thread_local char strs[4096];
	uchar buf[4096];
	int n;

	if(waserror())
		return -1;
	n = devtab[c->type]->stat(c, buf, sizeof buf);
	poperror();
	if(convM2D(buf, n, d, strs) != (uint)n)
		panic("stat: malformed");
	return 0;
}

int
xstat(const char *name, Dir *d)
{
	Chan *c;
	int r;

	c = getchan(name, Aaccess, 0, 0);
	if(c == nil)
		return -1;
	r = xfstat(c, d);
	cclose(c);
	return r;
}

int
xfwstat(Chan *c, const Dir *d)
{
	uchar buf[4096];
	int n;

	if(waserror())
		return -1;
	n = convD2M(d, buf, sizeof buf);
	devtab[c->type]->wstat(c, buf, n);
	poperror();
	return 0;
}

int
xwstat(const char *name, const Dir *d)
{
	Chan *c;
	int r;

	c = getchan(name, Aaccess, 0, 0);
	if(c == nil)
		return -1;
	r = xfwstat(c, d);
	cclose(c);
	return r;
}

void
nulldir(Dir *d)
{
	memset(d, 0xFF, sizeof *d);
	d->name = d->uid = d->gid = d->muid = "";
}

int
xlist(const char *name, char *out, usize nout, long bufsize)
{
	uchar buf[8192];
	char strs[8192], *p;
	Chan *c;
	Dir d;
	vlong off;
	long n, i, m;
	int count;

	c = xopen(name, OREAD);
	if(c == nil)
		return -1;
	p = out;
	count = 0;
	for(off = 0; (n = xread(c, buf, bufsize, off)) > 0; off += n)
		for(i = 0; i < n; i += m) {
			m = convM2D(buf + i, n - i, &d, strs);
			if(m == 0)
				panic("%s: malformed entry", name);
			p = seprint(
			    p, out + nout, count++ > 0 ? " %s" : "%s", d.name);
		}
	cclose(c);
	return n < 0 ? -1 : count;
}

long
xslurp(const char *name, char *buf, usize n)
{
	Chan *c;
	long m, len;

	c = xopen(name, OREAD);
	if(c == nil)
		return -1;
	for(len = 0; (m = xread(c, buf + len, n - 1 - len, len)) > 0; len += m)
		;
	buf[len] = 0;
	cclose(c);
	return m < 0 ? -1 : len;
}

/* A thread that is told of a note looks when its wait ends. */
void
kick(Proc *p)
{
	USED(p);
}

/* the dump's, which no test here makes */
void
kprint(const char *fmt, ...)
{
	USED(fmt);
}

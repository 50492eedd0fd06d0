/*
 * Fakes for the tests of #p: see procdevhost.h. Chans, Segments and Pages count
 * their references; the rest records what it was asked.
 */
#include <stdio.h>
#include <stdlib.h>
#include "procdevhost.h"
#include "aout.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/sys.h"

#undef free
extern void free(void *);

enum
{
	NPROCS = 16,
};

typedef struct Memseg Memseg;
struct Memseg
{
	Segment s;
	uchar *mem;
};

Proc *up;
char *eve;
int lastreq, lastwait, started;
u32int lastpid;
char lastnote[ERRMAX];
u32int lastgroup;
void (*whilewaiting)(void);
int perturbat;
void (*perturbed)(void);
Proc *victim;

Proc *kproc0;
static Proc *procs[NPROCS];
static int nprocs;
static long nblocks, nchans, nsegs;

/* --- heap --- */

enum
{
	Header = 16,
};

void *
kmalloc(usize n)
{
	char *p;

	p = calloc(1, n + Header);
	*(usize *)p = n;
	nblocks++;
	return p + Header;
}

void
kfree(void *p)
{
	if(p == nil)
		return;
	nblocks--;
	free((char *)p - Header);
}

void *
smalloc(usize n)
{
	return kmalloc(n);
}

void *
krealloc(void *p, usize n)
{
	void *np;
	usize old;

	np = kmalloc(n);
	if(p != nil) {
		old = *(usize *)((char *)p - Header);
		memmove(np, p, old < n ? old : n);
		kfree(p);
	}
	return np;
}

char *
kstrcpy(const char *s)
{
	char *p;

	p = smalloc(strlen(s) + 1);
	memmove(p, s, strlen(s));
	return p;
}

/* --- host --- */

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

int
hostwait(u32int *w, u32int val, vlong ns)
{
	USED(w), USED(val), USED(ns);
	if(whilewaiting == nil)
		panic("would wait for ever");
	whilewaiting();
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
}

uvlong
monons(void)
{
	return 5000000000ULL;
}

vlong
todns(void)
{
	return 1700000000000000000LL;
}

void
hosttimes(Proc *p, uvlong *user, uvlong *sys)
{
	USED(p);
	*user = 30 * 1000000ULL;
	*sys = 7 * 1000000ULL;
}

int
fpask(Proc *p)
{
	USED(p);
	return 0;
}

int
fpget(Proc *p, uchar *regs)
{
	USED(p), USED(regs);
	return 0;
}

void
fpstop(void)
{
}

void
fpgo(void)
{
}

void
setuserregs(Proc *p, Ureg *u, const Ureg *new)
{
	USED(p);
	*u = *new;
}

void
procwire(Proc *p, int cpu)
{
	USED(p), USED(cpu);
}

void
hostproc(Proc *p, Hostproc *h)
{
	USED(p);
	memset(h, 0, sizeof *h);
	h->nframe = 1;
	h->frame[0] = 0x1234;
}

void
kstrdup(char **p, const char *s)
{
	char *old;

	old = *p;
	*p = kstrcpy(s);
	kfree(old);
}

void
fpput(Proc *p, const uchar *regs)
{
	USED(p), USED(regs);
	panic("fpput");
}

void
procrun(Proc *p, void (*f)(void))
{
	/* the profiler: it does not run */
	USED(f);
	kproc0 = p;
}

void
procmust(Proc *p, void (*f)(void))
{
	USED(p), USED(f);
	panic("procmust");
}

void
pexit(const char *s, int freemem)
{
	USED(s), USED(freemem);
	panic("pexit");
}

void
unfixtext(uchar *page, uintptr va, u32int n)
{
	if(va % BY2PG != 0 || n != BY2PG)
		panic("unfixtext of part of a page");
	for(u32int i = 0; i < n; i++)
		if(page[i] == Fixed)
			page[i] = Unfixed;
}

static int
held(Lock *l)
{
	return l->key != 0;
}

/* An exiting process would wait for these. */
static int
exitwaits(Proc *p)
{
	return held(&p->namelock.use) || held(&p->seglock.use) ||
	    held(&p->notelock.use) || held(&p->exl);
}

void
perturb(void)
{
	static Proc stranger;
	Proc *me;

	if(perturbat == 0 || --perturbat > 0)
		return;
	if(exitwaits(victim)) {
		perturbat = 1;
		return;
	}
	/* what happens meanwhile is done by another process */
	me = up;
	up = &stranger;
	up->errstr = up->errbuf0;
	perturbed();
	up = me;
}

/* --- chans --- */

Chan *
newchan(void)
{
	Chan *c;

	c = smalloc(sizeof *c);
	setrank(&c->lk, Rchan);
	c->r.ref = 1;
	nchans++;
	return c;
}

void
chanfree(Chan *c)
{
	nchans--;
	if(c->path != nil) {
		pathclose(c->path);
	}
	kfree(c);
}

void
cclose(Chan *c)
{
	if(decref(&c->r) > 0)
		return;
	if(c->flag & COPEN)
		devtab[c->type]->close(c);
	chanfree(c);
}

Path *
newpath(const char *s)
{
	Path *p;

	p = smalloc(sizeof *p);
	p->s = kstrcpy(s);
	p->r.ref = 1;
	return p;
}

void
pathclose(Path *p)
{
	if(p == nil || decref(&p->r) != 0)
		return;
	kfree(p->s);
	kfree(p);
}

/* Procs here never run. */
void
kick(Proc *p)
{
	USED(p);
}

const char *
chanpath(Chan *c)
{
	return c->path != nil ? c->path->s : "<null>";
}

void
isdir(Chan *c)
{
	if((c->qid.type & QTDIR) == 0)
		error(Enotdir);
}

int
openmode(u32int omode)
{
	omode &= ~(u32int)(OTRUNC | OCEXEC | ORCLOSE);
	if(omode > OEXEC)
		error(Ebadarg);
	return omode == OEXEC ? OREAD : (int)omode;
}

void
closefgrp(Fgrp *f)
{
	if(decref(&f->r) > 0)
		return;
	for(int i = 0; i < f->nfd; i++)
		if(f->fd[i] != nil)
			cclose(f->fd[i]);
	kfree(f->fd);
	kfree(f->flag);
	kfree(f);
}

Chan *
fdtochan(int fd, int mode, int chkmnt, int iref)
{
	USED(fd), USED(mode), USED(chkmnt), USED(iref);
	panic("fdtochan: #d is not tested here");
}

char *
nsline(Proc *p, vlong *at)
{
	char text[64];

	PERTURB();
	if(*at != 0)
		return nil;
	*at = 1;
	snprint(text, sizeof text, "cd %s\n", chanpath(p->dot));
	return kstrcpy(text);
}

/* The device of every other file: reading says where. */
static long
fileread(Chan *c, void *buf, long n, vlong off)
{
	char text[64];

	USED(c);
	snprint(text, sizeof text, "file at %lld", off);
	return readstr(0, buf, n, text);
}

static int
filestat(Chan *c, uchar *buf, int n)
{
	Dir d;

	devdir(c, c->qid, "file", 1234, "fileowner", 0755, &d);
	return (int)convD2M(&d, buf, (uint)n);
}

static void
fileclose(Chan *c)
{
	USED(c);
}

static Dev filedev = {
    .dc = 'F',
    .name = "file",
    .read = fileread,
    .stat = filestat,
    .close = fileclose,
};

extern Dev procdev;

__attribute__((constructor)) static void
enterdevs(void)
{
	adddev(&procdev);
	adddev(&filedev);
}

Proc *initproc;
int (*killbig)(const char *why);
void (*nskproc)(const char *name, void (*f)(void *), void *arg);

int
killlargest(const char *why)
{
	panic("killlargest: %s", why);
}

static Chan *
filechan(const char *name, int mode)
{
	Chan *c;

	c = newchan();
	c->type = 1;
	c->qid.path = 0x42;
	c->mode = (ushort)mode;
	c->flag = COPEN;
	c->path = newpath(name);
	return c;
}

/* --- memory --- */

static Segment *
mkseg(int type, uintptr base, int pages, int fill)
{
	Memseg *m;

	m = smalloc(sizeof *m);
	m->mem = smalloc((usize)pages * BY2PG);
	memset(m->mem, fill, (usize)pages * BY2PG);
	m->s.r.ref = 1;
	m->s.type = type;
	m->s.base = base;
	m->s.top = base + (uintptr)pages * BY2PG;
	m->s.used = (u32int)pages;
	nsegs++;
	return &m->s;
}

void
putseg(Segment *s)
{
	if(s == nil || decref(&s->r) > 0)
		return;
	if(s->image != nil) {
		cclose(s->image->c);
		kfree(s->image);
	}
	kfree(((Memseg *)s)->mem);
	kfree(s);
	nsegs--;
}

Segment *
segref(Proc *p, uintptr addr)
{
	Segment *s;

	PERTURB();
	for(int i = 0; i < NSEG; i++) {
		s = p->seg[i];
		if(s != nil && addr >= s->base && addr < s->top) {
			incref(&s->r);
			return s;
		}
	}
	return nil;
}

void
segcopy(Segment *s, uintptr addr, void *buf, u32int n, int write)
{
	uchar *mem;

	if(addr < s->base || addr + n > s->top || addr % BY2PG + n > BY2PG)
		panic("segcopy %#p", addr);
	if(write && (s->type & SG_TYPE) == SG_TEXT)
		panic("segcopy: write to text");
	PERTURB();
	mem = ((Memseg *)s)->mem + (addr - s->base);
	if(write)
		memmove(mem, buf, n);
	else
		memmove(buf, mem, n);
}

Segment *
txt2data(Proc *p, int n)
{
	Segment *s, *new;

	s = p->seg[n];
	if((s->type & SG_TYPE) == SG_TEXT) {
		new = mkseg(SG_DATA, s->base, 1, 0);
		memmove(((Memseg *)new)->mem, ((Memseg *)s)->mem, BY2PG);
		unfixtext(((Memseg *)new)->mem, new->base, BY2PG);
		new->image = smalloc(sizeof(Image));
		new->image->c = s->image->c;
		incref(&new->image->c->r);
		p->seg[n] = new;
		putseg(s);
	}
	incref(&p->seg[n]->r);
	return p->seg[n];
}

/* --- processes --- */

void
procctl(Proc *p, int req)
{
	lastpid = p->pid;
	lastreq = req;
}

void
procstopwait(Proc *p, int req)
{
	lastpid = p->pid;
	lastwait = req;
}

void
procstart(Proc *p)
{
	if(p->state != Stopped)
		error(Ebadctl);
	started++;
	p->state = Running;
}

void
procstartsyscall(Proc *p)
{
	procstart(p);
}

void
procinterrupt(Proc *p)
{
	p->intrpending = 1;
}

void
procnointerrupt(Proc *p)
{
	p->intrpending = 0;
}

int
postnotepid(Proc *p, u32int pid, const char *msg, int flag)
{
	if(flag != NUser)
		panic("postnotepid");
	if(p->pid != pid || p->nnote == NNOTE)
		return 0;
	lastpid = p->pid;
	strecpy(lastnote, lastnote + sizeof lastnote, msg);
	p->nnote++;
	strecpy(
	    p->note[p->nnote - 1].msg, p->note[p->nnote - 1].msg + ERRMAX, msg);
	return 1;
}

void
postnotepg(u32int noteid, const char *msg, int flag)
{
	USED(flag);
	lastgroup = noteid;
	strecpy(lastnote, lastnote + sizeof lastnote, msg);
}

int
popnote(Proc *p, Note *n)
{
	if(p->nnote == 0)
		return 0;
	*n = p->note[0];
	memmove(&p->note[0], &p->note[1], --p->nnote * sizeof p->note[0]);
	return 1;
}

void *
validaddr(uintptr addr, uvlong len, int write)
{
	USED(addr), USED(len), USED(write);
	panic("validaddr");
}

Chan *
fgrpchan(Fgrp *f, int fd)
{
	Chan *c;

	c = fd <= f->maxfd ? f->fd[fd] : nil;
	if(c != nil)
		incref(&c->r);
	return c;
}

int
fgrpclose(Fgrp *f, int fd)
{
	Chan *c;

	if(fd > f->maxfd || (c = f->fd[fd]) == nil)
		return 0;
	f->fd[fd] = nil;
	cclose(c);
	return 1;
}

int
fgrpmax(Fgrp *f)
{
	return f->maxfd;
}

static Fgrp *
mkfds(void)
{
	Fgrp *f;

	f = smalloc(sizeof *f);
	setrank(&f->lk, Rfgrp);
	f->r.ref = 1;
	f->nfd = 4;
	f->maxfd = 1;
	f->fd = smalloc((usize)f->nfd * sizeof f->fd[0]);
	f->flag = smalloc((usize)f->nfd);
	f->fd[1] = filechan("/tmp/out", OWRITE);
	return f;
}

Proc *
mkproc(const char *text, const char *user)
{
	Proc *p;

	p = newproc();
	p->text = kstrcpy(text);
	p->user = kstrcpy(user);
	p->args = kstrcpy("prog 'a b'");
	p->started = 1000000000ULL;
	p->seg[TSEG] = mkseg(SG_TEXT | SG_RONLY, UTZERO, 1, Fixed);
	p->seg[TSEG]->image = smalloc(sizeof(Image));
	p->seg[TSEG]->image->c = filechan("/bin/prog", OEXEC);
	p->seg[DSEG] = mkseg(SG_DATA, DATABASE, 2, 'd');
	p->fgrp = mkfds();
	p->dot = filechan("/usr/glenda", OREAD);
	p->state = Running;
	if(nprocs == NPROCS)
		panic("too many processes");
	procs[nprocs++] = p;
	return p;
}

void
endproc(Proc *p)
{
	Waitq *w;

	if(p->pid == 0)
		return;
	p->state = Moribund;
	closefgrp(p->fgrp);
	cclose(p->dot);
	while((w = p->waitq) != nil) {
		p->waitq = w->next;
		kfree(w);
	}
	for(int i = 0; i < NSEG; i++)
		putseg(p->seg[i]);
	wakeup(&p->waitr);
	freeproc(p);
	for(int i = 0; i < nprocs; i++)
		if(procs[i] == p)
			procs[i--] = procs[--nprocs];
}

void
hoststart(void)
{
	static int inited;

	if(!inited) {
		procinit();
		inited = 1;
	}
	/* no up: newproc cannot fail yet */
	up = nil;
	eve = "glenda";
	nprocs = 0;
	up = mkproc("test", "glenda");
	lastreq = lastwait = -1;
	lastpid = 0;
	lastnote[0] = 0;
	started = 0;
	lastgroup = 0;
	whilewaiting = nil;
	perturbat = 0;
	perturbed = nil;
	victim = nil;
}

void
hostend(void)
{
	long kept;

	if(up->nerrlab != 0)
		panic("%d error labels left", up->nerrlab);
	while(nprocs > 0)
		endproc(procs[nprocs - 1]);
	/* Procs themselves stay for ever */
	kept = 0;
	for(u32int i = 0; i < nproctab(); i++)
		kept++;
	if(nchans != 0 || nsegs != 0 || nblocks != kept)
		panic("left: %lld chans, %lld segments, %lld blocks",
		    (vlong)nchans, (vlong)nsegs, (vlong)(nblocks - kept));
}

/* --- using it --- */

Chan *
walkto(const char *name)
{
	char buf[64], *elem[4];
	Walkqid *wq;
	Chan *c, *nc;
	int n, got;

	c = procdev.attach("");
	if(waserror()) {
		cclose(c);
		nexterror();
	}
	strecpy(buf, buf + sizeof buf, name);
	n = getfields(buf, elem, 4, 1, "/");
	wq = procdev.walk(c, nil, elem, n);
	nc = wq->clone;
	got = wq->nqid;
	kfree(wq);
	if(got < n)
		error(Enonexist);
	poperror();
	cclose(c);
	return nc;
}

Chan *
openat(const char *name, int mode)
{
	Chan *c;

	c = walkto(name);
	if(waserror()) {
		cclose(c);
		nexterror();
	}
	procdev.open(c, mode);
	poperror();
	return c;
}

const char *
readall(const char *name, char *buf, int n)
{
	Chan *c;
	long m;

	if(waserror())
		return up->errstr;
	c = openat(name, OREAD);
	if(waserror()) {
		cclose(c);
		nexterror();
	}
	m = procdev.read(c, buf, n - 1, 0);
	buf[m] = 0;
	poperror();
	cclose(c);
	poperror();
	return nil;
}

const char *
writeat(const char *name, const void *s, long n, vlong off)
{
	Chan *c;

	if(waserror())
		return up->errstr;
	c = openat(name, OWRITE);
	if(waserror()) {
		cclose(c);
		nexterror();
	}
	procdev.write(c, s, n, off);
	poperror();
	cclose(c);
	poperror();
	return nil;
}

u32int
calltracenew(void)
{
	return 0;
}

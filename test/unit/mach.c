/*
 * The harness's machine: host.h for pthreads, and what mm wants of proc.
 */
#undef malloc
#undef free
#undef realloc
#include <stdlib.h>
#include <stdio.h>
#include <string.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <sys/wait.h>
#include "mach.h"
#include "aout.h"
#include "lib/lib.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

pid_t fork(void); /* unistd.h has another sleep */
unsigned alarm(unsigned);

enum
{
	NPROC = 256,
	NWAIT = 64, /* buckets of sleepers */
	NGATE = 8,
	Patience = 5000000, /* ns that what is held is waited for */
	Deadlock = 120, /* or $DEADLOCK: seconds; what takes longer hangs */

	/* user addresses that the MMU knows: text, data, bss; and stack and
	 * what is attached below */
	Lowpages = 16384,
	Highpages = 8192,

	Junk = 0xDB, /* what a free frame holds */
};

_Thread_local Proc *up;

static pthread_condattr_t bymonons;

/* --- heap: libc's, so that ASan sees every block --- */

typedef struct Hdr Hdr;
struct Hdr
{
	usize n;
	usize pad;
};

void *kmalloc(usize n);
void *krealloc(void *p, usize n);
void kfree(void *p);
usize kmsize(void *p);

#ifdef HOSTMALLOC
void *
kmalloc(usize n)
{
	Hdr *h;

	h = calloc(1, sizeof(Hdr) + n);
	h->n = n;
	return h + 1;
}

usize
kmsize(void *p)
{
	return ((Hdr *)p - 1)->n;
}

void
kfree(void *p)
{
	if(p != nil)
		free((Hdr *)p - 1);
}

void *
krealloc(void *p, usize n)
{
	void *q;
	usize old;

	q = kmalloc(n);
	if(p != nil) {
		old = kmsize(p);
		memcpy(q, p, old < n ? old : n);
		kfree(p);
	}
	return q;
}
#endif

uchar *
hostheapmore(usize n)
{
	uchar *p;

	p = aligned_alloc(BY2PG, n);
	if(p != nil)
		memset(p, 0, n);
	return p;
}

/* --- time, waiting --- */

uvlong
monons(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uvlong)t.tv_sec * 1000000000 + t.tv_nsec;
}

static struct
{
	pthread_mutex_t lk;
	pthread_cond_t cond;
} waits[NWAIT];

static int
waitbucket(u32int *w)
{
	return (uintptr)w / sizeof *w % NWAIT;
}

int
hostwait(u32int *w, u32int val, vlong ns)
{
	struct timespec t;
	uvlong end;
	int b, r;

	b = waitbucket(w);
	r = 0;
	pthread_mutex_lock(&waits[b].lk);
	if(__atomic_load_n(w, __ATOMIC_SEQ_CST) == val) {
		if(ns < 0)
			pthread_cond_wait(&waits[b].cond, &waits[b].lk);
		else {
			end = monons() + ns;
			t.tv_sec = end / 1000000000;
			t.tv_nsec = end % 1000000000;
			r = pthread_cond_timedwait(
			    &waits[b].cond, &waits[b].lk, &t);
		}
	}
	pthread_mutex_unlock(&waits[b].lk);
	return r == 0 ? 0 : -1;
}

void
hostwake(u32int *w, int n)
{
	int b;

	USED(n);
	b = waitbucket(w);
	pthread_mutex_lock(&waits[b].lk);
	pthread_cond_broadcast(&waits[b].cond);
	pthread_mutex_unlock(&waits[b].lk);
}

void
hostrelax(void)
{
	sched_yield();
}

/* --- the end --- */

void
panic(const char *fmt, ...)
{
	char buf[512];
	va_list ap;

	va_start(ap, fmt);
	vseprint(buf, buf + sizeof buf, fmt, ap);
	va_end(ap);
	fprintf(stderr, "panic: %s\n", buf);
	abort();
}

void
kprint(const char *fmt, ...)
{
	USED(fmt);
}

/* --- schedules --- */

typedef struct Gate Gate;
struct Gate
{
	int armed;
	int stopped;
	Proc *p;
	const char *func;
	int nth;
};

static struct
{
	pthread_mutex_t lk;
	pthread_cond_t cond;
	Gate gate[NGATE];
	int used; /* atomic: some gate was ever armed */
} gates = {.lk = PTHREAD_MUTEX_INITIALIZER, .cond = PTHREAD_COND_INITIALIZER};

int perturbone;
void (*atpoint)(const char *func);

void
gate(int g, Proc *p, const char *func, int nth)
{
	pthread_mutex_lock(&gates.lk);
	gates.gate[g] = (Gate){1, 0, p, func, nth};
	pthread_mutex_unlock(&gates.lk);
	poke(&gates.used, 1);
}

int
gatestopped(int g)
{
	int r;

	pthread_mutex_lock(&gates.lk);
	r = gates.gate[g].stopped;
	pthread_mutex_unlock(&gates.lk);
	return r;
}

void
gatewait(int g)
{
	pthread_mutex_lock(&gates.lk);
	while(!gates.gate[g].stopped)
		pthread_cond_wait(&gates.cond, &gates.lk);
	pthread_mutex_unlock(&gates.lk);
}

void
gateopen(int g)
{
	pthread_mutex_lock(&gates.lk);
	gates.gate[g].armed = 0;
	pthread_cond_broadcast(&gates.cond);
	pthread_mutex_unlock(&gates.lk);
}

static void
gatepass(const char *func)
{
	Gate *g;

	pthread_mutex_lock(&gates.lk);
	for(g = gates.gate; g < gates.gate + NGATE; g++) {
		if(!g->armed || g->p != up || g->nth <= 0 ||
		    strcmp(g->func, func) != 0)
			continue;
		if(--g->nth > 0)
			continue;
		g->stopped = 1;
		pthread_cond_broadcast(&gates.cond);
		while(g->armed)
			pthread_cond_wait(&gates.cond, &gates.lk);
		g->stopped = 0;
	}
	pthread_mutex_unlock(&gates.lk);
}

void
perturb(const char *func)
{
	static _Thread_local u32int rand;
	struct timespec t;
	u32int r;

	if(atpoint != nil)
		atpoint(func);
	if(peek(&gates.used))
		gatepass(func);
	if(perturbone == 0)
		return;
	if(rand == 0)
		rand = up != nil ? up->pid * 2654435761u : 1;
	rand = rand * 1664525u + 1013904223u;
	r = rand >> 8;
	if(r % perturbone != 0)
		return;
	r /= perturbone;
	if(r % 4 != 0)
		sched_yield();
	else {
		t.tv_sec = 0;
		t.tv_nsec = r % 50000;
		nanosleep(&t, nil);
	}
}

/* --- the MMU --- */

typedef struct Mapping Mapping;
struct Mapping
{
	u32int frame;
	u32int prot; /* 0: none */
};

struct Mmu
{
	/* held over each user access: mmuflush waits for its end */
	pthread_mutex_t lk;
	pthread_cond_t back; /* holder was set to 0 */
	u32int
	    holder; /* what is mapped in [frozenva, frozenva+frozenlen) is held to it; or 0 */
	uintptr frozenva;
	uvlong frozenlen;
	int inkernel; /* its Proc is, and not away */
	Mapping low[Lowpages];
	Mapping high[Highpages];
};

static Mapping *
mapping(Mmu *m, uintptr va)
{
	uvlong k;

	if(va >= UTZERO && (k = (va - UTZERO) / BY2PG) < Lowpages)
		return &m->low[k];
	if(va < USTKTOP && (k = (USTKTOP - 1 - va) / BY2PG) < Highpages)
		return &m->high[k];
	return nil;
}

void
mmuput(uintptr va, u32int frame, u32int n, int prot)
{
	Mapping *e;
	u32int k;

	must(va % BY2PG == 0 && n > 0 && frame + n <= totalframes());
	prot &= ~(Ppopulate | Pimmutable);
	pthread_mutex_lock(&up->mach.mmu->lk);
	for(k = 0; k < n; k++) {
		e = mapping(up->mach.mmu, va + (uvlong)k * BY2PG);
		must(e != nil);
		e->frame = frame + k;
		e->prot = prot;
	}
	pthread_mutex_unlock(&up->mach.mmu->lk);
}

static void
change(Mmu *m, uintptr va, uvlong len, int mask)
{
	Mapping *e;
	uvlong off;

	for(off = 0; off < len; off += BY2PG) {
		e = mapping(m, va + off);
		if(e != nil)
			e->prot &= mask;
	}
}

static void
lockchange(Mmu *m, uintptr va, uvlong len, int mask)
{
	pthread_mutex_lock(&m->lk);
	change(m, va, len, mask);
	pthread_mutex_unlock(&m->lk);
}

void
mmudrop(uintptr va, uvlong len)
{
	if(up->mach.mmu != nil)
		lockchange(up->mach.mmu, va, len, 0);
}

/* This MMU keeps nothing from one address space to the next. */
u32int
mmuhint(uintptr va)
{
	USED(va);
	return ~0U;
}

void
mmurdonly(uintptr va, uvlong len)
{
	lockchange(up->mach.mmu, va, len, ~Pwrite);
}

void
mmuflush(Proc *p, uintptr va, uvlong len)
{
	lockchange(p->mach.mmu, va, len, 0);
}

/* m's Proc forgets what it has lent. m->lk held. */
static void
forgetlent(Mmu *m)
{
	change(m, m->frozenva, m->frozenlen, 0);
	m->holder = 0;
	pthread_cond_broadcast(&m->back);
}

void
mmufreeze(Proc *p, uintptr va, uvlong len, u32int holder)
{
	Mmu *m;
	uintptr end;

	m = p->mach.mmu;
	PERTURB();
	pthread_mutex_lock(&m->lk);
	if(m->inkernel || (m->holder != 0 && m->holder != holder))
		change(m, va, len, 0);
	else {
		end = va + len;
		if(m->holder != 0 && m->frozenva < va)
			va = m->frozenva;
		if(m->holder != 0 && m->frozenva + m->frozenlen > end)
			end = m->frozenva + m->frozenlen;
		m->holder = holder;
		m->frozenva = va;
		m->frozenlen = end - va;
	}
	pthread_mutex_unlock(&m->lk);
	PERTURB();
}

void
mmuthaw(Proc *p, u32int holder)
{
	Mmu *m;

	m = p->mach.mmu;
	PERTURB();
	pthread_mutex_lock(&m->lk);
	if(m->holder == holder) {
		m->holder = 0;
		pthread_cond_broadcast(&m->back);
	}
	pthread_mutex_unlock(&m->lk);
	PERTURB();
}

/* Wait, for a while, until nothing is lent. m->lk held. */
static void
awaitback(Mmu *m)
{
	struct timespec t;
	uvlong end;

	if(m->holder == 0)
		return;
	end = monons() + Patience;
	t.tv_sec = end / 1000000000;
	t.tv_nsec = end % 1000000000;
	while(m->holder != 0)
		if(pthread_cond_timedwait(&m->back, &m->lk, &t) != 0 &&
		    m->holder != 0)
			forgetlent(m);
}

static void
kernel(int in)
{
	Mmu *m;

	if(up == nil || up->mach.mmu == nil)
		return;
	m = up->mach.mmu;
	pthread_mutex_lock(&m->lk);
	if(in)
		awaitback(m);
	m->inkernel = in;
	pthread_mutex_unlock(&m->lk);
}

void
enterlazy(void)
{
	kernel(0);
}

void
leavelazy(int patient)
{
	USED(patient);
	kernel(1);
}

int
hostsleep(u32int *w, u32int val, vlong ns)
{
	int r;

	enterlazy();
	r = hostwait(w, val, ns);
	leavelazy(1);
	return r;
}

int
hostreserved(uintptr va, uvlong len)
{
	return va < UTZERO || len > USTKTOP || va > USTKTOP - len ||
	    (va < 0x700000000000ULL && va + len > 0x600000000000ULL);
}

static uchar *arena;

uchar *
frameaddr(u32int frame)
{
	return arena + (uvlong)frame * BY2PG;
}

void
frameused(u32int frame, u32int n)
{
	ASAN_UNPOISON_MEMORY_REGION(frameaddr(frame), (uvlong)n * BY2PG);
}

void
frameunused(u32int frame, u32int n)
{
	memset(frameaddr(frame), Junk, (uvlong)n * BY2PG);
	ASAN_POISON_MEMORY_REGION(frameaddr(frame), (uvlong)n * BY2PG);
}

void
framefill(u32int frame, const void *buf, usize n)
{
	must(frame + (n + BY2PG - 1) / BY2PG <= totalframes());
	memmove(frameaddr(frame), buf, n);
}

u32int wholes, refusewhole, slowwhole;

int
framecollapse(u32int first, u32int fresh)
{
	u32int k;

	must(first % 512 == 0 && first + 512 <= totalframes());
	must(fresh >= first && fresh < first + 512);
	for(k = 0; k < BY2PG; k++)
		must(frameaddr(fresh)[k] == 0);
	PERTURB();
	if(slowwhole)
		nanosleep(&(struct timespec){0, 10000000}, nil);
	__atomic_add_fetch(&wholes, 1, __ATOMIC_RELAXED);
	return !refusewhole;
}

void
framepunch(u32int frame, u32int n)
{
	ASAN_UNPOISON_MEMORY_REGION(frameaddr(frame), (uvlong)n * BY2PG);
	memset(frameaddr(frame), 0, (uvlong)n * BY2PG);
	ASAN_POISON_MEMORY_REGION(frameaddr(frame), (uvlong)n * BY2PG);
}

/* System call sites: bit 63 of each whole word of a text page. */
void
fixtext(uchar *page, uintptr va, u32int n)
{
	u32int k;

	must(va % BY2PG == 0 && n <= BY2PG);
	for(k = 0; k + 8 <= n; k += 8)
		*(u64int *)(page + k) |= FIXED;
	PERTURB();
}

void
unfixtext(uchar *page, uintptr va, u32int n)
{
	u32int k;

	USED(va);
	for(k = 0; k + 8 <= n; k += 8)
		*(u64int *)(page + k) &= ~FIXED;
}

/* --- processes --- */

typedef struct Slot Slot;
struct Slot
{
	Proc proc;
	Mmu mmu;
	pthread_t thread;
	u32int live; /* atomic */
	void (*f)(void *);
	void *arg;
};

static Slot *slots[NPROC];
static u32int nslot; /* atomic */

u32int
nproctab(void)
{
	return peek(&nslot);
}

Proc *
proctab(u32int i)
{
	Slot *s;

	s = peek(&slots[i]);
	return s != nil && peek(&s->live) ? &s->proc : nil;
}

Proc *
makeproc(void)
{
	Slot *s;
	Proc *p;
	u32int k;

	for(k = 0; k < NPROC; k++) {
		s = peek(&slots[k]);
		if(s == nil) {
			s = calloc(1, sizeof *s);
			pthread_mutex_init(&s->mmu.lk, nil);
			pthread_cond_init(&s->mmu.back, &bymonons);
			procranks(&s->proc);
			s->live = 1;
			if(!__sync_bool_compare_and_swap(&slots[k], nil, s)) {
				free(s);
				continue;
			}
			__atomic_add_fetch(&nslot, 1, __ATOMIC_SEQ_CST);
			break;
		}
		if(__sync_bool_compare_and_swap(&s->live, 0, 1))
			break;
	}
	must(k < NPROC);
	p = &s->proc;
	p->mach.mmu = &s->mmu;
	poke(&p->mach.killed, 0);
	poke(&p->notepending, 0);
	p->pid = k + 1;
	p->nerrlab = 0;
	p->errstr = p->errbuf0;
	p->syserrstr = p->errbuf1;
	return p;
}

static void *
procmain(void *a)
{
	Slot *s;

	s = a;
	up = &s->proc;
	if(waserror())
		panic("pid %d: error not caught: %s", up->pid, up->errstr);
	s->f(s->arg);
	must(up->nerrlab == 1);
	poperror();
	return nil;
}

void
givemem(Proc *p, int share, Forkhold *l)
{
	Segment *s;
	int n;

	for(n = 0; n < NSEG; n++) {
		qlock(&up->seglock);
		s = dupseg(up, n, share, l);
		qunlock(&up->seglock);
		qlock(&p->seglock);
		poke(&p->seg[n], s);
		qunlock(&p->seglock);
	}
}

void
startproc(Proc *p, void (*f)(void *), void *arg)
{
	Slot *s;

	s = (Slot *)p;
	s->f = f;
	s->arg = arg;
	must(pthread_create(&s->thread, nil, procmain, s) == 0);
}

Proc *
spawn(void (*f)(void *), void *arg)
{
	Proc *p;

	p = makeproc();
	startproc(p, f, arg);
	return p;
}

void
join(Proc *p)
{
	Slot *s;
	int n;

	s = (Slot *)p;
	pthread_join(s->thread, nil);
	for(n = 0; n < NSEG; n++)
		must(p->seg[n] == nil);
	poke(&s->live, 0);
}

void
leavemem(void)
{
	int n;

	for(n = 0; n < NSEG; n++)
		setseg(n, nil);
}

int
fails(void (*f)(void *), void *arg)
{
	if(waserror())
		return 1;
	f(arg);
	poperror();
	return 0;
}

int
postnote(Proc *p, int dolock, const char *msg, int flag)
{
	USED(dolock);
	USED(msg);
	USED(flag);
	__atomic_store_n(&p->notepending, 1, __ATOMIC_SEQ_CST);
	if(p != up)
		intrsleep(p);
	return 1;
}

int
killlargest(const char *why)
{
	Proc *p, *big;
	Segment *s;
	uvlong used, most;
	u32int k;
	int n;

	USED(why);
	PERTURB();
	big = nil;
	most = 0;
	for(k = 0; k < nproctab(); k++) {
		p = proctab(k);
		if(p == nil || peek(&p->mach.killed))
			continue;
		used = 0;
		qlock(&p->seglock);
		for(n = 0; n < NSEG; n++) {
			s = p->seg[n];
			if(s == nil)
				continue;
			qlock(&s->lk);
			used += s->used;
			qunlock(&s->lk);
		}
		qunlock(&p->seglock);
		if(used > most) {
			most = used;
			big = p;
		}
	}
	if(big == nil)
		return 0;
	poke(&big->mach.killed, 1);
	postnote(big, 1, "killed", NDebug);
	return 1;
}

/* --- user code --- */

static int
access(uintptr va, int write, uvlong *v)
{
	Mmu *m;
	Mapping *e;
	u64int *w;
	int need, r;

	must(va % 8 == 0);
	m = up->mach.mmu;
	need = write ? Pwrite : Pread;
	for(;;) {
		if(peek(&up->mach.killed))
			return Killed;
		pthread_mutex_lock(&m->lk);
		awaitback(m);
		e = mapping(m, va);
		if(e != nil && (e->prot & need) != 0) {
			w = (u64int *)(frameaddr(e->frame) + va % BY2PG);
			if(write)
				__atomic_store_n(w, *v, __ATOMIC_RELAXED);
			else
				*v = __atomic_load_n(w, __ATOMIC_RELAXED);
			pthread_mutex_unlock(&m->lk);
			return Fok;
		}
		m->inkernel = 1;
		pthread_mutex_unlock(&m->lk);
		r = fault(va, write);
		kernel(0);
		if(r == Fintr && !peek(&up->mach.killed))
			return r;
		if(r != Fok)
			return peek(&up->mach.killed) ? Killed : r;
	}
}

int
uread(uintptr va, uvlong *v)
{
	return access(va, 0, v);
}

int
uwrite(uintptr va, uvlong v)
{
	return access(va, 1, &v);
}

uvlong
mustread(uintptr va)
{
	uvlong v;
	int r;

	r = uread(va, &v);
	if(r != Fok)
		panic("load of %#llux: %d %s", (uvlong)va, r, up->errstr);
	return v;
}

void
mustwrite(uintptr va, uvlong v)
{
	int r;

	r = uwrite(va, v);
	if(r != Fok)
		panic("store to %#llux: %d %s", (uvlong)va, r, up->errstr);
}

u32int
mapped(uintptr va)
{
	Mapping *e;
	u32int f;

	pthread_mutex_lock(&up->mach.mmu->lk);
	e = mapping(up->mach.mmu, va);
	f = e != nil && e->prot != 0 ? e->frame : NOFRAME;
	pthread_mutex_unlock(&up->mach.mmu->lk);
	return f;
}

/* --- start and end --- */

void
machinit(u32int nframes, u32int nimages)
{
	int k;

	pthread_condattr_init(&bymonons);
	pthread_condattr_setclock(&bymonons, CLOCK_MONOTONIC);
	for(k = 0; k < NWAIT; k++) {
		pthread_mutex_init(&waits[k].lk, nil);
		pthread_cond_init(&waits[k].cond, &bymonons);
	}
	arena = hostheapmore((uvlong)nframes * BY2PG);
	ASAN_POISON_MEMORY_REGION(arena, (uvlong)nframes * BY2PG);
	ncpus = 64; /* threads run too many to be counted */
	killbig = killlargest;
	imageread = fileread;
	imageclose = ccloseq;
	mminit(nframes, nimages);
	/* the test's own thread is a process too */
	up = makeproc();
}

int
infork(void (*f)(void))
{
	const char *deadlock;
	pid_t pid;
	int status;

	pid = fork();
	if(pid == 0) {
		deadlock = getenv("DEADLOCK");
		alarm(deadlock != nil ? atoi(deadlock) : Deadlock);
		f();
		exit(0);
	}
	if(pid < 0 || waitpid(pid, &status, 0) != pid)
		return 0;
	if(WIFSIGNALED(status))
		fprintf(stderr, "ended by signal %d%s\n", WTERMSIG(status),
		    WTERMSIG(status) == SIGALRM ? ": it hung" : "");
	return status == 0;
}

void
mustbefree(void)
{
	Imagestats st;

	leavemem();
	imagecheck();
	imagedrop();
	imagecheck();
	imagestats(&st);
	must(st.images == 0);
	must(st.pages == 0);
	must(openchans() == 0);
	must(freeframes() == totalframes());
	must(nrunning == 0); /* of who ever slept */
}

/* A thread that is told of a note looks when its wait ends. */
void
kick(Proc *p)
{
	USED(p);
}

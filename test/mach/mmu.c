/*
 * The test machine's memory: the arena, and each process's address space.
 *
 * A program's loads and stores look at the page table and go to the arena, with
 * the Mmu locked: user.c. The kernel dereferences user addresses instead. For
 * that each process has a window, where the host maps the frames at the first
 * touch: the window is a TLB of the page table. What the table does not have
 * becomes a page fault, as it does on Linux.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include "priv.h"
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

long libcsyscall(long, ...) __asm__("syscall"); /* the kernel has another */

int ftruncate(int, long);

enum
{
	Junk = 0xDB, /* what a free frame holds */
	RegErr =
	    19, /* libc names it only with extensions that define much else */
	ErrWrite = 2, /* in a page fault's error code */
};

static uchar *arena, *windows;
static int arenafd;
static u32int narena;

u32int
hostnframes(void)
{
	return narena;
}

uchar *
frameaddr(u32int frame)
{
	return arena + (uvlong)frame * BY2PG;
}

int
hostreserved(uintptr va, uvlong len)
{
	return va < UTZERO || len > USTKTOP || va > USTKTOP - len;
}

/* The host's mmap itself: sanitizers need not know of windows. */
static void
hostmap(void *p, uvlong n, int prot, int flags, int fd, vlong off)
{
	long r;

	r = libcsyscall(SYS_mmap, p, n, prot, flags | MAP_FIXED, fd, off);
	if(r != (long)p)
		panic("mmap: error %d", errno);
}

static void
hide(Mmu *m, u32int k, u32int n)
{
	u32int i, j;

	for(i = k; i < k + n; i = j) {
		for(j = i; j < k + n && m->page[j].shown; j++)
			m->page[j].shown = 0;
		if(j > i)
			hostmap(m->base + (uvlong)i * BY2PG,
			    (uvlong)(j - i) * BY2PG, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		else
			j++;
	}
}

/* Pages of [va, va+len) that were ever used: part h of two. */
static int
usedpart(Mmu *m, int h, uintptr va, uvlong len, u32int *first, u32int *last)
{
	uvlong end;

	end = va + len < USTKTOP ? va + len : USTKTOP;
	*first = va / BY2PG;
	*last = end / BY2PG;
	if(*first < m->first[h])
		*first = m->first[h];
	if(*last > m->last[h])
		*last = m->last[h];
	return *first < *last;
}

/* Take all but mask from what is mapped in [va, va+len). m->lk held. */
static void
change(Mmu *m, uintptr va, uvlong len, int mask)
{
	u32int k, first, last;
	int h;

	for(h = 0; h < 2; h++) {
		if(va >= USTKTOP || !usedpart(m, h, va, len, &first, &last))
			continue;
		for(k = first; k < last; k++)
			m->page[k].prot &= mask;
		hide(m, first, last - first);
	}
}

static void
lockchange(Mmu *m, uintptr va, uvlong len, int mask)
{
	pthread_mutex_lock(&m->lk);
	change(m, va, len, mask);
	pthread_mutex_unlock(&m->lk);
}

static Mmu *
mmuof(Proc *p)
{
	Slot *s;

	if(p == nil)
		return nil;
	s = aload(&p->mach.slot);
	return s != nil && aload(&s->proc) == p ? &s->mmu : nil;
}

void
mmuput(uintptr va, u32int frame, u32int n, int prot)
{
	Mapping *e;
	Mmu *m;
	u32int k, page;
	int h;

	m = mmuof(up);
	must(m != nil && va % BY2PG == 0 && n > 0 && frame + n <= narena);
	must(!hostreserved(va, (uvlong)n * BY2PG));
	page = va / BY2PG;
	h = page >= WINPAGES / 2;
	pthread_mutex_lock(&m->lk);
	hide(m, page, n);
	for(k = 0; k < n; k++) {
		e = &m->page[page + k];
		e->frame = frame + k;
		e->prot = prot & (Pread | Pwrite | Pexec);
	}
	if(m->first[h] > page)
		m->first[h] = page;
	if(m->last[h] < page + n)
		m->last[h] = page + n;
	pthread_mutex_unlock(&m->lk);
}

void
mmudrop(uintptr va, uvlong len)
{
	Mmu *m;

	m = mmuof(up);
	if(m != nil)
		lockchange(m, va, len, 0);
}

void
mmunew(void)
{
	Mmu *m;

	m = mmuof(up);
	if(m == nil)
		return;
	pthread_mutex_lock(&m->lk);
	change(m, 0, USTKTOP, 0);
	m->first[0] = m->first[1] = WINPAGES;
	m->last[0] = m->last[1] = 0;
	pthread_mutex_unlock(&m->lk);
}

/* This MMU keeps nothing from one address space to the next. */
void
mmusettle(void)
{
}

u32int
mmuhint(uintptr va)
{
	USED(va);
	return ~0U;
}

void
mmurdonly(uintptr va, uvlong len)
{
	lockchange(mmuof(up), va, len, ~Pwrite);
}

void
mmuflush(Proc *p, uintptr va, uvlong len)
{
	Mmu *m;

	m = mmuof(p);
	if(m != nil)
		lockchange(m, va, len, 0);
}

/* m's process forgets what is frozen. m->lk held. */
static void
forget(Mmu *m)
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

	m = mmuof(p);
	if(m == nil)
		return;
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

	m = mmuof(p);
	if(m == nil)
		return;
	PERTURB();
	pthread_mutex_lock(&m->lk);
	if(m->holder == holder) {
		m->holder = 0;
		pthread_cond_broadcast(&m->back);
	}
	pthread_mutex_unlock(&m->lk);
	PERTURB();
}

/* Wait, for a while, until nothing is frozen. m->lk held. */
static void
awaitthaw(Mmu *m)
{
	struct timespec t;

	if(m->holder == 0)
		return;
	after(&t, Patience);
	while(m->holder != 0)
		if(pthread_cond_timedwait(&m->back, &m->lk, &t) != 0 &&
		    m->holder != 0)
			forget(m);
}

void
inkernel(int in)
{
	Mmu *m;

	m = mmuof(up);
	if(m == nil)
		return;
	pthread_mutex_lock(&m->lk);
	if(in)
		awaitthaw(m);
	m->inkernel = in;
	pthread_mutex_unlock(&m->lk);
}

void
enterlazy(void)
{
	inkernel(0);
}

void
leavelazy(int patient)
{
	USED(patient);
	inkernel(1);
}

/* A program's load or store of the word at va: 0 if it is not mapped so. The
 * program meets what is frozen here. */
int
access(uintptr va, int write, uvlong *v)
{
	Mmu *m;
	Mapping *e;
	u64int *w;
	int ok;

	must(va % 8 == 0);
	if(hostreserved(va, 8))
		return 0;
	m = mmuof(up);
	pthread_mutex_lock(&m->lk);
	awaitthaw(m);
	e = &m->page[va / BY2PG];
	ok = (e->prot & (write ? Pwrite : Pread)) != 0;
	if(ok) {
		w = (u64int *)(frameaddr(e->frame) + va % BY2PG);
		if(write)
			__atomic_store_n(w, *v, __ATOMIC_RELAXED);
		else
			*v = __atomic_load_n(w, __ATOMIC_RELAXED);
	}
	pthread_mutex_unlock(&m->lk);
	return ok;
}

u32int
mapped(uintptr va)
{
	Mapping *e;
	Mmu *m;
	u32int f;

	m = mmuof(up);
	pthread_mutex_lock(&m->lk);
	e = &m->page[va / BY2PG];
	f = e->prot != 0 ? e->frame : NOFRAME;
	pthread_mutex_unlock(&m->lk);
	return f;
}

/* --- the kernel's touch of user memory --- */

void *
userptr(uintptr va)
{
	return self->mmu.base + va;
}

/* Show page k in the window; 0 if the table does not allow that. */
static int
show(Mmu *m, u32int k, int write)
{
	Mapping *e;
	int ok, prot;

	pthread_mutex_lock(&m->lk);
	e = &m->page[k];
	ok = (e->prot & (write ? Pwrite : Pread)) != 0;
	if(ok) {
		prot = (e->prot & Pwrite) ? PROT_READ | PROT_WRITE : PROT_READ;
		hostmap(m->base + (uvlong)k * BY2PG, BY2PG, prot, MAP_SHARED,
		    arenafd, (vlong)e->frame * BY2PG);
		e->shown = 1;
	}
	pthread_mutex_unlock(&m->lk);
	return ok;
}

/* Make va, which the kernel is about to read (write), so: or error. */
static void
kernelfault(uintptr va, int write)
{
	char buf[ERRMAX];
	int r;

	while(!show(&self->mmu, va / BY2PG, write)) {
		up->nfaults++;
		r = fault(va, write);
		if(r == Fok)
			continue;
		if(up->nerrlab == 0) {
			snprint(buf, sizeof buf,
			    "sys: trap: fault read addr=%#llux", (uvlong)va);
			pexit(buf, 1);
		}
		error(r == Fbad ? Ebadarg : r == Fintr ? Eintr : up->errstr);
	}
}

/* What is not a fault of the kernel's is for these. */
static struct sigaction oldsegv, oldbus;

static void
segv(int sig, siginfo_t *si, void *context)
{
	ucontext_t *c;
	uintptr addr;
	int e;

	c = context;
	addr =
	    (uintptr)si->si_addr - (self != nil ? (uintptr)self->mmu.base : 0);
	if(self == nil || up == nil || addr < UTZERO || addr >= USTKTOP) {
		fprintf(stderr, "signal %d, address %p, pid %d\n", sig,
		    si->si_addr, up != nil ? (int)up->pid : -1);
		sigaction(sig, sig == SIGSEGV ? &oldsegv : &oldbus, nil);
		return;
	}
	e = errno;
	kernelfault(addr, (c->uc_mcontext.gregs[RegErr] & ErrWrite) != 0);
	errno = e;
}

/* --- frames --- */

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

int
hostcopies(uintptr pc)
{
	USED(pc);
	return 0;
}

uchar *
hostheapmore(usize n)
{
	uchar *p;

	p = aligned_alloc(BY2PG, n);
	if(p != nil)
		memset(p, 0, n);
	return p;
}

uvlong
hostheapsize(uvlong *max)
{
	*max = 0;
	return 0;
}

/* --- start --- */

void
mmuslot(Mmu *m, u32int index)
{
	pthread_mutex_init(&m->lk, nil);
	pthread_cond_init(&m->back, &bymonons);
	m->base = windows + (uvlong)index * USTKTOP;
	m->first[0] = m->first[1] = WINPAGES;
	m->inkernel = 1;
	m->page = calloc(WINPAGES, sizeof(Mapping));
	must(m->page != nil);
}

void
mmuinit(u32int nframes)
{
	struct sigaction sa;
	int fd;

	narena = nframes;
	fd = libcsyscall(SYS_memfd_create, "arena", 1);
	must(fd >= 0);
	/* out of the way of what tests open */
	arenafd = fd;
	must(ftruncate(fd, (long)nframes * BY2PG) == 0);
	arena = mmap(nil, (uvlong)nframes * BY2PG, PROT_READ | PROT_WRITE,
	    MAP_SHARED, fd, 0);
	must(arena != MAP_FAILED);
	ASAN_POISON_MEMORY_REGION(arena, (uvlong)nframes * BY2PG);
	windows = mmap(nil, NSLOT * USTKTOP, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	must(windows != MAP_FAILED);
	memset(&sa, 0, sizeof sa);
	sa.sa_sigaction = segv;
	sa.sa_flags = SA_SIGINFO | SA_NODEFER;
	sigaction(SIGSEGV, &sa, &oldsegv);
	sigaction(SIGBUS, &sa, &oldbus);
}

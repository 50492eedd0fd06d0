/*
 * The test machine's address spaces: page tables, and what a Linux machine does
 * to them.
 *
 * A program's loads and stores look at the page table and go to the arena, with
 * the Mmu locked: access. The kernel dereferences user addresses instead, in the
 * window of the process: window.c.
 */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include "priv.h"
#include "aout.h"

int
hostreserved(uintptr va, uvlong len)
{
	return va < UTZERO || len > USTKTOP || va > USTKTOP - len;
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
	must(
	    m != nil && va % BY2PG == 0 && n > 0 && frame + n <= hostnframes());
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
mmucheapest(uintptr va)
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

void
mmuslot(Mmu *m, u32int index)
{
	pthread_mutex_init(&m->lk, nil);
	pthread_cond_init(&m->back, &bymonons);
	m->base = windowbase(index);
	m->first[0] = m->first[1] = WINPAGES;
	m->inkernel = 1;
	m->page = calloc(WINPAGES, sizeof(Mapping));
	must(m->page != nil);
}

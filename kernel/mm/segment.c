/*
 * Segments: page-granular ranges of an address space.
 *
 *   newseg    makes one; the caller owns the reference
 *   putseg    drops a reference; the last frees pages and leaves the Image
 *   seg, segref, segoverlap   look-up
 *   mfreeseg, segflushall     pages and mappings of a range
 *
 * What newseg, putseg and unhook do to a text Segment is modelled in model/segment.pml.
 *
 * segdup.c has how rfork copies Segments, segchange.c how they change while in use, fault.c how
 * they get pages.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

/* Free Segments. The memory of a Segment is used only for Segments. The memory of a text
 * Segment is used only for text Segments, because findtext may try to take a reference to one
 * that was freed. */
typedef struct Segpool Segpool;
struct Segpool
{
	Lock lk;
	Segment *free;
};
static Segpool texts = {.lk = LOCKRANK(Rsegpool)};
static Segpool others = {.lk = LOCKRANK(Rsegpool)};

static Segpool *
poolof(int type)
{
	return (type & SG_TYPE) == SG_TEXT ? &texts : &others;
}

int
segcopies(Segment *s)
{
	switch(s->type & SG_TYPE) {
	case SG_DATA:
	case SG_BSS:
	case SG_STACK:
		return 1;
	}
	return 0;
}

/* A Segment from the pool for type. All fields but r and the locks are zero. nil if there is no
 * memory. */
static Segment *
segalloc(int type)
{
	Segpool *pool;
	Segment *s;

	pool = poolof(type);
	lock(&pool->lk);
	s = pool->free;
	if(s != nil)
		pool->free = s->next;
	unlock(&pool->lk);
	if(s == nil) {
		s = malloc(sizeof(Segment));
		if(s != nil) {
			setqrank(&s->lk, Rsegment);
			setrank(&s->semalock, Rsema);
		}
		return s;
	}
	s->next = nil;
	return s;
}

static void
segdone(Segment *s)
{
	Segpool *pool;

	pool = poolof(s->type);
	lock(&pool->lk);
	s->next = pool->free;
	pool->free = s;
	unlock(&pool->lk);
}

Segment *
newseg(int type, uintptr base, uvlong npages)
{
	Segment *s;

	assert(base % BY2PG == 0);
	s = segalloc(type);
	if(s == nil)
		error(Enovmem);
	s->type = type;
	storerelease(&s->base, base);
	storerelease(&s->top, base + npages * BY2PG);
	s->size = npages;
	s->exec = (type & SG_TYPE) == SG_TEXT;
	s->sema.next = &s->sema;
	s->sema.prev = &s->sema;
	if(!segrow(s, npages)) {
		segdone(s);
		error(Enovmem);
	}
	assert(getref(&s->r) == 0);
	storerelease(&s->r.ref, 1);
	return s;
}

int
setsegname(Segment *s, const char *name)
{
	usize n;

	if(name == nil)
		return 1;
	n = strlen(name) + 1;
	s->name = malloc(n);
	if(s->name == nil)
		return 0;
	memmove(s->name, name, n);
	return 1;
}

/* Forget s as its Image's live text Segment. s has no reference left, so an exec that meets it
 * through i->s cannot take one (race 1). A newer text Segment may have taken its place. */
static void
unhook(Segment *s)
{
	Image *i;

	i = s->image;
	if(i == nil)
		return;
	PERTURB();
	if((s->type & SG_TYPE) == SG_TEXT) {
		lock(&i->lk);
		if(i->s == s)
			storerelease(&i->s, nil);
		putimage(i);
	} else
		leaveimage(i);
	storerelease(&s->image, nil);
}

static void
putdatapages(Segment *s, Putlist *put)
{
	u32int k;

	if(s->datapages == nil)
		return;
	for(k = 0; k < s->datapages->n; k++)
		if(s->datapages->pages[k] != nil)
			putlater(put, s->datapages->pages[k]);
	free(s->datapages);
	s->datapages = nil;
}

void
putseg(Segment *s)
{
	Putlist put = {0};
	Pte *pte;
	uvlong c;
	u32int k;

	if(s == nil || decref(&s->r) != 0)
		return;
	unhook(s);
	assert(s->sema.next == &s->sema && s->sema.prev == &s->sema);
	for(c = 0; (pte = nextpte(s, &c)) != nil; c++)
		for(k = 0; pte->npage > 0; k++)
			if(pte->pages[k] != nil) {
				putlater(&put, pte->pages[k]);
				pte->npage--;
			}
	putdatapages(s, &put);
	putnow(&put);
	releaseseg(s, 0);
	frametrim(put.freed);
	freetab(s);
	free(s->name);
	s->name = nil;
	free(s->profile);
	storerelaxed(&s->profile, nil);
	storerelaxed(&s->used, 0);
	s->romapped = 0;
	s->copy = 0;
	s->exec = 0;
	s->fstart = 0;
	s->flen = 0;
	s->holds = (Holdpolicy){0};
	s->zero = (Zerorun){0};
	storerelease(&s->read.n, 0);
	storerelease(&s->read.next, 0);
	storerelease(&s->home, 0);
	segdone(s);
}

Segment *
moresegref(Segment *s)
{
	incref(&s->r);
	return s;
}

static int
contains(Segment *s, uintptr addr)
{
	return s != nil && addr >= loadacquire(&s->base) &&
	    addr < loadacquire(&s->top);
}

Segment *
seg(Proc *p, uintptr addr, int dolock)
{
	Segment *s;
	int n;

	qlock(&p->seglock);
	for(n = 0; n < NSEG; n++) {
		s = p->seg[n];
		if(!contains(s, addr))
			continue;
		if(dolock) {
			/* spin longer: the users of s meet here when one of them calls rfork */
			qlockpatient(&s->lk);
			if(!contains(s, addr)) {
				/* another user has moved its top meanwhile */
				qunlock(&s->lk);
				continue;
			}
		}
		qunlock(&p->seglock);
		return s;
	}
	qunlock(&p->seglock);
	return nil;
}

/* A Proc without Segments may be cleared for its next process while segref looks, without the
 * lock. */
Segment *
segref(Proc *p, uintptr addr)
{
	Segment *s;
	int n;

	qlock(&p->seglock);
	for(n = 0; n < NSEG; n++) {
		s = loadrelaxed(&p->seg[n]);
		if(contains(s, addr)) {
			incref(&s->r);
			qunlock(&p->seglock);
			return s;
		}
	}
	qunlock(&p->seglock);
	return nil;
}

int
segoverlap(Proc *p, uintptr base, uvlong len, Segment *except)
{
	Segment *s;
	int n;

	if(hostreserved(base, len))
		return 1;
	for(n = 0; n < NSEG; n++) {
		s = p->seg[n];
		if(s != nil && s != except && base < loadacquire(&s->top) &&
		    base + len > loadacquire(&s->base))
			return 1;
	}
	return 0;
}

Proc *
nextuser(Segment *s, u32int *k)
{
	Proc *p;
	u32int nproc;
	int n;

	nproc = nproctab();
	while(*k < nproc) {
		p = proctab((*k)++);
		if(p == nil || p == up)
			continue;
		for(n = 0; n < NSEG; n++)
			if(loadacquire(&p->seg[n]) == s)
				return p;
	}
	return nil;
}

void
segflushall(Segment *s, uintptr va, uvlong len, int own)
{
	Proc *p;
	u32int k;

	if(own)
		mmudrop(va, len);
	if(getref(&s->r) == 1)
		return;
	for(k = 0; (p = nextuser(s, &k)) != nil;)
		mmuflush(p, va, len);
}

void
mfreeseg(Segment *s, uintptr from, uvlong npages)
{
	Putlist put = {0};
	Pte *pte;
	uvlong idx, end, c;
	u32int k;

	assert(from >= s->base && from % BY2PG == 0);
	idx = (from - s->base) / BY2PG;
	end = idx + npages;
	if(end > s->size)
		end = s->size;
	if(s->used == 0 || npages == 0 || (s->type & SG_TYPE) == SG_STICKY)
		return;
	/* no user can map a page again while s is locked */
	segflushall(s, from, npages * BY2PG, 1);
	for(; idx < end; idx++) {
		c = idx / PTEPERTAB;
		while((pte = nextpte(s, &c)) != nil && pte->npage == 0)
			c++;
		if(pte == nil)
			break;
		if(idx < c * PTEPERTAB)
			idx = c * PTEPERTAB;
		k = idx % PTEPERTAB;
		if(idx < end && k < pte->n && pte->pages[k] != nil) {
			putlater(&put, pte->pages[k]);
			pte->pages[k] = nil;
			pte->npage--;
			storerelaxed(&s->used, s->used - 1);
		}
	}
	putnow(&put);
}

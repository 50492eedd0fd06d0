/*
 * Segments in use: what a process, or its debugger, changes about them.
 *
 *   setseg               replaces one: exec, exit
 *   ibrk                 brk(2), segbrk(2)
 *   segattach segdetach  segattach(2)
 *   segflush             segflush(2)
 *   txt2data             a debugger writes to text
 *
 * A Proc's seg[] changes under its seglock and, because others look through
 * it while they hold a Segment (segflushall), under the lk of the Segment
 * that goes.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "aout.h"
#include "lib/lib.h"

Segment *(*globalseg)(const char *name);

/* Put s in place of p's segment n. What was there, with p's reference. */
static Segment *
swapseg(Proc *p, int n, Segment *s, uvlong *len)
{
	Segment *old;

	*len = 0;
	qlock(&p->seglock);
	old = p->seg[n];
	if(old != nil) {
		qlock(&old->lk);
		*len = old->top - old->base;
		storerelease(&p->seg[n], s);
		qunlock(&old->lk);
	} else
		storerelease(&p->seg[n], s);
	qunlock(&p->seglock);
	return old;
}

Segment *
takeseg(int n, Segment *s)
{
	uvlong len;

	return swapseg(up, n, s, &len);
}

void
setseg(int n, Segment *s)
{
	Segment *old;
	uvlong len;

	old = swapseg(up, n, s, &len);
	if(old == nil)
		return;
	if(len != 0)
		mmudrop(old->base, len);
	putseg(old);
}

/* Does a Segment of p but s hold va? p's seglock held. */
static int
inother(Proc *p, uintptr va, Segment *s)
{
	Segment *o;
	int n;

	for(n = 0; n < NSEG; n++) {
		o = p->seg[n];
		if(o != nil && o != s && va >= o->base &&
		    va < loadacquire(&o->top))
			return 1;
	}
	return 0;
}

/* Move s's top; p's seglock and s->lk are held. nil, or why not. */
static const char *
settop(Proc *p, Segment *s, uintptr top)
{
	if(top < s->top) {
		/* another user may have given the kernel an address that
		 * would go */
		if(getref(&s->r) > 1)
			return Einuse;
		mfreeseg(s, top, (s->top - top) / BY2PG);
	} else if(top > s->top) {
		if(inother(p, top - 1, s))
			return Esoverlap;
		if((top - s->base) / BY2PG > MAXSEGPAGES)
			return Enovmem;
		if(segoverlap(p, s->base, top - s->base, s))
			return Esoverlap;
		if(!segrow(s, (top - s->base) / BY2PG))
			return Enovmem;
	}
	storerelease(&s->top, top);
	s->size = (top - s->base) / BY2PG;
	return nil;
}

uintptr
ibrk(Proc *p, uintptr addr, int n)
{
	Segment *s, *d, *t;
	const char *err;
	uvlong freed, from;

	assert(p == up);
	s = loadacquire(&p->seg[n]);
	if(s == nil)
		error(Ebadarg);
	switch(s->type & SG_TYPE) {
	case SG_BSS:
	case SG_SHARED:
		break;
	default:
		error(Ebadarg);
	}
	if(addr == 0)
		return s->base;
	if(addr < s->base) {
		/* the break was always the end of data and bss together */
		d = p->seg[DSEG];
		if(n != BSEG || d == nil || addr < d->base)
			error(Enovmem);
		addr = s->base;
	}
	if(addr > USTKTOP)
		error(Esoverlap);
	addr = ROUNDUP(addr, BY2PG);
	qlock(&p->seglock);
	qlock(&s->lk);
	freed = addr < s->top ? (s->top - addr) / BY2PG : 0;
	from = s->size;
	err = settop(p, s, addr);
	t = p->seg[TSEG];
	if(err == nil && n == BSEG && t != nil && t->image != nil)
		brkprefill(s, t->image, from);
	qunlock(&s->lk);
	qunlock(&p->seglock);
	if(err != nil)
		error(err);
	frametrim(freed);
	return 0;
}

/* A place for len bytes that p does not use, from the stack downwards. 0: none.
 * p's seglock is held. */
static uintptr
findhole(Proc *p, uvlong len)
{
	Segment *s;
	uintptr va, top;
	int n;

	top = p->seg[SSEG] != nil ? p->seg[SSEG]->base : USTKTOP - USTKSIZE;
	for(;;) {
		if(len > top)
			return 0;
		va = top - len;
		if(hostreserved(va, len))
			return 0;
		for(n = 0; n < NSEG; n++) {
			s = p->seg[n];
			if(s != nil && s->base < top &&
			    va < loadacquire(&s->top))
				break;
		}
		if(n == NSEG)
			return va;
		top = s->base;
	}
}

static int
freeslot(Proc *p)
{
	int n;

	for(n = SEG1; n < NSEG; n++)
		if(p->seg[n] == nil)
			return n;
	error(Enovmem);
}

/* A Segment of a class, not attached yet. */
static Segment *
classseg(int attr, const char *class, uintptr va, uvlong len)
{
	Segment *s;
	int type;

	if(strcmp(class, "shared") == 0)
		type = SG_SHARED;
	else if(strcmp(class, "memory") == 0)
		type = SG_BSS;
	else
		error(Ebadarg);
	s = newseg(
	    type | (attr & (SG_RONLY | SG_CEXEC | SG_NOEXEC)), va, len / BY2PG);
	if(!setsegname(s, class)) {
		putseg(s);
		error(Enovmem);
	}
	return s;
}

/* Put s into p's slot n: where it is, or anywhere if its base is 0. p's seglock
 * is held, and nobody else knows s or it has its place. nil, or why not. */
static const char *
placeseg(Proc *p, Segment *s, int n)
{
	uvlong len;
	uintptr va;

	len = loadacquire(&s->top) - s->base;
	if(s->base == 0) {
		va = findhole(p, len);
		if(va == 0)
			return Enovmem;
		storerelease(&s->base, va);
		storerelease(&s->top, va + len);
	}
	if(segoverlap(p, s->base, len, nil))
		return Esoverlap;
	storerelease(&p->seg[n], s);
	return nil;
}

/* A Segment of a class for up: at va, or anywhere if that is 0. */
static Segment *
newattached(int attr, const char *class, uintptr va, uvlong len)
{
	uintptr base;

	/* va is rounded down, va+len up: segattach(2) */
	base = ROUNDDN(va, BY2PG);
	if(len == 0 || len > USTKTOP || (base == 0 && va != 0))
		error(Ebadarg);
	len = ROUNDUP(len + va % BY2PG, BY2PG);
	if(len > USTKTOP - base)
		error(Ebadarg);
	if(base != 0 && segoverlap(up, base, len, nil))
		error(Esoverlap);
	return classseg(attr, class, base, len);
}

uintptr
segattach(Proc *p, int attr, const char *class, uintptr va, uvlong len)
{
	const char *err;
	Segment *s;
	int n;

	assert(p == up);
	if(va >= USTKTOP)
		error(Ebadarg);
	n = freeslot(p);
	s = globalseg != nil ? globalseg(class) : nil;
	if(s == nil)
		s = newattached(attr, class, va, len);
	qlock(&p->seglock);
	err = placeseg(p, s, n);
	qunlock(&p->seglock);
	if(err != nil) {
		putseg(s);
		error(err);
	}
	return s->base;
}

/* Which of p's segments holds va; NSEG if none does. */
static int
segindex(Proc *p, uintptr va)
{
	Segment *s;
	int n;

	qlock(&p->seglock);
	for(n = 0; n < NSEG; n++) {
		s = p->seg[n];
		if(s != nil && va >= s->base && va < loadacquire(&s->top))
			break;
	}
	qunlock(&p->seglock);
	return n;
}

void
segdetach(Proc *p, uintptr va)
{
	int n;

	assert(p == up);
	n = segindex(p, va);
	if(n == NSEG || n == SSEG)
		error(Ebadarg);
	setseg(n, nil);
}

/*
 * x86 keeps its instruction cache coherent. What is left is that a program that writes
 * instructions must say so before it runs them. What is mapped stays without permission to
 * execute until a fault finds it.
 */
void
segflush(Proc *p, uintptr from, uintptr to)
{
	Segment *s;

	/* the range may lie in several segments that touch */
	while(from < to) {
		s = seg(p, from, 1);
		if(s == nil)
			error(Ebadarg);
		if((s->type & SG_NOEXEC) == 0)
			s->exec = 1;
		from = s->top;
		qunlock(&s->lk);
	}
}

/* Page idx of text segment s as the file has it, private; nil if s has none. Errors. */
static Page *
originalpage(Segment *s, uvlong idx)
{
	Page *p, *n, **slot;
	uintptr va;

	qlock(&s->lk);
	slot = segslot(s, idx, 0);
	p = slot != nil ? *slot : nil;
	if(p != nil)
		incref(&p->r);
	qunlock(&s->lk);
	if(p == nil)
		return nil;
	onerror(putpage(p));
	n = newpage(0, NOFRAME);
	poperror();
	memmove(pageaddr(n), pageaddr(p), BY2PG);
	va = s->base + idx * BY2PG;
	unfixtext(pageaddr(n), va, BY2PG);
	putpage(p);
	return n;
}

/* Fill n, which nobody else knows, with s's pages. */
static void
copytext(Segment *n, Segment *s)
{
	Page *p;
	uvlong idx;

	for(idx = 0; idx < s->size; idx++) {
		p = originalpage(s, idx);
		if(p == nil)
			continue;
		if(segslot(n, idx, 1) == nil) {
			putpage(p);
			error(Enovmem);
		}
		segput(n, idx, p);
	}
}

/* A data Segment that shows what s, a text segment, shows. Errors. */
static Segment *
textcopy(Segment *s)
{
	Segment *n;

	n = newseg(SG_DATA, s->base, s->size);
	storerelease(&n->top, s->top);
	n->exec = 1;
	useimage(s->image);
	n->image = s->image;
	n->fstart = s->fstart;
	n->flen = s->flen;
	onerror(putseg(n));
	copytext(n, s);
	poperror();
	return n;
}

Segment *
txt2data(Proc *p, int n)
{
	Segment *s, *new;

	qlock(&p->seglock);
	s = loadrelaxed(&p->seg[n]);
	if(s != nil)
		incref(&s->r);
	qunlock(&p->seglock);
	if(s == nil || (s->type & SG_TYPE) != SG_TEXT)
		return s;
	onerror(putseg(s));
	new = textcopy(s);
	poperror();
	/* one reference is the caller's, one p's */
	incref(&new->r);
	qlock(&p->seglock);
	qlock(&s->lk);
	if(loadrelaxed(&p->seg[n]) == s) {
		storerelease(&p->seg[n], new);
		if(p == up)
			mmudrop(s->base, s->top - s->base);
		else
			mmuflush(p, s->base, s->top - s->base);
		qunlock(&s->lk);
		qunlock(&p->seglock);
		putseg(s); /* p's */
		putseg(s); /* ours */
		return new;
	}
	/* it has just changed by itself */
	qunlock(&s->lk);
	qunlock(&p->seglock);
	putseg(new);
	putseg(new);
	putseg(s);
	error(Eprocdied);
}

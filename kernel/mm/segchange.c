/*
 * Changes of Segments in use, by their process or its debugger.
 *
 *   setseg               replaces one: exec, exit
 *   ibrk                 brk(2), segbrk(2)
 *   segattach segdetach  segattach(2)
 *   segflush             segflush(2)
 *   txt2data             a debugger writes to text
 *
 * A Proc's seg[] changes under its seglock. segflushall looks through seg[] with only a
 * Segment's lk held. So it changes under the lk of the Segment that leaves it, too.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "aout.h"
#include "lib/lib.h"

Segment *(*globalseg)(const char *name);

/* Put s in place of p's Segment n. Returns the old Segment with p's reference; *len becomes its
 * length. */
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

/* Does a Segment of p other than s contain va? Caller holds p's seglock. */
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

/* Move s's top. Caller holds p's seglock and s->lk. Returns nil, or the error. */
static const char *
settop(Proc *p, Segment *s, uintptr top)
{
	if(top < s->top) {
		/* the kernel may be using an address above the new top for another user */
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
		if(getref(&s->r) > 1 && segroomtaken(s, s->top, top))
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
	int grows;

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
		/* the program means the end of data and bss together */
		d = p->seg[DSEG];
		if(n != BSEG || d == nil || addr < d->base)
			error(Enovmem);
		addr = s->base;
	}
	if(addr > USTKTOP)
		error(Esoverlap);
	addr = ROUNDUP(addr, BY2PG);
	/* if nobody else has s, only p can change that; a shared s only grows */
	grows = getref(&s->r) > 1 && addr > loadacquire(&s->top);
	if(grows)
		segroomlock();
	qlock(&p->seglock);
	qlock(&s->lk);
	freed = addr < s->top ? (s->top - addr) / BY2PG : 0;
	from = s->size;
	err = settop(p, s, addr);
	/* a placement by another user sees the new top */
	if(grows)
		segroomunlock();
	t = p->seg[TSEG];
	/* a Segment of segattach is no bss */
	if(err == nil && n == BSEG && s->name == nil && t != nil &&
	    t->image != nil)
		brkprefill(s, t->image, from);
	qunlock(&s->lk);
	qunlock(&p->seglock);
	if(err != nil)
		error(err);
	frametrim(freed);
	return 0;
}

/* The highest place below the stack for len bytes that p does not use; 0: there is none. Caller
 * holds p's seglock. */
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
	static u64int said;
	int n;

	/* As on 9front, the place of text, data or bss that was detached may be taken. Only p fills
	 * and empties places; a debugger may replace the text. */
	for(n = TSEG; n < NSEG; n++)
		if(loadrelaxed(&p->seg[n]) == nil && n != ESEG)
			return n;
	saylimit(&said, "%d attached segments in a process", NSEG - SEG1);
	error(Enovmem);
}

/* A Segment of a class, not attached yet. Errors. */
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
	s = newseg(type | (attr & (SG_RONLY | SG_CEXEC | SG_FAULT | SG_NOEXEC)),
	    va, len / BY2PG);
	if(!setsegname(s, class)) {
		putseg(s);
		error(Enovmem);
	}
	return s;
}

/* Make s p's Segment n: at its base, or anywhere if that is 0. Caller holds p's seglock. Nobody
 * else knows s, unless it has its place. Returns nil, or the error. */
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

/* A Segment of a class, attached to up at va, or anywhere if va is 0. Errors. */
static Segment *
newattached(int attr, const char *class, uintptr va, uvlong len)
{
	uintptr base;

	/* segattach(2) rounds va down and va+len up */
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
	segroomlock();
	qlock(&p->seglock);
	err = placeseg(p, s, n);
	qunlock(&p->seglock);
	segroomunlock();
	if(err != nil) {
		putseg(s);
		error(err);
	}
	return s->base;
}

/* The index of p's Segment that contains va, or that is empty and begins there; NSEG if there
 * is none. */
static int
segindex(Proc *p, uintptr va)
{
	Segment *s;
	uintptr top;
	int n;

	qlock(&p->seglock);
	for(n = 0; n < NSEG; n++) {
		s = p->seg[n];
		if(s == nil)
			continue;
		top = loadacquire(&s->top);
		if(va == s->base || (va > s->base && va < top))
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
 * x86 keeps its instruction cache coherent. So all that remains of segflush is that a program
 * must call it before it runs instructions that it has written. Pages that are mapped already
 * stay without permission to execute until a fault.
 */
void
segflush(Proc *p, uintptr from, uintptr to)
{
	Segment *s;

	/* the range may cover several adjacent Segments */
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

/* A private page with the file's contents of page idx of text Segment s; nil if the file has
 * none. Errors. */
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

/* Give n, which nobody else knows, s's pages. */
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

/* A data Segment that shows the same as text Segment s. Errors. */
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
	/* of the two references one is the caller's, one p's */
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
		/* p's reference */
		putseg(s);
		/* the reference of this function */
		putseg(s);
		return new;
	}
	/* the Segment was replaced meanwhile */
	qunlock(&s->lk);
	qunlock(&p->seglock);
	putseg(new);
	putseg(new);
	putseg(s);
	error(Eprocdied);
}

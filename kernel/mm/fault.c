/*
 * Page faults.
 *
 *   fault     a program touched an address that is not mapped
 *   prefault  one is about to; do what can be done without waiting
 *   segcopy   the same for a debugger, without mapping it
 *
 * A fault looks at the Segment under its lk and finds that the page is there
 * or can be made there, or that it must wait: for a file, or for memory. To wait it
 * lets go of every lock, gets what was missing, and begins again from the look-up,
 * because anything may have changed. What it waited for it holds (Fault.page,
 * Fault.spare), so that the second time it does not have to wait again
 * however short memory is.
 *
 * One host mapping serves many pages, so faults map, and make, runs of them:
 * sequential first touch doubles the run up to MAXRUN.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

typedef struct Fault Fault;

/* What makepage may need. */
enum
{
	Done,
	/* the page, from the file */
	Needread,
	Needframe,
	Needheap,
	/* what cannot be had: the file is too short */
	Needmore,
	/* the end of a hold: forkhold.c */
	Needrelease,
};

enum
{
	/* aligned window, in pages: resident neighbours are mapped too */
	Around = 64,
	/* the same in text, while there is memory, and in what is of no file */
	Farwindow = PTEPERTAB,
	/* neighbours that are mapped whether they are touched or not */
	Few = 16,
};

struct Fault
{
	int write;
	/* not by up, and nothing is to be mapped */
	int debug;
	/* s has several users, as far as is known */
	int several;
	/* a page that others have too is to be copied now */
	int copy;
	/* [lo, hi) are new pages */
	int made;
	/* made, and all of them are probably touched */
	int soon;
	/* kept in the cache until it is used; or nil */
	Page *page;
	/* a zero page got while nothing was locked; or nil */
	Page *spare;
	/* pages [lo, hi) are worth mapping */
	uvlong lo;
	uvlong hi;
};

/*
 * What is worth mapping around idx, if it is there: as much as can be at once, where
 * there is nothing to take from a file. Text is shared, so to take much
 * of it into the Segment costs its users no memory; but what is taken cannot be
 * reclaimed meanwhile, and to look for what is mostly not cached yet is work for
 * nothing.
 */
static void
window(Fault *f, Segment *s, uvlong idx)
{
	uvlong n;

	n = isoff(Swfaultaround) ? 1 : Around;
	if(n == Around &&
	    (s->image == nil ||
		((s->type & SG_TYPE) == SG_TEXT &&
		    imagepages(s->image) >= s->size / 4 * 3 &&
		    freeframes() > totalframes() / 8)))
		n = Farwindow;
	f->lo = ROUNDDN(idx, n);
	f->hi = f->lo + n < s->size ? f->lo + n : s->size;
}

/* Take cached pages of s's file in [lo, hi) into s; those that s has stay. */
static void
takeimagepages(Segment *s, uvlong lo, uvlong hi)
{
	uvlong k, off;
	u32int valid, got;
	Page *p;

	got = 0;
	lock(&s->image->lk);
	for(k = lo; k < hi; k++) {
		if(pageat(s, k) != nil)
			continue;
		valid = filebytes(s, k, &off);
		if(valid == 0)
			break;
		p = pagefind(s->image, off, valid);
		if(p == nil)
			continue;
		incref(&p->r);
		segput(s, k, p);
		got++;
	}
	unlock(&s->image->lk);
	countn(&imagestat.pagehits, got);
}

/* The same for what is around idx: a bounded number in one holding of the Image's lock. */
static int
takecached(Fault *f, Segment *s, uvlong idx)
{
	uvlong lo, hi;

	f->lo = idx;
	f->hi = idx + 1;
	if(!segcopies(s) || !f->copy)
		window(f, s, idx);
	for(lo = f->lo; lo < f->hi; lo = hi) {
		hi = lo + Around < f->hi ? lo + Around : f->hi;
		takeimagepages(s, lo, hi);
	}
	return pageat(s, idx) != nil ? Done : Needread;
}

/* Zero pages at idx and around. */
static int
makezero(Fault *f, Segment *s, uvlong idx)
{
	u32int n;

	n = zerofill(s, idx, &f->spare, &f->lo, &f->soon);
	f->hi = f->lo + n;
	f->made = 1;
	return n > 0 ? Done : Needframe;
}

/* Replace page idx of s, which others have too, by a copy of its own. */
static int
makeown(Fault *f, Segment *s, uvlong idx)
{
	Page *p, *old;
	Framewant w;

	segplace(s, idx, 1, 1, &w);
	if(trypages(&p, &w, 0) == 0) {
		if(f->spare == nil)
			return Needframe;
		p = f->spare;
		f->spare = nil;
		w.fresh = 0;
	}
	old = pageat(s, idx);
	copypages(p, old, 1, w.fresh);
	/* the old page can be mapped only by a sole user: see Segment. If
	 * that is up, its mapping is about to be replaced */
	if(f->debug)
		segflushall(s, s->base + idx * BY2PG, BY2PG, 1);
	*segslot(s, idx, 0) = p;
	putpage(old);
	f->lo = idx;
	f->hi = idx + 1;
	f->made = f->soon = 1;
	return Done;
}

/* See that page idx of s is there, and private to s if that is needed. s->lk
 * held. Does not sleep. */
static int
makepage(Fault *f, Segment *s, uvlong idx)
{
	uvlong off;
	int need;

	/* decided once: a debugger may come and go with a reference. More
	 * users come only by the only one's rfork, which is up */
	f->made = 0;
	f->several = !f->debug && getref(&s->r) > 1;
	/* what is read on a stack is written next */
	f->copy = f->write || f->several ||
	    ((s->type & SG_TYPE) == SG_STACK && !f->debug);
	if(idx >= s->size)
		return Needmore;
	if(segslot(s, idx, 1) == nil)
		return Needheap;
	if(pageat(s, idx) != nil)
		window(f, s, idx);
	else {
		if(filebytes(s, idx, &off) != 0)
			need = takecached(f, s, idx);
		else
			need = makezero(f, s, idx);
		if(need != Done)
			return need;
	}
	if(f->copy && segcopies(s) && !segronly(s) && !owned(pageat(s, idx))) {
		if(s->held != 0)
			return Needrelease;
		return makeown(f, s, idx);
	}
	return Done;
}

int
pageprot(Segment *s, Page *p, int several)
{
	int prot;

	prot = s->exec ? Pread | Pexec : Pread;
	/* text that a debugger writes to is no text segment any more */
	if((s->type & SG_TYPE) == SG_TEXT)
		return prot | Pimmutable;
	if(segronly(s))
		return prot;
	if(!segcopies(s) || owned(p))
		return prot | Pwrite;
	return several ? 0 : prot;
}

/* Map page idx, and with it what is around it in [f->lo, f->hi) in one run. */
static void
mappages(Fault *f, Segment *s, uvlong idx)
{
	Page *p, *q;
	uvlong lo, hi;
	int prot;

	p = pageat(s, idx);
	prot = pageprot(s, p, f->several);
	assert(prot != 0);
	for(lo = idx; lo > f->lo; lo--) {
		q = pageat(s, lo - 1);
		if(q == nil || q->frame + (idx - lo + 1) != p->frame ||
		    pageprot(s, q, f->several) != prot)
			break;
	}
	for(hi = idx + 1; hi < f->hi; hi++) {
		q = pageat(s, hi);
		if(q == nil || p->frame + (hi - idx) != q->frame ||
		    pageprot(s, q, f->several) != prot)
			break;
	}
	if((prot & Pwrite) == 0 && !segronly(s))
		s->romapped = 1;
	/* what was just made for a sequential touch is touched next. Of much that
	 * was there the host can map what is when it is; and of what is only read
	 * it then maps what is around at once, for less than we could */
	if((prot & Pwrite) &&
	    (f->made ? f->soon : !f->several && hi - lo <= Few))
		prot |= Ppopulate;
	mmuput(s->base + lo * BY2PG, p->frame - (idx - lo), hi - lo, prot);
}

/* Get what makepage lacked. The caller has a reference on s and no lock. Errors. */
static void
getneed(Fault *f, Segment *s, uvlong idx, int need)
{
	switch(need) {
	case Needread:
		if(f->page != nil) {
			putpage(f->page);
			f->page = nil;
		}
		f->page = pagein(s, idx);
		break;
	case Needframe:
		f->spare = newpage(1, NOFRAME);
		break;
	case Needrelease:
		waithold(s);
		break;
	case Needheap:
		error(Enovmem);
	case Needmore:
		error(Eioload);
	}
}

static void
faultdone(Fault *f)
{
	if(f->page != nil)
		putpage(f->page);
	if(f->spare != nil)
		putpage(f->spare);
}

static int
waitneed(Fault *f, Segment *s, uvlong idx, int need)
{
	if(waserror())
		return strcmp(up->errstr, Eintr) == 0 ? Fintr : Fioerr;
	getneed(f, s, idx, need);
	poperror();
	return Fok;
}

/* May up do that to s? */
static int
allows(Segment *s, int access)
{
	switch(access) {
	case Awrite:
		return !segronly(s);
	case Aexec:
		return s->exec;
	}
	return 1;
}

int
fault(uintptr addr, int access)
{
	Fault f;
	Segment *s;
	uvlong idx;
	int need, r;

	nolocks("fault");
	memset(&f, 0, sizeof f);
	f.write = access == Awrite;
	do {
		s = seg(up, addr, 1);
		if(s == nil || !allows(s, access)) {
			if(s != nil)
				qunlock(&s->lk);
			r = Fbad;
			break;
		}
		idx = (addr - s->base) / BY2PG;
		r = Fok;
		need = makepage(&f, s, idx);
		if(need == Done) {
			mappages(&f, s, idx);
			qunlock(&s->lk);
			break;
		}
		incref(&s->r);
		qunlock(&s->lk);
		PERTURB();
		r = waitneed(&f, s, idx, need);
		putseg(s);
	} while(r == Fok);
	faultdone(&f);
	return r;
}

void
prefault(uintptr addr, int write)
{
	Fault f;
	Segment *s;
	uvlong idx;

	memset(&f, 0, sizeof f);
	f.write = write;
	s = seg(up, addr, 1);
	if(s == nil)
		return;
	idx = (addr - s->base) / BY2PG;
	if((!write || !segronly(s)) && makepage(&f, s, idx) == Done)
		mappages(&f, s, idx);
	qunlock(&s->lk);
}

/* segcopy's work; f's pages are the caller's to put. */
static void
debugcopy(Fault *f, Segment *s, uintptr addr, void *buf, u32int n)
{
	uchar *mem;
	uvlong idx;
	int need;

	for(;;) {
		qlock(&s->lk);
		if(addr < s->base || addr >= s->top) {
			qunlock(&s->lk);
			error(Ebadarg);
		}
		idx = (addr - s->base) / BY2PG;
		need = makepage(f, s, idx);
		if(need == Done)
			break;
		qunlock(&s->lk);
		getneed(f, s, idx, need);
	}
	mem = pageaddr(pageat(s, idx)) + addr % BY2PG;
	if(f->write)
		memmove(mem, buf, n);
	else
		memmove(buf, mem, n);
	qunlock(&s->lk);
}

void
segcopy(Segment *s, uintptr addr, void *buf, u32int n, int write)
{
	Fault f;

	assert(addr % BY2PG + n <= BY2PG);
	if(write && segronly(s))
		error(Eperm); /* text: txt2data first */
	memset(&f, 0, sizeof f);
	f.write = write;
	f.debug = 1;
	onerror(faultdone(&f));
	debugcopy(&f, s, addr, buf, n);
	poperror();
	faultdone(&f);
}

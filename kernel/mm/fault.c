/*
 * Page faults.
 *
 *   fault     a program touched an address that is not mapped
 *   prefault  a program will touch one soon: do what needs no waiting
 *   segcopy   the same for a debugger, without mapping the page
 *
 * A fault looks at the Segment under its lk. Either the page is there or can be made, or the
 * fault has to wait for a file or for memory. To wait, it lets go of every lock, gets what was
 * missing, and begins again with the look-up, because everything may have changed. It keeps
 * what it waited for (Fault.page, Fault.spare), so the second try does not wait for the same
 * thing, however short memory is.
 *
 * One host mapping serves many pages, so faults make and map runs of them. Each sequential first
 * touch doubles the run, up to MAXRUN.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

typedef struct Fault Fault;

/* What makepage returns: Done, or what it lacks. */
enum
{
	Done,
	/* the page, which must be read from the file */
	Needread,
	Needframe,
	Needheap,
	/* a page beyond the file's end, which cannot exist */
	Needmore,
	/* the end of a hold: forkhold.c */
	Needrelease,
};

enum
{
	/* pages in the aligned window whose resident pages are mapped too */
	Around = 64,
	/* the same for text while there is much free memory, and for Segments without a file */
	Farwindow = PTEPERTAB,
	/* a run of at most this many pages is populated */
	Few = 16,
};

struct Fault
{
	int write;
	/* a debugger's access: nothing is mapped for up */
	int debug;
	/* s had several users when makepage looked */
	int several;
	/* a page with other references must be copied now */
	int copy;
	/* the pages in [lo, hi) are new */
	int made;
	/* made, and all of the pages will probably be touched */
	int soon;
	/* the page that was read, held so that it stays in the cache; or nil */
	Page *page;
	/* how often the heap had nothing */
	int heaptries;
	/* a zero page that was got while nothing was locked; or nil */
	Page *spare;
	/* the pages in [lo, hi) are worth mapping */
	uvlong lo;
	uvlong hi;
};

/*
 * Choose [f->lo, f->hi), the pages around idx to map if they exist. A Segment without a file
 * gets the largest window. In text, pages that the Segment takes from the cache cost no memory,
 * because text is shared; but they cannot be reclaimed meanwhile, and looking for pages that
 * are not cached yet is wasted work. So text gets the largest window only if most of the file
 * is cached and much memory is free.
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

/* Add the cached pages of s's file in [lo, hi) to s, except those that s has already. */
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

/* Take cached pages for idx and around it. The Image's lock is held for a bounded number of
 * pages at a time. */
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

/* Make zero pages at idx and around it. */
static int
makezero(Fault *f, Segment *s, uvlong idx)
{
	u32int n;

	n = zerofill(s, idx, &f->spare, &f->lo, &f->soon);
	f->hi = f->lo + n;
	f->made = 1;
	return n > 0 ? Done : Needframe;
}

/* Replace page idx of s, which has other references, by a private copy. */
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
	/* only a sole user of s can have the old page mapped (see Segment). If that user is up,
	 * mappages replaces the mapping */
	if(f->debug)
		segflushall(s, s->base + idx * BY2PG, BY2PG, 1);
	*segslot(s, idx, 0) = p;
	putpage(old);
	f->lo = idx;
	f->hi = idx + 1;
	f->made = f->soon = 1;
	return Done;
}

/* Make sure that page idx of s exists, and is private if it must be. Caller holds s->lk. Does
 * not sleep. */
static int
makepage(Fault *f, Segment *s, uvlong idx)
{
	uvlong off;
	int need;

	/* several is decided once per try, because a debugger's reference may come and go. A
	 * sole user other than up cannot rfork: the sole user is up */
	f->made = 0;
	f->several = !f->debug && getref(&s->r) > 1;
	/* a stack page that is read will be written next */
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
	/* text to which a debugger has written is not SG_TEXT any more, so text is immutable */
	if((s->type & SG_TYPE) == SG_TEXT)
		return prot | Pimmutable;
	if(segronly(s))
		return prot;
	if(!segcopies(s) || owned(p))
		return prot | Pwrite;
	return several ? 0 : prot;
}

/* Map page idx, together with the pages of [f->lo, f->hi) that form one run with it. */
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
	/* pages just made for a sequential touch will be touched next: populate. In a long run
	 * of old pages, the host maps a page when it is touched; for read-only pages it then
	 * maps those around as well, for less than populating costs */
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
		waitheap(f->heaptries++);
		break;
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

/* May up access s that way? */
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

/* The body of segcopy. The caller puts f's pages. */
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
		/* the debugger must replace text first: txt2data */
		error(Eperm);
	memset(&f, 0, sizeof f);
	f.write = write;
	f.debug = 1;
	onerror(faultdone(&f));
	debugcopy(&f, s, addr, buf, n);
	poperror();
	faultdone(&f);
}

/*
 * Page-in: from a file into the cache.
 *
 *   pagein      reads a page that a Segment needs, and some around it
 *   filebytes   what a Segment's page must show of the file
 *
 * No lock is held while the file is read. The read may take for ever; another process that
 * needs the page must be able to wait for it, and to be interrupted, by itself (race 8). So two
 * processes may read the same page; cachepages keeps one.
 *
 * The pages of a read are neighbours in the arena, and the device reads straight into them.
 * readahead.c decides how many there are.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "fcall.h"

typedef struct Pagein Pagein;

/* A read under way. It is in memory throughout, because errors jump over its function. */
struct Pagein
{
	Segment *s;
	/* the first page */
	uvlong lo;
	/* how many pages */
	u32int n;
	/* Framewant.fresh of their frames: framefill can fill them */
	int fresh;
	/* kernel memory through which fresh frames are filled, for an I/O unit or for the whole
	 * run; or nil */
	uchar *buf;
	Page *pg[MAXREAD];
	u32int valid[MAXREAD];
};

u32int
filebytes(Segment *s, uvlong idx, uvlong *off)
{
	uvlong left;

	*off = 0;
	if(s->image == nil || idx * BY2PG >= s->flen)
		return 0;
	*off = s->fstart + idx * BY2PG;
	left = s->flen - idx * BY2PG;
	if(left > BY2PG)
		left = BY2PG;
	return (s->type & SG_TYPE) == SG_TEXT ? left | PGTEXT : left;
}

static int
haspage(Segment *s, uvlong idx)
{
	uvlong off;
	u32int valid;

	valid = filebytes(s, idx, &off);
	return pagefind(s->image, off, valid) != nil;
}

/* Choose pages [lo, lo+n) around idx that are not cached, inside an aligned block of max pages.
 * If page idx is cached by now, return it with a reference. */
static Page *
chooserun(Pagein *r, uvlong idx, u32int max)
{
	uvlong lo, hi, k, npages, off;
	u32int valid;
	Page *p;

	npages = (r->s->flen + BY2PG - 1) / BY2PG;
	lo = ROUNDDN(idx, max);
	hi = lo + max < npages ? lo + max : npages;
	valid = filebytes(r->s, idx, &off);
	lock(&r->s->image->lk);
	p = pagefind(r->s->image, off, valid);
	if(p != nil)
		incref(&p->r);
	else {
		for(k = idx; k > lo; k--)
			if(haspage(r->s, k - 1))
				break;
		lo = k;
		for(k = idx + 1; k < hi; k++)
			if(haspage(r->s, k))
				break;
		hi = k;
	}
	unlock(&r->s->image->lk);
	r->lo = lo;
	r->n = hi - lo;
	return p;
}

/* Get frames for the run. If there are too few, the run becomes shorter, but keeps idx. */
static void
framesfor(Pagein *r, uvlong idx)
{
	Framewant w;
	Segment *s;

	s = r->s;
	qlock(&s->lk);
	segplace(s, r->lo, r->n, 0, &w);
	qunlock(&s->lk);
	r->n = getpages(r->pg, &w, 0);
	r->fresh = w.fresh;
	noteplace(s, r->lo, r->pg[0]);
	if(r->lo + r->n <= idx)
		r->lo = idx + 1 - r->n;
}

static void
putall(Pagein *r)
{
	u32int k;

	for(k = 0; k < r->n; k++)
		putpage(r->pg[k]);
	r->n = 0;
}

/* Read n bytes at off, or as many as the file has. Returns how many. */
static uvlong
readfully(Chan *c, uchar *buf, uvlong n, uvlong off)
{
	uvlong got;
	long m;

	for(got = 0; got < n; got += m) {
		count(&imagestat.reads);
		m = imageread(c, buf + got, n - got, off + got);
		if(m <= 0)
			break;
		assert((uvlong)m <= n - got);
	}
	return got;
}

/* How many bytes of the file r's pages [k, k+n) show. */
static uvlong
validlen(Pagein *r, u32int k, u32int n)
{
	uvlong len;

	for(len = 0; n > 0; k++, n--)
		len += r->valid[k] & ~PGTEXT;
	return len;
}

/* Read r's pages [k, k+n) to mem and prepare them for use. Returns how many pages the file has.
 * Errors. */
static u32int
readpart(Pagein *r, u32int k, u32int n, uchar *mem)
{
	uintptr va;
	uvlong got;
	u32int done, valid;

	got = readfully(r->s->image->c, mem, validlen(r, k, n),
	    r->s->fstart + (r->lo + k) * BY2PG);
	for(done = 0; done < n; done++, mem += BY2PG) {
		valid = r->valid[k + done] & ~PGTEXT;
		if(got < valid)
			break;
		got -= valid;
		memset(mem + valid, 0, BY2PG - valid);
		va = r->s->base + (r->lo + k + done) * BY2PG;
		if(r->valid[k + done] & PGTEXT)
			fixtext(mem, va, valid);
	}
	return done;
}

/* Read all of r's pages through r->buf, an I/O unit at a time. The host then makes memory for
 * their frames and fills it in one step (framefill). Returns how many pages the file has. */
static u32int
readfresh(Pagein *r)
{
	u32int k, n, got;

	for(k = 0; k < r->n; k += got) {
		n = r->n - k < IOUNIT / BY2PG ? r->n - k : IOUNIT / BY2PG;
		got = readpart(r, k, n, r->buf);
		framefill(r->pg[k]->frame, r->buf, (usize)got * BY2PG);
		if(got < n)
			return k + got;
	}
	return k;
}

/* Fill r's pages. Pages that the file no longer has are dropped. Errors. */
static void
readrun(Pagein *r)
{
	uvlong off;
	u32int k;

	for(k = 0; k < r->n; k++)
		r->valid[k] = filebytes(r->s, r->lo + k, &off);
	if(r->fresh)
		r->buf = malloc(r->n * BY2PG < IOUNIT ? r->n * BY2PG : IOUNIT);
	if(r->buf != nil)
		k = readfresh(r);
	else
		k = readpart(r, 0, r->n, pageaddr(r->pg[0]));
	while(r->n > k)
		putpage(r->pg[--r->n]);
	countn(&imagestat.pageins, r->n);
}

/* Put r's pages into the cache. Returns page idx with a reference, if it is among them. */
static Page *
enterrun(Pagein *r, uvlong idx)
{
	Page *p;
	u32int k;

	p = nil;
	noteread(r->s, r->lo + r->n);
	cachepages(
	    r->pg, r->n, r->s->image, r->s->fstart + r->lo * BY2PG, r->valid);
	for(k = 0; k < r->n; k++)
		if(r->lo + k == idx)
			p = r->pg[k];
		else
			putpage(r->pg[k]);
	r->n = 0;
	return p;
}

/* One try, which reads at most max pages. Returns nil if the file is too short. */
static Page *
tryread(Pagein *r, Segment *s, uvlong idx, u32int max)
{
	Page *p;

	r->s = s;
	r->buf = nil;
	p = chooserun(r, idx, max);
	if(p != nil)
		return p;
	framesfor(r, idx);
	if(waserror()) {
		free(r->buf);
		putall(r);
		nexterror();
	}
	readrun(r);
	poperror();
	free(r->buf);
	return enterrun(r, idx);
}

Page *
pagein(Segment *s, uvlong idx)
{
	Pagein r;
	Page *p;

	if(!waserror()) {
		p = tryread(&r, s, idx, readahead(s, idx));
		poperror();
		if(p != nil)
			return p;
	} else if(strcmp(up->errstr, Eintr) == 0 ||
	    strcmp(up->errstr, Enovmem) == 0)
		nexterror();
	/* the file may have the page itself, though not its neighbours */
	p = tryread(&r, s, idx, 1);
	if(p == nil)
		error(Eioload);
	return p;
}

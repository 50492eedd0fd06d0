/*
 * Page-in: from the file into the cache.
 *
 *   pagein     reads a page that a segment needs, and some around it
 *   filebytes   what a segment's page should show
 *
 * No lock is held while the file is read: the read may take for ever, and
 * whoever else needs the page must be able to wait, and be interrupted,
 * independently (race 8). So two may read the same page; see cachepage.
 *
 * The pages of a read are neighbours in the arena, and the device reads
 * straight into them. Reads begin as one I/O unit and grow while a segment
 * is read in sequence.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"
#include "fcall.h"

typedef struct Pagein Pagein;

enum
{
	Maxread = 256, /* pages in one read */
	Largeread = 32, /* the same to begin with, in a large file, */
	Small = 1024, /* one with more pages than this */
};

/* A read that is being made. In memory throughout: errors jump over it. */
struct Pagein
{
	Segment *s;
	uvlong lo; /* first page */
	u32int n; /* pages */
	int fresh; /* their frames: framefill */
	uchar *
	    buf; /* for an I/O unit, or all, on the way to fresh frames; or nil */
	Page *pg[Maxread];
	u32int valid[Maxread];
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
cached(Segment *s, uvlong idx)
{
	uvlong off;
	u32int valid;

	valid = filebytes(s, idx, &off);
	return pagefind(s->image, off, valid) != nil;
}

/*
 * How many pages to read at once for idx: the I/O unit of a device that has one, and
 * more and more while reads go on where the last one ended. Others are near, and a fault
 * costs as much as to read some 20 pages: of a small program they give much at once, of
 * a large one, most of which is not run, less.
 */
static u32int
readsize(Segment *s, uvlong idx)
{
	u32int n, unit;
	uvlong next;

	if(isoff(Swreadahead))
		return 1;
	unit = s->flen <= Small * BY2PG ? Maxread : Largeread;
	if(s->image->c->iounit != 0)
		unit = s->image->c->iounit / BY2PG;
	if(unit < 1)
		unit = 1;
	if(unit > Maxread)
		unit = Maxread;
	n = peek(&s->readrun);
	next = peek(&s->readnext);
	if(idx >= next && idx - next <= n)
		n = 2 * n < Maxread ? 2 * n : Maxread;
	else
		n = unit;
	if(n < unit)
		n = unit;
	poke(&s->readrun, n);
	return n;
}

/* Choose pages [lo, lo+n) around idx that are not cached, of an aligned block of max. If
 * idx is by now, it is returned with a reference. */
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
			if(cached(r->s, k - 1))
				break;
		lo = k;
		for(k = idx + 1; k < hi; k++)
			if(cached(r->s, k))
				break;
		hi = k;
	}
	unlock(&r->s->image->lk);
	r->lo = lo;
	r->n = hi - lo;
	return p;
}

/* Frames for the run, or for as much of it as there are frames and has idx in it. */
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
	if(peek(&s->home) == 0 && r->pg[0]->frame >= r->lo)
		poke(&s->home, r->pg[0]->frame - r->lo + 1);
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

/* Read n bytes at off, as many as there are. */
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

/* Bytes of the file that r's pages [k, k+n) show. */
static uvlong
showslen(Pagein *r, u32int k, u32int n)
{
	uvlong len;

	for(len = 0; n > 0; k++, n--)
		len += r->valid[k] & ~PGTEXT;
	return len;
}

/* Read r's pages [k, k+n) to mem, ready to be used; how many the file has. Errors. */
static u32int
readpart(Pagein *r, u32int k, u32int n, uchar *mem)
{
	uintptr va;
	uvlong got;
	u32int done, valid;

	got = readfully(r->s->image->c, mem, showslen(r, k, n),
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

/* The same for all of them, an I/O unit at a time, by way of r->buf: memory that the
 * host has yet to make is made of what it is to hold. */
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

/* Fill r's pages; those that the file no longer has are dropped. Errors. */
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

/* Put r's pages into the cache; page idx of them, if it is there, with a reference. */
static Page *
enterrun(Pagein *r, uvlong idx)
{
	Page *p;
	u32int k;

	p = nil;
	poke(&r->s->readnext, r->lo + r->n);
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

/* One try, reading at most max pages. nil if the file is too short. */
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
		p = tryread(&r, s, idx, readsize(s, idx));
		poperror();
		if(p != nil)
			return p;
	} else if(strcmp(up->errstr, Eintr) == 0 ||
	    strcmp(up->errstr, Enovmem) == 0)
		nexterror();
	/* the page itself may be there though its neighbours are not */
	p = tryread(&r, s, idx, 1);
	if(p == nil)
		error(Eioload);
	return p;
}

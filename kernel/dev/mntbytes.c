/*
 * The mount cache: reading its bytes, filling and changing them.
 *
 * An answer to a read may be older than a write. So it is cached only if no write was under way since
 * the read was sent. Of two writes at the same time it is not known which the server did last, so
 * the bytes of both are dropped.
 */
#include "dev/mntcache.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* how many pages are looked up at once */
	Lookpages = 16,
	/* how many pages are dropped when there is no room for one */
	Evict = 32,
};

/* --- reading --- */

/* Look up the cached pages of f from off on, for n bytes. pg[] gets them, held, and len[] how many
 * bytes of each. Returns how many pages. */
static int
lookpages(Cachefile *f, u64int off, u64int n, Page **pg, ushort *len)
{
	Cacheleaf *l;
	Cacheslot *s;
	u64int idx;
	u32int o;
	int k;

	l = nil;
	lock(&mountcache.lk);
	for(k = 0; k < Lookpages && n > 0; k++) {
		idx = off / BY2PG;
		o = off % BY2PG;
		if(l == nil || l->at != idx / LEAFPAGES)
			l = findleaf(f, idx);
		if(l == nil)
			break;
		s = &l->slot[idx % LEAFPAGES];
		if(s->p == nil || o < s->start || o >= s->end)
			break;
		s->used = 1;
		len[k] = s->end - o < n ? s->end - o : n;
		holdpage(s->p);
		pg[k] = s->p;
		off += len[k];
		n -= len[k];
		if(s->end < BY2PG) {
			k++;
			break;
		}
	}
	unlock(&mountcache.lk);
	return k;
}

static void
putpages(Page **pg, int n)
{
	while(n > 0)
		putpage(pg[--n]);
}

static u32int
copypieces(uchar *buf, u32int off, Page **pg, const ushort *len, int n)
{
	u32int done;
	int i;

	done = 0;
	for(i = 0; i < n; i++) {
		memmove(buf + done, pageaddr(pg[i]) + off, len[i]);
		done += len[i];
		off = 0;
	}
	return done;
}

/* Copy the pages' bytes to buf, from off in the first page on, and put the pages. Returns how many
 * bytes. Errors. */
static u32int
copyout(uchar *buf, u32int off, Page **pg, const ushort *len, int n)
{
	u32int done;

	onerror(putpages(pg, n));
	done = copypieces(buf, off, pg, len, n);
	poperror();
	putpages(pg, n);
	return done;
}

long
cacheread(Cachefile *f, uchar *buf, long n, vlong off)
{
	Page *pg[Lookpages];
	ushort len[Lookpages];
	long done;
	int k;

	done = 0;
	do {
		k = lookpages(f, off + done, n - done, pg, len);
		if(k > 0)
			done += copyout(
			    buf + done, (off + done) % BY2PG, pg, len, k);
	} while(k == Lookpages && done < n);
	count(&mountstat.reads);
	countn(&mountstat.bytes, done);
	if(done == n)
		count(&mountstat.hits);
	return done;
}

u32int
cachegen(Cachefile *f)
{
	u32int g;

	lock(&mountcache.lk);
	g = f->gen;
	unlock(&mountcache.lk);
	return g;
}

/* --- filling --- */

/* A page and a leaf, got without the lock, that may be needed. */
typedef struct Spare Spare;
struct Spare
{
	Page *p;
	Cacheleaf *l;
};

/* Get what s lacks. Returns 0 if there is no memory. */
static int
getspare(Spare *s)
{
	if(s->l == nil)
		s->l = malloc(sizeof *s->l);
	if(s->l == nil)
		return 0;
	if(s->p == nil)
		s->p = cachepage();
	if(s->p == nil && cachereclaim(Evict) > 0)
		s->p = cachepage();
	return s->p != nil;
}

static void
freespare(Spare *s)
{
	if(s->p != nil)
		uncachepage(s->p);
	free(s->l);
}

/* Put the bytes at p into s's page, from start to end. same: where s has bytes they are the same, and
 * readers may copy from them. Caller holds the lock. */
static void
mergebytes(Cacheslot *s, const uchar *p, u32int start, u32int end, int same)
{
	uchar *to;

	to = pageaddr(s->p);
	if(start > s->end || end < s->start) {
		/* the two runs do not meet, and a reader may still copy from the cached one */
		if(!ownpage(s->p))
			return;
		s->start = s->end = start;
	}
	if(same) {
		if(start < s->start)
			memmove(to + start, p, s->start - start);
		if(end > s->end)
			memmove(
			    to + s->end, p + (s->end - start), end - s->end);
	} else
		memmove(to + start, p, end - start);
	if(start < s->start)
		s->start = start;
	if(end > s->end)
		s->end = end;
}

/* The slot of f's page idx, with a page: sp's, if it has none. nil if sp lacks what is needed. Caller
 * holds the lock. */
static Cacheslot *
slotfor(Cachefile *f, u64int idx, Spare *sp)
{
	Cacheleaf *l;
	Cacheslot *s;

	l = findleaf(f, idx);
	if(l != nil && l->slot[idx % LEAFPAGES].p != nil)
		return &l->slot[idx % LEAFPAGES];
	if(sp->p == nil || sp->l == nil)
		return nil;
	if(l == nil) {
		l = sp->l;
		sp->l = nil;
		addleaf(f, idx, l);
	}
	s = &l->slot[idx % LEAFPAGES];
	s->p = sp->p;
	sp->p = nil;
	s->start = s->end = 0;
	l->n++;
	return s;
}

/* Cache the bytes at p as those of page idx from start to end, unless the file has changed since gen.
 * Returns 1 if it did. If not, *gone says whether the file has changed; else sp must be filled. */
static int
fillpage(Cachefile *f, u32int gen, u64int idx, const uchar *p, u32int start,
    u32int end, Spare *sp, int *gone)
{
	Cacheslot *s;

	s = nil;
	lock(&mountcache.lk);
	*gone = f->gen != gen || f->writers > 0 || f->stale;
	if(!*gone)
		s = slotfor(f, idx, sp);
	if(s != nil) {
		if(s->start == s->end)
			s->start = s->end = start;
		mergebytes(s, p, start, end, 1);
		s->used = 1;
	}
	unlock(&mountcache.lk);
	return s != nil;
}

/* How many of the n pages from idx on, in the leaf of the first, are not cached. */
static u32int
emptyrun(Cachefile *f, u64int idx, u32int n)
{
	Cacheleaf *l;
	u32int i, first;

	first = idx % LEAFPAGES;
	if(n > LEAFPAGES - first)
		n = LEAFPAGES - first;
	lock(&mountcache.lk);
	l = findleaf(f, idx);
	for(i = 0; l != nil && i < n && l->slot[first + i].p == nil; i++)
		;
	unlock(&mountcache.lk);
	return l != nil ? i : n;
}

/* The n full pages at pg, from idx on, are f's if nothing changed since gen: how many. */
static u32int
insertrun(Cachefile *f, u32int gen, u64int idx, Page **pg, u32int n, Spare *sp)
{
	Cacheslot *s;
	Spare one;
	u32int i;

	lock(&mountcache.lk);
	i = 0;
	if(f->gen == gen && f->writers == 0 && !f->stale)
		for(; i < n; i++) {
			one.p = pg[i];
			one.l = sp->l;
			s = slotfor(f, idx + i, &one);
			sp->l = one.l;
			if(s == nil || one.p != nil)
				break;
			s->end = BY2PG;
			s->used = 1;
		}
	unlock(&mountcache.lk);
	return i;
}

/* Of the n whole pages at p, from idx on, those that can be cached at once: how many. */
static u32int
fillwhole(
    Cachefile *f, u32int gen, u64int idx, const uchar *p, u32int n, Spare *sp)
{
	Page *pg[LEAFPAGES];
	u32int done, i;

	n = emptyrun(f, idx, n);
	if(n < 2)
		return 0;
	if(sp->l == nil)
		sp->l = malloc(sizeof *sp->l);
	if(sp->l == nil)
		return 0;
	n = cacherun(pg, n, p);
	done = insertrun(f, gen, idx, pg, n, sp);
	for(i = done; i < n; i++)
		uncachepage(pg[i]);
	return done;
}

void
cachefill(Cachefile *f, u32int gen, const uchar *p, long n, vlong off)
{
	Spare sp = {0};
	u32int o, k;
	int gone;

	for(; n > 0; p += k, off += k, n -= k) {
		o = off % BY2PG;
		k = o == 0 ? fillwhole(f, gen, off / BY2PG, p, n / BY2PG, &sp)
			   : 0;
		k *= BY2PG;
		if(k > 0)
			continue;
		k = BY2PG - o < n ? BY2PG - o : n;
		while(!fillpage(f, gen, off / BY2PG, p, o, o + k, &sp, &gone))
			if(gone || !getspare(&sp)) {
				freespare(&sp);
				return;
			}
	}
	freespare(&sp);
}

/* --- writing --- */

u32int
cachewriting(Cachefile *f)
{
	u32int g;

	lock(&mountcache.lk);
	/* an even number: no other write is under way */
	f->gen += 2;
	g = f->gen | (f->writers > 0);
	f->writers++;
	unlock(&mountcache.lk);
	return g;
}

/* The file has the bytes at p, or unknown ones (p is nil), from start to end of page idx. A page that
 * cannot be changed in place is taken out: *out. Caller holds the lock. */
static void
changepage(Cachefile *f, u64int idx, const uchar *p, u32int start, u32int end,
    Page **out)
{
	Cacheleaf *l;
	Cacheslot *s;

	l = findleaf(f, idx);
	s = l != nil ? &l->slot[idx % LEAFPAGES] : nil;
	if(s == nil || s->p == nil)
		return;
	if(p != nil && ownpage(s->p)) {
		mergebytes(s, p, start, end, 0);
		return;
	}
	*out = s->p;
	s->p = nil;
	l->n--;
}

static void
changepages(Cachefile *f, const uchar *p, u64int n, u64int off)
{
	Page *out;
	u32int o, k;

	for(; n > 0; off += k, n -= k) {
		o = off % BY2PG;
		k = BY2PG - o < n ? BY2PG - o : n;
		out = nil;
		lock(&mountcache.lk);
		changepage(f, off / BY2PG, p, o, o + k, &out);
		unlock(&mountcache.lk);
		if(out != nil)
			uncachepage(out);
		if(p != nil)
			p += k;
	}
}

void
cachechange(
    Cachefile *f, u32int gen, const uchar *p, u32int n, vlong off, int ok)
{
	Cachefree put = {0};
	int alone;

	lock(&mountcache.lk);
	alone = ok > 0 && (gen & 1) == 0 && f->gen == gen;
	if(ok > 0)
		f->vers++;
	if(ok < 0)
		staleend(f, &put);
	unlock(&mountcache.lk);
	freetaken(&put);
	changepages(f, alone ? p : nil, n, off);
}

void
cachewritten(Cachefile *f)
{
	lock(&mountcache.lk);
	f->gen += 2;
	f->writers--;
	unlock(&mountcache.lk);
}

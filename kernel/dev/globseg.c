/*
 * Segments with names: their table, and what their files do. segment(3)
 */
#include "dev/globseg.h"

#include "aout.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	Maxseg = 100,
};

Globsegs globsegs = {.lk = QLOCKRANK(Rglobsegs)};

/* --- the table; caller holds globsegs.lk --- */

Globseg *
findglobseg(u32int id)
{
	Globseg *g;

	for(g = globsegs.list; g != nil && g->id != id; g = g->next)
		;
	return g;
}

static Globseg *
globsegnamed(const char *name)
{
	Globseg *g;

	for(g = globsegs.list; g != nil && strcmp(g->name, name) != 0;
	    g = g->next)
		;
	return g;
}

Globseg *
newglobseg(const char *name)
{
	Globseg *g, **l;

	if(globsegnamed(name) != nil)
		error(Eexist);
	if(globsegs.n == Maxseg)
		error("too many global segments");
	g = smalloc(sizeof *g);
	if(waserror()) {
		free(g->name);
		free(g);
		nexterror();
	}
	g->name = kstrcpy(name);
	g->owner = kstrcpy(up->user);
	poperror();
	g->ref = 1;
	g->perm = 0660;
	g->id = ++globsegs.lastid;
	for(l = &globsegs.list; *l != nil; l = &(*l)->next)
		;
	*l = g;
	globsegs.n++;
	return g;
}

Globseg *
dropglobseg(Globseg *g)
{
	return g != nil && --g->ref == 0 ? g : nil;
}

Globseg *
unnameglobseg(Globseg *g)
{
	Globseg **l;

	for(l = &globsegs.list; *l != g; l = &(*l)->next)
		assert(*l != nil);
	*l = g->next;
	globsegs.n--;
	return dropglobseg(g);
}

void
globsegisset(Globseg *g)
{
	if(g->s == nil)
		error("segment not yet allocated");
}

uvlong
globseglen(Globseg *g)
{
	return g->s != nil ? segtop(g->s) - segbase(g->s) : 0;
}

/* --- without the lock --- */

void
freeglobseg(Globseg *g)
{
	if(g == nil)
		return;
	putseg(g->s);
	free(g->name);
	free(g->owner);
	free(g);
}

/* --- ctl --- */

long
readglobseg(Globseg *g, void *buf, long n, vlong off)
{
	char text[128];

	qlock(&globsegs.lk);
	onerror(qunlock(&globsegs.lk));
	globsegisset(g);
	snprint(text, sizeof text, "va %#llux %#llux%s\n",
	    (uvlong)segbase(g->s), globseglen(g),
	    (segtype(g->s) & SG_TYPE) == SG_STICKY ? " sticky" : "");
	poperror();
	qunlock(&globsegs.lk);
	return readstr(off, buf, n, text);
}

static void
mustbeunset(Globseg *g)
{
	int set;

	qlock(&globsegs.lk);
	set = g->s != nil;
	qunlock(&globsegs.lk);
	if(set)
		error("already has a virtual address");
}

/* Make all pages of s, which no other process knows. Errors. */
static void
makeallpages(Segment *s)
{
	uintptr va;
	char byte;

	for(va = segbase(s); va < segtop(s); va += BY2PG)
		segcopy(s, va, &byte, sizeof byte, 0);
}

/* The Segment that "va address length [type]" asks for. Errors. */
static Segment *
askedseg(Cmdbuf *cb)
{
	uvlong va, top;
	Segment *s;
	int sticky;

	if(cb->nf < 3)
		error(Ebadarg);
	va = strtoull(cb->f[1], nil, 0);
	top = ROUNDUP(va + strtoull(cb->f[2], nil, 0), (uvlong)BY2PG);
	va = ROUNDDN(va, (uvlong)BY2PG);
	if(va == 0 || top > USTKTOP || top <= va)
		error(Ebadarg);
	sticky = cb->nf > 3 && strcmp(cb->f[3], "sticky") == 0;
	if(cb->nf > 3 && (sticky || strcmp(cb->f[3], "fixed") == 0) && !iseve())
		error(Eperm);
	/* the host tells programs no physical addresses */
	if(cb->nf > 3 && strcmp(cb->f[3], "fixed") == 0)
		error(Enotimpl);
	s = newseg(sticky ? SG_STICKY : SG_SHARED, va, (top - va) / BY2PG);
	onerror(putseg(s));
	if(sticky)
		makeallpages(s);
	poperror();
	return s;
}

static void
setglobseg(Globseg *g, Cmdbuf *cb)
{
	Segment *s;

	mustbeunset(g);
	s = askedseg(cb);
	qlock(&globsegs.lk);
	if(g->s == nil) {
		g->s = s;
		s = nil;
	}
	qunlock(&globsegs.lk);
	if(s == nil)
		return;
	/* another process has set it meanwhile */
	putseg(s);
	mustbeunset(g);
}

void
ctlglobseg(Globseg *g, const void *buf, long n)
{
	Cmdbuf *cb;

	cb = parsecmd(buf, n);
	onerror(free(cb));
	if(cb->nf == 0 || strcmp(cb->f[0], "va") != 0)
		error(Ebadctl);
	setglobseg(g, cb);
	poperror();
	free(cb);
}

/* --- data --- */

/* Read or write n bytes of s at off, which exist. The program's memory may fault, so the bytes
 * pass through page. */
static void
segio(Segment *s, uchar *page, uchar *buf, long n, uvlong off, int write)
{
	uintptr va;
	long m;

	for(va = segbase(s) + off; n > 0; va += m, buf += m, n -= m) {
		m = BY2PG - va % BY2PG;
		if(m > n)
			m = n;
		if(write)
			memmove(page, buf, m);
		segcopy(s, va, page, m, write);
		if(!write)
			memmove(buf, page, m);
	}
}

/* How many of n bytes at off exist. It is an error to write beyond the end. */
static long
bytesthere(Globseg *g, long n, vlong off, int write)
{
	uvlong len;

	/* the file is open, so the Segment is set */
	len = globseglen(g);
	if(off >= 0 && (uvlong)off < len && (uvlong)n <= len - off)
		return n;
	if(write)
		error(Ebadarg);
	return off >= 0 && (uvlong)off < len ? (long)(len - off) : 0;
}

long
globsegio(Globseg *g, void *buf, long n, vlong off, int write)
{
	uchar *page;
	long there;

	there = bytesthere(g, n, off, write);
	page = smalloc(BY2PG);
	onerror(free(page));
	segio(g->s, page, buf, there, off, write);
	poperror();
	free(page);
	return there;
}

/* --- segattach --- */

static Segment *
refbyname(const char *name)
{
	Globseg *g;

	g = globsegnamed(name);
	if(g == nil)
		return nil;
	devpermcheck(g->owner, g->perm, ORDWR);
	if(g->s == nil)
		error("global segment not assigned a virtual address");
	return moresegref(g->s);
}

Segment *
segbyname(const char *name)
{
	Segment *s;

	qlock(&globsegs.lk);
	onerror(qunlock(&globsegs.lk));
	s = refbyname(name);
	poperror();
	qunlock(&globsegs.lk);
	return s;
}

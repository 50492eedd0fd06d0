/*
 * Reading directories: read(5), bind(2).
 *
 * A program does not see a device's entries unchanged. A directory opened on a union shows the
 * entries of the union's elements, one element after another. The entry of a mount point
 * describes what replaces it. So entries are collected in the Chan's rock, and given out from there, as
 * many whole ones as fit. The fd's offset counts bytes given out, the device's
 * offset counts bytes read. Where no file of the device is a mount point, nothing need be
 * exchanged, and a large read is the device's.
 */
#include "ns/nsdat.h"
#include "lib/switches.h"

enum
{
	/* the device is asked for at least this many bytes, so that its entries fit */
	MINREAD = 8 * KiB,
};

/* Bytes to which more are added. */
typedef struct Buf Buf;
struct Buf
{
	uchar *p;
	u32int n;
	u32int max;
};

/* Make room for n more bytes. Returns where they go. Errors. */
static uchar *
bufroom(Buf *b, u32int n)
{
	uchar *p;
	u32int max;

	if(b->max - b->n < n) {
		max = b->n + n + b->max / 2;
		p = realloc(b->p, max);
		if(p == nil)
			error(Enomem);
		b->p = p;
		b->max = max;
	}
	return b->p + b->n;
}

static void
dirrewind(Chan *c)
{
	Chan *uc;

	free(c->rock);
	c->rock = nil;
	c->nrock = 0;
	c->rockoff = 0;
	c->offset = 0;
	c->devoffset = 0;
	c->pos = 0;
	c->uni = 0;
	uc = c->unc;
	c->unc = nil;
	if(uc != nil)
		cclose(uc);
}

/* An open Chan for `to', an element of a union. Errors. */
static Chan *
openelem(Chan *to)
{
	Chan *c, *oc;

	c = cclone(to);
	onerror(cclose(c));
	oc = devtab[c->type]->open(c, OREAD);
	poperror();
	return oc;
}

/* Read from the current element of c's union. Returns 0 at its end, and also if it cannot be
 * read: one bad element must not hide the others. */
static long
readelem(Chan *c, uchar *buf, long n)
{
	Chan *uc;
	long nn;

	if(waserror()) {
		if(strcmp(up->errstr, Eintr) == 0)
			nexterror();
		return 0;
	}
	if(c->unc == nil)
		c->unc = openelem(c->un->m[c->uni]->to);
	uc = c->unc;
	nn = devtab[uc->type]->read(uc, buf, n, uc->devoffset);
	if(nn > 0)
		uc->devoffset += nn;
	poperror();
	return nn;
}

/* Read more entries into buf. *from becomes the Chan to which they belong. */
static long
readraw(Chan *c, uchar *buf, long n, Chan **from)
{
	Chan *uc;
	long nn;

	*from = c;
	if(c->un == nil) {
		nn = devtab[c->type]->read(c, buf, n, c->devoffset);
		if(nn > 0)
			c->devoffset += nn;
		return nn;
	}
	for(; c->uni < c->un->n; c->uni++) {
		nn = readelem(c, buf, n);
		*from = c->unc;
		if(nn > 0)
			return nn;
		uc = c->unc;
		c->unc = nil;
		if(uc != nil)
			cclose(uc);
	}
	return 0;
}

/* What mountentry allocates. */
typedef struct Entry Entry;
struct Entry
{
	/* the stat message of the mounted file */
	uchar *stat;
	/* the strings of the covered entry */
	char *strs;
};

/* Entry p is a mount point. Add `to's entry to b, under p's name. */
static void
mountentry(Buf *b, Entry *e, uchar *p, u32int len, Chan *to)
{
	Dir d, od;
	uint n;

	e->strs = smalloc(len);
	if(convM2D(p, len, &od, e->strs) == 0)
		error(Ebadstat);
	e->stat = chanstat(to, &n);
	if(convM2D(e->stat, n, &d, (char *)e->stat + n) == 0)
		error(Ebadstat);
	d.name = od.name;
	n = sizeD2M(&d);
	if(convD2M(&d, bufroom(b, n), n) != n)
		error(Ebadstat);
	b->n += n;
}

/* The same for what un shows. Returns 0 if the mounted file does not answer. */
static int
trymountentry(Buf *b, uchar *p, u32int len, Union *un)
{
	Entry e;

	memset(&e, 0, sizeof e);
	if(waserror()) {
		free(e.stat);
		free(e.strs);
		return 0;
	}
	mountentry(b, &e, p, len, un->m[0]->to);
	poperror();
	free(e.stat);
	free(e.strs);
	return 1;
}

/* Does un show, among others, the file with qid of c's device? */
static int
inunion(Union *un, Chan *c, Qid qid)
{
	int i;

	for(i = 0; i < un->n; i++)
		if(eqchantdqid(un->m[i]->to, c->type, c->dev, qid, 1))
			return 1;
	return 0;
}

/* Add c's entry p to b in the form that programs see: with what is mounted there, unless the file
 * itself still shows there too. */
static void
addentry(Buf *b, Chan *c, uchar *p, u32int len)
{
	Union *un;
	Chan *list;
	Qid qid;
	int done;

	qid.type = p[8];
	qid.vers = GBIT32(p + 9);
	qid.path = GBIT64(p + 13);
	done = 0;
	un = findunion(c->type, c->dev, qid);
	if(un != nil) {
		if(!inunion(un, c, qid))
			done = trymountentry(b, p, len, un);
		list = nil;
		uniondrop(un, &list);
		closelist(list);
	}
	if(!done) {
		memmove(bufroom(b, len), p, len);
		b->n += len;
	}
}

/* The size of the entry at p, of which n bytes are there; 0 if it is not whole. */
static u32int
entrylen(const uchar *p, u32int n)
{
	u32int len;

	if(n < STATFIXLEN)
		return 0;
	len = BIT16SZ + GBIT16(p);
	if(len < STATFIXLEN || len > n)
		return 0;
	return len;
}

/* The state of fill. */
typedef struct Fill Fill;
struct Fill
{
	uchar *raw;
	Buf b;
};

static void
fill1(Fill *f, Chan *c, long n)
{
	Chan *from;
	uchar *p, *e;
	u32int len;
	long nn;

	f->raw = smalloc(n);
	nn = readraw(c, f->raw, n, &from);
	if(nn < 0 || nn > n)
		error(Eio);
	e = f->raw + nn;
	for(p = f->raw; p < e; p += len) {
		len = entrylen(p, e - p);
		if(len == 0)
			error(Ebadstat);
		addentry(&f->b, from, p, len);
	}
}

/* Read entries into c's rock, which is empty. After an error it is still empty. */
static void
fill(Chan *c, long n)
{
	Fill f;

	/* a 9P server has its own answer to a buffer that is too small */
	if(n < MINREAD && c->mchan == nil)
		n = MINREAD;
	if(n > DIRBUF)
		n = DIRBUF;
	memset(&f, 0, sizeof f);
	if(waserror()) {
		free(f.raw);
		free(f.b.p);
		nexterror();
	}
	fill1(&f, c, n);
	poperror();
	free(f.raw);
	free(c->rock);
	c->rock = f.b.p;
	c->nrock = f.b.n;
	c->rockoff = 0;
}

/* Give out whole entries from the rock. */
static long
drainrock(Chan *c, uchar *buf, long n)
{
	u32int len, total;

	if(c->rockoff == c->nrock)
		return 0;
	total = 0;
	while(c->rockoff + total < c->nrock) {
		len = entrylen(c->rock + c->rockoff + total, c->nrock);
		if(total + len > (uvlong)n)
			break;
		total += len;
	}
	memmove(buf, c->rock + c->rockoff, total);
	c->rockoff += total;
	c->offset += total;
	return total;
}

/* Can c's entries go from the device to the program as they are? No entry may have to be
 * exchanged, and none may be larger than a buffer of n bytes. */
static int
isdirect(Chan *c, long n)
{
	return devtab[c->type]->dirtouser && c->un == nil && n >= MINREAD &&
	    nomounts(c->type) && !isoff(Swfarcalls);
}

static long
readdirect(Chan *c, uchar *buf, long n)
{
	vlong pos;
	long nn;

	/* buf is the program's and may fault: then nothing was read */
	pos = c->pos;
	onerror(c->pos = pos);
	nn = devtab[c->type]->read(c, buf, n, c->devoffset);
	poperror();
	c->devoffset += nn;
	c->offset += nn;
	return nn;
}

/* Caller holds c's dirlock. */
static long
nextentries(Chan *c, uchar *buf, long n, vlong off)
{
	long got;

	if(off < 0)
		off = c->offset;
	if(off == 0)
		dirrewind(c);
	else if(off != c->offset && c->un == nil)
		error(Edirseek);
	if(c->rockoff == c->nrock) {
		if(isdirect(c, n))
			return readdirect(c, buf, n);
		fill(c, n);
	}
	got = drainrock(c, buf, n);
	/* a 9P server, and a union, say 0 */
	if(got == 0 && n > 0 && c->rockoff < c->nrock && c->un == nil &&
	    c->mchan == nil && !devtab[c->type]->asserver)
		error(Eshort);
	return got;
}

long
dirread(Chan *c, uchar *buf, long n, vlong off)
{
	long nn;

	qlock(&c->dirlock);
	onerror(qunlock(&c->dirlock));
	nn = nextentries(c, buf, n, off);
	poperror();
	qunlock(&c->dirlock);
	return nn;
}

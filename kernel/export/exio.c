/*
 * Requests on the contents and attributes of files: read(5), stat(5). And qids.
 */
#include "export/exportdat.h"

/* Where a stat message has these: stat(5) */
enum
{
	ENTRYTYPE = BIT16SZ,
	ENTRYDEV = ENTRYTYPE + BIT16SZ,
	ENTRYPATH = ENTRYDEV + BIT32SZ + BIT8SZ + BIT32SZ,
};

/* --- qids --- */

/*
 * A client tells files apart by qid.path alone, devices number their files for themselves. So each
 * device's paths are changed in bits of their own: those of a 64-bit mix of the device's letter and
 * number. Two files have one path only if their devices' mixes differ in just the bits in which their
 * own paths do, which for numbers that are as if random does not happen.
 */
u64int
expath(Rune dc, u32int dev, u64int path)
{
	u64int x;

	/* stat of #Z's files says M, so that programs take them for files */
	if(dc == 'Z')
		dc = 'M';
	x = ((u64int)dc << 32 | dev) * 0x9e3779b97f4a7c15ULL;
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93ULL;
	x = (x ^ x >> 32) * 0xd6e8feb86659fd93ULL;
	return path ^ x ^ x >> 32;
}

Qid
exqid(Chan *c)
{
	Qid q;

	q = c->qid;
	q.path = expath(devtab[c->type]->dc, c->dev, q.path);
	return q;
}

/* --- read, write --- */

/* Give the n bytes of entries at p, which are of files of any device, paths that clients see. */
static void
exentries(uchar *p, u32int n)
{
	uchar *q;
	u64int path;
	u32int len;

	for(; n > 0; p += len, n -= len) {
		len = BIT16SZ + GBIT16(p);
		if(n < STATFIXLEN || len > n)
			error(Ebadstat);
		q = p + ENTRYPATH;
		path = GBIT64(q);
		path =
		    expath(GBIT16(p + ENTRYTYPE), GBIT32(p + ENTRYDEV), path);
		PBIT64(q, path);
	}
}

/* Entries of the directory c, as many as fit. */
static u32int
readentries(Exwork *w, Chan *c, uchar *p, u32int n, vlong off)
{
	if(off != 0 && off != fiddiroff(w, w->fid))
		error(Ebaddiroff);
	n = chanread(c, p, n, off);
	if(n == 0 && c->rockoff < c->nrock)
		error(Eshort);
	exentries(p, n);
	fidsetdiroff(w, w->fid, c, off + n);
	return n;
}

/* The Chan of a fid that is open for reading, or for writing. */
static Chan *
openfor(Exwork *w, u32int fid, int other)
{
	Chan *c;
	int omode;

	c = fidchan(w, fid, &omode);
	if(omode == NOTOPEN || omode == other) {
		cclose(c);
		error(omode == NOTOPEN ? Ebadfid : Ebadusefd);
	}
	return c;
}

void
exread(Exwork *w)
{
	u32int fid, n;
	u64int off;
	uchar *p;
	Chan *c;

	fid = in32(w);
	off = in64(w);
	n = in32(w);
	inend(w);
	c = openfor(w, fid, OWRITE);
	onerror(cclose(c));
	if(n > w->c->msize - IOHDRSZ)
		n = w->c->msize - IOHDRSZ;
	p = outroom(w, BIT32SZ + n) + BIT32SZ;
	if(c->qid.type & QTDIR)
		n = readentries(w, c, p, n, off);
	else
		n = chanread(c, p, n, off);
	out32(w, n);
	w->nout += n;
	poperror();
	cclose(c);
}

void
exwrite(Exwork *w)
{
	u32int fid, n;
	u64int off;
	uchar *p;
	Chan *c;

	fid = in32(w);
	off = in64(w);
	n = in32(w);
	p = inbytes(w, n);
	inend(w);
	c = openfor(w, fid, OREAD);
	onerror(cclose(c));
	out32(w, chanwrite(c, p, n, off));
	poperror();
	cclose(c);
}

/* --- stat --- */

/* The name by which the tree has c's file. nil: the one that the device says,
 * because a rename changes that. */
static const char *
treename(Chan *c, int renamed)
{
	if(renamed && !c->ismtpt && !exisroot(c))
		return nil;
	return lastelem(chanpath(c));
}

/* c's stat, with that name if it is not nil. */
static void
outstat(Exwork *w, Chan *c, const char *name)
{
	uchar *buf;
	uint n;
	Dir d;

	buf = chanstat(c, &n);
	onerror(free(buf));
	if(convM2D(buf, n, &d, (char *)buf + n) == 0)
		error(Ebadstat);
	if(name != nil)
		d.name = (char *)name;
	d.qid.path = expath(d.type, d.dev, d.qid.path);
	n = sizeD2M(&d);
	if(n == 0 || w->nout + BIT16SZ + n > w->c->msize)
		error("stat does not fit in msize");
	out16(w, n);
	convD2M(&d, outroom(w, n), n);
	w->nout += n;
	poperror();
	free(buf);
}

/* The answer to a stat of fc, which is a fid's; sc shows there, and its reference is taken over. */
static void
statof(Exwork *w, Chan *fc, Chan *sc)
{
	int renamed;

	onerror(cclose(sc));
	renamed = fc == sc && ((fc->flag & COPEN) || fidpinned(w, w->fid));
	outstat(w, sc, treename(fc, renamed));
	poperror();
	cclose(sc);
}

void
exstat(Exwork *w)
{
	u32int fid;
	Chan *c;
	int omode;

	fid = in32(w);
	inend(w);
	c = fidchan(w, fid, &omode);
	onerror(cclose(c));
	if(omode != NOTOPEN)
		incref(&c->r);
	statof(w, c, omode == NOTOPEN ? shownat(c) : c);
	poperror();
	cclose(c);
}

/* The client's stat message becomes one for c's device. What is for a kernel's own use is left alone.
 */
static void
devicestat(Chan *c, uchar *p, u32int n)
{
	u64int path;

	if(statcheck(p, n) < 0)
		error(Ebadstat);
	PBIT16(p + ENTRYTYPE, 0xFFFF);
	PBIT32(p + ENTRYDEV, 0xFFFFFFFF);
	path = GBIT64(p + ENTRYPATH);
	if(path == ~(u64int)0)
		return;
	path = expath(devtab[c->type]->dc, c->dev, path);
	PBIT64(p + ENTRYPATH, path);
}

/* Change the file of c, which is open, or is what shows there. */
static void
changestat(Exwork *w, u32int fid, Chan *c, uchar *p, u32int n)
{
	static char none[] = "";
	const char *name;
	char *strs;
	Dir d;

	devicestat(c, p, n);
	strs = smalloc(n);
	onerror(free(strs));
	convM2D(p, n, &d, strs);
	/* Linux's v9fs has its user's name here when it renames a file */
	d.muid = none;
	name = treename(c, (c->flag & COPEN) != 0);
	if(name != nil && strcmp(d.name, name) == 0)
		d.name = none;
	if(d.name[0] != 0 && exisroot(c))
		error(Erootname);
	if(d.name[0] != 0)
		fidspin(w, c);
	chanwstat(c, p, convD2M(&d, p, n));
	if(d.name[0] != 0 && (c->flag & COPEN) == 0)
		exrenamed(w, fid, c, d.name);
	poperror();
	free(strs);
}

/* What wstat changes by c, which is a fid's that is not open; the reference is taken over. */
static Chan *
accessed(Chan *c)
{
	Chan *sc;

	onerror(cclose(c));
	sc = namefrom(c, nil, Aaccess, 0, 0);
	poperror();
	cclose(c);
	return sc;
}

void
exwstat(Exwork *w)
{
	u32int fid, n;
	uchar *p;
	Chan *c;
	int omode;

	fid = in32(w);
	n = in16(w);
	p = inbytes(w, n);
	inend(w);
	c = fidchan(w, fid, &omode);
	if(omode == NOTOPEN)
		c = accessed(c);
	onerror(cclose(c));
	changestat(w, fid, c, p, n);
	poperror();
	cclose(c);
}

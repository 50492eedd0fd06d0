/*
 * #M: files of 9P servers. Each function is one request, or some: walk(5), open(5), read(5),
 * stat(5), remove(5).
 */
#include "dev/mnt.h"
#include "dev/dev.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

static Chan *
mntattach(const char *spec)
{
	USED(spec);
	error(Enoattach);
}

/* --- walking --- */

/* The request, and what its answer says: wq->clone is nc, or nil if the walk is partial. */
static void
walkcall(Chan *c, Chan *nc, Walkqid *wq, Rpc *r, char **name, int nname)
{
	uchar *p;
	int i, n;

	put32(r, c->fid);
	put32(r, nc->fid);
	put16(r, nname);
	for(i = 0; i < nname; i++)
		putstring(r, name[i]);
	if(waserror()) {
		if(r->limbo)
			clunkpost(nc);
		nexterror();
	}
	rpccall(mntof(c), r);
	poperror();
	p = r->body;
	n = GBIT16(p);
	if(n > nname) {
		clunkpost(nc);
		error("too many QIDs returned by walk");
	}
	p += BIT16SZ;
	for(i = 0; i < n; i++, p += QIDSZ)
		wq->qid[i] = getqid(p);
	wq->nqid = n;
	if(n == nname) {
		nc->qid = n > 0 ? wq->qid[n - 1] : c->qid;
		wq->clone = nc;
	}
}

static Walkqid *
walkto(Chan *c, Chan *nc, Rpc *r, char **name, int nname)
{
	Walkqid *wq;

	wq = smalloc(sizeof *wq + nname * sizeof wq->qid[0]);
	onerror(free(wq));
	walkcall(c, nc, wq, r, name, nname);
	poperror();
	return wq;
}

/* How many of the names fit into one message; at least 1. */
static int
namesthatfit(Mnt *m, char **name, int nname)
{
	u32int size;
	usize n;
	int i;

	size = MSGHDR + 2 * BIT32SZ + BIT16SZ;
	for(i = 0; i < nname && i < WALKMAX; i++) {
		n = BIT16SZ + strlen(name[i]);
		if(i > 0 && size + n > m->msize)
			break;
		size += n;
	}
	return i;
}

static Walkqid *
walksome(Chan *c, char **name, int nname)
{
	Walkqid *wq;
	Chan *nc;
	Mnt *m;
	Rpc *r;

	m = mntof(c);
	nc = mntchan(c);
	onerror(chanfree(nc));
	r = rpcnew(m, Twalk);
	onerror(rpcput(m, r));
	wq = walkto(c, nc, r, name, nname);
	poperror();
	poperror();
	rpcput(m, r);
	if(wq->clone == nil)
		chanfree(nc);
	return wq;
}

/* The walk went on for names that one message does not hold. */
static Walkqid *
walkmore(Walkqid *a, char **name, int nname)
{
	Walkqid *b, *wq;
	Chan *c;
	int i;

	c = a->clone;
	a->clone = nil;
	if(waserror()) {
		/* a partial walk */
		cclose(c);
		if(strcmp(up->errstr, Eintr) != 0)
			return a;
		free(a);
		nexterror();
	}
	b = mntdev.walk(c, nil, name, nname);
	poperror();
	cclose(c);
	wq = malloc(sizeof *wq + (a->nqid + nname) * sizeof wq->qid[0]);
	if(wq != nil) {
		for(i = 0; i < a->nqid; i++)
			wq->qid[i] = a->qid[i];
		for(i = 0; i < b->nqid; i++)
			wq->qid[a->nqid + i] = b->qid[i];
		wq->nqid = a->nqid + b->nqid;
		wq->clone = b->clone;
	} else if(b->clone != nil)
		cclose(b->clone);
	free(a);
	free(b);
	if(wq == nil)
		error(Enomem);
	return wq;
}

static Walkqid *
mntwalk(Chan *c, Chan *nc, char **name, int nname)
{
	Walkqid *wq;
	int n;

	assert(nc == nil);
	if(nname == 0) {
		/* the caller says that it cannot have a clone */
		if(waserror()) {
			if(strcmp(up->errstr, Eintr) == 0)
				nexterror();
			return nil;
		}
		wq = walksome(c, nil, 0);
		poperror();
		return wq;
	}
	n = namesthatfit(mntof(c), name, nname);
	wq = walksome(c, name, n);
	if(n == nname || wq->clone == nil)
		return wq;
	return walkmore(wq, name + n, nname - n);
}

/* --- opening --- */

/* Send r, which opens or creates c's file. */
static void
opencall(Chan *c, Rpc *r, int omode)
{
	u32int most, iounit;
	Mnt *m;

	m = mntof(c);
	rpccall(m, r);
	c->qid = getqid(r->body);
	most = m->msize - IOHDRSZ;
	iounit = GBIT32(r->body + QIDSZ);
	c->iounit = iounit == 0 || iounit > most ? most : iounit;
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
}

static Chan *
mntopen(Chan *c, int omode)
{
	Mnt *m;
	Rpc *r;

	m = mntof(c);
	r = rpcnew(m, Topen);
	onerror(rpcput(m, r));
	put32(r, c->fid);
	put8(r, omode);
	opencall(c, r, omode);
	poperror();
	rpcput(m, r);
	return c;
}

static Chan *
mntcreate(Chan *c, const char *name, int omode, u32int perm)
{
	Mnt *m;
	Rpc *r;

	m = mntof(c);
	r = rpcnew(m, Tcreate);
	onerror(rpcput(m, r));
	put32(r, c->fid);
	putstring(r, name);
	put32(r, perm);
	put8(r, omode);
	opencall(c, r, omode);
	poperror();
	rpcput(m, r);
	return c;
}

/* --- the end of a fid --- */

/* An exiting process and a closer do not wait for a server that may be dead. */
static void
mntclose(Chan *c)
{
	if(up->exiting || up->kp || !clunkwait(c))
		clunkpost(c);
}

/* Unless it has said that it did not remove the file, the server may still know the fid. */
static void
notremoved(Chan *c, Rpc *r)
{
	if(loadacquire(&r->state) != Ganswer || r->limbo)
		clunkpost(c);
	rpcput(mntof(c), r);
}

static void
mntremove(Chan *c)
{
	Mnt *m;
	Rpc *r;

	m = mntof(c);
	onerror(clunkpost(c));
	r = rpcnew(m, Tremove);
	poperror();
	onerror(notremoved(c, r));
	put32(r, c->fid);
	rpccall(m, r);
	poperror();
	rpcput(m, r);
}

/* --- reading and writing --- */

static u32int
iounit(Chan *c)
{
	return c->iounit != 0 ? c->iounit : mntof(c)->msize - IOHDRSZ;
}

static u32int
readpiece(Chan *c, uchar *buf, u32int n, vlong off)
{
	Mnt *m;
	Rpc *r;
	u32int got;

	m = mntof(c);
	r = rpcnew(m, Tread);
	onerror(rpcput(m, r));
	put32(r, c->fid);
	put64(r, off);
	put32(r, n);
	rpccall(m, r);
	got = GBIT32(r->body);
	/* what is more than was asked for is not taken */
	if(got > n)
		got = n;
	memmove(buf, r->body + BIT32SZ, got);
	poperror();
	rpcput(m, r);
	return got;
}

static u32int
writeone(Chan *c, const uchar *buf, u32int n, vlong off)
{
	Mnt *m;
	Rpc *r;
	u32int got;

	m = mntof(c);
	r = rpcnew(m, Twrite);
	onerror(rpcput(m, r));
	put32(r, c->fid);
	put64(r, off);
	put32(r, n);
	putbytes(r, buf, n);
	rpccall(m, r);
	got = GBIT32(r->body);
	poperror();
	rpcput(m, r);
	return got < n ? got : n;
}

/* Read to, or write from, the memory at in or out. Ends with a message that was not carried out
 * whole. What was done before an error counts, and the next call will have the error. */
static long
pieces(Chan *c, uchar *in, const uchar *out, long n, vlong off)
{
	volatile long done;
	u32int k, got;

	done = 0;
	if(waserror()) {
		if(done == 0)
			nexterror();
		return done;
	}
	do {
		k = n - done < iounit(c) ? n - done : iounit(c);
		if(in != nil)
			got = readpiece(c, in + done, k, off + done);
		else
			got = writeone(c, out + done, k, off + done);
		done += got;
	} while(got == k && done < n);
	poperror();
	return done;
}

/* The entry that a server gave, n bytes at most: its size. It becomes one of c's. Errors. */
static u32int
fixentry(Chan *c, uchar *p, u32int n)
{
	char *strs;
	u32int len;
	Dir d;

	if(n < BIT16SZ)
		error(Ebadstat);
	len = BIT16SZ + GBIT16(p);
	if(len > n || statcheck(p, len) < 0)
		error(Ebadstat);
	strs = smalloc(len);
	onerror(free(strs));
	convM2D(p, len, &d, strs);
	if(strcmp(d.name, "/") != 0 && strchr(d.name, '/') != nil)
		errorf("%s: %s", Ebadchar, d.name);
	poperror();
	free(strs);
	PBIT16(p + BIT16SZ, devtab[c->type]->dc);
	PBIT32(p + 2 * BIT16SZ, c->dev);
	return len;
}

static long
mntread(Chan *c, void *buf, long n, vlong off)
{
	uchar *p, *e;

	n = pieces(c, buf, nil, n, off);
	if(c->qid.type & QTDIR) {
		p = buf;
		for(e = p + n; p < e; p += fixentry(c, p, e - p))
			;
	}
	return n;
}

static long
mntwrite(Chan *c, const void *buf, long n, vlong off)
{
	return pieces(c, nil, buf, n, off);
}

/* --- attributes --- */

/* The entry in an Rstat's body, to buf. */
static int
statanswer(Chan *c, uchar *p, uchar *buf, int n)
{
	u32int len;

	len = GBIT16(p);
	p += BIT16SZ;
	if(fixentry(c, p, len) != len)
		error(Ebadstat);
	if(len > (u32int)n) {
		memmove(buf, p, BIT16SZ);
		return BIT16SZ;
	}
	memmove(buf, p, len);
	return len;
}

static int
mntstat(Chan *c, uchar *buf, int n)
{
	Mnt *m;
	Rpc *r;
	int nn;

	if(n < BIT16SZ)
		error(Eshort);
	m = mntof(c);
	r = rpcnew(m, Tstat);
	onerror(rpcput(m, r));
	put32(r, c->fid);
	rpccall(m, r);
	nn = statanswer(c, r->body, buf, n);
	poperror();
	rpcput(m, r);
	return nn;
}

static int
mntwstat(Chan *c, uchar *buf, int n)
{
	Mnt *m;
	Rpc *r;

	m = mntof(c);
	r = rpcnew(m, Twstat);
	onerror(rpcput(m, r));
	put32(r, c->fid);
	put16(r, n);
	putbytes(r, buf, n);
	rpccall(m, r);
	poperror();
	rpcput(m, r);
	return n;
}

Dev mntdev = {
    .dc = 'M',
    .name = "mnt",
    .init = mntclientinit,
    .attach = mntattach,
    .walk = mntwalk,
    .stat = mntstat,
    .open = mntopen,
    .create = mntcreate,
    .close = mntclose,
    .read = mntread,
    .write = mntwrite,
    .remove = mntremove,
    .wstat = mntwstat,
};

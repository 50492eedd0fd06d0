/*
 * Reading and writing files of 9P servers: read(5), write(5), and the entries of directories.
 */
#include "dev/mnt.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

static u32int
iounit(Chan *c)
{
	return c->iounit != 0 ? c->iounit : mntof(c)->msize - IOHDRSZ;
}

static u32int
readpiece(Chan *c, Cachefile *f, uchar *buf, u32int n, vlong off)
{
	Mnt *m;
	Rpc *r;
	u32int got, gen;

	m = mntof(c);
	gen = f != nil ? cachegen(f) : 0;
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
	if(f != nil)
		cachefill(f, gen, r->body + BIT32SZ, got, off);
	memmove(buf, r->body + BIT32SZ, got);
	poperror();
	rpcput(m, r);
	return got;
}

/* A write of n bytes failed: what is so now? */
static void
writefailed(Cachefile *f, u32int gen, Rpc *r, u32int n, vlong off)
{
	if(f != nil)
		cachewrote(f, gen, nil, n, off, r->limbo ? -1 : 0);
}

static u32int
writeone(Chan *c, Cachefile *f, const uchar *buf, u32int n, vlong off)
{
	Mnt *m;
	Rpc *r;
	u32int got, gen;

	m = mntof(c);
	r = rpcnew(m, Twrite);
	onerror(rpcput(m, r));
	put32(r, c->fid);
	put64(r, off);
	put32(r, n);
	putbytes(r, buf, n);
	gen = f != nil ? cachewriting(f) : 0;
	onerror(writefailed(f, gen, r, n, off));
	rpccall(m, r);
	poperror();
	got = GBIT32(r->body);
	if(got > n)
		got = n;
	/* bytes go to the end of an append-only file, wherever that is */
	if(f != nil)
		cachewrote(f, gen, r->msg + MSGHDR + IOHDR,
		    c->qid.type & QTAPPEND ? 0 : got, off, 1);
	poperror();
	rpcput(m, r);
	return got;
}

/* Read to, or write from, the memory at in or out. Ends with a message that was not carried out
 * whole. What was done before an error counts, and the next call will have the error. */
static long
pieces(Chan *c, uchar *in, const uchar *out, long n, vlong off)
{
	volatile long done;
	Cachefile *f;
	u32int k, got;

	done = 0;
	f = cachefile(c);
	if(waserror()) {
		if(done == 0)
			nexterror();
		return done;
	}
	if(f != nil && in != nil && n > 0) {
		done = cacheread(f, in, n, off);
		if(done == n) {
			poperror();
			return done;
		}
	}
	do {
		k = n - done < iounit(c) ? n - done : iounit(c);
		if(in != nil)
			got = readpiece(c, f, in + done, k, off + done);
		else
			got = writeone(c, f, out + done, k, off + done);
		done += got;
	} while(got == k && done < n);
	poperror();
	return done;
}

u32int
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

long
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

long
mntwrite(Chan *c, const void *buf, long n, vlong off)
{
	return pieces(c, nil, buf, n, off);
}

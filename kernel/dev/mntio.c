/*
 * Reading and writing files of 9P servers: read(5), write(5), and the entries of directories.
 */
#include "dev/mnt.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

u32int
pieceof(Chan *c)
{
	return c->iounit != 0 ? c->iounit : mntof(c)->msize - IOHDRSZ;
}

Rpc *
iorpc(Chan *c, int type, const uchar *out, u32int n, vlong off)
{
	Mnt *m;
	Rpc *r;

	m = mntof(c);
	r = rpcnew(m, type);
	onerror(rpcput(m, r));
	put32(r, c->fid);
	put64(r, off);
	put32(r, n);
	if(type == Twrite)
		putbytes(r, out, n);
	poperror();
	return r;
}

u32int
iocount(Rpc *r, u32int n)
{
	u32int got;

	got = GBIT32(r->body);
	return got < n ? got : n;
}

/* One message. */
static u32int
piece(Chan *c, int type, uchar *in, const uchar *out, u32int n, vlong off)
{
	Mnt *m;
	Rpc *r;
	u32int got;

	m = mntof(c);
	r = iorpc(c, type, out, n, off);
	onerror(rpcput(m, r));
	rpccall(m, r);
	got = iocount(r, n);
	if(type == Tread)
		memmove(in, r->body + BIT32SZ, got);
	poperror();
	rpcput(m, r);
	return got;
}

int
notewaits(void)
{
	return loadrelaxed(&up->nnote) > 0;
}

/* Read to, or write from, the memory at in or out. Ends with a message that was not carried out
 * whole, or when a note waits. What was done before an error counts, and the next call will have the
 * error. */
static long
pieces(Chan *c, int type, uchar *in, const uchar *out, long n, vlong off)
{
	volatile long done;
	Cachefile *f;
	u32int k, got;

	f = cachefile(c);
	if(f != nil && n > 0)
		return pipedio(c, f, in, out, n, off);
	done = 0;
	if(waserror()) {
		if(done == 0)
			nexterror();
		return done;
	}
	do {
		k = n - done < pieceof(c) ? n - done : pieceof(c);
		got = piece(c, type, in != nil ? in + done : nil,
		    out != nil ? out + done : nil, k, off + done);
		done += got;
	} while(got == k && done < n && !notewaits());
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
		errorf("%s: %q", Ebadchar, d.name);
	poperror();
	free(strs);
	PBIT16(p + BIT16SZ, devtab[c->type]->dc);
	PBIT32(p + 2 * BIT16SZ, c->dev);
	return len;
}

/* Does the piece of n bytes at p begin with a whole entry? */
static int
isentry(const uchar *p, long n)
{
	return n > BIT16SZ && n >= BIT16SZ + GBIT16(p);
}

/* Check all entries in the n bytes at p. Errors. */
static void
fixentries(Chan *c, uchar *p, long n)
{
	u32int len;

	for(; isentry(p, n); p += len, n -= len)
		len = fixentry(c, p, n);
	if(n > 0)
		error("invalid directory entry received from server");
}

long
mntread(Chan *c, void *buf, long n, vlong off)
{
	n = pieces(c, Tread, buf, nil, n, off);
	if(c->qid.type & QTDIR)
		fixentries(c, buf, n);
	return n;
}

long
mntwrite(Chan *c, const void *buf, long n, vlong off)
{
	return pieces(c, Twrite, nil, buf, n, off);
}

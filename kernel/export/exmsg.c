/*
 * 9P messages: requests taken apart, answers put together and sent. intro(5).
 */
#include "export/exportdat.h"

/* --- requests --- */

uchar *
inbytes(Exwork *w, u32int n)
{
	uchar *p;

	if((u32int)(w->ie - w->ip) < n)
		error(Ebadmsg);
	p = w->ip;
	w->ip += n;
	return p;
}

u32int
in8(Exwork *w)
{
	return *inbytes(w, BIT8SZ);
}

u32int
in16(Exwork *w)
{
	uchar *p;

	p = inbytes(w, BIT16SZ);
	return GBIT16(p);
}

u32int
in32(Exwork *w)
{
	uchar *p;

	p = inbytes(w, BIT32SZ);
	return GBIT32(p);
}

u64int
in64(Exwork *w)
{
	uchar *p;

	p = inbytes(w, BIT64SZ);
	return GBIT64(p);
}

char *
instring(Exwork *w, u32int min)
{
	uchar *p;
	u32int n;

	n = in16(w);
	p = inbytes(w, n);
	if(n < min)
		error("empty file name");
	if(memchr(p, 0, n) != nil)
		error(Ebadchar);
	/* over the last byte of its length, so that there is room for a NUL */
	memmove(p - 1, p, n);
	p[(vlong)n - 1] = 0;
	return (char *)p - 1;
}

void
inend(Exwork *w)
{
	if(w->ip != w->ie)
		error(Ebadmsg);
}

void
infilename(const char *name)
{
	const char *s;

	if(strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		error(Efilename);
	for(s = name; *s != 0; s++)
		if(isbadname(*s) || *s == '/')
			error(Ebadchar);
}

/* --- answers --- */

uchar *
outroom(Exwork *w, u32int n)
{
	uchar *p;
	u32int max;

	if(w->maxout - w->nout < n) {
		max = ROUNDUP(w->nout + n, 4U * KiB);
		p = realloc(w->out, max);
		if(p == nil)
			error(Enomem);
		w->out = p;
		w->maxout = max;
	}
	return w->out + w->nout;
}

void
outbegin(Exwork *w, int type, ushort tag)
{
	uchar *p;

	w->nout = 0;
	p = outroom(w, MSGHDR);
	p[BIT32SZ] = type;
	PBIT16(p + BIT32SZ + BIT8SZ, tag);
	w->nout = MSGHDR;
}

void
outbytes(Exwork *w, const void *p, u32int n)
{
	memmove(outroom(w, n), p, n);
	w->nout += n;
}

void
out16(Exwork *w, uint v)
{
	uchar *p;

	p = outroom(w, BIT16SZ);
	PBIT16(p, v);
	w->nout += BIT16SZ;
}

void
out32(Exwork *w, u32int v)
{
	uchar *p;

	p = outroom(w, BIT32SZ);
	PBIT32(p, v);
	w->nout += BIT32SZ;
}

void
outqid(Exwork *w, Qid q)
{
	uchar *p;

	p = outroom(w, QIDSZ);
	PBIT8(p, q.type);
	PBIT32(p + BIT8SZ, q.vers);
	PBIT64(p + BIT8SZ + BIT32SZ, q.path);
	w->nout += QIDSZ;
}

/* A worker's first room is enough for it. */
void
outerror(Exwork *w, ushort tag, const char *err)
{
	usize n;

	n = strlen(err);
	if(n > ERRMAX)
		n = ERRMAX;
	outbegin(w, Rerror, tag);
	out16(w, n);
	outbytes(w, err, n);
}

/* Write n bytes of c; n or less. A wait that was ended for another reason goes on. */
static long
writesome(Exconn *c, const uchar *p, u32int n)
{
	long m;

	if(waserror()) {
		if(strcmp(up->errstr, Eintr) != 0 || loadacquire(&c->hungup))
			nexterror();
		return 0;
	}
	m = devtab[c->c->type]->write(c->c, p, n, 0);
	if(m < 0 || m > (long)n)
		error(Eio);
	poperror();
	return m;
}

static void
writeall(Exconn *c, const uchar *p, u32int n)
{
	u32int m, piece;

	/* a device with an iounit writes that much whole, or nothing */
	piece = c->c->iounit != 0 ? c->c->iounit : n;
	for(; n > 0; p += m, n -= m)
		m = writesome(c, p, n < piece ? n : piece);
}

void
outwrite(Exwork *w)
{
	Exconn *c;

	c = w->c;
	if(loadacquire(&c->hungup))
		return;
	PBIT32(w->out, w->nout);
	if(waserror()) {
		astore(&c->hungup, 1);
		return;
	}
	writeall(c, w->out, w->nout);
	poperror();
}

void
outsend(Exwork *w)
{
	qlock(&w->c->send);
	outwrite(w);
	qunlock(&w->c->send);
}

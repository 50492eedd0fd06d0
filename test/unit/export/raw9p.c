/*
 * A client of 9P2000 that says whatever a test wants: raw9p.h.
 */
#include <stdarg.h>
#include "export/raw9p.h"

void
rawdial(Raw *r, Export *e)
{
	Chan *end[2];

	memset(r, 0, sizeof *r);
	newpipe(end);
	exportserve(e, end[0]);
	r->c = end[1];
}

void
rawclose(Raw *r)
{
	cclose(r->c);
}

static void
put(Raw *r, u64int v, int n)
{
	must(r->op + n <= r->out + sizeof r->out);
	for(; n > 0; n--, v >>= 8)
		*r->op++ = (uchar)v;
}

static void
putmem(Raw *r, const void *p, usize n)
{
	must(r->op + n <= r->out + sizeof r->out);
	memmove(r->op, p, n);
	r->op += n;
}

static void
putfmt(Raw *r, int type, ushort tag, const char *fmt, va_list ap)
{
	const char *s;
	u32int n;

	r->op = r->out + BIT32SZ;
	put(r, (uint)type, 1);
	put(r, tag, 2);
	for(; *fmt != 0; fmt++)
		switch(*fmt) {
		case 'b':
			put(r, (uint)va_arg(ap, int), 1);
			break;
		case 'w':
			put(r, (uint)va_arg(ap, int), 2);
			break;
		case 'd':
			put(r, va_arg(ap, u32int), 4);
			break;
		case 'q':
			put(r, va_arg(ap, u64int), 8);
			break;
		case 's':
			s = va_arg(ap, const char *);
			put(r, strlen(s), 2);
			putmem(r, s, strlen(s));
			break;
		case 'n':
			s = va_arg(ap, const char *);
			n = va_arg(ap, u32int);
			putmem(r, s, n);
			break;
		default:
			panic("rawput: %s", fmt);
		}
	PBIT32(r->out, (u32int)(r->op - r->out));
}

void
rawput(Raw *r, int type, ushort tag, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	putfmt(r, type, tag, fmt, ap);
	va_end(ap);
}

void
rawbytes(Raw *r, const void *p, u32int n)
{
	long m;

	if(waserror())
		return;
	m = devtab[r->c->type]->write(r->c, p, n, 0);
	must(m == (long)n);
	poperror();
}

void
rawsend(Raw *r)
{
	rawbytes(r, r->out, (u32int)(r->op - r->out));
}

static long
readwire(Raw *r)
{
	long n;

	if(waserror())
		return 0;
	n = devtab[r->c->type]->read(
	    r->c, r->in + r->have, sizeof r->in - r->have, 0);
	poperror();
	return n;
}

int
rawget(Raw *r)
{
	long n;

	r->at += r->n;
	if(r->at > 0) {
		memmove(r->in, r->in + r->at, r->have - r->at);
		r->have -= r->at;
		r->at = 0;
	}
	r->n = 0;
	while(r->have < MSGHDR || r->have < GBIT32(r->in)) {
		n = readwire(r);
		if(n == 0)
			return 0;
		r->have += (u32int)n;
	}
	r->n = GBIT32(r->in);
	must(r->n >= MSGHDR);
	r->tag = GBIT16(r->in + 5);
	return r->in[4];
}

const uchar *
rawbody(Raw *r)
{
	return r->in + r->at + MSGHDR;
}

u32int
rawnbody(Raw *r)
{
	return r->n - MSGHDR;
}

int
raw(Raw *r, int type, const char *fmt, ...)
{
	va_list ap;
	int t;

	va_start(ap, fmt);
	putfmt(r, type, type == Tversion ? NOTAG : 1, fmt, ap);
	va_end(ap);
	rawsend(r);
	t = rawget(r);
	if(t != 0 && r->tag != (type == Tversion ? NOTAG : 1))
		panic("%d is answered by %d of tag %d", type, t, r->tag);
	return t;
}

const char *
rawerror(Raw *r)
{
	static _Thread_local char buf[ERRMAX + 1];
	u32int n;

	n = GBIT16(rawbody(r));
	must(n == rawnbody(r) - 2 && n <= ERRMAX);
	memmove(buf, rawbody(r) + 2, n);
	buf[n] = 0;
	return buf;
}

void
rawstart(Raw *r, u32int msize)
{
	must(raw(r, Tversion, "ds", msize, "9P2000") == Rversion);
	must(raw(r, Tattach, "ddss", 0, NOFID, "glenda", "") == Rattach);
}

int
rawwalk(Raw *r, u32int fid, u32int newfid, const char *names)
{
	char buf[512], *f[32];
	int i, n, t;

	strecpy(buf, buf + sizeof buf, names);
	n = tokenize(buf, f, nelem(f));
	rawput(r, Twalk, 1, "ddw", fid, newfid, n);
	for(i = 0; i < n; i++) {
		put(r, strlen(f[i]), 2);
		putmem(r, f[i], strlen(f[i]));
	}
	PBIT32(r->out, (u32int)(r->op - r->out));
	rawsend(r);
	t = rawget(r);
	must(t == 0 || r->tag == 1);
	return t;
}

/*
 * 9P messages: requests are built, answers are checked. intro(5) and section 5's pages.
 */
#include "dev/mnt.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* Room for n bytes more. Errors. */
static uchar *
msgroom(Rpc *r, u32int n)
{
	uchar *p;
	u32int max;

	if(r->maxmsg - r->nmsg < n) {
		max = ROUNDUP(r->nmsg + n + r->nmsg / 2, 128U);
		p = realloc(r->msg, max);
		if(p == nil)
			error(Enomem);
		r->msg = p;
		r->maxmsg = max;
	}
	p = r->msg + r->nmsg;
	r->nmsg += n;
	return p;
}

void
put8(Rpc *r, uint v)
{
	uchar *p;

	p = msgroom(r, BIT8SZ);
	PBIT8(p, v);
}

void
put16(Rpc *r, uint v)
{
	uchar *p;

	p = msgroom(r, BIT16SZ);
	PBIT16(p, v);
}

void
put32(Rpc *r, u32int v)
{
	uchar *p;

	p = msgroom(r, BIT32SZ);
	PBIT32(p, v);
}

void
put64(Rpc *r, u64int v)
{
	uchar *p;

	p = msgroom(r, BIT64SZ);
	PBIT64(p, v);
}

void
putbytes(Rpc *r, const void *p, u32int n)
{
	memmove(msgroom(r, n), p, n);
}

void
putstring(Rpc *r, const char *s)
{
	usize n;

	n = strlen(s);
	if(n > 0xFFFF)
		error(Ename2long);
	put16(r, n);
	putbytes(r, s, n);
}

void
putsize(Rpc *r)
{
	PBIT32(r->msg, r->nmsg);
}

/* Are the n bytes at p a length of 2 bytes and that many bytes? */
static int
iscounted(const uchar *p, u32int n)
{
	return n >= BIT16SZ && n == BIT16SZ + (u32int)GBIT16(p);
}

int
checkbody(int type, const uchar *p, u32int n)
{
	int ok;

	switch(type) {
	case Rerror:
	case Rstat:
		ok = iscounted(p, n);
		break;
	case Rversion:
		ok = n >= BIT32SZ && iscounted(p + BIT32SZ, n - BIT32SZ);
		break;
	case Rauth:
	case Rattach:
		ok = n == QIDSZ;
		break;
	case Rwalk:
		ok = n >= BIT16SZ && n == BIT16SZ + GBIT16(p) * (u32int)QIDSZ;
		break;
	case Ropen:
	case Rcreate:
		ok = n == QIDSZ + BIT32SZ;
		break;
	case Rread:
		ok = n >= BIT32SZ && GBIT32(p) == n - BIT32SZ;
		break;
	case Rwrite:
		ok = n == BIT32SZ;
		break;
	case Rflush:
	case Rclunk:
	case Rremove:
	case Rwstat:
		ok = n == 0;
		break;
	default:
		ok = 0;
	}
	return ok ? 0 : -1;
}

void
servererror(const uchar *p)
{
	char text[ERRMAX + 1], *e;
	u32int n, m;

	n = GBIT16(p);
	p += BIT16SZ;
	m = n < sizeof text - 1 ? n : sizeof text - 1;
	memmove(text, p, m);
	text[m] = '\0';
	if(n >= ERRMAX) {
		e = utfecpy(up->genbuf, up->genbuf + ERRMAX - 4, text);
		strecpy(e, up->genbuf + ERRMAX, "...");
		strecpy(text, text + sizeof text, up->genbuf);
	}
	error(text);
}

Qid
getqid(const uchar *p)
{
	Qid q;

	q.type = GBIT8(p);
	q.vers = GBIT32(p + BIT8SZ);
	q.path = GBIT64(p + BIT8SZ + BIT32SZ);
	return q;
}

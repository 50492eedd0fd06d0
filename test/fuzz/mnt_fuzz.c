/*
 * 9P servers that say anything: whatever bytes come as answers, in whatever pieces, the client
 * breaks nothing and leaves nothing, its own messages are whole, no tag is used for two requests at
 * a time, and a directory's entries and stat's are well-formed.
 *
 * Input: a byte that says how many operations there are, and whether the mount succeeds; these with
 * two bytes each; then what the connection gives.
 */
#include <stdlib.h>
#include <string.h>
#include "kerncall.h"
#include "dev/mnt.h"
#include "ns/nscall.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#undef free
extern void free(void *);

enum
{
	Chans = 128, /* more than an input has at once */
	Fds = 20,
	Msgs = 64, /* requests that the server may know */
	Bufsize = 16 * KiB,
	Answer = 4096, /* the longest answer */
	Notes = 15,
};

/* The connection. */
static struct
{
	/* what it is to give */
	const uchar *p;
	const uchar *e;
	/* the message that is being written */
	uchar in[64 * KiB];
	u32int nin;
	/* the requests that were not answered: header, and the fields that an answer needs */
	struct
	{
		uchar type;
		ushort tag;
		u32int n;
	} req[Msgs];
	int nreq;
	/* it gave bytes that may be an answer to any of them */
	int any;
	/* bytes of an answer that are to come, in pieces */
	uchar ans[Answer];
	u32int rp;
	u32int wp;
	u32int piece;
	int eof;
	/* notes that came, or any bytes */
	int notes;
	/* so many answers are right, without bytes of the input */
	int right;
	/* the next write: 0 whole; a note; an error; a few bytes */
	int nextwrite;
} wire;

static uint
byte(void)
{
	return wire.p < wire.e ? *wire.p++ : 0;
}

/* --- what the client says --- */

static void
request(const uchar *p, u32int n)
{
	int i, type;
	ushort tag;

	check(n >= MSGHDR && GBIT32(p) == n);
	type = p[4];
	tag = GBIT16(p + 5);
	check(type >= Tversion && type <= Twstat && (type & 1) == 0);
	check((type == Tversion) == (tag == NOTAG));
	for(i = 0; i < wire.nreq; i++)
		check(wire.any || wire.req[i].tag != tag || tag == NOTAG);
	if(wire.nreq == Msgs) {
		/* a server that knows no more */
		wire.eof = 1;
		return;
	}
	wire.req[i].type = (uchar)type;
	wire.req[i].tag = tag;
	switch(type) {
	case Tflush:
		check(n == MSGHDR + 2);
		wire.req[i].n = GBIT16(p + MSGHDR);
		break;
	case Twalk:
		wire.req[i].n = GBIT16(p + MSGHDR + 8);
		break;
	case Tread:
	case Twrite:
		check(n >= MSGHDR + 16);
		wire.req[i].n = GBIT32(p + MSGHDR + 12);
		break;
	default:
		wire.req[i].n = 0;
	}
	wire.nreq++;
}

static long
wirewrite(Chan *c, const void *buf, long n, vlong off)
{
	u32int size;
	int how;

	USED(c);
	USED(off);
	how = wire.nextwrite;
	wire.nextwrite = 0;
	if(how == 1)
		error(Eintr);
	if(how == 2 || wire.eof) {
		wire.eof = 1;
		error(Ehungup);
	}
	if(how == 3 && n > 3)
		n = 3;
	check(n > 0 && (usize)n <= sizeof wire.in - wire.nin);
	memcpy(wire.in + wire.nin, buf, (usize)n);
	wire.nin += (u32int)n;
	if(wire.nin < BIT32SZ)
		return n;
	size = GBIT32(wire.in);
	check(wire.nin <= size);
	if(wire.nin == size) {
		wire.nin = 0;
		request(wire.in, size);
	}
	return n;
}

/* Always, so that no other process is started to do it. */
static long
wirewritenow(Chan *c, const void *buf, long n)
{
	if(wire.nextwrite != 2)
		wire.nextwrite = 0;
	return wirewrite(c, buf, n, 0);
}

/* --- what the server says --- */

static uchar *
putn(uchar *p, u64int v, int n)
{
	for(; n > 0; n--, v >>= 8)
		*p++ = (uchar)v;
	return p;
}

static uchar *
putqid(uchar *p, uint how)
{
	p = putn(p, how & 1 ? QTDIR : 0, 1);
	p = putn(p, 0, 4);
	return putn(p, how >> 1 & 7, 8);
}

/* An entry, of which a byte may be another. */
static uchar *
putentry(uchar *p, uint how)
{
	static char *names[] = {"a", "b", "/", "x/y", "", "..", "ä", "."};
	Dir d;
	uint n, at;

	memset(&d, 0, sizeof d);
	d.name = names[how & 7];
	d.uid = d.gid = d.muid = "u";
	d.qid.type = how & 8 ? QTDIR : 0;
	d.mode = how & 8 ? DMDIR | 0755 : 0644;
	d.length = how & 8 ? 0 : 1000;
	n = convD2M(&d, p, 256);
	if(how & 16) {
		at = byte() % n;
		p[at] = (uchar)byte();
	}
	return p + n;
}

/* A body as a server would give it. */
static uchar *
goodbody(uchar *p, uint type, u32int n, uint how)
{
	uchar *q;
	uint i;

	switch(type) {
	case Tversion:
		p = putn(
		    p, how & 1 ? 8192 + IOHDRSZ : 256 << (how >> 1 & 7), 4);
		p = putn(p, 6, 2);
		memcpy(p, "9P2000", 6);
		return p + 6;
	case Tauth:
	case Tattach:
		return putqid(p, how | 1);
	case Twalk:
		if(how & 0x80)
			n = how >> 2 & 15;
		p = putn(p, n, 2);
		for(i = 0; i < n; i++)
			p = putqid(p, how);
		return p;
	case Topen:
	case Tcreate:
		p = putqid(p, how);
		return putn(p, how & 16 ? how : 0, 4);
	case Tread:
		q = p + 4;
		if(how & 1)
			for(i = how >> 6; i > 0; i--)
				q = putentry(q, byte());
		else
			for(i = 0; i < n && i < how; i++)
				*q++ = (uchar)i;
		putn(p, (u64int)(q - p - 4), 4);
		return q;
	case Twrite:
		return putn(p, how & 1 ? n : how, 4);
	case Tstat:
		q = putentry(p + 2, how);
		putn(p, (u64int)(q - p - 2), 2);
		return q;
	}
	return p;
}

/* Request k's tag may be used again, and that of a request which k flushes. */
static void
answered(uint k)
{
	uint type;
	ushort old;
	int i;

	type = wire.req[k].type;
	old = (ushort)wire.req[k].n;
	wire.req[k] = wire.req[--wire.nreq];
	if(type != Tflush)
		return;
	for(i = 0; i < wire.nreq; i++)
		if(wire.req[i].tag == old)
			wire.req[i--] = wire.req[--wire.nreq];
}

/* The server answers a request that it knows: with its own type and body, or with any. */
static void
answer(uint how)
{
	uchar *p;
	uint type, k, n;

	if(wire.nreq == 0) {
		wire.eof = 1;
		return;
	}
	k = how & 8 ? byte() % (uint)wire.nreq : 0;
	type = wire.req[k].type;
	p = wire.ans + 4;
	p = putn(p, how & 16 ? byte() : type + 1, 1);
	p = putn(p, wire.req[k].tag, 2);
	if(how & 32)
		for(n = byte() & 63; n > 0; n--)
			*p++ = (uchar)byte();
	else
		p = goodbody(
		    p, type, wire.req[k].n, wire.right > 0 ? 1 : byte());
	check(p <= wire.ans + Answer);
	wire.rp = 0;
	wire.wp = (u32int)(p - wire.ans);
	putn(wire.ans, wire.wp, 4);
	answered(k);
}

/* More bytes, or the end, or a note. */
static void
more(void)
{
	uint how;

	if(wire.right > 0) {
		wire.piece = Answer;
		answer(0);
		wire.right--;
		return;
	}
	if(wire.p == wire.e) {
		wire.eof = 1;
		return;
	}
	how = byte();
	/* fewer than would leave NUNREAD answers to flushes and clunks */
	if((how & 7) <= 2 && wire.notes++ == Notes)
		how = 3 | 128;
	wire.piece = how & 64 ? 1 + byte() : Answer;
	switch(how & 7) {
	case 0:
		wire.any = 1;
		wire.rp = wire.wp = 0;
		for(how = byte() & 63; how > 0; how--)
			wire.ans[wire.wp++] = (uchar)byte();
		break;
	case 1:
		error(Eintr);
	case 2:
		wire.nextwrite = (int)(how >> 3 & 3);
		error(Eintr);
	case 3:
		wire.eof = how & 128;
		break;
	default:
		answer(how);
	}
}

static long
wireread(Chan *c, void *buf, long n, vlong off)
{
	u32int k;

	USED(c);
	USED(off);
	while(wire.rp == wire.wp) {
		if(wire.eof)
			return 0;
		more();
	}
	k = wire.wp - wire.rp;
	if(k > wire.piece)
		k = wire.piece;
	if(k > (u32int)n)
		k = (u32int)n;
	memcpy(buf, wire.ans + wire.rp, k);
	wire.rp += k;
	return k;
}

static void
wireclose(Chan *c)
{
	USED(c);
}

static Dev wiredev = {
    .dc = 'w',
    .name = "wire",
    .close = wireclose,
    .read = wireread,
    .write = wirewrite,
    .writenow = wirewritenow,
};

/* --- the calls --- */

static const char *names[] = {
    "/n",
    "/n/a",
    "/n/a/b",
    "/n/a/../b",
    "/n/1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/17/18",
    "/n/..",
    "/n/a/b/..",
    "/n/.",
};

/* All n bytes are entries, well-formed, of files that the client serves. */
static void
checkentries(const uchar *p, long n)
{
	static char strs[Bufsize];
	Dir d;
	uint m;

	for(; n > 0; p += m, n -= m) {
		m = convM2D(p, (uint)n, &d, strs);
		check(m > 0 && m <= (uint)n);
		check(statcheck(p, m) == 0);
	}
}

static void
readit(int fd, uint how)
{
	static uchar buf[Bufsize];
	Chan *c;
	long n, r;
	int dir;

	n = (long)(how & 127) << (how & 128 ? 7 : 0);
	r = how & 1 ? xpread(fd, buf, n, how) : xread(fd, buf, n);
	check(r <= n);
	if(r <= 0 || waserror())
		return;
	c = fdtochan(fd, -1, 0, 1);
	dir = c->qid.type & QTDIR;
	cclose(c);
	poperror();
	if(dir)
		checkentries(buf, r);
}

static void
statit(const char *name, int fd)
{
	static uchar buf[1024];
	int n;

	n = name != nil ? xstat(name, buf, sizeof buf)
			: xfstat(fd, buf, sizeof buf);
	if(n > BIT16SZ) {
		checkentries(buf, n);
		check(BIT16SZ + (int)GBIT16(buf) == n);
	}
}

static void
wstatit(const char *name)
{
	uchar buf[256];
	Dir d;

	memset(&d, 0xFF, sizeof d);
	d.name = "new";
	d.uid = d.gid = d.muid = "";
	xwstat(name, buf, (int)convD2M(&d, buf, sizeof buf));
}

static void
op(uint what, uint how)
{
	static uchar buf[Bufsize];
	const char *name;
	int fd;

	name = names[how & 7];
	fd = (int)(how & 7);
	switch(what % 12) {
	case 0:
	case 1:
		xopen(name, (int)(how >> 3 & 3) | (how & 32 ? OTRUNC : 0));
		break;
	case 2:
		xcreate(name, (int)(how >> 3 & 3) | (how & 32 ? ORCLOSE : 0),
		    how & 64 ? DMDIR | 0755 : 0644);
		break;
	case 3:
	case 4:
	case 5:
		readit(what & 16 ? (int)(what >> 5) : 0, how);
		break;
	case 6:
		xwrite(fd, buf, how << 4);
		break;
	case 7:
		if(what & 16)
			statit(nil, fd);
		else
			statit(name, -1);
		break;
	case 8:
		wstatit(name);
		break;
	case 9:
		xremove(name);
		break;
	case 10:
		xclose(fd);
		break;
	case 11:
		xchdir(name);
		break;
	}
}

/* The connection, as descriptor 0. */
static void
dial(void)
{
	Chan *c;

	check(!waserror());
	c = newchan();
	c->type = (ushort)devno('w', 0);
	c->path = newpath("#w");
	c->mode = ORDWR;
	c->flag |= COPEN;
	check(newfd(c, ORDWR) == 0);
	poperror();
}

static void
adddevice(void)
{
	int i;

	for(i = 0; devtab[i] != nil; i++)
		;
	check(i < MAXDEV);
	devtab[i] = &wiredev;
}

static void
tryinput(const uchar *data, usize size)
{
	static long nblocks = -1;
	uint n;
	int fd, i;

	if(nblocks < 0) {
		adddevice();
		ramclear();
		warmchans(Chans);
		/* what the first kernel processes allocate stays */
		ramgroups();
		warmprocs(8);
		nogroups();
		ramclear();
		nblocks = heapblocks();
	}
	ramgroups();
	check(xmk("/n", nil) == 0);
	n = size > 0 ? data[0] & 31 : 0;
	if(size > 0 && size < 1 + 2 * n)
		n = (uint)(size - 1) / 2;
	memset(&wire, 0, sizeof wire);
	/* the version and the attach */
	wire.right = size > 0 && (data[0] & 32) ? 2 : 0;
	wire.p = data + (size > 0 ? 1 + 2 * n : 0);
	wire.e = data + size;
	dial();
	xmount(0, -1, "/n", MREPL | MCREATE);
	xclose(0);
	for(; n > 0; n--) {
		data++;
		op(data[0], data[1]);
		data++;
		check(up->nerrlab == Kernlabels);
	}
	for(fd = 0; fd < Fds; fd++)
		xclose(fd);
	nogroups();
	/* kernel processes of the connection may be at work still: a minute at most */
	for(i = 0; i < 60000 && (nchan() != 0 || heapblocks() != nblocks); i++)
		tsleep(&up->sleeprend, return0, nil, 1);
	check(nchan() == 0);
	check(ramrefs() == 0);
	check(heapblocks() == nblocks);
	ramclear();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	kerncall(tryinput, data, size);
	return 0;
}

/*
 * 9P clients that say anything: whatever bytes come as requests, in whatever pieces, the export
 * breaks nothing and leaves nothing. Its answers are whole messages with a tag that has a request,
 * and of the request's type or an error.
 *
 * Input: operations of a byte each, with more bytes behind some. They are requests, which are right
 * but for what the input says; raw bytes; and a look at the answers.
 */
#include <stdlib.h>
#include <string.h>
#include "kerncall.h"
#include "export/export.h"
#include "export/exportdat.h"
#include "ns/nscall.h"
#include "p9msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#undef free
extern void free(void *);

enum
{
	Chans = 128,
	Msize = 1024,
	Tags = 8,
	Wait = 60000, /* ms */
};

/* The client. */
static struct
{
	const uchar *p;
	const uchar *e;
	Chan *c;
	/* raw bytes were sent: nothing is known of the requests */
	int any;
	/* the types of the session's requests with each tag */
	uchar asked[256][Tags];
	/* those of each tag that were not answered: two of one tag may be on the way */
	uint pending[Tags];
	/* Tversions that were not answered */
	int versions;
	uchar in[64 * KiB];
	u32int n;
	/* the server has hung up */
	int ended;
} cl;

static uint
byte(void)
{
	return cl.p < cl.e ? *cl.p++ : 0;
}

/* --- what the export says --- */

static void
message(const uchar *p, u32int n)
{
	uint type, tag;

	type = p[4];
	tag = GBIT16(p + 5);
	check(type > Tversion && type <= Rwstat && (type & 1));
	if(type == Rerror)
		check(
		    n >= MSGHDR + 2 && n == MSGHDR + 2 + (u32int)GBIT16(p + 7));
	if(cl.any)
		return;
	if(tag == NOTAG) {
		check(type == Rversion || type == Rerror);
		check(cl.versions-- > 0);
		return;
	}
	check(tag < Tags);
	check(type == Rerror || cl.asked[type - 1][tag]);
	check(cl.pending[tag]-- > 0);
}

static void
messages(void)
{
	u32int size, at;

	for(at = 0; cl.n - at >= BIT32SZ; at += size) {
		size = GBIT32(cl.in + at);
		check(size >= MSGHDR && size <= 8 * KiB);
		if(cl.n - at < size)
			break;
		message(cl.in + at, size);
	}
	memmove(cl.in, cl.in + at, cl.n - at);
	cl.n -= at;
}

/* Read what has come, or wait for something. */
static void
answers(void)
{
	long n;

	if(cl.ended)
		return;
	if(waserror()) {
		cl.ended = 1;
		return;
	}
	n = devtab[cl.c->type]->read(
	    cl.c, cl.in + cl.n, (long)(sizeof cl.in - cl.n), 0);
	poperror();
	if(n == 0)
		cl.ended = 1;
	cl.n += (u32int)n;
	messages();
}

/* --- what the client says --- */

static void
say(const void *p, long n)
{
	if(cl.ended || n == 0)
		return;
	if(waserror()) {
		cl.ended = 1;
		return;
	}
	devtab[cl.c->type]->write(cl.c, p, n, 0);
	poperror();
}

static uchar *
putn(uchar *p, u64int v, int n)
{
	for(; n > 0; n--, v >>= 8)
		*p++ = (uchar)v;
	return p;
}

static uchar *
putstr(uchar *p, uint how)
{
	static const char *names[] = {"a", "b", "dir", "f", "env", "..", "n",
	    "x/y", "", ".", "pipe", "data", "data1", "#c", "new", "\1"};
	const char *s;

	s = names[how % nelem(names)];
	p = putn(p, strlen(s), 2);
	memcpy(p, s, strlen(s));
	return p + strlen(s);
}

static uchar *
putstat(uchar *p, uint how)
{
	Dir d;
	uint n, at;

	memset(&d, 0xFF, sizeof d);
	d.name = how & 1 ? "new" : "";
	d.uid = d.gid = d.muid = "";
	if(how & 2)
		d.mode = byte();
	if(how & 4)
		d.length = byte();
	n = convD2M(&d, p + 2, 256);
	putn(p, n, 2);
	if(how & 8) {
		at = byte() % (n + 2);
		p[at] = (uchar)byte();
	}
	return p + 2 + n;
}

static uchar *
body(uchar *p, uint type, uint how)
{
	uint i, n;

	if(type != Tversion && type != Tflush)
		p = putn(p, how & 7, 4);
	switch(type) {
	case Tversion:
		p = putn(p, how & 128 ? 255 : Msize, 4);
		p = putn(p, 6, 2);
		memcpy(p, how & 64 ? "9P2001" : "9P2000", 6);
		return p + 6;
	case Tauth:
		return putstr(putstr(p, 0), 0);
	case Tattach:
		p = putn(p, NOFID, 4);
		return putstr(putstr(p, 0), how & 64 ? how >> 3 : 8);
	case Tflush:
		return putn(p, how & 15, 2);
	case Twalk:
		p = putn(p, how >> 3 & 7, 4);
		n = byte() & 3;
		p = putn(p, n, 2);
		for(i = 0; i < n; i++)
			p = putstr(p, byte());
		return p;
	case Topen:
		return putn(p, byte(), 1);
	case Tcreate:
		p = putstr(p, byte());
		p = putn(p, how & 64 ? DMDIR | 0777 : 0666, 4);
		return putn(p, byte(), 1);
	case Tread:
		p = putn(p, how & 64 ? byte() : 0, 8);
		return putn(p, how & 128 ? ~0U : byte(), 4);
	case Twrite:
		p = putn(p, how & 64 ? byte() : 0, 8);
		n = byte();
		p = putn(p, n, 4);
		memset(p, 'x', n);
		return p + n;
	case Twstat:
		return putstat(p, byte());
	}
	return p;
}

/* A request; right, or with another size or byte, or in pieces. */
static void
request(uint type, uint how)
{
	uchar m[Msize], *p;
	uint tag, n, k;

	tag = type == Tversion ? NOTAG : byte() % Tags;
	p = putn(m + 4, type, 1);
	p = putn(p, tag, 2);
	p = body(p, type, byte());
	n = (uint)(p - m);
	check(n <= sizeof m);
	putn(m, n, 4);
	if(how & 1) {
		m[7 + byte() % (n - 6)] = (uchar)byte();
	}
	if((how & 6) == 6) {
		cl.any = 1;
		m[byte() & 3] = (uchar)byte();
	}
	if(tag != NOTAG) {
		cl.asked[type][tag] = 1;
		cl.pending[tag]++;
	} else
		cl.versions++;
	if((how & 24) == 24) {
		k = byte() % n;
		say(m, k);
		say(m + k, n - k);
	} else
		say(m, n);
}

/* A session ends. What was asked in it is answered before, or not at all. */
static void
newsession(void)
{
	request(Tversion, 0);
	while(!cl.any && !cl.ended && cl.versions > 0)
		answers();
	memset(cl.asked, 0, sizeof cl.asked);
	memset(cl.pending, 0, sizeof cl.pending);
}

static void
op(void)
{
	uchar raw[64];
	uint what, n, i;

	what = byte();
	if(what >= 240) {
		n = byte() & 63;
		for(i = 0; i < n; i++)
			raw[i] = (uchar)byte();
		cl.any = 1;
		say(raw, n);
	} else if(what >= 224 || what % 14 == 0)
		newsession();
	else
		request(Tversion + 2 * (what % 14), what / 14);
}

static void
begin(const uchar *data, usize size)
{
	memset(&cl, 0, sizeof cl);
	cl.p = data;
	cl.e = data + size;
}

static void
groups(void)
{
	ramgroups();
	check(xmk("/dir", nil) == 0);
	check(xmk("/dir/f", "text") == 0);
	check(xmk("/env", nil) == 0);
	check(xmk("/pipe", nil) == 0);
	check(xbind("#e", "/env", MREPL | MCREATE) >= 0);
	check(xbind("#|", "/pipe", MREPL) >= 0);
}

static void
client(void)
{
	/* a client that begins well, so that most inputs come further */
	if(byte() & 1) {
		newsession();
		say("\23\0\0\0\150\0\0\0\0\0\0\377\377\377\377\0\0\0\0", 19);
		cl.asked[Tattach][0] = 1;
		cl.pending[0]++;
		answers();
	}
	while(cl.p < cl.e && !cl.ended)
		op();
	newsession();
}

static void
tryinput(const uchar *data, usize size)
{
	static long nblocks = -1;
	Export *e;
	Chan *c, *end[2];
	int i;

	if(nblocks < 0) {
		ramclear();
		warmchans(Chans);
		groups();
		warmprocs(40);
		nogroups();
		ramclear();
		nblocks = heapblocks();
	}
	groups();
	begin(data, size);
	c = namec("/", Amount, 0, 0);
	e = newexport(c);
	cclose(c);
	newpipe(end);
	exportserve(e, end[0]);
	cl.c = end[1];
	client();
	/* of a write behind the server's end */
	dropnotes();
	cclose(cl.c);
	exportend(e);
	nogroups();
	for(i = 0; i < Wait && (nchan() != 0 || heapblocks() != nblocks); i++)
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

/*
 * The bytes of a connection to a 9P server.
 *
 * Any number of callers wait for answers, and one of them reads for all. When it has its own
 * answer, or a note ends its wait, the reading is another caller's. Nobody reads while nobody
 * waits.
 */
#include "dev/mnt.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* --- who reads --- */

static void
queue(Mnt *m, Rpc *r)
{
	r->queued = 1;
	r->next = nil;
	r->prev = m->lastwaiting;
	if(r->prev != nil)
		r->prev->next = r;
	else
		m->waiting = r;
	m->lastwaiting = r;
}

void
unqueue(Mnt *m, Rpc *r)
{
	if(!r->queued)
		return;
	r->queued = 0;
	if(r->prev != nil)
		r->prev->next = r->next;
	else
		m->waiting = r->next;
	if(r->next != nil)
		r->next->prev = r->prev;
	else
		m->lastwaiting = r->prev;
	r->next = r->prev = nil;
}

/* The reading is the turn of the caller that has waited longest. Called with m->lk, and lets go
 * of it. */
static void
passreading(Mnt *m)
{
	Event *e;
	Rpc *r;

	e = nil;
	m->reader = nil;
	r = m->waiting;
	if(r != nil) {
		unqueue(m, r);
		storerelease(&r->myturn, 1);
		e = wakeuplocked(&r->r);
	} else
		m->reading = 0;
	unlock(&m->lk);
	eventwake(e);
}

/* --- messages --- */

/* At most `most' bytes of the connection, to p; 0 at the end of file. Errors. */
static u32int
readbytes(Mnt *m, uchar *p, u32int most)
{
	Chan *c;
	vlong off;
	long n;

	c = m->c;
	off = loadrelaxed(&c->offset);
	n = devtab[c->type]->read(c, p, most, off);
	if(n < 0 || n > (long)most)
		error(Eio);
	chanadvance(c, n);
	return n;
}

/* The same, behind those in m->in. */
static u32int
readmore(Mnt *m)
{
	u32int n, room;

	if(m->rp > 0) {
		memmove(m->in, m->in + m->rp, m->wp - m->rp);
		m->wp -= m->rp;
		m->rp = 0;
	}
	room = m->max - m->wp;
	n = readbytes(m, m->in + m->wp, room < READMOST ? room : READMOST);
	m->wp += n;
	return n;
}

/* The size of the message at m->in + m->rp, of which less may be there; 0: not known yet. Errors. */
static u32int
sizeahead(Mnt *m)
{
	u32int size;

	if(m->wp - m->rp < BIT32SZ)
		return 0;
	size = GBIT32(m->in + m->rp);
	if(size < MSGHDR || size > m->msize)
		errorf("%s: 9P message of %ud bytes", Ehungup, size);
	return size;
}

u32int
readmessage(Mnt *m)
{
	u32int size;

	for(;;) {
		size = sizeahead(m);
		if(size > 0 && m->wp - m->rp >= size)
			return size;
		if(readmore(m) == 0)
			return 0;
	}
}

/* The message of n bytes at reply, which is malloc'ed, or nil for want of memory, has the header p. It
 * belongs to the request that it answers. One that answers none is dropped: it may be the late answer
 * to a request that was flushed. */
static void
deliver(Mnt *m, const uchar *p, uchar *reply, u32int n)
{
	Event *e;
	Rpc *r;
	int posts;

	e = nil;
	lock(&m->lk);
	r = rpcpending(m, GBIT16(p + BIT32SZ + BIT8SZ));
	if(r != nil) {
		if(r->held) {
			r->rtype = p[BIT32SZ];
			r->nbody = n - MSGHDR;
			r->reply = reply;
			r->body = reply != nil ? reply + MSGHDR : nil;
			reply = nil;
		}
		e = rpcdone(m, r, Ganswer);
	}
	posts = m->posts != nil;
	unlock(&m->lk);
	eventwake(e);
	free(reply);
	if(posts)
		kickposts(m);
}

/* A copy of the message of n bytes in m->in is delivered. */
static void
delivercopy(Mnt *m, u32int n)
{
	uchar *reply;

	reply = malloc(n);
	if(reply != nil)
		memmove(reply, m->in + m->rp, n);
	deliver(m, m->in + m->rp, reply, n);
	m->rp += n;
}

/* The rest of a message of size bytes is read to where it stays, if it is long: 1. */
static int
beginlong(Mnt *m, u32int size)
{
	u32int have;

	have = m->wp - m->rp;
	if(size <= READMOST || have >= size)
		return 0;
	m->longmsg = malloc(size);
	if(m->longmsg == nil)
		return 0;
	memmove(m->longmsg, m->in + m->rp, have);
	m->longsize = size;
	m->longgot = have;
	m->rp = m->wp = 0;
	return 1;
}

/* The rest of a long message: 0 at the end of file. Errors: a later reader goes on. */
static int
takelong(Mnt *m)
{
	uchar *p;
	u32int n;

	while(m->longgot < m->longsize) {
		n = readbytes(
		    m, m->longmsg + m->longgot, m->longsize - m->longgot);
		if(n == 0)
			return 0;
		m->longgot += n;
	}
	p = m->longmsg;
	m->longmsg = nil;
	deliver(m, p, p, m->longsize);
	return 1;
}

int
takemessage(Mnt *m)
{
	u32int size;

	while(m->longmsg == nil) {
		size = sizeahead(m);
		if(size > 0 && m->wp - m->rp >= size) {
			delivercopy(m, size);
			return 1;
		}
		if(size > 0 && beginlong(m, size))
			break;
		if(readmore(m) == 0)
			return 0;
	}
	return takelong(m);
}

/* Read until r is answered. */
static void
readfor(Mnt *m, Rpc *r)
{
	while(loadacquire(&r->state) == Gwait)
		if(!takemessage(m)) {
			mnthangup(m, Ehungup);
			break;
		}
}

void
settle(Mnt *m)
{
	if(loadacquire(&m->hungup))
		procwaited();
}

static void
endreading(Mnt *m)
{
	lock(&m->lk);
	passreading(m);
	settle(m);
}

void
readposted(Mnt *m)
{
	lock(&m->lk);
	m->reading = 1;
	m->reader = up;
	unlock(&m->lk);
	if(!waserror()) {
		while(!loadacquire(&m->hungup) &&
		    loadrelaxed(&m->nposted) > 0 && takemessage(m))
			;
		poperror();
	}
	endreading(m);
}

/* The caller of r reads until it is answered: 0 if a note came before. */
static int
readturn(Mnt *m, Rpc *r)
{
	int intr;

	if(waserror()) {
		intr = strcmp(up->errstr, Eintr) == 0;
		if(!intr)
			mnthangup(m, up->errstr);
		endreading(m);
		return !intr;
	}
	readfor(m, r);
	poperror();
	endreading(m);
	return 1;
}

/* The caller of r does not read, if it was its turn. Called with m->lk, and lets go of it. */
static void
noturn(Mnt *m, Rpc *r)
{
	if(r->myturn) {
		storerelaxed(&r->myturn, 0);
		passreading(m);
	} else
		unlock(&m->lk);
}

static int
goeson(void *a)
{
	Rpc *r = a;

	return loadacquire(&r->state) != Gwait || loadacquire(&r->myturn) != 0;
}

/* Wait until r is answered, or its caller is to read: 0 if a note came before. */
static int
sleepanswer(Mnt *m, Rpc *r)
{
	if(waserror()) {
		lock(&m->lk);
		unqueue(m, r);
		noturn(m, r);
		return 0;
	}
	while(!goeson(r))
		sleep(&r->r, goeson, r);
	poperror();
	return 1;
}

int
waitanswer(Mnt *m, Rpc *r)
{
	int read;

	for(;;) {
		lock(&m->lk);
		if(r->state != Gwait) {
			noturn(m, r);
			return 1;
		}
		read = r->myturn || !m->reading;
		if(read) {
			storerelaxed(&r->myturn, 0);
			m->reading = 1;
			m->reader = up;
		} else
			queue(m, r);
		unlock(&m->lk);
		if(!(read ? readturn(m, r) : sleepanswer(m, r)))
			return 0;
	}
}

/* --- the end --- */

/* Called with m->lk, which keeps p where it is. */
static void
endwait(Proc *p)
{
	if(p != nil && p != up)
		procendwait(p);
}

void
mnthangup(Mnt *m, const char *why)
{
	Rpc *r;
	u32int i;

	lock(&m->lk);
	if(!m->hungup) {
		strecpy(m->why, m->why + sizeof m->why, why);
		storerelease(&m->hungup, 1);
	}
	for(i = 0; i < m->nchunk << RPCBITS; i++) {
		r = &m->chunk[i >> RPCBITS][i & (RPCCHUNK - 1)];
		if(r->pending)
			eventwake(rpcdone(m, r, Gbroken));
	}
	endwait(m->reader);
	endwait(m->writer);
	unlock(&m->lk);
	kickposts(m);
}

/* --- sending --- */

/* One write; -1 if a note came before. */
static long
writepiece(Mnt *m, const uchar *p, u32int n)
{
	Chan *c;
	vlong off;
	long nn;

	if(waserror()) {
		if(strcmp(up->errstr, Eintr) != 0)
			nexterror();
		if(loadacquire(&m->hungup))
			error(m->why);
		return -1;
	}
	c = m->c;
	off = loadrelaxed(&c->offset);
	nn = devtab[c->type]->write(c, p, n, off);
	if(nn <= 0 || nn > (long)n)
		error(Eio);
	chanadvance(c, nn);
	poperror();
	return nn;
}

/* The rest of a message whose first bytes have been written. A note does not stop it: it ends up's next wait,
 * which is for the answer. A second stops it if the server has taken nothing since the first. */
static void
writetail(Mnt *m, const uchar *p, u32int n, u32int piece)
{
	long nn;
	int notes, noted;

	for(notes = noted = 0; n > 0;) {
		nn = writepiece(m, p, n < piece ? n : piece);
		if(nn < 0) {
			noted = 1;
			if(++notes > 1)
				error(Eintr);
			continue;
		}
		notes = 0;
		p += nn;
		n -= nn;
	}
	if(noted)
		intragain();
}

/* An error in the middle of a message is the connection's end. */
static void
writerestof(Mnt *m, const uchar *p, u32int n, u32int piece)
{
	if(waserror()) {
		mnthangup(m, Ehungup);
		nexterror();
	}
	writetail(m, p, n, piece);
	poperror();
}

void
writemessage(Mnt *m, const uchar *p, u32int n)
{
	u32int piece;
	long nn;

	/* a device with an iounit writes that much whole, or nothing */
	piece = m->c->iounit != 0 ? m->c->iounit : n;
	nn = writepiece(m, p, n < piece ? n : piece);
	if(nn < 0)
		error(Eintr);
	if((u32int)nn < n)
		writerestof(m, p + nn, n - nn, piece);
}

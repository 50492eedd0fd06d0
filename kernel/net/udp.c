/*
 * #I: udp.
 *
 * A conversation that was announced has one socket for everybody. In headers mode programs read that.
 * Otherwise each datagram of a new peer is a call: the call gets a socket of its own that is
 * connected to the peer, to which the host then gives the peer's datagrams. Those that came before
 * that are moved to the call when a listener sees them.
 */
#include "net/netdat.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* the header of headers mode: ip(3) */
	Udpraddr = 0,
	Udpladdr = Ipaddrlen,
	Udpifcaddr = 2 * Ipaddrlen,
	Udprport = 3 * Ipaddrlen,
	Udplport = Udprport + 2,
	Udphdrlen = Udplport + 2,
	/* bytes of datagrams that wait for a call's reader */
	Maxwaiting = 128 * KiB,
};

/* A datagram that was moved to a call. */
struct Datagram
{
	Datagram *next;
	long n;
	uchar data[];
};

/* The oldest datagram of c that waits; nil if there is none. The caller frees it. */
static Datagram *
nextwaiting(Conv *c)
{
	Datagram *d;

	if(aload(&c->nwaiting) == 0)
		return nil;
	qlock(&c->lk);
	d = c->waiting;
	if(d != nil) {
		c->waiting = d->next;
		astore(&c->nwaiting, c->nwaiting - (u32int)d->n - 1);
	}
	qunlock(&c->lk);
	return d;
}

/* Move the datagram of len bytes that is next at c to the call v. */
static void
movetocall(Conv *c, Conv *v, u32int len)
{
	const char *why;
	Datagram **l, *d;
	Netpacket p;

	d = smalloc(sizeof *d + len);
	onerror(free(d));
	d->n = hostnetrecv(&c->sock, d->data, len, &p, &why);
	poperror();
	qlock(&v->lk);
	if(d->n >= 0 && v->nwaiting + (uvlong)d->n < Maxwaiting) {
		for(l = &v->waiting; *l != nil; l = &(*l)->next)
			;
		*l = d;
		astore(&v->nwaiting, v->nwaiting + (u32int)d->n + 1);
		d = nil;
	}
	qunlock(&v->lk);
	free(d);
}

static int
samepeer(Conv *v, const Netpacket *p, u16int lport)
{
	return v->inuse > 0 && aload(&v->state) == Connected &&
	    v->remote.port == p->remote.port && v->local.port == lport &&
	    memcmp(v->remote.ip, p->remote.ip, Ipaddrlen) == 0;
}

/* The call that p, sent to port lport, belongs to, with a file open; nil if there is none. */
static Conv *
callof(Conv *c, const Netpacket *p, u16int lport)
{
	Conv *v;
	uint i;

	v = nil;
	qlock(&c->p->lk);
	for(i = 0; i < c->p->nconv && v == nil; i++)
		if(samepeer(c->p->conv[i], p, lport)) {
			v = c->p->conv[i];
			v->inuse++;
		}
	qunlock(&c->p->lk);
	return v;
}

static Conv *
newcall(Conv *c, const Netpacket *p, u16int lport)
{
	Netaddr local;
	Netsock s;
	Conv *v;

	v = newnetconv(c->p);
	onerror(closenetconv(v));
	hostnetbeside(&c->sock, &s, p, netreach == Netloopback);
	poperror();
	memmove(local.ip, p->local, Ipaddrlen);
	local.port = lport;
	setconnected(v, &s, &p->remote, &local);
	return v;
}

/* movetocall, and v is closed after an error. */
static void
callfirst(Conv *c, Conv *v, u32int len)
{
	onerror(closenetconv(v));
	movetocall(c, v, len);
	poperror();
}

/* Look at the datagram that is next at c, if there is one: a new call has it, or one that there
 * is. Caller holds c->calls. */
static Conv *
takecall(Conv *c)
{
	const char *why;
	Conv *v, *old;
	Netaddr local;
	Netpacket p;

	if(!hostnetpeek(&c->sock, 0, &p) || !hostnetlocal(&c->sock, &local))
		return nil;
	if(p.remote.port == 0) {
		/* a socket cannot be connected to it */
		hostnetrecv(&c->sock, nil, 0, &p, &why);
		return nil;
	}
	old = callof(c, &p, local.port);
	v = old != nil ? old : newcall(c, &p, local.port);
	callfirst(c, v, p.len);
	if(v != old)
		return v;
	closenetconv(v);
	return nil;
}

static Conv *
udpaccept(Conv *c)
{
	Netpacket p;
	Conv *v;

	for(;;) {
		hostnetpeek(&c->sock, 1, &p);
		if(aload(&c->hungup))
			error("listen hungup");
		qlock(&c->calls);
		onerror(qunlock(&c->calls));
		v = takecall(c);
		poperror();
		qunlock(&c->calls);
		if(v != nil)
			return v;
	}
}

/* The host said why: c is hung up, unless it does not care. Returns 1 then. */
static int
advised(Conv *c, const char *why)
{
	if(aload(&c->hungup))
		return 0;
	if(aload(&c->ignoreadvice) && strcmp(why, Ehungup) != 0)
		return 1;
	hangupconv(c, strcmp(why, Ehungup) != 0 ? why : nil);
	return 0;
}

static void
putheader(Conv *c, uchar *h, const Netpacket *p)
{
	Netaddr local;

	memmove(h + Udpraddr, p->remote.ip, Ipaddrlen);
	memmove(h + Udpladdr, p->local, Ipaddrlen);
	ifcaddrof(p, h + Udpifcaddr);
	memset(&local, 0, sizeof local);
	hostnetlocal(&c->sock, &local);
	h[Udprport] = (uchar)(p->remote.port >> 8);
	h[Udprport + 1] = (uchar)p->remote.port;
	h[Udplport] = (uchar)(local.port >> 8);
	h[Udplport + 1] = (uchar)local.port;
}

/* A datagram behind its header. The host stores it where the program wants it. */
static long
readheaders(Conv *c, uchar *buf, long n, const char **why)
{
	uchar h[Udphdrlen];
	Netpacket p;
	long r;

	r = hostnetrecv(&c->sock, n > Udphdrlen ? buf + Udphdrlen : nil,
	    n > Udphdrlen ? n - Udphdrlen : 0, &p, why);
	if(r < 0 || !p.sent)
		return r < 0 ? r : -2;
	putheader(c, h, &p);
	memmove(buf, h, n < Udphdrlen ? n : Udphdrlen);
	return n < Udphdrlen ? n : r + Udphdrlen;
}

static long
readwaiting(Datagram *d, void *buf, long n)
{
	if(n > d->n)
		n = d->n;
	onerror(free(d));
	memmove(buf, d->data, n);
	poperror();
	free(d);
	return n;
}

static long
udpread(Conv *c, void *buf, long n)
{
	const char *why;
	Datagram *d;
	long r;

	d = nextwaiting(c);
	if(d != nil)
		return readwaiting(d, buf, n);
	for(;;) {
		if(aload(&c->hungup))
			return convend(c);
		if(convsock(c) == nil ||
		    (!aload(&c->headers) && aload(&c->state) != Connected))
			return waitforend(c);
		why = Ehungup;
		if(aload(&c->headers))
			r = readheaders(c, buf, n, &why);
		else
			r = hostnetread(&c->sock, buf, n, &why);
		if(r > 0 || (r == 0 && !aload(&c->hungup)))
			return r;
		if(r < 0 && !advised(c, why))
			return convend(c);
	}
}

static long
writeheaders(Conv *c, const uchar *buf, long n, const char **why)
{
	uchar h[Udphdrlen];
	Netpacket p;
	long r;

	if(n < Udphdrlen)
		error(Etoosmall);
	memmove(h, buf, sizeof h);
	memset(&p, 0, sizeof p);
	memmove(p.remote.ip, h + Udpraddr, Ipaddrlen);
	p.remote.port = (u16int)(h[Udprport] << 8 | h[Udprport + 1]);
	/* any other address than one of this machine's is overridden */
	if(islocalip(h + Udpladdr))
		memmove(p.local, h + Udpladdr, Ipaddrlen);
	reachable(p.remote.ip);
	r = hostnetsend(&c->sock, buf + Udphdrlen, n - Udphdrlen, &p, why);
	return r < 0 ? r : r + Udphdrlen;
}

static long
udpwrite(Conv *c, const void *buf, long n)
{
	const char *why;
	long r;

	for(;;) {
		if(aload(&c->hungup))
			convwritable(c);
		if(convsock(c) == nil)
			error(Ehungup);
		if(aload(&c->headers))
			r = writeheaders(c, buf, n, &why);
		else {
			convwritable(c);
			r = hostnetwrite(&c->sock, buf, n, &why);
		}
		if(r >= 0)
			return r;
		if(!advised(c, why))
			convwritable(c);
	}
}

static char *
udpstatus(Conv *c, char *p, char *e)
{
	u32int in, out;

	in = out = 0;
	if(c->sock.fd >= 0) {
		in = hostnetinq(&c->sock);
		out = hostnetoutq(&c->sock);
	}
	return seprint(p, e, "%s qin %ud qout %ud\n",
	    c->inuse > 0 ? "Open" : "Closed", in + c->nwaiting, out);
}

static int
udpctl(Conv *c, char **f, int nf)
{
	USED(nf);
	if(strcmp(f[0], "headers") == 0)
		astore(&c->headers, 1);
	else if(strcmp(f[0], "hangup") == 0)
		endconv(c);
	else
		return 0;
	return 1;
}

static void
udpclose(Conv *c)
{
	Datagram *d;

	while((d = c->waiting) != nil) {
		c->waiting = d->next;
		free(d);
	}
	astore(&c->nwaiting, 0);
}

static const char *const udpcounters[] = {
    "InDatagrams",
    "NoPorts",
    "InErrors",
    "OutDatagrams",
    nil,
};

Proto udpproto = {
    .name = "udp",
    .kind = Netudp,
    .read = udpread,
    .write = udpwrite,
    .accept = udpaccept,
    .status = udpstatus,
    .ctl = udpctl,
    .close = udpclose,
    .group = "Udp",
    .counters = udpcounters,
    .lk = QLOCKRANK(Rproto),
};

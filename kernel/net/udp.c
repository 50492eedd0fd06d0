/*
 * #I: udp.
 *
 * A conversation that was announced has one socket for everybody. In headers mode programs read that.
 * Otherwise each datagram of a new peer is a call: udpcall.c.
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
};

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
	qlock(&c->lk);
	memmove(c->heard, h + Udpifcaddr, Ipaddrlen);
	c->heardifc = p->ifindex;
	qunlock(&c->lk);
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
udpread(Conv *c, void *buf, long n)
{
	const char *why;
	long r;

	r = readwaiting(c, buf, n);
	if(r >= 0)
		return r;
	for(;;) {
		waitfordata(c);
		if(aload(&c->hungup))
			return convend(c);
		why = Ehungup;
		if(aload(&c->headers))
			r = readheaders(c, buf, n, &why);
		else
			r = hostnetread(&c->sock, buf, n, &why);
		if(r > 0 || (r == 0 && !aload(&c->hungup)))
			return r;
		if(r < 0 && !advised(c, whyfailed(c, why, nil)))
			return convend(c);
	}
}

/* Where p, which goes to p->remote, is to come from, if ip is an address of this machine. An answer has that
 * of the last datagram, whose interface is that of link-local addresses. */
static void
sendfrom(Conv *c, const uchar *ip, Netpacket *p)
{
	u32int ifindex;
	int mine;

	qlock(&c->lk);
	mine = memcmp(c->heard, ip, Ipaddrlen) == 0 && !isnoaddr(ip);
	ifindex = c->heardifc;
	qunlock(&c->lk);
	if(islinklocal(p->remote.ip))
		p->remote.scope = ifindex;
	if(islinklocal(ip))
		p->ifindex = ifindex;
	/* any other address than one of this machine's is overridden */
	if(mine || islocalip(ip))
		memmove(p->local, ip, Ipaddrlen);
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
	sendfrom(c, h + Udpladdr, &p);
	reachable(p.remote.ip);
	r = hostnetsend(&c->sock, buf + Udphdrlen, n - Udphdrlen, &p, why);
	return r < 0 ? r : r + Udphdrlen;
}

/* Has the host no way to the peer at this moment, if the network has not said so? */
static int
noroute(const char *why)
{
	return strcmp(why, "net unreachable") == 0 ||
	    strcmp(why, "host unreachable") == 0;
}

static long
udpwrite(Conv *c, const void *buf, long n)
{
	const char *why;
	long r;
	int told;

	for(;;) {
		convusable(c);
		if(aload(&c->headers))
			r = writeheaders(c, buf, n, &why);
		else {
			convwritable(c);
			r = hostnetwrite(&c->sock, buf, n, &why);
		}
		if(r >= 0)
			return r;
		why = whyfailed(c, why, &told);
		if(!told && noroute(why))
			error(why);
		if(!advised(c, why))
			convwritable(c);
	}
}

void
dgramqueues(Conv *c, u32int *in, u32int *out)
{
	*in = *out = 0;
	if(c->sock.fd < 0)
		return;
	*in = hostnetinq(&c->sock);
	*out = hostnetoutq(&c->sock);
}

static char *
udpstatus(Conv *c, char *p, char *e)
{
	u32int in, out;

	dgramqueues(c, &in, &out);
	return seprint(p, e, "%s qin %ud qout %ud\n",
	    c->inuse > 0 ? "Open" : "Closed", in + c->nwaiting, out);
}

int
dgramctl(Conv *c, char **f, int nf)
{
	if(nf != 1)
		return 0;
	if(strcmp(f[0], "headers") == 0 && c->p->kind != Neticmp) {
		astore(&c->headers, 1);
		changedconv(c);
	} else if(strcmp(f[0], "hangup") == 0)
		endconv(c);
	else
		return 0;
	return 1;
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
    .ctl = dgramctl,
    .close = udpclose,
    .group = "Udp",
    .counters = udpcounters,
    .lk = QLOCKRANK(Rproto),
};

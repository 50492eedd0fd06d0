/*
 * #I: icmp and icmpv6, where the host lets the user have ping sockets: icmp(7). They carry echo
 * requests and their replies. The local port is the message's identifier.
 *
 * A message has the header of its IP packet before it, both ways, which the host keeps for itself: it is
 * made here.
 */
#include "net/netdat.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* RFC 791 */
	Ip4hdrlen = 20,
	Ip4version = 0x45,
	Ip4length = 2,
	Ip4ttl = 8,
	Ip4proto = 9,
	Ip4sum = 10,
	Ip4src = 12,
	Ip4dst = 16,
	Icmp4 = 1,
	/* RFC 8200 */
	Ip6hdrlen = 40,
	Ip6version = 0x60,
	Ip6length = 4,
	Ip6next = 6,
	Ip6hops = 7,
	Ip6src = 8,
	Ip6dst = 24,
	Icmp6 = 58,
};

static void
netput16(uchar *p, u32int v)
{
	p[0] = (uchar)(v >> 8);
	p[1] = (uchar)v;
}

static void
ip4header(uchar *h, const Netpacket *p, long n)
{
	u32int sum;
	int i;

	memset(h, 0, Ip4hdrlen);
	h[0] = Ip4version;
	netput16(h + Ip4length, (u32int)n + Ip4hdrlen);
	h[Ip4ttl] = (uchar)p->ttl;
	h[Ip4proto] = Icmp4;
	memmove(h + Ip4src, p->remote.ip + Ipv4off, Ipaddrlen - Ipv4off);
	memmove(h + Ip4dst, p->local + Ipv4off, Ipaddrlen - Ipv4off);
	sum = 0;
	for(i = 0; i < Ip4hdrlen; i += 2)
		sum += (u32int)(h[i] << 8 | h[i + 1]);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	netput16(h + Ip4sum, ~sum & 0xffff);
}

static void
ip6header(uchar *h, const Netpacket *p, long n)
{
	memset(h, 0, Ip6hdrlen);
	h[0] = Ip6version;
	netput16(h + Ip6length, (u32int)n);
	h[Ip6next] = Icmp6;
	h[Ip6hops] = (uchar)p->ttl;
	memmove(h + Ip6src, p->remote.ip, Ipaddrlen);
	memmove(h + Ip6dst, p->local, Ipaddrlen);
}

static int
hdrlen(Conv *c)
{
	return c->p->kind == Neticmp ? Ip4hdrlen : Ip6hdrlen;
}

static long
icmpread(Conv *c, void *buf, long n)
{
	const char *why;
	uchar h[Ip6hdrlen], *to;
	Netpacket p;
	long len, r;

	waitfordata(c);
	if(aload(&c->hungup))
		return convend(c);
	len = hdrlen(c);
	to = n > len ? (uchar *)buf + len : nil;
	r = hostnetrecv(&c->sock, to, n > len ? n - len : 0, &p, &why);
	if(r < 0)
		hangupconv(c, whyfailed(c, why, nil));
	if(r <= 0 && aload(&c->hungup))
		return convend(c);
	if(c->p->kind == Neticmp)
		ip4header(h, &p, r);
	else
		ip6header(h, &p, r);
	memmove(buf, h, n < len ? n : len);
	return n < len ? n : r + len;
}

/* Where a message goes: to the peer, or where its header says in headers mode. */
static void
icmpdest(Conv *c, const uchar *buf, Netpacket *p)
{
	memset(p, 0, sizeof *p);
	if(!aload(&c->headers)) {
		memmove(p->remote.ip, c->remote.ip, Ipaddrlen);
		return;
	}
	memmove(p->remote.ip, buf + Ip6dst, Ipaddrlen);
	reachable(p->remote.ip);
}

static long
icmpwrite(Conv *c, const void *buf, long n)
{
	const char *why;
	Netpacket p;
	long len, r;

	convusable(c);
	len = hdrlen(c);
	if(n <= len)
		error(Etoosmall);
	icmpdest(c, buf, &p);
	r = hostnetsend(&c->sock, (const uchar *)buf + len, n - len, &p, &why);
	if(r < 0)
		error(whyfailed(c, why, nil));
	return n;
}

static char *
icmpstatus(Conv *c, char *p, char *e)
{
	u32int in, out;

	dgramqueues(c, &in, &out);
	return seprint(p, e, "Datagram qin %ud qout %ud\n", in, out);
}

static const char *const icmpcounters[] = {
    "InMsgs",
    "InErrors",
    "InDestUnreachs",
    "InTimeExcds",
    "InParmProbs",
    "InSrcQuenchs",
    "InRedirects",
    "InEchos",
    "InEchoReps",
    "InTimestamps",
    "InTimestampReps",
    "InAddrMasks",
    "InAddrMaskReps",
    "OutMsgs",
    "OutErrors",
    "OutDestUnreachs",
    "OutTimeExcds",
    "OutParmProbs",
    "OutSrcQuenchs",
    "OutRedirects",
    "OutEchos",
    "OutEchoReps",
    "OutTimestamps",
    "OutTimestampReps",
    "OutAddrMasks",
    "OutAddrMaskReps",
    nil,
};

static const char *const icmp6counters[] = {
    "InMsgs",
    "InErrors",
    "OutMsgs",
    "InDestUnreachs",
    "InPktTooBigs",
    "InTimeExcds",
    "InParmProblems",
    "InEchos",
    "InEchoReplies",
    "InRouterSolicits",
    "InRouterAdvertisements",
    "InNeighborSolicits",
    "InNeighborAdvertisements",
    "InRedirects",
    "OutDestUnreachs",
    "OutPktTooBigs",
    "OutTimeExcds",
    "OutParmProblems",
    "OutEchos",
    "OutEchoReplies",
    "OutRouterSolicits",
    "OutRouterAdvertisements",
    "OutNeighborSolicits",
    "OutNeighborAdvertisements",
    "OutRedirects",
    nil,
};

Proto icmpproto = {
    .name = "icmp",
    .kind = Neticmp,
    .read = icmpread,
    .write = icmpwrite,
    .status = icmpstatus,
    .ctl = dgramctl,
    .group = "Icmp",
    .counters = icmpcounters,
    .lk = QLOCKRANK(Rproto),
};

Proto icmp6proto = {
    .name = "icmpv6",
    .kind = Neticmp6,
    .read = icmpread,
    .write = icmpwrite,
    .status = icmpstatus,
    .ctl = dgramctl,
    .group = "Icmp6",
    .counters = icmp6counters,
    .lk = QLOCKRANK(Rproto),
};

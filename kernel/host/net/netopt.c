/*
 * Options and the state of sockets: hostnet.h.
 */
#include "host/linux.h"

#include "host/net/netsocks.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* ioctl(2): the same numbers for TCP and UDP */
	SIOCINQ = 0x541b,
	SIOCOUTQ = 0x5411,
};

/* Where the fields are in the host's struct tcp_info, and how many bytes there are up to the last
 * of them. */
enum
{
	InfoState = 0,
	InfoRetransmits = 2,
	InfoScales = 6,
	InfoRto = 8,
	InfoSndMss = 16,
	InfoRtt = 68,
	InfoRttvar = 72,
	InfoSsthresh = 76,
	InfoCwnd = 80,
	InfoRcvSpace = 96,
	InfoTotalRetrans = 100,
	InfoSndWnd = 228,
	InfoRcvWnd = 232,
	InfoLen = 236,
};

static void
intoption(Netsock *s, int level, int opt, s32int val)
{
	long r;

	r = hostcall(__NR_setsockopt, s->fd, level, opt, &val, sizeof val);
	if(r < 0)
		netfail(s->kind, -r);
}

static void
keepalive(Netsock *s, int ms)
{
	int sec;

	/* the host counts seconds */
	sec = (ms + 999) / 1000;
	if(sec < 1)
		sec = 1;
	if(sec > 32767)
		sec = 32767;
	intoption(s, IPPROTO_TCP, TCP_KEEPIDLE, sec);
	intoption(s, IPPROTO_TCP, TCP_KEEPINTVL, sec);
	intoption(s, SOL_SOCKET, SO_KEEPALIVE, 1);
}

/* A number that packets of both versions of IP have. */
static void
ipoption(Netsock *s, int opt4, int opt6, int value)
{
	if(s->inet6)
		intoption(s, IPPROTO_IPV6, opt6, value);
	/* of IPv4 addresses that are mapped into IPv6, too */
	if(s->kind != Neticmp6)
		intoption(s, IPPROTO_IP, opt4, value);
}

void
hostnetoption(Netsock *s, int opt, int value)
{
	switch(opt) {
	case Optttl:
		ipoption(s, IP_TTL, IPV6_UNICAST_HOPS, value);
		if(s->kind != Nettcp)
			ipoption(
			    s, IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS, value);
		break;
	case Opttos:
		ipoption(s, IP_TOS, IPV6_TCLASS, value);
		break;
	case Optkeepalive:
		keepalive(s, value);
		break;
	}
}

void
hostnetmulticast(Netsock *s, int join, const uchar *mcast, const uchar *ifc)
{
	uchar req[Ipaddrlen + 4];
	long r;

	memset(req, 0, sizeof req);
	if(isip4(mcast)) {
		/* struct ip_mreq: the group, an address of the interface */
		memmove(req, mcast + Ipv4off, Ip4len);
		if(isip4(ifc))
			memmove(req + Ip4len, ifc + Ipv4off, Ip4len);
		r = hostcall(__NR_setsockopt, s->fd, IPPROTO_IP,
		    join ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP, req,
		    2 * Ip4len);
	} else {
		/* struct ipv6_mreq: the group, the interface's number */
		memmove(req, mcast, Ipaddrlen);
		PBIT32(req + Ipaddrlen, ifindexof(ifc));
		r = hostcall(__NR_setsockopt, s->fd, IPPROTO_IPV6,
		    join ? IPV6_JOIN_GROUP : IPV6_LEAVE_GROUP, req, sizeof req);
	}
	/* it is a member already, or is none */
	if(r == (join ? -EADDRINUSE : -EADDRNOTAVAIL))
		return;
	if(r < 0)
		netfail(s->kind, -r);
}

static u32int
queued(Netsock *s, int which)
{
	s32int n;

	n = 0;
	if(hostcall(__NR_ioctl, s->fd, which, &n) < 0 || n < 0)
		return 0;
	return (u32int)n;
}

u32int
hostnetinq(Netsock *s)
{
	return queued(s, SIOCINQ);
}

u32int
hostnetoutq(Netsock *s)
{
	return queued(s, SIOCOUTQ);
}

void
hostnettcpinfo(Netsock *s, Nettcpinfo *t)
{
	/* by the host's numbers of them */
	static const uchar states[] = {
	    Tclosed,
	    Testablished,
	    Tsynsent,
	    Tsynreceived,
	    Tfinwait1,
	    Tfinwait2,
	    Ttimewait,
	    Tclosed,
	    Tclosewait,
	    Tlastack,
	    Tlisten,
	    Tclosing,
	};
	uchar b[InfoLen];
	s32int len;
	u32int mss;

	memset(t, 0, sizeof *t);
	memset(b, 0, sizeof b);
	len = sizeof b;
	if(hostcall(__NR_getsockopt, s->fd, IPPROTO_TCP, TCP_INFO, b, &len) < 0)
		return;
	if(b[InfoState] < sizeof states)
		t->state = states[b[InfoState]];
	mss = GBIT32(b + InfoSndMss);
	t->rtt = GBIT32(b + InfoRtt) / 1000;
	t->rttvar = GBIT32(b + InfoRttvar) / 1000;
	t->ssthresh = GBIT32(b + InfoSsthresh) >= 0x7fffffff
	    ? 0x7fffffff
	    : GBIT32(b + InfoSsthresh) * mss;
	t->cwin = GBIT32(b + InfoCwnd) * mss;
	t->swin = GBIT32(b + InfoSndWnd);
	t->rwin = GBIT32(b + InfoRcvWnd);
	if(t->rwin == 0)
		t->rwin = GBIT32(b + InfoRcvSpace);
	t->sscale = b[InfoScales] & 0xf;
	t->rscale = b[InfoScales] >> 4;
	t->rto = GBIT32(b + InfoRto) / 1000;
	t->retries = b[InfoRetransmits];
	t->rtxd = GBIT32(b + InfoTotalRetrans);
}

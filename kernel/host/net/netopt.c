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

void
hostnetoption(Netsock *s, int opt, int value)
{
	switch(opt) {
	case Optttl:
		if(s->inet6)
			intoption(s, IPPROTO_IPV6, IPV6_UNICAST_HOPS, value);
		/* of the IPv4 addresses in IPv6 */
		if(s->kind != Neticmp6)
			intoption(s, IPPROTO_IP, IP_TTL, value);
		break;
	case Opttos:
		if(s->inet6)
			intoption(s, IPPROTO_IPV6, IPV6_TCLASS, value);
		if(s->kind != Neticmp6)
			intoption(s, IPPROTO_IP, IP_TOS, value);
		break;
	case Optkeepalive:
		keepalive(s, value);
		break;
	}
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

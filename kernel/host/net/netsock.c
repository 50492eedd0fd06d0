/*
 * Sockets of IP's protocols: making them, their addresses, connecting and accepting. hostnet.h
 *
 * A socket of IPv6 takes part in conversations of IPv4 by mapped addresses, so one announcement
 * serves both.
 */
#include "host/linux.h"

#include <linux/poll.h>

#include "host/hostfile.h"
#include "host/net/netsocks.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* connections that wait for hostnetaccept: listen(2). The host has a limit of its own */
	Netbacklog = 4096,
	Maxhops = 255,
	/* where struct sockaddr_in6 has the interface of a link-local address */
	Scopeid = 24,
};

static const uchar v4prefix[Ipv4off] = {
    [10] = 0xff,
    [11] = 0xff,
};
static const uchar noaddr[Ipaddrlen];

int
isnoaddr(const uchar *ip)
{
	return memcmp(ip, noaddr, Ipaddrlen) == 0;
}

int
isip4(const uchar *ip)
{
	return memcmp(ip, v4prefix, Ipv4off) == 0;
}

void
mapip4(const uchar *ip4, uchar *ip)
{
	memmove(ip, v4prefix, Ipv4off);
	memmove(ip + Ipv4off, ip4, Ip4len);
}

int
tosockaddr(const Netsock *s, const Netaddr *a, uchar *sa)
{
	Hostip ip;
	int n;

	if(s->inet6) {
		ip.len = Ip6len;
		memmove(ip.addr, a->ip, Ip6len);
	} else {
		if(!isip4(a->ip) && !isnoaddr(a->ip))
			error("IPv6 address in a conversation of IPv4");
		ip.len = Ip4len;
		memmove(ip.addr, a->ip + Ipv4off, Ip4len);
	}
	n = ipaddr(&ip, a->port, sa);
	if(s->inet6)
		PBIT32(sa + Scopeid, a->scope);
	return n;
}

void
fromsockaddr(const uchar *sa, Netaddr *a)
{
	a->port = (u16int)(sa[2] << 8 | sa[3]);
	a->scope = 0;
	if(GBIT16(sa) == AF_INET6) {
		memmove(a->ip, sa + 8, Ip6len);
		a->scope = GBIT32(sa + Scopeid);
		return;
	}
	mapip4(sa + 4, a->ip);
	/* 0.0.0.0 of a socket is :: in Plan 9 */
	if(memcmp(sa + 4, noaddr, Ip4len) == 0)
		memset(a->ip, 0, Ip6len);
}

/* Returns the socket or -errno. */
static long
rawsocket(int kind, int inet6)
{
	static const struct
	{
		int type;
		int proto;
	} kinds[] = {
	    [Nettcp] = {SOCK_STREAM, 0},
	    [Netudp] = {SOCK_DGRAM, 0},
	    [Neticmp] = {SOCK_DGRAM, IPPROTO_ICMP},
	    [Neticmp6] = {SOCK_DGRAM, IPPROTO_ICMPV6},
	};

	return hostcall(__NR_socket, inet6 ? AF_INET6 : AF_INET,
	    kinds[kind].type | SOCK_CLOEXEC, kinds[kind].proto);
}

void
ipsockoption(Netsock *s, int opt4, int opt6, s32int val)
{
	sockoption(s->fd, IPPROTO_IP, opt4, val);
	if(s->inet6)
		sockoption(s->fd, IPPROTO_IPV6, opt6, val);
}

/* The options that every socket has. */
static void
netoptions(Netsock *s)
{
	if(s->kind != Nettcp) {
		/* Plan 9 lets routers take datagrams apart, and so learns of no size that is too
		 * much for one. 0: IP_PMTUDISC_DONT, IPV6_PMTUDISC_DONT */
		ipsockoption(s, IP_MTU_DISCOVER, IPV6_MTU_DISCOVER, 0);
		/* what is sent to a group has as many hops as in Plan 9: the host's default is
		 * one */
		ipsockoption(s, IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS, Maxhops);
	}
	switch(s->kind) {
	case Nettcp:
		/* Plan 9 sends what is written at once, and urgent bytes are bytes like others. A
		 * connection has both from its listener */
		sockoption(s->fd, IPPROTO_TCP, TCP_NODELAY, 1);
		sockoption(s->fd, SOL_SOCKET, SO_OOBINLINE, 1);
		break;
	case Netudp:
		sockoption(s->fd, SOL_SOCKET, SO_BROADCAST, 1);
		sockoption(s->fd, IPPROTO_IP, IP_PKTINFO, 1);
		if(s->inet6)
			sockoption(s->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
		break;
	case Neticmp:
		sockoption(s->fd, SOL_SOCKET, SO_BROADCAST, 1);
		sockoption(s->fd, IPPROTO_IP, IP_PKTINFO, 1);
		sockoption(s->fd, IPPROTO_IP, IP_RECVTTL, 1);
		break;
	case Neticmp6:
		sockoption(s->fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
		sockoption(s->fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
		break;
	}
}

static void
onlyloopback(Netsock *s)
{
	static const char lo[] = "lo";

	hostmust(hostcall(__NR_setsockopt, s->fd, SOL_SOCKET, SO_BINDTODEVICE,
	    lo, sizeof lo));
}

void
hostnetopen(Netsock *s, int kind, const Netaddr *a, int loopback)
{
	long r;

	s->kind = kind;
	s->finished = 0;
	s->inet6 = kind == Neticmp6 || (kind != Neticmp && !isip4(a->ip));
	r = rawsocket(kind, s->inet6);
	/* a host without IPv6 */
	if(r == -EAFNOSUPPORT && isnoaddr(a->ip)) {
		s->inet6 = 0;
		r = rawsocket(kind, 0);
	}
	if(r < 0)
		netfail(kind, -r);
	s->fd = (int)r;
	onerror(hostclose(s->fd));
	if(s->inet6 && kind != Neticmp6)
		sockoption(s->fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	netoptions(s);
	if(loopback)
		onlyloopback(s);
	poperror();
}

/* Returns 0 or -errno. */
static long
rawbind(Netsock *s, const Netaddr *a)
{
	uchar sa[Ipaddrmax];
	int n;

	n = tosockaddr(s, a, sa);
	return hostcall(__NR_bind, s->fd, sa, n);
}

void
hostnetbind(Netsock *s, const Netaddr *a)
{
	long r;

	/* what an ended conversation has left behind is not in the way */
	if(s->kind == Nettcp)
		sockoption(s->fd, SOL_SOCKET, SO_REUSEADDR, 1);
	r = rawbind(s, a);
	if(r < 0)
		netfail(s->kind, -r);
}

void
hostnetshare(Netsock *s, int yes)
{
	sockoption(s->fd, SOL_SOCKET, SO_REUSEADDR, yes);
}

void
hostnetlisten(Netsock *s)
{
	long r;

	r = hostcall(__NR_listen, s->fd, Netbacklog);
	if(r < 0)
		netfail(s->kind, -r);
}

/*
 * A blocking connect goes on where an earlier one was interrupted, so blockcall may make it again.
 * A host that says EALREADY instead is waited for.
 */
static long
rawconnect(Netsock *s, const Netaddr *a)
{
	struct pollfd p = {.fd = s->fd, .events = POLLOUT};
	uchar sa[Ipaddrmax];
	long r;
	int n;

	n = tosockaddr(s, a, sa);
	r = blockcall(__NR_connect, s->fd, sa, n);
	if(r == -EISCONN)
		return 0;
	if(r != -EALREADY && r != -EINPROGRESS)
		return r;
	r = blockcall(__NR_poll, &p, 1, -1);
	return r < 0 ? r : -getsockoption(s->fd, SOL_SOCKET, SO_ERROR);
}

/* Why a connect has no local address: the pair of addresses is in use already; there is no free port; or
 * IPv6 is off. */
static const char *
noconnectaddr(Netsock *s, const Netaddr *a)
{
	Netaddr local;

	if(hostnetlocal(s, &local) && local.port != 0)
		return "address in use";
	return isip4(a->ip) ? "no ports available" : "net unreachable";
}

const char *
hostnetconnect(Netsock *s, const Netaddr *a)
{
	const char *why;
	long r;

	wantadvice(s, 1);
	r = rawconnect(s, a);
	if(r == 0 && s->kind == Nettcp)
		wantadvice(s, 0);
	if(r == 0)
		return nil;
	if(r == -EADDRNOTAVAIL)
		return noconnectaddr(s, a);
	why = netreason(s->kind, -r);
	if(why == nil)
		netfail(s->kind, -r);
	return why;
}

const char *
hostnetaccept(Netsock *s, Netsock *c, Netaddr *a)
{
	uchar sa[Ipaddrmax];
	s32int len;
	long r;

	do {
		len = sizeof sa;
		r = blockcall(__NR_accept4, s->fd, sa, &len, SOCK_CLOEXEC);
		/* the peer has given up */
	} while(r == -ECONNABORTED || r == -EPROTO);
	if(r == -EINVAL)
		return "listen hungup";
	if(r < 0)
		netfail(s->kind, -r);
	*c = *s;
	c->fd = (int)r;
	fromsockaddr(sa, a);
	return nil;
}

/*
 * The host gives datagrams to the socket that is connected to their sender, rather than to s. Both
 * have one address, which the host allows while both say so, and each other such socket.
 */
static void
bindbeside(Netsock *s, Netsock *c, const Netaddr *local)
{
	long r;

	sockoption(s->fd, SOL_SOCKET, SO_REUSEADDR, 1);
	sockoption(c->fd, SOL_SOCKET, SO_REUSEADDR, 1);
	r = rawbind(c, local);
	sockoption(s->fd, SOL_SOCKET, SO_REUSEADDR, 0);
	if(r < 0)
		netfail(s->kind, -r);
}

/* Connect c, of datagrams, which is not waited for. */
static void
joinpeer(Netsock *c, const Netaddr *a)
{
	uchar sa[Ipaddrmax];
	long r;
	int n;

	n = tosockaddr(c, a, sa);
	wantadvice(c, 1);
	r = hostcall(__NR_connect, c->fd, sa, n);
	if(r < 0)
		netfail(c->kind, -r);
}

void
hostnetbeside(Netsock *s, Netsock *c, const Netaddr *remote,
    const Netaddr *local, int loopback)
{
	hostnetopen(c, s->kind, remote, loopback);
	onerror(hostclose(c->fd));
	bindbeside(s, c, local);
	joinpeer(c, remote);
	poperror();
}

int
hostnetlocal(Netsock *s, Netaddr *a)
{
	uchar sa[Ipaddrmax];
	s32int len;

	len = sizeof sa;
	if(hostcall(__NR_getsockname, s->fd, sa, &len) < 0)
		return 0;
	fromsockaddr(sa, a);
	return 1;
}

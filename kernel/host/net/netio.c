/*
 * Reading and writing sockets: hostnet.h.
 *
 * The host stores into a program's pages itself, and does not fault them in: so they are touched
 * before, and again if a mapping was lost meanwhile, as in hostfile.c.
 */
#include "host/linux.h"

#include <linux/poll.h>

#include "host/file/file.h"
#include "host/hostfile.h"
#include "host/net/netsocks.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* how many bytes of a stream one host call moves, after they were touched */
	Netchunk = 256 * KiB,
	/* bytes of the control messages of a datagram */
	Netctllen = 128,
};

/* struct iovec and struct msghdr */
typedef struct Netvec Netvec;
struct Netvec
{
	const void *base;
	usize len;
};

typedef struct Netmsg Netmsg;
struct Netmsg
{
	void *name;
	u32int namelen;
	Netvec *vec;
	usize nvec;
	void *ctl;
	usize ctllen;
	s32int flags;
};

/* What the host said, as the callers of hostnet.h's functions have it. */
static long
netresult(Netsock *s, long r, const char **why)
{
	uchar hop[Ipaddrlen];

	if(r >= 0)
		return r;
	*why = netreason(s->kind, -r);
	if(*why != nil)
		return -1;
	/* what the network has answered is of no use, and would take the room of datagrams */
	if(r != -EINTR)
		hostnetadvice(s, hop);
	netfail(s->kind, -r);
}

/* Does the host say with r that a datagram was too big for a router of IPv6? It makes later ones fit, so that is
 * no error of the call, which is to be made again. */
static int
wastoobig(Netsock *s, long r)
{
	uchar hop[Ipaddrlen];

	return r == -EMSGSIZE && s->kind != Nettcp && hostnetadvice(s, hop);
}

/* Is a call that gave r to be made again? The host may not have had a page of buf. */
static int
isagain(Netsock *s, const void *buf, long r)
{
	return (r == -EFAULT && isuser(buf)) || wastoobig(s, r);
}

static long
recvchunk(Netsock *s, void *buf, long n)
{
	long r;

	do {
		touchuser(buf, n, 1);
		r = blockcall(__NR_recvfrom, s->fd, buf, n, 0, 0, 0);
	} while(isagain(s, buf, r));
	return r;
}

long
hostnetread(Netsock *s, void *buf, long n, const char **why)
{
	if(s->kind == Nettcp && n > Netchunk)
		n = Netchunk;
	return netresult(s, recvchunk(s, buf, n), why);
}

static long
sendchunk(Netsock *s, const void *buf, long n)
{
	long r;

	do {
		touchuser(buf, n, 0);
		r = blockcall(__NR_sendto, s->fd, buf, n, MSG_NOSIGNAL, 0, 0);
	} while(isagain(s, buf, r));
	return r;
}

long
hostnetwrite(Netsock *s, const void *buf, long n, const char **why)
{
	long done, want, r;

	done = 0;
	do {
		want = n - done;
		if(s->kind == Nettcp && want > Netchunk)
			want = Netchunk;
		r = sendchunk(s, (const char *)buf + done, want);
		/* a part that was sent before a note is not sent again */
		if(r == -EINTR && done > 0)
			break;
		if(r < 0)
			return netresult(s, r, why);
		done += r;
	} while(done < n);
	return done;
}

/* --- datagrams with addresses --- */

static uchar *
addctl(uchar *ctl, int level, int type, const void *data, usize n)
{
	PBIT64(ctl, (u64int)(Cmsghdr + n));
	PBIT32(ctl + 8, (u32int)level);
	PBIT32(ctl + 12, (u32int)type);
	memmove(ctl + Cmsghdr, data, n);
	return ctl + ROUNDUP(Cmsghdr + n, 8);
}

/* One control message, at c: the local address of a datagram. */
static void
readctl(const uchar *c, usize n, Netpacket *p)
{
	const uchar *data;
	u32int level, type;

	level = GBIT32(c + 8);
	type = GBIT32(c + 12);
	data = c + Cmsghdr;
	if(level == IPPROTO_IP && type == IP_PKTINFO && n >= Cmsghdr + 12) {
		/* struct in_pktinfo: the interface, its address, the datagram's */
		if(GBIT32(data + 4) != 0)
			mapip4(data + 4, p->ifcaddr);
		mapip4(data + 8, p->local);
		p->ifindex = GBIT32(data);
	} else if(level == IPPROTO_IPV6 && type == IPV6_PKTINFO &&
	    n >= Cmsghdr + 20) {
		memmove(p->local, data, Ipaddrlen);
		p->ifindex = GBIT32(data + Ipaddrlen);
	} else if(n >= Cmsghdr + 4 &&
	    ((level == IPPROTO_IP && type == IP_TTL) ||
		(level == IPPROTO_IPV6 && type == IPV6_HOPLIMIT)))
		p->ttl = GBIT32(data);
	else
		readadvice(c, n, p);
}

static void
readctls(const uchar *ctl, usize len, Netpacket *p)
{
	usize n;

	while(len >= Cmsghdr) {
		n = GBIT64(ctl);
		if(n < Cmsghdr || n > len)
			break;
		readctl(ctl, n, p);
		n = ROUNDUP(n, 8);
		if(n > len)
			break;
		ctl += n;
		len -= n;
	}
}

static long
recvpacket(Netsock *s, void *buf, long n, int flags, Netpacket *p)
{
	uchar ctl[Netctllen] __attribute__((aligned(8)));
	uchar sa[Ipaddrmax];
	Netvec v = {buf, n};
	Netmsg m;
	long r;

	do {
		touchuser(buf, n, 1);
		m = (Netmsg){sa, sizeof sa, &v, 1, ctl, sizeof ctl, 0};
		if(flags & MSG_DONTWAIT)
			r = hostcall(__NR_recvmsg, s->fd, &m, flags);
		else
			r = blockcall(__NR_recvmsg, s->fd, &m, flags);
	} while(r == -EFAULT && isuser(buf));
	memset(p, 0, sizeof *p);
	if(r < 0)
		return r;
	p->sent = m.namelen > 0;
	if(p->sent)
		fromsockaddr(sa, &p->remote);
	readctls(ctl, m.ctllen, p);
	return r;
}

long
hostnetrecv(Netsock *s, void *buf, long n, Netpacket *p, const char **why)
{
	long r;

	do
		r = recvpacket(s, buf, n, 0, p);
	while(wastoobig(s, r));
	return netresult(s, r, why);
}

long
hostnettake(Netsock *s, void *buf, long n, Netpacket *p)
{
	long r;

	r = recvpacket(s, buf, n, MSG_DONTWAIT, p);
	return r >= 0 && p->sent ? r : -1;
}

int
hostnetpeek(Netsock *s, int wait, Netpacket *p)
{
	long r;

	r = recvpacket(
	    s, nil, 0, MSG_PEEK | MSG_TRUNC | (wait ? 0 : MSG_DONTWAIT), p);
	if(r == -EINTR)
		hosterror(EINTR);
	p->len = r < 0 ? 0 : (u32int)r;
	/* an error of an earlier datagram is none of this one's */
	return r >= 0 && p->sent;
}

/* The oldest answer says what ended a conversation. The others are of no use. */
int
hostnetadvice(Netsock *s, uchar *hop)
{
	Netpacket p;
	int told;

	memset(hop, 0, Ipaddrlen);
	told = 0;
	while(recvpacket(s, nil, 0, MSG_ERRQUEUE | MSG_DONTWAIT, &p) >= 0) {
		if(!told)
			memmove(hop, p.hop, Ipaddrlen);
		told |= p.advice;
	}
	return told;
}

/* Does the host's error concern the addresses of a datagram alone? Then the datagram is lost, as a network
 * loses it: a server that answers whoever asks is not to end because of one. */
static int
islost(long err)
{
	switch(err) {
	case EACCES:
	case EADDRNOTAVAIL:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case EINVAL:
	case ENETDOWN:
	case ENETUNREACH:
	case ENOBUFS:
	case EPERM:
		return 1;
	}
	return 0;
}

long
hostnetsend(
    Netsock *s, const void *buf, long n, const Netpacket *p, const char **why)
{
	uchar ctl[Netctllen] __attribute__((aligned(8)));
	uchar info[Ipaddrlen + 4], sa[Ipaddrmax], *end;
	Netvec v = {buf, n};
	Netmsg m;
	long r;

	memset(info, 0, sizeof info);
	end = ctl;
	if(isip4(p->local) && !s->inet6) {
		memmove(info + 4, p->local + Ipv4off, Ip4len);
		end = addctl(ctl, IPPROTO_IP, IP_PKTINFO, info, 12);
	} else if(!isnoaddr(p->local) && s->inet6) {
		memmove(info, p->local, Ipaddrlen);
		PBIT32(info + Ipaddrlen, p->ifindex);
		end =
		    addctl(ctl, IPPROTO_IPV6, IPV6_PKTINFO, info, sizeof info);
	}
	m = (Netmsg){sa, 0, &v, 1, ctl, (usize)(end - ctl), 0};
	m.namelen = (u32int)tosockaddr(s, &p->remote, sa);
	do {
		touchuser(buf, n, 0);
		r = blockcall(__NR_sendmsg, s->fd, &m, MSG_NOSIGNAL);
	} while(isagain(s, buf, r));
	if(s->kind == Netudp && islost(-r))
		return n;
	return netresult(s, r, why);
}

/* --- the end --- */

/* AF_UNSPEC, which is 0, disconnects: TCP sends a reset. */
void
hostnethangup(Netsock *s)
{
	static const uchar unspec[Ipaddrmax];

	if(s->kind == Nettcp)
		hostcall(__NR_connect, s->fd, unspec, sizeof unspec);
	hostcall(__NR_shutdown, s->fd, SHUT_RDWR);
}

/*
 * Drop the bytes that nobody has read. The host tells the peer then that there is room again, unless s is
 * shut for reading: a peer that had none goes on, and learns of the end by the answer to what it sends. If
 * there are always more, some stay.
 */
static void
dropunread(Netsock *s)
{
	int i;

	for(i = 0; i < 16; i++)
		if(hostcall(__NR_recvfrom, s->fd, 0, 1 << 30,
		       MSG_DONTWAIT | MSG_TRUNC, 0, 0) <= 0)
			break;
}

void
hostnetfinish(Netsock *s)
{
	if(s->kind == Nettcp) {
		hostcall(__NR_shutdown, s->fd, SHUT_WR);
		dropunread(s);
		s->finished = 1;
	}
	hostcall(__NR_shutdown, s->fd, SHUT_RDWR);
}

/* The host resets a connection that is closed before all bytes were read. Plan 9 does not, and so they are
 * dropped; not those that a peer sends after the end, which the host resets anyhow. */
void
hostnetclose(Netsock *s)
{
	if(s->kind == Nettcp && !s->finished)
		dropunread(s);
	hostclose(s->fd);
}

/*
 * The host's interfaces: hostnet.h. They are asked for by ioctl and in /proc/net, which hosts leave
 * to a sandbox more often than netlink: netdevice(7).
 */
#include "host/linux.h"

#include "host/hostfile.h"
#include "host/net/netsocks.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	SIOCGIFCONF = 0x8912,
	SIOCGIFFLAGS = 0x8913,
	SIOCGIFNETMASK = 0x891b,
	SIOCGIFMTU = 0x8921,
	SIOCGIFINDEX = 0x8933,
	IFF_UP = 0x1,
	IFF_LOOPBACK = 0x8,
	/* struct ifreq: the name, then the value, which may be a struct sockaddr */
	Ifvalue = Ifnamelen,
	Ifreqlen = 40,
	Sockaddrip = 4,
	Maxifc = 256,
	/* words of a line of /proc/net/dev, and where the counters are in it */
	Devwords = 17,
	Devin = 2,
	Devinerr = 3,
	Devout = 10,
	Devouterr = 11,
	/* of a line of /proc/net/if_inet6 */
	Inet6words = 6,
	Inet6prefix = 2,
	Inet6name = 5,
};

/* The interfaces that have been found. */
typedef struct Ifcsearch Ifcsearch;
struct Ifcsearch
{
	Netifc *ifc;
	int n;
	/* a socket to ask */
	int fd;
};

static int
askifc(Ifcsearch *q, int what, const char *name, uchar *req)
{
	memset(req, 0, Ifreqlen);
	strecpy((char *)req, (char *)req + Ifnamelen, name);
	return hostcall(__NR_ioctl, q->fd, what, req) == 0;
}

static void
describe(Ifcsearch *q, Netifc *f, u32int flags)
{
	uchar req[Ifreqlen];

	f->loopback = (flags & IFF_LOOPBACK) != 0;
	if(askifc(q, SIOCGIFMTU, f->name, req))
		f->mtu = GBIT32(req + Ifvalue);
	if(askifc(q, SIOCGIFINDEX, f->name, req))
		f->index = GBIT32(req + Ifvalue);
}

/* "name: counters", of /proc/net/dev */
static int
devline(char *line, void *arg)
{
	Ifcsearch *q = arg;
	uchar req[Ifreqlen];
	char *w[Devwords], *colon;
	Netifc *f;

	colon = strchr(line, ':');
	if(colon == nil)
		return 1;
	*colon = ' ';
	if(getfields(line, w, Devwords, 1, " ") <= Devouterr ||
	    strlen(w[0]) >= Ifnamelen || !askifc(q, SIOCGIFFLAGS, w[0], req) ||
	    (GBIT16(req + Ifvalue) & IFF_UP) == 0)
		return 1;
	f = &q->ifc[q->n++];
	strecpy(f->name, f->name + sizeof f->name, w[0]);
	f->in = strtoull(w[Devin], nil, 10);
	f->inerr = strtoull(w[Devinerr], nil, 10);
	f->out = strtoull(w[Devout], nil, 10);
	f->outerr = strtoull(w[Devouterr], nil, 10);
	describe(q, f, GBIT16(req + Ifvalue));
	return q->n < Maxifc;
}

/* The interface with the name, which may have a label behind a colon. */
static Netifc *
ifcnamed(Ifcsearch *q, const char *name)
{
	const char *end;
	usize n;
	int i;

	end = strchr(name, ':');
	n = end != nil ? (usize)(end - name) : strlen(name);
	for(i = 0; i < q->n; i++)
		if(strlen(q->ifc[i].name) == n &&
		    strncmp(q->ifc[i].name, name, n) == 0)
			return &q->ifc[i];
	return nil;
}

static void
addaddr(Netifc *f, const uchar *ip, int prefix)
{
	Netifaddr *a;

	if(f->naddr == Maxifaddr)
		return;
	a = &f->addr[f->naddr++];
	memmove(a->ip, ip, Ipaddrlen);
	a->prefix = prefix;
}

int
prefixof4(const uchar *mask4)
{
	int bits;

	for(bits = 0; bits < 8 * Ip4len; bits++)
		if((mask4[bits / 8] << bits % 8 & 0x80) == 0)
			break;
	return 8 * Ipv4off + bits;
}

/* req names an IPv4 address of an interface. */
static void
addip4(Ifcsearch *q, uchar *req)
{
	uchar ip[Ipaddrlen];
	Netifc *f;

	f = ifcnamed(q, (char *)req);
	if(f == nil || GBIT16(req + Ifvalue) != AF_INET)
		return;
	mapip4(req + Ifvalue + Sockaddrip, ip);
	if(hostcall(__NR_ioctl, q->fd, SIOCGIFNETMASK, req) < 0)
		return;
	addaddr(f, ip, prefixof4(req + Ifvalue + Sockaddrip));
}

static void
ip4addrs(Ifcsearch *q)
{
	struct
	{
		s32int len;
		uchar *buf;
	} conf;
	uchar *buf;
	int i;

	conf.len = Maxifc * Ifreqlen;
	conf.buf = buf = smalloc(conf.len);
	if(hostcall(__NR_ioctl, q->fd, SIOCGIFCONF, &conf) == 0)
		for(i = 0; i + Ifreqlen <= conf.len; i += Ifreqlen)
			addip4(q, buf + i);
	free(buf);
}

/* "address index prefix scope flags name", of /proc/net/if_inet6 */
static int
inet6line(char *line, void *arg)
{
	Ifcsearch *q = arg;
	uchar ip[Ipaddrlen];
	char *w[Inet6words];
	Netifc *f;

	if(getfields(line, w, Inet6words, 1, " ") != Inet6words ||
	    !hexip(w[0], ip))
		return 1;
	f = ifcnamed(q, w[Inet6name]);
	if(f != nil)
		addaddr(f, ip, (int)strtoull(w[Inet6prefix], nil, 16));
	return 1;
}

static void
searchifcs(Ifcsearch *q)
{
	eachline("/proc/net/dev", devline, q);
	ip4addrs(q);
	eachline("/proc/net/if_inet6", inet6line, q);
}

int
hostnetifcs(Netifc **list)
{
	Ifcsearch q;

	q.n = 0;
	q.ifc = smalloc(Maxifc * sizeof *q.ifc);
	onerror(free(q.ifc));
	q.fd = (int)hostmust(
	    hostcall(__NR_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
	onerror(hostclose(q.fd));
	searchifcs(&q);
	poperror();
	hostclose(q.fd);
	poperror();
	*list = q.ifc;
	return q.n;
}

/* The interface of ifc, of n, that has the address ip; nil if there is none. */
static const Netifc *
holderof(const Netifc *ifc, int n, const uchar *ip)
{
	int i, j;

	for(i = 0; i < n; i++)
		for(j = 0; j < ifc[i].naddr; j++)
			if(memcmp(ifc[i].addr[j].ip, ip, Ipaddrlen) == 0)
				return &ifc[i];
	return nil;
}

u32int
ifindexof(const uchar *ip)
{
	const Netifc *f;
	Netifc *ifc;
	u32int index;
	int n;

	if(isnoaddr(ip))
		return 0;
	n = hostnetifcs(&ifc);
	f = holderof(ifc, n, ip);
	index = f != nil ? f->index : 0;
	free(ifc);
	return index;
}

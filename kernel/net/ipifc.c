/*
 * #I: ipifc, the host's interfaces: those that are up, numbered in the host's order. They cannot be
 * changed.
 */
#include "net/netdat.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* bytes of a status's first line, and of one for an address */
	Ifcline = 512,
	Ifcaddrline = 256,
};

char *
padto(char *start, char *p, char *e, int col)
{
	do
		p = seprint(p, e, " ");
	while(p - start < col && p < e - 1);
	return p;
}

char *
ipcolumn(char *p, char *e, const uchar *ip, int width)
{
	return padto(p, fmtnetip(p, e, ip), e, width);
}

/* A mask, as %M: its bits. */
char *
maskcolumn(char *p, char *e, int prefix, int width)
{
	return padto(p, seprint(p, e, "/%d", prefix), e, width);
}

void
maskip(const uchar *ip, int prefix, uchar *net)
{
	int i, bits;

	for(i = 0; i < Ipaddrlen; i++) {
		bits = prefix - 8 * i;
		net[i] = bits >= 8 ? ip[i]
		    : bits <= 0	   ? 0
				   : ip[i] & (uchar)(0xff << (8 - bits));
	}
}

int
netifcs(Netifc **list)
{
	int i, j, n;

	n = hostnetifcs(list);
	if(netreach != Netloopback)
		return n;
	for(i = j = 0; i < n; i++)
		if((*list)[i].loopback)
			(*list)[j++] = (*list)[i];
	return j;
}

int
nnetifc(void)
{
	Netifc *list;
	int n;

	n = netifcs(&list);
	free(list);
	return n;
}

const uchar *
likeaddr(const Netifc *f, const uchar *ip)
{
	int i;

	for(i = 0; i < f->naddr; i++)
		if(isip4(f->addr[i].ip) == isip4(ip))
			return f->addr[i].ip;
	return nil;
}

void
ifcaddrof(const Netpacket *p, uchar *ip)
{
	const uchar *a;
	Netifc *list;
	int i, n;

	/* the host says it of IPv4 */
	if(!isnoaddr(p->ifcaddr)) {
		memmove(ip, p->ifcaddr, Ipaddrlen);
		return;
	}
	memmove(ip, p->local, Ipaddrlen);
	/* to one machine: the address is the interface's, or will do */
	if(p->ifindex == 0 || !ismulticast(p->local))
		return;
	n = netifcs(&list);
	for(i = 0; i < n; i++)
		if(list[i].index == p->ifindex &&
		    (a = likeaddr(&list[i], p->remote.ip)) != nil)
			memmove(ip, a, Ipaddrlen);
	free(list);
}

/* Is the address of loopback ip that of all its hosts, or of its net? */
static int
isloopbroadcast(const uchar *ip)
{
	static const uchar net[] = {127, 0, 0, 0}, all[] = {127, 255, 255, 255};

	return isip4(ip) &&
	    (memcmp(ip + Ipv4off, net, sizeof net) == 0 ||
		memcmp(ip + Ipv4off, all, sizeof all) == 0);
}

int
islocalip(const uchar *ip)
{
	Netifc *list;
	int i, j, n, yes;

	if(isnoaddr(ip) || ismulticast(ip))
		return 0;
	if(isloopback(ip))
		return !isloopbroadcast(ip);
	yes = 0;
	n = netifcs(&list);
	for(i = 0; i < n; i++)
		for(j = 0; j < list[i].naddr; j++)
			yes |= memcmp(list[i].addr[j].ip, ip, Ipaddrlen) == 0;
	free(list);
	return yes;
}

static char *
ifcaddrs(const Netifc *f, char *p, char *e)
{
	uchar net[Ipaddrlen];
	int i;

	for(i = 0; i < f->naddr; i++) {
		p = seprint(p, e, "\t");
		p = ipcolumn(p, e, f->addr[i].ip, 41);
		p = maskcolumn(p, e, f->addr[i].prefix, 11);
		maskip(f->addr[i].ip, f->addr[i].prefix, net);
		p = ipcolumn(p, e, net, 41);
		/* how long the address is valid, and preferred: for ever */
		p = seprint(p, e, "%-12ud %-12ud\n", ~0U, ~0U);
	}
	return p;
}

/* The text of the status or local file of the interface f, as ipifc has it. */
static char *
ifctext(const Netifc *f, int kind)
{
	char *buf, *p, *e;
	int i;

	buf = smalloc(Ifcline + Maxifaddr * Ifcaddrline);
	p = buf;
	e = buf + Ifcline + Maxifaddr * Ifcaddrline;
	if(kind == Qlocal) {
		for(i = 0; i < f->naddr; i++) {
			p = ipcolumn(p, e, f->addr[i].ip, 41);
			p = seprint(p, e, "-> ");
			p = ipcolumn(p, e, f->addr[i].ip, 40);
			p = seprint(p, e, "\n");
		}
		return buf;
	}
	p = seprint(p, e,
	    "device %s maxtu %ud sendra 0 recvra 0 mflag 0 oflag 0 "
	    "maxraint 0 minraint 0 linkmtu 0 reachtime 0 rxmitra 0 ttl 0 "
	    "routerlt 0 pktin %llud pktout %llud errin %llud errout %llud "
	    "speed 0 delay 0\n",
	    f->loopback ? "loopback" : f->name, f->mtu, f->in, f->out, f->inerr,
	    f->outerr);
	ifcaddrs(f, p, e);
	return buf;
}

char *
ipifctext(uint x, int kind)
{
	Netifc *list;
	char *s;
	int n;

	n = netifcs(&list);
	onerror(free(list));
	if(x >= (uint)n)
		error(Enonexist);
	s = ifctext(&list[x], kind);
	poperror();
	free(list);
	return s;
}

static const char *const ipcounters[] = {
    "Forwarding",
    "DefaultTTL",
    "InReceives",
    "InHdrErrors",
    "InAddrErrors",
    "ForwDatagrams",
    "InUnknownProtos",
    "InDiscards",
    "InDelivers",
    "OutRequests",
    "OutDiscards",
    "OutNoRoutes",
    "ReasmTimeout",
    "ReasmReqds",
    "ReasmOKs",
    "ReasmFails",
    "FragOKs",
    "FragFails",
    "FragCreates",
    nil,
};

Proto ipifcproto = {
    .name = "ipifc",
    .group = "Ip",
    .counters = ipcounters,
    .lk = QLOCKRANK(Rproto),
};

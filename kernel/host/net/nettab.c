/*
 * The host's tables of the network, in /proc/net: routes, Ethernet addresses, counters. proc(5)
 */
#include "host/linux.h"

#include "host/net/netsocks.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	Maxentry = 1024,
	/* words of lines that are looked at */
	Maxfield = 64,
	/* /proc/net/route: interface, destination, gateway, flags ..., mask */
	Routedst = 1,
	Routegate = 2,
	Routeflags = 3,
	Routemask = 7,
	/* /proc/net/ipv6_route: destination, its bits, source, its bits, gateway, ..., flags,
	 * interface */
	Route6bits = 1,
	Route6gate = 4,
	Route6flags = 8,
	Route6ifc = 9,
	RTF_UP = 0x1,
	RTF_REJECT = 0x200,
	RTF_LOCAL = (int)0x80000000,
	/* /proc/net/arp: address, type, flags, Ethernet address, mask, interface */
	Arpflags = 2,
	Arpmac = 3,
	Arpifc = 5,
	ATF_COM = 0x2,
};

static int
hexdigit(int c)
{
	if(c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int
hexip(const char *s, uchar *ip)
{
	int i, a, b;

	for(i = 0; i < Ipaddrlen; i++) {
		a = hexdigit(s[2 * i]);
		if(a < 0)
			return 0;
		b = hexdigit(s[2 * i + 1]);
		if(b < 0)
			return 0;
		ip[i] = (uchar)(a << 4 | b);
	}
	return s[2 * Ipaddrlen] == 0;
}

/* The IPv4 address whose bytes, in the processor's order, are the number in s. */
static void
hexip4(const char *s, uchar ip4[Ip4len])
{
	u32int v;

	v = (u32int)strtoull(s, nil, 16);
	PBIT32(ip4, v);
}

/* A list that is being made. */
typedef struct Tablist Tablist;
struct Tablist
{
	void *list;
	int n;
};

static int
routeline(char *line, void *arg)
{
	Tablist *t = arg;
	Netroute *r;
	uchar ip4[Ip4len];
	char *w[Maxfield];

	if(getfields(line, w, Maxfield, 1, " \t") <= Routemask ||
	    (strtoull(w[Routeflags], nil, 16) & RTF_UP) == 0)
		return 1;
	r = (Netroute *)t->list + t->n++;
	hexip4(w[Routedst], ip4);
	mapip4(ip4, r->dst);
	hexip4(w[Routemask], ip4);
	r->prefix = prefixof4(ip4);
	hexip4(w[Routegate], ip4);
	if(GBIT32(ip4) != 0)
		mapip4(ip4, r->gate);
	strecpy(r->ifc, r->ifc + sizeof r->ifc, w[0]);
	return t->n < Maxentry;
}

static int
route6line(char *line, void *arg)
{
	Tablist *t = arg;
	Netroute *r;
	u32int flags;
	char *w[Maxfield];

	if(getfields(line, w, Maxfield, 1, " \t") <= Route6ifc)
		return 1;
	flags = (u32int)strtoull(w[Route6flags], nil, 16);
	r = (Netroute *)t->list + t->n;
	if((flags & RTF_UP) == 0 || (flags & RTF_REJECT) != 0 ||
	    !hexip(w[0], r->dst) || !hexip(w[Route6gate], r->gate))
		return 1;
	r->prefix = (int)strtoull(w[Route6bits], nil, 16);
	r->local = (flags & (u32int)RTF_LOCAL) != 0;
	strecpy(r->ifc, r->ifc + sizeof r->ifc, w[Route6ifc]);
	t->n++;
	return t->n < Maxentry;
}

int
hostnetroutes(Netroute **list)
{
	Tablist t;

	t.n = 0;
	t.list = *list = smalloc(Maxentry * sizeof **list);
	eachline("/proc/net/route", routeline, &t);
	if(t.n < Maxentry)
		eachline("/proc/net/ipv6_route", route6line, &t);
	return t.n;
}

static int
arpline(char *line, void *arg)
{
	Tablist *t = arg;
	Netarp *a;
	Hostip ip;
	char *w[Maxfield];

	if(getfields(line, w, Maxfield, 1, " \t") <= Arpifc ||
	    !parseip(w[0], &ip) || ip.len != Ip4len)
		return 1;
	a = (Netarp *)t->list + t->n++;
	mapip4(ip.addr, a->ip);
	a->ok = (strtoull(w[Arpflags], nil, 0) & ATF_COM) != 0;
	strecpy(a->mac, a->mac + sizeof a->mac, w[Arpmac]);
	strecpy(a->ifc, a->ifc + sizeof a->ifc, w[Arpifc]);
	return t->n < Maxentry;
}

int
hostnetarps(Netarp **list)
{
	Tablist t;

	t.n = 0;
	t.list = *list = smalloc(Maxentry * sizeof **list);
	eachline("/proc/net/arp", arpline, &t);
	return t.n;
}

/* --- counters --- */

typedef struct Countersearch Countersearch;
struct Countersearch
{
	const char *group;
	const char *const *names;
	int n;
	uvlong *v;
	/* the line of names, until that of values has come */
	char heads[2048];
};

static void
setcounter(Countersearch *q, const char *name, const char *value)
{
	int i;

	for(i = 0; i < q->n; i++)
		if(strcmp(q->names[i], name) == 0)
			q->v[i] = strtoull(value, nil, 10);
}

/* "Group: name ..." and then "Group: value ..." */
static int
snmpline(char *line, void *arg)
{
	Countersearch *q = arg;
	char *h[Maxfield], *w[Maxfield];
	usize len;
	int i, nh, nw;

	len = strlen(q->group);
	if(strncmp(line, q->group, len) != 0 || line[len] != ':')
		return 1;
	if(q->heads[0] == 0) {
		strecpy(q->heads, q->heads + sizeof q->heads, line);
		return 1;
	}
	nh = getfields(q->heads, h, Maxfield, 1, " ");
	nw = getfields(line, w, Maxfield, 1, " ");
	for(i = 1; i < nh && i < nw; i++)
		setcounter(q, h[i], w[i]);
	return 0;
}

/* "Groupname value" */
static int
snmp6line(char *line, void *arg)
{
	Countersearch *q = arg;
	char *w[2];
	usize len;

	len = strlen(q->group);
	if(strncmp(line, q->group, len) == 0 &&
	    getfields(line, w, 2, 1, " \t") == 2)
		setcounter(q, w[0] + len, w[1]);
	return 1;
}

static void
searchcounters(const char *file, const char *group, const char *const *names,
    int n, uvlong *v)
{
	Countersearch *q;

	q = malloc(sizeof *q);
	if(q == nil)
		return;
	q->group = group;
	q->names = names;
	q->n = n;
	q->v = v;
	eachline(
	    file, group[strlen(group) - 1] == '6' ? snmp6line : snmpline, q);
	free(q);
}

/* Timeouts of TCP, which RFC 1213 has not: the host has them elsewhere, by another name. */
static void
tcptimeouts(const char *const *names, int n, uvlong *v)
{
	static const char *const timeouts[] = {"TCPTimeouts"};
	int i;

	for(i = 0; i < n; i++)
		if(strcmp(names[i], "RetransTimeouts") == 0)
			searchcounters(
			    "/proc/net/netstat", "TcpExt", timeouts, 1, &v[i]);
}

void
hostnetcounters(const char *group, const char *const *names, int n, uvlong *v)
{
	memset(v, 0, n * sizeof *v);
	if(strcmp(group, "Icmp6") == 0) {
		searchcounters("/proc/net/snmp6", group, names, n, v);
		return;
	}
	searchcounters("/proc/net/snmp", group, names, n, v);
	if(strcmp(group, "Tcp") == 0)
		tcptimeouts(names, n, v);
}

/* --- name servers --- */

typedef struct Serversearch Serversearch;
struct Serversearch
{
	uchar (*ip)[Ipaddrlen];
	int n;
	int max;
};

/* "nameserver address", of resolv.conf(5) */
static int
serverline(char *line, void *arg)
{
	Serversearch *q = arg;
	char *w[2];
	Hostip ip;

	if(getfields(line, w, 2, 1, " \t") != 2 ||
	    strcmp(w[0], "nameserver") != 0 || !parseip(w[1], &ip))
		return 1;
	if(ip.len == Ip4len)
		mapip4(ip.addr, q->ip[q->n++]);
	else
		memmove(q->ip[q->n++], ip.addr, Ipaddrlen);
	return q->n < q->max;
}

int
hostnetresolvers(uchar (*ip)[Ipaddrlen], int n)
{
	Serversearch q = {ip, 0, n};

	eachline("/etc/resolv.conf", serverline, &q);
	return q.n;
}

typedef struct Domainsearch Domainsearch;
struct Domainsearch
{
	char (*name)[Netdomainlen];
	int n;
	int max;
};

/* "search domain ..." or "domain domain": the last such line counts. */
static int
domainline(char *line, void *arg)
{
	Domainsearch *q = arg;
	char *w[Maxfield];
	usize len;
	int i, nw;

	nw = getfields(line, w, Maxfield, 1, " \t");
	if(nw < 2 ||
	    (strcmp(w[0], "search") != 0 && strcmp(w[0], "domain") != 0))
		return 1;
	q->n = 0;
	for(i = 1; i < nw && q->n < q->max; i++) {
		len = strlen(w[i]);
		if(len > 0 && w[i][len - 1] == '.')
			w[i][--len] = 0;
		if(len > 0 && len < Netdomainlen)
			memmove(q->name[q->n++], w[i], len + 1);
	}
	return 1;
}

int
hostnetdomains(char (*name)[Netdomainlen], int n)
{
	Domainsearch q = {name, 0, n};

	eachline("/etc/resolv.conf", domainline, &q);
	return q.n;
}

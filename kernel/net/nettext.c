/*
 * #I: files that show the host's network, as texts: made when they are opened.
 */
#include "net/netdat.h"
#include "host/host.h"
#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* no counter is as large */
#define Maxcount (~0ULL >> 1)

enum
{
	Maxcounter = 32,
	/* bytes of a line, at most */
	Routeline = 256,
	Counterline = 48,
	Maxserver = 3,
	Maxdomain = 6,
	Ndbserver = 64,
	/* bits before an IPv4 address */
	Ip4prefix = 8 * Ipv4off,
};

char *
counterstext(const char *group, const char *const *names)
{
	uvlong v[Maxcounter];
	char *buf, *p, *e;
	int i, n;

	for(n = 0; names[n] != nil; n++)
		;
	hostnetcounters(group, names, n, v);
	buf = smalloc(n * Counterline + 1);
	p = buf;
	e = buf + n * Counterline + 1;
	for(i = 0; i < n; i++)
		/* the host's -1: it has no limit */
		p = seprint(p, e, "%s: %llud\n", names[i],
		    v[i] > Maxcount ? Maxconv : v[i]);
	return buf;
}

static int
ifcnumber(const Netifc *ifc, int n, const char *name)
{
	int i;

	for(i = 0; i < n; i++)
		if(strcmp(ifc[i].name, name) == 0)
			return i;
	return -1;
}

/* target mask nexthop flags tag interface source mask. From any source: of IPv4, 0.0.0.0 behind its 96 bits. */
static char *
fmtroute(char *p, char *e, const Netroute *r, int ifc)
{
	static const uchar any4[Ipaddrlen] = {[10] = 0xff, 0xff},
			   any6[Ipaddrlen];
	int v4, direct;

	v4 = isip4(r->dst);
	direct = isnoaddr(r->gate);
	p = ipcolumn(p, e, r->dst, 16);
	p = maskcolumn(p, e, r->prefix, 5);
	p = ipcolumn(p, e, direct ? r->dst : r->gate, 16);
	p = seprint(p, e, "%-4s %4s %3d ",
	    r->local	 ? (v4 ? "4u" : "6u")
		: direct ? (v4 ? "4i" : "6i")
			 : (v4 ? "4" : "6"),
	    direct ? "ifc" : "none", ifc);
	p = ipcolumn(p, e, v4 ? any4 : any6, 16);
	return seprint(p, e, "/%d\n", v4 ? Ip4prefix : 0);
}

/* Has list a route to r's network by the interface ifc itself? */
static int
hasroute(const Netroute *list, int n, const Netroute *r, const char *ifc)
{
	int i;

	for(i = 0; i < n; i++)
		if(!list[i].local && list[i].prefix == r->prefix &&
		    isnoaddr(list[i].gate) &&
		    memcmp(list[i].dst, r->dst, Ipaddrlen) == 0 &&
		    strcmp(list[i].ifc, ifc) == 0)
			return 1;
	return 0;
}

/*
 * The routes that f has by its addresses: to each one's network, unless it is one of the n of list, and
 * to itself. The host has those of loopback in a table of its own.
 */
static char *
ifcroutes(
    char *p, char *e, const Netifc *f, int ifc, const Netroute *list, int n)
{
	Netroute r;
	int i;

	memset(&r, 0, sizeof r);
	for(i = 0; i < f->naddr; i++) {
		r.prefix = f->addr[i].prefix;
		maskip(f->addr[i].ip, r.prefix, r.dst);
		r.local = 0;
		if(!hasroute(list, n, &r, f->name))
			p = fmtroute(p, e, &r, ifc);
		memmove(r.dst, f->addr[i].ip, Ipaddrlen);
		r.prefix = 8 * Ipaddrlen;
		r.local = 1;
		p = fmtroute(p, e, &r, ifc);
	}
	return p;
}

static char *
routetext(const Netifc *ifc, int nifc)
{
	Netroute *list;
	char *buf, *p, *e;
	int i, j, n, x;

	n = hostnetroutes(&list);
	onerror(free(list));
	for(i = j = 0; i < nifc; i++)
		j += 2 * ifc[i].naddr;
	buf = smalloc((n + j + 1) * Routeline);
	p = buf;
	e = buf + (n + j + 1) * Routeline;
	for(i = 0; i < n; i++) {
		x = ifcnumber(ifc, nifc, list[i].ifc);
		if(x >= 0 && !list[i].local)
			p = fmtroute(p, e, &list[i], x);
	}
	for(i = 0; i < nifc; i++)
		p = ifcroutes(p, e, &ifc[i], i, list, n);
	poperror();
	free(list);
	return buf;
}

static char *
selftext(const Netifc *ifc, int nifc)
{
	char *buf, *p, *e, *line;
	int i, j;

	buf = smalloc((nifc * Maxifaddr + 1) * Routeline);
	p = buf;
	e = buf + (nifc * Maxifaddr + 1) * Routeline;
	for(i = 0; i < nifc; i++)
		for(j = 0; j < ifc[i].naddr; j++) {
			line = p;
			p = fmtnetip(p, e, ifc[i].addr[j].ip);
			p = padto(line, p, e, 45);
			p = seprint(p, e, "01 %4s\n",
			    isip4(ifc[i].addr[j].ip) ? "4u" : "6u");
		}
	return buf;
}

/* s without its colons. */
static char *
macaddr(char *p, char *e, const char *s)
{
	char *start;

	start = p;
	for(; *s != 0; s++)
		if(*s != ':')
			p = seprint(p, e, "%c", *s);
	return padto(start, p, e, 17);
}

static char *
arptext(const Netifc *ifc, int nifc)
{
	const uchar *ip;
	Netarp *list;
	char *buf, *p, *e;
	int i, n, x;

	n = hostnetarps(&list);
	onerror(free(list));
	buf = smalloc((n + 1) * Routeline);
	poperror();
	p = buf;
	e = buf + (n + 1) * Routeline;
	for(i = 0; i < n; i++) {
		x = ifcnumber(ifc, nifc, list[i].ifc);
		ip = x < 0 ? nil : likeaddr(&ifc[x], list[i].ip);
		if(ip == nil)
			continue;
		p = seprint(
		    p, e, "%-6s %-4s ", "ether", list[i].ok ? "OK" : "WAIT");
		p = ipcolumn(p, e, list[i].ip, 41);
		p = macaddr(p, e, list[i].mac);
		p = fmtnetip(p, e, ip);
		p = seprint(p, e, "\n");
	}
	free(list);
	return buf;
}

/* --- /net/ndb: what ipconfig(8) would leave there --- */

/* The address of f that other machines of IPv4 know; nil if it has none. */
static const Netifaddr *
ndbaddr(const Netifc *f)
{
	int i;

	for(i = 0; i < f->naddr && !f->loopback; i++)
		if(isip4(f->addr[i].ip))
			return &f->addr[i];
	return nil;
}

static char *
ndbgateway(const char *ifc, char *p, char *e)
{
	Netroute *list;
	int i, n;

	n = hostnetroutes(&list);
	for(i = 0; i < n; i++)
		if(list[i].prefix == Ip4prefix && isip4(list[i].dst) &&
		    strcmp(list[i].ifc, ifc) == 0) {
			p = seprint(p, e, " ipgw=");
			p = fmtnetip(p, e, list[i].gate);
			break;
		}
	free(list);
	return p;
}

/* The domains in which a name is looked for, and the name servers. */
static char *
ndbnames(char *p, char *e)
{
	char(*domain)[Netdomainlen];
	uchar server[Maxserver][Ipaddrlen];
	int i, n;

	domain = smalloc(Maxdomain * sizeof *domain);
	n = hostnetdomains(domain, Maxdomain);
	for(i = 0; i < n; i++)
		p = seprint(p, e, "\tdnsdomain=%s\n", domain[i]);
	free(domain);
	n = hostnetresolvers(server, Maxserver);
	for(i = 0; i < n; i++) {
		p = seprint(p, e, "\tdns=");
		p = fmtnetip(p, e, server[i]);
		p = seprint(p, e, "\n");
	}
	return p;
}

static void
ndbentry(const Netifc *ifc, int nifc, char *p, char *e)
{
	const Netifaddr *a;
	int i;

	a = nil;
	for(i = 0; i < nifc && (a = ndbaddr(&ifc[i])) == nil; i++)
		;
	if(a == nil)
		return;
	p = seprint(p, e, "ip=");
	p = fmtnetip(p, e, a->ip);
	p = seprint(p, e, " ipmask=/%d", a->prefix);
	p = ndbgateway(ifc[i].name, p, e);
	p = seprint(p, e, "\n\tsys=%s\n", sysname);
	ndbnames(p, e);
}

void
ndbtext(char *p, char *e)
{
	Netifc *list;
	int n;

	n = netifcs(&list);
	onerror(free(list));
	ndbentry(list, n, p, e);
	poperror();
	free(list);
}

static char *
tabletext(int kind, const Netifc *ifc, int nifc)
{
	switch(kind) {
	case Qarp:
		return arptext(ifc, nifc);
	case Qiproute:
		return routetext(ifc, nifc);
	}
	return selftext(ifc, nifc);
}

char *
nettext(int kind)
{
	Netifc *list;
	char *s;
	int n;

	n = netifcs(&list);
	onerror(free(list));
	s = tabletext(kind, list, n);
	poperror();
	free(list);
	return s;
}

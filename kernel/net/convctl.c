/*
 * #I: messages to ctl files. Those that all protocols have are here; Proto.ctl has the others.
 */
#include "net/netdat.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	CMaddmulti,
	CMannounce,
	CMbind,
	CMconnect,
	CMignoreadvice,
	CMremmulti,
	CMtos,
	CMttl,
	CMother,

	/* ttl and tos without a number */
	Maxttl = 255,
	Deftos = 0,
	/* rlogin's ports: !r asks for one of them */
	Minrestricted = 600,
	Maxrestricted = 1023,

	Maxport = 0xffff,
};

static const struct
{
	const char *name;
	int index;
} messages[] = {
    {"connect", CMconnect},
    {"announce", CMannounce},
    {"bind", CMbind},
    {"ttl", CMttl},
    {"tos", CMtos},
    {"ignoreadvice", CMignoreadvice},
    {"addmulti", CMaddmulti},
    {"remmulti", CMremmulti},
};

/* A decimal port number, with anything behind a '!'. */
static u16int
portnumber(const char *s)
{
	uvlong port;
	char *end;

	port = strtoull(s, &end, 10);
	if(*s < '0' || *s > '9' || (*end != 0 && *end != '!') || port > Maxport)
		error("bad numeric port");
	return (u16int)port;
}

/* ip!port, with anything behind: returns that. s is changed. */
static char *
remoteaddr(char *s, Netaddr *a)
{
	char *port;

	port = strchr(s, '!');
	if(port == nil)
		error("malformed address");
	*port++ = 0;
	memset(a, 0, sizeof *a);
	if(!parsenetip(s, a->ip))
		error("bad ip address syntax");
	a->port = portnumber(port);
	reachable(a->ip);
	return strchr(port, '!');
}

/* [ip!]port, of this machine; * for any address, or any free port. s is changed. */
static void
localaddr(char *s, Netaddr *a)
{
	char *port;

	memset(a, 0, sizeof *a);
	port = strchr(s, '!');
	if(port != nil) {
		*port++ = 0;
		if(strcmp(port, "r") == 0)
			port = nil;
	}
	if(port == nil)
		port = s;
	else if(strcmp(s, "*") != 0) {
		if(!parsenetip(s, a->ip))
			error("bad ip address syntax");
		if(!isnoaddr(a->ip))
			reachable(a->ip);
	}
	if(strcmp(port, "*") == 0)
		error("host has no announcement of all ports");
	a->port = portnumber(port);
}

/* Options that were set before there was a socket. */
static void
setoptions(Conv *c)
{
	if(c->ttl > 0)
		hostnetoption(&c->sock, Optttl, c->ttl);
	if(c->tos > 0)
		hostnetoption(&c->sock, Opttos, c->tos);
}

/* Make c's socket, for addresses like a. Caller holds c->lk. */
static void
makesocket(Conv *c, const Netaddr *a)
{
	Netsock s;

	hostnetopen(&s, c->p->kind, a, netreach == Netloopback);
	c->sock = s;
	setoptions(c);
}

/* c has a socket that is of no use. No process uses it yet. Caller holds c->lk. */
static void
dropsocket(Conv *c)
{
	if(c->sock.fd >= 0)
		hostnetclose(&c->sock);
	c->sock.fd = -1;
	c->bound = 0;
}

/* Give c, without a socket, the local address a, and a socket. shared: calls may have that port too. Caller
 * holds c->lk. */
static void
bindconv(Conv *c, const Netaddr *a, const Netaddr *like, int shared)
{
	makesocket(c, like);
	onerror(dropsocket(c));
	if(shared)
		hostnetshare(&c->sock, 1);
	hostnetbind(&c->sock, a);
	poperror();
	c->bound = 1;
}

/* Bind to a port that only privileged programs have. Caller holds c->lk. */
static void
bindrestricted(Conv *c, const Netaddr *like)
{
	Netaddr a;
	int port;

	memset(&a, 0, sizeof a);
	for(port = Maxrestricted; port >= Minrestricted; port--) {
		if(waserror()) {
			if(strcmp(up->errstr, "address in use") != 0)
				nexterror();
			continue;
		}
		a.port = (u16int)port;
		bindconv(c, &a, like, 0);
		poperror();
		return;
	}
	error("no ports available");
}

static void
mustbeidle(Conv *c)
{
	if(aload(&c->state) != Idle)
		error("connection already in use");
}

/* The local end of connect's c: what the message says. Caller holds c->lk. */
static void
connectfrom(Conv *c, char *local, const char *rest, int shared)
{
	Netaddr a;

	if(local != nil) {
		localaddr(local, &a);
		dropsocket(c);
		bindconv(c, &a, isnoaddr(a.ip) ? &c->remote : &a, shared);
	} else if(rest != nil && strstr(rest, "!r") != nil) {
		dropsocket(c);
		bindrestricted(c, &c->remote);
	} else if(!c->bound)
		makesocket(c, &c->remote);
}

static void
startconnect(Conv *c, char **f, int nf, int shared)
{
	const char *rest;

	mustbeidle(c);
	if(nf != 2 && nf != 3)
		error("bad args to connect");
	rest = remoteaddr(f[1], &c->remote);
	connectfrom(c, nf == 3 ? f[2] : nil, rest, shared);
	astore(&c->state, Connecting);
}

/* c, of udp, is connected: another from its local port may call another peer. Returns what is wrong with it. */
static const char *
sharecall(Conv *c)
{
	hostnetlocal(&c->sock, &c->local);
	if(netconvhasport(c, &c->local, &c->remote))
		return "address in use";
	hostnetshare(&c->sock, 1);
	return nil;
}

/* What a call waits for is not waited for with c->lk held. */
static void
connect(Conv *c, char **f, int nf, int shared)
{
	const char *why;

	qlock(&c->lk);
	onerror(qunlock(&c->lk));
	startconnect(c, f, nf, shared);
	poperror();
	qunlock(&c->lk);
	if(waserror()) {
		/* a note: the peer is not to be kept */
		hangupconv(c, nil);
		hostnethangup(&c->sock);
		nexterror();
	}
	why = hostnetconnect(&c->sock, &c->remote);
	poperror();
	if(why != nil)
		why = whyfailed(c, why, nil);
	else if(c->p->kind == Netudp)
		why = sharecall(c);
	netlogconv(c, "connect", &c->remote, why);
	if(why != nil)
		hangupconv(c, c->p->kind == Nettcp ? nil : why);
	qlock(&c->lk);
	astore(&c->state, Connected);
	changedconv(c);
	qunlock(&c->lk);
	if(why != nil)
		error(why);
	if(aload(&c->hungup))
		error(Ehungup);
}

/* announce and bind. Caller holds c->lk. */
static void
takeaddr(Conv *c, char **f, int nf, int announce, int shared)
{
	Netaddr a;

	mustbeidle(c);
	if(nf != 2)
		errorf("bad args to %s", f[0]);
	localaddr(f[1], &a);
	dropsocket(c);
	bindconv(c, &a, &a, shared);
	/* announcements share none */
	if(shared)
		hostnetshare(&c->sock, 0);
	if(!announce)
		return;
	onerror(dropsocket(c));
	if(c->p->kind == Nettcp)
		hostnetlisten(&c->sock);
	poperror();
	astore(&c->state, Announced);
	netlogconv(c, "announce", &a, nil);
	changedconv(c);
}

/* A packet's field of a byte. */
static int
optionarg(char **f, int nf, int none)
{
	return nf < 2 ? none : atoi(f[1]) & 0xff;
}

/* Caller holds c->lk. */
static void
setoption(Conv *c, int opt, int *field, int value)
{
	if(c->sock.fd >= 0)
		hostnetoption(&c->sock, opt, value);
	*field = value;
}

/* The group that c has an address of; nil if there is none. */
static const uchar *
convgroup(Conv *c)
{
	if(ismulticast(c->remote.ip))
		return c->remote.ip;
	if(c->sock.fd >= 0)
		hostnetlocal(&c->sock, &c->local);
	return ismulticast(c->local.ip) ? c->local.ip : nil;
}

/* addmulti ifc-ip [mcast-ip], remmulti ifc-ip [mcast-ip]. Caller holds c->lk. */
static void
multicast(Conv *c, char **f, int nf, int join)
{
	uchar ip[Ipaddrlen], ifc[Ipaddrlen];
	const uchar *group;

	if(nf < 2)
		errorf("%s needs interface address", f[0]);
	group = nf > 2 ? ip : convgroup(c);
	if(!parsenetip(f[1], ifc) || (nf > 2 && !parsenetip(f[2], ip)))
		error("bad ip address syntax");
	if(group == nil || !ismulticast(group))
		errorf("%s for a non multicast address", f[0]);
	if(isip4(group) != isip4(ifc))
		error("incompatible multicast/interface ip address");
	reachable(ifc);
	if(c->sock.fd < 0 || c->p->kind == Nettcp)
		error("not announced");
	hostnetmulticast(&c->sock, join, group, ifc);
}

static int
lookupmessage(const char *name)
{
	uint i;

	for(i = 0; i < nelem(messages); i++)
		if(strcmp(name, messages[i].name) == 0)
			return messages[i].index;
	return CMother;
}

/* All messages but connect. Caller holds c->lk. */
static void
lockedmessage(Conv *c, int index, char **f, int nf, int shared)
{
	switch(index) {
	case CMannounce:
	case CMbind:
		takeaddr(c, f, nf, index == CMannounce, shared);
		break;
	case CMttl:
		setoption(c, Optttl, &c->ttl, optionarg(f, nf, Maxttl));
		break;
	case CMtos:
		setoption(c, Opttos, &c->tos, optionarg(f, nf, Deftos));
		break;
	case CMaddmulti:
	case CMremmulti:
		multicast(c, f, nf, index == CMaddmulti);
		break;
	case CMignoreadvice:
		astore(&c->ignoreadvice, 1);
		break;
	default:
		if(!c->p->ctl(c, f, nf))
			error("unknown control request");
	}
}

/* Have calls the local port that a message asks for? The pairs of addresses are what must differ, so it is
 * shared with them. */
static int
portofcalls(Conv *c, int index, char **f, int nf)
{
	Netaddr a;
	char *s, *port;
	int at;

	at = index == CMconnect ? 2 : 1;
	if(c->p->kind != Netudp || nf <= at ||
	    (index != CMconnect && index != CMannounce))
		return 0;
	s = f[at];
	port = strchr(s, '!');
	if(port != nil && strcmp(port, "!r") != 0)
		s = port + 1;
	memset(&a, 0, sizeof a);
	a.port = (u16int)strtoull(s, nil, 10);
	return a.port != 0 && netconvhasport(c, &a, nil);
}

static void
message(Conv *c, char **f, int nf)
{
	int index, shared;

	if(nf == 0)
		error("short control request");
	index = lookupmessage(f[0]);
	shared = portofcalls(c, index, f, nf);
	if(index == CMconnect) {
		connect(c, f, nf, shared);
		return;
	}
	qlock(&c->lk);
	onerror(qunlock(&c->lk));
	lockedmessage(c, index, f, nf, shared);
	poperror();
	qunlock(&c->lk);
}

void
convctl(Conv *c, const void *buf, long n)
{
	Cmdbuf *cb;

	cb = parsecmd(buf, n);
	onerror(free(cb));
	message(c, cb->f, cb->nf);
	poperror();
	free(cb);
}

/*
 * #I: cs as the kernel itself knows it: numeric addresses, "*" and localhost, with services that are
 * numbers or in /lib/ndb of the program's name space. ndb(8)
 */
#include "net/netdat.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* network!host!service!rest */
	Maxword = 4,
	/* pairs of a line of /lib/ndb */
	Maxpair = 32,
	Portlen = 32,
	/* ports below it may be restricted: ndb(6) */
	Restricted = 1024,
};

/* A query, taken apart. */
typedef struct Dialstring Dialstring;
struct Dialstring
{
	const char *net;
	/* the host's numeric address, or "*"; nil: it is a name */
	const char *ip;
	char *w[Maxword];
	int n;
};

static const char Enoservice[] = "cs: can't translate service";

/* --- services --- */

/* The value of attr in a line's pairs; nil. */
static const char *
pairvalue(char **pair, int n, const char *attr)
{
	usize len;
	int i;

	len = strlen(attr);
	for(i = 0; i < n; i++)
		if(strncmp(pair[i], attr, len) == 0 &&
		    (pair[i][len] == '=' || pair[i][len] == 0))
			return pair[i] + len + (pair[i][len] == '=');
	return nil;
}

/* Look for attr=val in the lines of an ndb(6) text, which is changed. Then port gets the port of that
 * line, and !r if it is restricted. */
static int
searchtext(char *text, const char *attr, const char *val, char port[Portlen])
{
	const char *v, *p;
	char *pair[Maxpair], *nl;
	int n;

	for(; text != nil; text = nl) {
		nl = strchr(text, '\n');
		if(nl != nil)
			*nl++ = 0;
		n = getfields(text, pair, nelem(pair), 1, " \t\r");
		v = pairvalue(pair, n, attr);
		p = pairvalue(pair, n, "port");
		if(v == nil || p == nil || strcmp(v, val) != 0)
			continue;
		snprint(port, Portlen, "%s%s", p,
		    pairvalue(pair, n, "restricted") != nil ? "!r" : "");
		return 1;
	}
	return 0;
}

/* The port of the entry with attr=val. Returns 0 if there is none. */
static int
ndbport(const char *attr, const char *val, char port[Portlen])
{
	static const char *const files[] = {
	    "/lib/ndb/local", "/lib/ndb/common"};
	char *text;
	int found;
	u32int i;

	for(i = 0; i < nelem(files); i++) {
		if(waserror())
			continue;
		text = readtext(files[i]);
		poperror();
		found = searchtext(text, attr, val, port);
		free(text);
		if(found)
			return 1;
	}
	return 0;
}

static int
isnumber(const char *s)
{
	for(; *s >= '0' && *s <= '9'; s++)
		;
	return *s == 0;
}

/* The port of a service. Errors. */
static void
serviceport(const char *net, const char *serv, char port[Portlen])
{
	if(strlen(serv) >= Portlen)
		error(Enoservice);
	strecpy(port, port + Portlen, serv);
	if(strcmp(serv, "*") == 0 || isnumber(serv))
		return;
	if(!ndbport(net, serv, port))
		error(Enoservice);
}

/* --- queries --- */

static int
isnetwork(const char *s)
{
	u32int i;
	static const char *const names[] = {"tcp", "udp", "icmp", "icmpv6"};

	for(i = 0; i < nelem(names); i++)
		if(strcmp(s, names[i]) == 0)
			return 1;
	return 0;
}

/* host as an address; "*" for all; nil if it is a name. It is changed. */
static const char *
numerichost(char *host)
{
	uchar ip[Ipaddrlen];
	char *end;

	if(strcmp(host, "*") == 0 || strcmp(host, "::") == 0)
		return "*";
	if(*host == '[') {
		host++;
		end = strchr(host, ']');
		if(end != nil)
			*end = 0;
	}
	/* a number alone is a system's name: ndb(2) */
	if(strchr(host, '.') == nil && strchr(host, ':') == nil)
		return nil;
	return parsenetip(host, ip) ? host : nil;
}

/* Take query, which is changed, apart. */
static void
dialstring(Dialstring *d, char *query)
{
	d->n = getfields(query, d->w, nelem(d->w), 1, "!");
	d->net = d->n > 1 && strcmp(d->w[0], "net") != 0 ? d->w[0] : "tcp";
	d->ip = d->n > 1 ? numerichost(d->w[1]) : nil;
}

static void
csanswer(const Dialstring *d, const char *port, char *p, char *e)
{
	const char *rest;
	int star;

	star = *d->ip == '*';
	rest = d->n > 3 ? d->w[3] : "";
	seprint(p, e, "/net/%s/clone %s%s%s%s%s", d->net, star ? "" : d->ip,
	    star ? "" : "!", port, d->n > 3 ? "!" : "", rest);
}

int
numericcs(char *query, char *p, char *e)
{
	Dialstring d;
	const char *port;

	dialstring(&d, query);
	if(d.n < 3 || d.ip == nil || !isnetwork(d.net))
		return 0;
	port = d.w[2];
	if(strcmp(port, "*") != 0 &&
	    (!isnumber(port) || strlen(port) >= Portlen))
		return 0;
	/* the tree's /lib/ndb may say more about it */
	if(resolverconf.root != nil && strcmp(d.net, "tcp") == 0 &&
	    isnumber(port) && strtoull(port, nil, 10) < Restricted)
		return 0;
	csanswer(&d, port, p, e);
	return 1;
}

void
owncs(char *query, char *p, char *e)
{
	char port[Portlen];
	Dialstring d;

	if(*query == '!')
		errorf("cs: %s", whynoresolver());
	dialstring(&d, query);
	if(d.n == 0)
		error("cs: can't translate address");
	if(!isnetwork(d.net)) {
		seprint(p, e, "/net/%s/clone %s%s%s", d.net, d.w[1],
		    d.n > 2 ? "!" : "", d.n > 2 ? d.w[2] : "");
		return;
	}
	if(d.n < 3)
		error(Enoservice);
	serviceport(d.net, d.w[2], port);
	if(d.ip == nil && strcmp(d.w[1], "localhost") == 0)
		d.ip = "127.0.0.1";
	if(d.ip == nil)
		errorf("cs: can't translate address: %s", whynoresolver());
	csanswer(&d, port, p, e);
}

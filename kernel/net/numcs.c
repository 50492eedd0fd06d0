/*
 * #I: cs without run9-resolve. The kernel translates numeric addresses, "*" and localhost, with
 * services that are numbers or in /lib/ndb of the program's name space. ndb(8)
 */
#include "net/netdat.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* of a query, of an answer */
	Maxquery = 1024,
	/* network!host!service!rest */
	Maxword = 4,
	/* pairs of a line of /lib/ndb */
	Maxpair = 32,
	Portlen = 32,
};

/* A Chan's aux: the answer. */
typedef struct Numcs Numcs;
struct Numcs
{
	/* guards text. Rank Rresolver */
	QLock lk;
	char text[Maxquery];
};

static const char Enoservice[] = "cs: can't translate service";

void
numcsopen(Chan *c, int omode)
{
	Numcs *a;

	a = smalloc(sizeof *a);
	setqrank(&a->lk, Rresolver);
	c->aux = a;
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
}

void
resolverclose(Chan *c)
{
	free(c->aux);
	c->aux = nil;
}

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

/* host as an address; "*" for all; nil if it is a name. */
static const char *
numerichost(char *host)
{
	uchar ip[Ipaddrlen];
	char *end;

	if(strcmp(host, "*") == 0 || strcmp(host, "::") == 0)
		return "*";
	if(strcmp(host, "localhost") == 0)
		return "127.0.0.1";
	if(*host == '[') {
		host++;
		end = strchr(host, ']');
		if(end != nil)
			*end = 0;
	}
	return parsenetip(host, ip) ? host : nil;
}

/* Write the answer to query, which is changed, to [p, e). Errors. */
static void
numanswer(char *query, char *p, char *e)
{
	const char *net, *ip, *rest, *bang;
	char *w[Maxword], port[Portlen];
	int n;

	n = getfields(query, w, nelem(w), 1, "!");
	net = n > 1 && strcmp(w[0], "net") != 0 ? w[0] : "tcp";
	if(n == 0)
		error("cs: can't translate address");
	if(!isnetwork(net)) {
		seprint(p, e, "/net/%s/clone %s%s%s", net, w[1],
		    n > 2 ? "!" : "", n > 2 ? w[2] : "");
		return;
	}
	if(n < 3)
		error(Enoservice);
	serviceport(net, w[2], port);
	ip = numerichost(w[1]);
	if(ip == nil)
		errorf("cs: can't translate address: %s", whynoresolver());
	rest = n > 3 ? w[3] : "";
	bang = n > 3 ? "!" : "";
	if(*ip == '*')
		seprint(p, e, "/net/%s/clone %s%s%s", net, port, bang, rest);
	else
		seprint(
		    p, e, "/net/%s/clone %s!%s%s%s", net, ip, port, bang, rest);
}

long
resolverread(Chan *c, void *buf, long n, vlong off)
{
	char text[Maxquery];
	Numcs *a;

	a = c->aux;
	qlock(&a->lk);
	strecpy(text, text + sizeof text, a->text);
	qunlock(&a->lk);
	return readstr(off, buf, n, text);
}

long
resolverwrite(Chan *c, const void *buf, long n, vlong off)
{
	char query[Maxquery], text[Maxquery];
	Numcs *a;

	USED(off);
	if(n >= Maxquery / 2)
		error("cs: request too long");
	memmove(query, buf, n);
	query[n] = 0;
	if(n > 0 && query[n - 1] == '\n')
		query[n - 1] = 0;
	if(*query == '!')
		errorf("cs: %s", whynoresolver());
	*text = 0;
	numanswer(query, text, text + sizeof text);
	a = c->aux;
	qlock(&a->lk);
	strecpy(a->text, a->text + sizeof a->text, text);
	qunlock(&a->lk);
	return n;
}

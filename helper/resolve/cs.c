/*
 * cs: what is written is an address, network!host!service, and what is read are files to open and
 * what to write to them: "/net/tcp/clone 1.2.3.4!80". ndb(8), dial(2).
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "resolve.h"

enum
{
	/* of the words of an address */
	Maxword = 4,
	/* bytes of an error, as cs keeps it */
	Errlen = 64,
	Portlen = 64,
};

/* A network whose addresses are those of the internet. */
typedef struct Network Network;
struct Network
{
	const char *name;
	/* "net" stands for it */
	int isnet;
};

static Network networks[] = {
    {"tcp", 1},
    {"udp", 0},
    {"icmp", 0},
    {"icmpv6", 0},
    {"il", 0},
    {"rudp", 0},
    {"ssh", 0},
};

/* A query under way. */
typedef struct Csquery Csquery;
struct Csquery
{
	Conv *c;
	/* the mount point, the network, the service, the rest: of text */
	const char *mntpt;
	const char *net;
	const char *serv;
	const char *rem;
	char *text;
	Hostask *h;
};

/* --- services --- */

/* Is there an entry of the port that says restricted? */
static int
isrestricted(Ndb *db, const char *port)
{
	Tuple *t;
	usize at;
	int pair;

	at = 0;
	t = ndbnext(db, &at, "port", port, &pair);
	return t != nil && tupleval(t, pair, "restricted") != nil;
}

/* The port of a service, in buf; nil if it is not known. */
static char *
portof(const char *net, const char *serv, char buf[Portlen])
{
	const char *p;
	Ndb *db;
	int alpha, restricted;

	if(strcmp(serv, "*") == 0)
		return strcpy(buf, "*");
	alpha = 0;
	for(p = serv; *p != 0; p++)
		if(isalpha((uchar)*p) || *p == '-' || *p == '$')
			alpha = 1;
		else if(!isdigit((uchar)*p) && *p != '_' && *p != '.' &&
		    *p != '+')
			return nil;
	db = hostdb();
	p = alpha ? ndbvalue(db, net, serv, "port") : serv;
	if(p == nil || strlen(p) >= Portlen - 3 ||
	    (!alpha && strspn(p, "0123456789") != strlen(p)))
		return nil;
	restricted =
	    strcmp(net, "tcp") == 0 && atoi(p) < 1024 && isrestricted(db, p);
	snprintf(buf, Portlen, "%s%s", p, restricted ? "!r" : "");
	return buf;
}

/* --- networks --- */

static Network *
findnet(const char *name)
{
	usize i;

	for(i = 0; i < nelem(networks); i++)
		if(strcmp(networks[i].name, name) == 0)
			return &networks[i];
	return nil;
}

/* Does the query's network stand for n? */
static int
meant(const Csquery *q, const Network *n)
{
	return strcmp(q->net, "net") == 0 ? n->isnet
					  : strcmp(q->net, n->name) == 0;
}

/* Is there a network that the query means, and that has the service? */
static int
hasservice(const Csquery *q)
{
	char port[Portlen];
	usize i;

	if(q->serv == nil)
		return 0;
	for(i = 0; i < nelem(networks); i++)
		if(meant(q, &networks[i]) &&
		    portof(networks[i].name, q->serv, port) != nil)
			return 1;
	return 0;
}

/* --- answers --- */

static void
freequery(Csquery *q)
{
	free(q->text);
	free(q);
}

static void
addline(Csquery *q, const char *net, const char *ip)
{
	const char *bang, *rem;
	char port[Portlen];

	if(portof(net, q->serv, port) == nil)
		return;
	bang = q->rem != nil ? "!" : "";
	rem = q->rem != nil ? q->rem : "";
	if(strcmp(ip, "*") == 0)
		convadd(q->c,
		    smprint(
			"%s/%s/clone %s%s%s", q->mntpt, net, port, bang, rem));
	else
		convadd(q->c,
		    smprint("%s/%s/clone %s!%s%s%s", q->mntpt, net, ip, port,
			bang, rem));
}

/* The host's addresses are known. */
static void
gothost(void *arg, Tuple *t, const char *why)
{
	Csquery *q;
	Conv *c;
	char err[Errlen];
	usize i;
	int j;

	q = arg;
	c = q->c;
	for(i = 0; t != nil && i < nelem(networks); i++)
		for(j = 0; meant(q, &networks[i]) && j < t->n; j++)
			addline(q, networks[i].name, t->p[j].val);
	freequery(q);
	if(t == nil) {
		snprintf(err, sizeof err, "%s", why);
		convdone(c, err);
		return;
	}
	freetuple(t);
	convdone(c, nil);
}

static void
stopquery(void *arg)
{
	Csquery *q;

	q = arg;
	hoststop(q->h);
	freequery(q);
}

/* --- queries --- */

/* Split s at runs of '!', into at most Maxword parts, the last of which has the rest. */
static int
words(char *s, char *w[Maxword])
{
	int n;

	for(n = 0; n < Maxword; n++) {
		s += strspn(s, "!");
		if(*s == 0)
			break;
		w[n] = s;
		if(n == Maxword - 1)
			return Maxword;
		s += strcspn(s, "!");
		if(*s != 0)
			*s++ = 0;
	}
	return n;
}

/* A network named by its directory: /net.alt/tcp. */
static void
netdir(Csquery *q, char *net)
{
	char *slash;

	q->net = net;
	slash = strrchr(net, '/');
	if(*net == '/' && slash != net) {
		*slash = 0;
		q->mntpt = net;
		q->net = slash + 1;
	}
}

/* A network that is not known: nothing is translated. */
static void
unknownnet(Csquery *q, const char *host)
{
	Conv *c;

	c = q->c;
	convadd(c,
	    smprint("%s/%s/clone %s%s%s", q->mntpt, q->net, host,
		q->serv != nil ? "!" : "", q->serv != nil ? q->serv : ""));
	freequery(q);
	convdone(c, nil);
}

static void
failquery(Csquery *q, const char *why)
{
	Conv *c;

	c = q->c;
	freequery(q);
	convdone(c, why);
}

static void
translate(Conv *c, const char *text)
{
	Csquery *q;
	Hostask *h;
	char *w[Maxword], *host;
	int n;

	q = emalloc(sizeof *q);
	*q = (Csquery){
	    .c = c, .text = estrdup(text), .mntpt = conf.mntpt, .net = "net"};
	n = words(q->text, w);
	if(n == 0) {
		failquery(q, "can't translate address");
		return;
	}
	if(n > 1)
		netdir(q, w[0]);
	host = n == 1 ? w[0] : w[1];
	q->serv = n > 2 ? w[2] : nil;
	q->rem = n > 3 ? w[3] : nil;
	if(findnet(q->net) == nil && strcmp(q->net, "net") != 0) {
		unknownnet(q, host);
		return;
	}
	if(!hasservice(q)) {
		failquery(q, "can't translate service");
		return;
	}
	c->stop = stopquery;
	c->query = q;
	h = hostask(host, conf.ipv6, gothost, q);
	/* if it is nil, q is gone */
	if(h != nil)
		q->h = h;
}

/* --- commands --- */

static void
addnets(char *names)
{
	Network *n;
	char *w, *save;

	for(w = strtok_r(names, " ", &save); w != nil;
	    w = strtok_r(nil, " ", &save)) {
		n = findnet(w);
		if(n != nil)
			n->isnet = 1;
	}
}

/* Is text a command? It is carried out. */
static int
command(Conv *c, char *text)
{
	const char *err;

	err = nil;
	if(strcmp(text, "debug") == 0)
		conf.debug ^= 1;
	else if(strcmp(text, "ipv6") == 0)
		conf.ipv6 ^= 1;
	else if(strcmp(text, "refresh") == 0) {
		hostdbrefresh();
		cacheflush();
	} else if(strcmp(text, "paranoia") == 0)
		err = "there is no log of queries: debug shows them";
	else if(strncmp(text, "add ", 4) == 0)
		addnets(text + 4);
	else
		return 0;
	convdone(c, err);
	return 1;
}

void
cswrite(Conv *c, char *text)
{
	usize n;

	n = strlen(text);
	if(n > 0 && text[n - 1] == '\n')
		text[n - 1] = 0;
	if(command(c, text))
		return;
	convreset(c);
	if(*text == '!')
		csinfo(c, text + 1);
	else
		translate(c, text);
}

/*
 * The addresses of a host, which may be an address, "*", $attribute, or a name.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "resolve.h"

static const char Enotrans[] = "can't translate address";

struct Hostask
{
	char *host;
	int ipv6;
	void (*done)(void *, Tuple *, const char *);
	void *arg;
	/* the questions for IPv4 and IPv6 addresses */
	Askpair asks;
	/* the name that the database has for the host was asked for */
	int bydom;
	/* hostask has not returned */
	int calling;
	int over;
};

static void asknames(Hostask *h, const char *name);

static void
freehost(Hostask *h)
{
	freeaskpair(&h->asks);
	free(h->host);
	free(h);
}

static void
hostdone(Hostask *h, Tuple *t, const char *why)
{
	h->over = 1;
	h->done(h->arg, t, why);
	if(!h->calling)
		freehost(h);
}

/* Why there is no address, in buf. */
static void
whynot(Hostask *h, char buf[ERRMAX])
{
	Answer a = {.rcode = Rname};
	char err[ERRMAX];
	int i;

	for(i = 0; i < (h->ipv6 ? 2 : 1); i++)
		if(a.rcode == Rname || h->asks.part[i].rcode == Rserver)
			a.rcode = h->asks.part[i].rcode;
	snprintf(buf, ERRMAX, "%s: dns: %s",
	    a.rcode == Rserver ? "temporary problem" : Enotrans,
	    dnswhy(&a, err));
}

/* All questions are answered. */
static void
evaluate(void *arg)
{
	Hostask *h;
	const char *dom;
	char why[ERRMAX], *name;
	Tuple *t;
	RR *r;
	int i;

	h = arg;
	if(h->asks.part[0].rr != nil || h->asks.part[1].rr != nil) {
		t = newtuple();
		for(i = 0; i < 2; i++)
			for(r = h->asks.part[i].rr; r != nil; r = r->next)
				addpair(t, "ip", r->name[0], 0);
		hostdone(h, t, nil);
		return;
	}
	/* the database has a name for it, whose address others know */
	dom = ndbvalue(hostdb(), ipattr(h->host), h->host, "dom");
	if(!h->bydom && dom != nil && strcmp(dom, h->host) != 0) {
		h->bydom = 1;
		name = estrdup(dom);
		asknames(h, name);
		free(name);
		return;
	}
	whynot(h, why);
	hostdone(h, nil, why);
}

/* Ask for the addresses of name. */
static void
asknames(Hostask *h, const char *name)
{
	usize n;
	char *s;
	int rooted;

	s = estrdup(name);
	n = strlen(s);
	rooted = n > 1 && s[n - 1] == '.';
	if(rooted)
		s[n - 1] = 0;
	asktypes(&h->asks, s, Ta, h->ipv6 ? Taaaa : 0, rooted, evaluate, h);
	free(s);
}

/* The value of an attribute of this system, malloc'ed; nil. */
static char *
myattr(const char *attr)
{
	const char *ip;
	char *list[1], *v, *a;
	Tuple *t;

	a = estrdup(attr);
	list[0] = a;
	ip = myip();
	t = ipinfo(hostdb(), "ip", ip, list, 1);
	free(a);
	if(t == nil)
		return nil;
	v = estrdup(t->p[0].val);
	freetuple(t);
	return v;
}

/* A host that needs no question: its address, in buf; nil. */
static const char *
literal(char *host)
{
	if(strcmp(host, "*") == 0 || strcmp(host, "::") == 0)
		return "*";
	if(*host == '[') {
		memmove(host, host + 1, strlen(host));
		host[strcspn(host, "]")] = 0;
	}
	return strcmp(ipattr(host), "ip") == 0 ? host : nil;
}

static void
begin(Hostask *h)
{
	const char *ip;
	char *v;
	Tuple *t;

	if(*h->host == '$') {
		v = myattr(h->host + 1);
		if(v == nil) {
			hostdone(h, nil, Enotrans);
			return;
		}
		free(h->host);
		h->host = v;
	}
	ip = literal(h->host);
	if(ip != nil) {
		t = newtuple();
		addpair(t, "ip", ip, 0);
		hostdone(h, t, nil);
		return;
	}
	asknames(h, h->host);
}

Hostask *
hostask(const char *host, int ipv6,
    void (*done)(void *, Tuple *, const char *why), void *arg)
{
	Hostask *h;

	h = emalloc(sizeof *h);
	*h = (Hostask){.host = estrdup(host),
	    .ipv6 = ipv6,
	    .done = done,
	    .arg = arg,
	    .calling = 1};
	begin(h);
	h->calling = 0;
	if(!h->over)
		return h;
	freehost(h);
	return nil;
}

void
hoststop(Hostask *h)
{
	if(h == nil)
		return;
	freehost(h);
}

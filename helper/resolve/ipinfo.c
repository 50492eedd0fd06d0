/*
 * Attributes of a system, which are also looked for in the entries of the networks that it is in,
 * the smallest first: ndb(6), ndb(2).
 */
#include <stdlib.h>
#include <string.h>
#include "resolve.h"

enum
{
	/* attributes that are looked for at once */
	Maxattr = 32,
	V4bits = 96,
	/* an IPv6 address has no structure behind that */
	V6bits = 64,
};

/* The search: which attributes were found. */
typedef struct Want Want;
struct Want
{
	char **attr;
	int n;
	uchar found[Maxattr];
	Tuple *out;
	int line;
};

static int
wantsmore(const Want *w)
{
	int i;

	for(i = 0; i < w->n; i++)
		if(!w->found[i])
			return 1;
	return 0;
}

static int
hasreply(const Tuple *t, const Pair *p)
{
	int i;

	for(i = 0; i < t->n; i++)
		if(strcmp(t->p[i].attr, p->attr) == 0 &&
		    strcmp(t->p[i].val, p->val) == 0)
			return 1;
	return 0;
}

/* Add the pair, if it is wanted and w did not have it of a smaller network. */
static void
takepair(Want *w, const Pair *p, uchar *now)
{
	int i;

	for(i = 0; i < w->n; i++)
		if(!w->found[i] && strcmp(w->attr[i], p->attr) == 0) {
			now[i] = 1;
			if(!hasreply(w->out, p))
				addpair(w->out, p->attr, p->val, w->line);
			return;
		}
}

/* Add what is wanted of t, the line of pair first. */
static void
takeentry(Want *w, const Tuple *t, int pair)
{
	uchar now[Maxattr] = {0};
	int i;

	for(i = 0; i < t->n; i++)
		if(t->p[i].line == t->p[pair].line)
			takepair(w, &t->p[i], now);
	for(i = 0; i < t->n; i++)
		if(t->p[i].line != t->p[pair].line)
			takepair(w, &t->p[i], now);
	for(i = 0; i < w->n; i++)
		w->found[i] |= now[i];
}

/* The class of an IPv4 address says the length of its prefix. */
static int
classbits(const uchar ip[IPlen])
{
	if(!isv4(ip))
		return V6bits;
	return V4bits + (ip[12] < 128 ? 8 : ip[12] < 192 ? 16 : 24);
}

/* The bits of a mask: "255.255.0.0", "/16"; those of ip's class if it is none. */
static int
maskbits(const char *mask, const uchar ip[IPlen])
{
	uchar m[IPlen];
	int n;

	if(mask != nil && *mask == '/') {
		n = atoi(mask + 1);
		return isv4(ip) && n <= 32 ? V4bits + n : n;
	}
	if(mask == nil || parseip(m, mask) < 0)
		return classbits(ip);
	n = isv4(m) ? V4bits : 0;
	while(n < 8 * IPlen && (m[n / 8] & 0x80 >> n % 8))
		n++;
	return n;
}

/* Add what is wanted of the networks that begin at net and have at most bits bits of prefix. */
static void
takenets(Ndb *db, Want *w, const uchar net[IPlen], int bits)
{
	char buf[IPstr];
	Tuple *t;
	usize at;
	int pair;

	at = 0;
	ipstr(net, buf);
	while((t = ndbnext(db, &at, "ip", buf, &pair)) != nil)
		if(tupleval(t, pair, "ipnet") != nil &&
		    maskbits(tupleval(t, pair, "ipmask"), net) <= bits)
			takeentry(w, t, pair);
}

/* Add what is wanted of all networks that have ip. */
static void
takeallnets(Ndb *db, Want *w, const uchar ip[IPlen])
{
	uchar net[IPlen];
	int bit, low, bits, was;

	memmove(net, ip, IPlen);
	low = isv4(ip) ? V4bits : 0;
	bits = isv4(ip) ? 8 * IPlen : V6bits;
	if(!isv4(ip))
		memset(net + V6bits / 8, 0, IPlen - V6bits / 8);
	takenets(db, w, net, bits);
	for(bit = bits - 1; bit >= low && wantsmore(w); bit--) {
		was = net[bit / 8];
		net[bit / 8] &= ~(0x80 >> bit % 8);
		/* the same address was looked up already, but a larger network may begin there too:
		 * takenets took it */
		if(net[bit / 8] != was)
			takenets(db, w, net, bit);
	}
}

/* Add the mask of the class of ip, of IPv4. */
static void
takeclassmask(Want *w, const uchar ip[IPlen])
{
	uchar mask[IPlen];
	char buf[IPstr];
	int i;

	memmove(mask, ip, IPlen);
	for(i = V4bits / 8; i < IPlen; i++)
		mask[i] = 8 * i < classbits(ip) ? 0xff : 0;
	addpair(w->out, "ipmask", ipstr(mask, buf), w->line);
}

static void
inherit(Ndb *db, Want *w, const char *addr)
{
	uchar ip[IPlen];
	int i;

	if(parseip(ip, addr) < 0)
		return;
	takeallnets(db, w, ip);
	for(i = 0; i < w->n && isv4(ip); i++)
		if(!w->found[i] && strcmp(w->attr[i], "ipmask") == 0) {
			takeclassmask(w, ip);
			break;
		}
}

Tuple *
ipinfo(Ndb *db, const char *attr, const char *val, char **attrs, int n)
{
	Want w = {.attr = attrs, .n = n < Maxattr ? n : Maxattr};
	const char *addr;
	Tuple *t;
	usize at;
	int pair, known;

	w.out = newtuple();
	at = 0;
	known = 0;
	while((t = ndbnext(db, &at, attr, val, &pair)) != nil) {
		addr = tupleval(t, pair, "ip");
		if(addr == nil || tupleval(t, pair, "ipnet") != nil)
			continue;
		known = 1;
		memset(w.found, 0, sizeof w.found);
		takeentry(&w, t, pair);
		inherit(db, &w, addr);
	}
	if(!known && strcmp(attr, "ip") == 0)
		inherit(db, &w, val);
	if(w.out->n == 0) {
		freetuple(w.out);
		return nil;
	}
	return w.out;
}

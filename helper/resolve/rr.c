/*
 * DNS messages: RFC 1035, 3596, 2782, 8659. What comes is not trusted: each length is checked, and
 * a name's bytes that could be taken for something else are escaped.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "resolve.h"

enum
{
	/* of a name: with all its lengths it has at most 255 bytes */
	Maxname = 255,
	/* a byte as \DDD, and the NUL */
	Maxtext = 4 * Maxname + 1,
	/* of a message; more is not kept */
	Maxrr = 512,
};

typedef struct In In;
struct In
{
	const uchar *b;
	int n;
	int at;
	/* something did not fit */
	int bad;
};

static int
get(In *in, int n)
{
	uvlong v;

	if(in->bad || in->n - in->at < n) {
		in->bad = 1;
		return 0;
	}
	for(v = 0; n > 0; n--)
		v = v << 8 | in->b[in->at++];
	return (int)v;
}

/* Add a byte of a label to the text at p. Returns its end. */
static char *
labelbyte(char *p, int c)
{
	if(isalnum(c) || c >= 0x80 || (c != 0 && strchr("-_*/+", c) != nil)) {
		*p++ = c;
		return p;
	}
	*p++ = '\\';
	*p++ = '0' + c / 100;
	*p++ = '0' + c / 10 % 10;
	*p++ = '0' + c % 10;
	return p;
}

/* The name at in->at, which goes behind it; pointers must go back. malloc'ed, "" if it is bad. */
static char *
getname(In *in)
{
	char buf[Maxtext], *p;
	int at, end, c, len, i;

	at = in->at;
	end = -1;
	len = 0;
	p = buf;
	while(!in->bad) {
		if(at < 0 || at >= in->n) {
			in->bad = 1;
			break;
		}
		c = in->b[at];
		if(c == 0) {
			if(end < 0)
				end = at + 1;
			break;
		}
		if((c & 0xC0) == 0xC0 && at + 1 < in->n) {
			i = (c & 0x3F) << 8 | in->b[at + 1];
			if(end < 0)
				end = at + 2;
			in->bad = i >= at;
			at = i;
			continue;
		}
		len += c + 1;
		if(c >= 0x40 || at + 1 + c > in->n || len >= Maxname) {
			in->bad = 1;
			break;
		}
		if(p > buf)
			*p++ = '.';
		for(i = 1; i <= c; i++)
			p = labelbyte(p, in->b[at + i]);
		at += c + 1;
	}
	*p = 0;
	if(!in->bad)
		in->at = end;
	return estrdup(in->bad ? "" : buf);
}

/* An address that is all of the record, as text. */
static char *
getaddr(In *in, int af, int len)
{
	uchar ip[IPlen];
	char buf[IPstr];
	int i;

	if(in->n - in->at != len) {
		in->bad = 1;
		return nil;
	}
	for(i = 0; i < len; i++)
		ip[i] = get(in, 1);
	inet_ntop(af, ip, buf, sizeof buf);
	return estrdup(buf);
}

/* Keep the rest of the record as it is. */
static void
getrest(In *in, RR *r)
{
	r->ndata = in->n - in->at;
	r->data = emalloc(r->ndata + 1);
	memmove(r->data, in->b + in->at, r->ndata);
	in->at = in->n;
}

/* The strings of a TXT record, one behind the other. */
static void
getstrings(In *in, RR *r)
{
	int c;

	r->data = emalloc(in->n - in->at + 1);
	r->ndata = 0;
	while(in->at < in->n && !in->bad) {
		c = get(in, 1);
		if(in->n - in->at < c) {
			in->bad = 1;
			break;
		}
		memmove(r->data + r->ndata, in->b + in->at, c);
		r->ndata += c;
		in->at += c;
	}
}

/* A string, as a name is shown. */
static char *
getstring(In *in)
{
	char buf[Maxtext], *p;
	int c;

	p = buf;
	for(c = get(in, 1); c > 0 && !in->bad; c--)
		p = labelbyte(p, get(in, 1));
	*p = 0;
	return estrdup(buf);
}

/* What a record of a type has: n a name, s a string, 1 2 4 a number of so many bytes, a and A an
 * address, t strings, r the rest. */
typedef struct Layout Layout;
struct Layout
{
	int type;
	const char *parts;
};

static const Layout layouts[] = {
    {Ta, "a"},
    {Taaaa, "A"},
    {Tns, "n"},
    {Tmd, "n"},
    {Tmf, "n"},
    {Tcname, "n"},
    {Tmb, "n"},
    {Tmg, "n"},
    {Tmr, "n"},
    {Tptr, "n"},
    {Tmx, "2n"},
    {Tsrv, "222n"},
    {Tminfo, "nn"},
    {Trp, "nn"},
    {Tsoa, "nn44444"},
    {Thinfo, "ss"},
    {Ttxt, "t"},
    {Tkey, "211r"},
    {Tdnskey, "211r"},
    {Tcert, "221r"},
    {Tcaa, "1sr"},
};

static const char *
partsof(int type)
{
	usize i;

	for(i = 0; i < nelem(layouts); i++)
		if(layouts[i].type == type)
			return layouts[i].parts;
	return "r";
}

static void
getdata(In *in, RR *r)
{
	const char *p;
	int nname, nnum;

	nname = nnum = 0;
	for(p = partsof(r->type); *p != 0 && !in->bad; p++)
		switch(*p) {
		case 'n':
			r->name[nname++] = getname(in);
			break;
		case 's':
			r->name[nname++] = getstring(in);
			break;
		case 'a':
			r->name[nname++] = getaddr(in, AF_INET, 4);
			break;
		case 'A':
			r->name[nname++] = getaddr(in, AF_INET6, IPlen);
			break;
		case 't':
			getstrings(in, r);
			break;
		case 'r':
			getrest(in, r);
			break;
		default:
			r->num[nnum++] = get(in, *p - '0');
		}
}

RR *
newrr(const char *owner, int type, u32int ttl)
{
	RR *r;

	r = emalloc(sizeof *r);
	memset(r, 0, sizeof *r);
	r->owner = estrdup(owner);
	r->type = type;
	r->ttl = ttl;
	return r;
}

void
rrfree(RR *list)
{
	RR *r;

	while((r = list) != nil) {
		list = r->next;
		free(r->owner);
		free(r->name[0]);
		free(r->name[1]);
		free(r->data);
		free(r);
	}
}

RR *
rrcopy(const RR *r)
{
	RR *c;
	int i;

	c = newrr(r->owner, r->type, r->ttl);
	for(i = 0; i < 2; i++)
		c->name[i] = r->name[i] != nil ? estrdup(r->name[i]) : nil;
	memmove(c->num, r->num, sizeof c->num);
	if(r->data != nil) {
		c->ndata = r->ndata;
		c->data = emalloc(r->ndata + 1);
		memmove(c->data, r->data, r->ndata);
	}
	return c;
}

/* The record at in->at; nil if it is bad. */
static RR *
getrr(In *in)
{
	In rdata;
	RR *r;
	char *owner;
	int type, len;
	u32int ttl;

	owner = getname(in);
	type = get(in, 2);
	get(in, 2);
	ttl = get(in, 4);
	len = get(in, 2);
	r = newrr(owner, type, ttl & 0x80000000 ? 0 : ttl);
	free(owner);
	if(in->bad || in->n - in->at < len) {
		in->bad = 1;
		rrfree(r);
		return nil;
	}
	rdata = *in;
	rdata.n = in->at + len;
	getdata(&rdata, r);
	in->bad = rdata.bad;
	in->at += len;
	if(in->bad) {
		rrfree(r);
		return nil;
	}
	return r;
}

static RR *
getlist(In *in, int n)
{
	RR *first, **last, *r;
	int i;

	first = nil;
	last = &first;
	for(i = 0; i < n && !in->bad; i++) {
		r = getrr(in);
		if(r != nil && i < Maxrr) {
			*last = r;
			last = &r->next;
		} else
			rrfree(r);
	}
	return first;
}

int
dnsparse(const uchar *msg, int n, int *rcode, RR **an, RR **ns)
{
	In in = {msg, n, 0, 0};
	int i, nq, na, nn;

	*an = *ns = nil;
	get(&in, 2);
	*rcode = get(&in, 2) & 0xF;
	nq = get(&in, 2);
	na = get(&in, 2);
	nn = get(&in, 2);
	get(&in, 2);
	for(i = 0; i < nq && !in.bad; i++) {
		free(getname(&in));
		get(&in, 4);
	}
	*an = getlist(&in, na);
	*ns = getlist(&in, nn);
	if(!in.bad)
		return 0;
	rrfree(*an);
	rrfree(*ns);
	*an = *ns = nil;
	return -1;
}

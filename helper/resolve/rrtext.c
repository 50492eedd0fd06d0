/*
 * Records as dns shows them: "owner type<tab>values", and in attributes and values.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "resolve.h"

/* What a part of a record is shown as. */
enum
{
	Pname0,
	Pname1,
	/* the numbers in their order */
	Pnum,
	/* the data with other than printable bytes as \DDD; in quotes as a value */
	Ptext,
	/* the data, in hexadecimal unless it is printable */
	Phex,
};

typedef struct Part Part;
struct Part
{
	const char *attr;
	int kind;
};

/* A type of record, and its parts in the order in which they are shown. */
typedef struct Kind Kind;
struct Kind
{
	int type;
	const char *name;
	Part part[8];
};

static const Kind kinds[] = {
    {Ta, "ip", {{"ip", Pname0}}},
    {Tns, "ns", {{"ns", Pname0}}},
    {Tmd, "md", {{"mbox", Pname0}}},
    {Tmf, "mf", {{"mbox", Pname0}}},
    {Tcname, "cname", {{"cname", Pname0}}},
    {Tsoa, "soa",
	{{"ns", Pname0}, {"mbox", Pname1}, {"serial", Pnum}, {"refresh", Pnum},
	    {"retry", Pnum}, {"expire", Pnum}, {"ttl", Pnum}}},
    {Tmb, "mb", {{"mbox", Pname0}}},
    {Tmg, "mg", {{"mbox", Pname0}}},
    {Tmr, "mr", {{"mbox", Pname0}}},
    {Tnull, "null", {{"null", Phex}}},
    {11, "wks", {{0}}},
    {Tptr, "ptr", {{"dom", Pname0}}},
    {Thinfo, "hinfo", {{"cpu", Pname0}, {"os", Pname1}}},
    {Tminfo, "minfo", {{"mbox", Pname0}, {"mbox", Pname1}}},
    {Tmx, "mx", {{"pref", Pnum}, {"mx", Pname0}}},
    {Ttxt, "txt", {{"txt", Ptext}}},
    {Trp, "rp", {{"mbox", Pname0}, {"rp", Pname1}}},
    {18, "afsdb", {{0}}},
    {19, "x.25", {{0}}},
    {20, "isdn", {{0}}},
    {21, "rt", {{0}}},
    {24, "sig", {{0}}},
    {Tkey, "key", {{"flags", Pnum}, {"proto", Pnum}, {"alg", Pnum}}},
    {26, "px", {{0}}},
    {27, "gpos", {{0}}},
    {Taaaa, "ipv6", {{"ip", Pname0}}},
    {29, "loc", {{0}}},
    {30, "nxt", {{0}}},
    {Tsrv, "srv",
	{{"pri", Pnum}, {"weight", Pnum}, {"port", Pnum}, {"target", Pname0}}},
    {35, "naptr", {{0}}},
    {36, "kx", {{0}}},
    {Tcert, "cert", {{"type", Pnum}, {"tag", Pnum}, {"alg", Pnum}}},
    {38, "a6", {{0}}},
    {39, "dname", {{0}}},
    {Topt, "opt", {{0}}},
    {42, "apl", {{0}}},
    {43, "ds", {{0}}},
    {44, "sshfp", {{0}}},
    {45, "ipseckey", {{0}}},
    {46, "rrsig", {{0}}},
    {47, "nsec", {{0}}},
    {Tdnskey, "dnskey", {{"flags", Pnum}, {"proto", Pnum}, {"alg", Pnum}}},
    {Tspf, "spf", {{0}}},
    {Tall, "all", {{0}}},
    {Tall, "any", {{0}}},
    {Tcaa, "caa", {{"flags", Pnum}, {"tag", Pname0}, {"caa", Ptext}}},
};

static const Kind *
kindof(int type)
{
	usize i;

	for(i = 0; i < nelem(kinds); i++)
		if(kinds[i].type == type)
			return &kinds[i];
	return nil;
}

int
rrtype(const char *name)
{
	usize i;

	for(i = 0; i < nelem(kinds); i++)
		if(strcmp(kinds[i].name, name) == 0)
			return kinds[i].type;
	if(isdigit((uchar)*name) && strlen(name) <= 5 && atoi(name) <= 0xFFFF)
		return atoi(name);
	return -1;
}

const char *
rrname(int type, char buf[16])
{
	const Kind *k;

	k = kindof(type);
	if(k != nil)
		return k->name;
	snprintf(buf, 16, "%d", type);
	return buf;
}

/* The bytes of the whole UTF-8 sequence at s; 0 if it is none, or one byte. */
static int
utf8len(const uchar *s, int n)
{
	int len, i;

	len = s[0] >= 0xF0 && s[0] < 0xF5 ? 4
	    : s[0] >= 0xE0 && s[0] < 0xF0 ? 3
	    : s[0] >= 0xC2 && s[0] < 0xE0 ? 2
					  : 0;
	if(len > n || (s[0] == 0xE0 && s[1] < 0xA0) ||
	    (s[0] == 0xF0 && s[1] < 0x90))
		return 0;
	for(i = 1; i < len; i++)
		if((s[i] & 0xC0) != 0x80)
			return 0;
	return len;
}

/* The data of r, so that it is a word between quotes. malloc'ed. */
static char *
escaped(const RR *r)
{
	const uchar *d;
	char *s, *p;
	int i, u;

	s = p = emalloc(4 * r->ndata + 1);
	for(i = 0; i < r->ndata; i++) {
		d = r->data + i;
		u = utf8len(d, r->ndata - i);
		if(u > 0) {
			memmove(p, d, u);
			p += u;
			i += u - 1;
		} else if(*d < ' ' || *d == '"' || *d > '~')
			p += sprintf(p, "\\%.3d", *d);
		else if(*d == '\\')
			p += sprintf(p, "\\\\");
		else
			*p++ = *d;
	}
	*p = 0;
	return s;
}

/* The data of r in hexadecimal, unless it can be shown. malloc'ed. */
static char *
hexdata(const RR *r)
{
	char *s;
	int i;

	for(i = 0; i < r->ndata && isprint(r->data[i]); i++)
		;
	s = emalloc(2 * r->ndata + 1);
	s[0] = 0;
	if(i == r->ndata) {
		memmove(s, r->data, i);
		s[i] = 0;
		return s;
	}
	for(i = 0; i < r->ndata; i++)
		sprintf(s + 2 * i, "%.2X", r->data[i]);
	return s;
}

/* A part of r as text, malloc'ed. *num counts the numbers that were shown. */
static char *
parttext(const RR *r, const Part *p, int *num)
{
	switch(p->kind) {
	case Pname0:
		return estrdup(r->name[0] != nil ? r->name[0] : "<null>");
	case Pname1:
		return estrdup(r->name[1] != nil ? r->name[1] : "<null>");
	case Pnum:
		return smprint("%u", r->num[(*num)++]);
	case Ptext:
		return r->data != nil ? escaped(r) : estrdup("");
	default:
		return r->data != nil ? hexdata(r) : estrdup("<null>");
	}
}

/* The parts of a record whose type has no name are its data. */
static const Part unknown[] = {{nil, Phex}, {nil, 0}};

static const Part *
partsof(const RR *r)
{
	const Kind *k;

	k = kindof(r->type);
	return k != nil ? k->part : unknown;
}

static int
ispart(const Part *p)
{
	return p->attr != nil || p->kind == Phex;
}

char *
rrtext(const RR *r)
{
	const Part *p;
	char *s, *t, *v, buf[16];
	int num;

	num = 0;
	s = smprint("%s %s", r->owner, rrname(r->type, buf));
	for(p = partsof(r); ispart(p); p++) {
		v = parttext(r, p, &num);
		t = smprint("%s%c%s", s, p == partsof(r) ? '\t' : ' ', v);
		free(s);
		free(v);
		s = t;
	}
	return s;
}

void
rrpairs(const RR *r, Tuple *t, int line)
{
	const Part *p;
	char *v, attr[16];
	int num;

	num = 0;
	addpair(t, r->type == Tptr ? "ptr" : "dom", r->owner, line);
	for(p = partsof(r); ispart(p); p++) {
		v = parttext(r, p, &num);
		snprintf(attr, sizeof attr, "type%d", r->type);
		addpair(t, p->attr != nil ? p->attr : attr, v, line);
		free(v);
	}
}

char *
rravtext(const RR *r)
{
	const Part *p;
	Tuple *t;
	char *s, *n;
	int i;

	t = newtuple();
	rrpairs(r, t, 0);
	s = smprint("%s=%s", t->p[0].attr, t->p[0].val);
	for(i = 1; i < t->n; i++) {
		p = &partsof(r)[i - 1];
		n = smprint(p->kind == Ptext ? "%s %s=\"%s\"" : "%s %s=%s", s,
		    t->p[i].attr, t->p[i].val);
		free(s);
		s = n;
	}
	freetuple(t);
	return s;
}

/*
 * The database's entries as records.
 */
#include <stdlib.h>
#include <string.h>
#include "resolve.h"

static int
numval(const Tuple *t, int pair, const char *attr, int def)
{
	const char *v;

	v = tupleval(t, pair, attr);
	return v != nil ? atoi(v) : def;
}

/* The attribute that has the value of a type's records. */
static const char *
typeattr(int type)
{
	switch(type) {
	case Ta:
	case Taaaa:
		return "ip";
	case Tns:
		return "ns";
	case Tmx:
		return "mx";
	case Tcname:
		return "cname";
	case Tsrv:
		return "srv";
	case Ttxt:
		return "txtrr";
	case Tnull:
		return "nullrr";
	}
	return nil;
}

/* The record that pair i of t makes for owner; nil if none. */
static RR *
dbrecord(const Tuple *t, int i, const char *owner, int type)
{
	const Pair *p;
	uchar ip[IPlen];
	char buf[IPstr];
	RR *r;

	p = &t->p[i];
	if(strcmp(p->attr, typeattr(type)) != 0 &&
	    !(type == Taaaa && strcmp(p->attr, "ipv6") == 0))
		return nil;
	if(type == Ta || type == Taaaa) {
		if(parseip(ip, p->val) < 0 || isv4(ip) != (type == Ta))
			return nil;
		r = newrr(owner, type, 0);
		r->name[0] = estrdup(ipstr(ip, buf));
		return r;
	}
	r = newrr(owner, type, 0);
	if(type == Ttxt || type == Tnull) {
		r->data = (uchar *)estrdup(p->val);
		r->ndata = strlen(p->val);
		return r;
	}
	r->name[0] = estrdup(p->val);
	if(type == Tmx)
		r->num[0] = numval(t, i, "pref", 1);
	if(type == Tsrv) {
		r->num[0] = numval(t, i, "pri", 0);
		r->num[1] = numval(t, i, "weight", 0);
		r->num[2] = numval(t, i, "port", 0);
	}
	return r;
}

/* The records of the entries that have attr=name. *known is set if there is an entry with a value of
 * the type's kind: the name is the database's. */
static RR **
dbrecords(const char *attr, const char *name, int type, RR **last, int *known)
{
	const char *owner;
	Ndb *db;
	Tuple *t;
	usize at;
	RR *r;
	int pair, i;

	db = hostdb();
	at = 0;
	while((t = ndbnext(db, &at, attr, name, &pair)) != nil) {
		if(tupleval(t, pair, typeattr(type)) == nil)
			continue;
		*known = 1;
		owner = tupleval(t, pair, "dom");
		for(i = 0; i < t->n; i++) {
			r = dbrecord(t, i,
			    owner != nil && strcmp(attr, "sys") == 0 ? owner
								     : name,
			    type);
			if(r != nil) {
				*last = r;
				last = &r->next;
			}
		}
	}
	return last;
}

/* The names of an address. */
static RR *
dbptr(const char *name, int *known)
{
	uchar ip[IPlen];
	char buf[IPstr];
	const char *dom;
	Ndb *db;
	Tuple *t;
	usize at;
	RR *r, *first, **last;
	int pair;

	first = nil;
	last = &first;
	if(ptraddr(ip, name) < 0)
		return nil;
	db = hostdb();
	at = 0;
	while((t = ndbnext(db, &at, "ip", ipstr(ip, buf), &pair)) != nil) {
		dom = tupleval(t, pair, "dom");
		if(dom == nil || tupleval(t, pair, "ipnet") != nil)
			continue;
		*known = 1;
		r = newrr(name, Tptr, 0);
		r->name[0] = estrdup(dom);
		*last = r;
		last = &r->next;
	}
	return first;
}

static int
samerr(const RR *a, const RR *b)
{
	if(a->name[0] == nil || b->name[0] == nil)
		return a->ndata == b->ndata &&
		    memcmp(a->data, b->data, a->ndata) == 0;
	return strcmp(a->name[0], b->name[0]) == 0 && a->num[2] == b->num[2];
}

/* Drop records that are there already. */
static void
unique(RR *list)
{
	RR *r, **l;

	for(; list != nil; list = list->next)
		for(l = &list->next; (r = *l) != nil;)
			if(samerr(list, r)) {
				*l = r->next;
				r->next = nil;
				rrfree(r);
			} else
				l = &r->next;
}

Answer *
dbanswer(const char *name, int type)
{
	RR *first, **last;
	int known;

	first = nil;
	known = 0;
	if(type == Tptr)
		first = dbptr(name, &known);
	else if(typeattr(type) != nil) {
		last = dbrecords("dom", name, type, &first, &known);
		if(first == nil && strchr(name, '.') == nil)
			dbrecords("sys", name, type, last, &known);
		if(!known && type != Tcname)
			dbrecords("dom", name, Tcname, &first, &known);
	}
	unique(first);
	return known ? newanswer(Rok, first) : nil;
}

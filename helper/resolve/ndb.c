/*
 * ndb(6): texts of attribute=value pairs become entries, which a hash of the pairs finds.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "resolve.h"

enum
{
	/* a power of two */
	Firsthash = 1024,
};

/* A pair of an entry in a hash chain, in the order of the database. */
typedef struct Ref Ref;
struct Ref
{
	Tuple *t;
	int pair;
	/* the index of the next, plus one */
	usize next;
};

struct Ndb
{
	Tuple **t;
	usize nt;
	usize maxt;
	Ref *ref;
	usize nref;
	usize maxref;
	/* index of the first and the last Ref of a chain, plus one */
	usize *first;
	usize *last;
	usize nhash;
};

Tuple *
newtuple(void)
{
	Tuple *t;

	t = emalloc(sizeof *t);
	memset(t, 0, sizeof *t);
	return t;
}

void
addpair(Tuple *t, const char *attr, const char *val, int line)
{
	/* room doubles at the powers of two */
	if((t->n & (t->n - 1)) == 0)
		t->p =
		    erealloc(t->p, (t->n == 0 ? 1 : 2 * t->n) * sizeof *t->p);
	t->p[t->n++] = (Pair){estrdup(attr), estrdup(val), line};
}

void
freetuple(Tuple *t)
{
	int i;

	if(t == nil)
		return;
	for(i = 0; i < t->n; i++) {
		free(t->p[i].attr);
		free(t->p[i].val);
	}
	free(t->p);
	free(t);
}

/* --- the hash --- */

/* Names of systems are the same in either case. */
static int
samepair(const Pair *p, const char *attr, const char *val)
{
	if(strcmp(p->attr, attr) != 0)
		return 0;
	if(strcmp(attr, "dom") == 0 || strcmp(attr, "sys") == 0)
		return strcasecmp(p->val, val) == 0;
	return strcmp(p->val, val) == 0;
}

static usize
hashpair(const char *attr, const char *val)
{
	usize h;

	h = 5381;
	for(; *attr != 0; attr++)
		h = h * 33 + (uchar)*attr;
	for(; *val != 0; val++)
		h = h * 33 + tolower((uchar)*val);
	return h ^ h >> 15;
}

static void
link1(Ndb *db, usize i)
{
	Pair *p;
	usize h;

	p = &db->ref[i].t->p[db->ref[i].pair];
	h = hashpair(p->attr, p->val) & (db->nhash - 1);
	db->ref[i].next = 0;
	if(db->last[h] != 0)
		db->ref[db->last[h] - 1].next = i + 1;
	else
		db->first[h] = i + 1;
	db->last[h] = i + 1;
}

static void
rehash(Ndb *db, usize n)
{
	usize i;

	db->nhash = n;
	db->first = erealloc(db->first, n * sizeof *db->first);
	db->last = erealloc(db->last, n * sizeof *db->last);
	memset(db->first, 0, n * sizeof *db->first);
	memset(db->last, 0, n * sizeof *db->last);
	for(i = 0; i < db->nref; i++)
		link1(db, i);
}

Ndb *
newndb(void)
{
	Ndb *db;

	db = emalloc(sizeof *db);
	memset(db, 0, sizeof *db);
	rehash(db, Firsthash);
	return db;
}

void
ndbfree(Ndb *db)
{
	usize i;

	if(db == nil)
		return;
	for(i = 0; i < db->nt; i++)
		freetuple(db->t[i]);
	free(db->t);
	free(db->ref);
	free(db->first);
	free(db->last);
	free(db);
}

void
ndbadd(Ndb *db, Tuple *t)
{
	int i;

	if(db->nt == db->maxt) {
		db->maxt = 2 * db->maxt + 64;
		db->t = erealloc(db->t, db->maxt * sizeof *db->t);
	}
	db->t[db->nt++] = t;
	if(db->nref + t->n > db->maxref) {
		db->maxref = 2 * db->maxref + t->n;
		db->ref = erealloc(db->ref, db->maxref * sizeof *db->ref);
	}
	for(i = 0; i < t->n; i++) {
		db->ref[db->nref] = (Ref){t, i, 0};
		link1(db, db->nref++);
	}
	if(db->nref > db->nhash)
		rehash(db, 4 * db->nhash);
}

Tuple *
ndbnext(Ndb *db, usize *at, const char *attr, const char *val, int *pair)
{
	usize i;
	Ref *r;

	if(*at == 0)
		i = db->first[hashpair(attr, val) & (db->nhash - 1)];
	else
		i = db->ref[*at - 1].next;
	for(; i != 0; i = r->next) {
		r = &db->ref[i - 1];
		if(samepair(&r->t->p[r->pair], attr, val)) {
			*at = i;
			*pair = r->pair;
			return r->t;
		}
	}
	return nil;
}

const char *
tupleval(const Tuple *t, int pair, const char *attr)
{
	const char *v;
	int i;

	v = nil;
	for(i = 0; i < t->n; i++)
		if(strcmp(t->p[i].attr, attr) == 0) {
			if(t->p[i].line == t->p[pair].line)
				return t->p[i].val;
			if(v == nil)
				v = t->p[i].val;
		}
	return v;
}

const char *
ndbvalue(Ndb *db, const char *attr, const char *val, const char *rattr)
{
	const char *v;
	Tuple *t;
	usize at;
	int pair;

	at = 0;
	while((t = ndbnext(db, &at, attr, val, &pair)) != nil) {
		v = tupleval(t, pair, rattr);
		if(v != nil)
			return v;
	}
	return nil;
}

/* --- texts --- */

static int
iswhite(int c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The text from p to e, malloc'ed. */
static char *
between(const char *p, const char *e)
{
	char *s;

	s = emalloc(e - p + 1);
	memmove(s, p, e - p);
	s[e - p] = 0;
	return s;
}

/* Add the pair at s, before e, to t. Returns what is behind it. */
static const char *
parsepair(Tuple *t, const char *s, const char *e, int line)
{
	const char *p, *v, *ve;
	char *attr, *val;

	for(p = s; p < e && *p != '=' && !iswhite(*p); p++)
		;
	attr = between(s, p);
	while(p < e && iswhite(*p))
		p++;
	v = ve = p;
	if(p < e && *p == '=') {
		v = ++p;
		if(p < e && *p == '"') {
			for(v = ++p; p < e && *p != '"'; p++)
				;
			ve = p;
			if(p < e)
				p++;
		} else {
			while(p < e && !iswhite(*p) && (p > v || *p != '#'))
				p++;
			ve = p;
		}
	}
	val = between(v, ve);
	addpair(t, attr, val, line);
	free(attr);
	free(val);
	return p;
}

void
ndbparse(Ndb *db, const char *text)
{
	const char *s, *e, *next;
	Tuple *t;
	int line;

	t = nil;
	line = 0;
	for(s = text; *s != 0; s = next, line++) {
		e = strchr(s, '\n');
		next = e != nil ? e + 1 : s + strlen(s);
		if(e == nil)
			e = next;
		if(t != nil && s < e && !iswhite(*s) && *s != '#') {
			ndbadd(db, t);
			t = nil;
		}
		for(;;) {
			while(s < e && iswhite(*s))
				s++;
			if(s >= e || *s == '#')
				break;
			if(t == nil)
				t = newtuple();
			s = parsepair(t, s, e, line);
		}
	}
	if(t != nil)
		ndbadd(db, t);
}

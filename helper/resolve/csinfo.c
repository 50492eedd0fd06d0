/*
 * cs: queries for attributes.
 *
 *   !attr=val attr=val ...    the first entry that has all pairs; a value may be *
 *   !ipinfo attr=val attr ... attributes of a system, and of the nets that it is in; those that
 *                             begin with @ as addresses. Without attr=val, of this system
 */
#include <stdlib.h>
#include <string.h>
#include "resolve.h"

enum
{
	Maxattr = 32,
};

/* A query under way. */
typedef struct Info Info;
struct Info
{
	Conv *c;
	/* the words of the query; its pairs, which point into it */
	char *text;
	char *attr[Maxattr];
	char *val[Maxattr];
	int n;
	/* for a query of pairs: the questions to name servers */
	Askpair asks;
	/* what is read */
	Tuple *found;
	/* for ipinfo: which attributes are to be addresses, the pair that is looked up, its host */
	uchar resolve[Maxattr];
	Tuple *in;
	int at;
	Hostask *h;
	int calling;
};

static const char Ebadquery[] = "bad query";
static const char Enomatch[] = "no match";

static void
freeinfo(Info *f)
{
	freeaskpair(&f->asks);
	freetuple(f->found);
	freetuple(f->in);
	free(f->text);
	free(f);
}

static void
infodone(Info *f, const char *err)
{
	Conv *c;

	c = f->c;
	freeinfo(f);
	convdone(c, err);
}

static void
stopinfo(void *arg)
{
	Info *f;

	f = arg;
	hoststop(f->h);
	freeinfo(f);
}

static char *
pairtext(const Pair *p)
{
	return smprint(strpbrk(p->val, " \t") != nil ? "%s=\"%s\"" : "%s=%s",
	    p->attr, p->val);
}

/* Each line of t becomes a line to read. */
static void
reply(Conv *c, const Tuple *t)
{
	char *s, *p, *n;
	int i;

	for(i = 0; i < t->n;) {
		s = pairtext(&t->p[i]);
		for(i++; i < t->n && t->p[i].line == t->p[i - 1].line; i++) {
			p = pairtext(&t->p[i]);
			n = smprint("%s %s", s, p);
			free(s);
			free(p);
			s = n;
		}
		convadd(c, s);
	}
}

/* --- !attr=val --- */

/* Has t all pairs of the query but the first? */
static int
matches(const Info *f, const Tuple *t)
{
	int i, j;

	for(i = 1; i < f->n; i++) {
		for(j = 0; j < t->n; j++)
			if(strcmp(f->attr[i], t->p[j].attr) == 0 &&
			    (strcmp(f->val[i], "*") == 0 ||
				strcmp(f->val[i], t->p[j].val) == 0))
				break;
		if(j == t->n)
			return 0;
	}
	return 1;
}

static void
searchdb(Info *f)
{
	Ndb *db;
	Tuple *t;
	usize at;
	int pair;

	db = hostdb();
	at = 0;
	while((t = ndbnext(db, &at, f->attr[0], f->val[0], &pair)) != nil)
		if(matches(f, t)) {
			reply(f->c, t);
			infodone(f, nil);
			return;
		}
	infodone(f, Enomatch);
}

/* All questions are answered. */
static void
evaluate(void *arg)
{
	Info *f;
	RR *r;
	int i, line;

	f = arg;
	line = 0;
	for(i = 0; i < 2; i++)
		for(r = f->asks.part[i].rr; r != nil; r = r->next)
			rrpairs(r, f->found, line++);
	if(f->found->n == 0 || !matches(f, f->found)) {
		searchdb(f);
		return;
	}
	reply(f->c, f->found);
	infodone(f, nil);
}

/* Name servers come first. */
static void
askdns(Info *f)
{
	char *name;

	if(strcmp(ipattr(f->val[0]), "ip") == 0) {
		name = ptrname(f->val[0]);
		asktypes(&f->asks, name, Tptr, 0, 0, evaluate, f);
		free(name);
	} else
		asktypes(&f->asks, f->val[0], Ta, conf.ipv6 ? Taaaa : 0, 0,
		    evaluate, f);
}

static void
pairquery(Info *f)
{
	char *eq;
	int i;

	for(i = 0; i < f->n; i++) {
		eq = strchr(f->attr[i], '=');
		if(eq == nil) {
			infodone(f, Ebadquery);
			return;
		}
		*eq++ = 0;
		f->val[i] = eq;
	}
	f->found = newtuple();
	if((strcmp(f->attr[0], "dom") == 0 || strcmp(f->attr[0], "ip") == 0) &&
	    *f->val[0] != 0 && strcmp(f->val[0], "::") != 0 &&
	    strcmp(f->val[0], "0.0.0.0") != 0)
		askdns(f);
	else
		searchdb(f);
}

/* --- !ipinfo --- */

static void nextpair(Info *f);

static void
gotaddress(void *arg, Tuple *t, const char *why)
{
	Info *f;
	int i;

	USED(why);
	f = arg;
	f->h = nil;
	for(i = 0; t != nil && i < t->n; i++)
		addpair(f->found, f->in->p[f->at].attr, t->p[i].val, 0);
	freetuple(t);
	f->at++;
	if(!f->calling)
		nextpair(f);
}

/* Is the pair's value a name that is to be an address? */
static int
wantsaddress(Info *f, const Pair *p)
{
	int i;

	for(i = 0; i < f->n; i++)
		if(f->resolve[i] && strcmp(f->attr[i], p->attr) == 0)
			return strcmp(ipattr(p->val), "ip") != 0;
	return 0;
}

/* Go on with the pairs that ipinfo has given. */
static void
nextpair(Info *f)
{
	Pair *p;

	while(f->at < f->in->n) {
		p = &f->in->p[f->at];
		if(!wantsaddress(f, p)) {
			addpair(f->found, p->attr, p->val, 0);
			f->at++;
			continue;
		}
		f->calling = 1;
		f->h = hostask(p->val, conf.ipv6, gotaddress, f);
		f->calling = 0;
		if(f->h != nil)
			return;
	}
	reply(f->c, f->found);
	infodone(f, nil);
}

static void
infoquery(Info *f)
{
	const char *attr, *val;
	char *eq;
	int i, first;

	first = 1;
	attr = "ip";
	val = myip();
	eq = f->n > 1 ? strchr(f->attr[1], '=') : nil;
	if(eq != nil) {
		*eq++ = 0;
		attr = f->attr[1];
		val = eq;
		first = 2;
	}
	if(f->n <= first) {
		infodone(f, Ebadquery);
		return;
	}
	f->n -= first;
	for(i = 0; i < f->n; i++) {
		f->attr[i] = f->attr[i + first];
		f->resolve[i] = *f->attr[i] == '@';
		f->attr[i] += f->resolve[i];
	}
	f->in = ipinfo(hostdb(), attr, val, f->attr, f->n);
	if(f->in == nil) {
		infodone(f, Enomatch);
		return;
	}
	f->found = newtuple();
	nextpair(f);
}

void
csinfo(Conv *c, char *text)
{
	Info *f;
	char *w, *save;

	f = emalloc(sizeof *f);
	*f = (Info){.c = c, .text = estrdup(text)};
	for(w = strtok_r(f->text, " ", &save); w != nil && f->n < Maxattr;
	    w = strtok_r(nil, " ", &save))
		f->attr[f->n++] = w;
	c->stop = stopinfo;
	c->query = f;
	if(f->n == 0)
		infodone(f, Ebadquery);
	else if(strcmp(f->attr[0], "ipinfo") == 0)
		infoquery(f);
	else
		pairquery(f);
}

/*
 * A question: the records of one type of a name.
 *
 * An Ask goes through the names to try: a name without a dot is looked for in the domains of the
 * search list. For each it looks into the database, into the cache, and has a Query of it. The
 * Asks of the same name and type wait for the same Query, which goes on without them, and leaves
 * its answer in the cache.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "resolve.h"

enum
{
	/* aliases of aliases */
	Maxalias = 12,
	/* seconds that an answer without records is kept at most */
	Maxneg = 15 * 60,
	NHASH = 256,
};

typedef struct Query Query;

struct Ask
{
	/* what was asked for */
	char *name;
	int type;
	/* the names to try, malloc'ed; at is the one under way */
	char **try;
	int ntry;
	int at;
	/* the alias that is looked up instead of try[at], how many it is; or nil */
	char *alias;
	int naliases;
	/* the best reason why there is none, so far */
	int rcode;
	void (*done)(void *, Answer *);
	void *arg;
	/* ask has not returned yet */
	int calling;
	/* done was called */
	int over;
	/* what it waits for: the list of a Query; or the C library */
	Query *q;
	Ask *nextwaiter;
	int innss;
	int cancelled;
};

/* A question to the name servers that is under way. */
struct Query
{
	char *name;
	int type;
	Ask *waiters;
	Query *hash;
};

static Query *queries[NHASH];

static void step(Ask *a);

static void
freeask(Ask *a)
{
	int i;

	for(i = 0; i < a->ntry; i++)
		free(a->try[i]);
	free(a->try);
	free(a->name);
	free(a->alias);
	free(a);
}

/* a has its answer. */
static void
finish(Ask *a, Answer *ans)
{
	a->over = 1;
	a->done(a->arg, ans);
	if(!a->calling)
		freeask(a);
}

/* --- name servers --- */

static Query **
queryplace(const char *name, int type)
{
	Query **l;

	for(l = &queries[namehash(name, type) % NHASH]; *l != nil;
	    l = &(*l)->hash)
		if((*l)->type == type && strcasecmp((*l)->name, name) == 0)
			break;
	return l;
}

/* How long an answer without records is kept: RFC 2308. */
static u32int
negtime(const RR *ns)
{
	u32int t;

	for(; ns != nil; ns = ns->next)
		if(ns->type == Tsoa) {
			t = ns->ttl < ns->num[4] ? ns->ttl : ns->num[4];
			return t < Maxneg ? t : Maxneg;
		}
	return 0;
}

static u32int
leastttl(const RR *r)
{
	u32int t;

	for(t = r->ttl; r != nil; r = r->next)
		if(r->ttl < t)
			t = r->ttl;
	return t;
}

/* Make an Answer of a message, and keep it. All records of the answer are kept: aliases too. */
static Answer *
answerof(Query *q, const uchar *msg, int n)
{
	RR *an, *ns;
	Answer *a;
	int rcode;

	if(n < 0 || dnsparse(msg, n, &rcode, &an, &ns) < 0)
		return newanswer(Rserver, nil);
	if(rcode != Rok && rcode != Rname) {
		rrfree(an);
		rrfree(ns);
		return newanswer(Rserver, nil);
	}
	a = newanswer(rcode, an);
	cacheput(q->name, q->type, a, an != nil ? leastttl(an) : negtime(ns));
	rrfree(ns);
	return a;
}

static void answered(Ask *a, Answer *ans);

static void
queryanswered(void *arg, const uchar *msg, int n)
{
	Query *q;
	Answer *ans;
	Ask *a;

	q = arg;
	*queryplace(q->name, q->type) = q->hash;
	ans = answerof(q, msg, n);
	while((a = q->waiters) != nil) {
		q->waiters = a->nextwaiter;
		a->q = nil;
		answered(a, ans);
	}
	answerput(ans);
	free(q->name);
	free(q);
}

static void
asknet(Ask *a, const char *name)
{
	Query **l, *q;
	int fresh;

	l = queryplace(name, a->type);
	q = *l;
	fresh = q == nil;
	if(fresh) {
		q = emalloc(sizeof *q);
		*q = (Query){.name = estrdup(name), .type = a->type};
		*l = q;
	}
	a->q = q;
	a->nextwaiter = q->waiters;
	q->waiters = a;
	if(fresh)
		netquery(q->name, q->type, queryanswered, q);
}

/* --- the C library's other sources --- */

static void
nssanswered(void *arg, RR *rr)
{
	Answer *ans;
	Ask *a;

	a = arg;
	a->innss = 0;
	if(a->cancelled) {
		rrfree(rr);
		freeask(a);
		return;
	}
	ans = newanswer(rr != nil ? Rok : a->rcode, rr);
	finish(a, ans);
	answerput(ans);
}

/* No name has an answer. */
static void
nothing(Ask *a)
{
	Answer *ans;

	if((a->type == Ta || a->type == Taaaa) && a->rcode != Rok && nsshas()) {
		a->innss = 1;
		nssask(a->name, a->type, nssanswered, a);
		return;
	}
	ans = newanswer(a->rcode, nil);
	finish(a, ans);
	answerput(ans);
}

/* --- what answers say --- */

/* The records of the type that name has in an answer, its aliases followed: *alias is the last of
 * them. */
static RR *
choose(const Answer *ans, const char *name, int type, const char **alias)
{
	const RR *r;
	RR *first, **last;
	int i;

	*alias = name;
	for(i = 0; i < Maxalias && type != Tcname && type != Tall; i++) {
		for(r = ans->rr; r != nil; r = r->next)
			if(r->type == Tcname &&
			    strcasecmp(r->owner, *alias) == 0)
				break;
		if(r == nil)
			break;
		*alias = r->name[0];
	}
	first = nil;
	last = &first;
	for(r = ans->rr; r != nil; r = r->next)
		if((r->type == type || type == Tall) &&
		    (type == Tall || strcasecmp(r->owner, *alias) == 0)) {
			*last = rrcopy(r);
			last = &(*last)->next;
		}
	return first;
}

/* The name under way has an answer. */
static void
answered(Ask *a, Answer *ans)
{
	const char *name, *alias;
	Answer *chosen;
	RR *rr;

	name = a->alias != nil ? a->alias : a->try[a->at];
	rr = choose(ans, name, a->type, &alias);
	if(rr != nil) {
		chosen = newanswer(Rok, rr);
		finish(a, chosen);
		answerput(chosen);
		return;
	}
	if(alias != name && ans->rcode == Rok && a->naliases < Maxalias) {
		alias = estrdup(alias);
		free(a->alias);
		a->alias = (char *)alias;
		a->naliases++;
		step(a);
		return;
	}
	/* a name that is there without such records, and a server that does not answer, say more
	 * than that another name does not exist */
	if(a->at == 0 || a->rcode == Rname)
		a->rcode = ans->rcode;
	free(a->alias);
	a->alias = nil;
	a->at++;
	step(a);
}

/* Ask for the name under way. */
static void
step(Ask *a)
{
	const char *name;
	Answer *ans;

	if(a->at == a->ntry) {
		nothing(a);
		return;
	}
	name = a->alias != nil ? a->alias : a->try[a->at];
	ans = dbanswer(name, a->type);
	if(ans == nil)
		ans = cacheget(name, a->type);
	if(ans != nil) {
		answered(a, ans);
		answerput(ans);
	} else
		asknet(a, name);
}

/* --- asks --- */

static void
addtry(Ask *a, char *name)
{
	a->try = erealloc(a->try, (a->ntry + 1) * sizeof *a->try);
	a->try[a->ntry++] = name;
}

static int
dots(const char *s)
{
	int n;

	for(n = 0; (s = strchr(s, '.')) != nil; s++)
		n++;
	return n;
}

/* The names to try: the search list comes first, unless name has as many dots as a whole name. */
static void
searchlist(Ask *a, const char *name, int rooted)
{
	char **d;
	int whole;

	whole = rooted || dots(name) >= netndots();
	if(whole)
		addtry(a, estrdup(name));
	for(d = netdomains(); !rooted && d != nil && *d != nil; d++)
		addtry(a, smprint("%s.%s", name, *d));
	if(!whole)
		addtry(a, estrdup(name));
}

/* The name as it was asked for is the database's. */
static int
indb(Ask *a)
{
	const char *alias;
	Answer *ans;

	ans = dbanswer(a->name, a->type);
	if(ans == nil)
		return 0;
	rrfree(choose(ans, a->name, a->type, &alias));
	if(alias != a->name) {
		a->alias = estrdup(alias);
		a->naliases++;
		step(a);
	} else
		finish(a, ans);
	answerput(ans);
	return 1;
}

Ask *
ask(const char *name, int type, int rooted, void (*done)(void *, Answer *),
    void *arg)
{
	Ask *a;

	a = emalloc(sizeof *a);
	*a = (Ask){.name = estrdup(name),
	    .type = type,
	    .rcode = Rname,
	    .done = done,
	    .arg = arg,
	    .calling = 1};
	searchlist(a, name, rooted || type == Tptr);
	if(!indb(a))
		step(a);
	a->calling = 0;
	if(!a->over)
		return a;
	freeask(a);
	return nil;
}

void
askcancel(Ask *a)
{
	Ask **l;

	if(a == nil)
		return;
	if(a->q != nil) {
		for(l = &a->q->waiters; *l != a; l = &(*l)->nextwaiter)
			;
		*l = a->nextwaiter;
	}
	a->cancelled = 1;
	if(!a->innss)
		freeask(a);
}

/* --- questions for two types --- */

static void
gotpart(void *arg, Answer *a)
{
	Askpart *p;
	RR *r, **last;

	p = arg;
	p->ask = nil;
	p->rcode = a->rcode;
	last = &p->rr;
	for(r = a->rr; r != nil; r = r->next) {
		*last = rrcopy(r);
		last = &(*last)->next;
	}
	if(--p->all->left == 0)
		p->all->done(p->all->arg);
}

static void
askpart(Askpair *q, int i, const char *name, int type, int rooted)
{
	q->left++;
	q->part[i].all = q;
	q->part[i].ask = ask(name, type, rooted, gotpart, &q->part[i]);
}

void
asktypes(Askpair *q, const char *name, int type, int other, int rooted,
    void (*done)(void *), void *arg)
{
	/* one more is left until all are asked */
	*q = (Askpair){.left = 1, .done = done, .arg = arg};
	askpart(q, 0, name, type, rooted);
	if(other != 0)
		askpart(q, 1, name, other, rooted);
	if(--q->left == 0)
		q->done(q->arg);
}

void
freeaskpair(Askpair *q)
{
	int i;

	for(i = 0; i < 2; i++) {
		askcancel(q->part[i].ask);
		rrfree(q->part[i].rr);
	}
}

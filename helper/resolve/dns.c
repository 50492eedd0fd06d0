/*
 * dns: what is written is "name type", and what is read are the records, one at a time. With a '!'
 * before the name they are in attributes and values. ndb(8), ndb(2).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "resolve.h"

/* A query under way. */
typedef struct Dnsquery Dnsquery;
struct Dnsquery
{
	Conv *c;
	int pairs;
	Ask *a;
};

const char *
dnswhy(const Answer *a, char *buf)
{
	switch(a->rcode) {
	case Rname:
		return "name does not exist";
	case Rserver:
		return "dns failure";
	}
	snprintf(buf, ERRMAX, "resource does not exist; negrcode %d", a->rcode);
	return buf;
}

static void
gotrecords(void *arg, Answer *a)
{
	Dnsquery *q;
	Conv *c;
	RR *r;
	char err[ERRMAX];

	q = arg;
	c = q->c;
	for(r = a->rr; r != nil; r = r->next)
		convadd(c, q->pairs ? rravtext(r) : rrtext(r));
	free(q);
	convdone(c, a->rr == nil ? dnswhy(a, err) : nil);
}

static void
stopquery(void *arg)
{
	Dnsquery *q;

	q = arg;
	askcancel(q->a);
	free(q);
}

/* Ask for the type of name, which is changed. */
static void
lookup(Conv *c, char *name, int type)
{
	Dnsquery *q;
	char *full;
	usize n;
	int rooted;
	Ask *a;

	q = emalloc(sizeof *q);
	*q = (Dnsquery){.c = c};
	n = strlen(name);
	rooted = n > 0 && name[n - 1] == '.';
	if(rooted)
		name[n - 1] = 0;
	q->pairs = *name == '!';
	full =
	    type == Tptr ? ptrname(name + q->pairs) : estrdup(name + q->pairs);
	c->stop = stopquery;
	c->query = q;
	a = ask(full, type, rooted, gotrecords, q);
	free(full);
	if(a != nil)
		q->a = a;
}

/* Is text a command? It is carried out. */
static int
command(Conv *c, const char *text)
{
	const char *err;

	err = nil;
	if(strcmp(text, "debug") == 0)
		conf.debug ^= 1;
	else if(strcmp(text, "refresh") == 0) {
		hostdbrefresh();
		cacheflush();
	} else if(strncmp(text, "target ", 7) == 0) {
		conf.target = atol(text + 7);
		if(conf.target < 0)
			conf.target = 0;
		cachetrim();
	} else if(strcmp(text, "dump") == 0 || strcmp(text, "stats") == 0)
		err = "cannot write files of the name space";
	else
		return 0;
	convdone(c, err);
	return 1;
}

void
dnswrite(Conv *c, char *text, vlong off)
{
	char err[ERRMAX], *type;
	usize n;
	int t;

	if(off != 0) {
		convdone(c, "writing at non-zero offset");
		return;
	}
	n = strlen(text);
	if(n > 0 && text[n - 1] == '\n')
		text[n - 1] = 0;
	if(command(c, text))
		return;
	convreset(c);
	type = strchr(text, ' ');
	if(type == nil) {
		snprintf(err, sizeof err, "illegal request %s", text);
		convdone(c, err);
		return;
	}
	*type++ = 0;
	t = rrtype(type);
	if(t < 0) {
		snprintf(err, sizeof err, "unknown type %s", type);
		convdone(c, err);
		return;
	}
	lookup(c, text, t);
}

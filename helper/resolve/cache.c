/*
 * Answers, kept for the time that their records say. There are at most conf.target; the one that
 * was used longest ago makes room.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "resolve.h"

enum
{
	NHASH = 4096,
	/* no answer is kept longer */
	Maxsecs = 24 * 60 * 60,
};

typedef struct Entry Entry;
struct Entry
{
	char *name;
	int type;
	Answer *a;
	/* nowms() at its end */
	vlong end;
	Entry *hash;
	/* the list of use: the latest is first */
	Entry *next;
	Entry *prev;
};

static Entry *table[NHASH];
static Entry use = {.next = &use, .prev = &use};
static long nentry;

Answer *
newanswer(int rcode, RR *rr)
{
	Answer *a;

	a = emalloc(sizeof *a);
	*a = (Answer){1, rcode, rr};
	return a;
}

void
answerput(Answer *a)
{
	if(a == nil || --a->ref > 0)
		return;
	rrfree(a->rr);
	free(a);
}

static Entry **
chain(const char *name, int type)
{
	return &table[namehash(name, type) % NHASH];
}

/* Where the entry is, or the end of its chain. */
static Entry **
place(const char *name, int type)
{
	Entry **l;

	for(l = chain(name, type); *l != nil; l = &(*l)->hash)
		if((*l)->type == type && strcasecmp((*l)->name, name) == 0)
			break;
	return l;
}

static void
leaveuse(Entry *e)
{
	e->prev->next = e->next;
	e->next->prev = e->prev;
}

static void
firstuse(Entry *e)
{
	e->next = use.next;
	e->prev = &use;
	e->next->prev = e;
	use.next = e;
}

static void
drop(Entry **l)
{
	Entry *e;

	e = *l;
	*l = e->hash;
	leaveuse(e);
	answerput(e->a);
	free(e->name);
	free(e);
	nentry--;
}

Answer *
cacheget(const char *name, int type)
{
	Entry **l, *e;

	l = place(name, type);
	e = *l;
	if(e == nil)
		return nil;
	if(e->end <= nowms()) {
		drop(l);
		return nil;
	}
	leaveuse(e);
	firstuse(e);
	e->a->ref++;
	return e->a;
}

void
cachetrim(void)
{
	while(nentry > conf.target)
		drop(place(use.prev->name, use.prev->type));
}

void
cacheflush(void)
{
	while(nentry > 0)
		drop(place(use.prev->name, use.prev->type));
}

void
cacheput(const char *name, int type, Answer *a, u32int secs)
{
	Entry **l, *e;

	if(secs == 0)
		return;
	l = place(name, type);
	if(*l != nil)
		drop(l);
	e = emalloc(sizeof *e);
	a->ref++;
	*e = (Entry){.name = estrdup(name),
	    .type = type,
	    .a = a,
	    .end = nowms() + 1000LL * (secs < Maxsecs ? secs : Maxsecs)};
	l = chain(name, type);
	e->hash = *l;
	*l = e;
	firstuse(e);
	nentry++;
	cachetrim();
}

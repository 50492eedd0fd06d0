/*
 * A fid's conversation: a query is written, and its answers are read, a line at a time.
 */
#include <stdlib.h>
#include <string.h>
#include "resolve.h"

void
convreset(Conv *c)
{
	while(c->n > 0)
		free(c->line[--c->n]);
}

void
convadd(Conv *c, char *line)
{
	if(c->n == Maxreply) {
		free(line);
		return;
	}
	c->len[c->n] = strlen(line);
	c->line[c->n++] = line;
}

int
convread(const Conv *c, vlong off, int n, const char **p)
{
	vlong at;
	int i, rest;

	*p = "";
	if(off < 0)
		return 0;
	at = 0;
	for(i = 0; i < c->n; i++) {
		if(off < at + c->len[i]) {
			*p = c->line[i] + (off - at);
			rest = c->len[i] - (int)(off - at);
			return rest < n ? rest : n;
		}
		at += c->len[i];
	}
	return 0;
}

void
convdone(Conv *c, const char *err)
{
	c->stop = nil;
	c->query = nil;
	if(err != nil)
		convreset(c);
	c->done(c->arg, err);
}

void
convstop(Conv *c)
{
	void (*stop)(void *);

	stop = c->stop;
	c->stop = nil;
	if(stop != nil)
		stop(c->query);
	convreset(c);
}

/*
 * The queue of handshake messages, and of errors, for the reader of hand. While hand is closed
 * there is no queue.
 */
#include "tls/tlsdat.h"

#include "lib/atomic.h"

static void
freehands(Handmsg *m)
{
	Handmsg *next;

	for(; m != nil; m = next) {
		next = m->next;
		free(m);
	}
}

void
tlshandopen(Tlsconv *t)
{
	int busy;

	lock(&t->handlk);
	busy = t->handopen;
	t->handopen = 1;
	unlock(&t->handlk);
	if(busy)
		error(Einuse);
}

void
tlshandclose(Tlsconv *t)
{
	Handmsg *m;

	lock(&t->handlk);
	m = t->hands;
	t->hands = nil;
	t->nhand = 0;
	t->handopen = 0;
	unlock(&t->handlk);
	freehands(m);
}

/* What m counts in nhand: its memory, so that empty messages count too. */
static u32int
handsize(const Handmsg *m)
{
	return sizeof *m + m->n;
}

/* Add m, unless hand is closed or too much waits. Returns as tlshandput. */
static int
addhand(Tlsconv *t, Handmsg *m)
{
	Handmsg **l;
	int r;

	lock(&t->handlk);
	r = t->handopen;
	if(r && t->nhand + handsize(m) > Maxhand)
		r = -1;
	if(r > 0) {
		for(l = &t->hands; *l != nil; l = &(*l)->next)
			;
		*l = m;
		t->nhand += handsize(m);
	}
	unlock(&t->handlk);
	if(r > 0)
		wakeup(&t->handcame);
	else
		free(m);
	return r;
}

int
tlshandput(
    Tlsconv *t, const uchar *head, u32int nhead, const uchar *p, u32int n)
{
	Handmsg *m;

	m = smalloc(sizeof *m + nhead + n);
	memmove(m->text, head, nhead);
	memmove(m->text + nhead, p, n);
	m->n = nhead + n;
	return addhand(t, m);
}

void
tlshanderror(Tlsconv *t, const char *msg)
{
	Handmsg *m;
	usize n;

	n = strlen(msg) + 1;
	m = malloc(sizeof *m + n);
	if(m == nil)
		return;
	m->iserror = 1;
	memmove(m->text, msg, n);
	addhand(t, m);
}

int
tlshandcame(Tlsconv *t)
{
	int r;

	lock(&t->handlk);
	r = t->hands != nil;
	unlock(&t->handlk);
	return r;
}

static int
hascome(void *a)
{
	return tlshandcame(a);
}

/* The first message, when there is one. hand is open, and up alone reads it: so it stays. */
static Handmsg *
firsthand(Tlsconv *t)
{
	Handmsg *m;

	while(!tlshandcame(t))
		sleep(&t->handcame, hascome, t);
	lock(&t->handlk);
	m = t->hands;
	unlock(&t->handlk);
	return m;
}

/* Take m off the queue. */
static void
drophand(Tlsconv *t, Handmsg *m)
{
	lock(&t->handlk);
	t->hands = m->next;
	t->nhand -= handsize(m);
	unlock(&t->handlk);
	free(m);
}

long
tlshandtake(Tlsconv *t, void *buf, long n)
{
	char why[ERRMAX];
	Handmsg *m;

	m = firsthand(t);
	if(m->iserror) {
		strecpy(why, why + sizeof why, (char *)m->text);
		drophand(t, m);
		error(why);
	}
	if(n > (long)(m->n - m->at))
		n = m->n - m->at;
	memmove(buf, m->text + m->at, n);
	m->at += n;
	if(m->at == m->n)
		drophand(t, m);
	return n;
}

/*
 * The watch: it looks every few ms whether a reader has been at one request all the time. Then it
 * gives the reading to another worker, so that the requests behind are not held up.
 *
 * So a request need not say beforehand whether it will wait. While no reader carries out a request,
 * the watch sleeps.
 */
#include "export/exportdat.h"

enum
{
	/* between two looks */
	WATCHMS = 2,
	/* so many looks without a request, and it sleeps */
	WATCHQUIET = 25,
};

void
exbusy(Exconn *c, Exwork *w)
{
	c->reader = w;
	w->seq = c->seq + 1;
	/* before watchasleep is read: the watch sets that before it looks at seq */
	astore(&c->seq, w->seq);
	if(aload(&c->e->watchasleep)) {
		astore(&c->e->watchasleep, 0);
		wakeup(&c->e->watchr);
	}
}

static int
evenseq(Exconn *c, u32int seq)
{
	return cas(&c->seq, seq, seq + 1);
}

int
exdone(Exconn *c, Exwork *w)
{
	if(evenseq(c, w->seq))
		return 1;
	/* the watch has seen to w */
	lock(&c->lk);
	unlock(&c->lk);
	return 0;
}

/* c's reader has been at one request since the last look, at seq. */
static void
takereading(Exconn *c, u32int seq)
{
	Exwork *s, *w;
	int took;

	s = spareworker(c->e);
	if(s == nil)
		return;
	lock(&c->lk);
	took = evenseq(c, seq);
	if(took) {
		w = c->reader;
		w->own = c->in;
		incref(&c->in->r);
		workson(c, w);
		incref(&c->r);
	}
	unlock(&c->lk);
	if(took)
		giveconn(s, c);
	else
		unspare(s);
}

/* Look at all connections. *stuck becomes one whose reader does not go on, with a reference, at *seq;
 * or nil. Returns 0 if nothing has happened since the last look. */
static int
watchall(Export *e, Exconn **stuck, u32int *seq)
{
	Exconn *c;
	u32int now;
	int some;

	some = 0;
	*stuck = nil;
	lock(&e->lk);
	for(c = e->conns; c != nil; c = c->next) {
		now = aload(&c->seq);
		if(now & 1)
			some = 1;
		if(now == c->seen) {
			if((now & 1) == 0 || *stuck != nil)
				continue;
			*stuck = c;
			*seq = now;
			incref(&c->r);
			continue;
		}
		c->seen = now;
		some = 1;
	}
	unlock(&e->lk);
	return some;
}

static int
watchlook(Export *e)
{
	Exconn *c;
	u32int seq;
	int some;

	some = watchall(e, &c, &seq);
	if(c != nil) {
		takereading(c, seq);
		exconnput(c);
	}
	return some;
}

/* Nobody will be served any more. */
static int
allserved(Export *e)
{
	return loadrelaxed(&e->ended) && loadrelaxed(&e->nconn) == 0;
}

static int
watchgoeson(void *a)
{
	Export *e = a;

	return !aload(&e->watchasleep) || allserved(e);
}

static void
watchpause(Export *e, int quiet)
{
	if(waserror())
		return;
	if(!quiet)
		tsleep(&up->sleeprend, return0, nil, WATCHMS);
	else
		sleep(&e->watchr, watchgoeson, e);
	poperror();
}

void
exwatch(void *a)
{
	Export *e = a;
	int quiet;

	for(quiet = 0; !allserved(e);) {
		if(watchlook(e))
			quiet = 0;
		else if(quiet < WATCHQUIET)
			quiet++;
		else if(!aload(&e->watchasleep)) {
			/* a request that does not see this is seen by the next look */
			astore(&e->watchasleep, 1);
			continue;
		}
		if(quiet == 0)
			astore(&e->watchasleep, 0);
		watchpause(e, quiet == WATCHQUIET);
	}
	/* who ended it has let go of watchr */
	lock(&e->lk);
	unlock(&e->lk);
	exportput(e);
}

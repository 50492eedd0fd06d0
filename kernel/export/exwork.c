/*
 * Workers: kernel processes that read connections and carry requests out.
 *
 * A spare worker sleeps until it is given a connection to read. It reads until the connection ends,
 * or until another worker has the reading; then it is spare again, or ends.
 */
#include "export/exportdat.h"

enum
{
	/* an Rerror fits */
	FIRSTOUT = 4 * KiB,
};

/* --- Export --- */

static void
freeexport(Export *e)
{
	if(e->root != nil)
		cclose(e->root);
	if(e->pgrp != nil)
		closepgrp(e->pgrp);
	if(e->egrp != nil)
		closeegrp(e->egrp);
	closefgrp(e->fgrp);
	free(e);
}

Export *
newexport(Chan *root)
{
	Export *e;

	e = smalloc(sizeof *e);
	onerror(freeexport(e));
	setrank(&e->lk, Rexport);
	e->pgrp = up->pgrp;
	incref(&e->pgrp->r);
	e->egrp = up->egrp;
	egrpref(e->egrp);
	e->fgrp = newfgrp();
	/* whoever walks up from there stays there */
	e->root = cclone(root);
	channame(e->root, "/");
	/* the creator's, the watch's */
	e->r.ref = 2;
	nskproc("exportwatch", exwatch, e);
	poperror();
	return e;
}

void
exportput(Export *e)
{
	if(decref(&e->r) > 0)
		return;
	freeexport(e);
}

static int
noconn(void *a)
{
	Export *e = a;

	return loadrelaxed(&e->nconn) == 0;
}

void
exportwait(Export *e)
{
	while(!noconn(e))
		sleep(&e->lastr, noconn, e);
}

void
exportend(Export *e)
{
	Exwork *w;
	Event *ev;

	for(;;) {
		lock(&e->lk);
		storerelaxed(&e->ended, 1);
		w = e->idle;
		if(w == nil)
			break;
		e->idle = w->next;
		e->nidle--;
		storerelaxed(&w->quit, 1);
		ev = wakeuplocked(&w->r);
		unlock(&e->lk);
		eventwake(ev);
	}
	ev = wakeuplocked(&e->watchr);
	unlock(&e->lk);
	eventwake(ev);
	exportput(e);
}

/* --- workers --- */

static void
freework(Exwork *w)
{
	free(w->out);
	free(w);
}

/* Up becomes a process of what is exported. */
static void
joinexport(Export *e)
{
	qlock(&up->namelock);
	up->pgrp = e->pgrp;
	incref(&e->pgrp->r);
	up->egrp = e->egrp;
	egrpref(e->egrp);
	up->fgrp = e->fgrp;
	incref(&e->fgrp->r);
	up->slash = e->root;
	incref(&e->root->r);
	up->dot = e->root;
	incref(&e->root->r);
	qunlock(&up->namelock);
}

void
dropnotes(void)
{
	Note n;

	if(loadrelaxed(&up->nnote) == 0)
		return;
	qlock(&up->notelock);
	while(popnote(up, &n))
		;
	astore(&up->notepending, up->intrpending);
	qunlock(&up->notelock);
}

static int
hasorder(void *a)
{
	Exwork *w = a;

	return loadrelaxed(&w->given) != nil || loadrelaxed(&w->quit);
}

/* Sleep until there is a connection to read; nil: the end. */
static Exconn *
awaitconn(Exwork *w)
{
	Export *e;
	Exconn *c;

	e = w->e;
	while(!hasorder(w)) {
		if(waserror())
			continue;
		sleep(&w->r, hasorder, w);
		poperror();
	}
	/* giveconn holds the lock as long as it uses w */
	lock(&e->lk);
	c = w->given;
	storerelaxed(&w->given, nil);
	unlock(&e->lk);
	return c;
}

/* w has nothing to do: 0 if it is to end. */
static int
rest(Exwork *w)
{
	Export *e;
	int stays;

	e = w->e;
	lock(&e->lk);
	stays = e->nidle < NEXIDLE && !e->ended;
	if(stays) {
		e->nidle++;
		w->next = e->idle;
		e->idle = w;
	}
	unlock(&e->lk);
	return stays;
}

/* Read c until w has not the reading any more. */
static void
readconn(Exwork *w, Exconn *c)
{
	u32int n;
	uchar *p;

	w->c = c;
	while((n = nextmsg(w, c)) > 0) {
		p = c->in->b + c->rp;
		c->rp += n;
		if(!exrequest(w, c, p, n))
			return;
	}
	exhangup(c);
	exconnput(c);
}

static void
exworker(void *a)
{
	Exwork *w = a;
	Exconn *c;
	Export *e;

	e = w->e;
	w->p = up;
	joinexport(e);
	while((c = awaitconn(w)) != nil) {
		readconn(w, c);
		if(!rest(w))
			break;
	}
	freework(w);
	exportput(e);
}

static Exwork *
newworker(Export *e)
{
	Exwork *w;

	w = smalloc(sizeof *w);
	w->e = e;
	incref(&e->r);
	if(waserror()) {
		freework(w);
		exportput(e);
		nexterror();
	}
	w->out = smalloc(FIRSTOUT);
	w->maxout = FIRSTOUT;
	nskproc("export", exworker, w);
	poperror();
	return w;
}

Exwork *
spareworker(Export *e)
{
	Exwork *w;

	lock(&e->lk);
	w = e->idle;
	if(w != nil) {
		e->idle = w->next;
		e->nidle--;
	}
	unlock(&e->lk);
	if(w != nil || waserror())
		return w;
	w = newworker(e);
	poperror();
	return w;
}

/* An order for w, which is spare. */
static void
order(Exwork *w, Exconn *c)
{
	Export *e;
	Event *ev;

	e = w->e;
	lock(&e->lk);
	storerelaxed(&w->given, c);
	if(c == nil)
		storerelaxed(&w->quit, 1);
	ev = wakeuplocked(&w->r);
	unlock(&e->lk);
	eventwake(ev);
}

void
giveconn(Exwork *w, Exconn *c)
{
	order(w, c);
}

void
unspare(Exwork *w)
{
	if(!rest(w))
		order(w, nil);
}

/* --- the workers of a connection. Caller holds its lk --- */

void
workson(Exconn *c, Exwork *w)
{
	w->wnext = c->works;
	if(w->wnext != nil)
		w->wnext->wprev = &w->wnext;
	w->wprev = &c->works;
	c->works = w;
}

void
worksoff(Exwork *w)
{
	*w->wprev = w->wnext;
	if(w->wnext != nil)
		w->wnext->wprev = w->wprev;
	w->wnext = nil;
	w->wprev = nil;
}

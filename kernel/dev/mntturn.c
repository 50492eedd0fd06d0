/*
 * Turns: one process at a time, first come first served. Unlike a QLock's, the wait for a
 * turn ends with a note, and a turn may be kept while a server is waited for.
 */
#include "dev/mnt.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* On its waiter's stack; linked, unlinked and woken under the Mnt's lk. */
struct Turnwait
{
	Turnwait *next;
	/* atomic */
	u32int mine;
	Rendez r;
};

static int
hasturn(void *a)
{
	Turnwait *w = a;

	return loadacquire(&w->mine) != 0;
}

static void
unlinkwait(Turn *t, Turnwait *w)
{
	Turnwait **p, *prev;

	prev = nil;
	for(p = &t->first; *p != w; p = &(*p)->next)
		prev = *p;
	*p = w->next;
	if(t->last == w)
		t->last = prev;
}

/* Give the turn to the process that has waited longest. It is woken under the lock, because its
 * Turnwait is on its stack, which stays until it has taken the lock. Caller holds the Mnt's lk. */
static void
passturn(Turn *t)
{
	Turnwait *w;

	w = t->first;
	if(w == nil) {
		t->busy = 0;
		return;
	}
	unlinkwait(t, w);
	storerelease(&w->mine, 1);
	wakeup(&w->r);
}

/* Sleep until w has the turn. error(Eintr): without the turn. */
static void
sleepturn(Mnt *m, Turn *t, Turnwait *w)
{
	int mine;

	if(waserror()) {
		lock(&m->lk);
		mine = hasturn(w);
		if(!mine)
			unlinkwait(t, w);
		unlock(&m->lk);
		if(mine)
			giveturn(m, t);
		nexterror();
	}
	while(!hasturn(w))
		sleep(&w->r, hasturn, w);
	poperror();
	/* passturn has let go of w */
	lock(&m->lk);
	unlock(&m->lk);
}

/* Take the turn if it is free and return 0. If not, queue w, which is zero, and return 1. */
static int
queueturn(Mnt *m, Turn *t, Turnwait *w)
{
	int wait;

	lock(&m->lk);
	wait = t->busy;
	if(!wait)
		t->busy = 1;
	else {
		if(t->first == nil)
			t->first = w;
		else
			t->last->next = w;
		t->last = w;
	}
	unlock(&m->lk);
	return wait;
}

void
taketurn(Mnt *m, Turn *t)
{
	Turnwait w;

	memset(&w, 0, sizeof w);
	if(queueturn(m, t, &w))
		sleepturn(m, t, &w);
}

void
giveturn(Mnt *m, Turn *t)
{
	int all;

	all = 1;
	lock(&m->lk);
	while(all && m->posts != nil) {
		unlock(&m->lk);
		all = sendposts(m);
		lock(&m->lk);
	}
	m->writer = nil;
	passturn(t);
	unlock(&m->lk);
	settle(m);
}

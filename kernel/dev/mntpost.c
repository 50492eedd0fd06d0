/*
 * Messages whose answer nobody waits for: the clunks of exiting processes, flushes.
 *
 * They must not make their process wait, for the server may be dead and the connection full. They
 * are queued, and sent by the process whose turn to send it is, as far as that need not wait. A
 * kernel process sends the rest, if there is one: the only one that a dead server holds up. It
 * waits for the answers, so that a server whose answers nobody reads does not stop.
 */
#include "dev/mnt.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

void
queuepost(Mnt *m, Rpc *r)
{
	r->next = nil;
	if(m->posts == nil)
		m->posts = r;
	else
		m->lastpost->next = r;
	m->lastpost = r;
}

/* The first of the queue, or nil */
static Rpc *
nextpost(Mnt *m)
{
	Rpc *r;

	lock(&m->lk);
	r = m->posts;
	if(r != nil) {
		m->posts = r->next;
		r->next = nil;
	}
	unlock(&m->lk);
	return r;
}

/* Back to the head of the queue: it has not been sent. */
static void
putback(Mnt *m, Rpc *r)
{
	lock(&m->lk);
	r->next = m->posts;
	if(r->next == nil)
		m->lastpost = r;
	m->posts = r;
	unlock(&m->lk);
}

/* Nobody will send the queue. */
static void
dropposts(Mnt *m)
{
	Rpc *r;

	while((r = nextpost(m)) != nil)
		rpcput(m, r);
}

/* Send r without waiting: 0 if that cannot be. Up has the turn to send. */
static int
trysend(Mnt *m, Rpc *r)
{
	Chan *c;
	long n;

	c = m->c;
	if(devtab[c->type]->writenow == nil ||
	    loadrelaxed(&m->nposted) >= NUNREAD)
		return 0;
	r->posted = 1;
	if(waserror()) {
		notsent(m, r);
		rpcput(m, r);
		return 1;
	}
	setpending(m, r);
	n = devtab[c->type]->writenow(c, r->msg, r->nmsg);
	poperror();
	assert(n == 0 || n == (long)r->nmsg);
	if(n == 0) {
		notpending(m, r);
		return 0;
	}
	rpcput(m, r);
	return 1;
}

/* Send r, and wait for its answer. Up is the sender. */
static void
sendpost(Mnt *m, Rpc *r)
{
	if(!waserror()) {
		rpcwait(m, r);
		poperror();
	}
	rpcput(m, r);
}

/* The sender ends when there is nothing to send: 0. */
static int
sendergoeson(Mnt *m)
{
	int more;

	lock(&m->lk);
	more = m->posts != nil;
	if(!more)
		m->sender = 0;
	unlock(&m->lk);
	return more;
}

static void
mntsender(void *a)
{
	Mnt *m = a;
	Rpc *r;

	while(sendergoeson(m))
		if((r = nextpost(m)) != nil)
			sendpost(m, r);
	cclose(m->c);
}

/* Start the sender. If no process can be had, the server is not told. */
static void
startsender(Mnt *m)
{
	char err[ERRMAX];

	strecpy(err, err + sizeof err, up->errstr);
	incref(&m->c->r);
	if(waserror()) {
		dropposts(m);
		lock(&m->lk);
		m->sender = 0;
		unlock(&m->lk);
		cclose(m->c);
	} else {
		nskproc("mntsender", mntsender, m);
		poperror();
	}
	strecpy(up->errstr, up->errstr + ERRMAX, err);
}

int
sendposts(Mnt *m)
{
	char err[ERRMAX];
	Rpc *r;
	int start;

	strecpy(err, err + sizeof err, up->errstr);
	while((r = nextpost(m)) != nil)
		if(!trysend(m, r)) {
			putback(m, r);
			break;
		}
	strecpy(up->errstr, up->errstr + ERRMAX, err);
	if(r == nil)
		return 1;
	lock(&m->lk);
	start = !m->sender;
	m->sender = 1;
	unlock(&m->lk);
	if(start)
		startsender(m);
	return 0;
}

void
kickposts(Mnt *m)
{
	int mine;

	lock(&m->lk);
	mine = m->posts != nil && !m->send.busy;
	if(mine)
		m->send.busy = 1;
	unlock(&m->lk);
	if(mine)
		giveturn(m, &m->send);
}

void
rpcpost(Mnt *m, Rpc *r)
{
	putsize(r);
	lock(&m->lk);
	queuepost(m, r);
	unlock(&m->lk);
	kickposts(m);
}

/* --- the last answers --- */

/* ms */
u32int mntpatience = 30 * 1000;

static int
ishungup(void *a)
{
	Mnt *m = a;

	return loadacquire(&m->hungup);
}

/* Hang m up when no answer has come for too long: the server may be dead, or have lied, and not know that
 * it owes one. */
static void
mntpatient(void *a)
{
	Mnt *m = a;
	u32int owed;

	if(!waserror()) {
		do {
			owed = loadrelaxed(&m->nposted);
			tsleep(&m->gone, ishungup, m, mntpatience);
		} while(!ishungup(m) && loadrelaxed(&m->nposted) != owed);
		poperror();
	}
	mnthangup(m, Ehungup);
	cclose(m->c);
}

/* Read what answers posts. Nobody but up and mntpatient uses the connection. */
static void
mntlast(void *a)
{
	Mnt *m = a;

	readposted(m);
	/* so that it does not linger again */
	mnthangup(m, Ehungup);
	wakeup(&m->gone);
	cclose(m->c);
}

/* Start a kernel process of the connection. Returns 0 if none can be had. */
static int
startlast(Mnt *m, const char *name, void (*f)(void *))
{
	incref(&m->c->r);
	if(waserror()) {
		decref(&m->c->r);
		return 0;
	}
	nskproc(name, f, m);
	poperror();
	return 1;
}

int
mntlinger(Chan *c)
{
	Mnt *m;

	m = c->mux;
	if(loadrelaxed(&m->nposted) == 0 || loadrelaxed(&m->hungup))
		return 0;
	c->next = nil;
	if(!startlast(m, "mntpatient", mntpatient))
		return 0;
	if(!startlast(m, "mntlast", mntlast)) {
		mnthangup(m, Ehungup);
		wakeup(&m->gone);
	}
	return 1;
}

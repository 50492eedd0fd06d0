/*
 * The files of a conversation that say what it is, and who may use it: ip(3).
 */
#include "net/netdat.h"
#include "host/host.h"
#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* all permissions that a conversation's files can have */
	Maxperm = 0666,
};

static char *
convaddr(Conv *v, uint kind, char *p, char *e)
{
	const Netaddr *a;

	if(kind == Qlocal && v->sock.fd >= 0 &&
	    (v->p->kind != Nettcp || !aload(&v->hungup)))
		hostnetlocal(&v->sock, &v->local);
	a = kind == Qlocal ? &v->local : &v->remote;
	p = fmtnetip(p, e, a->ip);
	return seprint(p, e, "!%ud\n", (uint)a->port);
}

long
readnetconv(Conv *v, uint kind, char *buf, long n, vlong off)
{
	char text[Convtextlen], *e;

	e = text + sizeof text;
	*text = 0;
	/* the socket stays open */
	qlock(&v->p->lk);
	qlock(&v->lk);
	if(kind == Qstatus)
		v->p->status(v, text, e);
	else if(kind == Qerr && aload(&v->hungup))
		strecpy(text, e, v->why);
	else if(kind != Qerr)
		convaddr(v, kind, text, e);
	qunlock(&v->lk);
	qunlock(&v->p->lk);
	return readstr(off, buf, n, text);
}

/* Caller holds Proto.lk. */
static void
lockednetwstat(Conv *c, const char *user, const Dir *d)
{
	if(strcmp(user, netconvowner(c)) != 0 && !iseve())
		error(Eperm);
	if(*d->uid != 0) {
		if(strcmp(d->uid, up->user) != 0 && !iseve())
			error(Eperm);
		kstrdup(&c->owner, d->uid);
	}
	if(d->mode != ~0U)
		c->perm = d->mode & Maxperm;
}

void
wstatnetconv(Conv *c, const char *user, const Dir *d)
{
	qlock(&c->p->lk);
	onerror(qunlock(&c->p->lk));
	lockednetwstat(c, user, d);
	poperror();
	qunlock(&c->p->lk);
}

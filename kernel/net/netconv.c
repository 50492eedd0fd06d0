/*
 * #I: conversations. The lowest free number is used for a new one. A conversation lasts until no
 * ctl, data or err file of it is open.
 */
#include "net/netdat.h"
#include "host/host.h"
#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* reads of an ended conversation that return 0, before they are errors: as a Plan 9 queue */
	Maxeof = 3,
	/* the permissions of a conversation's files until its owner changes them */
	Convperm = 0660,
	Convstep = 64,
};

/* A process that waits for a change of a conversation. */
struct Convwait
{
	Rendez r;
	Convwait *next;
};

static const char network[] = "network";

Conv *
netconvof(Proto *p, uint x)
{
	Conv *c;

	qlock(&p->lk);
	c = x < p->nconv ? p->conv[x] : nil;
	qunlock(&p->lk);
	return c;
}

/* Room for one more. Caller holds p->lk. */
static void
growconvs(Proto *p)
{
	static u64int said;
	Conv **v;

	if(p->nconv == Maxconv) {
		saylimit(&said, "%d conversations of %s", Maxconv, p->name);
		error("no free devices");
	}
	if(p->nconv % Convstep != 0)
		return;
	v = realloc(p->conv, (p->nconv + Convstep) * sizeof *v);
	if(v == nil)
		error(Enomem);
	p->conv = v;
}

static Conv *
makenetconv(Proto *p)
{
	Conv *c;

	growconvs(p);
	c = smalloc(sizeof *c);
	onerror(free(c));
	c->owner = kstrcpy(network);
	poperror();
	setqrank(&c->lk, Rconv);
	c->p = p;
	c->x = p->nconv;
	c->perm = Convperm;
	c->sock.fd = -1;
	p->conv[p->nconv++] = c;
	return c;
}

/* Caller holds Proto.lk. */
static void
useconversation(Conv *c, const char *owner)
{
	if(c->inuse == 0) {
		kstrdup(&c->owner, owner);
		c->perm = Convperm;
	}
	c->inuse++;
}

Conv *
newnetconv(Proto *p, const Conv *from)
{
	Conv *c;
	uint x;

	qlock(&p->lk);
	onerror(qunlock(&p->lk));
	for(x = p->lowfree; x < p->nconv && p->conv[x]->inuse > 0; x++)
		;
	p->lowfree = x;
	c = x < p->nconv ? p->conv[x] : makenetconv(p);
	useconversation(c, from != nil ? from->owner : up->user);
	poperror();
	qunlock(&p->lk);
	return c;
}

static int
sameaddr(const Netaddr *a, const Netaddr *b)
{
	return a->port == b->port && memcmp(a->ip, b->ip, Ipaddrlen) == 0;
}

int
netconvhasport(Conv *c, const Netaddr *local, const Netaddr *remote)
{
	Conv *v;
	int found;
	uint i;

	found = 0;
	qlock(&c->p->lk);
	for(i = 0; i < c->p->nconv && !found; i++) {
		v = c->p->conv[i];
		found = v != c && v->inuse > 0 &&
		    aload(&v->state) == Connected &&
		    v->local.port == local->port &&
		    (remote == nil ||
			(sameaddr(&v->remote, remote) &&
			    sameaddr(&v->local, local)));
	}
	qunlock(&c->p->lk);
	return found;
}

const char *
netconvowner(const Conv *c)
{
	return c->inuse > 0 ? c->owner : network;
}

/* May up open c so? Errors. Caller holds Proto.lk. */
static void
convperm(Conv *c, int omode)
{
	static const u32int need[] = {4, 2, 6, 1};
	u32int t;

	t = need[omode & 3];
	if(strcmp(up->user, netconvowner(c)) == 0)
		t <<= 6;
	if((t & c->perm) != t && !iseve())
		error(Eperm);
}

void
opennetconv(Conv *c, int omode)
{
	qlock(&c->p->lk);
	onerror(qunlock(&c->p->lk));
	convperm(c, omode);
	useconversation(c, up->user);
	poperror();
	qunlock(&c->p->lk);
}

/* The last file of c is closed. Nobody else uses c. Caller holds Proto.lk. */
static void
freenetconv(Conv *c)
{
	netlogconv(c, "closed", nil, nil);
	if(c->p->close != nil)
		c->p->close(c);
	if(c->sock.fd >= 0)
		hostnetclose(&c->sock);
	c->sock.fd = -1;
	astore(&c->state, Idle);
	c->bound = 0;
	memset(&c->local, 0, sizeof c->local);
	memset(&c->remote, 0, sizeof c->remote);
	c->ttl = c->tos = 0;
	astore(&c->headers, 0);
	memset(c->heard, 0, sizeof c->heard);
	c->heardifc = 0;
	astore(&c->ignoreadvice, 0);
	astore(&c->hungup, 0);
	astore(&c->finished, 0);
	astore(&c->eof, 0);
	c->perm = Convperm;
	if(c->x < c->p->lowfree)
		c->p->lowfree = c->x;
}

void
putnetconv(Conv *c)
{
	if(--c->inuse == 0)
		freenetconv(c);
}

void
closenetconv(Conv *c)
{
	qlock(&c->p->lk);
	putnetconv(c);
	qunlock(&c->p->lk);
}

/* c ends. The host forgets the address of a connection of tcp with it. Caller holds c->lk. */
static void
markended(Conv *c, const char *why)
{
	if(aload(&c->hungup))
		return;
	if(c->p->kind == Nettcp && c->sock.fd >= 0)
		hostnetlocal(&c->sock, &c->local);
	strecpy(c->why, c->why + sizeof c->why, why != nil ? why : "");
	astore(&c->hungup, 1);
	netlogconv(c, "ends", nil, why);
	changedconv(c);
}

void
hangupconv(Conv *c, const char *why)
{
	qlock(&c->lk);
	markended(c, why);
	qunlock(&c->lk);
}

void
endedconv(Conv *c)
{
	astore(&c->finished, 1);
	markended(c, nil);
}

void
endconv(Conv *c)
{
	endedconv(c);
	if(c->sock.fd >= 0)
		hostnethangup(&c->sock);
}

const char *
whyfailed(Conv *c, const char *why, int *told)
{
	uchar hop[Ipaddrlen];
	char *p, *e;
	int advice;

	advice = hostnetadvice(&c->sock, hop);
	if(told != nil)
		*told = advice;
	if(isnoaddr(hop))
		return why;
	p = up->genbuf;
	e = p + sizeof up->genbuf;
	p = seprint(p, e, "ttl exceeded at ");
	fmtnetip(p, e, hop);
	return up->genbuf;
}

static void
beginconvwait(Conv *c, Convwait *w)
{
	memset(w, 0, sizeof *w);
	qlock(&c->lk);
	w->next = c->waits;
	c->waits = w;
	qunlock(&c->lk);
}

static void
endconvwait(Conv *c, Convwait *w)
{
	Convwait **l;

	qlock(&c->lk);
	for(l = &c->waits; *l != w; l = &(*l)->next)
		;
	*l = w->next;
	qunlock(&c->lk);
}

void
waitconv(Conv *c, int (*ready)(void *))
{
	Convwait w;

	beginconvwait(c, &w);
	onerror(endconvwait(c, &w));
	sleep(&w.r, ready, c);
	poperror();
	endconvwait(c, &w);
}

void
changedconv(Conv *c)
{
	Convwait *w;

	for(w = c->waits; w != nil; w = w->next)
		wakeup(&w->r);
}

void
setconnected(
    Conv *c, const Netsock *s, const Netaddr *remote, const Netaddr *local)
{
	qlock(&c->lk);
	c->sock = *s;
	c->remote = *remote;
	if(local != nil)
		c->local = *local;
	c->bound = 1;
	astore(&c->state, Connected);
	netlogconv(c, "call from", remote, nil);
	changedconv(c);
	qunlock(&c->lk);
}

/* error: c is hung up, or has ended. */
static _Noret void
convended(Conv *c)
{
	error(aload(&c->hungup) && c->why[0] != 0 ? c->why : Ehungup);
}

long
convend(Conv *c)
{
	if(aload(&c->hungup) && c->why[0] != 0)
		convended(c);
	if(__atomic_fetch_add(&c->eof, 1, __ATOMIC_RELAXED) >= Maxeof)
		convended(c);
	return 0;
}

/* Has c's socket what a program may read, now or later? That of an announcement has it in headers mode,
 * and that of icmp always. */
static int
hasdata(void *arg)
{
	Conv *c = arg;

	switch(aload(&c->state)) {
	case Connected:
		return 1;
	case Announced:
		if(aload(&c->headers) || c->p->accept == nil)
			return 1;
	}
	return aload(&c->hungup) != 0;
}

void
waitfordata(Conv *c)
{
	if(!hasdata(c))
		waitconv(c, hasdata);
}

void
convusable(Conv *c)
{
	if(aload(&c->hungup))
		convended(c);
	if(aload(&c->state) == Idle)
		error(Ehungup);
}

void
convwritable(Conv *c)
{
	convusable(c);
	if(aload(&c->state) == Announced)
		error(Ehungup);
}

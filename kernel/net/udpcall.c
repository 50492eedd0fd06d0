/*
 * #I: udp's calls.
 *
 * A datagram of a new peer is a call, which gets a socket of its own that is connected to the peer: to
 * that the host gives the peer's later datagrams. Those that came to the announced socket before it was
 * connected are moved to the call before a program has it. So a listener takes all datagrams that are
 * there, and the calls that it does not return wait for the next listen.
 */
#include "net/netdat.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* bytes of datagrams that wait for a call's reader */
	Maxwaiting = 128 * KiB,
	/* calls that wait for a listener. A datagram that would make another is dropped */
	Maxincall = 128,
	/* datagrams that one look at a socket takes: more than its buffer has, so those that were there
	 * at the beginning are among them, and a flood does not hold the listener */
	Maxtake = 8192,
};

/* A datagram that was moved to a call. */
struct Datagram
{
	Datagram *next;
	long n;
	uchar data[];
};

/* --- datagrams of a call --- */

/* The oldest datagram of c that waits; nil if there is none. The caller frees it. */
static Datagram *
nextwaiting(Conv *c)
{
	Datagram *d;

	if(aload(&c->nwaiting) == 0)
		return nil;
	qlock(&c->lk);
	d = c->waiting;
	if(d != nil) {
		c->waiting = d->next;
		astore(&c->nwaiting, c->nwaiting - (u32int)d->n - 1);
	}
	qunlock(&c->lk);
	return d;
}

long
readwaiting(Conv *c, void *buf, long n)
{
	Datagram *d;
	long len;

	d = nextwaiting(c);
	if(d == nil)
		return -1;
	onerror(free(d));
	len = n < d->n ? n : d->n;
	memmove(buf, d->data, len);
	poperror();
	free(d);
	return len;
}

/* d, which is v's now, waits for v's reader. */
static void
addwaiting(Conv *v, Datagram *d)
{
	Datagram **l;

	qlock(&v->lk);
	if(v->nwaiting + (uvlong)d->n < Maxwaiting) {
		for(l = &v->waiting; *l != nil; l = &(*l)->next)
			;
		*l = d;
		astore(&v->nwaiting, v->nwaiting + (u32int)d->n + 1);
		d = nil;
	}
	qunlock(&v->lk);
	free(d);
}

/* --- calls --- */

static int
samepeer(Conv *v, const Netpacket *p, u16int lport)
{
	return v->inuse > 0 && aload(&v->state) == Connected &&
	    v->remote.port == p->remote.port && v->local.port == lport &&
	    memcmp(v->remote.ip, p->remote.ip, Ipaddrlen) == 0 &&
	    memcmp(v->local.ip, p->local, Ipaddrlen) == 0;
}

/* The call that p, sent to port lport, belongs to, with a file open; nil if there is none. */
static Conv *
callof(Conv *c, const Netpacket *p, u16int lport)
{
	Conv *v;
	uint i;

	v = nil;
	qlock(&c->p->lk);
	for(i = 0; i < c->p->nconv && v == nil; i++)
		if(samepeer(c->p->conv[i], p, lport)) {
			v = c->p->conv[i];
			v->inuse++;
		}
	qunlock(&c->p->lk);
	return v;
}

/* A call for p, with a file open. Errors. */
static Conv *
newcall(Conv *c, const Netpacket *p, u16int lport)
{
	Netaddr local;
	Netsock s;
	Conv *v;

	if(c->nincall >= Maxincall)
		error("too many calls wait");
	v = newnetconv(c->p, c);
	onerror(closenetconv(v));
	memset(&local, 0, sizeof local);
	ifcaddrof(p, local.ip);
	local.port = lport;
	local.scope = p->ifindex;
	hostnetbeside(
	    &c->sock, &s, &p->remote, &local, netreach == Netloopback);
	poperror();
	setconnected(v, &s, &p->remote, &local);
	return v;
}

/* The call v, with a file open, waits for a listener. */
static void
queuecall(Conv *c, Conv *v)
{
	Conv **l;

	qlock(&c->lk);
	for(l = &c->incall; *l != nil; l = &(*l)->nextcall)
		;
	v->nextcall = nil;
	*l = v;
	c->nincall++;
	qunlock(&c->lk);
}

/* The oldest call that waits, with a file open; nil if there is none. */
static Conv *
nextcall(Conv *c)
{
	Conv *v;

	qlock(&c->lk);
	v = c->incall;
	if(v != nil) {
		c->incall = v->nextcall;
		c->nincall--;
	}
	qunlock(&c->lk);
	return v;
}

/* d, which came with p, goes to its call. If none can be made for it, it is lost: its sender has an
 * address that no socket can be connected to, as port 0, or the host has no more sockets. */
static void
delivertocall(Conv *c, Datagram *d, const Netpacket *p)
{
	Netaddr local;
	Conv *v, *old;

	if(waserror()) {
		free(d);
		return;
	}
	if(p->remote.port == 0 || !hostnetlocal(&c->sock, &local))
		error(Ehungup);
	old = callof(c, p, local.port);
	v = old != nil ? old : newcall(c, p, local.port);
	poperror();
	addwaiting(v, d);
	if(old != nil)
		closenetconv(v);
	else
		queuecall(c, v);
}

/* Take the datagrams that are at s, which is c's socket or that of a call of c. Datagrams of any peer
 * come to a call's socket before it is connected. */
static void
taketocalls(Conv *c, Netsock *s)
{
	Datagram *d;
	Netpacket p;
	int i;

	for(i = 0; i < Maxtake && hostnetpeek(s, 0, &p); i++) {
		d = smalloc(sizeof *d + p.len);
		d->n = hostnettake(s, d->data, p.len, &p);
		if(d->n >= 0)
			delivertocall(c, d, &p);
		else
			free(d);
	}
}

static void
takecalls(Conv *c)
{
	Conv *v;

	taketocalls(c, &c->sock);
	for(v = c->incall; v != nil; v = v->nextcall) {
		taketocalls(c, &v->sock);
		taketocalls(c, &c->sock);
	}
}

/* --- listeners --- */

static int
nolistener(void *arg)
{
	Conv *c = arg;

	return !aload(&c->listening);
}

/* One listener of c at a time looks at its socket. */
static void
beginlisten(Conv *c)
{
	int mine;

	do {
		waitconv(c, nolistener);
		qlock(&c->lk);
		mine = !c->listening;
		astore(&c->listening, 1);
		qunlock(&c->lk);
	} while(!mine);
}

static void
endlisten(Conv *c)
{
	qlock(&c->lk);
	astore(&c->listening, 0);
	changedconv(c);
	qunlock(&c->lk);
}

Conv *
udpaccept(Conv *c)
{
	Netpacket p;
	Conv *v;

	beginlisten(c);
	onerror(endlisten(c));
	for(;;) {
		if(aload(&c->hungup))
			error("listen hungup");
		v = nextcall(c);
		if(v != nil)
			break;
		hostnetpeek(&c->sock, 1, &p);
		takecalls(c);
	}
	poperror();
	endlisten(c);
	return v;
}

/* Caller holds Proto.lk. */
void
udpclose(Conv *c)
{
	Datagram *d;
	Conv *v;

	while((d = c->waiting) != nil) {
		c->waiting = d->next;
		free(d);
	}
	astore(&c->nwaiting, 0);
	while((v = c->incall) != nil) {
		c->incall = v->nextcall;
		putnetconv(v);
	}
	c->nincall = 0;
}

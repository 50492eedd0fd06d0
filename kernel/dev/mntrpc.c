/*
 * Requests to a 9P server: tags, sending, flushing. intro(5), flush(5).
 *
 * A request is free for another use, and with it its tag, when its caller, the server and all
 * flushes of it are done with it. So a caller can leave at any time.
 */
#include "dev/mnt.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

static const char Emountrpc[] = "mount rpc error";

enum
{
	/* a message's buffer that is kept for the next use */
	KEEPMSG = 512,
};

/* Called with m->lk. */
static void
rpcunref(Mnt *m, Rpc *r)
{
	assert(r->refs > 0);
	if(--r->refs > 0)
		return;
	assert(!r->queued && !r->pending && r->flushes == nil);
	r->next = m->free;
	m->free = r;
}

/* RPCCHUNK requests more, unless another process has been faster. Errors. */
static void
morerpcs(Mnt *m)
{
	Rpc *r;
	u32int i, at;

	r = smalloc(RPCCHUNK * sizeof *r);
	lock(&m->lk);
	if(m->free == nil && m->nchunk < NRPCCHUNK) {
		at = m->nchunk;
		storerelaxed(&m->nchunk, at + 1);
		m->chunk[at] = r;
		for(i = RPCCHUNK; i > 0; i--) {
			r[i - 1].tag = at << RPCBITS | (i - 1);
			r[i - 1].next = m->free;
			m->free = &r[i - 1];
		}
		r = nil;
	}
	unlock(&m->lk);
	free(r);
}

/* A free request, or nil. */
static Rpc *
freerpc(Mnt *m)
{
	Rpc *r;

	lock(&m->lk);
	r = m->free;
	if(r != nil) {
		m->free = r->next;
		r->next = nil;
		r->refs = 1;
		r->held = 1;
		r->posted = 0;
		storerelaxed(&r->state, Gwait);
		storerelaxed(&r->myturn, 0);
	}
	unlock(&m->lk);
	return r;
}

Rpc *
rpcnew(Mnt *m, int type)
{
	Rpc *r;

	while((r = freerpc(m)) == nil) {
		if(loadrelaxed(&m->nchunk) == NRPCCHUNK)
			error(Enomem);
		morerpcs(m);
	}
	onerror(rpcput(m, r));
	r->nmsg = 0;
	r->limbo = 0;
	put32(r, 0);
	put8(r, type);
	put16(r, r->tag);
	poperror();
	return r;
}

void
rpcput(Mnt *m, Rpc *r)
{
	uchar *reply;

	if(r->maxmsg > KEEPMSG) {
		free(r->msg);
		r->msg = nil;
		r->maxmsg = 0;
	}
	lock(&m->lk);
	reply = r->reply;
	r->reply = nil;
	r->held = 0;
	rpcunref(m, r);
	unlock(&m->lk);
	free(reply);
}

Rpc *
rpcpending(Mnt *m, ushort tag)
{
	Rpc *r;

	if((u32int)tag >> RPCBITS >= m->nchunk)
		return nil;
	r = &m->chunk[tag >> RPCBITS][tag & (RPCCHUNK - 1)];
	return r->pending ? r : nil;
}

/* Called with m->lk. */
static void
endpending(Mnt *m, Rpc *r)
{
	r->pending = 0;
	if(r->posted)
		storerelaxed(&m->nposted, m->nposted - 1);
}

/* The flush f is over: what it flushed will not be answered any more. Called with m->lk. */
static void
flushdone(Mnt *m, Rpc *f)
{
	Rpc *r;

	r = f->flushes;
	if(r == nil)
		return;
	f->flushes = nil;
	if(r->pending)
		eventwake(rpcdone(m, r, Gflushed));
	rpcunref(m, r);
}

Event *
rpcdone(Mnt *m, Rpc *r, int state)
{
	Event *e;

	endpending(m, r);
	unqueue(m, r);
	storerelease(&r->state, state);
	if(state != Gbroken)
		flushdone(m, r);
	else if(r->flushes != nil) {
		rpcunref(m, r->flushes);
		r->flushes = nil;
	}
	e = r->held ? wakeuplocked(&r->r) : nil;
	rpcunref(m, r);
	return e;
}

void
setpending(Mnt *m, Rpc *r)
{
	lock(&m->lk);
	if(m->hungup) {
		unlock(&m->lk);
		error(m->why);
	}
	r->pending = 1;
	if(r->posted)
		storerelaxed(&m->nposted, m->nposted + 1);
	r->refs++;
	unlock(&m->lk);
}

void
notpending(Mnt *m, Rpc *r)
{
	lock(&m->lk);
	if(r->pending) {
		endpending(m, r);
		rpcunref(m, r);
	}
	r->posted = 0;
	unlock(&m->lk);
}

void
notsent(Mnt *m, Rpc *r)
{
	notpending(m, r);
	lock(&m->lk);
	if(r->flushes != nil) {
		rpcunref(m, r->flushes);
		r->flushes = nil;
	}
	unlock(&m->lk);
}

static void
sendrpc(Mnt *m, Rpc *r)
{
	onerror(notsent(m, r));
	if(r->nmsg > m->msize)
		error(Ename2long);
	putsize(r);
	taketurn(m, &m->send);
	onerror(giveturn(m, &m->send));
	setpending(m, r);
	writemessage(m, r->msg, r->nmsg);
	poperror();
	giveturn(m, &m->send);
	poperror();
}

int
rpcwait(Mnt *m, Rpc *r)
{
	sendrpc(m, r);
	return waitanswer(m, r);
}

/* Ask for the end of r: 0 if there is no memory to do so. */
static int
sendflush(Mnt *m, Rpc *r)
{
	Rpc *f;

	if(waserror())
		return 0;
	f = rpcnew(m, Tflush);
	onerror(rpcput(m, f));
	put16(f, r->tag);
	poperror();
	poperror();
	lock(&m->lk);
	f->flushes = r;
	r->refs++;
	unlock(&m->lk);
	rpcpost(m, f);
	return 1;
}

int
dying(void)
{
	return up->exiting || loadrelaxed(&up->procctl) == Proc_exitme ||
	    (up->notify == 0 && loadrelaxed(&up->nnote) > 0);
}

/*
 * A note came. The request is flushed, and its caller waits for the answer to either: flush(5). If
 * another note comes, the server may be dead, and the caller leaves without knowing. So does a
 * process that is to end.
 */
static void
interrupted(Mnt *m, Rpc *r)
{
	if(sendflush(m, r) && !dying() && waitanswer(m, r))
		return;
	if(loadacquire(&r->state) == Gwait) {
		r->limbo = 1;
		error(Eintr);
	}
}

void
rpccall(Mnt *m, Rpc *r)
{
	sendrpc(m, r);
	if(!waitanswer(m, r))
		interrupted(m, r);
	switch(loadacquire(&r->state)) {
	case Gflushed:
		error(Eintr);
	case Gbroken:
		error(Emountrpc);
	}
	r->limbo = 1;
	if(r->nbody > 0 && r->reply == nil)
		error(Enomem);
	if(checkbody(r->rtype, r->body, r->nbody) < 0)
		error(Emountrpc);
	if(r->rtype != Rerror && r->rtype != r->msg[BIT32SZ] + 1)
		error(Emountrpc);
	r->limbo = 0;
	if(r->rtype == Rerror)
		servererror(r->body);
}

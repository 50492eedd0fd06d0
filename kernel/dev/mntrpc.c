/*
 * Requests to a 9P server: tags, sending, flushing. intro(5), flush(5).
 *
 * An Rpc and its tag can be used again when its caller has put it, the server owes no answer, and all
 * flushes of it are over. So a caller can leave at any time.
 */
#include "dev/mnt.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

static const char Emountrpc[] = "mount rpc error";

enum
{
	/* bytes of the largest message buffer that stays with an Rpc for its next use */
	KEEPMSG = 512,
};

/* Called with m->lk. */
static void
rpcunref(Mnt *m, Rpc *r)
{
	assert(r->refs > 0);
	if(--r->refs > 0)
		return;
	assert(
	    !r->queued && !r->pending && r->flushes == nil && r->clunk == nil);
	r->next = m->free;
	m->free = r;
}

/* Make RPCCHUNK more Rpcs, unless there are free ones by now. Errors. */
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
			r[i - 1].tag = (at << RPCBITS) + i;
			r[i - 1].next = m->free;
			m->free = &r[i - 1];
		}
		r = nil;
	}
	unlock(&m->lk);
	free(r);
}

/* Take a free Rpc; nil if there is none. */
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
		r->oldfid = 0;
		r->fid = 0;
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
	if(r->pending && r->fid != 0) {
		r->left = 1;
		m->nleft++;
	}
	rpcunref(m, r);
	unlock(&m->lk);
	free(reply);
}

Rpc *
rpcpending(Mnt *m, ushort tag)
{
	Rpc *r;

	/* the first tag is 1 */
	tag--;
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
	if(r->left) {
		r->left = 0;
		m->nleft--;
	}
	if(r->posted)
		storerelaxed(&m->nposted, m->nposted - 1);
}

/* f is answered. If it is a flush, the request that it flushed is over too: the server does not answer
 * that any more. Caller holds m->lk. */
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
	if(r->oldfid != 0)
		oldfid(r->oldfid);
	if(r->clunk != nil) {
		queuepost(m, r->clunk);
		r->clunk = nil;
	}
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
	m->writer = up;
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

/* The fid whose use by the server ends with the answer to r; 0: none. */
static u32int
usedfid(const Rpc *r)
{
	switch(r->msg[BIT32SZ]) {
	case Twalk:
	case Topen:
	case Tcreate:
	case Tread:
	case Twrite:
	case Tstat:
	case Twstat:
		return GBIT32(r->msg + MSGHDR);
	}
	return 0;
}

int
rpcclunklater(Mnt *m, Rpc *r, u32int fid)
{
	Rpc *q;
	u32int i;

	putsize(r);
	lock(&m->lk);
	for(i = 0; m->nleft > 0 && i < m->nchunk << RPCBITS; i++) {
		q = &m->chunk[i >> RPCBITS][i & (RPCCHUNK - 1)];
		if(q->left && q->fid == fid && q->clunk == nil) {
			q->clunk = r;
			unlock(&m->lk);
			return 1;
		}
	}
	unlock(&m->lk);
	return 0;
}

void
rpcsend(Mnt *m, Rpc *r)
{
	onerror(notsent(m, r));
	r->fid = usedfid(r);
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
	rpcsend(m, r);
	return waitanswer(m, r);
}

/* Post a flush of r. Returns 0 if there is no memory. */
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
 * A note came during the wait for r's answer. Flush r, and wait for the answer to either: flush(5). If
 * another note comes, the server may be dead, and the caller leaves: r is in limbo. A process that is
 * to end leaves at once.
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
rpcanswer(Mnt *m, Rpc *r)
{
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

void
rpccall(Mnt *m, Rpc *r)
{
	rpcsend(m, r);
	rpcanswer(m, r);
}

int
rpcleave(Mnt *m, Rpc *r, u32int fid)
{
	int owed;

	lock(&m->lk);
	owed = r->pending;
	if(owed) {
		/* the connection stays until the answer has come */
		r->posted = 1;
		storerelaxed(&m->nposted, m->nposted + 1);
		r->oldfid = fid;
	}
	unlock(&m->lk);
	rpcput(m, r);
	return !owed;
}

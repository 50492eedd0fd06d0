/*
 * The end of a fid: clunk(5).
 *
 * A fid is the number of its Chan, which is used again. So either the answer has come before that,
 * or the Chan gets another number.
 */
#include "dev/mnt.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

static Rpc *
newclunk(Chan *c)
{
	Rpc *r;
	Mnt *m;

	m = mntof(c);
	r = rpcnew(m, Tclunk);
	onerror(rpcput(m, r));
	put32(r, c->fid);
	poperror();
	return r;
}

/* Does the clunk r of c wait for the answer to a request whose caller has left? A file that its close
 * removes, or that nobody else can open, is closed now. */
static int
clunklater(Chan *c, Rpc *r)
{
	return (c->qid.type & QTEXCL) == 0 &&
	    (loadrelaxed(&c->flag) & CRCLOSE) == 0 &&
	    rpcclunklater(mntof(c), r, c->fid);
}

void
clunkpost(Chan *c)
{
	char err[ERRMAX];
	Rpc *r;

	strecpy(err, err + sizeof err, up->errstr);
	if(!waserror()) {
		r = newclunk(c);
		poperror();
		r->oldfid = c->fid;
		if(!clunklater(c, r))
			rpcpost(mntof(c), r);
	}
	newfid(c);
	strecpy(up->errstr, up->errstr + ERRMAX, err);
}

static void
sendclunk(Chan *c, int wait)
{
	Mnt *m;
	Rpc *r;

	m = mntof(c);
	r = newclunk(c);
	r->oldfid = c->fid;
	if(clunklater(c, r)) {
		newfid(c);
		return;
	}
	r->oldfid = 0;
	onerror(rpcput(m, r));
	rpcsend(m, r);
	poperror();
	if(wait)
		waitanswer(m, r);
	if(!rpcleave(m, r, c->fid))
		newfid(c);
}

int
clunk(Chan *c, int wait)
{
	if(waserror()) {
		if(strcmp(up->errstr, Eintr) == 0)
			return 0;
		newfid(c);
		return 1;
	}
	sendclunk(c, wait);
	poperror();
	return 1;
}

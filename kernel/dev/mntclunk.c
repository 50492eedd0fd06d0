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

/* 0 if a note came before it was sent. */
static int
trypost(Chan *c)
{
	if(waserror())
		return 1;
	if(!rpcpost(mntof(c), newclunk(c))) {
		poperror();
		return strcmp(up->errstr, Eintr) != 0;
	}
	poperror();
	return 1;
}

void
clunkpost(Chan *c)
{
	char err[ERRMAX];
	int i;

	strecpy(err, err + sizeof err, up->errstr);
	/* notes that wait are passed by, but not a server that takes no messages */
	for(i = 0; i <= NNOTE && !trypost(c) && !dying(); i++)
		;
	newfid(c);
	strecpy(up->errstr, up->errstr + ERRMAX, err);
}

static void
waitclunk(Chan *c)
{
	Mnt *m;
	Rpc *r;

	m = mntof(c);
	r = newclunk(c);
	onerror(rpcput(m, r));
	if(!rpcwait(m, r))
		newfid(c);
	poperror();
	rpcput(m, r);
}

int
clunkwait(Chan *c)
{
	if(waserror()) {
		if(strcmp(up->errstr, Eintr) == 0)
			return 0;
		newfid(c);
		return 1;
	}
	waitclunk(c);
	poperror();
	return 1;
}

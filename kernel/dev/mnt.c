/*
 * #M: files of 9P servers. Each function of mntdev makes one request, or several: walk(5), open(5),
 * read(5), stat(5), remove(5).
 */
#include "dev/mnt.h"
#include "dev/dev.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

static Chan *
mntattach(const char *spec)
{
	USED(spec);
	error(Enoattach);
}

/* --- walking --- */

/* Send r, a Twalk of the names from c, with nc's number as newfid. *wq becomes the answer; wq->clone is
 * nc, or nil if the walk is partial. */
static void
walkcall(Chan *c, Chan *nc, Walkqid *wq, Rpc *r, char **name, int nname)
{
	uchar *p;
	int i, n;

	put32(r, c->fid);
	put32(r, nc->fid);
	put16(r, nname);
	for(i = 0; i < nname; i++)
		putstring(r, name[i]);
	if(waserror()) {
		if(r->limbo)
			clunkpost(nc);
		nexterror();
	}
	rpccall(mntof(c), r);
	poperror();
	p = r->body;
	n = GBIT16(p);
	if(n > nname) {
		clunkpost(nc);
		error("too many QIDs returned by walk");
	}
	p += BIT16SZ;
	for(i = 0; i < n; i++, p += QIDSZ)
		wq->qid[i] = getqid(p);
	wq->nqid = n;
	if(n == nname) {
		nc->qid = n > 0 ? wq->qid[n - 1] : c->qid;
		wq->clone = nc;
	}
}

static Walkqid *
walkto(Chan *c, Chan *nc, Rpc *r, char **name, int nname)
{
	Walkqid *wq;

	wq = smalloc(sizeof *wq + nname * sizeof wq->qid[0]);
	onerror(free(wq));
	walkcall(c, nc, wq, r, name, nname);
	poperror();
	return wq;
}

/* How many of the names fit into one message; at least 1. */
static int
namesthatfit(Mnt *m, char **name, int nname)
{
	u32int size;
	usize n;
	int i;

	size = MSGHDR + 2 * BIT32SZ + BIT16SZ;
	for(i = 0; i < nname && i < WALKMAX; i++) {
		n = BIT16SZ + strlen(name[i]);
		if(i > 0 && size + n > m->msize)
			break;
		size += n;
	}
	return i;
}

static Walkqid *
walksome(Chan *c, char **name, int nname)
{
	Walkqid *wq;
	Chan *nc;
	Mnt *m;
	Rpc *r;

	m = mntof(c);
	nc = mntchan(c);
	onerror(chanfree(nc));
	r = rpcnew(m, Twalk);
	onerror(rpcput(m, r));
	wq = walkto(c, nc, r, name, nname);
	poperror();
	poperror();
	rpcput(m, r);
	if(wq->clone == nil)
		chanfree(nc);
	return wq;
}

/* Go on from a, the result of a walk, with names that did not fit into its message. Takes over a.
 * Errors. */
static Walkqid *
walkmore(Walkqid *a, char **name, int nname)
{
	Walkqid *b, *wq;
	Chan *c;
	int i;

	c = a->clone;
	a->clone = nil;
	if(waserror()) {
		/* a partial walk */
		cclose(c);
		if(strcmp(up->errstr, Eintr) != 0)
			return a;
		free(a);
		nexterror();
	}
	b = mntdev.walk(c, nil, name, nname);
	poperror();
	cclose(c);
	wq = malloc(sizeof *wq + (a->nqid + nname) * sizeof wq->qid[0]);
	if(wq != nil) {
		for(i = 0; i < a->nqid; i++)
			wq->qid[i] = a->qid[i];
		for(i = 0; i < b->nqid; i++)
			wq->qid[a->nqid + i] = b->qid[i];
		wq->nqid = a->nqid + b->nqid;
		wq->clone = b->clone;
	} else if(b->clone != nil)
		cclose(b->clone);
	free(a);
	free(b);
	if(wq == nil)
		error(Enomem);
	return wq;
}

static Walkqid *
mntwalk(Chan *c, Chan *nc, char **name, int nname)
{
	Walkqid *wq;
	int n;

	assert(nc == nil);
	if(nname == 0) {
		/* the caller says that it cannot have a clone */
		if(waserror()) {
			if(strcmp(up->errstr, Eintr) == 0)
				nexterror();
			return nil;
		}
		wq = walksome(c, nil, 0);
		poperror();
		return wq;
	}
	n = namesthatfit(mntof(c), name, nname);
	wq = walksome(c, name, n);
	if(n == nname || wq->clone == nil)
		return wq;
	return walkmore(wq, name + n, nname - n);
}

/* --- opening --- */

/* Send r, a Topen or Tcreate of c's file, and open c. anew: the file's contents are lost, by Tcreate or
 * OTRUNC. */
static void
opencall(Chan *c, Rpc *r, int omode, int anew)
{
	u32int most, iounit;
	Mnt *m;

	m = mntof(c);
	rpccall(m, r);
	c->qid = getqid(r->body);
	most = m->msize - IOHDRSZ;
	iounit = GBIT32(r->body + QIDSZ);
	c->iounit = iounit == 0 || iounit > most ? most : iounit;
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
	cacheopen(c, anew);
}

static Chan *
mntopen(Chan *c, int omode)
{
	Mnt *m;
	Rpc *r;

	m = mntof(c);
	r = rpcnew(m, Topen);
	onerror(rpcput(m, r));
	put32(r, c->fid);
	put8(r, omode);
	opencall(c, r, omode, omode & OTRUNC);
	poperror();
	rpcput(m, r);
	return c;
}

static Chan *
mntcreate(Chan *c, const char *name, int omode, u32int perm)
{
	Mnt *m;
	Rpc *r;

	m = mntof(c);
	r = rpcnew(m, Tcreate);
	onerror(rpcput(m, r));
	put32(r, c->fid);
	putstring(r, name);
	put32(r, perm);
	put8(r, omode);
	opencall(c, r, omode, 1);
	poperror();
	rpcput(m, r);
	return c;
}

/* --- the end of a fid --- */

/* Must the close of c wait for the answer? The next open of an exclusive-use file must find this one
 * closed, and what ORCLOSE removes must be gone. For other files that were not opened, or are cached, it
 * is enough that the server gets the clunk before what the process asks next. CWAIT is for another
 * server, which is to hear of the next close after this one. */
static int
closewaits(Chan *c)
{
	u32int flag;

	if(c->qid.type & (QTEXCL | QTMOUNT | QTAUTH))
		return 1;
	flag = loadrelaxed(&c->flag);
	if(flag & CWAIT)
		return 1;
	if((flag & COPEN) && (flag & (CCACHE | CRCLOSE)) != CCACHE)
		return 1;
	/* the server may have room for few fids */
	return loadrelaxed(&mntof(c)->nposted) >= NUNREAD;
}

/* An exiting process and a closer do not wait for the answer, because the server may be dead. */
static void
mntclose(Chan *c)
{
	cacheclose(c);
	if(up->exiting || up->kp || !clunk(c, closewaits(c)))
		clunkpost(c);
}

/* An error came: put r, a Tremove of c. If the server has not answered, it may still know the fid. */
static void
notremoved(Chan *c, Rpc *r)
{
	if(loadacquire(&r->state) != Ganswer || r->limbo)
		clunkpost(c);
	rpcput(mntof(c), r);
}

static void
mntremove(Chan *c)
{
	Mnt *m;
	Rpc *r;

	m = mntof(c);
	cacheclose(c);
	cachedrop(c);
	onerror(clunkpost(c));
	r = rpcnew(m, Tremove);
	poperror();
	onerror(notremoved(c, r));
	put32(r, c->fid);
	rpccall(m, r);
	poperror();
	rpcput(m, r);
}

/* --- attributes --- */

/* Copy the entry in an Rstat's body at p to buf, of n bytes. Returns what Dev.stat returns. */
static int
statanswer(Chan *c, uchar *p, uchar *buf, int n)
{
	u32int len;

	len = GBIT16(p);
	p += BIT16SZ;
	if(fixentry(c, p, len) != len)
		error(Ebadstat);
	if(len > (u32int)n) {
		memmove(buf, p, BIT16SZ);
		return BIT16SZ;
	}
	memmove(buf, p, len);
	return len;
}

static int
mntstat(Chan *c, uchar *buf, int n)
{
	Mnt *m;
	Rpc *r;
	int nn;

	if(n < BIT16SZ)
		error(Eshortstat);
	m = mntof(c);
	r = rpcnew(m, Tstat);
	onerror(rpcput(m, r));
	put32(r, c->fid);
	rpccall(m, r);
	nn = statanswer(c, r->body, buf, n);
	poperror();
	rpcput(m, r);
	return nn;
}

static int
mntwstat(Chan *c, uchar *buf, int n)
{
	Mnt *m;
	Rpc *r;

	m = mntof(c);
	r = rpcnew(m, Twstat);
	onerror(rpcput(m, r));
	put32(r, c->fid);
	put16(r, n);
	putbytes(r, buf, n);
	/* an error does not tell that the file is unchanged */
	onerror(cachedrop(c));
	rpccall(m, r);
	poperror();
	cachedrop(c);
	poperror();
	rpcput(m, r);
	return n;
}

Dev mntdev = {
    .dc = 'M',
    .name = "mnt",
    .init = mntclientinit,
    .attach = mntattach,
    .walk = mntwalk,
    .stat = mntstat,
    .open = mntopen,
    .create = mntcreate,
    .close = mntclose,
    .read = mntread,
    .write = mntwrite,
    .remove = mntremove,
    .wstat = mntwstat,
};

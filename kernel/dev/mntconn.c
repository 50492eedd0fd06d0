/*
 * Connections to 9P servers: version(5), attach(5), auth; fversion(2), fauth(2), mount.
 *
 * The connection's Chan owns the Mnt, and each Chan of a served file has a reference to the
 * connection's. So the connection ends with the last file, descriptor and post of it.
 */
#include "dev/dev.h"
#include "dev/mnt.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "proc/proc.h"

static const char Version[] = "9P2000";
static const char Ebadspec[] = "bad 9P version specification";
static const char Econv[] = "bad fversion conversion on reply";

Mnt *
mntof(Chan *c)
{
	return c->mchan->mux;
}

/* c's Mnt, made if there is none. Errors. */
static Mnt *
getmnt(Chan *c)
{
	Mnt *m, *none;

	if(aload(&c->mux) != nil)
		return c->mux;
	m = smalloc(sizeof *m);
	setrank(&m->lk, Rmnt);
	m->c = c;
	none = nil;
	if(!__atomic_compare_exchange_n(
	       &c->mux, &none, m, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		free(m);
	return c->mux;
}

/* c, which nobody uses any more, goes. */
static void
mntfree(Chan *c)
{
	Mnt *m;
	Tree *t;
	Rpc *r;
	u32int i;

	m = c->mux;
	cacheend(m);
	for(; (t = m->trees) != nil; free(t))
		m->trees = t->next;
	assert(m->posts == nil && !m->sender);
	c->mux = nil;
	for(i = 0; i < m->nchunk << RPCBITS; i++) {
		r = &m->chunk[i >> RPCBITS][i & (RPCCHUNK - 1)];
		free(r->msg);
		free(r->reply);
	}
	for(i = 0; i < m->nchunk; i++)
		free(m->chunk[i]);
	free(m->in);
	free(m->longmsg);
	free(m);
}

/* --- version(5) --- */

static void
askversion(Mnt *m, u32int msize, const char *version)
{
	Rpc *r;

	r = rpcnew(m, Tversion);
	onerror(rpcput(m, r));
	PBIT16(r->msg + BIT32SZ + BIT8SZ, NOTAG);
	put32(r, msize);
	putstring(r, version);
	putsize(r);
	writemessage(m, r->msg, r->nmsg);
	m->asked++;
	m->askedsize = msize;
	strecpy(
	    m->askedversion, m->askedversion + sizeof m->askedversion, version);
	poperror();
	rpcput(m, r);
}

/* The answer to just that question is still to come: its call was interrupted. */
static int
wasasked(Mnt *m, u32int msize, const char *version)
{
	return m->asked > 0 && m->askedsize == msize &&
	    strcmp(m->askedversion, version) == 0;
}

/* An answer's size. Errors. */
static u32int
readanswer(Mnt *m)
{
	u32int n;

	if(waserror()) {
		if(strcmp(up->errstr, Eintr) != 0 && m->wp - m->rp >= BIT32SZ)
			error(Econv);
		nexterror();
	}
	n = readmessage(m);
	poperror();
	if(n == 0)
		error("EOF receiving fversion reply");
	m->asked--;
	return n;
}

/* The answer to the last question, behind those to questions of interrupted calls. Errors. */
static u32int
lastanswer(Mnt *m)
{
	u32int n;

	while(n = readanswer(m), m->asked > 0)
		m->rp += n;
	return n;
}

/* What the server says in n bytes at p is now so; it was offered messages of most bytes. Errors. */
static void
agree(Mnt *m, const uchar *p, u32int n, u32int most, const char *version)
{
	u32int msize, len;

	if(checkbody(p[BIT32SZ], p + MSGHDR, n - MSGHDR) < 0)
		error(Econv);
	if(p[BIT32SZ] == Rerror)
		servererror(p + MSGHDR);
	if(p[BIT32SZ] != Rversion)
		error("unexpected reply type in fversion");
	p += MSGHDR;
	msize = GBIT32(p);
	if(msize > most)
		error("server tries to increase msize in fversion");
	if(msize < MSIZEMIN)
		error("nonsense value of msize in fversion");
	p += BIT32SZ;
	len = GBIT16(p);
	p += BIT16SZ;
	/* it may take less than it was offered */
	if(len == 0 || len > strlen(version) || len >= sizeof m->version ||
	    memcmp(p, version, len) != 0)
		error("bad 9P version returned from server");
	memmove(m->version, p, len);
	m->version[len] = '\0';
	m->msize = msize;
}

/* The server takes shorter messages than it was offered: no longer ones come. */
static void
keepbuffer(Mnt *m)
{
	uchar *p;

	if(m->wp - m->rp > m->msize || m->max <= m->msize)
		return;
	p = malloc(m->msize);
	if(p == nil)
		return;
	memmove(p, m->in + m->rp, m->wp - m->rp);
	m->wp -= m->rp;
	m->rp = 0;
	free(m->in);
	m->in = p;
	m->max = m->msize;
}

/* Room for a message of max bytes. What has come of an answer to an interrupted call stays. */
static void
growbuffer(Mnt *m, u32int max)
{
	uchar *p;

	p = smalloc(max);
	if(m->in != nil)
		memmove(p, m->in + m->rp, m->wp - m->rp);
	m->wp -= m->rp;
	m->rp = 0;
	free(m->in);
	m->in = p;
	m->max = max;
}

/* The first message of a connection, for a caller who has room for so many bytes of the answer's
 * text. The version's turn is up's. */
static void
negotiate(Mnt *m, u32int msize, const char *version, usize room)
{
	u32int n, max;

	/* what is asked for may be nonsense, but the answer is read */
	max = msize > MSIZEMIN ? msize : MSIZEMIN;
	if(m->max < max)
		growbuffer(m, max);
	if(waserror()) {
		/* the answer may still come */
		if(strcmp(up->errstr, Eintr) != 0)
			m->rp = m->wp = m->asked = 0;
		nexterror();
	}
	m->msize = max;
	if(!wasasked(m, msize, version))
		askversion(m, msize, version);
	n = lastanswer(m);
	agree(m, m->in + m->rp, n, msize, version);
	m->rp += n;
	if(strlen(m->version) > room)
		error(Eshort);
	poperror();
	keepbuffer(m);
	__atomic_fetch_or(&m->c->flag, CMSG, __ATOMIC_RELAXED);
	storerelease(&m->ready, 1);
}

/* A connection over c whose version is agreed upon. If it is not yet, the caller has room for so many
 * bytes of its text. Errors. */
static Mnt *
getready(Chan *c, u32int msize, const char *version, usize room)
{
	Mnt *m;

	m = getmnt(c);
	if(loadacquire(&m->ready))
		return m;
	taketurn(m, &m->send);
	onerror(giveturn(m, &m->send));
	if(!m->ready)
		negotiate(m, msize, version, room);
	poperror();
	giveturn(m, &m->send);
	return m;
}

static usize
mntversion(Chan *c, u32int msize, char *version, usize room)
{
	const char *want;
	Mnt *m;
	usize n;

	want = version[0] != '\0' ? version : Version;
	if(strncmp(want, Version, sizeof Version - 1) != 0)
		error(Ebadspec);
	if(msize == 0 || msize > MSIZEMAX)
		msize = MSIZEMAX;
	m = getready(c, msize, want, room);
	/* it was another call's perhaps */
	n = strlen(m->version);
	if(strncmp(want, m->version, n) != 0)
		errorf("incompatible 9P versions %s %s", m->version, want);
	if(n > room)
		error(Eshort);
	memmove(version, m->version, n);
	return n;
}

/* --- the first Chans of a connection --- */

/* The number of aname's tree. Errors. */
static u32int
newtree(Mnt *m, const char *aname)
{
	Tree *t, *new;
	u32int num;
	usize n;

	n = strlen(aname) + 1;
	new = smalloc(sizeof *new + n);
	memmove(new->aname, aname, n);
	lock(&m->lk);
	for(t = m->trees; t != nil && strcmp(t->aname, aname) != 0; t = t->next)
		;
	if(t == nil) {
		new->num = m->trees != nil ? m->trees->num + 1 : 1;
		new->next = m->trees;
		m->trees = t = new;
		new = nil;
	}
	num = t->num;
	unlock(&m->lk);
	free(new);
	return num;
}

/* A Chan of the connection c, named #M, without a file. Errors. */
static Chan *
firstchan(Chan *c)
{
	Chan *nc;

	nc = newchan();
	onerror(chanfree(nc));
	nc->path = newpath("#M");
	poperror();
	nc->type = devno('M', 0);
	nc->dev = newmountid();
	nc->mchan = c;
	incref(&c->r);
	return nc;
}

Chan *
mntchan(Chan *c)
{
	Chan *nc;

	nc = newchan();
	nc->type = c->type;
	nc->dev = c->dev;
	nc->flag |= loadrelaxed(&c->flag) & CCACHE;
	nc->tree = c->tree;
	nc->mchan = c->mchan;
	incref(&nc->mchan->r);
	return nc;
}

/* Tauth or Tattach, for nc's fid: sets its qid. Errors. */
static void
introduce(Chan *nc, int type, Chan *ac, const char *aname)
{
	Mnt *m;
	Rpc *r;

	m = mntof(nc);
	r = rpcnew(m, type);
	onerror(rpcput(m, r));
	put32(r, nc->fid);
	if(type == Tattach)
		put32(r, ac != nil ? ac->fid : NOFID);
	putstring(r, up->user);
	putstring(r, aname);
	if(waserror()) {
		if(r->limbo)
			clunkpost(nc);
		nexterror();
	}
	rpccall(m, r);
	poperror();
	nc->qid = getqid(r->body);
	poperror();
	rpcput(m, r);
}

static Chan *
mntauth(Chan *c, const char *aname)
{
	Chan *nc;
	Mnt *m;

	m = getready(c, MSIZEMAX, Version, sizeof Version);
	nc = firstchan(c);
	onerror(chanfree(nc));
	introduce(nc, Tauth, nil, aname);
	poperror();
	nc->qid.type |= QTAUTH;
	nc->mode = ORDWR;
	nc->iounit = m->msize - IOHDRSZ;
	nc->flag |= COPEN;
	return nc;
}

static Chan *
attachconn(Chan *c, Chan *ac, const char *aname)
{
	Chan *nc;

	if(ac != nil &&
	    (devtab[ac->type]->dc != 'M' || !(ac->qid.type & QTAUTH) ||
		ac->mchan != c))
		error(Ebadusefd);
	getready(c, MSIZEMAX, Version, sizeof Version);
	nc = firstchan(c);
	onerror(chanfree(nc));
	nc->tree = newtree(mntof(nc), aname);
	introduce(nc, Tattach, ac, aname);
	poperror();
	return nc;
}

void
mntclientinit(void)
{
	mntclient.version = mntversion;
	mntclient.auth = mntauth;
	mntclient.attach = attachconn;
	mntclient.uncache = cacheuncache;
	mntclient.linger = mntlinger;
	mntclient.free = mntfree;
	mountreclaim = cachereclaim;
}

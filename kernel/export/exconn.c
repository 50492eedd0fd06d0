/*
 * Connections: their bytes, their beginning and end.
 *
 * The reader has the reading of a connection: it alone uses in, rp, wp and msize. Reading goes from
 * one worker to another with Exconn.seq or with giveconn.
 */
#include "export/exportdat.h"

/* --- bytes --- */

Exbuf *
newexbuf(u32int max)
{
	Exbuf *b;

	b = smalloc(sizeof *b + max);
	b->r.ref = 1;
	b->max = max;
	return b;
}

void
exbufput(Exbuf *b)
{
	if(b != nil && decref(&b->r) == 0)
		free(b);
}

/* c's buffer is the reader's own, has room for a whole message, and begins with what is unread. */
static void
ownbytes(Exconn *c)
{
	Exbuf *b;

	b = c->in;
	if(getref(&b->r) > 1 || b->max < c->msize) {
		b = newexbuf(c->msize);
		memmove(b->b, c->in->b + c->rp, c->wp - c->rp);
		exbufput(c->in);
		c->in = b;
	} else if(c->rp > 0)
		memmove(b->b, b->b + c->rp, c->wp - c->rp);
	c->wp -= c->rp;
	c->rp = 0;
}

/* Read more: 0 at the end. Errors. */
static u32int
morebytes(Exconn *c)
{
	long n;

	ownbytes(c);
	n = devtab[c->c->type]->read(
	    c->c, c->in->b + c->wp, c->in->max - c->wp, 0);
	if(n < 0 || n > (long)(c->in->max - c->wp))
		error(Eio);
	c->wp += n;
	return n;
}

/* morebytes, but 0 after an error. Eintr does not count: it was meant for an earlier request. */
static u32int
trymorebytes(Exconn *c)
{
	u32int n;

	for(;;) {
		if(!waserror())
			break;
		if(strcmp(up->errstr, Eintr) != 0 || loadacquire(&c->hungup))
			return 0;
	}
	n = morebytes(c);
	poperror();
	return n;
}

/* A message whose size cannot be right: where the next begins is not known. */
static void
badsize(Exwork *w, Exconn *c, u32int size)
{
	char err[ERRMAX];
	uchar *p;
	ushort tag;

	p = c->in->b + c->rp;
	tag = NOTAG;
	if(size >= MSGHDR && c->wp - c->rp >= MSGHDR)
		tag = GBIT16(p + BIT32SZ + BIT8SZ);
	snprint(err, sizeof err, "%s: %ud bytes, not %d to %ud", Ebadmsg, size,
	    MSGHDR, c->msize);
	outerror(w, tag, err);
	outsend(w);
}

u32int
nextmsg(Exwork *w, Exconn *c)
{
	u32int size, have;

	for(;;) {
		have = c->wp - c->rp;
		if(have >= BIT32SZ) {
			size = GBIT32(c->in->b + c->rp);
			if(size < MSGHDR || size > c->msize) {
				badsize(w, c, size);
				return 0;
			}
			if(have >= size)
				return size;
		}
		if(loadacquire(&c->hungup) || trymorebytes(c) == 0)
			return 0;
	}
}

/* --- the end --- */

/* Close a fid's Chan. What may wait for another server is closed by another process. */
static void
dropfid(Exfid *f)
{
	if(f->c->mchan != nil)
		ccloseq(f->c);
	else
		cclose(f->c);
	free(f);
}

/* Take every tag out of the table; the Tflushes that wait are forgotten. Called with c->lk. */
static Extag *
forgettags(Exconn *c)
{
	Extag *t, *list;
	int i;

	list = nil;
	for(i = 0; i < EXTAGHASH; i++)
		while((t = c->tags[i]) != nil) {
			c->tags[i] = t->hash;
			if(t->w != nil) {
				t->flushes = t->lastflush = nil;
				continue;
			}
			t->next = list;
			list = t;
		}
	return list;
}

static void
endwaits(Exconn *c)
{
	Exwork *w;

	for(w = c->works; w != nil; w = w->wnext) {
		w->ended = 1;
		procendwait(w->p);
	}
}

void
exreset(Exconn *c)
{
	Extag *t, *next;
	Exfid *f;

	lock(&c->lk);
	c->gen++;
	t = forgettags(c);
	endwaits(c);
	unlock(&c->lk);
	for(; t != nil; t = next) {
		next = t->next;
		uncountreq(c->e);
		free(t);
	}
	for(;;) {
		lock(&c->lk);
		f = fidany(c);
		unlock(&c->lk);
		if(f == nil)
			break;
		dropfid(f);
	}
}

void
exhangup(Exconn *c)
{
	Export *e;

	astore(&c->hungup, 1);
	exreset(c);
	e = c->e;
	lock(&e->lk);
	if(c->next != nil)
		c->next->prev = c->prev;
	if(c->prev != nil)
		c->prev->next = c->next;
	else
		e->conns = c->next;
	storerelaxed(&e->nconn, e->nconn - 1);
	unlock(&e->lk);
	wakeup(&e->watchr);
	wakeup(&e->lastr);
}

void
exconnput(Exconn *c)
{
	if(decref(&c->r) > 0)
		return;
	cclose(c->c);
	exbufput(c->in);
	exportput(c->e);
	free(c);
}

/* --- the beginning --- */

/* Enter c: 0 if there are too many. */
static int
enterconn(Export *e, Exconn *c)
{
	int ok;

	lock(&e->lk);
	ok = e->nconn < NEXCONN && !e->ended;
	if(ok) {
		storerelaxed(&e->nconn, e->nconn + 1);
		c->next = e->conns;
		if(c->next != nil)
			c->next->prev = c;
		e->conns = c;
	}
	unlock(&e->lk);
	return ok;
}

static Exconn *
newexconn(Export *e, Chan *mc)
{
	Exconn *c;

	c = smalloc(sizeof *c);
	onerror(free(c));
	c->in = newexbuf(FIRSTMSIZE);
	poperror();
	setrank(&c->lk, Rexconn);
	setqrank(&c->send, Rexsend);
	c->r.ref = 1;
	c->msize = FIRSTMSIZE;
	c->c = mc;
	c->e = e;
	return c;
}

/* c is not served: mc stays the caller's. */
static void
freeexconn(Exconn *c)
{
	exbufput(c->in);
	free(c);
}

void
exportserve(Export *e, Chan *mc)
{
	Exconn *c;
	Exwork *w;

	c = newexconn(e, mc);
	w = spareworker(e);
	if(w == nil) {
		freeexconn(c);
		error("no free processes");
	}
	if(!enterconn(e, c)) {
		unspare(w);
		freeexconn(c);
		saylimit(&e->saidconn, "connections of an export: %d", NEXCONN);
		errorf("export: more than %d connections", NEXCONN);
	}
	incref(&e->r);
	giveconn(w, c);
}

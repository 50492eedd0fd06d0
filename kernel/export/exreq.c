/*
 * Requests: from the message to the answer. Tags and flushes: flush(5).
 *
 * A request has its tag until its answer is about to be written, under Exconn.send. So a Tflush
 * either finds the tag, and is answered by the request's worker behind the answer; or finds none, and
 * its own answer waits for Exconn.send behind that of the request.
 */
#include "export/exportdat.h"

static void (*const ops[])(Exwork *) = {
    [Tauth] = exauth,
    [Tattach] = exattach,
    [Twalk] = exwalk,
    [Topen] = exopen,
    [Tcreate] = excreate,
    [Tread] = exread,
    [Twrite] = exwrite,
    [Tclunk] = exclunk,
    [Tremove] = exremove,
    [Tstat] = exstat,
    [Twstat] = exwstat,
};

/* --- tags --- */

static Extag **
findtag(Exconn *c, ushort tag)
{
	Extag **t;

	for(t = &c->tags[tag % EXTAGHASH]; *t != nil; t = &(*t)->hash)
		if((*t)->tag == tag)
			break;
	return t;
}

/* Count one request more: 0 if there are too many. */
static int
countreq(Export *e)
{
	if(__atomic_add_fetch(&e->nreq, 1, __ATOMIC_RELAXED) <= NEXREQ)
		return 1;
	uncountreq(e);
	saylimit(&e->saidreq, "requests of an export under way: %d", NEXREQ);
	return 0;
}

void
uncountreq(Export *e)
{
	__atomic_sub_fetch(&e->nreq, 1, __ATOMIC_RELAXED);
}

/* w's request has that tag now: nil, or why not. */
static const char *
taketag(Exwork *w, ushort tag)
{
	Exconn *c;
	Extag **t;
	int used;

	if(!countreq(w->e))
		return Etoomany;
	c = w->c;
	memset(&w->tag, 0, sizeof w->tag);
	w->tag.tag = tag;
	w->tag.w = w;
	lock(&c->lk);
	w->gen = c->gen;
	t = findtag(c, tag);
	used = *t != nil;
	if(!used)
		*t = &w->tag;
	unlock(&c->lk);
	if(!used)
		return nil;
	uncountreq(w->e);
	return "tag already in use";
}

/* Take w's tag and the Tflushes of it out of the table; they are in *list. Returns 0 if the
 * connection has forgotten the request. */
static int
droptag(Exwork *w, Extag **list)
{
	Exconn *c;
	Extag *t;
	int known;

	c = w->c;
	lock(&c->lk);
	*list = w->tag.flushes;
	known = w->gen == c->gen;
	if(known) {
		*findtag(c, w->tag.tag) = w->tag.hash;
		for(t = *list; t != nil; t = t->next)
			*findtag(c, t->tag) = t->hash;
	}
	unlock(&c->lk);
	return known;
}

/* --- flush --- */

/* f waits for the request with the tag old, whose wait is ended. Returns 0 if there is none, -1 if f's
 * tag is in use. */
static int
flushtag(Exconn *c, Extag *f, ushort old)
{
	Extag *t, **p;

	t = *findtag(c, old);
	p = findtag(c, f->tag);
	if(*p != nil)
		return -1;
	if(t == nil)
		return 0;
	if(t->w == nil)
		t = t->of;
	f->of = t;
	*p = f;
	if(t->lastflush != nil)
		t->lastflush->next = f;
	else
		t->flushes = f;
	t->lastflush = f;
	t->w->ended = 1;
	procendwait(t->w->p);
	return 1;
}

static void
exflush(Exwork *w, ushort tag)
{
	Exconn *c;
	Extag *f;
	ushort old;
	int r;

	old = in16(w);
	inend(w);
	if(!countreq(w->e))
		error(Etoomany);
	onerror(uncountreq(w->e));
	f = smalloc(sizeof *f);
	poperror();
	f->tag = tag;
	c = w->c;
	lock(&c->lk);
	r = flushtag(c, f, old);
	unlock(&c->lk);
	if(r > 0) {
		w->nout = 0;
		return;
	}
	free(f);
	uncountreq(w->e);
	if(r < 0)
		error("tag already in use");
	outbegin(w, Rflush, tag);
}

/* --- version(5) --- */

static void
exversion(Exwork *w, ushort tag)
{
	Exconn *c;
	const char *version;
	u32int msize;

	c = w->c;
	msize = in32(w);
	version = instring(w, 0);
	inend(w);
	exreset(c);
	c->ready = 0;
	if(msize < MSIZEMIN)
		errorf(
		    "msize of %ud is too small: at least %d", msize, MSIZEMIN);
	c->msize = msize < MSIZEMAX ? msize : MSIZEMAX;
	c->ready = strncmp(version, "9P2000", 6) == 0 &&
	    (version[6] == 0 || version[6] == '.');
	version = c->ready ? "9P2000" : "unknown";
	outbegin(w, Rversion, tag);
	out32(w, c->msize);
	out16(w, strlen(version));
	outbytes(w, version, strlen(version));
}

/* --- all others --- */

/* Do what makes the answer, or else make it an error. */
static void
carryoutreq(Exwork *w, void (*op)(Exwork *), int type, ushort tag)
{
	if(waserror()) {
		w->intr = strcmp(up->errstr, Eintr) == 0;
		outerror(w, tag, up->errstr);
		return;
	}
	outbegin(w, type + 1, tag);
	op(w);
	poperror();
}

/* What the reader answers at once, and does not wait for. */
static void
carryoutnow(Exwork *w, void (*f)(Exwork *, ushort), ushort tag)
{
	if(waserror()) {
		outerror(w, tag, up->errstr);
	} else {
		f(w, tag);
		poperror();
	}
	if(w->nout > 0)
		outsend(w);
}

static void
refusereq(Exwork *w, ushort tag, const char *why)
{
	outerror(w, tag, why);
	outsend(w);
}

/* Send w's answer, and those of the Tflushes that wait for it. */
static void
exanswer(Exwork *w)
{
	Extag *list, *t;
	Exconn *c;

	c = w->c;
	qlock(&c->send);
	if(droptag(w, &list) && (list == nil || !w->intr))
		outwrite(w);
	while((t = list) != nil) {
		list = t->next;
		outbegin(w, Rflush, t->tag);
		outwrite(w);
		free(t);
		uncountreq(w->e);
	}
	qunlock(&c->send);
	uncountreq(w->e);
}

/* May w's request, which has a body, wait for another process? */
static int
mayblock(Exwork *w, int type)
{
	if(type == Tauth || type == Tattach || w->ie - w->ip < BIT32SZ)
		return 0;
	return fidslow(w->c, GBIT32(w->ip), type == Tread || type == Twrite);
}

/* Give the reading to another worker, and keep a copy of the request. Errors: w is still the reader. */
static void
giveaway(Exwork *w)
{
	Exwork *s;
	Exbuf *b;
	usize n;

	n = w->ie - w->ip;
	b = newexbuf(n);
	s = spareworker(w->e);
	if(s == nil) {
		exbufput(b);
		nexterror();
	}
	memmove(b->b, w->ip, n);
	w->own = b;
	w->ip = b->b;
	w->ie = b->b + n;
	incref(&w->c->r);
	lock(&w->c->lk);
	workson(w->c, w);
	unlock(&w->c->lk);
	giveconn(s, w->c);
}

/* Carry out w's request: 0 if w is not the reader any more. */
static int
carryoutread(Exwork *w, int type, ushort tag)
{
	if(mayblock(w, type)) {
		if(waserror()) {
			outerror(w, tag, up->errstr);
			return 1;
		}
		giveaway(w);
		poperror();
		carryoutreq(w, ops[type], type, tag);
		return 0;
	}
	exbusy(w->c, w);
	carryoutreq(w, ops[type], type, tag);
	if(exdone(w->c, w))
		return 1;
	fidsetslow(w->c, w->fid);
	return 0;
}

/* w has finished a request, and is not the reader. */
static void
noreader(Exwork *w)
{
	Exconn *c;
	int ended;

	c = w->c;
	lock(&c->lk);
	worksoff(w);
	ended = w->ended;
	w->ended = 0;
	unlock(&c->lk);
	if(ended)
		procwaited();
	exbufput(w->own);
	w->own = nil;
	exconnput(c);
}

int
exrequest(Exwork *w, Exconn *c, uchar *p, u32int n)
{
	const char *err;
	int type, reader;
	ushort tag;

	/* the devices know by it what was looked at in the same call */
	storerelaxed(&up->ncalls, up->ncalls + 1);
	type = p[BIT32SZ];
	tag = GBIT16(p + BIT32SZ + BIT8SZ);
	w->ip = p + MSGHDR;
	w->ie = p + n;
	w->fid = NOFID;
	w->intr = 0;
	if(type == Tversion || type == Tflush) {
		carryoutnow(w, type == Tflush ? exflush : exversion, tag);
		return 1;
	}
	err = nil;
	if(!c->ready)
		err = "no 9P version was agreed upon";
	else if(type >= (int)nelem(ops) || ops[type] == nil)
		err = "unknown 9P message";
	else
		err = taketag(w, tag);
	if(err != nil) {
		refusereq(w, tag, err);
		return 1;
	}
	reader = carryoutread(w, type, tag);
	dropnotes();
	exanswer(w);
	if(!reader)
		noreader(w);
	return reader;
}

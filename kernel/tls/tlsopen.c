/*
 * The bytes that come from the channel below, and the records in them.
 *
 * The channel is read as far as there is room. When a record that has to be opened has come, the
 * whole records of application data behind it are opened with the same request to the helper. They
 * are handed out in their turn, and so are their errors.
 */
#include "tls/tlsdat.h"

#include "lib/atomic.h"

enum
{
	Leastin = RECHDR + MAXCIPHERREC,
	Mostin = CRYPTRECS * (RECHDR + MAXCIPHERREC),
};

static int
getbe16(const uchar *p)
{
	return p[0] << 8 | p[1];
}

/* Make room for the rest of a record. Nothing in the buffer has been opened. */
static void
makeroom(Tlsconv *t)
{
	uchar *in;
	u32int size;

	size = Leastin;
	if(t->in != nil) {
		t->inwp -= t->inrp;
		memmove(t->in, t->in + t->inrp, t->inwp);
		t->inrp = 0;
		size = t->insize;
		/* a full buffer: more of the peer's bytes are there */
		if(size - t->inwp <= size / 4)
			size = size < Mostin / 2 ? 2 * size : Mostin;
	}
	if(size == t->insize)
		return;
	in = realloc(t->in, size);
	if(in == nil)
		error(Enomem);
	t->in = in;
	t->insize = size;
}

/* Have n bytes, at most Leastin, in the buffer. error(Eintr) loses nothing. */
static void
havebytes(Tlsconv *t, u32int n)
{
	long r;

	while(t->inwp - t->inrp < n) {
		makeroom(t);
		r = devtab[t->chan->type]->read(
		    t->chan, t->in + t->inwp, t->insize - t->inwp, 0);
		if(r <= 0)
			error(Ehungup);
		t->inwp += r;
	}
}

/* Read the header at p into r. */
static void
readheader(Tlsrecord *r, uchar *p)
{
	r->type = p[0];
	r->version = getbe16(p + 1);
	r->len = getbe16(p + 3);
	r->text = p + RECHDR;
}

/* The first message of an old client is in a record of SSL 2: RFC 5246, appendix E.2. */
static void
readssl2header(Tlsconv *t, Tlsrecord *r, uchar *p)
{
	int len;

	len = (getbe16(p) & 0x7fff) - 3;
	r->type = p[2];
	r->version = getbe16(p + 3);
	if(r->type != Rssl2hello || len < 22)
		tlsbadrecord(t, Aversion, "invalid initial SSL2-like message");
	r->len = len;
}

static void
checkheader(Tlsconv *t, const Tlsrecord *r, const uchar *p)
{
	char head[RECHDR + 1], seen[4 * RECHDR];
	int version, set;

	set = loadacquire(&t->verset);
	version = loadrelaxed(&t->version);
	if(r->version != version &&
	    (set || r->version < Minversion || r->version > Maxversion)) {
		memmove(head, p, RECHDR);
		head[RECHDR] = 0;
		utfclean(seen, seen + sizeof seen, head);
		tlsbadrecord(t, Aversion,
		    "devtls expected ver=%x%s, saw (len=%d) type=%x ver=%x '%.12s'",
		    version, set ? "/set" : "", r->len, r->type, r->version,
		    seen);
	}
	if(r->len > MAXCIPHERREC)
		tlsbadrecord(
		    t, Aoverflow, "record message too long %d", r->len);
}

/* Is there a record at offset `at' that may be opened before its turn? */
static int
mayopen(Tlsconv *t, u32int at, Tlsrecord *r)
{
	if(t->inwp - at < RECHDR)
		return 0;
	readheader(r, t->in + at);
	return r->type == Rapplication &&
	    r->version == loadrelaxed(&t->version) && r->len <= MAXCIPHERREC &&
	    r->len <= t->inwp - at - RECHDR;
}

/* Put r, which is whole and the next, and what follows it into the request s. Returns how many
 * records that are. */
static int
askrecords(Tlsconv *t, const Tlsrecord *first, Cryptslot *s)
{
	Tlsrecord r;
	u32int at;
	int n;

	r = *first;
	assert(r.text != nil);
	at = t->inrp;
	n = 0;
	do {
		s->rec[n].off = n * CRYPTSTRIDE;
		s->rec[n].len = r.len;
		s->rec[n].type = r.type;
		s->rec[n].err = Cok;
		memmove(s->data + n * CRYPTSTRIDE, r.text, r.len);
		n++;
		at += RECHDR + r.len;
		/* behind a change of ciphers, records have another key */
	} while(n < CRYPTRECS && first->type != Rchangecipher &&
	    mayopen(t, at, &r));
	s->op = Copen;
	s->nrec = n;
	s->seq = t->inseq;
	t->inseq += n;
	return n;
}

/* Take the n answers out of s, up to the first error. */
static void
takeopened(Tlsconv *t, const Cryptslot *s, int n)
{
	Cryptrec a;
	Tlsrecord r;
	u32int at;
	int i;

	t->iahead = t->nahead = 0;
	at = t->inrp;
	for(i = 0; i < n; i++) {
		readheader(&r, t->in + at);
		a = cryptrec(s, i);
		a.off -= i * CRYPTSTRIDE;
		if(a.off > r.len || a.len > r.len - a.off)
			a.err = Crunt;
		t->ahead[i].off = at + RECHDR + a.off;
		t->ahead[i].len = a.len;
		t->ahead[i].err = a.err;
		t->nahead = i + 1;
		if(a.err != Cok)
			break;
		memmove(
		    r.text + a.off, s->data + i * CRYPTSTRIDE + a.off, a.len);
		at += RECHDR + r.len;
	}
}

static void
openahead(Tlsconv *t, const Tlsrecord *r)
{
	Cryptslot *s;
	int n;

	s = tlscryptbegin(t, t->insec);
	onerror(cryptend(s));
	n = askrecords(t, r, s);
	tlscryptask(t, s);
	takeopened(t, s, n);
	poperror();
	cryptend(s);
}

/* Open r, the next record. */
static void
openrecord(Tlsconv *t, Tlsrecord *r)
{
	Opened *o;

	if(t->iahead == t->nahead)
		openahead(t, r);
	o = &t->ahead[t->iahead++];
	switch(o->err) {
	case Cok:
		break;
	case Cbadmac:
		tlsbadrecord(t, Abadmac, "record mac mismatch");
	case Cshortmac:
		tlsbadrecord(t, Abadmac, "short record mac");
	default:
		tlsbadrecord(t, Adecode, "runt record message");
	}
	r->text = t->in + o->off;
	r->len = o->len;
}

/* The next record, whole but not opened. */
static void
wholerecord(Tlsconv *t, Tlsrecord *r)
{
	uchar *p;

	havebytes(t, RECHDR);
	p = t->in + t->inrp;
	readheader(r, p);
	if(!t->begun && (p[0] & 0x80))
		readssl2header(t, r, p);
	checkheader(t, r, p);
	havebytes(t, RECHDR + r->len);
	r->text = t->in + t->inrp + RECHDR;
}

void
tlsnextrecord(Tlsconv *t, Tlsrecord *r)
{
	u32int len;

	onerror(tlschanfail(t));
	/* a peer that sends records without data for ever does not keep notes away */
	if(hasintr())
		error(Eintr);
	wholerecord(t, r);
	len = r->len;
	if(t->insec != nil && t->insec->helper != 0)
		openrecord(t, r);
	t->inrp += RECHDR + len;
	t->begun = 1;
	poperror();
	tlsdebug(
	    t, "record type %d, %d bytes, text %d\n", r->type, len, r->len);
}

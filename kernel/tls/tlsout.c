/*
 * Records that leave. A write becomes records of the most bytes, and a last one. Up to CRYPTRECS of
 * them are sealed with one request to the helper.
 */
#include "tls/tlsdat.h"

#include "lib/atomic.h"

enum
{
	/* the most bytes of a write to a channel that has no iounit: a pipe does a write of this size
	 * whole or not at all */
	Piece = 32 * KiB,
	/* the most that a record is longer than its text */
	Recmore = CRYPTHEAD + CRYPTTAIL,
};

/* Have room for n bytes in the empty buffer. */
static void
sealroom(Tlsconv *t, u32int n)
{
	t->outrp = t->outwp = 0;
	if(n <= t->outsize)
		return;
	free(t->out);
	t->out = nil;
	t->outsize = 0;
	t->out = smalloc(n);
	t->outsize = n;
}

/* Write what is sealed. Errors; after Eintr the rest is still to be written. */
static void
writesealed(Tlsconv *t)
{
	long m, most;

	/* there may be no channel yet */
	if(t->outrp == t->outwp)
		return;
	onerror(tlschanfail(t));
	most = t->chan->iounit > 0 ? t->chan->iounit : Piece;
	while(t->outrp < t->outwp) {
		m = t->outwp - t->outrp;
		if(m > most)
			m = most;
		m = devtab[t->chan->type]->write(
		    t->chan, t->out + t->outrp, m, 0);
		if(m <= 0)
			error(Eio);
		t->outrp += m;
	}
	poperror();
}

/* Make records without a cipher, of n bytes at buf. */
static void
plainrecords(Tlsconv *t, int type, const uchar *buf, long n)
{
	int version;
	uchar *p;
	long m;

	version = loadrelaxed(&t->version);
	sealroom(t, n + CRYPTRECS * RECHDR);
	p = t->out;
	do {
		m = n < MAXREC ? n : MAXREC;
		p[0] = type;
		p[1] = version >> 8;
		p[2] = version;
		p[3] = m >> 8;
		p[4] = m;
		memmove(p + RECHDR, buf, m);
		p += RECHDR + m;
		buf += m;
		n -= m;
	} while(n > 0);
	t->outwp = p - t->out;
}

/* Put n bytes at buf, a request's at most, into the request s, as pieces. Returns how many. */
static u32int
askpieces(Tlsconv *t, Cryptslot *s, int type, const uchar *buf, long n)
{
	u32int off, i;
	long m;

	i = 0;
	do {
		m = n < MAXREC ? n : MAXREC;
		off = i * CRYPTSTRIDE + CRYPTHEAD;
		s->rec[i].off = off;
		s->rec[i].len = m;
		s->rec[i].type = type;
		memmove(s->data + off, buf, m);
		buf += m;
		n -= m;
		i++;
	} while(n > 0);
	s->op = Cseal;
	s->nrec = i;
	s->seq = t->outseq;
	return i;
}

/* Take the n records out of s. */
static void
takesealed(Tlsconv *t, const Cryptslot *s, u32int n)
{
	Cryptrec r;
	u32int i;

	for(i = 0; i < n; i++) {
		r = cryptrec(s, i);
		if(r.off > sizeof s->data || r.len > sizeof s->data - r.off ||
		    r.len > t->outsize - t->outwp) {
			tlsfail(t, "run9-crypt lies");
			error("run9-crypt lies");
		}
		memmove(t->out + t->outwp, s->data + r.off, r.len);
		t->outwp += r.len;
	}
}

static void
sealrecords(Tlsconv *t, int type, const uchar *buf, long n)
{
	Cryptslot *s;
	u32int nrec;

	sealroom(t, n + (n / MAXREC + 1) * Recmore);
	s = tlscryptbegin(t, t->outsec);
	onerror(cryptend(s));
	nrec = askpieces(t, s, type, buf, n);
	/* from here on the records count */
	t->outseq += nrec;
	tlscryptask(t, s);
	takesealed(t, s, nrec);
	poperror();
	cryptend(s);
}

/* The message that tells of the change is the last with the old cipher. */
static void
changecipher(Tlsconv *t)
{
	Secret *old;

	qlock(&t->lk);
	old = t->outsec;
	t->outsec = t->outnew;
	t->outnew = nil;
	t->outseq = 0;
	qunlock(&t->lk);
	tlsfreesecret(old);
}

int
tlshasoutnew(Tlsconv *t)
{
	int r;

	qlock(&t->lk);
	r = t->outnew != nil;
	qunlock(&t->lk);
	return r;
}

/* error() unless records of the type may be written in t's state, or in one of those of `also'. */
static void
checkwritable(Tlsconv *t, int type, int also)
{
	int ok;

	ok = Shandshake | Sopen | Srclose | also;
	if(type == Ralert)
		ok |= Salert;
	tlscheckstate(t, type != Rapplication, ok);
}

/* Write what has just been sealed. The peer, which counts records, must get it: when a note comes the rest
 * waits for the next write, and counts as written. The note ends up's next wait. Returns 0 then. */
static int
writenew(Tlsconv *t)
{
	if(waserror()) {
		if(strcmp(up->errstr, Eintr) != 0)
			nexterror();
		intragain();
		return 0;
	}
	writesealed(t);
	poperror();
	return 1;
}

/* Write n bytes, which are a request's at most. Returns 0 if a note waits. Caller holds outlock. */
static int
writebatch(Tlsconv *t, int type, const uchar *buf, long n)
{
	checkwritable(t, type, 0);
	if(type == Rchangecipher && !tlshasoutnew(t))
		error("change cipher without a new cipher");
	if(t->outsec != nil && t->outsec->helper != 0)
		sealrecords(t, type, buf, n);
	else
		plainrecords(t, type, buf, n);
	if(type == Rchangecipher)
		changecipher(t);
	return writenew(t);
}

long
tlswriterecords(Tlsconv *t, int type, const void *buf, long n)
{
	/* at least one record */
	volatile long done = 0;
	long m;
	int goeson;

	qlock(&t->outlock);
	onerror(qunlock(&t->outlock));
	/* after an error the channel is not written any more; after a close notify it is */
	checkwritable(t, type, Slclose | Sclosed);
	writesealed(t);
	do {
		m = n - done;
		if(m > CRYPTRECS * MAXREC)
			m = CRYPTRECS * MAXREC;
		goeson = writebatch(t, type, (const uchar *)buf + done, m);
		done += m;
	} while(done < n && goeson);
	poperror();
	qunlock(&t->outlock);
	return done;
}

void
tlsflush(Tlsconv *t)
{
	qlock(&t->outlock);
	if(!waserror()) {
		writesealed(t);
		poperror();
	}
	qunlock(&t->outlock);
}

/*
 * What the records that arrive do: change ciphers, tell of alerts, and bring handshake messages and
 * data.
 */
#include "tls/tlsdat.h"

#include "lib/atomic.h"

enum
{
	/* the type of handshake message that stands for an SSL 2 hello: no protocol uses it */
	Hssl2hello = 9,
};

static void
gotchangecipher(Tlsconv *t, const Tlsrecord *r)
{
	Secret *old;

	if(r->len != 1 || r->text[0] != 1)
		tlsbadrecord(t, Adecode, "invalid change cipher spec");
	qlock(&t->lk);
	old = t->insec;
	if(t->innew == nil) {
		qunlock(&t->lk);
		tlsbadrecord(t, Aunexpected, "unexpected change cipher spec");
	}
	t->insec = t->innew;
	t->innew = nil;
	t->inseq = 0;
	qunlock(&t->lk);
	tlsfreesecret(old);
}

/* Give hand's reader r's text, after the n bytes at head. Returns as tlshandput. */
static int
puthand(Tlsconv *t, const uchar *head, u32int n, const Tlsrecord *r)
{
	int took;

	/* the record is read and counted: without memory it is lost */
	onerror(tlsfail(t, "channel error"));
	took = tlshandput(t, head, n, r->text, r->len);
	poperror();
	return took;
}

static void
gothandshake(Tlsconv *t, const Tlsrecord *r)
{
	uchar head[7];
	u32int n;

	n = 0;
	if(r->type == Rssl2hello) {
		/* the reader needs the message as it came, for its digests */
		head[0] = Hssl2hello;
		head[1] = 0;
		head[2] = (r->len + 3) >> 8;
		head[3] = r->len + 3;
		head[4] = Rssl2hello;
		head[5] = r->version >> 8;
		head[6] = r->version;
		n = sizeof head;
	}
	switch(puthand(t, head, n, r)) {
	case 0:
		/* nobody shakes hands any more */
		if(loadacquire(&t->verset) && loadrelaxed(&t->version) != SSL3)
			tlssendalert(t, Anorenegotiation);
		break;
	case -1:
		tlsbadrecord(
		    t, Aunexpected, "too many handshake messages unread");
	}
}

static void
gotdata(Tlsconv *t, const Tlsrecord *r)
{
	if(!loadacquire(&t->opened))
		tlsbadrecord(t, Aunexpected,
		    "application message received before handshake completed");
	t->data = r->text;
	t->ndata = r->len;
}

/* Read a record and do what it says. Caller holds inlock. After an error but Eintr no other record
 * is read. */
static void
readrecord(Tlsconv *t)
{
	Tlsrecord r;

	tlsnextrecord(t, &r);
	switch(r.type) {
	case Rchangecipher:
		gotchangecipher(t, &r);
		break;
	case Ralert:
		tlsgotalert(t, r.text, r.len);
		break;
	case Rhandshake:
	case Rssl2hello:
		gothandshake(t, &r);
		break;
	case Rapplication:
		gotdata(t, &r);
		break;
	default:
		tlsbadrecord(t, Aillegal, "invalid record message %#x", r.type);
	}
}

/* Take at most n bytes of the data that has come. */
static long
takedata(Tlsconv *t, void *buf, long n)
{
	if(n > (long)t->ndata)
		n = t->ndata;
	memmove(buf, t->data, n);
	t->data += n;
	t->ndata -= n;
	t->datain += n;
	return n;
}

long
tlsreaddata(Tlsconv *t, void *buf, long n)
{
	long got;

	qlock(&t->inlock);
	onerror(qunlock(&t->inlock));
	tlscheckstate(t, 0, Sopen);
	while(t->ndata == 0)
		readrecord(t);
	got = takedata(t, buf, n);
	poperror();
	qunlock(&t->inlock);
	return got;
}

/* Read records until there is a message for hand. When data is enabled, its readers do that. */
static void
fillhand(Tlsconv *t)
{
	qlock(&t->inlock);
	onerror(qunlock(&t->inlock));
	tlscheckstate(t, 1, Sopen | Shandshake | Slclose);
	while(!loadacquire(&t->opened) && !tlshandcame(t))
		readrecord(t);
	poperror();
	qunlock(&t->inlock);
}

long
tlsreadhand(Tlsconv *t, void *buf, long n)
{
	long got;

	fillhand(t);
	qlock(&t->handread);
	onerror(qunlock(&t->handread));
	got = tlshandtake(t, buf, n);
	t->handin += got;
	poperror();
	qunlock(&t->handread);
	return got;
}

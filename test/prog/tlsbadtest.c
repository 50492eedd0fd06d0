/*
 * tls(3): a peer that says what it may not: each lie gets the error and the alert of 9front's, and
 * the conversation ends.
 */
#include "tlsend.h"
#include "test.h"

enum
{
	SSL3 = 0x300,
	TLS12 = 0x303,
	Warning = 1,
	Fatal = 2,
};

static uchar buf[70000];

/* Before data is enabled the error tells what was wrong, on hand; the next read has the alert's
 * text. */
static void
refuses(Tls *t, char *why, int alert, char *text)
{
	checkexact(read(t->hand, buf, sizeof buf), why);
	getalert(t->wire, Fatal, alert);
	check(tlsstatus(t, "State: Errored"));
	checkexact(read(t->hand, buf, sizeof buf), text);
	checkexact(write(t->hand, buf, 1), text);
	checkexact(read(t->data, buf, sizeof buf), "tls error");
	checkexact(write(t->data, buf, 1), "tls error");
	tlsclose(t);
	/* no close notify after a fatal alert */
}

/* The same of a new filter, to which a record of that type and n bytes is sent. */
static void
refusesrecord(int type, char *rec, int n, char *why, int alert, char *text)
{
	Tls t;

	tlspipe(&t, TLS12);
	putrecord(t.wire, type, TLS12, rec, n);
	refuses(&t, why, alert, text);
}

static void
arecordofanunknowntype(void)
{
	refusesrecord(
	    99, "x", 1, "invalid record message 0x63", 47, "illegal parameter");
}

static void
arecordofanotherversion(void)
{
	Tls t;

	tlspipe(&t, TLS12);
	check(tlstell(&t, "version 0x303") > 0);
	putrecord(t.wire, Handshake, 0x301, "x", 1);
	refuses(&t,
	    "devtls expected ver=303/set, saw (len=1) type=16 ver=301 '\x16\x03\x01'",
	    70, "protocol version not supported");
	/* before the message version, any version 3 will do */
	tlspipe(&t, TLS12);
	putrecord(t.wire, Handshake, 0x301, "x", 1);
	checkint(read(t.hand, buf, sizeof buf), 1);
	checkint(write(t.wire, "HTTP/1.0 400 ", 13), 13);
	refuses(&t,
	    "devtls expected ver=303, saw (len=20527) type=48 ver=5454 'HTTP/'",
	    70, "protocol version not supported");
}

static void
arecordthatistoolong(void)
{
	uchar head[] = {22, 3, 3, 0x48, 0x01};
	Tls t;

	tlspipe(&t, TLS12);
	checkint(write(t.wire, head, sizeof head), sizeof head);
	refuses(&t, "record message too long 18433", 22, "record too long");
	/* the longest */
	tlspipe(&t, TLS12);
	putrecord(t.wire, Handshake, TLS12, buf, 18432);
	checkint(read(t.hand, buf, sizeof buf), 18432);
	tlsclose(&t);
}

static void
alertsthatarewrong(void)
{
	refusesrecord(
	    Alert, "\1", 1, "invalid alert", 50, "error decoding message");
	refusesrecord(Alert, "\3\0", 2, "invalid alert fatal code", 47,
	    "illegal parameter");
	refusesrecord(
	    Alert, "\1\63", 2, "invalid alert code", 47, "illegal parameter");
}

static void
changecipherthatiswrong(void)
{
	refusesrecord(Changecipher, "\2", 1, "invalid change cipher spec", 50,
	    "error decoding message");
	refusesrecord(Changecipher, "", 0, "invalid change cipher spec", 50,
	    "error decoding message");
	refusesrecord(Changecipher, "\1", 1, "unexpected change cipher spec",
	    10, "unexpected message");
}

static void
anerrorafteropenedistlserror(void)
{
	Tls t;

	tlsclear(&t, TLS12);
	putrecord(t.wire, 99, TLS12, "x", 1);
	checkexact(read(t.data, buf, 1), "tls error");
	getalert(t.wire, Fatal, 47);
	checkexact(read(t.data, buf, 1), "tls error");
	checkexact(read(t.hand, buf, 1), "illegal parameter");
	tlsclose(&t);
}

/* What comes before the lie is read first. */
static void
databeforealieisread(void)
{
	Tls t;

	tlsclear(&t, TLS12);
	putrecord(t.wire, Application, TLS12, "good", 4);
	putrecord(t.wire, 99, TLS12, "x", 1);
	checkint(read(t.data, buf, 2), 2);
	checkint(read(t.data, buf, sizeof buf), 2);
	checkexact(read(t.data, buf, 1), "tls error");
	tlsclose(&t);
}

typedef struct Said Said;
struct Said
{
	int alert;
	char *text;
	/* what an SSL 3.0 peer is sent */
	int ssl;
	/* and another */
	int tls;
};

static Said fatals[] = {
    {10, "unexpected message", 10, 10},
    {20, "bad record mac", 20, 20},
    {21, "decryption failed", 47, 21},
    {22, "record too long", 47, 22},
    {30, "decompression failed", 30, 30},
    {40, "could not negotiate acceptable security parameters", 40, 40},
    {41, "no appropriate certificate available", 41, 46},
    {42, "corrupted or invalid certificate", 42, 42},
    {43, "unsupported certificate type", 43, 43},
    {44, "revoked certificate", 44, 44},
    {45, "expired certificate", 45, 45},
    {46, "unacceptable certificate", 46, 46},
    {47, "illegal parameter", 47, 47},
    {48, "unknown certificate authority", 40, 48},
    {49, "access denied", 40, 49},
    {50, "error decoding message", 47, 50},
    {51, "error decrypting message", 47, 51},
    {60, "export restriction violated", 40, 60},
    {70, "protocol version not supported", 47, 70},
    {71, "stronger security routines required", 40, 71},
    {80, "internal error", 40, 80},
};

/* A peer sends an alert. */
static void
ishad(int alert, char *text)
{
	Tls t;

	tlspipe(&t, TLS12);
	buf[0] = Fatal;
	buf[1] = alert;
	putrecord(t.wire, Alert, TLS12, buf, 2);
	checkexact(read(t.hand, buf, sizeof buf), text);
	checkexact(read(t.data, buf, sizeof buf), "tls error");
	tlsclose(&t);
}

/* The message alert sends that number to a peer of that version. */
static void
issent(int alert, int vers, int sent, char *text)
{
	Tls t;

	tlspipe(&t, vers);
	check(tlstell(&t, "alert %d", alert) > 0);
	getalert(t.wire, Fatal, sent);
	checkexact(read(t.hand, buf, sizeof buf), text);
	tlsclose(&t);
}

static void
fatalalertshavetheirtexts(void)
{
	Said *s;

	for(s = fatals; s < fatals + nelem(fatals); s++) {
		ishad(s->alert, s->text);
		issent(s->alert, TLS12, s->tls, s->text);
		issent(s->alert, SSL3, s->ssl, s->text);
	}
	ishad(200, "unknown error");
	issent(200, TLS12, 200, "tls unknown alert");
}

static void
warningsreachthehandshake(void)
{
	Tls t;

	tlspipe(&t, TLS12);
	putrecord(t.wire, Alert, TLS12, "\1\144", 2);
	checkexact(read(t.hand, buf, sizeof buf), "no renegotiation");
	putrecord(t.wire, Alert, TLS12, "\1\132", 2);
	checkexact(read(t.hand, buf, sizeof buf), "handshake canceled by user");
	/* the server does not know the name */
	putrecord(t.wire, Alert, TLS12, "\1\160", 2);
	putrecord(t.wire, Handshake, TLS12, "on", 2);
	checkint(read(t.hand, buf, sizeof buf), 2);
	putrecord(t.wire, Alert, TLS12, "\1\0", 2);
	checkexact(read(t.hand, buf, sizeof buf), "close notify");
	checkexact(read(t.hand, buf, sizeof buf), "tls hungup");
	tlsclose(&t);
}

static void
awarningissent(void)
{
	Tls t;

	tlsclear(&t, TLS12);
	check(tlstell(&t, "alert 100") > 0);
	getalert(t.wire, Warning, 100);
	check(tlstell(&t, "alert 0") > 0);
	getalert(t.wire, Warning, 0);
	checkexact(write(t.data, buf, 1), "tls hungup");
	checkexact(read(t.data, buf, 1), "tls hungup");
	checkexact(read(t.hand, buf, 1), "close notify");
	tlsclose(&t);
}

static void
anendisachannelerror(void)
{
	Tls t;

	tlsclear(&t, TLS12);
	close(t.wire);
	checkexact(read(t.data, buf, 1), "i/o on hungup channel");
	checkexact(read(t.data, buf, 1), "tls error");
	checkexact(read(t.hand, buf, 1), "channel error");
	t.wire = -1;
	tlsclose(&t);
	/* in the middle of a record */
	tlsclear(&t, TLS12);
	checkint(write(t.wire, "\27\3\3\0\5ab", 7), 7);
	close(t.wire);
	checkexact(read(t.data, buf, 1), "i/o on hungup channel");
	t.wire = -1;
	tlsclose(&t);
}

/* RFC 5246, appendix E.2 */
static void
anoldhelloispassedon(void)
{
	uchar hello[2 + 25] = {0x80, 25, 1, 3, 1, 0, 0, 0, 0, 0, 16};
	Tls t;

	tlspipe(&t, TLS12);
	checkint(write(t.wire, hello, sizeof hello), sizeof hello);
	checkint(read(t.hand, buf, sizeof buf), 4 + 25);
	check(memcmp(buf, "\11\0\0\31\1\3\1", 7) == 0);
	check(memcmp(buf + 7, hello + 5, 22) == 0);
	/* only the first message may be one */
	putrecord(t.wire, 0x80, 0x1901, "x", 1);
	refuses(&t,
	    "devtls expected ver=303, saw (len=1) type=80 ver=1901 "
	    "'\357\277\275\x19\x01'",
	    70, "protocol version not supported");
	tlspipe(&t, TLS12);
	hello[2] = 2;
	checkint(write(t.wire, hello, sizeof hello), sizeof hello);
	refuses(&t, "invalid initial SSL2-like message", 70,
	    "protocol version not supported");
	tlspipe(&t, TLS12);
	checkint(write(t.wire, "\200\30\1\3\1", 5), 5);
	refuses(&t, "invalid initial SSL2-like message", 70,
	    "protocol version not supported");
}

/* A peer that shakes hands for ever does not fill the memory. */
static void
unreadhandshakesareafew(void)
{
	int pid, i;
	Tls t;

	tlsclear(&t, TLS12);
	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		for(i = 0; i < 10000; i++)
			putrecord(t.wire, Handshake, TLS12, "", 0);
		exits(nil);
	}
	checkexact(read(t.data, buf, 1), "tls error");
	tlsclose(&t);
	childmsg(pid);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(arecordofanunknowntype),
	    CASE(arecordofanotherversion),
	    CASE(arecordthatistoolong),
	    CASE(alertsthatarewrong),
	    CASE(changecipherthatiswrong),
	    CASE(anerrorafteropenedistlserror),
	    CASE(databeforealieisread),
	    CASE(fatalalertshavetheirtexts),
	    CASE(warningsreachthehandshake),
	    CASE(awarningissent),
	    CASE(anendisachannelerror),
	    CASE(anoldhelloispassedon),
	    CASE(unreadhandshakesareafew),
	};

	runcases(cases, nelem(cases), argc, argv);
}

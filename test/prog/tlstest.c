/*
 * tls(3): the files, control messages and states of #a. No cipher is used here.
 */
#include "tlsend.h"
#include "test.h"

enum
{
	TLS12 = 0x303,
	Warning = 1,
	Fatal = 2,
	NCONV = 1024,
};

static char buf[64 * KiB];

static void
hasitsfiles(void)
{
	static char *names[] = {"ctl", "data", "hand", "stats", "status"};
	char path[64];
	uint i;
	Dir *d;
	Tls t;

	tlsopen(&t);
	for(i = 0; i < nelem(names); i++) {
		snprint(path, sizeof path, "#a/tls/%d/%s", t.id, names[i]);
		d = dirstat(path);
		check(d != nil);
		checkstr(d->name, names[i]);
		checkint(d->mode, i < 3 ? 0660 : 0440);
		free(d);
	}
	d = dirstat("#a/tls/clone");
	checkint(d->mode, 0555);
	free(d);
	d = dirstat("#a/tls/encalgs");
	checkint(d->mode, 0444);
	free(d);
	checkerr(open("#a/tls/x", OREAD), "does not exist");
	checkerr(open("#a/tls/9999/ctl", OREAD), "does not exist");
	checkerr(open("#a/x", OREAD), "does not exist");
	checkerr(open("#a/tls/encalgs", ORDWR), "permission denied");
	checkerr(open("#a/tls", OWRITE), "");
	check(dirstat("/net/tls/clone") != nil);
	tlsclose(&t);
}

static void
clearisalwaysthere(void)
{
	check(readfile("#a/tls/encalgs", buf, sizeof buf) > 0);
	check(strncmp(buf, "clear", 5) == 0);
	check(readfile("#a/tls/hashalgs", buf, sizeof buf) > 0);
	check(strncmp(buf, "clear", 5) == 0);
}

static void
thelowestnumberisusedagain(void)
{
	Tls a, b, c;

	tlsopen(&a);
	tlsopen(&b);
	check(a.id != b.id);
	tlsclose(&a);
	tlsopen(&c);
	checkint(c.id, a.id);
	/* the directory stays when the conversation has gone, as on 9front */
	tlsclose(&b);
	tlsclose(&c);
	snprint(buf, sizeof buf, "#a/tls/%d/ctl", b.id);
	checkerr(open(buf, ORDWR), "must open connection using clone");
}

static void
aconversationlivesuntilthelastclose(void)
{
	Tls t;

	tlsclear(&t, TLS12);
	close(t.ctl);
	close(t.hand);
	checkint(write(t.data, "x", 1), 1);
	close(t.data);
	check(getrecord(t.wire, &(int){0}, &(int){0}, buf) == 1);
	getalert(t.wire, Warning, 0);
	checkint(read(t.wire, buf, 1), 0);
	close(t.wire);
}

static void
messagesarechecked(void)
{
	Tls t;
	int p[2];

	tlsopen(&t);
	check(pipe(p) == 0);
	checkexact(tlstell(&t, " "), "short control request");
	checkexact(tlstell(&t, "nonsense"), "bad arg in system call");
	checkexact(tlstell(&t, "fd 1"), "usage: fd open-fd version");
	checkexact(tlstell(&t, "fd 999 0x303"), "fd out of range or not open");
	checkexact(tlstell(&t, "fd -1 0x303"), "bad arg in system call");
	checkexact(tlstell(&t, "fd %d 0x2ff", p[0]), "unsupported version");
	checkexact(tlstell(&t, "fd %d 0x400", p[0]), "unsupported version");
	/* a number is not the same modulo 32 bits */
	checkexact(
	    tlstell(&t, "fd %d 0x100000303", p[0]), "unsupported version");
	checkexact(tlstell(&t, "fd %lld 0x303", (1LL << 32) + p[0]),
	    "fd out of range or not open");
	checkexact(
	    tlstell(&t, "fd -4294967295 0x303"), "bad arg in system call");
	checkexact(tlstell(&t, "version"), "usage: version vers");
	checkexact(tlstell(&t, "version 0x303"), "must set fd before version");
	checkexact(tlstell(&t, "alert"), "usage: alert n");
	checkexact(tlstell(&t, "alert 0"), "must set fd before sending alerts");
	checkexact(tlstell(&t, "secret"),
	    "usage: secret hashalg encalg isclient secretdata");
	checkexact(tlstell(&t, "secret clear clear 1 AAAA"),
	    "must set fd and version before secrets");
	check(tlstell(&t, "fd %d 0x301", p[0]) > 0);
	checkexact(tlstell(&t, "fd %d 0x301", p[0]),
	    "device or object already in use");
	checkexact(tlstell(&t, "secret clear clear 1 AAAA"),
	    "must set fd and version before secrets");
	check(tlstell(&t, "version 0x303") > 0);
	checkexact(tlstell(&t, "version 0x303"), "version already set");
	checkexact(tlstell(&t, "secret md4 clear 1 AAAA"),
	    "unsupported hash algorithm");
	checkexact(tlstell(&t, "secret clear des 1 AAAA"),
	    "unsupported encryption algorithm");
	checkexact(tlstell(&t, "changecipher now"), "usage: changecipher");
	checkexact(tlstell(&t, "changecipher"),
	    "cannot change cipher spec without setting secret");
	checkexact(tlstell(&t, "opened"),
	    "cipher must be configured before enabling data messages");
	check(tlstell(&t, "debug on") > 0);
	check(tlstell(&t, "debug off") > 0);
	tlsclose(&t);
}

static void
thestatusfollows(void)
{
	uchar text[16];
	Tls t;

	tlsopen(&t);
	check(tlsstatus(&t, "State: Closed"));
	check(tlsstatus(&t, "Version: 0x0"));
	tlsclose(&t);
	tlspipe(&t, 0x301);
	check(tlsstatus(&t, "State: Handshaking"));
	check(tlsstatus(&t, "Version: 0x301"));
	check(tlsstatus(&t, "Chan: #|/data"));
	check(tlstell(&t, "version 0x303") > 0);
	check(tlstell(&t, "secret clear clear 1 AAAA") > 0);
	check(tlsstatus(&t, "NewEncIn: clear"));
	check(tlsstatus(&t, "NewHashOut: clear"));
	check(!tlsstatus(&t, "EncOut: clear"));
	check(tlstell(&t, "changecipher") > 0);
	check(tlsstatus(&t, "EncOut: clear"));
	check(!tlsstatus(&t, "NewEncOut: clear"));
	checkexact(tlstell(&t, "opened"),
	    "cipher must be configured before enabling data messages");
	putrecord(t.wire, Changecipher, TLS12, "\1", 1);
	putrecord(t.wire, Handshake, TLS12, "x", 1);
	checkint(read(t.hand, text, sizeof text), 1);
	check(tlsstatus(&t, "EncIn: clear"));
	check(tlsstatus(&t, "State: Handshaking"));
	check(tlstell(&t, "opened") > 0);
	check(tlstell(&t, "opened") > 0);
	check(tlsstatus(&t, "State: Established"));
	check(tlstell(&t, "alert 0") > 0);
	check(tlsstatus(&t, "State: LocalClosed"));
	putrecord(t.wire, Alert, TLS12, "\1\0", 2);
	checkexact(read(t.data, text, 1), "tls hungup");
	tlsclose(&t);

	tlsclear(&t, TLS12);
	putrecord(t.wire, Alert, TLS12, "\1\0", 2);
	checkexact(read(t.data, text, 1), "tls hungup");
	check(tlsstatus(&t, "State: RemoteClosed"));
	checkexact(write(t.data, text, 1), "tls hungup");
	/* the handshake's errors are still there */
	check(tlstell(&t, "alert 0") > 0);
	check(tlsstatus(&t, "State: Closed"));
	tlsclose(&t);

	tlsclear(&t, TLS12);
	check(tlstell(&t, "alert 40") > 0);
	check(tlsstatus(&t, "State: Errored"));
	checkexact(tlstell(&t, "opened"), "cannot enable data messages");
	tlsclose(&t);
}

static void
statscountbytes(void)
{
	char text[256];
	Tls t;

	tlsclear(&t, TLS12);
	checkint(write(t.data, "four", 4), 4);
	checkint(write(t.hand, "x", 1), 1);
	putrecord(t.wire, Application, TLS12, "more", 4);
	checkint(read(t.data, buf, 3), 3);
	tlsfile(&t, "stats", text, sizeof text);
	checkstr(text, "DataIn: 3\nDataOut: 4\nHandIn: 5\nHandOut: 1\n");
	tlsclose(&t);
}

static void
writesbecomerecords(void)
{
	int type, vers;
	Tls t;

	tlsclear(&t, TLS12);
	memset(buf, 'x', sizeof buf);
	checkint(write(t.data, buf, 2 * Maxrec + 1), 2 * Maxrec + 1);
	checkint(getrecord(t.wire, &type, &vers, buf), Maxrec);
	checkint(type, Application);
	checkint(vers, TLS12);
	checkint(getrecord(t.wire, &type, &vers, buf), Maxrec);
	checkint(getrecord(t.wire, &type, &vers, buf), 1);
	/* a write of nothing is a record of nothing */
	checkint(write(t.data, buf, 0), 0);
	checkint(getrecord(t.wire, &type, &vers, buf), 0);
	checkint(type, Application);
	checkint(write(t.hand, "hand", 4), 4);
	checkint(getrecord(t.wire, &type, &vers, buf), 4);
	checkint(type, Handshake);
	tlsclose(&t);
}

static void
areadhasonerecord(void)
{
	Tls t;

	tlsclear(&t, TLS12);
	putrecord(t.wire, Application, TLS12, "", 0);
	putrecord(t.wire, Application, TLS12, "one", 3);
	putrecord(t.wire, Application, TLS12, "three", 5);
	checkint(read(t.data, buf, sizeof buf), 3);
	/* at any offset: it is a stream */
	checkint(pread(t.data, buf, 2, 1000), 2);
	checkint(pread(t.data, buf, sizeof buf, 0), 3);
	check(memcmp(buf, "ree", 3) == 0);
	tlsclose(&t);
}

static void
piecesofarecordarejoined(void)
{
	static uchar rec[] = {23, 3, 3, 0, 6, 'j', 'o', 'i', 'n', 'e', 'd'};
	uint i;
	Tls t;

	tlsclear(&t, TLS12);
	for(i = 0; i < sizeof rec; i++)
		checkint(write(t.wire, rec + i, 1), 1);
	checkint(read(t.data, buf, sizeof buf), 6);
	check(memcmp(buf, "joined", 6) == 0);
	tlsclose(&t);
}

static void
dataneedsopened(void)
{
	Tls t;

	tlspipe(&t, TLS12);
	checkexact(read(t.data, buf, 1), "tls improperly configured");
	checkexact(write(t.data, buf, 1), "tls improperly configured");
	putrecord(t.wire, Application, TLS12, "x", 1);
	checkexact(read(t.hand, buf, 1),
	    "application message received before handshake completed");
	getalert(t.wire, Fatal, 10);
	checkexact(read(t.hand, buf, 1), "unexpected message");
	checkexact(read(t.data, buf, 1), "tls error");
	tlsclose(&t);

	tlsopen(&t);
	checkexact(read(t.hand, buf, 1), "tls hungup");
	checkexact(read(t.data, buf, 1), "tls hungup");
	checkexact(write(t.hand, buf, 1), "tls hungup");
	tlsclose(&t);
}

static void
handisopenedonce(void)
{
	Tls t;

	tlsopen(&t);
	snprint(buf, sizeof buf, "#a/tls/%d/hand", t.id);
	checkerr(open(buf, ORDWR), "device or object already in use");
	close(t.hand);
	t.hand = open(buf, ORDWR);
	check(t.hand >= 0);
	tlsclose(&t);
}

static void
withouthandthereisnorenegotiation(void)
{
	Tls t;

	tlsclear(&t, TLS12);
	close(t.hand);
	putrecord(t.wire, Handshake, TLS12, "\0\0\0\0", 4);
	putrecord(t.wire, Application, TLS12, "x", 1);
	checkint(read(t.data, buf, sizeof buf), 1);
	getalert(t.wire, Warning, 100);
	tlsclose(&t);
}

static void
theownercanchangepermissions(void)
{
	Dir d, *now;
	Tls t;

	tlsopen(&t);
	snprint(buf, sizeof buf, "#a/tls/%d/data", t.id);
	nulldir(&d);
	d.mode = 0600;
	check(dirwstat(buf, &d) >= 0);
	now = dirstat(buf);
	checkint(now->mode, 0600);
	free(now);
	nulldir(&d);
	d.uid = "someone";
	check(dirwstat(buf, &d) >= 0);
	checkerr(dirwstat(buf, &d), "permission denied");
	checkerr(open(buf, ORDWR), "permission denied");
	nulldir(&d);
	d.mode = 0666;
	checkerr(dirwstat("#a/tls/clone", &d), "permission denied");
	tlsclose(&t);
}

/* The pipe has no other descriptors: a write would post a note, and end this process. */
static void
closesapair(void (*first)(Tls *))
{
	Tls a, b;

	tlspair(&a, &b, TLS12, "clear", "clear");
	close(a.wire);
	close(b.wire);
	a.wire = b.wire = -1;
	first(&a);
	tlsclose(&a);
	checkexact(read(b.data, buf, 1), "tls hungup");
	tlsclose(&b);
}

static void
nothing(Tls *t)
{
	USED(t);
}

static void
saysclose(Tls *t)
{
	check(tlstell(t, "alert 0") > 0);
}

static void
aclosednotifiedpeeriswrittennothing(void)
{
	closesapair(nothing);
	closesapair(saysclose);
}

/* The end of the channel without a close notify */
static void
ahungupchanneliswrittennothing(void)
{
	Tls t;

	tlsclear(&t, TLS12);
	close(t.wire);
	t.wire = -1;
	check(read(t.data, buf, 1) == -1);
	tlsclose(&t);

	tlspipe(&t, TLS12);
	close(t.wire);
	t.wire = -1;
	check(read(t.hand, buf, 1) == -1);
	tlsclose(&t);
}

static void
afilterisneveritsown(void)
{
	Tls a, b;

	tlsopen(&a);
	checkexact(tlstell(&a, "fd %d 0x303", a.data),
	    "tls filter cannot be its own channel");
	tlsopen(&b);
	check(tlstell(&a, "fd %d 0x303", b.data) > 0);
	checkexact(tlstell(&b, "fd %d 0x303", a.data),
	    "tls filter cannot be its own channel");
	tlsclose(&a);
	tlsclose(&b);
}

static void
filtersonfiltersareafew(void)
{
	Tls t[16];
	int i, n;

	tlspipe(&t[0], TLS12);
	for(n = 1; n < (int)nelem(t); n++) {
		tlsopen(&t[n]);
		if(tlstell(&t[n], "fd %d 0x303", t[n - 1].data) < 0)
			break;
	}
	check(n >= 3 && n < 10);
	checkexact(tlstell(&t[n], "fd %d 0x303", t[n - 1].data),
	    "too many tls filters on each other");
	for(i = n; i >= 0; i--)
		tlsclose(&t[i]);
}

static void
convsareathousand(void)
{
	static int fd[NCONV + 1];
	int n;

	for(n = 0; n <= NCONV; n++) {
		fd[n] = open("#a/tls/clone", ORDWR);
		if(fd[n] < 0)
			break;
	}
	check(n > NCONV - 64 && n <= NCONV);
	checkerr(open("#a/tls/clone", ORDWR), "no free devices");
	while(--n >= 0)
		close(fd[n]);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(hasitsfiles),
	    CASE(clearisalwaysthere),
	    CASE(thelowestnumberisusedagain),
	    CASE(aconversationlivesuntilthelastclose),
	    CASE(messagesarechecked),
	    CASE(thestatusfollows),
	    CASE(statscountbytes),
	    CASE(writesbecomerecords),
	    CASE(areadhasonerecord),
	    CASE(piecesofarecordarejoined),
	    CASE(dataneedsopened),
	    CASE(handisopenedonce),
	    CASE(withouthandthereisnorenegotiation),
	    CASE(theownercanchangepermissions),
	    CASE(aclosednotifiedpeeriswrittennothing),
	    CASE(ahungupchanneliswrittennothing),
	    CASE(afilterisneveritsown),
	    CASE(filtersonfiltersareafew),
	    CASE(convsareathousand),
	};

	runcases(cases, nelem(cases), argc, argv);
}

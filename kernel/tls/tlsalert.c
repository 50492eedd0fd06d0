/*
 * Alerts: RFC 5246, section 7.2; RFC 6101, section 5.4. Numbers and texts are those of tls(3).
 */
#include "tls/tlsdat.h"

#include "lib/atomic.h"

typedef struct Alert Alert;
struct Alert
{
	uchar alert;
	/* the number that SSL 3.0 has for it */
	uchar ssl;
	uchar fatal;
	const char *text;
};

enum
{
	Adecryption = 21,
	Adecompression = 30,
	Ahandshake = 40,
	Anocertificate = 41,
	Abadcertificate = 42,
	Aunsupportedcert = 43,
	Arevokedcert = 44,
	Aexpiredcert = 45,
	Aunknowncert = 46,
	Aunknownca = 48,
	Anoaccess = 49,
	Adecrypt = 51,
	Aexport = 60,
	Asecurity = 71,
	Ainternal = 80,
	Acanceled = 90,
	Aunrecognizedname = 112,

	Warning = 1,
	Fatal = 2,
};

static const Alert alerts[] = {
    {Aclosenotify, Aclosenotify, 0, "close notify"},
    {Aunexpected, Aunexpected, 1, "unexpected message"},
    {Abadmac, Abadmac, 1, "bad record mac"},
    {Adecryption, Aillegal, 1, "decryption failed"},
    {Aoverflow, Aillegal, 1, "record too long"},
    {Adecompression, Adecompression, 1, "decompression failed"},
    {Ahandshake, Ahandshake, 1,
	"could not negotiate acceptable security parameters"},
    {Anocertificate, Anocertificate, 1, "no appropriate certificate available"},
    {Abadcertificate, Abadcertificate, 1, "corrupted or invalid certificate"},
    {Aunsupportedcert, Aunsupportedcert, 1, "unsupported certificate type"},
    {Arevokedcert, Arevokedcert, 1, "revoked certificate"},
    {Aexpiredcert, Aexpiredcert, 1, "expired certificate"},
    {Aunknowncert, Aunknowncert, 1, "unacceptable certificate"},
    {Aillegal, Aillegal, 1, "illegal parameter"},
    {Aunknownca, Ahandshake, 1, "unknown certificate authority"},
    {Anoaccess, Ahandshake, 1, "access denied"},
    {Adecode, Aillegal, 1, "error decoding message"},
    {Adecrypt, Aillegal, 1, "error decrypting message"},
    {Aexport, Ahandshake, 1, "export restriction violated"},
    {Aversion, Aillegal, 1, "protocol version not supported"},
    {Asecurity, Ahandshake, 1, "stronger security routines required"},
    {Ainternal, Ahandshake, 1, "internal error"},
    {Acanceled, Aclosenotify, 0, "handshake canceled by user"},
    {Anorenegotiation, Aunexpected, 0, "no renegotiation"},
};

static const Alert *
lookalert(int alert)
{
	u32int i;

	for(i = 0; i < nelem(alerts); i++)
		if(alerts[i].alert == alert)
			return &alerts[i];
	return nil;
}

void
tlsfail(Tlsconv *t, const char *msg)
{
	int first;

	tlsdebug(t, "error: %s\n", msg);
	lock(&t->statelk);
	first = t->state != Serror;
	t->state = Serror;
	if(first)
		strecpy(t->err, t->err + sizeof t->err, msg);
	unlock(&t->statelk);
	if(first)
		tlshanderror(t, msg);
}

void
tlschanfail(Tlsconv *t)
{
	if(strcmp(up->errstr, Eintr) != 0)
		tlsfail(t, "channel error");
}

void
tlssendalert(Tlsconv *t, int alert)
{
	const Alert *a;
	const char *text;
	uchar rec[2];
	int fatal, code;

	tlsdebug(t, "send alert %d\n", alert);
	a = lookalert(alert);
	fatal = a != nil ? a->fatal : 1;
	text = a != nil ? a->text : "tls unknown alert";
	code = alert;
	/* SSL 3.0 has other numbers for some; TLS has none for a certificate that is missing */
	if(a != nil && loadrelaxed(&t->version) == SSL3)
		code = a->ssl;
	else if(alert == Anocertificate)
		code = Aunknowncert;
	rec[0] = fatal ? Fatal : Warning;
	rec[1] = code;
	if(fatal)
		tlssetstate(t, Salert, Sopen | Shandshake | Srclose);
	if(!waserror()) {
		tlswriterecords(t, Ralert, rec, sizeof rec);
		poperror();
	}
	if(fatal)
		tlsfail(t, text);
}

void
tlsbadrecord(Tlsconv *t, int alert, const char *fmt, ...)
{
	char msg[ERRMAX];
	va_list ap;

	va_start(ap, fmt);
	vseprint(msg, msg + sizeof msg, fmt, ap);
	va_end(ap);
	tlsdebug(t, "%s\n", msg);
	tlssendalert(t, alert);
	error(loadacquire(&t->opened) ? "tls error" : msg);
}

static _Noret void
gotfatal(Tlsconv *t, int alert)
{
	const Alert *a;
	const char *text;

	a = lookalert(alert);
	text = a != nil ? a->text : "unknown error";
	tlsfail(t, text);
	error(loadacquire(&t->opened) ? "tls error" : text);
}

void
tlsgotalert(Tlsconv *t, const uchar *p, u32int n)
{
	if(n != 2)
		tlsbadrecord(t, Adecode, "invalid alert");
	tlsdebug(t, "got alert %d %d\n", p[0], p[1]);
	if(p[0] == Fatal)
		gotfatal(t, p[1]);
	if(p[0] != Warning)
		tlsbadrecord(t, Aillegal, "invalid alert fatal code");
	switch(p[1]) {
	case Aclosenotify:
		tlsclosed(t, Srclose);
		error(loadacquire(&t->opened) ? "tls hungup" : "close notify");
	case Anorenegotiation:
		tlshanderror(t, "no renegotiation");
		break;
	case Acanceled:
		tlshanderror(t, "handshake canceled by user");
		break;
	case Aunrecognizedname:
		/* a server does not know the name that the client gave, and goes on */
		break;
	default:
		tlsbadrecord(t, Aillegal, "invalid alert code");
	}
}

/*
 * The messages of /net/tls/n/ctl: tls(3).
 */
#include "tls/tlsdat.h"

#include "dev/dev.h"
#include "lib/atomic.h"

typedef struct Tlsmsg Tlsmsg;
struct Tlsmsg
{
	const char *name;
	/* how many fields; 0: any number */
	int nf;
	/* f is called without t->lk */
	int unlocked;
	const char *usage;
	/* called with t->lk held, unless unlocked is set. Errors */
	void (*f)(Tlsconv *t, Cmdbuf *cb);
};

static int
versionof(const char *s)
{
	int v;

	v = atoi(s);
	if(v < Minversion || v > Maxversion)
		error("unsupported version");
	return v;
}

static void
ctlfd(Tlsconv *t, Cmdbuf *cb)
{
	int version, fd;

	if(t->chan != nil)
		error(Einuse);
	version = versionof(cb->f[2]);
	fd = atoi(cb->f[1]);
	if(fd < 0)
		error(Ebadarg);
	tlssetchan(t, fd);
	storerelaxed(&t->version, version);
	tlssetstate(t, Shandshake, Sclosed);
}

static void
ctlversion(Tlsconv *t, Cmdbuf *cb)
{
	int version;

	if(t->chan == nil)
		error("must set fd before version");
	if(t->verset)
		error("version already set");
	version = versionof(cb->f[1]);
	storerelaxed(&t->version, version);
	storerelease(&t->verset, 1);
}

static void
ctlsecret(Tlsconv *t, Cmdbuf *cb)
{
	tlssetsecrets(t, cb->f);
}

static void
ctlchangecipher(Tlsconv *t, Cmdbuf *cb)
{
	static const uchar change[] = {1};

	USED(cb);
	if(!tlshasoutnew(t))
		error("cannot change cipher spec without setting secret");
	tlswriterecords(t, Rchangecipher, change, sizeof change);
}

static void
ctlopened(Tlsconv *t, Cmdbuf *cb)
{
	int ok;

	USED(cb);
	if(t->insec == nil || t->outsec == nil)
		error(
		    "cipher must be configured before enabling data messages");
	lock(&t->statelk);
	ok = (t->state & (Shandshake | Sopen)) != 0;
	if(ok)
		t->state = Sopen;
	unlock(&t->statelk);
	if(!ok)
		error("cannot enable data messages");
	storerelease(&t->opened, 1);
}

static void
ctlalert(Tlsconv *t, Cmdbuf *cb)
{
	int alert, ready;

	qlock(&t->lk);
	ready = t->chan != nil;
	qunlock(&t->lk);
	if(!ready)
		error("must set fd before sending alerts");
	alert = atoi(cb->f[1]);
	tlssendalert(t, alert);
	if(alert == Aclosenotify)
		tlsclosed(t, Slclose);
}

static void
ctldebug(Tlsconv *t, Cmdbuf *cb)
{
	storerelaxed(&t->debug, cb->nf != 2 || strcmp(cb->f[1], "on") == 0);
}

static const Tlsmsg tlsmsgs[] = {
    {"fd", 3, 0, "usage: fd open-fd version", ctlfd},
    {"version", 2, 0, "usage: version vers", ctlversion},
    {"secret", 5, 0, "usage: secret hashalg encalg isclient secretdata",
	ctlsecret},
    {"changecipher", 1, 1, "usage: changecipher", ctlchangecipher},
    {"opened", 1, 0, "usage: opened", ctlopened},
    {"alert", 2, 1, "usage: alert n", ctlalert},
    {"debug", 0, 0, nil, ctldebug},
};

static void
tlsmessage(Tlsconv *t, Cmdbuf *cb)
{
	const Tlsmsg *m;
	u32int i;

	if(cb->nf < 1)
		error("short control request");
	for(i = 0; i < nelem(tlsmsgs); i++)
		if(strcmp(cb->f[0], tlsmsgs[i].name) == 0)
			break;
	if(i == nelem(tlsmsgs))
		error(Ebadarg);
	m = &tlsmsgs[i];
	if(m->nf != 0 && cb->nf != m->nf)
		error(m->usage);
	if(m->unlocked) {
		m->f(t, cb);
		return;
	}
	qlock(&t->lk);
	onerror(qunlock(&t->lk));
	m->f(t, cb);
	poperror();
	qunlock(&t->lk);
}

/* Forget a message, which may have had secrets. */
static void
dropcmd(Cmdbuf *cb, long n)
{
	memset(cb->buf, 0, n);
	free(cb);
}

void
tlsctl(Tlsconv *t, const void *buf, long n)
{
	Cmdbuf *cb;

	cb = parsecmd(buf, n);
	onerror(dropcmd(cb, n));
	tlsmessage(t, cb);
	poperror();
	dropcmd(cb, n);
}

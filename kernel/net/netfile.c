/*
 * #I: files that are texts: of the host's network, made when they are opened; and ndb, which
 * programs write.
 */
#include "net/netdat.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* bytes of /net/ndb, and of what the host's network says */
	Maxndb = 32 * KiB,
	Hostndb = 2048,
};

/* /net/ndb. The first look at it fills it with what the host's network says; later programs write it. */
static struct
{
	/* guards what follows. Rank Rproto */
	QLock lk;
	/* atomic, set under lk */
	u32int filled;
	/* len bytes of room */
	char *text;
	int len;
	/* how often it changed, and when: seconds. 0: never */
	u32int vers;
	u32int mtime;
} netndb = {.lk = QLOCKRANK(Rproto)};

/* Caller holds netndb.lk. */
static void
changedndb(void)
{
	netndb.vers++;
	netndb.mtime = (u32int)(todns() / 1000000000);
}

/* Put n bytes at off, where the text has them already or ends. Errors. Caller holds netndb.lk. */
static void
putndb(const char *s, int n, int off)
{
	char *text;

	if(n == 0)
		return;
	if(off + n > netndb.len) {
		text = realloc(netndb.text, off + n);
		if(text == nil)
			error(Enomem);
		netndb.text = text;
		netndb.len = off + n;
	}
	memmove(netndb.text + off, s, n);
}

static void
fillndb(void)
{
	char text[Hostndb + 1];

	if(aload(&netndb.filled))
		return;
	text[0] = 0;
	ndbtext(text, text + sizeof text);
	qlock(&netndb.lk);
	onerror(qunlock(&netndb.lk));
	if(!netndb.filled) {
		putndb(text, (int)strlen(text), 0);
		astore(&netndb.filled, 1);
	}
	poperror();
	qunlock(&netndb.lk);
}

void
ndbfacts(Dir *d)
{
	fillndb();
	qlock(&netndb.lk);
	d->length = netndb.len;
	d->qid.vers = netndb.vers;
	if(netndb.mtime > d->mtime)
		d->mtime = netndb.mtime;
	qunlock(&netndb.lk);
}

static void
openndb(int omode)
{
	if((openmode(omode) != OREAD || (omode & OTRUNC) != 0) && !iseve())
		error(Eperm);
	fillndb();
	if((omode & OTRUNC) == 0)
		return;
	qlock(&netndb.lk);
	free(netndb.text);
	netndb.text = nil;
	netndb.len = 0;
	changedndb();
	qunlock(&netndb.lk);
}

/* Copy what there is of n bytes at off. */
static long
copyndb(char *to, long n, vlong off)
{
	qlock(&netndb.lk);
	if(off >= netndb.len)
		n = 0;
	else if(n > netndb.len - off)
		n = netndb.len - (long)off;
	if(n > 0)
		memmove(to, netndb.text + off, n);
	qunlock(&netndb.lk);
	return n;
}

/* The program's memory is not stored into with the lock held. */
static long
readndb(char *buf, long n, vlong off)
{
	char *text;
	long m;

	if(off < 0)
		return 0;
	if(n > Maxndb)
		n = Maxndb;
	text = smalloc(n + 1);
	onerror(free(text));
	m = copyndb(text, n, off);
	memmove(buf, text, m);
	poperror();
	free(text);
	return m;
}

static long
writendb(const void *buf, long n, vlong off)
{
	char *text;

	if(off < 0 || off >= Maxndb || n >= Maxndb - off)
		error(Eio);
	text = smalloc(n + 1);
	onerror(free(text));
	memmove(text, buf, n);
	qlock(&netndb.lk);
	onerror(qunlock(&netndb.lk));
	if(off > netndb.len)
		error(Eio);
	if(n > 0) {
		putndb(text, (int)n, (int)off);
		changedndb();
	}
	poperror();
	qunlock(&netndb.lk);
	poperror();
	free(text);
	return n;
}

void
opentext(Chan *c, int kind, int omode)
{
	if(kind == Qndb) {
		openndb(omode);
		return;
	}
	if(kind == Qlog) {
		netlogopen();
		return;
	}
	if(openmode(omode) != OREAD)
		error(Eperm);
	if(kind != Qbootp)
		c->aux = nettext(kind);
}

long
readtextfile(Chan *c, char *buf, long n, vlong off)
{
	if(QKIND(c->qid) == Qlog)
		return netlogread(buf, n);
	if(QKIND(c->qid) == Qndb)
		return readndb(buf, n, off);
	return c->aux == nil ? 0 : readstr(off, buf, n, c->aux);
}

long
writetextfile(Chan *c, const void *buf, long n, vlong off)
{
	if(QKIND(c->qid) == Qlog) {
		netlogctl(buf, n);
		return n;
	}
	if(QKIND(c->qid) != Qndb)
		error(Eperm);
	return writendb(buf, n, off);
}

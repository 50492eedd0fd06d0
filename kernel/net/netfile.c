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
	/* of /net/ndb: ip(3) */
	Maxndb = 1024,
};

/* /net/ndb. The first open fills it with what the host's network says; later programs write it. */
static struct
{
	/* guards text. Rank Rproto */
	QLock lk;
	/* atomic, set under lk */
	u32int filled;
	char text[Maxndb + 1];
} netndb = {.lk = QLOCKRANK(Rproto)};

static void
fillndb(void)
{
	char text[Maxndb + 1];

	if(aload(&netndb.filled))
		return;
	text[0] = 0;
	ndbtext(text, text + sizeof text);
	qlock(&netndb.lk);
	if(!netndb.filled) {
		strecpy(netndb.text, netndb.text + sizeof netndb.text, text);
		astore(&netndb.filled, 1);
	}
	qunlock(&netndb.lk);
}

static void
openndb(int omode)
{
	if(openmode(omode) != OREAD && !iseve())
		error(Eperm);
	fillndb();
	if((omode & OTRUNC) == 0)
		return;
	qlock(&netndb.lk);
	memset(netndb.text, 0, sizeof netndb.text);
	qunlock(&netndb.lk);
}

static long
readndb(char *buf, long n, vlong off)
{
	char text[Maxndb + 1];

	qlock(&netndb.lk);
	memmove(text, netndb.text, sizeof text);
	qunlock(&netndb.lk);
	return readstr(off, buf, n, text);
}

static long
writendb(const void *buf, long n, vlong off)
{
	char text[Maxndb];

	if(off < 0 || off > Maxndb || n > Maxndb - off)
		error(Eio);
	memmove(text, buf, n);
	qlock(&netndb.lk);
	/* no hole ends the text */
	if((usize)off > strlen(netndb.text))
		off = (vlong)strlen(netndb.text);
	memmove(netndb.text + off, text, n);
	netndb.text[off + n] = 0;
	qunlock(&netndb.lk);
	return n;
}

void
opentext(Chan *c, int kind, int omode)
{
	if(kind == Qndb) {
		openndb(omode);
		return;
	}
	if(openmode(omode) != OREAD)
		error(Eperm);
	if(kind != Qlog && kind != Qbootp)
		c->aux = nettext(kind);
}

long
readtextfile(Chan *c, char *buf, long n, vlong off)
{
	if(QKIND(c->qid) == Qndb)
		return readndb(buf, n, off);
	return c->aux == nil ? 0 : readstr(off, buf, n, c->aux);
}

long
writetextfile(Chan *c, const void *buf, long n, vlong off)
{
	if(QKIND(c->qid) != Qndb)
		error(Eperm);
	return writendb(buf, n, off);
}

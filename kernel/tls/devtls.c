/*
 * #a: the files of tls(3).
 */
#include "tls/tlsdat.h"

#include "dev/dev.h"

/* A qid path has a conversation's number above these. */
enum
{
	Qtop,
	/* tls */
	Qtlsdir,
	Qclone,
	Qencalgs,
	Qhashalgs,
	Qconvdir,
	Qctl,
	Qdata,
	Qhand,
	Qstatus,
	Qstats,
	/* how many bits they have */
	Qbits = 5,

	/* the longest text of status and stats */
	Maxtext = 1024,
};

#define QTYPE(c) ((int)((c)->qid.path & ((1 << Qbits) - 1)))
#define QCONV(c) ((u32int)((c)->qid.path >> Qbits))

typedef struct Tlsfile Tlsfile;
struct Tlsfile
{
	const char *name;
	/* of a conversation's file: the most that its owner can set */
	u32int perm;
};

static const Tlsfile tlsfiles[] = {
    [Qtop] = {"#a", 0555},
    [Qtlsdir] = {"tls", 0555},
    [Qclone] = {"clone", 0555},
    [Qencalgs] = {"encalgs", 0444},
    [Qhashalgs] = {"hashalgs", 0444},
    [Qctl] = {"ctl", 0777},
    [Qdata] = {"data", 0777},
    [Qhand] = {"hand", 0777},
    [Qstatus] = {"status", 0444},
    [Qstats] = {"stats", 0444},
};

static Qid
tlsqid(u32int conv, int type)
{
	Qid q = {(uvlong)conv << Qbits | type, 0, QTFILE};

	if(type == Qtop || type == Qtlsdir || type == Qconvdir)
		q.type = QTDIR;
	return q;
}

static int
istlsconvfile(int type)
{
	return type >= Qctl && type <= Qstats;
}

/* Describe a file that is no conversation's. */
static int
tlstopfile(Chan *c, int type, Dir *d)
{
	const Tlsfile *f = &tlsfiles[type];

	devdir(c, tlsqid(0, type), f->name, 0, eve, f->perm, d);
	return 1;
}

/* Describe the directory of a conversation. Name and owner are in up->genbuf. */
static int
tlsconvdir(Chan *c, u32int conv, Dir *d)
{
	char *user, *name;

	user = up->genbuf;
	name = user + KNAMELEN;
	tlsconvowner(conv, user, KNAMELEN);
	snprint(name, NUMSIZE, "%d", conv);
	devdir(c, tlsqid(conv, Qconvdir), name, 0, user, 0555, d);
	return 1;
}

/* Describe a file of a conversation. Its owner is in up->genbuf. */
static int
tlsconvfile(Chan *c, u32int conv, int type, Dir *d)
{
	const Tlsfile *f = &tlsfiles[type];
	u32int perm;

	perm = tlsconvowner(conv, up->genbuf, KNAMELEN);
	devdir(
	    c, tlsqid(conv, type), f->name, 0, up->genbuf, perm & f->perm, d);
	return 1;
}

static int
tlsgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	int type;

	USED(name), USED(tab), USED(ntab);
	type = QTYPE(c);
	switch(type) {
	case Qtop:
		if(i == DEVDOTDOT)
			return tlstopfile(c, Qtop, d);
		return i == 0 ? tlstopfile(c, Qtlsdir, d) : -1;
	case Qtlsdir:
		if(i == DEVDOTDOT)
			return tlstopfile(c, Qtop, d);
		if(i <= Qhashalgs - Qclone)
			return tlstopfile(c, Qclone + i, d);
		i -= Qhashalgs - Qclone + 1;
		if((u32int)i >= ntlsconvs())
			return -1;
		return tlsconvdir(c, i, d);
	case Qconvdir:
		if(i == DEVDOTDOT)
			return tlstopfile(c, Qtlsdir, d);
		if(i > Qstats - Qctl)
			return -1;
		return tlsconvfile(c, QCONV(c), Qctl + i, d);
	}
	/* a file has one entry, itself */
	if(i > 0)
		return -1;
	if(istlsconvfile(type))
		return tlsconvfile(c, QCONV(c), type, d);
	return tlstopfile(c, type, d);
}

static Chan *
tlsattach(const char *spec)
{
	Chan *c;

	c = devattach('a', spec);
	c->qid = tlsqid(0, Qtop);
	return c;
}

static Walkqid *
tlswalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, tlsgen);
}

static int
tlsstat(Chan *c, uchar *buf, int n)
{
	return devstat(c, buf, n, nil, 0, tlsgen);
}

/* clone becomes the new conversation's ctl. */
static void
openclone(Chan *c)
{
	static u64int said;
	Tlsconv *t;

	t = newtlsconv();
	if(t == nil) {
		saylimit(&said, "%d conversations of tls", Maxconvs);
		error("no free devices");
	}
	c->aux = t;
	c->qid = tlsqid(t->id, Qctl);
}

static Chan *
tlsopen(Chan *c, int omode)
{
	int type, mode;

	mode = openmode(omode);
	type = QTYPE(c);
	if(type == Qclone)
		openclone(c);
	else if(type == Qctl || type == Qdata || type == Qhand)
		c->aux = tlsconvopen(QCONV(c), omode, type == Qhand);
	else {
		if(omode != OREAD)
			error(Eperm);
		if(istlsconvfile(type))
			c->aux = tlsconvopen(QCONV(c), omode, 0);
	}
	c->mode = mode;
	c->flag |= COPEN;
	c->offset = 0;
	c->iounit = MAXREC;
	return c;
}

static void
tlsclose(Chan *c)
{
	if((c->flag & COPEN) && istlsconvfile(QTYPE(c)))
		tlsconvclose(c->aux, QTYPE(c) == Qhand);
}

static char *
secrettext(char *p, char *e, const Secret *s, const char *which)
{
	if(s == nil)
		return p;
	/* 9front's tags: EncIn, NewEncIn, ... */
	return seprint(p, e, which, tlsencname(s), tlshashname(s));
}

static void
tlsstatus(Tlsconv *t, char *p, char *e)
{
	int state;

	lock(&t->statelk);
	state = t->state;
	unlock(&t->statelk);
	p = seprint(p, e, "State: %s\n", tlsstatename(state));
	qlock(&t->lk);
	p = seprint(p, e, "Version: %#x\n", t->version);
	p = secrettext(p, e, t->insec, "EncIn: %s\nHashIn: %s\n");
	p = secrettext(p, e, t->innew, "NewEncIn: %s\nNewHashIn: %s\n");
	p = secrettext(p, e, t->outsec, "EncOut: %s\nHashOut: %s\n");
	p = secrettext(p, e, t->outnew, "NewEncOut: %s\nNewHashOut: %s\n");
	if(t->chan != nil)
		seprint(p, e, "Chan: %s\n", chanpath(t->chan));
	qunlock(&t->lk);
}

static void
tlsstats(Tlsconv *t, char *p, char *e)
{
	seprint(p, e,
	    "DataIn: %lld\nDataOut: %lld\nHandIn: %lld\nHandOut: %lld\n",
	    t->datain, t->dataout, t->handin, t->handout);
}

/* Read a text. */
static long
readtls(Chan *c, void *buf, long n, vlong off)
{
	char *text, *e;

	text = smalloc(Maxtext);
	e = text + Maxtext;
	switch(QTYPE(c)) {
	case Qctl:
		seprint(text, e, "%d", QCONV(c));
		break;
	case Qstatus:
		tlsstatus(c->aux, text, e);
		break;
	case Qstats:
		tlsstats(c->aux, text, e);
		break;
	case Qencalgs:
		tlsencalgs(text, Maxtext);
		break;
	case Qhashalgs:
		tlshashalgs(text, Maxtext);
		break;
	}
	return readfree(off, buf, n, text, strlen(text));
}

static long
tlsread(Chan *c, void *buf, long n, vlong off)
{
	switch(QTYPE(c)) {
	case Qtop:
	case Qtlsdir:
	case Qconvdir:
		if(off == 0)
			c->pos = 0;
		return devdirread(c, buf, n, nil, 0, tlsgen);
	case Qdata:
		return tlsreaddata(c->aux, buf, n);
	case Qhand:
		return tlsreadhand(c->aux, buf, n);
	}
	return readtls(c, buf, n, off);
}

static long
tlswrite(Chan *c, const void *buf, long n, vlong off)
{
	Tlsconv *t = c->aux;

	USED(off);
	switch(QTYPE(c)) {
	case Qdata:
		tlscheckstate(t, 0, Sopen);
		n = tlswriterecords(t, Rapplication, buf, n);
		countn(&t->dataout, n);
		return n;
	case Qhand:
		n = tlswriterecords(t, Rhandshake, buf, n);
		countn(&t->handout, n);
		return n;
	case Qctl:
		tlsctl(t, buf, n);
		return n;
	}
	error(Ebadusefd);
}

static void
tlschange(Chan *c, const Dir *d)
{
	tlsconvwstat(QCONV(c), d);
}

/* Owner and permissions of a conversation can be changed. */
static int
tlswstat(Chan *c, uchar *buf, int n)
{
	if(QTYPE(c) < Qconvdir)
		error(Eperm);
	return devwstat(c, buf, n, nil, tlschange);
}

Dev tlsdev = {
    .dc = 'a',
    .name = "tls",
    .attach = tlsattach,
    .walk = tlswalk,
    .stat = tlsstat,
    .open = tlsopen,
    .create = devnocreate,
    .close = tlsclose,
    .read = tlsread,
    .write = tlswrite,
    .remove = devnoremove,
    .wstat = tlswstat,
};

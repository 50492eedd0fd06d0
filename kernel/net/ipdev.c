/*
 * #I: the files of the network, /net. ip(3)
 */
#include "net/netdat.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

Netreach netreach;

/* A protocol's place is its number in qids. */
static Proto *const protos[] = {
    &icmpproto,
    &icmp6proto,
    &ipifcproto,
    &tcpproto,
    &udpproto,
};

static const char netowner[] = "network";

static Qid
netqid(uint proto, uint conv, uint kind)
{
	int dir;

	dir = kind == Qtopdir || kind == Qprotodir || kind == Qconvdir;
	return (Qid){
	    (uvlong)proto << 32 | conv << 8 | kind, 0, dir ? QTDIR : QTFILE};
}

static Proto *
protoof(Chan *c)
{
	return protos[QPROTO(c->qid)];
}

static int
isifc(uint proto)
{
	return protos[proto] == &ipifcproto;
}

/* The conversation of a file. Conversations stay. */
static Conv *
chanconv(Chan *c)
{
	return netconvof(protoof(c), QCONV(c->qid));
}

/* --- the tree --- */

typedef struct Netfile Netfile;
struct Netfile
{
	const char *name;
	u32int perm;
};

static const Netfile netfiles[] = {
    [Qtopdir] = {".", 0555},
    [Qarp] = {"arp", 0664},
    [Qbootp] = {"bootp", 0444},
    [Qcs] = {"cs", 0666},
    [Qdns] = {"dns", 0666},
    [Qiproute] = {"iproute", 0664},
    [Qipselftab] = {"ipselftab", 0444},
    [Qlog] = {"log", 0666},
    [Qndb] = {"ndb", 0666},
    [Qclone] = {"clone", 0666},
    [Qstats] = {"stats", 0444},
    [Qctl] = {"ctl", 0},
    [Qdata] = {"data", 0},
    [Qerr] = {"err", 0},
    [Qlisten] = {"listen", 0},
    [Qlocal] = {"local", 0444},
    [Qremote] = {"remote", 0444},
    [Qstatus] = {"status", 0444},
};

/* The owner, permissions and length of a conversation's file. The socket is closed with Proto.lk
 * held. */
static void
convfacts(Conv *v, uint kind, char *owner, char *e, Dir *d)
{
	qlock(&v->p->lk);
	strecpy(owner, e, netconvowner(v));
	d->mode = v->perm;
	d->length = kind == Qdata && aload(&v->state) == Connected
	    ? hostnetinq(&v->sock)
	    : 0;
	qunlock(&v->p->lk);
}

/* A directory of a conversation or an interface, or a file in it. Its names are in up->genbuf. */
static void
convplace(Chan *c, uint proto, uint x, uint kind, Dir *d)
{
	char *owner, *name;
	vlong length;
	u32int perm;

	owner = up->genbuf + sizeof up->genbuf / 2;
	if(isifc(proto)) {
		strecpy(owner, up->genbuf + sizeof up->genbuf, netowner);
		d->mode = 0660;
		d->length = 0;
	} else
		convfacts(netconvof(protos[proto], x), kind, owner,
		    up->genbuf + sizeof up->genbuf, d);
	perm = d->mode;
	length = d->length;
	name = (char *)netfiles[kind].name;
	if(kind == Qconvdir) {
		name = up->genbuf;
		snprint(name, sizeof up->genbuf / 2, "%ud", x);
		perm = 0555;
	} else if(netfiles[kind].perm != 0)
		perm = netfiles[kind].perm;
	devdir(c, netqid(proto, x, kind), name, length, owner, perm, d);
}

/* Any file's Dir. */
static void
netplace(Chan *c, uint proto, uint x, uint kind, Dir *d)
{
	const char *name;

	if(kind >= Qconvdir) {
		convplace(c, proto, x, kind, d);
		return;
	}
	name = kind == Qtopdir	? "#I"
	    : kind == Qprotodir ? protos[proto]->name
				: netfiles[kind].name;
	devdir(c, netqid(proto, x, kind), name, 0,
	    kind == Qtopdir ? eve : netowner,
	    kind == Qprotodir ? 0555 : netfiles[kind].perm, d);
	if(kind == Qndb)
		ndbfacts(d);
}

/* The kind of file number i in the root, and its protocol. Returns 0 after the last. */
static int
topentry(int i, uint *proto, uint *kind)
{
	*proto = 0;
	*kind = Qtopbase + i;
	if(*kind < Qtopend)
		return 1;
	*kind = Qprotodir;
	*proto = i - (Qtopend - Qtopbase);
	return *proto < nelem(protos);
}

/* The conversation that a walk's name is. */
static int
convname(const char *name, uint *x)
{
	char *end;
	uvlong v;

	v = strtoull(name, &end, 10);
	if(*name < '0' || *name > '9' || *end != 0 || v >= Maxconv ||
	    (*name == '0' && name[1] != 0))
		return 0;
	*x = (uint)v;
	return 1;
}

/* How many directories a protocol has. */
static uint
nconvs(uint proto)
{
	uint n;

	if(isifc(proto))
		return (uint)nnetifc();
	qlock(&protos[proto]->lk);
	n = protos[proto]->nconv;
	qunlock(&protos[proto]->lk);
	return n;
}

static int
protogen(Chan *c, uint proto, const char *name, int i, Dir *d)
{
	uint nconv, x;

	if(i < 2) {
		netplace(c, proto, 0, Qclone + i, d);
		return 1;
	}
	nconv = nconvs(proto);
	if(name != nil && convname(name, &x)) {
		if(x >= nconv)
			return -1;
		netplace(c, proto, x, Qconvdir, d);
		return 1;
	}
	if(name != nil || i - 2 >= (int)nconv)
		return -1;
	netplace(c, proto, i - 2, Qconvdir, d);
	return 1;
}

static int
netgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	uint proto, x, kind;

	USED(tab), USED(ntab);
	proto = QPROTO(c->qid);
	x = QCONV(c->qid);
	kind = QKIND(c->qid);
	if(i == DEVDOTDOT) {
		netplace(c, kind == Qconvdir ? proto : 0, 0,
		    kind == Qconvdir ? Qprotodir : Qtopdir, d);
		return 1;
	}
	switch(kind) {
	case Qtopdir:
		if(!topentry(i, &proto, &kind))
			return -1;
		netplace(c, proto, 0, kind, d);
		return 1;
	case Qprotodir:
		return protogen(c, proto, name, i, d);
	case Qconvdir:
		if(Qconvbase + i >= Qconvend)
			return -1;
		netplace(c, proto, x, Qconvbase + i, d);
		return 1;
	}
	return -1;
}

static Chan *
ipattach(const char *spec)
{
	if(netreach == Netnone)
		error("no network: run9 --net=none");
	if(*spec != 0 && strcmp(spec, "0") != 0)
		error("host has one IP stack: #I0");
	return devattach('I', spec);
}

static Walkqid *
ipwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, netgen);
}

/* A program that is mounted at /net, before or after #I, answers in place of the resolver: ndb(8). */
static int
ipyields(Chan *c, const char *name)
{
	return QKIND(c->qid) == Qtopdir &&
	    (strcmp(name, netfiles[Qcs].name) == 0 ||
		strcmp(name, netfiles[Qdns].name) == 0);
}

static int
ipstat(Chan *c, uchar *buf, int n)
{
	Dir d;

	netplace(c, QPROTO(c->qid), QCONV(c->qid), QKIND(c->qid), &d);
	return dirtomsg(&d, buf, n);
}

/* --- open and close --- */

/* c, a listen file, becomes the ctl file of the next call. */
static void
openlisten(Chan *c, int omode)
{
	Conv *v, *nv;

	v = chanconv(c);
	opennetconv(v, omode);
	onerror(closenetconv(v));
	if(aload(&v->state) != Announced)
		error("not announced");
	if(aload(&v->hungup))
		error("listen hungup");
	nv = v->p->accept != nil ? v->p->accept(v) : nil;
	if(nv == nil)
		error("not announced");
	poperror();
	closenetconv(v);
	c->qid = netqid(QPROTO(c->qid), nv->x, Qctl);
}

/* The file of an interface, or of ipifc. */
static void
openifcfile(Chan *c, uint kind, int omode)
{
	if(openmode(omode) != OREAD)
		error("interfaces are configured by the host");
	switch(kind) {
	case Qclone:
	case Qdata:
	case Qlisten:
		error("interfaces are configured by the host");
	case Qlocal:
	case Qstatus:
		c->aux = ipifctext(QCONV(c->qid), kind);
	}
}

/* c, a file of a conversation or clone, now has the conversation open. */
static void
openheld(Chan *c, uint kind, int omode)
{
	switch(kind) {
	case Qclone:
		c->qid = netqid(
		    QPROTO(c->qid), newnetconv(protoof(c), nil)->x, Qctl);
		break;
	case Qlisten:
		openlisten(c, omode);
		break;
	default:
		opennetconv(chanconv(c), omode);
	}
}

/* The same; c->aux is the user who opened it, whose c stays when the process has another. */
static void
openconvfile(Chan *c, uint kind, int omode)
{
	char *user;

	user = kstrcpy(up->user);
	onerror(free(user));
	openheld(c, kind, omode);
	poperror();
	c->aux = user;
}

static void
opennetfile(Chan *c, int omode)
{
	uint kind;

	kind = QKIND(c->qid);
	if(kind >= Qtopbase && kind < Qtopend)
		opentext(c, kind, omode);
	else if(kind == Qstats && omode == OREAD)
		c->aux = counterstext(protoof(c)->group, protoof(c)->counters);
	else if(kind > Qprotodir && kind != Qconvdir && isifc(QPROTO(c->qid)))
		openifcfile(c, kind, omode);
	else if(kind == Qclone || (kind >= Qctl && kind <= Qlisten))
		openconvfile(c, kind, omode);
	else if(omode != OREAD)
		error(Eperm);
}

static Chan *
ipopen(Chan *c, int omode)
{
	uint kind;

	kind = QKIND(c->qid);
	openmode(omode);
	if(omode & ORCLOSE)
		error(Eperm);
	if(kind == Qcs || kind == Qdns)
		return csfileopen(c, kind, omode);
	opennetfile(c, omode);
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

static void
ipclose(Chan *c)
{
	if((c->flag & COPEN) == 0)
		return;
	switch(QKIND(c->qid)) {
	case Qcs:
	case Qdns:
		csfileclose(c);
		return;
	case Qlog:
		netlogclose();
		return;
	case Qctl:
	case Qdata:
	case Qerr:
		if(!isifc(QPROTO(c->qid)))
			closenetconv(chanconv(c));
	}
	free(c->aux);
	c->aux = nil;
}

/* --- read and write --- */

static long
ipread(Chan *c, void *buf, long n, vlong off)
{
	char num[16];
	Conv *v;

	switch(QKIND(c->qid)) {
	case Qcs:
	case Qdns:
		return csfileread(c, buf, n, off);
	case Qdata:
		v = chanconv(c);
		return v->p->read(v, buf, n);
	case Qctl:
		snprint(num, sizeof num, "%ud", QCONV(c->qid));
		return readstr(off, buf, n, num);
	case Qerr:
	case Qlocal:
	case Qremote:
	case Qstatus:
		if(isifc(QPROTO(c->qid)))
			return readtextfile(c, buf, n, off);
		return readnetconv(chanconv(c), QKIND(c->qid), buf, n, off);
	}
	if((c->qid.type & QTDIR) == 0)
		return readtextfile(c, buf, n, off);
	if(off == 0)
		c->pos = 0;
	return devdirread(c, buf, n, nil, 0, netgen);
}

static long
ipwrite(Chan *c, const void *buf, long n, vlong off)
{
	Conv *v;

	switch(QKIND(c->qid)) {
	case Qcs:
	case Qdns:
		return csfilewrite(c, buf, n, off);
	case Qdata:
		v = chanconv(c);
		return v->p->write(v, buf, n);
	case Qctl:
		convctl(chanconv(c), buf, n);
		return n;
	}
	return writetextfile(c, buf, n, off);
}

static void
netchange(Chan *c, const Dir *d)
{
	wstatnetconv(chanconv(c), c->flag & COPEN ? c->aux : up->user, d);
}

/* The owner and permissions of a conversation are those of its files. */
static int
ipwstat(Chan *c, uchar *buf, int n)
{
	uint kind;

	kind = QKIND(c->qid);
	if((kind != Qctl && kind != Qdata) || isifc(QPROTO(c->qid)))
		error(Eperm);
	return devwstat(c, buf, n, nil, netchange);
}

Dev ipdev = {
    .dc = 'I',
    .name = "ip",
    .attach = ipattach,
    .walk = ipwalk,
    .yields = ipyields,
    .stat = ipstat,
    .open = ipopen,
    .create = devnocreate,
    .close = ipclose,
    .read = ipread,
    .write = ipwrite,
    .remove = devnoremove,
    .wstat = ipwstat,
};

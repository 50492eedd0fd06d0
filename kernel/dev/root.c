/*
 * #/: the root of the name space: root(3). It has empty directories to mount on, for names that
 * a host's or a Plan 9 tree's root may lack. Below /n, /mnt and /mnt/exportfs any name is one, as
 * mntgen(4) makes them. Beside a host's root it also has files that Plan 9 programs expect.
 *
 * A host's root has directories of its own called boot and root, which must not be hidden. They
 * are not in the root that is attached as "host". bin has run9's own programs (plan9/bin).
 */
#include "u.h"
#include "dev/dev.h"
#include "dev/rootfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* qid paths of places: the index in places[], plus one */
	Qroot,
	Qbootdir,
	Qbin,
	Qdev,
	Qenv,
	Qfd,
	Qmnt,
	Qn,
	Qnet,
	Qnetalt,
	Qproc,
	Qrootdir,
	Qsrv,
	Qshr,
	Qtmp,
	Qlib,
	Qndb,
	Qsys,
	Qsyslib,
	Qtls,
	Qhostdir,
	Qexportfs,
	/* the first place whose path has no name here */
	Qplace,
	/* #s/boot, which is not in places[] */
	Qboot = 1 << 16,
	/* the first of the programs in bin */
	Qprog = 1 << 17,
	/* Chan.dev of the #/ that is bound before a host's root */
	Hostroot = 1,
	/* Place.roots: the place is in the #/ of a Plan 9 tree, of a host's root */
	Tree = 1 << 0,
	Host = 1 << 1,
	Both = Tree | Host,
};

/* The qid path of a generated directory has this bit, the parent's path and a hash of the name. */
#define QGEN (1ULL << 63)
#define GENSHIFT 56
#define GENPARENT(path) ((path) >> GENSHIFT & 0x7f)

static const char Emountonly[] = "#s/boot can only be mounted";

typedef struct Place Place;
struct Place
{
	const char *name;
	uvlong parent;
	int roots;
	/* makes the text of a file; nil for a directory */
	void (*text)(Text *);
};

/* Those of 9front are in its order. */
static const Place places[] = {
    [Qbootdir - 1] = {"boot", Qroot, Tree, nil},
    [Qbin - 1] = {"bin", Qroot, Both, nil},
    [Qdev - 1] = {"dev", Qroot, Both, nil},
    [Qenv - 1] = {"env", Qroot, Both, nil},
    [Qfd - 1] = {"fd", Qroot, Both, nil},
    [Qmnt - 1] = {"mnt", Qroot, Both, nil},
    [Qn - 1] = {"n", Qroot, Both, nil},
    [Qnet - 1] = {"net", Qroot, Both, nil},
    [Qnetalt - 1] = {"net.alt", Qroot, Both, nil},
    [Qproc - 1] = {"proc", Qroot, Both, nil},
    [Qrootdir - 1] = {"root", Qroot, Tree, nil},
    [Qsrv - 1] = {"srv", Qroot, Both, nil},
    [Qshr - 1] = {"shr", Qroot, Both, nil},
    [Qtmp - 1] = {"tmp", Qroot, Tree, nil},
    [Qlib - 1] = {"lib", Qroot, Host, nil},
    [Qndb - 1] = {"ndb", Qlib, Host, nil},
    [Qsys - 1] = {"sys", Qroot, Host, nil},
    [Qsyslib - 1] = {"lib", Qsys, Host, nil},
    [Qtls - 1] = {"tls", Qsyslib, Host, nil},
    /* the host's root, in a Plan 9 tree's name space */
    [Qhostdir - 1] = {"host", Qmnt, Tree, nil},
    /* exportfs(4) mounts there what a client asks for that is mounted already */
    [Qexportfs - 1] = {"exportfs", Qmnt, Both, nil},
    [Qplace - 1] = {"local", Qndb, Host, localtext},
    {"common", Qndb, Host, commontext},
    {"namespace", Qlib, Host, namespacetext},
    {"ca.pem", Qtls, Host, certtext},
};

/* The place whose file c is; nil if c is the root or a generated directory. */
static const Place *
rootplace(Chan *c)
{
	return c->qid.path - 1 < nelem(places) ? &places[c->qid.path - 1] : nil;
}

/* The program that c is, or nil. */
static const Rootprog *
rootprog(Chan *c)
{
	if((c->qid.path & QGEN) || c->qid.path < Qprog)
		return nil;
	return &rootprogs[c->qid.path - Qprog];
}

/* Describe program i; 0 if there are fewer. */
static int
progdir(Chan *c, uvlong i, Dir *d)
{
	const Rootprog *p;
	Qid q = {Qprog + i, 0, QTFILE};

	p = &rootprogs[i];
	if(p->name == nil)
		return 0;
	devdir(c, q, p->name, p->end - p->begin, eve, 0555, d);
	return 1;
}

static Qid
placeqid(u32int i)
{
	return (Qid){i + 1, 0, places[i].text != nil ? QTFILE : QTDIR};
}

/* The length of a place's file; 0 for a directory, or if the text cannot be made. */
static vlong
placelen(const Place *p)
{
	char *s;
	vlong n;

	if(p->text == nil || waserror())
		return 0;
	s = maketext(p->text);
	poperror();
	n = strlen(s);
	free(s);
	return n;
}

static void
placedir(Chan *c, u32int i, vlong length, Dir *d)
{
	devdir(c, placeqid(i), places[i].name, length, eve,
	    places[i].text != nil ? 0444 : 0555, d);
}

static int
isplace(Chan *c, const Place *p, const char *name)
{
	return p->parent == c->qid.path &&
	    (p->roots & (c->dev == Hostroot ? Host : Tree)) != 0 &&
	    (name == nil || strcmp(name, p->name) == 0) &&
	    (p->text != certtext || havecerts());
}

/* Describe the directory `name' that is generated in c. Its qid path is a hash of the name (FNV-1a), so
 * nothing is stored for it. */
static void
anyname(Chan *c, const char *name, Dir *d)
{
	Qid q = {0, 0, QTDIR};
	uvlong h;
	const char *p;

	h = 0xcbf29ce484222325ULL;
	for(p = name; *p != 0; p++)
		h = (h ^ (uchar)*p) * 0x100000001b3ULL;
	h = (h ^ h >> GENSHIFT) & ((1ULL << GENSHIFT) - 1);
	q.path = QGEN | c->qid.path << GENSHIFT | h;
	devdir(c, q, name, 0, eve, 0555, d);
}

static int
generatedin(Chan *mtpt, Chan *c)
{
	return mtpt->type == c->type && mtpt->dev == c->dev &&
	    (mtpt->qid.path & QGEN) && GENPARENT(mtpt->qid.path) == c->qid.path;
}

/* Entry i of a listing of the directories that are generated in c: those that are mount points of up's
 * name space, because only they are known to be used. */
static int
usedgen(Chan *c, int i, Dir *d)
{
	Mountwant w = {generatedin, c, i};

	if(!mountname(&w, up->genbuf, sizeof up->genbuf))
		return -1;
	anyname(c, up->genbuf, d);
	return 1;
}

static void
dotdot(Chan *c, Dir *d)
{
	Qid q = {0, 0, QTDIR};

	if(c->qid.path & QGEN)
		q.path = GENPARENT(c->qid.path);
	else if(rootplace(c) != nil)
		q.path = rootplace(c)->parent;
	devdir(c, q, "/", 0, eve, 0555, d);
}

static int
rootgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	USED(tab), USED(ntab);
	if(i == DEVDOTDOT) {
		dotdot(c, d);
		return 1;
	}
	if(i < (int)nelem(places)) {
		if(!isplace(c, &places[i], name))
			return 0;
		/* a walk wants the qid only */
		placedir(c, i, name == nil ? placelen(&places[i]) : 0, d);
		return 1;
	}
	if(c->qid.path == Qbin)
		return progdir(c, i - nelem(places), d) ? 1 : -1;
	if(c->qid.path != Qmnt && c->qid.path != Qn && c->qid.path != Qexportfs)
		return -1;
	if(name == nil)
		return usedgen(c, i - nelem(places), d);
	anyname(c, name, d);
	return 1;
}

static Chan *
rootattach(const char *spec)
{
	Chan *c;

	c = devattach('/', nil);
	if(spec != nil && strcmp(spec, "host") == 0)
		c->dev = Hostroot;
	return c;
}

void
serveboot(const char *dir)
{
	Chan *c;

	c = devattach('/', nil);
	onerror(cclose(c));
	channame(c, "#s/boot");
	c->aux = kstrcpy(dir);
	c->qid = (Qid){Qboot, 0, QTFILE};
	c->mode = ORDWR;
	c->flag |= COPEN;
	srvpost("boot", c);
	poperror();
}

static Chan *
rootserve(Chan *c, const char *aname)
{
	Chan *root;

	if(c->qid.path != Qboot)
		return nil;
	if(*aname != 0)
		error(Enonexist);
	root = hostdev.attach(c->aux);
	onerror(cclose(root));
	/* the name that /proc/n/ns shows */
	channame(root, "#s/boot");
	poperror();
	return root;
}

static void
rootclose(Chan *c)
{
	/* aux is a file's text, or the host directory of #s/boot */
	if((c->flag & COPEN) && (c->qid.type & QTDIR) == 0 &&
	    rootprog(c) == nil)
		free(c->aux);
}

static Walkqid *
rootwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, rootgen);
}

/* A walk to a name that is not here must cost little: it goes on in the next element of a union,
 * as almost every walk from / does. */
static int
rootlacks(Chan *c, const char *name, usize n)
{
	const Place *p;

	if(c->qid.path != Qroot)
		return 0;
	for(p = places; p < places + nelem(places); p++)
		if(p->name[0] == name[0] && p->parent == Qroot &&
		    strlen(p->name) == n && strncmp(p->name, name, n) == 0)
			return !isplace(c, p, nil);
	return 1;
}

static int
rootstat(Chan *c, uchar *buf, int n)
{
	Dir d;

	if(rootplace(c) != nil)
		placedir(c, c->qid.path - 1, placelen(rootplace(c)), &d);
	else if(rootprog(c) != nil)
		progdir(c, c->qid.path - Qprog, &d);
	else if(c->qid.path == Qboot)
		devdir(c, c->qid, "boot", 0, eve, 0666, &d);
	else
		devdir(c, c->qid,
		    strcmp(chanpath(c), "#/") == 0 ? "" : lastelem(chanpath(c)),
		    0, eve, 0555, &d);
	return dirtomsg(&d, buf, n);
}

static Chan *
rootopen(Chan *c, int omode)
{
	const Place *p;

	p = rootplace(c);
	if(rootprog(c) == nil && (p == nil || p->text == nil))
		return devopen(c, omode, nil, 0, rootgen);
	if(omode & (OTRUNC | ORCLOSE))
		error(Eperm);
	devpermcheck(eve, p != nil ? 0444 : 0555, omode);
	if(p != nil)
		c->aux = maketext(p->text);
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

static long
rootread(Chan *c, void *buf, long n, vlong off)
{
	const Rootprog *p;

	if(c->qid.path == Qboot)
		error(Emountonly);
	p = rootprog(c);
	if(p != nil)
		return readmem(off, buf, n, p->begin, p->end - p->begin);
	if((c->qid.type & QTDIR) == 0)
		return readstr(off, buf, n, c->aux);
	if(off == 0)
		c->pos = 0;
	return devdirread(c, buf, n, nil, 0, rootgen);
}

static long
rootwrite(Chan *c, const void *buf, long n, vlong off)
{
	USED(buf), USED(n), USED(off);
	error(c->qid.path == Qboot ? Emountonly : Eperm);
}

Dev rootdev = {
    .dc = '/',
    .name = "root",
    .attach = rootattach,
    .walk = rootwalk,
    .lacks = rootlacks,
    .stat = rootstat,
    .open = rootopen,
    .create = devnocreate,
    .close = rootclose,
    .serve = rootserve,
    .read = rootread,
    .write = rootwrite,
    .remove = devnoremove,
    .wstat = devnowstat,
};

/*
 * #/: the root of the name space. It has empty directories to mount on, for names that a
 * host's or a Plan 9 tree's root may lack. root(3)
 *
 * A host's root has folders of its own called bin, boot and root, which must not be hidden:
 * they are not in the root that is attached as "host".
 */
#include "u.h"
#include "dev/dev.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	Qroot,
	Qmnt = 1,
	/* #s/boot, which has no place */
	Qboot = 1 << 16,
	/* Chan.dev of the root beside a host's */
	Hostroot = 1,
};

static const char Emountonly[] = "#s/boot can only be mounted";

typedef struct Place Place;
struct Place
{
	const char *name;
	uvlong parent;
	/* a host's root has its own */
	int hosts;
};

/* A place's qid path is its index plus one. */
static const Place places[] = {
    {"mnt", Qroot, 0}, /* Qmnt */
    {"bin", Qroot, 1}, {"boot", Qroot, 1}, {"dev", Qroot, 0}, {"env", Qroot, 0},
    {"fd", Qroot, 0}, {"n", Qroot, 0}, {"net", Qroot, 0}, {"net.alt", Qroot, 0},
    {"proc", Qroot, 0}, {"root", Qroot, 1}, {"shr", Qroot, 0},
    {"srv", Qroot, 0}, {"tmp", Qroot, 1},
    {"host", Qmnt, 0}, /* the host's root, in a Plan 9 tree's name space */
};

static int
rootgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Qid q = {0, 0, QTDIR};

	USED(tab), USED(ntab);
	if(i == DEVDOTDOT) {
		if(c->qid.path != Qroot)
			q.path = places[c->qid.path - 1].parent;
		devdir(c, q, "/", 0, eve, 0555, d);
		return 1;
	}
	if(i >= (int)nelem(places))
		return -1;
	if(places[i].parent != c->qid.path ||
	    (places[i].hosts && c->dev == Hostroot) ||
	    (name != nil && strcmp(name, places[i].name) != 0))
		return 0;
	q.path = i + 1;
	devdir(c, q, places[i].name, 0, eve, 0555, d);
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
	pathclose(c->path);
	c->path = nil;
	c->path = newpath("#s/boot");
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
	root = devtab[devno('Z', 0)]->attach(c->aux);
	onerror(cclose(root));
	pathclose(root->path);
	root->path = nil;
	/* as /proc/n/ns tells it */
	root->path = newpath("#s/boot");
	poperror();
	return root;
}

static void
rootclose(Chan *c)
{
	if(c->qid.path == Qboot)
		free(c->aux);
}

static Walkqid *
rootwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, rootgen);
}

static int
rootstat(Chan *c, uchar *buf, int n)
{
	Dir d;
	Qid q = c->qid;
	uint m;

	if(q.path == Qboot)
		devdir(c, q, "boot", 0, eve, 0666, &d);
	else
		devdir(c, q, q.path == Qroot ? "" : places[q.path - 1].name, 0,
		    eve, 0555, &d);
	m = convD2M(&d, buf, n);
	if(m == 0)
		error(Eshort);
	return m;
}

static Chan *
rootopen(Chan *c, int omode)
{
	return devopen(c, omode, nil, 0, rootgen);
}

static long
rootread(Chan *c, void *buf, long n, vlong off)
{
	if(c->qid.path == Qboot)
		error(Emountonly);
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

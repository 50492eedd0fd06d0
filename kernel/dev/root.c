/*
 * #/: the root of the name space. It has empty directories to mount on, for names that the root
 * of a host's tree or of a Plan 9 tree may lack. root(3)
 *
 * A host's root has directories of its own called bin, boot and root, which must not be hidden.
 * They are not in the root that is attached as "host".
 */
#include "u.h"
#include "dev/dev.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	Qroot,
	Qmnt = 1,
	/* Chan.dev of the root that goes with a host's */
	Hostroot = 1,
};

typedef struct Place Place;
struct Place
{
	const char *name;
	uvlong parent;
	/* left out with a host's root, which has its own */
	int hosts;
};

/* The qid path of a place is its index plus one. */
static const Place places[] = {
    /* Qmnt */
    {"mnt", Qroot, 0},
    {"bin", Qroot, 1},
    {"boot", Qroot, 1},
    {"dev", Qroot, 0},
    {"env", Qroot, 0},
    {"fd", Qroot, 0},
    {"n", Qroot, 0},
    {"net", Qroot, 0},
    {"net.alt", Qroot, 0},
    {"proc", Qroot, 0},
    {"root", Qroot, 1},
    {"shr", Qroot, 0},
    {"srv", Qroot, 0},
    /* the host's root, in the name space of a Plan 9 tree */
    {"host", Qmnt, 0},
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

	devdir(c, q, q.path == Qroot ? "" : places[q.path - 1].name, 0, eve,
	    0555, &d);
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
	if(off == 0)
		c->pos = 0;
	return devdirread(c, buf, n, nil, 0, rootgen);
}

static long
rootwrite(Chan *c, const void *buf, long n, vlong off)
{
	USED(c), USED(buf), USED(n), USED(off);
	error(Eperm);
}

Dev rootdev = {
    .dc = '/',
    .name = "root",
    .attach = rootattach,
    .walk = rootwalk,
    .stat = rootstat,
    .open = rootopen,
    .create = devnocreate,
    .close = devnoclose,
    .read = rootread,
    .write = rootwrite,
    .remove = devnoremove,
    .wstat = devnowstat,
};

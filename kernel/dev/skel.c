/*
 * #z: names to bind on. skel(3)
 *
 * Each attach makes a tree of its own: a root, in it one directory, and in that one file, or with the
 * specifier d one directory. The first name that is walked to from the root is the name of both. With
 * the specifier e the root stays empty.
 */
#include "u.h"
#include "dev/dev.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	Qroot,
	Qdir,
	Qleaf,
};

/* qid paths: the tree's number, and one of these */
#define KINDBITS 2
#define KIND(c) ((int)(c)->qid.path & ((1 << KINDBITS) - 1))

/* A tree. Its Chans have a reference each. */
typedef struct Skel Skel;
struct Skel
{
	Ref ref;
	/* atomic: nil until there has been a walk, and then stays */
	char *name;
	/* the first letter of the specifier */
	char leaf;
};

static Chan *
skelattach(const char *spec)
{
	static u32int trees;
	Skel *s;
	Chan *c;

	c = devattach('z', spec);
	onerror(cclose(c));
	s = malloc(sizeof *s);
	if(s == nil)
		error(Enomem);
	poperror();
	memset(s, 0, sizeof *s);
	s->ref.ref = 1;
	s->leaf = *spec;
	c->qid.path = (uvlong)__atomic_add_fetch(&trees, 1, __ATOMIC_RELAXED)
	    << KINDBITS;
	c->aux = s;
	return c;
}

/* The tree's name, which becomes this one if it has none. */
static const char *
skelname(Skel *s, const char *name)
{
	char *mine, *none;

	none = nil;
	if(aload(&s->name) == nil && name != nil && s->leaf != 'e') {
		mine = kstrcpy(name);
		if(!__atomic_compare_exchange_n(&s->name, &none, mine, 0,
		       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
			free(mine);
	}
	return aload(&s->name);
}

static void
skelfacts(Chan *c, int kind, const char *name, Dir *d)
{
	Skel *s;
	Qid q;

	s = c->aux;
	q = c->qid;
	q.path = (q.path & ~(uvlong)KIND(c)) | (uvlong)kind;
	q.type = kind == Qleaf && s->leaf != 'd' ? QTFILE : QTDIR;
	devdir(c, q, name, 0, eve, q.type == QTDIR ? 0555 : 0666, d);
}

static int
skelgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	int kind;

	USED(tab), USED(ntab);
	kind = KIND(c);
	if(i == DEVDOTDOT) {
		skelfacts(c, kind == Qroot ? Qroot : kind - 1, "", d);
		return 1;
	}
	if(i > 0 || kind == Qleaf)
		return -1;
	name = skelname(c->aux, kind == Qroot ? name : nil);
	if(name == nil)
		return -1;
	skelfacts(c, kind + 1, name, d);
	return 1;
}

static Walkqid *
skelwalk(Chan *c, Chan *nc, char **name, int nname)
{
	Walkqid *wq;
	Skel *s;

	wq = devwalk(c, nc, name, nname, nil, 0, skelgen);
	s = c->aux;
	if(wq != nil && wq->clone != nil && wq->clone != c)
		incref(&s->ref);
	return wq;
}

static int
skelstat(Chan *c, uchar *buf, int n)
{
	Skel *s;
	Dir d;

	s = c->aux;
	skelfacts(c, KIND(c), KIND(c) == Qroot ? "#z" : aload(&s->name), &d);
	return dirtomsg(&d, buf, n);
}

static Chan *
skelopen(Chan *c, int omode)
{
	if((c->qid.type & QTDIR) == 0)
		error(Eperm);
	if(omode != OREAD)
		error(Ebadarg);
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

static void
skelclose(Chan *c)
{
	Skel *s;

	s = c->aux;
	if(s == nil || decref(&s->ref) > 0)
		return;
	free(s->name);
	free(s);
}

static long
skelread(Chan *c, void *buf, long n, vlong off)
{
	USED(off);
	return devdirread(c, buf, n, nil, 0, skelgen);
}

static long
skelwrite(Chan *c, const void *buf, long n, vlong off)
{
	USED(c), USED(buf), USED(n), USED(off);
	error(Ebadusefd);
}

Dev skeldev = {
    .dc = 'z',
    .name = "skel",
    .attach = skelattach,
    .walk = skelwalk,
    .stat = skelstat,
    .open = skelopen,
    .create = devnocreate,
    .close = skelclose,
    .read = skelread,
    .write = skelwrite,
    .remove = devnoremove,
    .wstat = devnowstat,
};

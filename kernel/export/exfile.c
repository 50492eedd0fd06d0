/*
 * Requests that name, open and remove files: attach(5), walk(5), open(5), clunk(5), remove(5).
 */
#include "export/exportdat.h"

/* The qid that clients see of c's file, or of what is mounted there. */
static Qid
shownqid(Chan *c)
{
	Chan *sc;
	Qid q;

	sc = shownat(c);
	q = exqid(sc);
	cclose(sc);
	return q;
}

/* Is c the root of an attach? Its name is in a directory that is no part of the tree. */
int
exisroot(Chan *c)
{
	return strcmp(chanpath(c), "/") == 0;
}

/* --- attach --- */

void
exauth(Exwork *w)
{
	USED(w);
	error("authentication not required");
}

/* A walk under way; c is owned. */
typedef struct Exwalk Exwalk;
struct Exwalk
{
	Chan *c;
	char **name;
	u32int nname;
	Qid qid[WALKMAX];
	u32int nqid;
};

static void
walkdrop(Exwalk *k)
{
	if(k->c != nil)
		cclose(k->c);
	k->c = nil;
}

static void
walkone(Exwalk *k, char *name)
{
	int nerror;

	if(walk(&k->c, &name, 1, 0, &nerror) < 0)
		nexterror();
}

/* k->c becomes the file that aname names in the tree: a root. */
static void
walktree(Exwalk *k, Chan *root, char *aname)
{
	char *elem[256];
	int i, n;

	k->c = cclone(root);
	n = getfields(aname, elem, nelem(elem), 1, "/");
	if(n == nelem(elem))
		error(Ename2long);
	for(i = 0; i < n; i++) {
		if(elem[i][0] == 0)
			continue;
		infilename(elem[i]);
		walkone(k, elem[i]);
	}
	channame(k->c, "/");
}

void
exattach(Exwork *w)
{
	u32int fid, afid;
	char *aname;
	Exwalk k;

	fid = in32(w);
	afid = in32(w);
	instring(w, 0);
	aname = instring(w, 0);
	inend(w);
	if(afid != NOFID)
		error(Enofid);
	fidunused(w, fid);
	memset(&k, 0, sizeof k);
	onerror(walkdrop(&k));
	walktree(&k, w->e->root, aname);
	outqid(w, shownqid(k.c));
	fidnew(w, fid, k.c);
	poperror();
}

/* --- walk --- */

/* Walk as far as it goes. An error at the first name is one. */
static void
exwalkall(Exwalk *k)
{
	if(waserror()) {
		if(k->nqid == 0 || strcmp(up->errstr, Eintr) == 0)
			nexterror();
		return;
	}
	while(k->nqid < k->nname) {
		walkone(k, k->name[k->nqid]);
		k->qid[k->nqid] = shownqid(k->c);
		k->nqid++;
	}
	poperror();
}

/* Walk from old, which is fid's. If that goes all the way, newfid is there. */
static void
walkfid(Exwork *w, Exwalk *k, u32int fid, u32int newfid, Chan *old)
{
	onerror(walkdrop(k));
	k->c = cclone(old);
	exwalkall(k);
	if(k->nqid == k->nname) {
		if(newfid == fid)
			fidchange(w, fid, old, k->c, NOTOPEN);
		else
			fidnew(w, newfid, k->c);
		/* the fid has the reference */
		k->c = nil;
	}
	poperror();
	walkdrop(k);
}

static u32int
innames(Exwork *w, char **name)
{
	u32int i, n;

	n = in16(w);
	if(n > WALKMAX)
		error("too many names in a walk");
	for(i = 0; i < n; i++) {
		name[i] = instring(w, 1);
		if(strcmp(name[i], "..") != 0)
			infilename(name[i]);
	}
	inend(w);
	return n;
}

/* The Chan of a fid that is not open. */
static Chan *
unopened(Exwork *w, u32int fid)
{
	Chan *c;
	int omode;

	c = fidchan(w, fid, &omode);
	if(omode != NOTOPEN) {
		cclose(c);
		error(Eopened);
	}
	return c;
}

void
exwalk(Exwork *w)
{
	char *name[WALKMAX];
	u32int i, fid, newfid;
	Exwalk k;
	Chan *c;

	memset(&k, 0, sizeof k);
	fid = in32(w);
	newfid = in32(w);
	k.name = name;
	k.nname = innames(w, name);
	c = unopened(w, fid);
	onerror(cclose(c));
	if(newfid != fid)
		fidunused(w, newfid);
	walkfid(w, &k, fid, newfid, c);
	out16(w, k.nqid);
	for(i = 0; i < k.nqid; i++)
		outqid(w, k.qid[i]);
	poperror();
	cclose(c);
}

/* A directory: up, and down again. */
static void
dirrenamed(Exwork *w, u32int fid, Chan *old, char *name)
{
	char *names[] = {"..", name};
	Exwalk k;

	memset(&k, 0, sizeof k);
	k.name = names;
	k.nname = nelem(names);
	walkfid(w, &k, fid, fid, old);
}

/* A renamed file: the device has changed c itself, and only the name of the Chan is old. */
static void
filerenamed(Exwork *w, u32int fid, Chan *old, Chan *c, const char *name)
{
	char *path;
	const char *was;
	usize n;

	was = chanpath(c);
	n = lastelem(was) - was;
	path = smalloc(n + strlen(name) + 1);
	onerror(free(path));
	memmove(path, was, n);
	memmove(path + n, name, strlen(name) + 1);
	channame(c, path);
	poperror();
	free(path);
	incref(&c->r);
	onerror(cclose(c));
	fidchange(w, fid, old, c, NOTOPEN);
	poperror();
}

static void
fidrenamed(Exwork *w, u32int fid, Chan *c, char *name)
{
	Chan *old;

	old = unopened(w, fid);
	onerror(cclose(old));
	if(c->qid.type & QTDIR)
		dirrenamed(w, fid, old, name);
	else
		filerenamed(w, fid, old, c, name);
	poperror();
	cclose(old);
}

void
exrenamed(Exwork *w, u32int fid, Chan *c, char *name)
{
	if(waserror())
		return;
	fidrenamed(w, fid, c, name);
	poperror();
}

/* --- open, create --- */

/* old, which is fid's, is c now, which is open. Takes over the reference to c, also on an error. */
static void
exopened(Exwork *w, u32int fid, Chan *old, Chan *c, int omode)
{
	u32int iounit;

	onerror(cclose(c));
	outqid(w, exqid(c));
	iounit = c->iounit;
	if(iounit > w->c->msize - IOHDRSZ)
		iounit = 0;
	out32(w, iounit);
	fidchange(w, fid, old, c, omode & 3);
	poperror();
}

void
exopen(Exwork *w)
{
	u32int fid;
	Chan *c;
	int omode;

	fid = in32(w);
	omode = in8(w);
	inend(w);
	openmode(omode);
	c = unopened(w, fid);
	onerror(cclose(c));
	exopened(w, fid, c, namefrom(c, nil, Aopen, omode & ~OCEXEC, 0), omode);
	poperror();
	cclose(c);
}

void
excreate(Exwork *w)
{
	u32int fid, perm;
	char *name;
	Chan *c;
	int omode;

	fid = in32(w);
	name = instring(w, 1);
	perm = in32(w);
	omode = in8(w);
	inend(w);
	infilename(name);
	openmode(omode);
	c = unopened(w, fid);
	onerror(cclose(c));
	isdir(c);
	exopened(w, fid, c,
	    namefrom(c, name, Acreate, (omode & ~OCEXEC) | OEXCL, perm), omode);
	poperror();
	cclose(c);
}

/* --- clunk, remove --- */

void
exclunk(Exwork *w)
{
	u32int fid;
	int omode;

	fid = in32(w);
	inend(w);
	cclose(fidtake(w, fid, &omode));
}

/* The fid goes, also if the file cannot be removed. */
void
exremove(Exwork *w)
{
	u32int fid;
	Chan *c, *rc;
	int omode;

	fid = in32(w);
	inend(w);
	c = fidtake(w, fid, &omode);
	onerror(cclose(c));
	if(exisroot(c))
		error(Erootname);
	poperror();
	if(omode != NOTOPEN && getref(&c->r) == 1) {
		chanremove(c);
		return;
	}
	onerror(cclose(c));
	if(omode != NOTOPEN)
		error("file in use");
	rc = namefrom(c, nil, Aremove, 0, 0);
	chanremove(rc);
	poperror();
	cclose(c);
}

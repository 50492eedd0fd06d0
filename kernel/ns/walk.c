/*
 * Walking: from a Chan through names, across mount points.
 *
 * A device gets up to MAXWELEM names at once, and answers with the qids on the way. If one of
 * them is a mount point, the rest is walked from what is mounted there. ".." is a step of its
 * own, and lexical: path.c. A device on which nothing was ever mounted may be asked for the
 * last qid only.
 *
 * A mount point is crossed when the walk leaves it, not when it is reached. So the mount point
 * at the last element of a name stays uncrossed, and namec decides.
 */
#include "ns/nsdat.h"
#include "lib/switches.h"

void
walkstart(Walker *w, Chan *c)
{
	memset(w, 0, sizeof *w);
	w->c = c;
	incref(&c->r);
	w->path = c->path;
	incref(&w->path->r);
}

void
walkend(Walker *w)
{
	Chan *list;

	list = w->left;
	if(w->wq != nil) {
		chandrop(w->wq->clone, &list);
		free(w->wq);
	}
	chandrop(w->c, &list);
	pathdrop(w->path, &list);
	uniondrop(w->un, &list);
	uniondrop(w->next, &list);
	memset(w, 0, sizeof *w);
	closelist(list);
}

/* Set w to c, whose reference it takes over. */
static void
arrive(Walker *w, Chan *c)
{
	Chan *list;

	list = w->left;
	w->left = nil;
	chandrop(w->c, &list);
	uniondrop(w->un, &list);
	w->c = c;
	w->un = nil;
	closelist(list);
}

/* The device's walk gave w->wq: name its Chan w->path, and set w to it. */
static void
arrivewq(Walker *w)
{
	Walkqid *wq;
	Chan *c;

	wq = w->wq;
	w->wq = nil;
	c = wq->clone;
	free(wq);
	if(c->path != w->path) {
		pathclose(c->path);
		c->path = w->path;
		incref(&c->path->r);
	}
	arrive(w, c);
}

void
cross(Walker *w)
{
	Union *un;

	un = findunion(w->c->type, w->c->dev, w->c->qid);
	if(un == nil)
		return;
	/* walkend drops it if pathmount errors */
	w->un = un;
	w->path = pathmount(w->path, un->from);
	chandrop(w->c, &w->left);
	w->c = un->m[0]->to;
	incref(&w->c->r);
}

Chan *
walkown(Walker *w)
{
	Chan *c, *nc, *list;

	c = w->c;
	if(getref(&c->r) != 1) {
		nc = cclone(c);
		w->c = nc;
		cclose(c);
		c = nc;
	}
	list = w->left;
	w->left = nil;
	pathdrop(c->path, &list);
	c->path = w->path;
	c->ismtpt = w->un != nil;
	w->path = nil;
	w->c = nil;
	closelist(list);
	return c;
}

/* One walk of a device. Returns nil, with up's error string, if it fails at the first name. */
static Walkqid *
devwalk1(Chan *c, char **names, int n)
{
	Walkqid *wq;

	if(waserror())
		return nil;
	wq = devtab[c->type]->walk(c, nil, names, n);
	if(wq == nil)
		error(Enonexist);
	if(wq->nqid == 0) {
		free(wq);
		error(Enonexist);
	}
	poperror();
	return wq;
}

/* Walk names from c into w->wq. If no mount point can be among them, ask only for the last qid:
 * w->far. */
static void
walkfrom(Walker *w, Chan *c, char **names, int n)
{
	Dev *d;

	d = devtab[c->type];
	w->wq = nil;
	if(!isoff(Swonestat) && n > 1 && d->walkfar != nil &&
	    (c->qid.type & QTDIR) && nomounts(c->type))
		w->wq = d->walkfar(c, names, n);
	w->far = w->wq != nil;
	if(!w->far)
		w->wq = devwalk1(c, names, n);
}

/* Has c, an element of w's union, the file only where no other element has it? */
static int
yields(Walker *w, Chan *c, const char *name)
{
	Dev *d;

	d = devtab[c->type];
	return w->un != nil && w->un->n > 1 && d->yields != nil &&
	    d->yields(c, name);
}

/* Walk names from w->c, or from the first element of its union that has the first name. Returns
 * the Chan from which it walked; w->wq is the result. Errors. */
static Chan *
unionwalk(Walker *w, char **names, int n)
{
	Chan *c, *last;
	int i;

	c = w->c;
	last = nil;
	for(i = 1;; i++) {
		if(last == nil && yields(w, c, names[0]))
			last = c;
		else {
			walkfrom(w, c, names, n);
			if(w->wq != nil)
				return c;
			/* an interrupt ends the search, any other error is about this element
			 * alone */
			if(strcmp(up->errstr, Eintr) == 0)
				nexterror();
		}
		if(w->un == nil || i >= w->un->n)
			break;
		c = w->un->m[i]->to;
	}
	if(last != nil)
		walkfrom(w, last, names, n);
	if(w->wq == nil)
		nexterror();
	return last;
}

/* Is there a mount point among the qids that w->wq, which came from c, has before the n'th? Then
 * how many names lead there, and w->next is what shows there; else 0. */
static int
mountat(Walker *w, Chan *c, int n)
{
	Walkqid *wq;
	int i;

	wq = w->wq;
	for(i = 0; i < wq->nqid && i < n - 1; i++) {
		w->next = findunion(c->type, c->dev, wq->qid[i]);
		if(w->next != nil)
			return i + 1;
	}
	return 0;
}

/* Go over the mount point at the end of the first n names to the union w->next. */
static void
crossat(Walker *w, char **names, int n)
{
	Walkqid *wq;
	Union *un;
	int i;

	wq = w->wq;
	w->wq = nil;
	chandrop(wq->clone, &w->left);
	free(wq);
	for(i = 0; i < n; i++)
		w->path = pathadd(w->path, names[i]);
	un = w->next;
	w->path = pathmount(w->path, un->from);
	w->next = nil;
	/* what is left now is closed when the next file is there */
	chandrop(w->c, &w->left);
	uniondrop(w->un, &w->left);
	w->c = un->m[0]->to;
	incref(&w->c->r);
	w->un = un;
	w->done += n;
}

/* Check that the walk can go on below w->c. */
static void
wantdir(Walker *w)
{
	if(w->c->qid.type & QTDIR)
		return;
	w->notdir = 1;
	error(Enotdir);
}

/* Walk at least the first of n names, and at most all. None of them is "..". */
static void
walkstep(Walker *w, char **names, int n, int nomount)
{
	Chan *c;
	Walkqid *wq;
	int i, stop;

	wantdir(w);
	/* crossat has been there */
	if(!nomount && w->un == nil)
		cross(w);
	c = unionwalk(w, names, n);
	stop = nomount || w->far ? 0 : mountat(w, c, n);
	if(stop > 0) {
		crossat(w, names, stop);
		return;
	}
	wq = w->wq;
	if(wq->nqid < n || wq->clone == nil) {
		w->done += wq->nqid;
		w->notdir = !(wq->qid[wq->nqid - 1].type & QTDIR);
		error(w->notdir ? Enotdir : Enonexist);
	}
	for(i = 0; i < n; i++)
		w->path = pathadd(w->path, names[i]);
	arrivewq(w);
	w->done += n;
}

/* Walk ".." in the device. */
static void
parent(Walker *w)
{
	static char *dotdot[] = {".."};
	Chan *list;

	w->wq = devwalk1(w->c, dotdot, 1);
	if(w->wq == nil)
		nexterror();
	if(w->wq->clone == nil)
		error(Enonexist);
	list = nil;
	w->path = pathup(w->path, &list);
	closelist(list);
	arrivewq(w);
}

/*
 * ".." leads to c, the mount point in the Path. c may have another name; the Walker's is
 * w->path. Errors.
 */
static void
goback(Walker *w, Chan *c)
{
	Chan *list;

	list = nil;
	w->path = pathup(w->path, &list);
	incref(&c->r);
	arrive(w, c);
	closelist(list);
	w->path = pathmount(w->path, nil);
}

/* "..": go where the name without its last element leads. A root's parent is the root. */
static void
stepup(Walker *w)
{
	Path *p;

	wantdir(w);
	p = w->path;
	/* the mount point that ".." leaves was not crossed */
	assert(p->mtpt[p->mlen - 1] == nil);
	if(p->mlen > 1) {
		if(p->mtpt[p->mlen - 2] != nil)
			goback(w, p->mtpt[p->mlen - 2]);
		else
			parent(w);
	}
	w->done++;
}

static int
isdotdot(const char *s)
{
	return s[0] == '.' && s[1] == '.' && s[2] == '\0';
}

static void
walknames(Walker *w, char **names, int nnames, int nomount)
{
	int n;

	while(w->done < nnames) {
		if(isdotdot(names[w->done])) {
			stepup(w);
			continue;
		}
		for(n = 1; n < MAXWELEM && w->done + n < nnames; n++)
			if(isdotdot(names[w->done + n]))
				break;
		walkstep(w, names + w->done, n, nomount);
	}
	/* a mount point's Chan is shared, and keeps its own name */
	if(w->c->path != w->path)
		w->c = walkown(w);
}

int
walk(Chan **cp, char **names, int nnames, int nomount, int *nerror)
{
	Walker w;
	Chan *old;

	walkstart(&w, *cp);
	if(waserror()) {
		*nerror = w.done + !w.notdir;
		if(*nerror > nnames)
			*nerror = nnames;
		walkend(&w);
		return -1;
	}
	walknames(&w, names, nnames, nomount);
	poperror();
	*nerror = nnames;
	old = *cp;
	*cp = w.c;
	incref(&w.c->r);
	walkend(&w);
	cclose(old);
	return 0;
}

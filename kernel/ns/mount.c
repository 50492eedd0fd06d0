/*
 * The mount table of a Pgrp: bind(2).
 *
 *   findunion  the union at a file, if it is a mount point
 *   cmount     bind and mount
 *   cunmount   unmount
 *
 * The table maps files to Unions. A Union never changes, so walking and reading need no more
 * than a reference to it; bind and unmount make a new one. Pgrp.ns is held only to look a Union
 * up and to exchange it. No Chan is closed under it.
 */
#include "ns/nsdat.h"

static Union *
newunion(int n, Chan *from)
{
	Union *u;

	u = malloc(sizeof *u + n * sizeof u->m[0]);
	if(u == nil)
		return nil;
	u->r.ref = 1;
	u->n = 0;
	u->from = from;
	incref(&from->r);
	return u;
}

void
mountdrop(Mount *m, Chan **list)
{
	if(m == nil || decref(&m->r) > 0)
		return;
	chandrop(m->to, list);
	free(m->spec);
	free(m);
}

void
uniondrop(Union *u, Chan **list)
{
	int i;

	if(u == nil || decref(&u->r) > 0)
		return;
	/* what is dropped last is closed first: servers hear it in the order of the union */
	chandrop(u->from, list);
	for(i = u->n - 1; i >= 0; i--)
		mountdrop(u->m[i], list);
	free(u);
}

/* Add m to u, with a reference for u. */
static void
unionadd(Union *u, Mount *m)
{
	incref(&m->r);
	u->m[u->n++] = m;
}

/* A Mount that shows `to'. Errors. */
static Mount *
newmount(Chan *to, int flag, const char *spec)
{
	Mount *m;

	m = smalloc(sizeof *m);
	if(spec != nil) {
		m->spec = malloc(strlen(spec) + 1);
		if(m->spec == nil) {
			free(m);
			error(Enomem);
		}
		memmove(m->spec, spec, strlen(spec) + 1);
	}
	m->r.ref = 1;
	m->mflag = flag;
	m->to = to;
	incref(&to->r);
	return m;
}

/* The link to a file's mount point in p's table, or to where it would be. Caller holds
 * p->ns. */
static Mhead **
findhead(Pgrp *p, ushort type, u32int dev, Qid qid)
{
	Mhead **h;

	for(h = &p->mnthash[qid.path % MNTHASH]; *h != nil; h = &(*h)->hash)
		if(eqchantdqid((*h)->un->from, type, dev, qid, 1))
			break;
	return h;
}

Union *
findunion(ushort type, u32int dev, Qid qid)
{
	Pgrp *p;
	Mhead *h;
	Union *u;

	p = up->pgrp;
	if(p == nil)
		return nil;
	u = nil;
	rlock(&p->ns);
	h = *findhead(p, type, dev, qid);
	if(h != nil) {
		u = h->un;
		incref(&u->r);
	}
	runlock(&p->ns);
	if(u == nil && devtab[type]->shown != nil)
		u = devtab[type]->shown(qid);
	return u;
}

Chan *
shownat(Chan *c)
{
	Union *u;

	u = findunion(c->type, c->dev, c->qid);
	if(u != nil)
		c = u->m[0]->to;
	incref(&c->r);
	if(u != nil)
		unionclose(u);
	return c;
}

Union *
unionref(Union *u)
{
	incref(&u->r);
	return u;
}

void
unionclose(Union *u)
{
	Chan *list;

	list = nil;
	uniondrop(u, &list);
	closelist(list);
}

Chan *
unionfrom(Union *u)
{
	return u->from;
}

/* The name of u's mount point in buf, if it is one of w's and the k'th of them. */
static int
wantmount(Union *u, Mountwant *w, char *buf, usize n)
{
	if(!w->want(u->from, w->dir) || w->k-- > 0)
		return 0;
	strecpy(buf, buf + n, lastelem(chanpath(u->from)));
	return 1;
}

int
mountname(Mountwant *w, char *buf, usize n)
{
	Pgrp *p;
	Mhead *h;
	int b, found;

	p = up->pgrp;
	found = 0;
	rlock(&p->ns);
	for(b = 0; !found && b < MNTHASH; b++)
		for(h = p->mnthash[b]; !found && h != nil; h = h->hash)
			found = wantmount(h->un, w, buf, n);
	runlock(&p->ns);
	return found;
}

int
nomounts(ushort type)
{
	Pgrp *p;

	p = up->pgrp;
	return p == nil || (aload(&p->froms) & DEVBIT(type)) == 0;
}

/* Everything that cmount makes before it changes the table. */
typedef struct Newmount Newmount;
struct Newmount
{
	/* the elements to bind: one, or all of a union */
	Union *add;
	/* the covered directory itself, in case this starts a union */
	Mount *self;
	/* the mount point, in case there is none */
	Mhead *head;
};

static void
newmountdrop(Newmount *n, Chan **list)
{
	uniondrop(n->add, list);
	mountdrop(n->self, list);
	free(n->head);
}

/* Make the elements for the binding of new, with the ids that single binds of them would
 * get. */
static void
mkadd(Newmount *n, Chan *new, Chan *old, int flag, const char *spec)
{
	Union *un;
	Mount *m;
	int i, f, order;

	un = new->un;
	order = flag & MORDER;
	n->add = newunion(un != nil ? un->n : 1, old);
	if(n->add == nil)
		error(Enomem);
	n->add->m[0] = newmount(new, flag, spec);
	n->add->n = 1;
	f = order == MREPL ? MAFTER : order;
	for(i = 1; un != nil && i < un->n; i++) {
		n->add->m[i] = newmount(un->m[i]->to, f, un->m[i]->spec);
		n->add->n++;
	}
	for(i = 0; i < n->add->n; i++) {
		m = n->add->m[order == MBEFORE ? n->add->n - 1 - i : i];
		m->mountid = newmountid();
	}
}

Union *
unionof(Chan *from, Chan **to, int n)
{
	Union *u;
	int i;

	u = newunion(n, from);
	if(u == nil)
		error(Enomem);
	onerror(unionclose(u));
	for(i = 0; i < n; i++) {
		u->m[i] = newmount(to[i], i == n - 1 ? MCREATE : 0, "");
		u->n++;
	}
	poperror();
	return u;
}

/* The Union that replaces old (nil: there was none); nil if there is no memory. */
static Union *
merge(Union *old, Newmount *n, int order)
{
	Union *u;
	int i, nold;

	if(order == MREPL) {
		incref(&n->add->r);
		return n->add;
	}
	nold = old != nil ? old->n : 1;
	u = newunion(n->add->n + nold, n->add->from);
	if(u == nil)
		return nil;
	for(i = 0; order == MBEFORE && i < n->add->n; i++)
		unionadd(u, n->add->m[i]);
	if(old == nil)
		unionadd(u, n->self);
	for(i = 0; old != nil && i < nold; i++)
		unionadd(u, old->m[i]);
	for(i = 0; order == MAFTER && i < n->add->n; i++)
		unionadd(u, n->add->m[i]);
	return u;
}

/* Do everything that can fail, but for the merge. */
static void
preparemount(Newmount *n, Chan *new, Chan *old, int flag, const char *spec)
{
	if(devtab[old->type]->pin != nil)
		devtab[old->type]->pin(old);
	n->head = smalloc(sizeof *n->head);
	n->self = newmount(old, 0, nil);
	n->self->self = 1;
	n->self->mountid = newmountid();
	mkadd(n, new, old, flag, spec);
}

/* Exchange the Union at old. Returns 0 if there is no memory. */
static int
commitmount(Pgrp *p, Newmount *n, Chan *old, int order, Chan **list)
{
	Mhead **h;
	Union *u;

	wlock(&p->ns);
	__atomic_fetch_or(&p->froms, DEVBIT(old->type), __ATOMIC_SEQ_CST);
	h = findhead(p, old->type, old->dev, old->qid);
	u = merge(*h != nil ? (*h)->un : nil, n, order);
	if(u == nil) {
		wunlock(&p->ns);
		return 0;
	}
	if(*h == nil) {
		*h = n->head;
		n->head = nil;
	} else
		uniondrop((*h)->un, list);
	(*h)->un = u;
	wunlock(&p->ns);
	return 1;
}

/* May files be made in what un shows? Only one element may be bound for that, so that it is plain
 * where. A share's union is the device's own, and no mount point of a name space. */
static int
makesfiles(const Union *un)
{
	return un == nil || devtab[un->from->type]->shown != nil ||
	    (un->n == 1 && (un->m[0]->mflag & MCREATE));
}

u32int
cmount(Chan *new, Chan *old, int flag, const char *spec)
{
	Newmount n;
	Chan *list;
	u32int id;
	int order, ok;

	order = flag & MORDER;
	if((flag & ~MMASK) || order == MORDER)
		error(Ebadarg);
	if((old->qid.type ^ new->qid.type) & QTDIR)
		error(Emount);
	if(order != MREPL && (old->qid.type & QTDIR) == 0)
		error(Emount);
	if((flag & MCREATE) && !makesfiles(new->un))
		error(Emount);
	memset(&n, 0, sizeof n);
	if(waserror()) {
		list = nil;
		newmountdrop(&n, &list);
		closelist(list);
		nexterror();
	}
	preparemount(&n, new, old, flag, spec);
	poperror();
	id = n.add->m[0]->mountid;
	list = nil;
	ok = commitmount(up->pgrp, &n, old, order, &list);
	newmountdrop(&n, &list);
	/* the table must not keep the replaced Union through new */
	uniondrop(new->un, &list);
	new->un = nil;
	closelist(list);
	if(!ok)
		error(Enomem);
	return id;
}

/* Does m show the file of c, or a tree of the server that c is the connection to? */
static int
shows(Mount *m, Chan *c)
{
	return eqchan(m->to, c, 1) || (m->spec != nil && m->to->mchan == c);
}

/* The index of the element of u that shows c's file; -1 if there is none. */
static int
findelem(Union *u, Chan *c)
{
	int i;

	for(i = 0; i < u->n; i++)
		if(shows(u->m[i], c))
			return i;
	return -1;
}

/* *np becomes u without element n, or nil if only the covered directory itself would be left.
 * Returns 0 if there is no memory. */
static int
without(Union *u, int n, Union **np)
{
	Union *nu;
	int i;

	*np = nil;
	if(u->n == 1 || (u->n == 2 && u->m[1 - n]->self))
		return 1;
	nu = newunion(u->n - 1, u->from);
	if(nu == nil)
		return 0;
	for(i = 0; i < u->n; i++)
		if(i != n)
			unionadd(nu, u->m[i]);
	*np = nu;
	return 1;
}

/* Change the table. Returns the error, or nil. Caller holds p->ns. */
static const char *
unmount1(Pgrp *p, Chan *mtpt, Chan *mounted, Chan **list)
{
	Mhead **h, *head;
	Union *u;
	int i;

	h = findhead(p, mtpt->type, mtpt->dev, mtpt->qid);
	head = *h;
	if(head == nil)
		return Eunmount;
	u = nil;
	if(mounted != nil) {
		i = findelem(head->un, mounted);
		if(i < 0)
			return Eunion;
		if(!without(head->un, i, &u))
			return Enomem;
	}
	uniondrop(head->un, list);
	head->un = u;
	if(u == nil) {
		*h = head->hash;
		free(head);
	}
	return nil;
}

void
cunmount(Chan *mtpt, Chan *mounted)
{
	Pgrp *p;
	Chan *list;
	const char *err;

	p = up->pgrp;
	list = nil;
	wlock(&p->ns);
	err = unmount1(p, mtpt, mounted, &list);
	wunlock(&p->ns);
	closelist(list);
	if(err != nil)
		error(err);
}

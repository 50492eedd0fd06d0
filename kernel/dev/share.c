/*
 * Shares: share.h.
 *
 * What a share shows is a Union, as at any mount point, but one that all name spaces have. It is
 * made anew with each change.
 */
#include "dev/share.h"

#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

Shares shares = {.lk = QLOCKRANK(Rshares)};

void
shrdrop(Shrgone *g)
{
	unionclose(g->un);
	if(g->root != nil)
		cclose(g->root);
	if(g->conn != nil)
		cclose(g->conn);
	memset(g, 0, sizeof *g);
}

Share *
sharebyid(u32int id)
{
	Share *s;

	for(s = shares.first; s != nil && s->n.id != id; s = s->next)
		;
	return s;
}

Service *
servicebyid(u32int id, Share **sh)
{
	Share *s;
	Service *v;

	for(s = shares.first; s != nil; s = s->next)
		for(v = s->service; v != nil; v = v->next)
			if(v->n.id == id) {
				*sh = s;
				return v;
			}
	*sh = nil;
	return nil;
}

static void
shrcheckname(const char *name)
{
	if(*name == 0 || strchr(name, '/') != nil)
		error(Efilename);
	if(strlen(name) >= sizeof up->genbuf)
		error(Ename2long);
}

static void
shrfreename(Shrname *n)
{
	free(n->name);
	free(n->owner);
}

/* Set n's name, and up's user as owner. After an error the caller frees n by shrfreename. */
static void
shrsetname(Shrname *n, const char *name, u32int perm)
{
	n->name = kstrcpy(name);
	n->owner = kstrcpy(up->user);
	n->perm = perm & 0777;
	n->id = ++shares.lastid;
}

Share *
makeshare(const char *name, u32int perm)
{
	Share *s;

	shrcheckname(name);
	for(s = shares.first; s != nil; s = s->next)
		if(strcmp(s->n.name, name) == 0)
			error(Eexist);
	s = smalloc(sizeof *s);
	if(waserror()) {
		shrfreename(&s->n);
		free(s);
		nexterror();
	}
	shrsetname(&s->n, name, perm);
	poperror();
	s->next = shares.first;
	shares.first = s;
	return s;
}

Service *
makeservice(Share *s, const char *name, u32int perm)
{
	Service *v;

	shrcheckname(name);
	for(v = s->service; v != nil; v = v->next)
		if(strcmp(v->n.name, name) == 0)
			error(Eexist);
	v = smalloc(sizeof *v);
	if(waserror()) {
		shrfreename(&v->n);
		free(v);
		nexterror();
	}
	shrsetname(&v->n, name, perm);
	poperror();
	v->next = s->service;
	s->service = v;
	return v;
}

/* The Union of s's services without v, and with root in its place if that is not nil. Files are
 * made in the oldest. */
static Union *
newshown(Share *s, Service *v, Chan *from, Chan *root)
{
	Service *w;
	Chan **to;
	Union *un;
	int n;

	n = 0;
	for(w = s->service; w != nil; w = w->next)
		n++;
	to = smalloc((n + 1) * sizeof *to);
	onerror(free(to));
	n = 0;
	for(w = s->service; w != nil; w = w->next)
		if(w == v && root != nil)
			to[n++] = root;
		else if(w != v && w->root != nil)
			to[n++] = w->root;
	un = n > 0 ? unionof(from, to, n) : nil;
	poperror();
	free(to);
	return un;
}

void
shareservice(
    Share *s, Service *v, Chan *from, Chan *root, Chan *conn, Shrgone *g)
{
	Union *un;

	un = newshown(s, v, from, root);
	g->un = s->un;
	s->un = un;
	g->root = v->root;
	g->conn = v->conn;
	v->root = root;
	v->conn = conn;
}

void
dropservice(Share *s, Service *v, Shrgone *g)
{
	Service **l;
	Union *un;

	un = s->un != nil ? newshown(s, v, unionfrom(s->un), nil) : nil;
	g->un = s->un;
	s->un = un;
	g->root = v->root;
	g->conn = v->conn;
	for(l = &s->service; *l != v; l = &(*l)->next)
		assert(*l != nil);
	*l = v->next;
	shrfreename(&v->n);
	free(v);
}

void
dropshare(Share *s)
{
	Share **l;

	assert(s->service == nil && s->un == nil);
	for(l = &shares.first; *l != s; l = &(*l)->next)
		assert(*l != nil);
	*l = s->next;
	shrfreename(&s->n);
	free(s);
}

void
shrrename(Shrname *n, const Dir *d)
{
	char *name, *owner;

	if(strcmp(n->owner, up->user) != 0 && !iseve())
		error(Eperm);
	if(*d->name != 0)
		shrcheckname(d->name);
	name = kstrcpy(*d->name != 0 ? d->name : n->name);
	onerror(free(name));
	owner = kstrcpy(*d->uid != 0 ? d->uid : n->owner);
	poperror();
	shrfreename(n);
	n->name = name;
	n->owner = owner;
	if(d->mode != ~(u32int)0)
		n->perm = d->mode & 0777;
}

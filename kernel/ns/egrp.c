/*
 * Environment groups: variables by name and by qid path; copies of groups for rfork(2). env.c
 * shows them as files.
 *
 * Egrp.lk guards a group, and is a leaf. Values are copied from and to programs without it.
 */
#include "ns/egrp.h"
#include "ns/nsdat.h"

static u32int
hashname(const char *name)
{
	u32int h;

	/* FNV-1a */
	for(h = 2166136261U; *name != 0; name++)
		h = (h ^ (uchar)*name) * 16777619U;
	return h;
}

Egrp *
newegrp(void)
{
	Egrp *e;

	e = smalloc(sizeof *e);
	setrank(&e->lk, Regrp);
	e->hash = malloc(MINHASH * sizeof(Evar *));
	if(e->hash == nil) {
		free(e);
		error(Enomem);
	}
	e->nhash = MINHASH;
	e->r.ref = 1;
	return e;
}

void
envfree(Evar *v)
{
	free(v->value);
	free(v);
}

void
egrpref(Egrp *e)
{
	incref(&e->r);
}

void
closeegrp(Egrp *e)
{
	int i;

	if(e == nil || decref(&e->r) > 0)
		return;
	for(i = 0; i < e->nvar; i++)
		envfree(e->var[i]);
	free(e->var);
	free(e->hash);
	free(e);
}

static Evar **
hashslot(Egrp *e, const char *name)
{
	return &e->hash[hashname(name) % e->nhash];
}

Evar *
envbyname(Egrp *e, const char *name)
{
	Evar *v;

	for(v = *hashslot(e, name); v != nil; v = v->hash)
		if(strcmp(v->name, name) == 0)
			break;
	return v;
}

int
envfrom(Egrp *e, uvlong path)
{
	int lo, hi, mid;

	lo = 0;
	hi = e->nvar;
	while(lo < hi) {
		mid = (lo + hi) / 2;
		if(e->var[mid]->qid.path < path)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

Evar *
envbypath(Egrp *e, uvlong path)
{
	int i;

	i = envfrom(e, path);
	if(i < e->nvar && e->var[i]->qid.path == path)
		return e->var[i];
	return nil;
}

/* Make the hash table large enough for chains of about one variable. Without memory the chains
 * become longer. Caller holds e->lk to write. */
static void
rehash(Egrp *e)
{
	Evar **new, **old;
	int i;

	new = malloc(e->nhash * 4 * sizeof *new);
	if(new == nil)
		return;
	old = e->hash;
	e->hash = new;
	e->nhash *= 4;
	free(old);
	for(i = 0; i < e->nvar; i++) {
		e->var[i]->hash = *hashslot(e, e->var[i]->name);
		*hashslot(e, e->var[i]->name) = e->var[i];
	}
}

static Evar *
newvar(const char *name)
{
	Evar *v;
	usize n;

	n = strlen(name);
	v = malloc(sizeof *v + n + 1);
	if(v != nil)
		memmove(v->name, name, n + 1);
	return v;
}

/* Enter v as the last variable. Returns 0 if there is no memory. Caller holds e->lk to
 * write. */
static int
addvar(Egrp *e, Evar *v)
{
	Evar **a;
	int n;

	if(e->nvar == e->avar) {
		n = e->avar == 0 ? 32 : e->avar * 2;
		a = realloc(e->var, n * sizeof *a);
		if(a == nil)
			return 0;
		e->var = a;
		e->avar = n;
	}
	e->var[e->nvar++] = v;
	v->hash = *hashslot(e, v->name);
	*hashslot(e, v->name) = v;
	e->total += strlen(v->name) + v->len;
	if(e->nvar > 2 * e->nhash)
		rehash(e);
	return 1;
}

void
envdel(Egrp *e, Evar *v)
{
	Evar **l;
	int i;

	for(l = hashslot(e, v->name); *l != v; l = &(*l)->hash)
		;
	*l = v->hash;
	i = envfrom(e, v->qid.path);
	memmove(&e->var[i], &e->var[i + 1], (e->nvar - i - 1) * sizeof *e->var);
	e->nvar--;
	e->total -= strlen(v->name) + v->len;
}

/* Copy o's variables to e, a new group. Returns 0 if there is no memory. Caller holds o->lk. */
static int
copyvars(Egrp *e, Egrp *o)
{
	Evar *v, *ov;
	int i;

	e->path = o->path;
	for(i = 0; i < o->nvar; i++) {
		ov = o->var[i];
		v = newvar(ov->name);
		if(v == nil)
			return 0;
		v->qid.path = ov->qid.path;
		if(ov->len > 0) {
			v->value = malloc(ov->len);
			if(v->value == nil) {
				free(v);
				return 0;
			}
			memmove(v->value, ov->value, ov->len);
			v->len = v->alloc = ov->len;
		}
		if(!addvar(e, v)) {
			envfree(v);
			return 0;
		}
	}
	return 1;
}

Egrp *
dupegrp(Egrp *o)
{
	Egrp *e;
	int ok;

	e = newegrp();
	rlock(&o->lk);
	ok = copyvars(e, o);
	runlock(&o->lk);
	if(!ok) {
		closeegrp(e);
		error(Enomem);
	}
	return e;
}

const char *
envextend(Egrp *e, Evar *v, usize n)
{
	char *s;
	usize a;

	if(n <= v->len)
		return nil;
	if(n > MAXVALUE || e->total + (n - v->len) > MAXTOTAL)
		return Etoobig;
	if(n > v->alloc) {
		a = v->alloc == 0 ? n : ROUNDUP(n + n / 2, 64);
		s = realloc(v->value, a);
		if(s == nil)
			return Enomem;
		v->value = s;
		v->alloc = a;
	}
	memset(v->value + v->len, 0, n - v->len);
	e->total += n - v->len;
	v->len = n;
	return nil;
}

void
envtrunc(Egrp *e, Evar *v)
{
	e->total -= v->len;
	v->len = 0;
	v->qid.vers++;
}

Evar *
envget(Egrp *e, const char *name)
{
	Evar *v;

	v = envbyname(e, name);
	if(v != nil)
		return v;
	v = newvar(name);
	if(v == nil)
		return nil;
	v->qid.path = ++e->path;
	if(!addvar(e, v)) {
		envfree(v);
		return nil;
	}
	return v;
}

void
envcheckname(const char *name)
{
	if(*name == 0 || strchr(name, '/') != nil || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		error(Efilename);
	if(strlen(name) > MAXNAME)
		error(Ename2long);
}

void
ksetenv(Egrp *e, const char *name, const void *val, usize n)
{
	const char *err;
	Evar *v;

	envcheckname(name);
	err = Enomem;
	wlock(&e->lk);
	v = envget(e, name);
	if(v != nil) {
		envtrunc(e, v);
		err = envextend(e, v, n);
		if(err == nil)
			memmove(v->value, val, n);
	}
	wunlock(&e->lk);
	if(err != nil)
		error(err);
}

long
kgetenv(Egrp *e, const char *name, char *buf, usize n)
{
	Evar *v;
	long len;

	len = -1;
	rlock(&e->lk);
	v = envbyname(e, name);
	if(v != nil) {
		len = v->len;
		memmove(buf, v->value, v->len < n ? v->len : n);
	}
	runlock(&e->lk);
	return len;
}

/*
 * /proc/n/ns: a name space as a namespace(6) file, proc(3).
 *
 * Mounts are listed in the order in which they were made, so that the text, carried
 * out from the top, makes the same unions.
 */
#include "ns/nsdat.h"

/* One line. */
typedef struct Shown Shown;
struct Shown
{
	Mount *m;
	Chan *from;
};

/* A name space while it is read. */
typedef struct Nslook Nslook;
struct Nslook
{
	Pgrp *pgrp;
	Chan *dot;
	Shown *v;
	int n;
	char *text;
	/* of text */
	usize len;
	usize max;
};

static void
lookend(Nslook *l)
{
	Chan *list;
	int i;

	list = nil;
	for(i = 0; i < l->n; i++) {
		mountdrop(l->v[i].m, &list);
		chandrop(l->v[i].from, &list);
	}
	chandrop(l->dot, &list);
	closelist(list);
	closepgrp(l->pgrp);
	free(l->v);
	free(l->text);
}

/* Take references to all mounts, if max are enough; returns how many there are. */
static int
collect(Nslook *l, int max)
{
	Mhead *h;
	int b, i, n;

	n = 0;
	rlock(&l->pgrp->ns);
	for(b = 0; b < MNTHASH; b++)
		for(h = l->pgrp->mnthash[b]; h != nil; h = h->hash)
			n += h->un->n;
	if(n > max) {
		runlock(&l->pgrp->ns);
		return n;
	}
	for(b = 0; b < MNTHASH; b++)
		for(h = l->pgrp->mnthash[b]; h != nil; h = h->hash)
			for(i = 0; i < h->un->n; i++) {
				l->v[l->n].m = h->un->m[i];
				incref(&h->un->m[i]->r);
				l->v[l->n].from = h->un->from;
				incref(&h->un->from->r);
				l->n++;
			}
	runlock(&l->pgrp->ns);
	return n;
}

/* Sift v[i] down a heap of n, the latest on top. */
static void
sift(Shown *v, int i, int n)
{
	Shown t;
	int c;

	for(; (c = 2 * i + 1) < n; i = c) {
		if(c + 1 < n && v[c + 1].m->mountid > v[c].m->mountid)
			c++;
		if(v[i].m->mountid >= v[c].m->mountid)
			break;
		t = v[i];
		v[i] = v[c];
		v[c] = t;
	}
}

static void
sort(Shown *v, int n)
{
	Shown t;
	int i;

	for(i = n / 2 - 1; i >= 0; i--)
		sift(v, i, n);
	for(i = n - 1; i > 0; i--) {
		t = v[0];
		v[0] = v[i];
		v[i] = t;
		sift(v, 0, i);
	}
}

static void
add(Nslook *l, const char *s)
{
	usize n;
	char *p;

	n = strlen(s);
	if(l->len + n >= l->max) {
		p = realloc(l->text, 2 * l->max + n + 256);
		if(p == nil)
			error(Enomem);
		l->max = 2 * l->max + n + 256;
		l->text = p;
	}
	memmove(l->text + l->len, s, n + 1);
	l->len += n;
}

/* A blank and s, quoted if need be: the names' length has no bound, print(2)'s buffers do. */
static void
addquoted(Nslook *l, const char *s)
{
	char q[3];

	add(l, " ");
	if(!needsquote(s)) {
		add(l, s);
		return;
	}
	add(l, "'");
	for(; *s != '\0'; s++) {
		q[0] = *s;
		q[1] = *s == '\'' ? '\'' : '\0';
		q[2] = '\0';
		add(l, q);
	}
	add(l, "'");
}

static void
addnsline(Nslook *l, Shown *s)
{
	char flag[8];
	char *p;
	int f;

	f = s->m->mflag;
	p = flag;
	*p++ = '-';
	if(f & MAFTER)
		*p++ = 'a';
	if(f & MBEFORE)
		*p++ = 'b';
	if(f & MCREATE)
		*p++ = 'c';
	if(f & MCACHE)
		*p++ = 'C';
	*p = '\0';
	add(l, s->m->spec != nil ? "mount" : "bind");
	if(flag[1] != '\0') {
		add(l, " ");
		add(l, flag);
	}
	addquoted(l, chanpath(s->m->to));
	addquoted(l, chanpath(s->from));
	if(s->m->spec != nil && s->m->spec[0] != '\0')
		addquoted(l, s->m->spec);
	add(l, "\n");
}

static void
looknames(Nslook *l, Proc *p)
{
	int i, n;

	qlock(&p->namelock);
	l->pgrp = p->pgrp;
	if(l->pgrp != nil)
		incref(&l->pgrp->r);
	l->dot = p->dot;
	if(l->dot != nil)
		incref(&l->dot->r);
	qunlock(&p->namelock);
	if(l->pgrp == nil || l->dot == nil)
		error(Eprocdied);

	for(n = 0; (i = collect(l, n)) > n; n = i + 16) {
		free(l->v);
		l->v = nil;
		l->v = smalloc((i + 16) * sizeof l->v[0]);
	}
	sort(l->v, l->n);
	for(i = 0; i < l->n; i++)
		addnsline(l, &l->v[i]);
	add(l, "cd");
	addquoted(l, chanpath(l->dot));
	add(l, "\n");
}

/* The part of l's text at off. */
static long
part(Nslook *l, char *buf, long n, vlong off)
{
	if(n < 0 || off < 0)
		error(Enegoff);
	if((uvlong)off >= l->len)
		return 0;
	if((uvlong)n > l->len - off)
		n = l->len - off;
	memmove(buf, l->text + off, n);
	return n;
}

long
nsread(Proc *p, char *buf, long n, vlong off)
{
	Nslook l;
	long nn;

	memset(&l, 0, sizeof l);
	if(waserror()) {
		lookend(&l);
		nexterror();
	}
	looknames(&l, p);
	nn = part(&l, buf, n, off);
	poperror();
	lookend(&l);
	return nn;
}

/*
 * /proc/n/ns: a name space as a namespace(6) file, proc(3), line by line.
 *
 * Mounts are listed in the order in which they were made. So carrying out the text from its
 * start makes the same unions.
 */
#include "ns/nsdat.h"

/* A line that is being made. */
typedef struct Nslook Nslook;
struct Nslook
{
	Pgrp *pgrp;
	Chan *dot;
	Mount *m;
	/* the mount point of m */
	Chan *from;
	char *text;
	/* bytes of text */
	usize len;
	usize max;
};

static void
lookend(Nslook *l)
{
	Chan *list;

	list = nil;
	if(l->m != nil)
		mountdrop(l->m, &list);
	chandrop(l->from, &list);
	chandrop(l->dot, &list);
	closelist(list);
	closepgrp(l->pgrp);
}

/* Note m, which is mounted on from, if it is older than what l has and not older than id.
 * Caller holds the name space's lock. */
static void
consider(Nslook *l, Mount *m, Chan *from, u32int id)
{
	if(m->mountid < id || (l->m != nil && m->mountid >= l->m->mountid))
		return;
	l->m = m;
	l->from = from;
}

/* Find the oldest mount that is not older than id, with references; or none. */
static void
findmount(Nslook *l, u32int id)
{
	Mhead *h;
	int b, i;

	rlock(&l->pgrp->ns);
	for(b = 0; b < MNTHASH; b++)
		for(h = l->pgrp->mnthash[b]; h != nil; h = h->hash)
			for(i = 0; i < h->un->n; i++)
				consider(l, h->un->m[i], h->un->from, id);
	if(l->m != nil) {
		incref(&l->m->r);
		incref(&l->from->r);
	}
	runlock(&l->pgrp->ns);
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

/* Add a blank and s, quoted if necessary. Names may be longer than print(2)'s buffers. */
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

/* Add the flags. As on 9front, the field is there, but empty, if there are none. */
static void
addflags(Nslook *l, int f)
{
	char flag[8];
	char *p;

	p = flag;
	if(f != 0)
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
	add(l, " ");
	add(l, flag);
}

/* Add the name of a 9P connection. That of its post can be opened again; a pipe's own name makes
 * another pipe. */
static void
addconn(Nslook *l, Chan *c)
{
	char *post;

	post = srvname != nil ? srvname(c) : nil;
	onerror(free(post));
	addquoted(l, post != nil ? post : chanpath(c));
	poperror();
	free(post);
}

static void
mountline(Nslook *l)
{
	const char *spec;
	Chan *to;

	spec = l->m->spec;
	add(l, spec != nil ? "mount" : "bind");
	addflags(l, l->m->mflag);
	to = l->m->to;
	if(to->mchan != nil && spec != nil)
		addconn(l, to->mchan);
	else
		addquoted(l, chanpath(to));
	addquoted(l, chanpath(l->from));
	if(spec != nil && spec[0] != '\0')
		addquoted(l, spec);
	add(l, "\n");
}

static void
looknames(Nslook *l, Proc *p)
{
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
}

char *
nsline(Proc *p, vlong *at)
{
	Nslook l;

	if(*at < 0)
		return nil;
	memset(&l, 0, sizeof l);
	if(waserror()) {
		lookend(&l);
		free(l.text);
		nexterror();
	}
	looknames(&l, p);
	findmount(&l, (u32int)*at);
	if(l.m != nil)
		mountline(&l);
	else {
		add(&l, "cd");
		addquoted(&l, chanpath(l.dot));
		add(&l, "\n");
	}
	*at = l.m != nil ? (vlong)l.m->mountid + 1 : -1;
	poperror();
	lookend(&l);
	return l.text;
}

/*
 * #p: texts about a process. They are made anew for every read, in kernel memory, and
 * only then copied to the reader: none of the process's locks is held while the reader's
 * memory is touched.
 */
#include "u.h"
#include "dev/dev.h"
#include "dev/procdev.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"
#include "proc/proc.h"

enum
{
	NSPERMS = 1000 * 1000,
	FDLINE = 160, /* of a line in fd, without the name */
	SEGLINE = 64,
	STATWIDTH = 12, /* of the state in status */
	STATSIZE = 2 * KNAMELEN + STATWIDTH + 9 * NUMSIZE,
};

/* A copy of one of p's strings. The caller frees it. */
static char *
copystr(Proc *p, u32int pid, char **str)
{
	char *s;

	lockproc(&p->namelock, p, pid);
	onerror(qunlock(&p->namelock));
	s = kstrcpy(*str != nil ? *str : "");
	poperror();
	qunlock(&p->namelock);
	return s;
}

long
readargs(Proc *p, u32int pid, char *buf, long n, vlong off)
{
	char *s;

	s = copystr(p, pid, &p->args);
	return readfree(off, buf, n, s, strlen(s));
}

long
readsyscall(Proc *p, u32int pid, char *buf, long n, vlong off)
{
	char *text;

	text = copystr(p, pid, &p->calltext);
	return readfree(off, buf, n, text, strlen(text));
}

/* --- fd --- */

/* A text that grows. */
typedef struct Text Text;
struct Text
{
	char *s;
	/* its end */
	char *p;
	char *e;
};

/* Make room for n more bytes and the NUL. */
static void
growtext(Text *t, usize n)
{
	usize len;
	char *s;

	if((usize)(t->e - t->p) > n)
		return;
	len = (usize)(t->p - t->s);
	s = realloc(t->s, 2 * len + n + 1);
	if(s == nil)
		error(Enomem);
	t->s = s;
	t->p = s + len;
	t->e = s + 2 * len + n + 1;
}

Fgrp *
procfds(Proc *p, u32int pid)
{
	Fgrp *f;

	lockproc(&p->namelock, p, pid);
	f = p->fgrp;
	if(f != nil)
		incref(&f->r);
	qunlock(&p->namelock);
	if(f == nil)
		error(Eprocdied);
	return f;
}

static void
addfdline(Text *t, int fd, Chan *c)
{
	onerror(cclose(c));
	growtext(t, FDLINE + strlen(chanpath(c)));
	t->p = fdline(t->p, t->e, fd, c);
	poperror();
	cclose(c);
}

static void
fdtext(Text *t, Fgrp *f)
{
	Chan *c;
	int fd, max;

	max = fgrpmax(f);
	for(fd = 0; fd <= max; fd++) {
		c = fgrpchan(f, fd);
		if(c != nil)
			addfdline(t, fd, c);
	}
}

/* p's directory, with a reference; nil if it has none. */
static Chan *
procdot(Proc *p, u32int pid)
{
	Chan *c;

	lockproc(&p->namelock, p, pid);
	c = p->dot;
	if(c != nil)
		incref(&c->r);
	qunlock(&p->namelock);
	return c;
}

static void
dottext(Text *t, Chan *dot)
{
	const char *s;

	if(dot == nil)
		return;
	onerror(cclose(dot));
	s = chanpath(dot);
	growtext(t, strlen(s) + 1);
	t->p = seprint(t->p, t->e, "%s\n", s);
	poperror();
	cclose(dot);
}

long
readfds(Proc *p, u32int pid, char *buf, long n, vlong off)
{
	Fgrp *f;
	Text t;

	t = (Text){nil, nil, nil};
	f = procfds(p, pid);
	onerror(closefgrp(f); free(t.s));
	growtext(&t, 0);
	dottext(&t, procdot(p, pid));
	fdtext(&t, f);
	n = readstr(off, buf, n, t.s);
	poperror();
	closefgrp(f);
	free(t.s);
	return n;
}

/* --- ns --- */

long
readns(Proc *p, u32int pid, char *buf, long n, vlong off)
{
	char *text;
	long m;

	if(n > IOUNIT)
		n = IOUNIT;
	text = smalloc((usize)n + 1);
	onerror(free(text));
	m = nsread(p, text, n, off);
	/* otherwise the text was another process's */
	if(isgone(p, pid))
		error(Eprocdied);
	memmove(buf, text, (usize)m);
	poperror();
	free(text);
	return m;
}

/* --- segment --- */

static const char *
segname(Segment *s)
{
	static const char *const names[] = {
	    [SG_TEXT] = "Text",
	    [SG_DATA] = "Data",
	    [SG_BSS] = "Bss",
	    [SG_STACK] = "Stack",
	    [SG_SHARED] = "Shared",
	    [SG_PHYSICAL] = "Phys",
	    [SG_FIXED] = "Fixed",
	};
	const char *name;
	uint type;

	type = (uint)segtype(s) & SG_TYPE;
	name = type < nelem(names) ? names[type] : nil;
	return name != nil ? name : "?";
}

static char *
segline(char *p, char *e, Segment *s)
{
	return seprint(p, e, "%-6s %c  %8p %8p %4lld\n", segname(s),
	    segronly(s) ? 'R' : ' ', segbase(s), segtop(s), (vlong)segusers(s));
}

long
readsegments(Proc *p, u32int pid, char *buf, long n, vlong off)
{
	char text[NSEG * SEGLINE + 1], *s;
	int i;

	s = text;
	*s = 0;
	lockproc(&p->seglock, p, pid);
	for(i = 0; i < NSEG; i++)
		if(p->seg[i] != nil)
			s = segline(s, text + sizeof text, p->seg[i]);
	qunlock(&p->seglock);
	return readstr(off, buf, n, text);
}

/* --- status --- */

/* s in a field of width bytes, a blank the last. */
static char *
column(char *p, const char *s, int width)
{
	char *e;

	e = p + width;
	for(p = strecpy(p, e, s != nil ? s : ""); p < e; p++)
		*p = ' ';
	return e;
}

/* Bytes of memory that p has. */
static uvlong
memused(Proc *p, u32int pid)
{
	Segment *s;
	uvlong pages;
	int i;

	pages = 0;
	lockproc(&p->seglock, p, pid);
	for(i = 0; i < NSEG; i++) {
		s = loadrelaxed(&p->seg[i]);
		if(s != nil)
			pages += segpages(s);
	}
	qunlock(&p->seglock);
	return pages * BY2PG;
}

static char *
statnumber(char *p, char *e, uvlong v)
{
	return seprint(p, e, "%11ud ", (u32int)v);
}

long
readstatus(Proc *p, u32int pid, char *buf, long n, vlong off)
{
	char text[STATSIZE + 1], *s, *e;
	uvlong mem, t[2];

	mem = memused(p, pid);
	s = text;
	e = text + sizeof text;
	lockproc(&p->namelock, p, pid);
	s = column(s, p->text, KNAMELEN);
	s = column(s, p->user, KNAMELEN);
	s = column(s, statename(p), STATWIDTH);
	proctimes(p, t);
	s = statnumber(s, e, t[0] / NSPERMS);
	s = statnumber(s, e, t[1] / NSPERMS);
	s = statnumber(s, e, (monons() - p->started) / NSPERMS);
	s = statnumber(s, e, loadrelaxed(&p->childns[0]) / NSPERMS);
	s = statnumber(s, e, loadrelaxed(&p->childns[1]) / NSPERMS);
	s = statnumber(s, e, loadrelaxed(&p->childns[2]) / NSPERMS);
	s = statnumber(s, e, mem / KiB);
	s = statnumber(s, e, (uvlong)p->basepri);
	statnumber(s, e, (uvlong)p->basepri);
	qunlock(&p->namelock);
	return readstr(off, buf, n, text);
}

/* --- note --- */

long
readnote(Proc *p, u32int pid, char *buf, long n)
{
	Note note;
	int has;

	if(n < ERRMAX)
		error(Etoosmall);
	lockproc(&p->notelock, p, pid);
	has = popnote(p, &note);
	qunlock(&p->notelock);
	return has ? readstr(0, buf, n, note.msg) : 0;
}

/* --- wait --- */

long
readwait(Proc *p, u32int pid, char *buf, long n)
{
	char text[WAITTEXT];
	Waitq *w;

	w = nextwait(p, pid);
	waittext(text, sizeof text, w);
	free(w);
	return readstr(0, buf, n, text);
}

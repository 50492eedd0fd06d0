/*
 * #p: texts about a process. Each read makes its text anew, in kernel memory, and only then
 * copies it to the reader. So no lock of the process is held while the reader's memory is
 * touched.
 */
#include "u.h"
#include "dev/dev.h"
#include "dev/procdev.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"
#include "proc/proc.h"
#include "proc/profile.h"

enum
{
	NSPERMS = 1000 * 1000,
	SEGLINE = 64,
	/* columns of the state in status */
	STATWIDTH = 12,
	STATSIZE = 2 * KNAMELEN + STATWIDTH + 9 * NUMSIZE,
};

/* A copy of a string of p. The caller frees it. */
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

/* Read a string of p. */
static long
readcopy(Procio *f, char **str, char *buf, long n)
{
	char *s;

	s = copystr(f->p, f->pid, str);
	return readfree(f->off, buf, n, s, strlen(s));
}

/* An args text that the program wrote is shown behind its name. */
long
readargs(Procio *f, char *buf, long n)
{
	const char *args;
	char *text;
	usize size;
	Proc *p;

	p = f->p;
	if(!loadrelaxed(&p->setargs))
		return readcopy(f, &p->args, buf, n);
	lockproc(&p->namelock, p, f->pid);
	onerror(qunlock(&p->namelock));
	args = p->args != nil ? p->args : "";
	size = strlen(p->text) + strlen(args) + sizeof " []";
	text = smalloc(size);
	snprint(text, (int)size, "%s [%s]", p->text, args);
	poperror();
	qunlock(&p->namelock);
	return readfree(f->off, buf, n, text, strlen(text));
}

long
readsyscall(Procio *f, char *buf, long n)
{
	return readcopy(f, &f->p->calltext, buf, n);
}

/* --- numbers --- */

long
readpid(Procio *f, char *buf, long n)
{
	return readnum(f->off, buf, n, f->pid, NUMSIZE);
}

long
readppid(Procio *f, char *buf, long n)
{
	u32int ppid;

	ppid = loadrelaxed(&f->p->parentpid);
	return readnum(f->off, buf, n, ppid, NUMSIZE);
}

long
readnoteid(Procio *f, char *buf, long n)
{
	u32int noteid;

	lockproc(&f->p->notelock, f->p, f->pid);
	noteid = f->p->noteid;
	qunlock(&f->p->notelock);
	return readnum(f->off, buf, n, noteid, NUMSIZE);
}

/* There are no watchpoints: procwrite.c. */
long
readwatchpt(Procio *f, char *buf, long n)
{
	return readstr(f->off, buf, n, "");
}

long
readprofile(Procio *f, char *buf, long n)
{
	u32int *count;
	usize size;

	count = profilecopy(f->p, f->pid, &size);
	return readfree(f->off, buf, n, count, size);
}

/* --- fd, ns: a line for a read --- */

/*
 * The line at *at, smalloc'ed; nil after the last. *at, which is 0 for the first line, becomes
 * the next line's.
 */
typedef char *Procline(Proc *p, u32int pid, vlong *at);

/* The line that contains offset f->off, with *left bytes from there on; nil if there is none.
 * The Chan remembers how far it was read, so a reader of the whole file has each line made
 * once. Caller holds c's dirlock. */
static char *
lineat(Procio *f, Procline *next, vlong *left)
{
	Chan *c;
	char *s;

	c = f->c;
	if(f->off == 0 || f->off != c->devoffset)
		c->pos = c->devoffset = 0;
	do {
		s = next(f->p, f->pid, &c->pos);
		if(s == nil)
			return nil;
		c->devoffset += (vlong)strlen(s);
		*left = c->devoffset - f->off;
		if(*left <= 0)
			free(s);
	} while(*left <= 0);
	return s;
}

/* The same; takes the lock. */
static char *
lockedline(Procio *f, Procline *next, vlong *left)
{
	char *s;

	qlock(&f->c->dirlock);
	onerror(qunlock(&f->c->dirlock));
	s = lineat(f, next, left);
	poperror();
	qunlock(&f->c->dirlock);
	return s;
}

static long
readline(Procio *f, Procline *next, char *buf, long n)
{
	vlong left;
	usize len;
	char *s;

	s = lockedline(f, next, &left);
	if(s == nil)
		return 0;
	len = strlen(s);
	return readfree((vlong)len - left, buf, n, s, len);
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

/* The line of p's directory; nil if p is broken and has none. */
static char *
dotline(Proc *p, u32int pid)
{
	const char *name;
	Chan *dot;
	char *s;
	usize n;

	lockproc(&p->namelock, p, pid);
	dot = p->dot;
	if(dot != nil)
		incref(&dot->r);
	qunlock(&p->namelock);
	if(dot == nil)
		return nil;
	onerror(cclose(dot));
	name = chanpath(dot);
	n = strlen(name) + 2;
	s = smalloc(n);
	snprint(s, (int)n, "%s\n", name);
	poperror();
	cclose(dot);
	return s;
}

static char *
fdline(Proc *p, u32int pid, vlong *at)
{
	Fgrp *f;
	Chan *c;
	int fd, max;

	if(*at == 0) {
		*at = 1;
		return dotline(p, pid);
	}
	f = procfds(p, pid);
	max = fgrpmax(f);
	c = nil;
	for(fd = (int)*at - 1; fd <= max; fd++)
		if((c = fgrpchan(f, fd)) != nil)
			break;
	closefgrp(f);
	*at = fd + 2;
	return c != nil ? fdtext(fd, c) : nil;
}

long
readfds(Procio *f, char *buf, long n)
{
	return readline(f, fdline, buf, n);
}

static char *
mountsline(Proc *p, u32int pid, vlong *at)
{
	char *s;

	s = nsline(p, at);
	/* otherwise the line may be another process's */
	if(isgone(p, pid)) {
		free(s);
		error(Eprocdied);
	}
	return s;
}

long
readns(Procio *f, char *buf, long n)
{
	return readline(f, mountsline, buf, n);
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
	    [SG_STICKY] = "Sticky",
	};

	return names[segtype(s) & SG_TYPE];
}

static char
segflag(Segment *s)
{
	if(segtype(s) & SG_FAULT)
		return 'F';
	return segronly(s) ? 'R' : ' ';
}

static char *
segline(char *p, char *e, Segment *s)
{
	return seprint(p, e, "%-6s %c%c %8p %8p %4lld\n", segname(s),
	    segflag(s), segprofile(s) != nil ? 'P' : ' ', segbase(s), segtop(s),
	    (vlong)segusers(s));
}

long
readsegments(Procio *f, char *buf, long n)
{
	char text[NSEG * SEGLINE + 1], *s;
	Proc *p;
	int i;

	p = f->p;
	s = text;
	*s = 0;
	lockproc(&p->seglock, p, f->pid);
	for(i = 0; i < NSEG; i++)
		if(p->seg[i] != nil)
			s = segline(s, text + sizeof text, p->seg[i]);
	qunlock(&p->seglock);
	return readstr(f->off, buf, n, text);
}

/* --- status --- */

/* Write s in a field of width bytes, of which a blank is the last. */
static char *
column(char *p, const char *s, int width)
{
	char *e;

	e = p + width;
	for(p = strecpy(p, e, s != nil ? s : ""); p < e; p++)
		*p = ' ';
	return e;
}

/* How many bytes of memory p has. */
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
readstatus(Procio *f, char *buf, long n)
{
	char text[STATSIZE + 1], *s, *e;
	uvlong mem, t[2];
	Proc *p;

	p = f->p;
	mem = memused(p, f->pid);
	s = text;
	e = text + sizeof text;
	lockproc(&p->namelock, p, f->pid);
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
	s = statnumber(s, e, (uvlong)p->basepri);
	s[-1] = '\n';
	qunlock(&p->namelock);
	return readstr(f->off, buf, n, text);
}

/* --- note --- */

long
readnote(Procio *f, char *buf, long n)
{
	Note note;
	int has;

	/* the NUL */
	if(n < 1)
		error(Etoosmall);
	lockproc(&f->p->notelock, f->p, f->pid);
	has = popnote(f->p, &note);
	qunlock(&f->p->notelock);
	if(!has)
		return 0;
	n = readmem(0, buf, n, note.msg, strlen(note.msg) + 1);
	buf[n - 1] = 0;
	return n;
}

/* --- wait --- */

long
readwait(Procio *f, char *buf, long n)
{
	char text[WAITTEXT];
	Waitq *w;

	w = nextwait(f->p, f->pid);
	waittext(text, sizeof text, w);
	free(w);
	return readstr(0, buf, n, text);
}

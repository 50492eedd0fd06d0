/*
 * #p, running processes: proc(3). This file is the tree: a directory for each
 * process, named by its pid, and the files in it.
 *
 * A qid's path is made of the pid and the kind of file, so a Chan is about one process
 * for ever.
 */
#include "u.h"
#include "dev/dev.h"
#include "dev/procdev.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"
#include "proc/proc.h"

enum
{
	/* the root's; pid 0 */
	Qtop,
	Qtrace,
	/* a process's */
	Qdir,
	Qargs,
	Qctl,
	Qfd,
	Qfpregs,
	Qkregs,
	Qmem,
	Qnote,
	Qnoteid,
	Qnotepg,
	Qns,
	Qproc,
	Qprofile,
	Qregs,
	Qsegment,
	Qstatus,
	Qsyscall,
	Qtext,
	Qwait,

	QBITS = 8,
};

static Dirtab procdir[] = {
    {"args", {Qargs, 0, 0}, 0, 0640},
    {"ctl", {Qctl, 0, 0}, 0, 0640},
    {"fd", {Qfd, 0, 0}, 0, 0444},
    {"fpregs", {Qfpregs, 0, 0}, 0, 0640},
    {"kregs", {Qkregs, 0, 0}, 0, 0400},
    {"mem", {Qmem, 0, 0}, 0, 0640},
    {"note", {Qnote, 0, 0}, 0, 0640},
    {"noteid", {Qnoteid, 0, 0}, 0, 0664},
    {"notepg", {Qnotepg, 0, 0}, 0, 0200},
    {"ns", {Qns, 0, 0}, 0, 0444},
    {"proc", {Qproc, 0, 0}, 0, 0400},
    {"profile", {Qprofile, 0, 0}, 0, 0400},
    {"regs", {Qregs, 0, 0}, 0, 0640},
    {"segment", {Qsegment, 0, 0}, 0, 0444},
    {"status", {Qstatus, 0, 0}, 0, 0444},
    {"syscall", {Qsyscall, 0, 0}, 0, 0440},
    {"text", {Qtext, 0, 0}, 0, 0440},
    {"wait", {Qwait, 0, 0}, 0, 0400},
};

static int
which(Chan *c)
{
	return (int)(c->qid.path & ((1 << QBITS) - 1));
}

static Qid
procqid(u32int pid, int q, int type)
{
	return (Qid){(u64int)pid << QBITS | (u64int)q, 0, (uchar)type};
}

Proc *
chanproc(Chan *c, u32int *pid)
{
	Proc *p;

	*pid = (u32int)(c->qid.path >> QBITS);
	p = procpid(*pid);
	if(p == nil || isgone(p, *pid))
		error(Eprocdied);
	return p;
}

/*
 * What the entries of p's files need of p, in up->genbuf, where a generator's names stay
 * until its next call.
 */
typedef struct Procname Procname;
struct Procname
{
	char pid[NUMSIZE];
	char user[KNAMELEN];
};

/* 0 if p is not pid any more, or has no user yet. */
static Procname *
procname(Proc *p, u32int pid)
{
	Procname *s;
	int there;

	_Static_assert(
	    sizeof *s <= sizeof up->genbuf, "genbuf holds two names");
	s = (Procname *)up->genbuf;
	snprint(s->pid, sizeof s->pid, "%ud", pid);
	qlock(&p->namelock);
	there = !isgone(p, pid) && p->user != nil;
	if(there)
		strecpy(s->user, s->user + sizeof s->user, p->user);
	qunlock(&p->namelock);
	return there ? s : nil;
}

static int
gendir(Chan *c, Proc *p, u32int pid, Dir *d)
{
	Procname *s;

	s = procname(p, pid);
	if(s == nil)
		return 0;
	devdir(c, procqid(pid, Qdir, QTDIR), s->pid, 0, s->user, 0555, d);
	return 1;
}

/* The process directory name, of the form that gendir writes. */
static int
gennamed(Chan *c, const char *name, Dir *d)
{
	char *e;
	uvlong pid;
	Proc *p;

	pid = strtoull(name, &e, 10);
	if(*name < '1' || *name > '9' || *e != 0 || pid > 0xFFFFFFFFULL)
		return -1;
	p = procpid((u32int)pid);
	if(p == nil || gendir(c, p, (u32int)pid, d) != 1)
		return -1;
	return 1;
}

/* Entry i of the root: trace, then the table's places. */
static int
gentop(Chan *c, const char *name, int i, Dir *d)
{
	Proc *p;
	u32int pid;

	if(i == 0) {
		devdir(c, procqid(0, Qtrace, QTFILE), "trace", 0, eve, 0400, d);
		return 1;
	}
	if(name != nil)
		return gennamed(c, name, d);
	i--;
	if((u32int)i >= nproctab())
		return -1;
	p = proctab((u32int)i);
	if(p == nil || __atomic_load_n(&p->state, __ATOMIC_SEQ_CST) == Moribund)
		return 0;
	pid = pidof(p);
	return pid == 0 ? 0 : gendir(c, p, pid, d);
}

static int
procgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Procname *s;
	Proc *p;
	u32int pid;

	if(i == DEVDOTDOT) {
		devdir(c, procqid(0, Qtop, QTDIR), "#p", 0, eve, 0555, d);
		return 1;
	}
	if(which(c) < Qdir)
		return gentop(c, name, i, d);
	if(i >= ntab)
		return -1;
	p = chanproc(c, &pid);
	s = procname(p, pid);
	/* not -1: an open that finds no entry would not check permission */
	if(s == nil)
		error(Eprocdied);
	tab += i;
	devdir(c, procqid(pid, (int)tab->qid.path, QTFILE), tab->name,
	    tab->length, s->user, tab->perm, d);
	return 1;
}

static Chan *
procattach(const char *spec)
{
	return devattach('p', spec);
}

static Walkqid *
procwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, procdir, nelem(procdir), procgen);
}

static int
procstat(Chan *c, uchar *buf, int n)
{
	Chan *text;
	Proc *p;
	Dir d;
	u32int pid;

	switch(which(c)) {
	case Qdir:
		p = chanproc(c, &pid);
		if(gendir(c, p, pid, &d) != 1)
			error(Eprocdied);
		n = (int)convD2M(&d, buf, (uint)n);
		if(n == 0)
			error(Eshort);
		return n;
	case Qtext:
		text = c->aux;
		if(c->flag & COPEN)
			return devtab[text->type]->stat(text, buf, n);
		break;
	}
	return devstat(c, buf, n, procdir, nelem(procdir), procgen);
}

/* What opening needs beyond permission; sets c->aux. */
static void
openproc(Chan *c, int omode)
{
	Proc *p;
	u32int pid;

	p = chanproc(c, &pid);
	switch(which(c)) {
	case Qtext:
		c->aux = textchan(p, pid);
		break;
	case Qnotepg:
		if(omode != OWRITE)
			error(Eperm);
		/* the file is about the group, also when this process has gone */
		lockproc(&p->notelock, p, pid);
		c->aux = (void *)(uintptr)p->noteid;
		qunlock(&p->notelock);
		break;
	case Qsyscall:
		mayread(p);
		break;
	case Qkregs:
	case Qproc:
	case Qprofile:
		error(Enotimpl);
	}
}

static void
letgo(Chan *c)
{
	if(which(c) == Qtext && c->aux != nil)
		cclose(c->aux);
	c->aux = nil;
}

/*
 * To execute text is to execute the file itself, or the image cache would hold
 * it twice, the second time by the identity of a process that ends.
 */
static Chan *
exectext(Chan *c)
{
	Chan *text;
	Proc *p;
	u32int pid;

	c = devopen(c, OREAD, procdir, nelem(procdir), procgen);
	p = chanproc(c, &pid);
	text = textchan(p, pid);
	cclose(c);
	return text;
}

/* An open text is the program's file, by fstat and by fd2path: that is how a
 * program learns where it is. */
static void
textpath(Chan *c)
{
	Chan *text;
	Path *old;

	text = c->aux;
	if(text->path == nil)
		return;
	old = c->path;
	incref(&text->path->r);
	c->path = text->path;
	pathclose(old);
}

static Chan *
procopen(Chan *c, int omode)
{
	if(which(c) == Qtrace)
		error(Enotimpl);
	c->aux = nil;
	if(which(c) == Qtext && (omode & ~OCEXEC) == OEXEC)
		return exectext(c);
	onerror(letgo(c));
	if(which(c) > Qdir)
		openproc(c, openmode((u32int)omode));
	c = devopen(c, omode, procdir, nelem(procdir), procgen);
	poperror();
	if(which(c) == Qtext)
		textpath(c);
	return c;
}

static void
procclose(Chan *c)
{
	if(c->flag & COPEN)
		letgo(c);
}

static long
readproc(Chan *c, char *buf, long n, vlong off)
{
	Chan *text;
	Proc *p;
	u32int noteid, pid;

	if(which(c) == Qtext) {
		text = c->aux;
		return devtab[text->type]->read(text, buf, n, off);
	}
	p = chanproc(c, &pid);
	switch(which(c)) {
	case Qargs:
		return readargs(p, pid, buf, n, off);
	case Qctl:
		return readnum(off, buf, n, pid, NUMSIZE);
	case Qfd:
		return readfds(p, pid, buf, n, off);
	case Qfpregs:
		return readfpregs(p, pid, buf, n, off);
	case Qmem:
		return readprocmem(p, pid, buf, n, off);
	case Qnote:
		return readnote(p, pid, buf, n);
	case Qnoteid:
		lockproc(&p->notelock, p, pid);
		noteid = p->noteid;
		qunlock(&p->notelock);
		return readnum(off, buf, n, noteid, NUMSIZE);
	case Qns:
		return readns(p, pid, buf, n, off);
	case Qregs:
		return readregs(p, pid, buf, n, off);
	case Qsegment:
		return readsegments(p, pid, buf, n, off);
	case Qstatus:
		return readstatus(p, pid, buf, n, off);
	case Qsyscall:
		return readsyscall(p, pid, buf, n, off);
	case Qwait:
		return readwait(p, pid, buf, n);
	}
	error(Ebadusefd);
}

static long
procread(Chan *c, void *buf, long n, vlong off)
{
	if((c->qid.type & QTDIR) == 0)
		return readproc(c, buf, n, off);
	if(off == 0)
		c->pos = 0;
	return devdirread(c, buf, n, procdir, nelem(procdir), procgen);
}

static long
procwrite(Chan *c, const void *buf, long n, vlong off)
{
	Proc *p;
	u32int pid;

	if(which(c) == Qnotepg) {
		writenotepg((u32int)(uintptr)c->aux, buf, n);
		return n;
	}
	p = chanproc(c, &pid);
	switch(which(c)) {
	case Qargs:
		writeargs(p, pid, buf, n);
		return n;
	case Qctl:
		writectl(p, pid, buf, n);
		return n;
	case Qfpregs:
		return writefpregs(p, pid, buf, n, off);
	case Qmem:
		return writeprocmem(p, pid, buf, n, off);
	case Qnote:
		writenote(p, pid, buf, n);
		return n;
	case Qnoteid:
		writenoteid(p, pid, buf, n);
		return n;
	case Qregs:
		return writeregs(p, pid, buf, n, off);
	}
	error(Ebadusefd);
}

Dev procdev = {
    .dc = 'p',
    .name = "proc",
    .attach = procattach,
    .walk = procwalk,
    .stat = procstat,
    .open = procopen,
    .create = devnocreate,
    .close = procclose,
    .read = procread,
    .write = procwrite,
    .remove = devnoremove,
    .wstat = devnowstat,
};

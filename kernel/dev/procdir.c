/*
 * #p, running processes: proc(3). This file is the tree: a directory for each process, named by
 * its pid, and the files in it.
 *
 * The path of a qid is made of the pid and the kind of file, so a Chan belongs to one process
 * for ever.
 */
#include "u.h"
#include "dev/dev.h"
#include "dev/procdev.h"
#include "lib/lib.h"
#include "proc/proc.h"
#include "proc/profile.h"

enum
{
	STATUSSIZE = 2 * KNAMELEN + 12 + 9 * NUMSIZE,
};

const Procfile procfiles[NPROCFILE] = {
    [Qargs] = {"args", Nokwrite, 0, 0660, readargs, writeargs},
    [Qctl] = {"ctl", Nokwrite, 0, 0, readpid, writectl},
    [Qfd] = {"fd", Readonly, 0, 0444, readfds, nil},
    [Qfpregs] = {"fpregs", Nokproc | Noprivate, FPREGSIZE, 0, readfpregs,
	writefpregs},
    [Qkfpregs] = {"kfpregs", Readonly, FPREGSIZE, 0400, readkfpregs, nil},
    [Qkregs] = {"kregs", Readonly, sizeof(Ureg), 0400, readkregs, nil},
    [Qmem] = {"mem", Nokproc | Noprivate, 0, 0, readprocmem, writeprocmem},
    [Qnote] = {"note", Nokproc, 0, 0, readnote, writenote},
    [Qnoteid] = {"noteid", Nokwrite, 0, 0664, readnoteid, writenoteid},
    [Qnotepg] = {"notepg", Nokproc, 0, 0, nil, nil},
    [Qns] = {"ns", Readonly, 0, 0444, readns, nil},
    [Qppid] = {"ppid", Readonly, 0, 0444, readppid, nil},
    [Qproc] = {"proc", Readonly, 0, 0400, readprocstruct, nil},
    [Qregs] = {"regs", Nokproc | Noprivate, sizeof(Ureg), 0, readregs,
	writeregs},
    [Qsegment] = {"segment", Readonly, 0, 0444, readsegments, nil},
    [Qstatus] = {"status", Readonly, STATUSSIZE, 0444, readstatus, nil},
    [Qtext] = {"text", Readonly, 0, 0, nil, nil},
    [Qwait] = {"wait", Nokwrite, 0, 0400, readwait, nil},
    [Qprofile] = {"profile", Nokproc | Noprivate, 0, 0400, readprofile, nil},
    [Qsyscall] = {"syscall", Nokproc | Noprivate, 0, 0400, readsyscall, nil},
    [Qwatchpt] = {"watchpt", Nokproc | Noprivate, 0, 0600, readwatchpt,
	writewatchpt},
};

int
which(Chan *c)
{
	return (int)(c->qid.path & ((1 << QBITS) - 1));
}

/* As on 9front, the version is the pid. */
static Qid
procqid(u32int pid, int q, int type)
{
	return (Qid){(u64int)pid << QBITS | (u64int)q, pid, (uchar)type};
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
 * The parts of p that its files' entries show, in up->genbuf, where a generator's names stay
 * until its next call.
 */
typedef struct Procname Procname;
struct Procname
{
	char pid[NUMSIZE];
	char user[KNAMELEN];
};

/* Returns nil if p is no longer process pid, or has no user yet. */
static Procname *
procname(Proc *p, u32int pid)
{
	Procname *s;

	_Static_assert(
	    sizeof *s <= sizeof up->genbuf, "genbuf holds two names");
	s = (Procname *)up->genbuf;
	snprint(s->pid, sizeof s->pid, "%ud", pid);
	return ownerof(p, pid, s->user, sizeof s->user) ? s : nil;
}

int
gendir(Chan *c, Proc *p, u32int pid, Dir *d)
{
	Procname *s;

	s = procname(p, pid);
	if(s == nil)
		return 0;
	devdir(c, procqid(pid, Qdir, QTDIR), s->pid, 0, s->user, 0555, d);
	return 1;
}

/* Describe the directory of the process that name, in gendir's form, stands for. */
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

/* Entry i of the root: trace, then the places of the process table. */
static int
gentop(Chan *c, const char *name, int i, Dir *d)
{
	Proc *p;
	Qid qid;
	u32int pid;

	if(i == 0) {
		qid = procqid(0, Qtrace, QTFILE);
		/* as on 9front */
		qid.vers = 0xffffffff;
		devdir(c, qid, "trace", 0, eve, 0400, d);
		return 1;
	}
	if(name != nil)
		return gennamed(c, name, d);
	i--;
	if((u32int)i >= nproctab())
		return -1;
	p = proctab((u32int)i);
	if(p == nil || aload(&p->state) == Moribund)
		return 0;
	pid = pidof(p);
	return pid == 0 ? 0 : gendir(c, p, pid, d);
}

/* The length of p's file c, for a stat, if the table does not tell it. */
static vlong
proclength(Chan *c, Proc *p, const Procfile *f)
{
	/* not how many bytes, but whether there is something to read */
	if(which(c) == Qwait)
		return p->nwait;
	if(which(c) == Qprofile)
		return (vlong)profilesize(p);
	return f->length;
}

/* tab is not used, because procfiles tells more than a Dirtab can. */
int
procgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	const Procfile *f;
	Procname *s;
	Proc *p;
	u32int pid, mode;

	USED(tab), USED(ntab);
	if(i == DEVDOTDOT) {
		devdir(c, procqid(0, Qtop, QTDIR), "#p", 0, eve, 0555, d);
		return 1;
	}
	if(which(c) < Qdir)
		return gentop(c, name, i, d);
	i += Qdir + 1;
	if(i >= NPROCFILE)
		return -1;
	p = chanproc(c, &pid);
	s = procname(p, pid);
	/* not -1: an open that found no entry would not check permissions */
	if(s == nil)
		error(Eprocdied);
	f = &procfiles[i];
	mode = loadrelaxed(&p->procmode);
	devdir(c, procqid(pid, i, QTFILE), f->name, proclength(c, p, f),
	    s->user, f->perm == 0 ? mode : f->perm | (mode & 0444), d);
	return 1;
}

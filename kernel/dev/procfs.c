/*
 * #p: opening, reading and writing the files of a process, and the checks of permission.
 * proc(3)
 */
#include "u.h"
#include "dev/dev.h"
#include "dev/procdev.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"
#include "proc/proc.h"
#include "proc/traceevent.h"

static Chan *
procattach(const char *spec)
{
	return devattach('p', spec);
}

static Walkqid *
procwalk(Chan *c, Chan *nc, char **name, int nname)
{
	return devwalk(c, nc, name, nname, nil, 0, procgen);
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
		/* the process's user is in the listing of /proc only */
		d.uid = d.muid = eve;
		return dirtomsg(&d, buf, n);
	case Qtext:
		text = c->aux;
		if(c->flag & COPEN)
			return devtab[text->type]->stat(text, buf, n);
		break;
	}
	return devstat(c, buf, n, nil, 0, procgen);
}

void
notnone(Proc *p)
{
	if(p != up && strcmp(up->user, "none") == 0 && !iseve())
		error(Eperm);
}

/* Check what an open of c needs beyond the mode bits. */
static void
checkopen(Chan *c, Proc *p, int omode)
{
	int open;

	open = procfiles[which(c)].open;
	if((open & Readonly) && omode != OREAD)
		error(Eperm);
	if(which(c) == Qnotepg && omode != OWRITE)
		error(Eperm);
	if(loadrelaxed(&p->kp) &&
	    ((open & Nokproc) || ((open & Nokwrite) && omode != OREAD)))
		error(Eperm);
	if((open & Noprivate) && aload(&p->privatemem))
		error(Eperm);
	notnone(p);
}

static void
letgo(Chan *c)
{
	if(which(c) == Qtext && c->aux != nil)
		cclose(c->aux);
	c->aux = nil;
}

/*
 * To execute /proc/n/text is to execute the file itself. Otherwise the image cache would hold
 * the file twice, the second time under the identity of a process that ends.
 */
static Chan *
exectext(Chan *c)
{
	Chan *text;
	Proc *p;
	u32int pid;

	p = chanproc(c, &pid);
	checkopen(c, p, OREAD);
	text = textchan(p, pid);
	cclose(c);
	return text;
}

/* An open text is the program's file for fstat and fd2path: so programs find out where they
 * are. */
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

/* Set c->aux to what the open c is about. */
static void
setaux(Chan *c, Proc *p, u32int pid)
{
	c->aux = nil;
	switch(which(c)) {
	case Qtext:
		c->aux = textchan(p, pid);
		break;
	case Qnotepg:
		/* the file is for the note group, and works on when this process has gone */
		lockproc(&p->notelock, p, pid);
		c->aux = (void *)(uintptr)p->noteid;
		qunlock(&p->notelock);
		break;
	}
}

/* OEXEC counts as OREAD, for the mode bits too. */
static int
withoutexec(int omode)
{
	return (omode & 3) == OEXEC ? omode & ~3 : omode;
}

/* /proc/trace has one reader at a time, the owner of the machine. */
static Chan *
opentrace(Chan *c, int omode)
{
	if(omode != OREAD || !iseve())
		error(Eperm);
	c = devopen(c, omode, nil, 0, procgen);
	onerror(c->flag &= ~COPEN);
	if(!traceopen())
		error("already open");
	poperror();
	return c;
}

static long
readtrace(char *buf, long n)
{
	enum
	{
		Most = 1024,
	};
	Traceevent *e;

	if(n > (long)(Most * sizeof *e))
		n = Most * sizeof *e;
	if(n <= 0)
		return 0;
	e = smalloc((usize)n);
	n = tracetake(e, n);
	return readfree(0, buf, n, e, (usize)n);
}

static Chan *
procopen(Chan *c, int omode)
{
	Proc *p;
	u32int pid;

	if(which(c) == Qtrace)
		return opentrace(c, omode);
	if(which(c) <= Qdir)
		return devopen(c, omode, nil, 0, procgen);
	if(which(c) == Qtext && (omode & ~OCEXEC) == OEXEC)
		return exectext(c);
	p = chanproc(c, &pid);
	checkopen(c, p, openmode((u32int)omode));
	setaux(c, p, pid);
	onerror(letgo(c));
	c = devopen(c, withoutexec(omode), nil, 0, procgen);
	poperror();
	if(which(c) == Qtext)
		textpath(c);
	c->pos = c->devoffset = 0;
	return c;
}

static void
procclose(Chan *c)
{
	if((c->flag & COPEN) == 0)
		return;
	if(which(c) == Qtrace)
		traceclose();
	else
		letgo(c);
}

static Procio
procio(Chan *c, vlong off)
{
	Procio f;

	f.c = c;
	f.p = chanproc(c, &f.pid);
	f.off = off;
	return f;
}

static long
procread(Chan *c, void *buf, long n, vlong off)
{
	Procread *f;
	Chan *text;
	Procio io;

	if(c->qid.type & QTDIR) {
		if(off == 0)
			c->pos = 0;
		return devdirread(c, buf, n, nil, 0, procgen);
	}
	if(which(c) == Qtrace)
		return readtrace(buf, n);
	if(which(c) == Qtext) {
		text = c->aux;
		return devtab[text->type]->read(text, buf, n, off);
	}
	f = procfiles[which(c)].read;
	if(f == nil)
		error(Ebadusefd);
	io = procio(c, off);
	return f(&io, buf, n);
}

static long
procwrite(Chan *c, const void *buf, long n, vlong off)
{
	Procwrite *f;
	Procio io;

	if(which(c) == Qnotepg) {
		writenotepg((u32int)(uintptr)c->aux, buf, n);
		return n;
	}
	f = procfiles[which(c)].write;
	if(f == nil)
		error(Ebadusefd);
	io = procio(c, off);
	return f(&io, buf, n);
}

/* All files of a process have its owner and mode. */
static void
procchange(Chan *c, const Dir *d)
{
	Proc *p;
	u32int pid;

	p = chanproc(c, &pid);
	notnone(p);
	setowner(p, pid, d);
}

static int
procwstat(Chan *c, uchar *buf, int n)
{
	if(which(c) <= Qdir || which(c) == Qnotepg)
		error(Eperm);
	return devwstat(c, buf, n, nil, procchange);
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
    .wstat = procwstat,
};

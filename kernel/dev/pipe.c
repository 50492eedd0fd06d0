/*
 * #|: pipes. Each attach makes one; what is written to one of its files is
 * read from the other. pipe(3)
 */
#include "dev/pipe.h"

#include "dev/dev.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* A qid path has the pipe's number, and in its low bits: */
enum
{
	Qdir,
	Qdata0,
	Qdata1,
	QBITS = 2,
};

#define QFILE(path) ((int)((path) & ((1 << QBITS) - 1)))
#define END(c) (QFILE((c)->qid.path) - Qdata0)

typedef struct Pipe Pipe;
struct Pipe
{
	/* a reference for each Chan */
	Ref r;
	u32int id;
	/* guards open[], and the opening and closing of the queues' ends. Rank Rpipe: before
	 * Pipeq.lk */
	QLock lk;
	int open[2];
	/* end i reads q[i] and writes q[1-i] */
	Pipeq *q[2];
};

static const char *const endname[2] = {"data", "data1"};
static u32int npipes;

static Pipe *
newpipedata(void)
{
	Pipe *p;

	p = smalloc(sizeof *p);
	setqrank(&p->lk, Rpipe);
	if(waserror()) {
		free(p->q[0]);
		free(p);
		nexterror();
	}
	p->q[0] = newpipeq();
	p->q[1] = newpipeq();
	poperror();
	p->r.ref = 1;
	p->id = __atomic_add_fetch(&npipes, 1, __ATOMIC_RELAXED);
	return p;
}

static void
putpipe(Pipe *p)
{
	if(decref(&p->r) > 0)
		return;
	freepipeq(p->q[0]);
	freepipeq(p->q[1]);
	free(p);
}

static Qid
endqid(Pipe *p, int file)
{
	Qid q = {
	    (uvlong)p->id << QBITS | file, 0, file == Qdir ? QTDIR : QTFILE};

	return q;
}

static int
pipegen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	Pipe *p = c->aux;

	USED(name), USED(tab), USED(ntab);
	if(i == DEVDOTDOT) {
		devdir(c, endqid(p, Qdir), "#|", 0, eve, 0500, d);
		return 1;
	}
	if(i > 1)
		return -1;
	devdir(c, endqid(p, Qdata0 + i), endname[i], pipeqlen(p->q[i]), eve,
	    0666, d);
	return 1;
}

static Chan *
pipeattach(const char *spec)
{
	Chan *c;

	c = devattach('|', spec);
	onerror(chanfree(c));
	c->aux = newpipedata();
	poperror();
	c->qid = endqid(c->aux, Qdir);
	return c;
}

static Walkqid *
pipewalk(Chan *c, Chan *nc, char **name, int nname)
{
	Walkqid *wq;

	wq = devwalk(c, nc, name, nname, nil, 0, pipegen);
	if(nc == nil && wq->clone != nil)
		incref(&((Pipe *)c->aux)->r);
	return wq;
}

static int
pipestat(Chan *c, uchar *buf, int n)
{
	Dir d;

	if(n < BIT16SZ)
		error(Eshortstat);
	if((c->qid.type & QTDIR) == 0)
		return devstat(c, buf, n, nil, 0, pipegen);
	/* 9front's name for it, and not what it is bound to */
	devdir(c, c->qid, ".", 0, eve, 0500, &d);
	return dirtomsg(&d, buf, n);
}

static Chan *
pipeopen(Chan *c, int omode)
{
	Pipe *p = c->aux;

	if((c->qid.type & QTDIR) && omode != OREAD)
		error(Ebadarg);
	c = devopen(c, omode, nil, 0, pipegen);
	if(c->qid.type & QTDIR)
		return c;
	qlock(&p->lk);
	p->open[END(c)]++;
	qunlock(&p->lk);
	c->flag |= CSTREAM;
	c->iounit = PIPEATOMIC;
	return c;
}

/* A Chan that had end i open was closed. */
static void
closeend(Pipe *p, int i)
{
	qlock(&p->lk);
	if(--p->open[i] == 0) {
		pipeqhangup(p->q[1 - i]);
		pipeqclose(p->q[i]);
		/* when both ends are closed, the pipe can be used afresh */
		if(p->open[1 - i] == 0) {
			pipeqreopen(p->q[0]);
			pipeqreopen(p->q[1]);
		}
	}
	qunlock(&p->lk);
}

static void
pipeclose(Chan *c)
{
	Pipe *p = c->aux;

	if((c->flag & COPEN) && !(c->qid.type & QTDIR))
		closeend(p, END(c));
	putpipe(p);
}

static void
piperemove(Chan *c)
{
	pipeclose(c);
	error(Eperm);
}

static long
piperead(Chan *c, void *buf, long n, vlong off)
{
	Pipe *p = c->aux;

	if(c->qid.type & QTDIR) {
		if(off == 0)
			c->pos = 0;
		return devdirread(c, buf, n, nil, 0, pipegen);
	}
	return pipeqread(p->q[END(c)], buf, n);
}

static long
pipewrite(Chan *c, const void *buf, long n, vlong off)
{
	Pipe *p = c->aux;

	USED(off);
	if(c->qid.type & QTDIR)
		error(Eperm);
	if(waserror()) {
		/* a 9P client learns it from the error alone */
		if(strcmp(up->errstr, Ehungup) == 0 &&
		    !(loadrelaxed(&c->flag) & CMSG))
			postnote(up, 1, "sys: write on closed pipe", NUser);
		nexterror();
	}
	pipeqwrite(p->q[1 - END(c)], buf, n);
	poperror();
	return n;
}

static long
pipewritenow(Chan *c, const void *buf, long n)
{
	Pipe *p = c->aux;

	if(c->qid.type & QTDIR)
		error(Eperm);
	if(n > PIPEATOMIC)
		return 0;
	return pipeqnow(p->q[1 - END(c)], buf, n);
}

/* The length is the pipe's capacity, which is the only attribute that can be changed: pipe(2). It
 * must be given, and all else in d is ignored, as on 9front. */
static void
setlimit(Chan *c, const Dir *d)
{
	Pipe *p = c->aux;

	if(c->qid.type & QTDIR)
		error(Eperm);
	if(d->length < 0 || d->length > PIPEMAX)
		error(Ebadarg);
	pipeqlimit(p->q[0], (usize)d->length);
	pipeqlimit(p->q[1], (usize)d->length);
}

static int
pipewstat(Chan *c, uchar *buf, int n)
{
	return devwstat(c, buf, n, nil, setlimit);
}

/* Make c, which is the directory or a clone of it, the pipe's open end i. */
static void
openend(Chan *c, int i)
{
	char name[16];

	snprint(name, sizeof name, "#|/%s", endname[i]);
	channame(c, name);
	c->qid = endqid(c->aux, Qdata0 + i);
	pipeopen(c, ORDWR);
}

static void
pipepair(Chan *end[2])
{
	Walkqid *wq;

	end[1] = nil;
	end[0] = pipeattach(nil);
	if(waserror()) {
		cclose(end[0]);
		if(end[1] != nil)
			cclose(end[1]);
		nexterror();
	}
	wq = pipewalk(end[0], nil, nil, 0);
	end[1] = wq->clone;
	free(wq);
	openend(end[0], 0);
	openend(end[1], 1);
	poperror();
}

static void
pipeinit(void)
{
	newpipe = pipepair;
}

Dev pipedev = {
    .dc = '|',
    .name = "pipe",
    .init = pipeinit,
    .attach = pipeattach,
    .walk = pipewalk,
    .stat = pipestat,
    .open = pipeopen,
    .create = devnocreate,
    .close = pipeclose,
    .read = piperead,
    .write = pipewrite,
    .writenow = pipewritenow,
    .remove = piperemove,
    .wstat = pipewstat,
};

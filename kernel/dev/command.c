/*
 * #C: commands of the host. cmd(3) of Inferno and of drawterm
 *
 * cmd/clone makes a connection, the directory cmd/n. exec written to its ctl file runs a command,
 * whose standard files are data and stderr. The command has the environment of the process that
 * wrote, and its directory if that is one of the host's.
 *
 * run9 --cmd turns the device on: a program that has it can do on the host what the user can.
 */
#include "dev/command.h"
#include "host/host.h"
#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* Qid path: a connection's number, and one of these. */
enum
{
	Qroot,
	Qcmd,
	Qclone,
	Qconv,
	/* a connection's files */
	Qctl,
	Qdata,
	Qstderr,
	Qstatus,
	Qwait,
	Qend,
	KINDBITS = 4,
};

#define KIND(q) ((uint)(q).path & ((1 << KINDBITS) - 1))
#define CONV(q) ((uint)((q).path >> KINDBITS))

int hostcommands;

static Qid
cmdqid(uint n, int kind)
{
	return (Qid){(uvlong)n << KINDBITS | kind, 0,
	    kind == Qroot || kind == Qcmd || kind == Qconv ? QTDIR : QTFILE};
}

/* The connection of a file. Connections stay. */
static Cmdconv *
convof(Chan *c)
{
	Cmdconv *v;

	v = cmdconvof(CONV(c->qid));
	if(v == nil)
		error(Enonexist);
	return v;
}

static int
ownedbyup(Cmdconv *v)
{
	return strcmp(up->user, v->owner) == 0;
}

/* --- the tree: the caller holds cmdlk --- */

static void
convfile(Chan *c, Cmdconv *v, int kind, Dir *d)
{
	static const char *const names[] = {[Qctl] = "ctl",
	    [Qdata] = "data",
	    [Qstderr] = "stderr",
	    [Qstatus] = "status",
	    [Qwait] = "wait"};
	u32int perm;

	perm = kind == Qctl || kind == Qdata ? v->perm : 0444;
	strecpy(up->genbuf, up->genbuf + sizeof up->genbuf / 2, v->owner);
	devdir(c, cmdqid(v->n, kind), names[kind], 0, up->genbuf, perm, d);
}

/* The Dir of the root, of cmd, of clone, or of a connection's directory. */
static void
cmdplace(Chan *c, uint n, int kind, Dir *d)
{
	static char owner[] = "cmd";

	switch(kind) {
	case Qroot:
		devdir(c, cmdqid(0, kind), "#C", 0, eve, 0555, d);
		break;
	case Qcmd:
		devdir(c, cmdqid(0, kind), "cmd", 0, owner, 0555, d);
		break;
	case Qclone:
		devdir(c, cmdqid(0, kind), "clone", 0, eve, 0660, d);
		break;
	case Qconv:
		snprint(up->genbuf, sizeof up->genbuf, "%ud", n);
		devdir(c, cmdqid(n, kind), up->genbuf, 0,
		    cmdconvof(n)->inuse > 0 ? eve : owner, 0555, d);
		break;
	}
}

static int
cmdgen(Chan *c, const char *name, Dirtab *tab, int ntab, int i, Dir *d)
{
	uint kind;

	USED(name), USED(tab), USED(ntab);
	kind = KIND(c->qid);
	if(i == DEVDOTDOT) {
		cmdplace(c, 0, kind == Qconv ? Qcmd : Qroot, d);
		return 1;
	}
	switch(kind) {
	case Qroot:
		if(i > 0)
			return -1;
		cmdplace(c, 0, Qcmd, d);
		return 1;
	case Qcmd:
		if(i > ncmdconv())
			return -1;
		if(i == 0)
			cmdplace(c, 0, Qclone, d);
		else
			cmdplace(c, i - 1, Qconv, d);
		return 1;
	case Qconv:
		if(Qctl + i >= Qend)
			return -1;
		convfile(c, convof(c), Qctl + i, d);
		return 1;
	}
	return -1;
}

static Walkqid *
cmdwalk(Chan *c, Chan *nc, char **name, int nname)
{
	Walkqid *wq;

	qlock(&cmdlk);
	onerror(qunlock(&cmdlk));
	wq = devwalk(c, nc, name, nname, nil, 0, cmdgen);
	poperror();
	qunlock(&cmdlk);
	return wq;
}

static int
cmdstat(Chan *c, uchar *buf, int n)
{
	Dir d;
	int m;

	qlock(&cmdlk);
	onerror(qunlock(&cmdlk));
	if(KIND(c->qid) >= Qctl)
		convfile(c, convof(c), KIND(c->qid), &d);
	else
		cmdplace(c, CONV(c->qid), KIND(c->qid), &d);
	m = dirtomsg(&d, buf, n);
	poperror();
	qunlock(&cmdlk);
	return m;
}

static Chan *
cmdattach(const char *spec)
{
	if(!hostcommands)
		error("host commands are off: run9 --cmd turns them on");
	return devattach('C', spec);
}

/* --- open and close --- */

/* c, which is data, stderr, ctl or wait, is being opened. Caller holds cmdlk. */
static void
openconv(Chan *c, int omode)
{
	Cmdconv *v;

	v = convof(c);
	switch(KIND(c->qid)) {
	case Qctl:
	case Qdata:
		devpermcheck(
		    v->inuse > 0 ? v->owner : up->user, v->perm, omode);
		break;
	default:
		devpermcheck(v->owner, 0444, omode);
	}
	if(KIND(c->qid) == Qstderr)
		opencmdfile(v, Cmderr);
	if(KIND(c->qid) == Qdata && openmode(omode) != OWRITE)
		opencmdfile(v, Cmdout);
	if(KIND(c->qid) == Qdata && openmode(omode) != OREAD)
		opencmdfile(v, Cmdin);
	useconv(v);
}

static void
opencommand(Chan *c, int omode)
{
	switch(KIND(c->qid)) {
	case Qclone:
		devpermcheck(eve, 0660, omode);
		c->qid = cmdqid(newcmdconv()->n, Qctl);
		break;
	case Qctl:
	case Qdata:
	case Qstderr:
	case Qwait:
		openconv(c, omode);
		break;
	default:
		if(omode != OREAD)
			error(Eperm);
	}
}

static Chan *
cmdopen(Chan *c, int omode)
{
	qlock(&cmdlk);
	onerror(qunlock(&cmdlk));
	openmode(omode);
	if(omode & ORCLOSE)
		error(Eperm);
	opencommand(c, omode);
	poperror();
	qunlock(&cmdlk);
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

static void
cmdclose(Chan *c)
{
	Cmdconv *v;

	if((c->flag & COPEN) == 0 || KIND(c->qid) < Qctl ||
	    KIND(c->qid) == Qstatus)
		return;
	qlock(&cmdlk);
	v = cmdconvof(CONV(c->qid));
	if(KIND(c->qid) == Qstderr)
		closecmdfile(v, Cmderr);
	if(KIND(c->qid) == Qdata && c->mode != OWRITE)
		closecmdfile(v, Cmdout);
	if(KIND(c->qid) == Qdata && c->mode != OREAD)
		closecmdfile(v, Cmdin);
	leaveconv(v, KIND(c->qid) == Qctl);
	qunlock(&cmdlk);
}

/* --- reads --- */

static const char *
convstate(Cmdconv *v)
{
	Hostend e;

	if(v->inuse == 0)
		return "Closed";
	if(!v->started)
		return "Open";
	if(v->cmd != nil && hostcmdended(v->cmd, &e))
		return "Done";
	return "Execute";
}

static char *
statustext(Cmdconv *v)
{
	const char *dir, *arg0;
	char *s;
	usize n;

	dir = v->dir != nil ? v->dir : ".";
	arg0 = v->arg0 != nil ? v->arg0 : "";
	/* quoting at most doubles a name */
	n = 64 + 2 * (strlen(dir) + strlen(arg0));
	s = smalloc(n);
	snprint(s, n, "cmd/%d %d %s %q %q\n", v->n, v->inuse, convstate(v), dir,
	    arg0);
	return s;
}

static long
statusread(Chan *c, char *buf, long n, vlong off)
{
	char *s;

	qlock(&cmdlk);
	onerror(qunlock(&cmdlk));
	s = statustext(convof(c));
	poperror();
	qunlock(&cmdlk);
	return readfree(off, buf, n, s, strlen(s));
}

/* The line is there when the command has ended, and is read once. */
static long
waitread(Cmdconv *v, char *buf, long n, vlong off)
{
	char how[32], line[128];
	Hostend e;

	if(off > 0)
		return 0;
	cmdwait(v, &e);
	*how = 0;
	if(e.killed)
		strecpy(how, how + sizeof how, "killed");
	else if(e.signal != 0)
		snprint(how, sizeof how, "signal: %d", e.signal);
	else if(e.status != 0)
		snprint(how, sizeof how, "exit: %d", e.status);
	snprint(line, sizeof line, "%d %ud %ud %ud %q", hostcmdpid(v->cmd),
	    e.user, e.sys, e.real, how);
	return readstr(off, buf, n, line);
}

/* run9's end of a standard file; -1 if there is none. */
static int
cmdfd(Cmdconv *v, int file)
{
	int fd;

	qlock(&cmdlk);
	fd = v->fd[file];
	qunlock(&cmdlk);
	return fd;
}

static long
cmdread(Chan *c, void *buf, long n, vlong off)
{
	char num[16];
	Cmdconv *v;
	int fd;

	v = nil;
	if(KIND(c->qid) >= Qctl)
		v = convof(c);
	switch(KIND(c->qid)) {
	case Qctl:
		snprint(num, sizeof num, "%d", v->n);
		return readstr(off, buf, n, num);
	case Qdata:
	case Qstderr:
		fd = cmdfd(v, KIND(c->qid) == Qdata ? Cmdout : Cmderr);
		return fd < 0 ? 0 : hostread(fd, buf, n, -1);
	case Qstatus:
		return statusread(c, buf, n, off);
	case Qwait:
		return waitread(v, buf, n, off);
	}
	if(off == 0)
		c->pos = 0;
	qlock(&cmdlk);
	onerror(qunlock(&cmdlk));
	n = devdirread(c, buf, n, nil, 0, cmdgen);
	poperror();
	qunlock(&cmdlk);
	return n;
}

/* --- writes --- */

static long
cmdwrite(Chan *c, const void *buf, long n, vlong off)
{
	Cmdconv *v;
	int fd;

	USED(off);
	if(KIND(c->qid) != Qctl && KIND(c->qid) != Qdata)
		error(Eperm);
	v = convof(c);
	if(KIND(c->qid) == Qdata) {
		fd = cmdfd(v, Cmdin);
		if(fd < 0)
			error(Ehungup);
		return hostwrite(fd, buf, n, -1);
	}
	cmdctl(v, buf, n);
	return n;
}

/* The owner and the permissions of ctl and data. */
static void
commandwstat(Chan *c, const Dir *d)
{
	Cmdconv *v;

	v = convof(c);
	if(!iseve() && !ownedbyup(v))
		error(Eperm);
	if(*d->uid != 0)
		kstrdup(&v->owner, d->uid);
	if(d->mode != ~0U)
		v->perm = d->mode & 0777;
}

static int
cmdwstat(Chan *c, uchar *buf, int n)
{
	if(KIND(c->qid) != Qctl && KIND(c->qid) != Qdata &&
	    KIND(c->qid) != Qstderr)
		error(Eperm);
	return devwstat(c, buf, n, &cmdlk, commandwstat);
}

Dev cmddev = {
    .dc = 'C',
    .name = "cmd",
    .attach = cmdattach,
    .walk = cmdwalk,
    .stat = cmdstat,
    .open = cmdopen,
    .create = devnocreate,
    .close = cmdclose,
    .read = cmdread,
    .write = cmdwrite,
    .remove = devnoremove,
    .wstat = cmdwstat,
};

/*
 * #Z: stat and wstat of host files.
 *
 * wstat makes all of its changes or none (stat(5)). First it checks everything that can be
 * checked. Then it makes the changes, those that cannot be undone last. If one fails even so,
 * the changes before it are undone.
 */
#include "dev/hostfs.h"

#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* bytes of a user's or group's name */
	IDNAME = 64,
};

/*
 * The server type that stat shows. Programs take #M's files for files, and those of #| for pipes. They take
 * those of other devices for devices (file(1)), and #c's for terminals and the like (Go's os.FileMode). So the
 * host's files and directories show M; its pipes, fifos and sockets show |. A device of the host that is a
 * standard file, as a terminal is, shows c; any other shows Z.
 */
static Rune
servertype(Chan *c, const Hoststat *st)
{
	if(st->isreg || st->isdir)
		return 'M';
	if(st->ispipe)
		return '|';
	if(st->ischar && (c->flag & COPEN) && ((Hostfile *)c->aux)->noname)
		return 'c';
	return devtab[c->type]->dc;
}

uint
hostmsg(Chan *c, const char *name, const Hoststat *st, uchar *buf, uint n)
{
	char uid[IDNAME], gid[IDNAME];
	Dir d;

	d.type = servertype(c, st);
	d.dev = c->dev;
	d.qid = hostqid(st);
	d.mode = st->mode | (u32int)d.qid.type << 24;
	d.atime = st->atime / SEC;
	d.mtime = st->mtime / SEC;
	d.length = st->length;
	d.name = (char *)name;
	d.uid = hostuidname(st->uid, uid, sizeof uid);
	d.gid = hostgidname(st->gid, gid, sizeof gid);
	d.muid = d.uid;
	return convD2M(&d, buf, n);
}

/* The last element of f's path; "/" for the root. */
static const char *
filename(Hostfile *f)
{
	const char *path;

	path = loadacquire(&f->path);
	return strlen(path) <= f->rootlen ? "/" : lastelem(path);
}

/* c's stat, under the name that f has. */
static uint
namedstat(Chan *c, Hostfile *f, const Hoststat *st, uchar *buf, int n)
{
	uint m;

	m = hostmsg(c, filename(f), st, buf, n);
	if(m == 0)
		error(Ebadarg);
	return m;
}

/* Does f, which is open, have the name that it had when this was asked last? A new name is a change of
 * the file, so st's time tells. */
static int
keepsname(Chan *c, Hostfile *f, const Hoststat *st)
{
	if(loadrelaxed(&f->seen.ctime) == st->ctime)
		return 1;
	if(hasmoved(c))
		return 0;
	storerelaxed(&f->seen.ctime, st->ctime);
	return 1;
}

int
hostfsstat(Chan *c, uchar *buf, int n)
{
	Hostfile *f = c->aux, *now;
	Hoststat st;
	uint m;

	filestat(f, &st);
	if(f->fd >= 0 ? keepsname(c, f, &st) : !hasmoved(c))
		return namedstat(c, f, &st, buf, n);
	now = nowof(c);
	onerror(freehostfile(now));
	m = namedstat(c, now, &st, buf, n);
	poperror();
	freehostfile(now);
	return m;
}

/* The changes that a wstat asks for. */
typedef struct Change Change;
struct Change
{
	Hoststat old;
	/* which attributes change */
	int gid, mode, length, time;
	u32int newgid;
	u32int newmode;
	vlong newlength;
	/* ns; -1: no change */
	vlong atime;
	vlong mtime;
	/* a descriptor open for writing, to change the length; or -1 */
	int wfd;
	/* the file under its new name, or nil */
	Hostfile *to;
	/* which changes were made */
	int didgid, didmode, didname;
};

/* The file `name' in f's directory. */
static Hostfile *
sibling(Hostfile *f, const char *name)
{
	Hostfile *dir, *to;

	if(strlen(f->path) <= f->rootlen || f->noname)
		error(Eperm);
	if(!isfilename(name))
		error(Efilename);
	dir = parentof(f);
	onerror(freehostfile(dir));
	to = childof(dir, &name, 1);
	poperror();
	freehostfile(dir);
	return to;
}

/* Check f's directory, by cutting f's path for a moment. */
static void
checkparent(Hostfile *f)
{
	char *slash, was;

	slash = strrchr(f->path, '/');
	if(slash == f->path)
		slash++;
	was = *slash;
	*slash = 0;
	onerror(*slash = was);
	hostcanwrite(f->path);
	poperror();
	*slash = was;
}

static void
checkname(Hostfile *f, Change *ch, const char *name)
{
	Hoststat st;

	ch->to = sibling(f, name);
	/* no other process knows `to', so its path may be cut */
	checkparent(ch->to);
	if(hoststatat(-1, ch->to->path, &st) == 0)
		error(Eexist);
	/* the name may belong to another file by now */
	if(f->fd >= 0 &&
	    (hoststatat(-1, f->path, &st) < 0 || !issamefile(&st, &ch->old)))
		error(Enonexist);
}

static void
checkmode(Change *ch, u32int mode, u32int old)
{
	if((mode ^ old) & DMDIR)
		error("wstat: can't change the directory bit");
	if(mode & ~(0777 | DMDIR | HOSTBITS))
		error("wstat: unknown bits in mode");
	if((mode & DMDIR) && (mode & HOSTBITS & ~DIRBITS))
		error("wstat: directories are not append only or exclusive");
	ch->mode = mode != old;
	ch->newmode = mode;
}

static void
checklength(Chan *c, Change *ch, vlong length)
{
	Hostfile *f = c->aux;
	Hoststat st;

	if(length < 0)
		error(Ebadarg);
	if(length == ch->old.length)
		return;
	if(c->qid.type & QTDIR)
		error("wstat: can't change the length of a directory");
	if(!ch->old.isreg)
		error("wstat: can't change the length of a device");
	ch->newlength = length;
	ch->length = 1;
	if(f->fd >= 0 && (c->mode == OWRITE || c->mode == ORDWR))
		return;
	if(f->noname)
		error(Eperm);
	ch->wfd = hostopen(f->path, OWRITE);
	hostfstat(ch->wfd, &st);
	if(!issamefile(&st, &ch->old))
		error(Enonexist);
}

/* Only the owner may change mode, group and times. A new length sets the times; those that are given
 * beside it are set, also if they stay. */
static void
checkchanger(Change *ch)
{
	u32int uid;

	uid = hostuid();
	if(uid == 0 || uid == ch->old.uid) {
		if(ch->length && (ch->atime >= 0 || ch->mtime >= 0))
			ch->time = 1;
	} else if(ch->mode || ch->gid || ch->time)
		error(Eperm);
}

/* A field that cannot be changed must have its present value, or "don't touch"; type and dev are the
 * kernel's, not the file's. qid.type may be that of the new mode: programs set DMEXCL and QTEXCL together. */
static void
checkrest(Change *ch, const Dir *d)
{
	char uid[IDNAME];
	Qid q;

	hostuidname(ch->old.uid, uid, sizeof uid);
	q = hostqid(&ch->old);
	if((*d->uid != 0 && strcmp(d->uid, uid) != 0) ||
	    (*d->muid != 0 && strcmp(d->muid, uid) != 0))
		error("wstat: can't change the owner");
	if((d->qid.path != ~(uvlong)0 && d->qid.path != q.path) ||
	    (d->qid.vers != NOTOUCH32 && d->qid.vers != q.vers) ||
	    (d->qid.type != 0xFF && d->qid.type != q.type &&
		(d->mode == NOTOUCH32 || d->qid.type != d->mode >> 24)))
		error("wstat: can't change the qid");
}

/* The time that a file gets, which had old; -1: no change. A program that gives back what stat said
 * changes nothing: the part of a second that stat does not show stays. */
static vlong
newtime(Change *ch, u32int secs, vlong old)
{
	if(secs == NOTOUCH32)
		return -1;
	if(secs == (u32int)(old / SEC))
		return old;
	ch->time = 1;
	return secs * SEC;
}

/* Find out what changes, and check that it can. */
static void
check(Chan *c, Change *ch, const Dir *d)
{
	Hostfile *f = c->aux;
	char gid[IDNAME];

	checkrest(ch, d);
	if(d->mode != NOTOUCH32)
		checkmode(ch, d->mode,
		    ch->old.mode | (u32int)hostqid(&ch->old).type << 24);
	if(*d->gid != 0 &&
	    strcmp(d->gid, hostgidname(ch->old.gid, gid, sizeof gid)) != 0) {
		if(!hostgidbyname(d->gid, &ch->newgid))
			error("wstat: unknown group");
		ch->gid = 1;
	}
	ch->atime = newtime(ch, d->atime, ch->old.atime);
	ch->mtime = newtime(ch, d->mtime, ch->old.mtime);
	if(d->length != -1)
		checklength(c, ch, d->length);
	checkchanger(ch);
	if(*d->name != 0 && strcmp(d->name, filename(f)) != 0)
		checkname(f, ch, d->name);
}

static void
undo(Hostfile *f, Change *ch)
{
	if(waserror())
		return;
	if(ch->didname)
		hostrename(ch->to->path, f->path);
	if(ch->didgid)
		hostchgrp(f->fd, f->path, ch->old.gid);
	/* last, because the host takes bits away when the group changes */
	if(ch->didmode || ch->didgid)
		hostchmod(f->fd, f->path, ch->old.mode | ch->old.special);
	poperror();
}

/* The host's mode for the new one. The bits that Plan 9 has no place for stay; but a program that gets
 * another group runs as nobody else, as the host has it. */
static u32int
hostmode(Change *ch)
{
	u32int special;

	special = ch->gid && !ch->old.isdir ? 0 : ch->old.special;
	return (ch->newmode & 0777) | special;
}

static void
commitstat(Chan *c, Change *ch)
{
	Hostfile *f = c->aux;
	char err[ERRMAX];
	int wfd;

	if(waserror()) {
		strecpy(err, err + sizeof err, up->errstr);
		undo(f, ch);
		error(err);
	}
	if(ch->gid) {
		hostchgrp(f->fd, f->path, ch->newgid);
		ch->didgid = 1;
	}
	if(ch->mode) {
		hostchmod(f->fd, f->path, hostmode(ch));
		ch->didmode = 1;
	}
	if(ch->mode)
		sethostbits(c->qid.path, ch->newmode & HOSTBITS, f->path);
	if(ch->to != nil) {
		hostrename(f->path, ch->to->path);
		ch->didname = 1;
	}
	if(ch->length) {
		wfd = ch->wfd >= 0 ? ch->wfd : f->fd;
		hosttruncate(wfd, nil, ch->newlength);
	}
	poperror();
	/* the owner's rights are checked, so these fail only if the host fails altogether. A
	 * length cannot be restored */
	if(ch->time)
		hostutime(f->fd, ch->to != nil ? ch->to->path : f->path,
		    ch->atime, ch->mtime);
}

/* stat(5): a wstat that changes nothing asks for the file to be put on stable storage. */
static void
sync(Hostfile *f)
{
	Hoststat st;
	int fd;

	filestat(f, &st);
	/* the open of a fifo waits */
	if(!st.isreg && !st.isdir)
		return;
	if(f->fd >= 0) {
		hostfsync(f->fd);
		return;
	}
	fd = hostopen(f->path, OREAD);
	onerror(hostclose(fd));
	hostfsync(fd);
	poperror();
	hostclose(fd);
}

/* Give c's file another name, and change nothing else. The host makes all checks as it renames. */
static void
rename(Chan *c, const char *name)
{
	Hostfile *f = c->aux, *to;

	to = sibling(f, name);
	onerror(freehostfile(to));
	hostrename(f->path, to->path);
	poperror();
	takepath(f, to);
}

static void
change(Chan *c, const Dir *d)
{
	Hostfile *f = c->aux;
	Change ch = {.wfd = -1};

	takenow(c);
	filestat(f, &ch.old);
	if(waserror()) {
		if(ch.wfd >= 0)
			hostclose(ch.wfd);
		freehostfile(ch.to);
		nexterror();
	}
	check(c, &ch, d);
	commitstat(c, &ch);
	poperror();
	if(ch.wfd >= 0)
		hostclose(ch.wfd);
	if(ch.to != nil)
		takepath(f, ch.to);
}

static void
wstathost(Chan *c, const Dir *d)
{
	Hostfile *f = c->aux;

	if(onlyname(d) && *d->name == 0)
		sync(f);
	else if(onlyname(d) && f->fd < 0 && strcmp(d->name, filename(f)) != 0)
		rename(c, d->name);
	else
		change(c, d);
}

int
hostfswstat(Chan *c, uchar *buf, int n)
{
	return devwstat(c, buf, n, nil, wstathost);
}

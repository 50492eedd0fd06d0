/*
 * #Z: the host's files. The spec of attach is the host directory that becomes the root, or ""
 * for the host's own root. ".." does not leave it.
 *
 * A Chan that is not open stands for a host path. An open Chan is a host fd, which keeps working
 * when the file is renamed or removed; its path is then used only for operations by name.
 *
 * The path of a qid is made of device and inode, the version of time and size. execvers makes
 * the stricter version that exec needs. Times, owners and permissions are the host's.
 * hostbits.c keeps the mode bits that the host cannot keep: exclusive use, append only,
 * temporary.
 *
 *   hostfs.c    attach, open, create, remove, close
 *   hostwalk.c  walk
 *   hostfar.c   calls by name, without a walk
 *   hostpath.c  the paths of files that are walked
 *   hostexec.c  files open for exec, shared
 *   hostio.c    read, write, listing, inherited descriptors
 *   hoststat.c  stat and wstat
 */
#include "dev/hostfs.h"

#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* Two changes less than this many ns apart may get the same time: on a file system with whole
 * seconds (COARSE), and on one that uses the host's tick (FINE). Both have a margin. */
#define COARSE 2500000000LL
#define FINE 25000000LL

/* A 64-bit mix: every bit of x affects every bit of the result (the finalizer of
 * splitmix64). */
static uvlong
mix(uvlong x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

/* Files of one device never share a path: their inode numbers are shifted by a number
 * that depends on the device only. */
Qid
hostqid(const Hoststat *st)
{
	Qid q;
	uvlong v;

	q.path = st->ino + mix(st->dev);
	v = mix(st->mtime) + mix(~(uvlong)st->length);
	q.vers = v ^ v >> 32;
	q.type = st->isdir ? QTDIR : QTFILE;
	q.type |= hostbits(q.path) >> 24;
	return q;
}

int
issamefile(const Hoststat *a, const Hoststat *b)
{
	return a->dev == b->dev && a->ino == b->ino;
}

/* Will every further change of fd's file get another time than st's, which was read just now?
 * Not if the last change was so recent that the next may get the same. */
static int
settled(int fd, const Hoststat *st)
{
	vlong near, now;

	now = todns();
	near = st->ctime % SEC == 0 ? COARSE : FINE;
	return st->ctime <= now - near || st->ctime >= now + near ||
	    hosttimesdiffer(fd);
}

/*
 * The version of a file that is opened for exec: no other contents ever had it. It is made of
 * the time of the last change of any kind, which programs cannot set back. A file that is not
 * settled gets a new version at every open.
 */
static u32int
execvers(const Hoststat *st, int issettled)
{
	static uvlong looks;
	uvlong v;

	v = mix(st->mtime) + mix(~(uvlong)st->length) + mix(~mix(st->ctime));
	if(!issettled)
		v += mix(__atomic_add_fetch(&looks, 1, __ATOMIC_RELAXED));
	return v ^ v >> 32;
}

static Chan *
hostattach(const char *spec)
{
	Chan *c;
	Hostfile *f;
	Hoststat st;

	c = devattach('Z', spec);
	if(waserror()) {
		freehostfile(c->aux);
		c->aux = nil;
		chanfree(c);
		nexterror();
	}
	c->aux = f = roothostfile(spec);
	hoststat(f->path, &st);
	if(!st.isdir)
		error(Enotdir);
	c->qid = hostqid(&st);
	/* a tree with another root has its own mount points, so it is another device
	 * instance */
	if(strcmp(f->path, "/") != 0)
		c->dev = (c->qid.path ^ c->qid.path >> 32) | 1;
	poperror();
	return c;
}

/* Keep f's file open. The host gives the number of a removed file to the next new file, unless
 * the old file is open; and it tells the path of an open file. */
static void
hostfspin(Chan *c)
{
	Hostfile *f = c->aux;
	Hoststat st;
	int fd, none;

	if(f->noname || aload(&f->pin) > 0)
		return;
	fd = hostpin(f->path);
	onerror(hostclose(fd));
	hostfstat(fd, &st);
	if(hostqid(&st).path != c->qid.path)
		/* the file is gone, and another has its name */
		error(Enonexist);
	poperror();
	none = 0;
	/* the Chan of a directory may be shared, and several processes may bind upon it at
	 * once */
	if(!__atomic_compare_exchange_n(
	       &f->pin, &none, fd + 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		hostclose(fd);
}

/* ORCLOSE: the remove must be allowed at the open, and is refused for a directory: open(5). */
static void
checkrclose(Hostfile *f, int isdir)
{
	Hostfile *dir;

	if(isdir)
		error(Eisdir);
	dir = parentof(f);
	onerror(freehostfile(dir));
	hostcanwrite(dir->path);
	poperror();
	freehostfile(dir);
}

/* The version of f, which is open for exec, and whose stat is st. Later opens of the file for
 * exec may share the descriptor. */
static void
openedexec(Chan *c, Hostfile *f, const Hoststat *st)
{
	Qid q;
	int ok;

	q = c->qid;
	ok = settled(f->fd, st);
	if(ok)
		c->flag |= CEXACT;
	c->qid.vers = execvers(st, ok);
	if(ok && st->isreg && (q.type & QTEXCL) == 0 && hostalone(f->fd))
		f->shared = shareexec(q, st->ctime, f->fd, c->qid.vers);
}

/* Open f, c's file, for exec without a host call, if it is open for exec already. Returns 1 if
 * it was. */
static int
openshared(Chan *c, Hostfile *f)
{
	u32int vers;

	if(f->seen.ctime == 0)
		return 0;
	f->shared = sharedexec(c->qid, f->seen.ctime, &f->fd, &vers);
	if(f->shared == nil)
		return 0;
	c->qid.vers = vers;
	c->mode = openmode(OEXEC);
	c->offset = 0;
	c->flag |= COPEN | CEXACT;
	return 1;
}

void
hostfsopened(Chan *c, Hostfile *f, int fd, int omode, int excl)
{
	Hoststat st;

	onerror(hostclose(fd));
	hostfstat(fd, &st);
	if(excl && !hostlock(fd))
		error("open/create -- file is locked");
	c->mode = openmode(omode);
	poperror();
	f->fd = fd;
	f->stream = !st.isreg && !st.isdir && !st.isblock;
	if(st.ispipe)
		c->flag |= CSTREAM;
	f->seeks = f->stream && hostseek(fd, 0, 1) >= 0;
	f->seen.ctime = st.ctime;
	c->qid = hostqid(&st);
	if((omode & 3) == OEXEC)
		openedexec(c, f, &st);
	c->offset = 0;
	c->flag |= COPEN;
}

static Chan *
hostfsopen(Chan *c, int omode)
{
	Hostfile *f = c->aux;
	u32int bits;
	int hmode;

	if((c->qid.type & QTDIR) && (omode & (3 | OTRUNC)))
		error(Eisdir);
	if(omode == OEXEC && openshared(c, f))
		return c;
	if(omode & ORCLOSE)
		checkrclose(f, (c->qid.type & QTDIR) != 0);
	bits = hostbits(c->qid.path);
	hmode = omode & (3 | OTRUNC);
	/* OTRUNC is ignored for an append-only file; for an exclusive one it waits for the
	 * lock */
	if(bits & (DMAPPEND | DMEXCL))
		hmode &= ~OTRUNC;
	hostfsopened(
	    c, f, hostopen(f->path, hmode), omode, (bits & DMEXCL) != 0);
	if(bits & DMAPPEND)
		setappend(f, 1);
	if((bits & DMEXCL) && (omode & OTRUNC) && !f->append)
		hosttruncate(c->mode == OREAD ? -1 : f->fd, f->path, 0);
	return c;
}

/* Make the directory f and open it, whatever its permissions are: open(5). The host looks at them. */
static int
makedir(Hostfile *f, u32int perm)
{
	enum
	{
		Readable = 0400,
	};
	Hoststat st;
	int fd;

	hostmkdir(f->path, perm | Readable);
	onerror(hostremove(f->path, 1));
	fd = hostopen(f->path, OREAD);
	poperror();
	if(perm & Readable)
		return fd;
	onerror(hostclose(fd));
	hostfstat(fd, &st);
	hostchmod(fd, nil, (perm & 0777) | st.special);
	poperror();
	return fd;
}

/* Create the file or directory f. Returns an fd open on it. */
static int
makefile(Hostfile *f, int omode, u32int perm)
{
	if(perm & DMDIR)
		return makedir(f, perm);
	return hostcreate(f->path, omode & 3, perm);
}

u32int
newperm(const Hoststat *dir, u32int perm)
{
	u32int mask;

	mask = perm & DMDIR ? 0777 : 0666;
	return perm & (~mask | (dir->mode & mask));
}

/* Create f, with permissions perm, and open it as c. Errors free f. */
static void
createin(Chan *c, Hostfile *f, int omode, u32int perm)
{
	onerror(freehostfile(f));
	hostfsopened(
	    c, f, makefile(f, omode, perm), omode, (perm & DMEXCL) != 0);
	poperror();
	freehostfile(c->aux);
	c->aux = f;
}

static Chan *
hostfscreate(Chan *c, const char *name, int omode, u32int perm)
{
	Hostfile *f;
	Hoststat dir;
	u32int bits;

	isdir(c);
	if(*name == 0 || strchr(name, '/') != nil || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		error(Efilename);
	if((perm & DMDIR) && (omode & (3 | OTRUNC | ORCLOSE)))
		error(Eisdir);
	bits = perm & (perm & DMDIR ? DIRBITS : HOSTBITS);
	filestat(c->aux, &dir);
	perm = newperm(&dir, (perm & (DMDIR | 0777)) | bits);
	f = childof(c->aux, &name, 1);
	createin(c, f, omode, perm);
	sethostbits(c->qid.path, bits, f->path);
	c->qid.type = (perm & DMDIR ? QTDIR : QTFILE) | bits >> 24;
	if(bits & DMAPPEND)
		setappend(f, 1);
	return c;
}

/* ORCLOSE: remove f, which is open, under the name that it has now. */
static void
removeonclose(Chan *c, Hostfile *f)
{
	Hoststat open, named;

	if(waserror())
		return;
	takenow(c);
	hostfstat(f->fd, &open);
	hoststat(f->path, &named);
	if(issamefile(&open, &named)) {
		hostremove(f->path, open.isdir);
		sethostbits(c->qid.path, 0, nil);
	}
	poperror();
}

static void
hostfsclose(Chan *c)
{
	Hostfile *f = c->aux;

	if(f == nil)
		return;
	/* other programs share the descriptor: leave its position where c's offset was */
	if(f->keep && f->seeks && !f->append && f->at != c->offset)
		hostseek(f->fd, c->offset, 0);
	if((c->flag & CRCLOSE) && f->fd >= 0 && !f->noname)
		removeonclose(c, f);
	freehostfile(f);
	c->aux = nil;
}

static void
hostfsremove(Chan *c)
{
	Hostfile *f = c->aux;

	c->aux = nil;
	onerror(freehostfile(f));
	if(f->noname)
		error(Eperm);
	hostremove(f->path, (c->qid.type & QTDIR) != 0);
	poperror();
	sethostbits(c->qid.path, 0, nil);
	freehostfile(f);
}

Dev hostdev = {
    .dc = 'Z',
    .name = "host",
    .attach = hostattach,
    .walk = hostfswalk,
    .walkfar = hostfswalkfar,
    .far = &hostfar,
    .dirtouser = 1,
    .asserver = 1,
    .pin = hostfspin,
    .stat = hostfsstat,
    .open = hostfsopen,
    .create = hostfscreate,
    .close = hostfsclose,
    .read = hostfsread,
    .write = hostfswrite,
    .writenow = hostfswritenow,
    .remove = hostfsremove,
    .wstat = hostfswstat,
};

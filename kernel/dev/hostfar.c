/*
 * #Z: calls by name, without a walk: Dev.far.
 *
 * The host walks the way. Below a pinned directory (a current directory, a mount point) it does
 * so from the descriptor, which is right whatever the directory is called by then. Where some
 * file has mode bits that the host does not keep, these calls leave everything but stat to the
 * walk, which looks at them.
 */
#include "dev/hostfs.h"

#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* bytes of a path, with its NUL; a longer one is walked */
	FARPATH = 1024,
};

/* Where the host is to look. */
typedef struct Hostat Hostat;
struct Hostat
{
	/* the pinned directory that path is below; -1: path is absolute */
	int dirfd;
	char path[FARPATH];
};

/* Find `name' in dir. Returns 0 if it is too long. */
static int
findat(Hostat *at, Chan *dir, const char *name)
{
	Hostfile *f = dir->aux;
	usize n, len;

	at->dirfd = pinof(f);
	n = at->dirfd < 0 ? strlen(f->path) : 0;
	len = strlen(name);
	if(n + len + 2 > sizeof at->path)
		return 0;
	memmove(at->path, f->path, n);
	if(n > 0 && at->path[n - 1] != '/')
		at->path[n++] = '/';
	memmove(at->path + n, name, len + 1);
	return 1;
}

static void
copyat(Hostat *to, const Hostat *at)
{
	to->dirfd = at->dirfd;
	strecpy(to->path, to->path + sizeof to->path, at->path);
}

/* Go to the directory that the name is in. */
static void
godir(Hostat *at)
{
	char *slash;

	slash = strrchr(at->path, '/');
	if(slash == nil)
		strecpy(at->path, at->path + sizeof at->path, ".");
	else if(slash == at->path)
		slash[1] = 0;
	else
		*slash = 0;
}

/* The host has no such file, or no way to it. */
static int
missing(Hostat *at, const char *name)
{
	if(strchr(name, '/') == nil)
		return Farnone;
	godir(at);
	return hostexists(at->dirfd, at->path) ? Farnone : Farwalk;
}

static int
hostfarstat(Chan *dir, const char *name, uchar *buf, int n)
{
	Hostat at;
	Hoststat st;
	int r;

	if(!findat(&at, dir, name))
		return Farwalk;
	r = hoststatat(at.dirfd, at.path, &st);
	if(r == Hostnone)
		return missing(&at, name);
	if(r < 0)
		return Farwalk;
	return hostmsg(dir, lastelem(name), &st, buf, n);
}

/* A Chan, not open, for the file called name in dir. */
static Chan *
farchan(Chan *dir, const char *name)
{
	Hostfile *f;
	Chan *c;

	f = childof(dir->aux, &name, 1);
	onerror(freehostfile(f));
	c = devclone(dir);
	poperror();
	c->aux = f;
	return c;
}

/* The host has opened the file as fd, or said why not. */
static int
opened(Hostat *at, Chan *dir, const char *name, int fd, int omode, Chan **cp)
{
	Chan *c;

	if(fd == Hostnone)
		return missing(at, name);
	if(fd < 0)
		return Farwalk;
	onerror(hostclose(fd));
	c = farchan(dir, name);
	poperror();
	onerror(cclose(c));
	hostfsopened(c, c->aux, fd, omode, 0);
	poperror();
	*cp = c;
	return 1;
}

static int
hostfaropen(Chan *dir, const char *name, int omode, Chan **c)
{
	Hostat at;

	if(anyhostbits() || !findat(&at, dir, name))
		return Farwalk;
	return opened(
	    &at, dir, name, hostopenat(at.dirfd, at.path, omode), omode, c);
}

static int
hostfarcreate(Chan *dir, const char *name, int omode, u32int perm, Chan **c)
{
	Hostat at, in;
	Hoststat st;
	int fd;

	if(anyhostbits() || !findat(&at, dir, name))
		return Farwalk;
	copyat(&in, &at);
	godir(&in);
	if(hoststatat(in.dirfd, in.path, &st) != 0)
		return Farwalk;
	fd = hostcreateat(at.dirfd, at.path, omode & 3, newperm(&st, perm),
	    (omode & OEXCL) != 0);
	return opened(&at, dir, name, fd, omode & ~OEXCL, c);
}

static int
hostfarremove(Chan *dir, const char *name)
{
	Hostat at;

	return !anyhostbits() && findat(&at, dir, name) &&
	    hostremoveat(at.dirfd, at.path);
}

static int
hostfarrename(Chan *dir, const char *name, const char *to)
{
	Hostat at, in;
	usize n;

	if(!findat(&at, dir, name))
		return Farwalk;
	copyat(&in, &at);
	n = lastelem(in.path) - in.path;
	if(n + strlen(to) + 1 > sizeof in.path)
		return Farwalk;
	memmove(in.path + n, to, strlen(to) + 1);
	return hostrenameat(at.dirfd, at.path, in.path);
}

const Devfar hostfar = {
    .stat = hostfarstat,
    .open = hostfaropen,
    .create = hostfarcreate,
    .remove = hostfarremove,
    .rename = hostfarrename,
};

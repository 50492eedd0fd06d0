/*
 * #Z: the files that Chans stand for, and their paths. A path is absolute and clean, and never
 * above the root of the tree.
 */
#include "dev/hostfs.h"
#include "host/host.h"
#include "host/hostcmd.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* A Hostfile with a path of n bytes, which the caller fills in. */
static Hostfile *
newhostfile(usize n, usize rootlen)
{
	Hostfile *f;

	f = smalloc(sizeof *f + n + 1);
	setqrank(&f->lk, Rhostfile);
	f->path = (char *)(f + 1);
	f->rootlen = rootlen;
	f->fd = -1;
	return f;
}

/* A Hostfile with the path of n bytes at path. */
static Hostfile *
hostfileat(const char *path, usize n, usize rootlen)
{
	Hostfile *f;

	f = newhostfile(n, rootlen);
	memmove(f->path, path, n);
	f->path[n] = 0;
	return f;
}

Hostfile *
pathhostfile(const char *path)
{
	return hostfileat(path, strlen(path), 0);
}

void
freehostfile(Hostfile *f)
{
	Hostfile *was;

	if(f == nil)
		return;
	while((was = f->was) != nil) {
		f->was = was->was;
		free(was);
	}
	if(f->fd >= 0 && !f->keep &&
	    (f->shared == nil || unshareexec(f->shared)))
		hostclose(f->fd);
	if(f->pin > 0)
		hostclose(f->pin - 1);
	if(f->cmd != nil)
		hostcmdclose(f->cmd);
	free(f->dir);
	free(f);
}

void
sawfile(Hostfile *f, const Hoststat *st)
{
	f->seen = *st;
	f->seenby = up->pid;
	f->seencall = up->ncalls;
}

int
pinof(Hostfile *f)
{
	return aload(&f->pin) - 1;
}

/* A kernel process makes no system calls. Its count of them stays 0, and tells no two times
 * apart. */
void
filestat(Hostfile *f, Hoststat *st)
{
	if(f->fd >= 0)
		hostfstat(f->fd, st);
	else if(pinof(f) >= 0)
		hostfstat(pinof(f), st);
	else if(f->seen.ctime != 0 && up->ncalls > 0 && f->seenby == up->pid &&
	    f->seencall == up->ncalls)
		*st = f->seen;
	else
		hoststat(f->path, st);
}

void
takepath(Hostfile *f, Hostfile *to)
{
	do
		to->was = aload(&f->was);
	while(!__atomic_compare_exchange_n(
	    &f->was, &to->was, to, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	storerelease(&f->path, to->path);
}

/* f's path with these names below it. */
Hostfile *
childof(Hostfile *f, const char *const *name, int nname)
{
	Hostfile *nf;
	usize len, n;
	char *p;
	int i;

	n = strlen(f->path);
	len = n;
	for(i = 0; i < nname; i++)
		len += 1 + strlen(name[i]);
	nf = newhostfile(len, f->rootlen);
	p = nf->path;
	memmove(p, f->path, n);
	p += n;
	for(i = 0; i < nname; i++) {
		if(p == nf->path || p[-1] != '/')
			*p++ = '/';
		n = strlen(name[i]);
		memmove(p, name[i], n);
		p += n;
	}
	*p = 0;
	return nf;
}

Hostfile *
parentof(Hostfile *f)
{
	usize n;

	n = strlen(f->path);
	if(n > f->rootlen) {
		while(n > f->rootlen && f->path[n - 1] != '/')
			n--;
		/* remove the slash too, unless it is the root's whole name */
		if(n > f->rootlen || (n > 1 && f->path[n - 1] == '/'))
			n--;
	}
	return hostfileat(f->path, n, f->rootlen);
}

Hostfile *
copyof(Hostfile *f)
{
	Hostfile *nf;

	nf = hostfileat(f->path, strlen(f->path), f->rootlen);
	nf->seen = f->seen;
	nf->seenby = f->seenby;
	nf->seencall = f->seencall;
	return nf;
}

/* A descriptor of f's file, by which the host knows its path; or -1. */
static int
pathfd(Hostfile *f)
{
	return f->fd >= 0 && !f->noname ? f->fd : pinof(f);
}

int
hasmoved(Chan *c)
{
	Hostfile *f = c->aux;
	Hoststat st;

	return pathfd(f) >= 0 &&
	    (hoststatat(-1, loadacquire(&f->path), &st) != 0 ||
		hostqid(&st).path != c->qid.path);
}

/* Is path, of n bytes, below f's root? */
static int
pathbelowroot(Hostfile *f, const char *path, usize n)
{
	usize root;

	root = f->rootlen;
	return n >= root && strncmp(path, f->path, root) == 0 &&
	    (root == 1 || n == root || path[root] == '/');
}

Hostfile *
nowof(Chan *c)
{
	Hostfile *f = c->aux, *nf;
	char *path;
	long n;
	int below;

	if(!hasmoved(c))
		return copyof(f);
	path = smalloc(HostPathMax);
	onerror(free(path));
	n = hostfdpath(pathfd(f), path, HostPathMax);
	below = n > 0 && pathbelowroot(f, path, n);
	/* an open file can be used without a path */
	if(n > 0 && !below && f->fd < 0)
		error(Enonexist);
	nf = below ? hostfileat(path, n, f->rootlen) : copyof(f);
	poperror();
	free(path);
	return nf;
}

void
takenow(Chan *c)
{
	Hostfile *f = c->aux;

	if(f->fd >= 0 && hasmoved(c))
		takepath(f, nowof(c));
}

/* The root's path is absolute, and does not end in a slash unless it is "/". */
Hostfile *
roothostfile(const char *spec)
{
	usize n;

	if(spec == nil || *spec == 0)
		spec = "/";
	if(*spec != '/')
		error("#Z: spec is not an absolute host path");
	n = strlen(spec);
	while(n > 1 && spec[n - 1] == '/')
		n--;
	return hostfileat(spec, n, n);
}

/* The present path of c if it is a directory of the host's, or nil. */
static char *
dirpath(Chan *c)
{
	Hostfile *f;
	char *path;

	if(c->type != devno('Z', 0) || (c->qid.type & QTDIR) == 0)
		return nil;
	f = c->aux;
	if(f->noname)
		return nil;
	f = nowof(c);
	onerror(freehostfile(f));
	path = kstrcpy(f->path);
	poperror();
	freehostfile(f);
	return path;
}

char *
hostdirpath(Chan *c)
{
	char *path;
	int i;

	path = dirpath(c);
	for(i = 0; path == nil && c->un != nil && i < c->un->n; i++)
		path = dirpath(c->un->m[i]->to);
	return path;
}

/*
 * #Z: the files that Chans stand for, and their paths: absolute and clean, never above the
 * root of the tree.
 */
#include "dev/hostfs.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* A Hostfile with a path of n bytes, which the caller fills in. */
static Hostfile *
newhostfile(usize n, usize rootlen)
{
	Hostfile *f;

	f = smalloc(sizeof *f);
	setqrank(&f->lk, Rhostfile);
	f->path = malloc(n + 1);
	if(f->path == nil) {
		free(f);
		error(Enomem);
	}
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

void
freehostfile(Hostfile *f)
{
	if(f == nil)
		return;
	if(f->fd >= 0 && !f->keep &&
	    (f->shared == nil || unshareexec(f->shared)))
		hostclose(f->fd);
	if(f->pin > 0)
		hostclose(f->pin - 1);
	free(f->path);
	free(f);
}

/* f's path with these names below it. */
Hostfile *
childof(Hostfile *f, const char *const *name, int nname)
{
	Hostfile *nf;
	usize len;
	char *p, *e;
	int i;

	len = strlen(f->path);
	for(i = 0; i < nname; i++)
		len += 1 + strlen(name[i]);
	nf = newhostfile(len, f->rootlen);
	p = nf->path;
	e = p + len + 1;
	p = strecpy(p, e, f->path);
	for(i = 0; i < nname; i++) {
		if(p == nf->path || p[-1] != '/')
			p = strecpy(p, e, "/");
		p = strecpy(p, e, name[i]);
	}
	return nf;
}

/* f's directory; the root is its own. */
Hostfile *
parentof(Hostfile *f)
{
	usize n;

	n = strlen(f->path);
	if(n > f->rootlen) {
		while(n > f->rootlen && f->path[n - 1] != '/')
			n--;
		/* the slash goes too, unless it is all of the root's name */
		if(n > f->rootlen || (n > 1 && f->path[n - 1] == '/'))
			n--;
	}
	return hostfileat(f->path, n, f->rootlen);
}

Hostfile *
copyof(Hostfile *f)
{
	return hostfileat(f->path, strlen(f->path), f->rootlen);
}

u32int dirsrenamed;

int
maybemoved(Hostfile *f)
{
	return aload(&f->pin) > 0 && aload(&f->renames) != aload(&dirsrenamed);
}

/* f, under the path of n bytes that its pinned file has now. It must be below f's root. */
static Hostfile *
movedto(Hostfile *f, const char *path, usize n)
{
	usize root;

	root = f->rootlen;
	if(n < root || strncmp(path, f->path, root) != 0 ||
	    (root > 1 && n > root && path[root] != '/'))
		error(Enonexist);
	return hostfileat(path, n, root);
}

Hostfile *
nowof(Hostfile *f)
{
	Hostfile *nf;
	u32int renames;
	char *path;
	long n;

	if(!maybemoved(f))
		return copyof(f);
	renames = aload(&dirsrenamed);
	path = smalloc(HostPathMax);
	onerror(free(path));
	n = hostfdpath(f->pin - 1, path, HostPathMax);
	nf = n > 0 ? movedto(f, path, n) : copyof(f);
	/* its path is not the one that changed: the next walk need not ask */
	if(strcmp(nf->path, f->path) == 0)
		astore(&f->renames, renames);
	poperror();
	free(path);
	return nf;
}

/* The root's path: absolute, no slash at its end but in "/". */
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

/*
 * The mount cache: bytes of files of 9P servers that are mounted with MCACHE. bind(2).
 *
 * This file has the table of files, and their versions.
 *
 * The cached bytes of a file are of the version that the server gave at the open. Each write of this
 * instance adds one to it. If a later open gets another version, the cached bytes are dropped, and
 * Chans that were opened before do not use the cache any more.
 */
#include "dev/mntcache.h"
#include "host/host.h"
#include "lib/lib.h"
#include "lib/switches.h"
#include "proc/proc.h"

static Cachefile **
filebucket(Mnt *m, u32int tree, u64int path)
{
	return &mountcache
		    .file[((uintptr)m / 64 + tree + path * 17) % FILEBUCKETS];
}

static Cachefile *
knownfile(Chan *c)
{
	Cachefile *f;
	Mnt *m;

	m = mntof(c);
	f = *filebucket(m, c->tree, c->qid.path);
	while(f != nil &&
	    (f->m != m || f->tree != c->tree || f->path != c->qid.path))
		f = f->hash;
	return f;
}

static void
addfile(Cachefile *f, Chan *c)
{
	Cachefile **h;

	f->m = mntof(c);
	f->tree = c->tree;
	f->path = c->qid.path;
	f->vers = c->qid.vers;
	h = filebucket(f->m, f->tree, f->path);
	f->hash = *h;
	*h = f;
	f->mnext = f->m->files;
	if(f->mnext != nil)
		f->mnext->mprev = f;
	f->m->files = f;
}

void
staleend(Cachefile *f, Cachefree *put)
{
	Cachefile **h;

	f->gen += 2;
	takeleaves(f, put);
	if(f->stale)
		return;
	f->stale = 1;
	h = filebucket(f->m, f->tree, f->path);
	while(*h != f)
		h = &(*h)->hash;
	*h = f->hash;
	if(f->mprev != nil)
		f->mprev->mnext = f->mnext;
	else
		f->m->files = f->mnext;
	if(f->mnext != nil)
		f->mnext->mprev = f->mprev;
}

void
looseend(Cachefile *f, Cachefree *put)
{
	if(f->users > 0 || f->leaves != nil)
		return;
	staleend(f, put);
	f->hash = put->files;
	put->files = f;
}

void
cacheopen(Chan *c, int anew)
{
	Cachefree put = {0};
	Cachefile *f, *new;

	if(isoff(Swmountcache) || !(loadrelaxed(&c->flag) & CCACHE) ||
	    (c->qid.type & (QTDIR | QTAUTH)))
		return;
	new = malloc(sizeof *new);
	if(new == nil)
		return;
	lock(&mountcache.lk);
	f = knownfile(c);
	if(f != nil && (anew || f->vers != c->qid.vers)) {
		staleend(f, &put);
		looseend(f, &put);
		f = nil;
	}
	if(f == nil) {
		f = new;
		new = nil;
		addfile(f, c);
	}
	f->users++;
	unlock(&mountcache.lk);
	c->aux = f;
	free(new);
	freetaken(&put);
}

void
cacheclose(Chan *c)
{
	Cachefree put = {0};
	Cachefile *f;

	f = c->aux;
	if(f == nil)
		return;
	c->aux = nil;
	lock(&mountcache.lk);
	f->users--;
	looseend(f, &put);
	unlock(&mountcache.lk);
	freetaken(&put);
}

Cachefile *
cachefile(Chan *c)
{
	return loadrelaxed(&c->flag) & CCACHE ? c->aux : nil;
}

void
cachedrop(Chan *c)
{
	Cachefree put = {0};
	Cachefile *f;

	if(isoff(Swmountcache))
		return;
	lock(&mountcache.lk);
	f = knownfile(c);
	if(f != nil) {
		f->gen += 2;
		takeleaves(f, &put);
		looseend(f, &put);
	}
	unlock(&mountcache.lk);
	freetaken(&put);
}

void
cacheuncache(Chan *c)
{
	Cachefree put = {0};
	Cachefile *f;

	f = c->aux;
	if(f == nil)
		return;
	lock(&mountcache.lk);
	takeleaves(f, &put);
	unlock(&mountcache.lk);
	countn(&mountstat.clunked, freetaken(&put));
}

void
cacheend(Mnt *m)
{
	Cachefree put = {0};

	lock(&mountcache.lk);
	while(m->files != nil) {
		assert(m->files->users == 0);
		takeleaves(m->files, &put);
		looseend(m->files, &put);
	}
	unlock(&mountcache.lk);
	freetaken(&put);
}

u32int
cachesequence(Cachefile *f, vlong off, vlong end)
{
	u32int seq;

	lock(&mountcache.lk);
	f->seq = off > 0 && off == f->seqend ? f->seq + 1 : 0;
	f->seqend = end;
	seq = f->seq;
	unlock(&mountcache.lk);
	return seq;
}

/*
 * The files of #R: ramtree.h.
 */
#include <stdlib.h>
#include <string.h>
#include "mach.h"
#include "ram.h"
#include "ramtree.h"
#include "ns/nsdat.h"
#include "lib/lib.h"

#undef free
extern void free(void *);

enum
{
	MAXTREE = 8,
};

Lock ramlock = LOCKRANK(Rtest);
static Ram *tree[MAXTREE]; /* by Chan.dev */
static char treename[MAXTREE][RAMSPEC];
static uvlong qidpath;

Ram *
newram(Ram *dir, const char *name, u32int mode)
{
	Ram *r;

	r = calloc(1, sizeof *r);
	strecpy(r->name, r->name + sizeof r->name, name);
	r->mode = mode;
	r->qid.path = ++qidpath;
	r->qid.type = mode >> 24;
	r->up = dir;
	if(dir != nil) {
		Ram **p;

		for(p = &dir->kids; *p != nil; p = &(*p)->next)
			;
		*p = r;
	} else
		r->up = r;
	return r;
}

static void
ramfree(Ram *r)
{
	Ram *k, *next;

	for(k = r->kids; k != nil; k = next) {
		next = k->next;
		ramfree(k);
	}
	free(r->data);
	free(r);
}

void
ramclear(void)
{
	int i;

	for(i = 0; i < MAXTREE; i++) {
		if(tree[i] != nil)
			ramfree(tree[i]);
		tree[i] = nil;
		treename[i][0] = '\0';
	}
}

Ram *
ramroot(const char *spec, u32int *dev)
{
	u32int i;

	for(i = 0;
	    i < MAXTREE && tree[i] != nil && strcmp(treename[i], spec) != 0;
	    i++)
		;
	if(i == MAXTREE)
		return nil;
	if(tree[i] == nil) {
		strecpy(treename[i], treename[i] + sizeof treename[i], spec);
		tree[i] = newram(nil, "/", DMDIR | 0777);
	}
	*dev = i;
	return tree[i];
}

Ram *
ramlookup(Ram *dir, const char *name)
{
	Ram *r;

	if(strcmp(name, "..") == 0)
		return dir->up;
	for(r = dir->kids; r != nil; r = r->next)
		if(!r->removed && strcmp(r->name, name) == 0)
			return r;
	return nil;
}

/* File path from tree 0's root, made if need be. ramlock held. */
static Ram *
makefile(const char *path)
{
	char elem[64];
	const char *e;
	Ram *r, *next;

	if(tree[0] == nil)
		tree[0] = newram(nil, "/", DMDIR | 0777);
	for(r = tree[0]; *path != 0; r = next) {
		while(*path == '/')
			path++;
		for(e = path; *e != 0 && *e != '/'; e++)
			;
		must((usize)(e - path) < sizeof elem);
		memmove(elem, path, e - path);
		elem[e - path] = 0;
		path = e;
		next = ramlookup(r, elem);
		if(next == nil)
			next =
			    newram(r, elem, *path != 0 ? DMDIR | 0777 : 0777);
	}
	return r;
}

void
ramfile(const char *path, const void *data, usize n)
{
	Ram *r;

	lock(&ramlock);
	r = makefile(path);
	free(r->data);
	r->data = calloc(1, n + 1);
	memmove(r->data, data, n);
	r->len = n;
	r->qid.vers++;
	unlock(&ramlock);
}

void
ramdir(Ram *r, Dir *d)
{
	memset(d, 0, sizeof *d);
	d->type = 'R';
	d->qid = r->qid;
	d->mode = r->mode;
	d->length = r->len;
	d->name = r->name;
	d->uid = d->gid = d->muid = "glenda";
}

void
ramtrunc(Ram *r)
{
	free(r->data);
	r->data = nil;
	r->len = 0;
	r->qid.vers++;
}

long
ramreaddir(Ram *dir, uchar *buf, long n, vlong off)
{
	Ram *r;
	Dir d;
	long at, got;
	uint len;

	at = 0;
	got = 0;
	for(r = dir->kids; r != nil; r = r->next) {
		if(r->removed)
			continue;
		ramdir(r, &d);
		len = sizeD2M(&d);
		if(at >= off) {
			if(got + (long)len > n)
				break;
			got += convD2M(&d, buf + got, n - got);
		}
		at += len;
	}
	return got;
}

/*
 * The mount cache's structures: mntcache.c, mntpages.c, mntbytes.c.
 *
 *   Cachefile  what is known of a file: its pages are those of one version
 *   Cacheleaf  LEAFPAGES neighbouring pages of it
 *
 * All is guarded by mountcache.lk, which is held for a few pages at a time.
 */
#ifndef MNTCACHE_H
#define MNTCACHE_H

#include "dev/mnt.h"
#include "mm/mm.h"

typedef struct Cacheleaf Cacheleaf;
typedef struct Cacheslot Cacheslot;

enum
{
	/* 256 KiB */
	LEAFPAGES = 64,
	LEAFBUCKETS = 4096,
	FILEBUCKETS = 1024,
};

/* Bytes start to end of a page are cached. */
struct Cacheslot
{
	Page *p;
	ushort start;
	ushort end;
	/* since the clock's hand was here */
	uchar used;
};

struct Cacheleaf
{
	Cachefile *f;
	/* first page / LEAFPAGES */
	u64int at;
	/* slots with a page */
	u32int n;
	/* hash chain */
	Cacheleaf *hash;
	/* the clock, a ring of all leaves */
	Cacheleaf *next;
	Cacheleaf *prev;
	/* the file's */
	Cacheleaf *fnext;
	Cacheleaf *fprev;
	Cacheslot slot[LEAFPAGES];
};

struct Cachefile
{
	/* identity: a tree of a connection, and a file in it */
	Mnt *m;
	u32int tree;
	u64int path;
	/* changed by our own writes */
	u32int vers;
	/* open Chans */
	u32int users;
	/* changes when what the server has may change */
	u32int gen;
	/* writes under way */
	u32int writers;
	/* it is in no hash chain: another version is, or none */
	int stale;
	Cacheleaf *leaves;
	/* hash chain */
	Cachefile *hash;
	/* the connection's */
	Cachefile *mnext;
	Cachefile *mprev;
};

/* Pages and leaves that were taken out, to be freed without the lock. */
typedef struct Cachefree Cachefree;
struct Cachefree
{
	Cacheleaf *leaves;
	Cachefile *files;
};

extern struct Mountcache
{
	Lock lk;
	/* the clock's hand */
	Cacheleaf *hand;
	u32int handslot;
	Cachefile *file[FILEBUCKETS];
	Cacheleaf *leaf[LEAFBUCKETS];
} mountcache;

/* --- mntcache.c; the lock is held --- */

/* Nobody finds f any more, and it has no pages. */
void staleend(Cachefile *f, Cachefree *put);
/* f goes if nobody uses it. */
void looseend(Cachefile *f, Cachefree *put);

/* --- mntpages.c; the lock is held --- */

/* The leaf of f's page idx, or nil */
Cacheleaf *findleaf(Cachefile *f, u64int idx);
/* l, which is new, becomes the leaf of f's page idx. */
void addleaf(Cachefile *f, u64int idx, Cacheleaf *l);
/* l goes, with the pages it has. */
void takeleaf(Cacheleaf *l, Cachefree *put);
/* All of f's */
void takeleaves(Cachefile *f, Cachefree *put);
/* Without the lock: free what was taken; the pages. */
u32int freetaken(Cachefree *put);

#endif

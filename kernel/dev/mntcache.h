/*
 * The mount cache's structures: mntcache.c, mntpages.c, mntbytes.c.
 *
 *   Cachefile  a file, and the cached pages of one version of it
 *   Cacheleaf  LEAFPAGES neighbouring pages of a Cachefile
 *
 * mountcache.lk guards all fields. It is held for a few pages at a time.
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

/* A page of a file, of which the bytes from start to end are cached. */
struct Cacheslot
{
	Page *p;
	ushort start;
	ushort end;
	/* it was used since the clock's hand was last here */
	uchar used;
};

struct Cacheleaf
{
	Cachefile *f;
	/* the index of slot 0's page in the file, divided by LEAFPAGES */
	u64int at;
	/* how many slots have a page */
	u32int n;
	/* next in the hash chain */
	Cacheleaf *hash;
	/* the clock: a ring of all leaves */
	Cacheleaf *next;
	Cacheleaf *prev;
	/* the list of f's leaves */
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
	/* the version of the cached bytes; a write of this instance adds one */
	u32int vers;
	/* how many open Chans use it */
	u32int users;
	/* changes with each write: bytes that were asked for before are not cached */
	u32int gen;
	/* how many writes are under way */
	u32int writers;
	/* where the last read ended, and how many reads began where the one before ended */
	vlong seqend;
	u32int seq;
	/* it is in no hash chain, because the file has another version or is gone; open Chans may
	 * still use it */
	int stale;
	Cacheleaf *leaves;
	/* next in the hash chain */
	Cachefile *hash;
	/* the list of the connection's files */
	Cachefile *mnext;
	Cachefile *mprev;
};

/* Leaves and files that were taken out, to be freed without the lock. */
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

/* --- mntcache.c; caller holds mountcache.lk --- */

/* Take f out of its hash chain and its connection's list, so that no open finds it. Take out its
 * pages. */
void staleend(Cachefile *f, Cachefree *put);
/* If no Chan uses f, and it has no pages, do the same, and have f freed. */
void looseend(Cachefile *f, Cachefree *put);

/* --- mntpages.c; caller holds mountcache.lk --- */

/* The leaf of f's page idx, or nil. */
Cacheleaf *findleaf(Cachefile *f, u64int idx);
/* Make l, which is new, the leaf of f's page idx. */
void addleaf(Cachefile *f, u64int idx, Cacheleaf *l);
/* Take out l with its pages. */
void takeleaf(Cacheleaf *l, Cachefree *put);
/* Take out all leaves of f. */
void takeleaves(Cachefile *f, Cachefree *put);
/* Free what was taken out. Returns how many pages that were. Caller does not hold the lock. */
u32int freetaken(Cachefree *put);

#endif

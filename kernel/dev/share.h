/*
 * Shares, mount points for every name space: share.c keeps them, shr.c shows them as files. No
 * other file includes this.
 *
 * One QLock guards all of them, and all functions are called with it, unless they say otherwise:
 * there are few, and only memory is waited for under it. Chans are closed without it.
 */
#ifndef SHARE_H
#define SHARE_H

#include "u.h"
#include "dev/dev.h"

/* A share's or a service's name. */
typedef struct Shrname Shrname;
struct Shrname
{
	u32int id;
	char *name;
	char *owner;
	u32int perm;
};

/* A service that is mounted in a share. */
typedef struct Service Service;
struct Service
{
	Shrname n;
	/* the root of its tree, and the connection; nil: nothing written yet */
	Chan *root;
	Chan *conn;
	Service *next;
};

typedef struct Share Share;
struct Share
{
	Shrname n;
	/* the newest first */
	Service *service;
	/* what shows; nil: nothing is mounted */
	Union *un;
	Share *next;
};

typedef struct Shares Shares;
struct Shares
{
	/* all below. Rank Rshares: before chanalloc.lk */
	QLock lk;
	Share *first;
	u32int lastid;
};

extern Shares shares;

/* Chans to close when shares.lk is free, and a Union to drop. */
typedef struct Shrgone Shrgone;
struct Shrgone
{
	Chan *root;
	Chan *conn;
	Union *un;
};
/* Without the lock. */
void shrdrop(Shrgone *g);

/* Nil if there is none. */
Share *sharebyid(u32int id);
/* sh, or nil, is the service's share. */
Service *servicebyid(u32int id, Share **sh);
/* Made by up. Errors: Eexist ... */
Share *makeshare(const char *name, u32int perm);
Service *makeservice(Share *s, const char *name, u32int perm);
/* Show root, the tree at conn, as v, one of s; from is s as a mount point. The references are v's
 * from then on; what they replace is in g. Errors: nothing changes. */
void shareservice(
    Share *s, Service *v, Chan *from, Chan *root, Chan *conn, Shrgone *g);
/* v, one of s, goes. Errors: nothing changes. */
void dropservice(Share *s, Service *v, Shrgone *g);
/* s, which has no service, goes. */
void dropshare(Share *s);
/* What a wstat by up asks for. Errors: nothing changes. */
void shrrename(Shrname *n, const Dir *d);

#endif

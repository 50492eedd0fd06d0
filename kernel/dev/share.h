/*
 * Shares, mount points for every name space: share.c keeps them, shr.c shows them as files. No
 * other file includes this.
 *
 * One QLock guards all of them, because there are few. The caller of each function holds it, unless
 * the function says otherwise. Under it a process waits for memory at most. Chans are closed without
 * it.
 */
#ifndef SHARE_H
#define SHARE_H

#include "u.h"
#include "dev/dev.h"

/* The name of a share or a service, and what wstat changes. */
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
	/* the root of its tree, and the connection; nil until a process has written to its file */
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
	/* the Union that its directory shows; nil: nothing is mounted */
	Union *un;
	Share *next;
};

typedef struct Shares Shares;
struct Shares
{
	/* guards everything below. Rank Rshares: before chanalloc.lk */
	QLock lk;
	Share *first;
	u32int lastid;
};

extern Shares shares;

/* References to drop without shares.lk. */
typedef struct Shrgone Shrgone;
struct Shrgone
{
	Chan *root;
	Chan *conn;
	Union *un;
};
/* Drop the references. Caller does not hold shares.lk. */
void shrdrop(Shrgone *g);

/* The share with that id; nil if there is none. */
Share *sharebyid(u32int id);
/* The service with that id; *sh becomes its share. Both are nil if there is none. */
Service *servicebyid(u32int id, Share **sh);
/* Make a share, or a service of s, that up's user owns. Errors: Eexist and others. */
Share *makeshare(const char *name, u32int perm);
Service *makeservice(Share *s, const char *name, u32int perm);
/* Show root, the root of the tree at conn, in s, as its service v. from is s as a mount point. v
 * takes over the references to root and conn; those that v and s had go to g. After an error nothing
 * has changed. */
void shareservice(
    Share *s, Service *v, Chan *from, Chan *root, Chan *conn, Shrgone *g);
/* Remove service v of s. After an error nothing has changed. */
void dropservice(Share *s, Service *v, Shrgone *g);
/* Remove s, which has no service. */
void dropshare(Share *s);
/* Carry out a wstat by up: n gets d's name, owner and permissions. After an error nothing has
 * changed. */
void shrrename(Shrname *n, const Dir *d);

#endif

/*
 * What the two older protocols share: the table, and what they do alike.
 *
 *   table          the Images in use by identity, and the free ones
 *   lookup         finds or makes the Image of a file
 *   newtext        makes its text Segment
 */
#ifndef OLDER_H
#define OLDER_H

#include "proto.h"

enum
{
	NHASH = 1024, /* a power of two */
};

typedef struct Table Table;
struct Table
{
	Lock lk;
	Image *hash[NHASH];
	Image *free;
	Image *all;
	u32int n;
	u32int nused; /* all[nused] and those after it never were in use */
};

extern Table table;

/* How a protocol walks a chain and keeps what it found. The table's lock is held
 * when these are called. */
typedef struct Walk Walk;
struct Walk
{
	Image *(*find)(Chan *c); /* the Image of c's file, kept, or nil */
	void (*enter)(Image *i); /* i was just entered: keep it */
};

Image **chainof(uvlong path);
/* The Image of c's file, kept. len: bytes that will be cached. Sleeps. Errors. */
Image *lookup(Chan *c, uvlong len, const Walk *w);
/* Take i, which has no references, out of chain l and the table; its lock is
 * held. Returns i's page hash, for the caller to free. */
Page **tableremove(Image *i, Image **l);

/* i is locked, in all of these. */
void keepchan(Image *i, Chan *c);
/* The text Segment to share, without a reference for the caller; or nil. */
Segment *sametext(Image *i, u32int text);
/* A new one, with the caller's reference of i. Errors. */
Segment *newtext(Image *i, u32int text);

/* --- Image.refs: users, and pages times Onepage --- */

#define Onepage ((u64int)1 << 32)
#define usersof(refs) ((u32int)(refs))

static inline u64int
refsof(Image *i)
{
	return __atomic_load_n(&i->refs, __ATOMIC_SEQ_CST);
}

/* Another user of i. */
static inline void
adduser(Image *i)
{
	__atomic_add_fetch(&i->refs, 1, __ATOMIC_SEQ_CST);
}

/* One user less. Returns 1 if nothing is left, neither users nor pages. If there
 * are no users, *c is the Chan, for the caller to close. */
int dropuser(Image *i, Chan **c);

#endif

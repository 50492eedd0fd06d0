/*
 * Segments with names. globseg.c has them, segdev.c shows them as files. No other file includes
 * this.
 *
 * One QLock guards the table, because there are few of them. Under it a process waits for
 * memory at most.
 */
#ifndef GLOBSEG_H
#define GLOBSEG_H

#include "u.h"
#include "dev/dev.h"
#include "mm/mm.h"

typedef struct Globseg Globseg;
struct Globseg
{
	/* references from the table and from open files */
	long ref;
	/* no other Globseg ever gets it */
	u32int id;
	char *name;
	char *owner;
	u32int perm;
	/* with a reference; nil until a ctl message sets it, once */
	Segment *s;
	Globseg *next;
};

typedef struct Globsegs Globsegs;
struct Globsegs
{
	/* guards the table and the fields of every Globseg. Rank Rglobsegs: after Chan.dirlock,
	 * before chanalloc.lk */
	QLock lk;
	Globseg *list;
	u32int n;
	u32int lastid;
};

extern Globsegs globsegs;

/* --- caller holds globsegs.lk --- */

/* The Globseg with that id, without a reference; nil if there is none. */
Globseg *findglobseg(u32int id);
/* Make a Globseg that up's user owns, and enter it in the table. Errors. */
Globseg *newglobseg(const char *name);
/* Take g out of the table. Returns g, for freeglobseg, if that was the last reference; else nil. */
Globseg *unnameglobseg(Globseg *g);
/* Drop a reference to g, which may be nil. Returns as unnameglobseg does. */
Globseg *dropglobseg(Globseg *g);
/* Errors unless a ctl message has set g's Segment. */
void globsegisset(Globseg *g);
/* The length in bytes; 0 without a Segment. */
uvlong globseglen(Globseg *g);

/* --- caller does not hold globsegs.lk, and has a reference to g (except freeglobseg's) --- */

/* Free g, which has no reference and may be nil. */
void freeglobseg(Globseg *g);
/* Read g's ctl file, and carry out a message to it: segment(3). Errors. */
long readglobseg(Globseg *g, void *buf, long n, vlong off);
void ctlglobseg(Globseg *g, const void *buf, long n);
/* Read g's data file to buf, or write it from buf. Returns how many bytes. Errors. */
long globsegio(Globseg *g, void *buf, long n, vlong off, int write);
/* The function of mm's hook globalseg. */
Segment *segbyname(const char *name);

#endif

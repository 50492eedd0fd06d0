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
	/* from the table, and from open files */
	long ref;
	/* never used again for another */
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

/* Returns nil if there is none. */
Globseg *findglobseg(u32int id);
/* Make one of up's and enter it in the table. Errors. */
Globseg *newglobseg(const char *name);
/* Take g out of the table. Returns g, for freeglobseg, if it has no user any more; else nil. */
Globseg *unnameglobseg(Globseg *g);
/* One reference less; the result as before. nil is fine. */
Globseg *dropglobseg(Globseg *g);
/* Error unless it says where it lies. */
void globsegisset(Globseg *g);
/* Bytes. */
uvlong globseglen(Globseg *g);

/* --- not held; but for freeglobseg, g has a reference of the caller's --- */

/* nil is fine. */
void freeglobseg(Globseg *g);
/* What ctl says, and a message to it: segment(3). Errors. */
long readglobseg(Globseg *g, void *buf, long n, vlong off);
void ctlglobseg(Globseg *g, const void *buf, long n);
/* Read, or write, data. Errors. */
long globsegio(Globseg *g, void *buf, long n, vlong off, int write);
/* For segattach(2): globalseg in mm.h. */
Segment *segbyname(const char *name);

#endif

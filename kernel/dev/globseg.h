/*
 * Segments with names: globseg.c keeps them, segdev.c shows them as files. No other file includes
 * this.
 *
 * One QLock guards the table of them, for there are few. Only memory is waited for under it.
 */
#ifndef GLOBSEG_H
#define GLOBSEG_H

#include "u.h"
#include "dev/dev.h"
#include "mm/mm.h"

typedef struct Globseg Globseg;
struct Globseg
{
	/* the table, and open files */
	long ref;
	/* never used again */
	u32int id;
	char *name;
	char *owner;
	u32int perm;
	/* nil until ctl is told where; with a reference. Set once */
	Segment *s;
	Globseg *next;
};

typedef struct Globsegs Globsegs;
struct Globsegs
{
	/* all that have names, and the fields of every Globseg. Rank Rglobsegs: after
	 * Chan.dirlock, before chanalloc.lk */
	QLock lk;
	Globseg *list;
	u32int n;
	u32int lastid;
};

extern Globsegs globsegs;

/* --- globsegs.lk held --- */

/* nil if there is none. */
Globseg *findglobseg(u32int id);
/* A new one of up's, which the table keeps. Errors. */
Globseg *newglobseg(const char *name);
/* Take it off the table. g, if nobody uses it any more, for freeglobseg; else nil. */
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

/*
 * What the benchmark does to the cache.
 *
 *   newprogs   programs with their pages cached, running or not
 *   load       threads that attach them, for a while
 *   storm      the same and everything else at once, checked
 *   bigimage   attaches of one image while all of its pages are reclaimed
 */
#ifndef LOAD_H
#define LOAD_H

#include "count.h"
#include "hist.h"
#include "proto.h"

typedef struct Prog Prog;
struct Prog
{
	File *file;
	Chan *c; /* to fill the cache by */
	Segment
	    *live; /* of the process that runs it; nil if it is only cached */
	u32int text; /* bytes, whole pages */
	u32int data;
};

/* Which attaches a latency is of. */
enum
{
	Same, /* of the program whose Image a holder locks */
	Other,
	NCLASS,
};

typedef struct Load Load;
struct Load
{
	u32int threads;
	u32int programs;
	int running; /* processes run the programs; else they are only cached */
	int reclaim; /* a thread reclaims pages and puts them back */
	uvlong
	    holdns; /* a thread holds the first program's Image for so long, half of the time */
	uvlong
	    thinkns; /* what a thread does between attaches, on average; it sleeps */
	uvlong runns; /* how long to measure */
	int exec; /* attach and put text, data and bss, not just text */
};

typedef struct Result Result;
struct Result
{
	Hist hist[NCLASS];
	uvlong attaches; /* made; in hist are those that would have been, too */
	Counts counts;
	uvlong ns; /* measured time */
	uvlong processorns; /* that the attaching threads had of it */
};

/* n programs of so many pages, all cached. Errors. */
Prog *newprogs(u32int n, u32int npages, int running);
void freeprogs(Prog *p, u32int n);
/* Read what is not cached of p, as faults would, but at most n pages; how many. Errors. */
u32int fillprog(Prog *p, u32int n);

/* One exec of p, through c, and its exit. Errors. */
void attachput(Prog *p, Chan *c, int exec);
/* Sleep for about ns, more or less. */
void think(uvlong ns);
u32int random32(void);

/* Before any thread is started. */
void hostinit(void);
/* The calling thread, the nth, runs on the nth processor only: else the host may leave
 * one idle for longer than we measure. */
void ownprocessor(u32int n);
/* ... and its sleeps take as long as it says. */
void exactsleeps(void);
/* ... and other programs of the host do not take its processor away, if we are
 * allowed that. For threads that leave the processor alone most of the time. */
void realtime(void);
/* The processor time that the calling thread has had. */
uvlong processorns(void);

void load(const Load *l, Result *r);
/* Attaches of one running or cached image of 256 MB, in turns: Other undisturbed,
 * Same while it is being reclaimed. */
void bigimage(const Load *l, Result *r);
/* For so long; panics if an invariant does not hold. */
void storm(uvlong ns);

#endif

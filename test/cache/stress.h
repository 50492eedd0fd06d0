/*
 * The stress of the image cache: what its files say to each other.
 *
 *	cachestress.c	the workers, how long, and what is left at the end
 *	run.c		starts programs, kills some, judges what they say
 *	file.c		makes and changes the files that they are
 *	account.c	counts what could leak
 *
 * Every choice comes from a worker's own random numbers, so a seed says what
 * each worker does, one thing after the other. When it does it, and how far it
 * gets, the machine says.
 */
#ifndef STRESS_H
#define STRESS_H

#include "aout.h"
#include "lib.h"
#include "tag.h"

enum
{
	MAXFILES = 1 << FILEBITS,
	MAXRUNS = 8, /* that a worker has at once */
	TICK = 20, /* ms: more than the grain of the host's file times */
};

typedef struct File File;
struct File
{
	s32int lock; /* held by who changes it */
	/* Changes begun and ended: odd while one is under way. Each kind counts
	 * what the next one counts too. */
	u32int changes; /* of any kind: another version is there then */
	u32int mixes; /* in place: who runs it may find both versions */
	u32int breaks; /* part of it, or all, is missing for a while */
	u32int version; /* now, or when the change is done */
	/* bytes */
	u32int text;
	u32int data;
	u32int bss;
};

/* One program that was started. */
typedef struct Run Run;
struct Run
{
	int pid; /* 0: none */
	int file;
	int next; /* mode x: the file that it executes then, or -1 */
	char mode;
	int killed;
	File was; /* when it was started */
	File nextwas;
};

typedef struct Counts Counts;
struct Counts
{
	u32int runs;
	u32int kills; /* that came in time */
	u32int faults; /* of programs whose file was broken meanwhile */
	u32int absent; /* programs that were not there, or not whole */
	u32int changes;
	u32int failures;
};

/* What workers share, and their children do not. */
typedef struct Shared Shared;
struct Shared
{
	volatile int stop;
	u32int seed;
	int nfiles;
	int nworkers;
	int maxpages; /* of a program */
	int devnull;
	Counts n;
	File file[MAXFILES];
};

extern Shared *sh;

typedef struct Worker Worker;
struct Worker
{
	int id;
	u32int round;
	u64int rand;
	Run run[MAXRUNS];
};

/* --- random numbers --- */

u32int below(u64int *state, u32int n);

/* --- file.c: in the current folder --- */

void fileinit(char *tagged);
char *filename(char *buf, usize n, int file);
void filemake(int file); /* version 0; no processes yet */
void filerewrite(Worker *w, int file); /* in place, the same size */
void filereplace(Worker *w, int file); /* another file of that name */
void filevanish(Worker *w, int file); /* gone, and back after a while */
void filetruncate(Worker *w, int file); /* shorter, and whole after a while */

/* --- run.c --- */

/* Starts file in a mode of tagged.c's; next is for mode x, else -1. */
Run *runstart(Worker *w, int file, char mode, int next);
/* Kills it in some way, and all its copies if there are any. */
void runkill(Worker *w, Run *r);
/* Waits for all that w started, and judges them. */
void runwait(Worker *w);

/* --- account.c --- */

typedef struct Account Account;
struct Account
{
	vlong images;
	vlong frames; /* that are neither free nor cached */
	vlong pages; /* cached */
	vlong procs;
	vlong closers; /* not among them */
};

/* Empties the cache of all that nobody uses; counts what there is. */
void account(Account *a);
/* Counter name of /dev/imagecache. */
vlong imagestat(char *name);

void failed(Worker *w, char *fmt, ...);

#endif

/*
 * What tests of #p have to look at: processes that never run, so that a test can
 * set what it likes; and calls of #p's own functions.
 */
#ifndef STILLPROC_H
#define STILLPROC_H

#include "kerntest.h"
#include "dev/dev.h"
#include "mm/mmdat.h"
#include "ns/ns.h"
#include "proc/proc.h"

enum
{
	/* where the data of a still process is */
	Database = 0x400000,
	/* what its text is made of, in the file */
	Textbyte = 0x48,
	/* how long ago it began, ms */
	Age = 4000,
};

/* Up is glenda, who owns the machine, with a descriptor 1; p is a still process of
 * text prog in note group 77. Afterwards nothing is left that was not there. */
int setup(void **state);
int teardown(void **state);
extern Proc *p;

/* A process in the table: text of a page at UTZERO, data of two at Database, all of
 * them there; a descriptor 1, arguments, a directory, and groups of its own. */
Proc *stillproc(const char *text, const char *user);
/* It exits. Any process may call this. */
void endstill(Proc *q);

/* All of them exit, and the image cache forgets them. */
void endall(void);
/* There must be at the end what there is now: of a test that has brought about by
 * itself what the kernel keeps for good. */
void countall(void);

/* A Chan on what a walk from #p's root leads to. error() as the device. */
Chan *walkto(const char *name);
/* And open; closing it. */
Chan *openat(const char *name, int mode);
/* All of a file in one read. Returns its error text, or nil. */
const char *readall(const char *name, char *buf, int n);
/* One write to a file. The same. */
const char *writeat(const char *name, const void *s, long n, vlong off);

/* The name in #p of q's file f, until the next call. */
const char *file(Proc *q, const char *f);
/* p's file f reads as want. */
void readsas(const char *f, const char *want);
/* err is there and begins with want. */
void failswith(const char *err, const char *want);
/* Write msg to p's ctl. Its error text, or nil. */
const char *ctl(const char *msg);
/* n bytes of p's memory at off to mem, or from there: how many, or -1. */
long memio(int write, vlong off, void *mem, long n);

/* Room for what is read. */
extern char buf[4096];

#endif

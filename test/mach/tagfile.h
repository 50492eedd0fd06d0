/*
 * #T: files that say in every word whose it is. A word at offset off of a file
 * is the file's number, its version and off, so that a test that reads memory
 * knows at once whose byte it sees. Reads can be slow, wait until they are let go,
 * fail, or find the file shorter than it was.
 *
 * The files have no names: openfile makes a Chan.
 */
#ifndef MACH_TAGFILE_H
#define MACH_TAGFILE_H

#include "u.h"
#include "ns/devtab.h"

extern Dev tagdev;

/* Tests set the fields while the file is read. Atomic, but for id. */
typedef struct File File;
struct File
{
	u32int id;
	u32int vers;
	/* bytes */
	u32int length;
	/* reads wait while set */
	u32int blocked;
	/* how many do */
	u32int waiting;
	/* each nth read fails */
	u32int failing;
	/* reads of processes with even pids sleep a little */
	u32int slow;
	u32int reads;
};

/* Version 1 of a new file. */
File *newfile(u32int length);
/* An open Chan, one reference; its qid has f's version. */
Chan *openfile(File *f);
/* Chans open. */
u32int opentags(void);
/* Word at offset off of version vers of file id. In text a rewritten system call is
 * FIXED too. */
uvlong fileword(u32int id, u32int vers, u32int off);

/* exec: up's memory becomes file f, of these lengths, and a stack. Errors. */
void execfile(File *f, u32int text, u32int data, u32int bss);
/* Where data begins in a program with such a text. */
uintptr databaseof(u32int text);

#endif

/*
 * What the tests of races share.
 */
#ifndef MMRACE_H
#define MMRACE_H

#include "mach/memproc.h"
#include "mach/tagfile.h"

enum
{
	Pg = BY2PG,
	Text = 3 * Pg + 40,
	Data = 2 * Pg + 16,
	Bss = 20 * Pg,
	Length = Text + Data,
};

/* A test's files. */
extern File *file, *other;

/* Functions of processes. Run file arg as a program. */
void runfile(void *arg);
/* Attach file arg's Image, and put it. */
void attachput(void *arg);

/* Run f so often as another process's program. It is idle and all cached afterwards. */
void useup(File *f, int times);
/* f's Image, or nil. */
Image *imageof(File *f);

#endif

/*
 * The argv that exec passes on. Only exec.c and execargs.c include this.
 */
#ifndef EXECARGS_H
#define EXECARGS_H

#include "u.h"
#include "aout.h"

enum
{
	/* bytes of one slot of argv */
	Argword = 8,
	/* bytes of strings and pointers: all of the stack but two pages */
	MaxArgBytes = USTKSIZE - 2 * BY2PG,
	/* bytes of /proc/n/args, with a NUL */
	ShownArgs = 4 * KiB,
};

typedef struct Args Args;

/* Argument strings, one after another, each with its NUL. */
struct Args
{
	char *buf;
	/* bytes used */
	usize n;
	/* bytes allocated */
	usize size;
	int argc;
};

/* Add a copy of s. Errors if all are too large. */
void addarg(Args *a, const char *s);
/* Errors if a program's argv is a bad address, or is empty. Called before any file is looked
 * at. */
void checkargv(uintptr argv);
/* Add user argv[skip..]. The program may change the strings meanwhile: each is copied once.
 * Errors. */
void userargs(Args *a, uintptr argv, int skip);
/* The same for an argv in kernel memory. */
void kernelargs(Args *a, char **argv, int skip);
/* argv as /proc/n/args shows it. malloc'ed; nil if there is no memory. */
char *quotedargs(Args *a);

#endif

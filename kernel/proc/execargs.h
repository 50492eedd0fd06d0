/*
 * What exec passes on as argv. No file but exec.c and execargs.c includes this.
 */
#ifndef EXECARGS_H
#define EXECARGS_H

#include "u.h"

enum
{
	/* bytes of one slot of argv */
	Argword = 8,
	/* strings and pointers: a quarter of the stack */
	MaxArgBytes = 4 * MiB,
	/* strings */
	MaxArgs = MaxArgBytes / 16,
};

typedef struct Args Args;

/* Argument strings, one after the other, each with its NUL. */
struct Args
{
	char *buf;
	usize n; /* bytes used */
	usize size; /* bytes there */
	int argc;
};

/* Add a copy of s. Errors: too large. */
void addarg(Args *a, const char *s);
/* Add user argv[skip..]. The strings may change meanwhile: each is copied once. */
/* A bad address of a program's argv, or no arguments: known before a file is looked at.
 * Errors. */
void checkargv(uintptr argv);
void userargs(Args *a, uintptr argv, int skip);
/* The same of kernel memory */
void kernelargs(Args *a, char **argv, int skip);
/* argv as /proc/n/args shows it: malloc'ed, or nil */
char *quotedargs(Args *a);

#endif

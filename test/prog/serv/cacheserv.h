/*
 * A 9P server for tests of the mount cache: a child process with two files, which it shares with the
 * test:
 *	f	SIZE bytes, which may be written, and cut short by wstat
 *	prog	this program
 * Each change of f makes another version of it.
 */
#ifndef CACHESERV_H
#define CACHESERV_H

#include "servmsg.h"

enum
{
	SIZE = 100000,
	PROGMAX = 300000,
};

typedef struct Shared Shared;
struct Shared
{
	/* messages seen, by type */
	volatile int counts[256];
	/* f's */
	volatile u32int vers;
	volatile int len;
	/* reads after the first piece are answered two by two */
	volatile int pairs;
	int nprog;
	uchar data[SIZE];
	uchar prog[PROGMAX];
};

/* Of the server that runs */
extern Shared *sh;

/* n bytes of a file's contents, which do not tell where they are: they are of many kinds. */
void fill(uchar *p, int n, int kind);
/* A new server: its descriptor, and its process. */
int startserver(int *pid);

#endif

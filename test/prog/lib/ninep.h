/*
 * The bytes of 9P messages, for servers of tests: intro(5). Numbers have their lowest byte first.
 */
#ifndef NINEP_H
#define NINEP_H

#include "lib.h"
#include "p9types.h"

enum
{
	/* size[4] type[1] tag[2] */
	HDR = 7,
};

/* where the next byte of the message goes that is being made */
extern uchar *op;

/* The number of n bytes at p. */
u64int numat(const uchar *p, int n);
/* The number of n bytes at *p, which moves behind it. */
u64int get(uchar **p, int n);
void put(u64int v, int n);
/* s, with its length of 2 bytes before it */
void putstr(const char *s);

#endif

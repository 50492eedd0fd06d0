/*
 * The bytes of 9P messages, for servers of tests: intro(5). Numbers have their lowest byte first.
 */
#ifndef NINEP_H
#define NINEP_H

#include "lib.h"

/* Types of messages: an R is one more than its T. */
enum
{
	Tversion = 100,
	Tauth = 102,
	Tattach = 104,
	Rerror = 107,
	Tflush = 108,
	Twalk = 110,
	Topen = 112,
	Tcreate = 114,
	Tread = 116,
	Twrite = 118,
	Tclunk = 120,
	Tremove = 122,
	Tstat = 124,
	Twstat = 126,

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

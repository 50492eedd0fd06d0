/*
 * The trees of files behind #R, each by its attach's spec. All is under ramlock.
 * What is removed stays for the Chans that refer to it, until ramclear.
 */
#ifndef RAMTREE_H
#define RAMTREE_H

#include "u.h"
#include "fcall.h"
#include "sync/sync.h"

typedef struct Ram Ram;
struct Ram
{
	Qid qid;
	u32int mode;
	char name[64];
	Ram *up;
	Ram *kids;
	Ram *next;
	char *data;
	usize len;
	int removed;
};

enum
{
	/* a spec and its NUL */
	RAMSPEC = 32,
};

extern Lock ramlock;

/* The root of the tree of that spec, which may be new; its number in *dev. nil: there
 * are too many. */
Ram *ramroot(const char *spec, u32int *dev);
/* A new file of dir; a root if that is nil. */
Ram *newram(Ram *dir, const char *name, u32int mode);
/* The file of that name in dir, or nil. */
Ram *ramlookup(Ram *dir, const char *name);
/* Its stat(5), which refers to r. */
void ramdir(Ram *r, Dir *d);
/* Entries of dir from offset off on, whole: bytes. */
long ramreaddir(Ram *dir, uchar *buf, long n, vlong off);
void ramtrunc(Ram *r);

#endif

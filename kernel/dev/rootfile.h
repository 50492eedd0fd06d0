/*
 * What the files of #/ (root.c) share. No other file includes this.
 */
#ifndef ROOTFILE_H
#define ROOTFILE_H

#include "u.h"
#include "dev/dev.h"

typedef struct Text Text;

/* Each adds the text of a file to t. Errors. */
void localtext(Text *t);
void commontext(Text *t);
void namespacetext(Text *t);
void certtext(Text *t);
/* Has the host certificates? Never errors. */
int havecerts(void);

/* The text that maker adds, malloc'ed. Errors. */
char *maketext(void (*maker)(Text *));

/* A program of /bin, in the a.out format. */
typedef struct Rootprog Rootprog;
struct Rootprog
{
	const char *name;
	const uchar *begin;
	const uchar *end;
};
/* All of plan9/bin; the name of the last is nil. Made by plan9/plan9.mk. */
extern const Rootprog rootprogs[];

#endif

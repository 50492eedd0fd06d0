/*
 * What tests of kernel/export begin with, and what must be left of it.
 */
#ifndef EXTREE_H
#define EXTREE_H

#include "kerntest.h"
#include "ns/nscall.h"
#include "export/raw9p.h"

enum
{
	MSIZE = 8 * KiB,
	/* ms: what takes longer does not happen */
	PATIENCE = 60000,
};

/* What is exported: a tree with /dir/sub/f, /g, /pipe (#|), /env (#e), and /n to mount upon. */
extern Export *ex;

/* After a test all clients have hung up, and there is no memory that was not there before. */
int setup(void **state);
int teardown(void **state);

/* Raw clients for a test, which need no stack */
extern Raw raw1, raw2;

/* A test that needs n processes at once calls it first. */
void moreprocs(int n);
void pausems(void);
/* Assert that the last answer was an error with that text. */
#define assert_rerror(r, call, text)                                           \
	do {                                                                   \
		assert_int_equal(call, Rerror);                                \
		assert_string_equal(rawerror(r), text);                        \
	} while(0)

#endif

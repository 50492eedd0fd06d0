/*
 * The files that tests of kernel/ns begin with, and what must be left of them.
 */
#ifndef NSTREE_H
#define NSTREE_H

#include "kerntest.h"
#include "ns/nscall.h"

#define assert_err(call, msg)                                                  \
	do {                                                                   \
		assert_int_equal(call, -1);                                    \
		assert_string_equal(up->errstr, msg);                          \
	} while(0)

/* Up's root is a small tree with others to bind. After a test there is no Chan, no
 * file referred to and no memory that was not there before it. */
int setup(void **state);
int teardown(void **state);

#endif

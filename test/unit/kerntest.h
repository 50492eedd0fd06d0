/*
 * Tests that are kernel code. Each runs in the first process of a machine of its
 * own, in a host process of its own; what it asserts there ends that.
 *
 * A file that has such tests defines setup and teardown, which run there too, and
 * lists its tests with KERN.
 */
#ifndef KERNTEST_H
#define KERNTEST_H

#include "unit.h"
#include "mach/kern.h"
#include "lib/lib.h"

typedef struct Kerntest Kerntest;
struct Kerntest
{
	int (*setup)(void **);
	void (*test)(void **);
	int (*teardown)(void **);
};

/* cmocka's function for each of them. */
void kerntest(void **state);

/* The test t; before and after are its host process's, outside the machine. */
#define KERNIN(t, before, after)                                               \
	{                                                                      \
#t, kerntest, before, after, &(Kerntest)                       \
		{                                                              \
			setup, t, teardown                                     \
		}                                                              \
	}
#define KERN(t) KERNIN(t, NULL, NULL)

/* This host cannot be tested for that; the test returns then. */
void kernskip(void);

#endif

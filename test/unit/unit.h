/*
 * What every unit test includes first: cmocka and what it needs.
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

/* A copy of n bytes on the heap, for ASan to watch the end of. */
static inline void *
onheap(const void *p, size_t n)
{
	void *q;

	q = malloc(n);
	if(n != 0)
		memcpy(q, p, n);
	return q;
}

/* A small generator with a fixed start: the same tests every time. */
static inline uint32_t
nextrand(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

#endif

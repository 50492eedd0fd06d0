/*
 * Fuzz targets that are kernel code: each input is tried in the first process of
 * one machine (test/mach), which stays.
 */
#ifndef KERNCALL_H
#define KERNCALL_H

#include "mach/kern.h"

/* Run f(data, size) in that process, which has no groups: on the thread that it
 * has. Returns when f does, with no error label left. */
void kerncall(
    void (*f)(const uchar *data, usize size), const uchar *data, usize size);

#define check(x)                                                               \
	do {                                                                   \
		if(!(x))                                                       \
			abort();                                               \
	} while(0)

#endif

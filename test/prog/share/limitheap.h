/*
 * The limit of the kernel's own memory, reached in three ways: for limits.c.
 */
#ifndef LIMITHEAP_H
#define LIMITHEAP_H

#include "lib.h"

/* limits.c: processes wait in a read of barrier[0] until barrier[1] is closed. */
extern int barrier[2];
void openbarrier(void);

/* Each goes on until the limit is reached; how many MiB there were. The error string says why. */
int heapreach(void);
int heapfaultreach(void);
int tablesreach(void);

#endif

/*
 * What only tests call of kernel/mm, or for it.
 */
#ifndef MMTEST_H
#define MMTEST_H

#include "mm/mmdat.h"

/* In the kernel. */

/* The lock of the table of Images: held to see who wants it. */
extern Lock imagetablelk;
/* Make room: drop cached pages until min frames have been freed or nothing is
 * left; pages freed. */
u32int imagereclaim(u32int min);
/* Drop every page that nobody uses, and every idle image: leak checks. */
void imagedrop(void);

/* In mmtest.c. */

/* The page of i that shows `valid' from offset off, with a reference, or nil.
 * Takes i's lock. */
Page *lookpage(Image *i, uvlong off, u32int valid);
/* Panics unless the invariants that can be seen from outside hold; takes the
 * locks one by one. */
void imagecheck(void);

#endif

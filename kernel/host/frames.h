/*
 * Memory. The arena's frames are numbered 0 to hostnframes()-1. The kernel can always address
 * them, consecutive frames at consecutive addresses. A fresh arena reads as zeros, and so does
 * a frame after framepunch.
 */
#ifndef FRAMES_H
#define FRAMES_H

#include "u.h"

u32int hostnframes(void);
uchar *frameaddr(u32int frame);

/* Copy n bytes at buf, which is kernel memory, to the start of a frame that was never used, or
 * was punched. For the host this is half the work of a store through frameaddr, which would
 * fault and clear a page first. */
void framefill(u32int frame, const void *buf, usize n);

/* Make the 2 MiB of frames from `first' on one huge page of the host; their contents stay. The
 * host does it for the cost of some hundred single pages (Linux 6.1, MADV_COLLAPSE). `fresh' is
 * one of the frames; the caller owns it, it is zero, and zeros are stored in it. Returns 0 if
 * the host does not do it. */
int framecollapse(u32int first, u32int fresh);

/* Give the memory of n frames from `frame' on back to the host. They read as zeros afterwards.
 * No process may have them mapped in user mode. */
void framepunch(u32int frame, u32int n);

/* n bytes of fresh zeroed kernel memory for the heap (sync/heap.c). n is a multiple of BY2PG.
 * Returns nil if there is no more. */
uchar *hostheapmore(usize n);
/* How many bytes hostheapmore has given out; *max becomes how many it can give out in all. */
uvlong hostheapsize(uvlong *max);

#endif

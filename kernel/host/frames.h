/*
 * Memory. The arena's frames are numbered 0..hostnframes()-1, and always addressable by the
 * kernel, consecutive frames at consecutive addresses. A fresh arena, and frames after
 * framepunch, read as zeros.
 */
#ifndef FRAMES_H
#define FRAMES_H

#include "u.h"

u32int hostnframes(void);
uchar *frameaddr(u32int frame);

/* Fill frames that were never used, or punched: n bytes at buf, which is kernel memory, to
 * the start of frame. For the host that is half the work of a write through frameaddr, which
 * would begin with finding and clearing memory. */
void framefill(u32int frame, const void *buf, usize n);

/* Make memory for the 2 MiB of frames from first on at once; what they hold stays. The host
 * does it for the cost of some hundred single pages (Linux 6.1, MADV_COLLAPSE). The caller
 * owns frame `fresh' of them, which is zero and gets zeros. Returns 0 if the host does not. */
int framecollapse(u32int first, u32int fresh);

/* Give the memory of frames back to the host; they read as zeros afterwards. No process maps
 * them in user mode. */
void framepunch(u32int frame, u32int n);

/* n bytes of fresh zeroed kernel memory, a whole number of pages, for the heap (sync/heap.c);
 * nil if there is no more. */
uchar *hostheapmore(usize n);
/* Bytes that hostheapmore has given out, and can give out in all. */
uvlong hostheapsize(uvlong *max);

#endif

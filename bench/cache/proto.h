/*
 * A protocol: the image cache as the benchmark uses it.
 *
 * There are three, and which of them a program measures is what it is linked
 * with: old.c, june2025.c (both with older.c) or run9.c. Each gives what
 * kernel/mm/image.c and execseg.c give (mm.h, priv.h), and these.
 */
#ifndef PROTO_H
#define PROTO_H

#include "mach.h"

extern const char protocol[];

/* exec's half: the text Segment of c's file, with a reference. Put it by
 * putseg, which is exit's half. Sleeps. Errors. */
Segment *attachtext(Chan *c, u32int text, u32int data);

/* The Images, whether in use or not. */
Image *imagearray(void);

#endif

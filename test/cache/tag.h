/*
 * What the files of the image cache's stress are filled with. Every word of
 * eight bytes in such a program, after its code, says which file it belongs to,
 * which version of the file, and where in it: whoever finds one in the wrong
 * place can say whose it is.
 *
 * Two bytes are always the same, four apart: so no words, whatever they say,
 * have in them the nine bytes of a system call, which run9 rewrites in text.
 */
#ifndef TAG_H
#define TAG_H

#include "u.h"

enum
{
	FILEBITS = 13,
	VERSIONBITS = 16,
	WORDBITS = 19, /* of 8 bytes: files up to 4 MiB */

	TAGWORD = 8,
};

#define TAGMARK 0xA5000000A5000000ULL
#define TAGHALF 0xFFFFFFULL

/* Word n of version v of a file. */
static inline u64int
tagword(u32int file, u32int version, u32int n)
{
	u64int t;

	t = file | (u64int)version << FILEBITS |
	    (u64int)n << (FILEBITS + VERSIONBITS);
	return TAGMARK | (t & TAGHALF) | (t >> 24 & TAGHALF) << 32;
}

/* Is w some version's word n of file? If so, which version's. */
static inline int
tagversion(u64int w, u32int file, u32int n)
{
	u64int t;
	u32int v;

	t = (w & TAGHALF) | (w >> 32 & TAGHALF) << 24;
	v = t >> FILEBITS & ((1 << VERSIONBITS) - 1);
	return w == tagword(file, v, n) ? (int)v : -1;
}

#endif

/*
 * Counting locks by what they are, for the thread that takes them.
 */
#ifndef COUNT_H
#define COUNT_H

#include "u.h"

typedef struct Counts Counts;
struct Counts
{
	uvlong table;
	uvlong image; /* any Image's */
	uvlong other; /* free Segments, heap, frames */
	uvlong tablewait; /* of these, how many were held by another */
	uvlong imagewait;
	uvlong otherwait;
};

extern _Thread_local Counts counts;
void countinit(u32int nimages);
/* *to += *from */
void countsum(Counts *to, const Counts *from);

#endif

/*
 * The words at the top of every stack: exec(2). AX holds their address when a
 * program starts.
 */
#ifndef TOS_H
#define TOS_H

#include "u.h"

typedef struct Tos Tos;
struct Tos
{
	struct
	{
		uvlong pp;
		uvlong next;
		uvlong last;
		uvlong first;
		u32int pid;
		u32int what;
	} prof;
	/* frequency of the time-stamp counter in Hz */
	uvlong cyclefreq;
	vlong kcycles;
	vlong pcycles;
	u32int pid;
	/* ms that this process has run, by the kernel */
	u32int clock;
};

_Static_assert(sizeof(Tos) == 72, "Tos is 72 bytes on amd64");

#endif

/*
 * The processor, as user.c makes programs' conveniences of it.
 */
#ifndef CPU_H
#define CPU_H

#include "u.h"

enum
{
	/* upper half of a word of text that names a function */
	Fnmagic = 0x466E21,
};

/* A trap that is the program's fault; comes back only as another function. */
_Noret void utrap(const char *msg);
/* The stack pointer of the function that runs. */
uintptr usp(void);
void usetsp(uintptr sp);

#endif

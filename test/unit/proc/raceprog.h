/*
 * For tests of races between programs: the program of the first process is a C function.
 */
#ifndef RACEPROG_H
#define RACEPROG_H

#include "unit.h"
#include "mach/mach.h"
#include "mach/user.h"
#include "mach/ram.h"
#include "aout.h"
#include "lib/lib.h"

enum
{
	/* bytes of text, data and bss of a program */
	Size = 2 * BY2PG,
};

/* Make a machine whose first program is init. */
void raceinit(Userfn *init);
/* For machboot: run that program. */
void racefirst(void);
/* Await a child, whose record must contain status. */
void mustawait(const char *status);

#endif

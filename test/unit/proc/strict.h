/*
 * The strict part of the storm: workers that nobody disturbs, and whose children end only if
 * the kernel delivers each note, stop and kill. Nothing rescues a process that missed one, so
 * the storm hangs then: $DEADLOCK.
 */
#ifndef STRICT_H
#define STRICT_H

#include "u.h"

enum
{
	/* strict workers; numbers of strictworker */
	Stricts = 2,
};

/* The programs' functions, named before machinit. perturb more where requests to stop race. */
void strictinit(void);
/* The n'th function of the programs' table, for fnaddr. */
void earhandler(uintptr ureg);
enum
{
	Earhandler = 2,
};
/* A program: rounds of strict tests; exits with "worker ok". arg: its number, and its seed
 * times Stricts. */
void strictworker(uintptr arg);
extern int strictrounds;

#endif

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

/* Called before machinit: names the programs' functions, and slows processes that are asked to
 * stop. */
void strictinit(void);
/* A note handler. It is the Earhandler'th function of the programs' table. */
void earhandler(uintptr ureg);
enum
{
	Earhandler = 2,
};
/* A program: strictrounds rounds, then it exits with "worker ok". arg is its number plus Stricts
 * times its seed. */
void strictworker(uintptr arg);
extern int strictrounds;

#endif

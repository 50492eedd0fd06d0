/*
 * Where the time of a process's life goes: measured when built with STEPS, else nothing.
 */
#ifndef STEP_H
#define STEP_H

#include "u.h"

/* What took the time since up's last step (or steponward). */
typedef struct Step Step;
struct Step
{
	const char *name;
	/* how often */
	uvlong n;
	/* how long, all together */
	uvlong ns;
};

#ifdef STEPS
/* The time from up's last step to now went to name, a literal. Takes no lock. */
void step(const char *name);
/* p, which does not run, goes on from here: what it measures next began now. */
void steponward(Proc *p);
/* The i'th in the order that they were first taken; nil at the end. */
Step *stepat(u32int i);
#else
#define step(name)
#define steponward(p)
#define stepat(i) ((Step *)nil)
#endif

#endif

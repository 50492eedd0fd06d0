/*
 * Steps: where the time of a process's life goes. Measured when built with STEPS.
 */
#ifndef STEP_H
#define STEP_H

#include "u.h"

/* The time between up's last step (or steponward) and this one, summed. */
typedef struct Step Step;
struct Step
{
	const char *name;
	/* how many times */
	uvlong n;
	/* how long in all */
	uvlong ns;
};

#ifdef STEPS
/* Count the time from up's last step to now for name, a literal. Takes no lock. */
void step(const char *name);
/* p, which does not run, begins a step now. */
void steponward(Proc *p);
/* Step i, in the order in which they were first used; nil at the end. */
Step *stepat(u32int i);
#else
#define step(name)
#define steponward(p)
#define stepat(i) ((Step *)nil)
#endif

#endif

/*
 * What the benchmark asks of the host for its threads.
 */
#include <sched.h>
#include <sys/prctl.h>
#include "load.h"

/* The nth of the processors that we may run on, and round again. */
static int
processor(u32int n, const cpu_set_t *all)
{
	int c;

	n %= CPU_COUNT(all);
	for(c = 0; c < CPU_SETSIZE; c++)
		if(CPU_ISSET(c, all) && n-- == 0)
			break;
	return c;
}

void
ownprocessor(u32int n)
{
	cpu_set_t all, one;

	if(sched_getaffinity(0, sizeof all, &all) < 0)
		return;
	CPU_ZERO(&one);
	CPU_SET(processor(n, &all), &one);
	sched_setaffinity(0, sizeof one, &one);
}

void
exactsleeps(void)
{
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}

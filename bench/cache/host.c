/*
 * What the benchmark asks of the host for its threads.
 */
#include <sched.h>
#include <sys/prctl.h>
#include <time.h>
#include "load.h"

static cpu_set_t all; /* that we may run on */

void
hostinit(void)
{
	sched_getaffinity(0, sizeof all, &all);
}

/* The nth of all, and round again. */
static int
processor(u32int n)
{
	int c;

	n %= CPU_COUNT(&all);
	for(c = 0; c < CPU_SETSIZE; c++)
		if(CPU_ISSET(c, &all) && n-- == 0)
			break;
	return c;
}

void
ownprocessor(u32int n)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(processor(n), &one);
	sched_setaffinity(0, sizeof one, &one);
}

void
exactsleeps(void)
{
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}

void
realtime(void)
{
	struct sched_param p = {.sched_priority = 1};

	sched_setscheduler(0, SCHED_RR, &p);
}

uvlong
processorns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uvlong)t.tv_sec * 1000000000 + t.tv_nsec;
}

/*
 * The times of steps: step.h.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/step.h"
#include "host/host.h"

#ifdef STEPS

enum
{
	NSTEP = 64,
};

static Step steps[NSTEP];

/* Entries are taken in order, and never given back. */
static Step *
findstep(const char *name)
{
	const char *was;
	Step *s;

	for(s = steps; s < steps + NSTEP; s++) {
		was = nil;
		if(__atomic_compare_exchange_n(&s->name, &was, name, 0,
		       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) ||
		    was == name)
			return s;
	}
	return nil;
}

void
step(const char *name)
{
	uvlong now;
	Step *s;

	now = monons();
	s = findstep(name);
	if(s != nil && up->stepns != 0) {
		__atomic_add_fetch(&s->n, 1, __ATOMIC_RELAXED);
		__atomic_add_fetch(&s->ns, now - up->stepns, __ATOMIC_RELAXED);
	}
	up->stepns = monons();
}

void
steponward(Proc *p)
{
	p->stepns = monons();
}

Step *
stepat(u32int i)
{
	return i < NSTEP && steps[i].name != nil ? &steps[i] : nil;
}

#endif

/*
 * Profiles: profile.c. A Profile belongs to a text Segment: all processes that run the text
 * count in it.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include "u.h"

typedef struct Proc Proc;
typedef struct Profile Profile;

struct Profile
{
	/* of the text */
	uintptr base;
	/* counters */
	u32int n;
	/* ms */
	u32int count[];
};

/* Give p's text a profile, or set all of its counters to 0. Errors: Ebadctl if p has no text. */
void profilestart(Proc *p, u32int pid);
/* See to it that there is a profiler. Errors: no processes. */
void startprofiler(void);
/* Bytes of its counters; 0: it has none. */
uvlong profilesize(Proc *p);
/* A copy of them, n bytes, which the caller frees. Errors: "profile is off". */
u32int *profilecopy(Proc *p, u32int pid, usize *n);

#endif

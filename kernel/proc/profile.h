/*
 * Profiles: profile.c. A Profile belongs to a text Segment; all processes that run the text
 * share it.
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
	/* how many counters */
	u32int n;
	/* ms */
	u32int count[];
};

/* Give p's text a profile, or set all of its counters to 0. Errors: Ebadctl if p has no text. */
void profilestart(Proc *p, u32int pid);
/* Start the profiler, unless it runs. Errors: no procs. */
void startprofiler(void);
/* The size of the counters of p's text, in bytes; 0 if the text has no profile. */
uvlong profilesize(Proc *p);
/* A copy of the counters, of *n bytes, which the caller frees. Errors: "profile is off". */
u32int *profilecopy(Proc *p, u32int pid, usize *n);

#endif

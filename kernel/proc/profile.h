/*
 * Profiles: profile.c. A process shares its Profile with its children that run the same
 * program. namelock guards Proc.profile against processes other than its own.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include "u.h"
#include "sync/lock.h"

typedef struct Proc Proc;
typedef struct Profile Profile;

struct Profile
{
	Ref r;
	/* the first address of the text */
	uintptr base;
	/* how many counters */
	u32int n;
	/* ms */
	u32int count[];
};

/* Give p a profile, or set all of its counters to 0. Errors: Ebadctl if it has no text. */
void profilestart(Proc *p, u32int pid);
/* p, which is up or has ended, loses its profile. */
void profileend(Proc *p);
/* child, which does not run yet, shares up's profile. */
void profileinherit(Proc *child);
/* Bytes of p's counters; 0 if it has no profile. */
uvlong profilesize(Proc *p);
/* A copy of the counters, of *n bytes, which the caller frees. Errors: "profile is off". */
u32int *profilecopy(Proc *p, u32int pid, usize *n);

#endif

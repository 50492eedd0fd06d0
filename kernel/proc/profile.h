/*
 * Profiles: profile.c. A Profile is shared by a process and its children that run the same
 * program: Proc.profile, which namelock guards against others than its process.
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
	/* of the text */
	uintptr base;
	/* counters */
	u32int n;
	/* ms */
	u32int count[];
};

/* Give p a profile, or set all of its counters to 0. Errors: Ebadctl if it has no text. */
void profilestart(Proc *p, u32int pid);
/* p, which is up or over, has no profile any more. */
void profileend(Proc *p);
/* child, which does not run yet, shares up's. */
void profileinherit(Proc *child);
/* Bytes of p's counters; 0: it has no profile. */
uvlong profilesize(Proc *p);
/* A copy of them, n bytes, which the caller frees. Errors: "profile is off". */
u32int *profilecopy(Proc *p, u32int pid, usize *n);

#endif

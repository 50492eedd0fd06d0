/*
 * For the state dump: what can be read of an instance that hangs. Any context:
 * these functions take no lock and no memory, and what they read may be nonsense.
 */
#ifndef DEBUG_H
#define DEBUG_H

#include "u.h"

typedef struct Hostproc Hostproc;
typedef struct Proc Proc;

/* The name of the kernel's function or datum at addr, which is *off bytes into it; or nil. */
const char *hostsym(uintptr addr, u32int *off);
/* Is that the kernel's memory, and may it be read? */
int hostreadable(const void *p, usize n);
/* The host process that the instance is known by. */
s32int hostinstance(void);
/* What is known of p's host process. */
enum
{
	NHOSTFRAME = 9,
};
struct Hostproc
{
	/* 0: none */
	s32int pid;
	/* the host call it waits in, or nil; and its first argument */
	const char *call;
	u64int arg;
	/* return addresses on its kernel stack, the innermost first, while it waits */
	u32int nframe;
	/* the frame pointer of the first */
	uintptr sp;
	uintptr frame[NHOSTFRAME];
};
void hostproc(Proc *p, Hostproc *h);

#endif

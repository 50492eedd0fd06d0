/*
 * For the state dump: what can be read of an instance that hangs. These functions may be called
 * in any context: they take no lock and allocate no memory. What they read may be inconsistent.
 */
#ifndef DEBUG_H
#define DEBUG_H

#include "u.h"

typedef struct Hostproc Hostproc;
typedef struct Proc Proc;

/* The name of the kernel's function or datum that contains addr; nil if there is none. *off
 * becomes the bytes from its start to addr. */
const char *hostsym(uintptr addr, u32int *off);
/* Are the n bytes at p kernel memory that may be read? */
int hostreadable(const void *p, usize n);
/* The host process id by which the host's user knows the instance. */
s32int hostinstance(void);
/* What is known of a Proc's host process. */
enum
{
	NHOSTFRAME = 9,
};
struct Hostproc
{
	/* its host process id; 0 if it has none */
	s32int pid;
	/* the host call that it waits in, or nil; and the call's first argument */
	const char *call;
	u64int arg;
	/* while it waits: the return addresses on its kernel stack, innermost first */
	u32int nframe;
	/* the frame pointer of the innermost frame */
	uintptr sp;
	uintptr frame[NHOSTFRAME];
};
void hostproc(Proc *p, Hostproc *h);

#endif

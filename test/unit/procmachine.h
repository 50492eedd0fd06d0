/*
 * A machine for tests of one device: one process runs, the test, and the
 * others are Procs that never do. Included before everything else, in place of
 * kernel/host/machine.h.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <setjmp.h>
#include "u.h"

typedef struct Proc Proc;

typedef struct Label Label;
struct Label
{
	jmp_buf buf;
};

#define setlabel(l) setjmp((l)->buf)
#define gotolabel(l) longjmp((l)->buf, 1)

typedef struct MachProc MachProc;
typedef struct Slot Slot;
struct MachProc
{
	Slot *slot;
	void *fp;
	int fpvalid;
};

extern Proc *up;

/* A test may do what other processes could have done just now. */
void perturb(void);
#define PERTURB() perturb()

/* User addresses are the test's own. */
#define userptr(va) ((void *)(uintptr)(va))

#endif

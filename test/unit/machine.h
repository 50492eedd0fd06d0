/*
 * The machine that the portable rooms see in the unit tests: processes are
 * pthreads, labels are jmp_bufs, the MMU is an array (mach.c). It takes the place of
 * kernel/host/machine.h by being included first: -include test/unit/machine.h.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include <setjmp.h>
#include "u.h"

typedef struct Label Label;
typedef struct MachProc MachProc;
typedef struct Proc Proc;

struct Label
{
	jmp_buf buf;
};

#define setlabel(l) _setjmp((l)->buf)
#define gotolabel(l) longjmp((l)->buf, 1)

/* Page tables: what a Proc's user addresses map to; see mach.c. */
typedef struct Mmu Mmu;
struct MachProc
{
	Mmu *mmu;
	int killed; /* by the out-of-memory killer */
};

extern _Thread_local Proc *up;

/* Schedules are varied here, and tests wait here for each other: mach.h. */
void perturb(const char *func);
#define PERTURB() perturb(__func__)

/* Frames that nobody has are poisoned. */
void frameused(u32int frame, u32int n);
void frameunused(u32int frame, u32int n);
#define FRAMEUSED(frame, n) frameused((frame), (n))
#define FRAMEFREE(frame, n) frameunused((frame), (n))

/* User addresses are the test's own. */
#define userptr(va) ((void *)(uintptr)(va))

#endif

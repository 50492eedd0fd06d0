/*
 * A machine for tests of the name space alone: processes are threads, and
 * never enter user mode. Included before everything else, in place of
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

/* libc's, but declared so that clang knows what it does: in freestanding code it does
 * not go by the name */
int hostsetjmp(jmp_buf) __asm__("_setjmp") __attribute__((returns_twice));

#define setlabel(l) hostsetjmp((l)->buf)
#define gotolabel(l) longjmp((l)->buf, 1)

typedef struct MachProc MachProc;
struct MachProc
{
	int unused;
};

extern _Thread_local Proc *up;

/* nothing to perturb: threads are */
#define PERTURB()

/* User addresses are the test's own. */
#define userptr(va) ((void *)(uintptr)(va))

#endif

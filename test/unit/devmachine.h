/*
 * The machine that kernel/dev sees in its unit tests: processes are threads,
 * labels are jmp_bufs, and host calls are libc's syscall(2). Takes the place of
 * kernel/host/machine.h by being included first.
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

/* libc's, declared so that both compilers know what it does also in freestanding
 * code */
int libcsetjmp(jmp_buf) __asm__("_setjmp") __attribute__((returns_twice));

#define setlabel(l) libcsetjmp((l)->buf)
#define gotolabel(l) longjmp((l)->buf, 1)

typedef struct MachProc MachProc;
struct MachProc
{
	uintptr thread; /* pthread_t */
};

extern _Thread_local Proc *up;

/* User addresses are the test's own. */
#define userptr(va) ((void *)(uintptr)(va))

#endif

/*
 * The test machine, as the portable rooms' structures see it. It takes the
 * place of kernel/host/machine.h by being included before everything else:
 * -include test/mach/machine.h.
 *
 * The kernel's names for the heap, errors and strings are libc's too. Kernel,
 * machine and tests live in one host process here, so the kernel's are renamed.
 */
#ifndef MACHINE_H
#define MACHINE_H

#define error kerror
#define free kfree
#define malloc kmalloc
#define realloc krealloc
#define sleep ksleep
#define strchr kstrchr
#define strcmp kstrcmp
#define strlen kstrlen
#define strncmp kstrncmp
#define strrchr kstrrchr
#define strstr kstrstr
#define strtoll kstrtoll
#define strtoull kstrtoull
#define syscall ksyscall

/* A program's address space is small, for each process has a window of that
 * size. */
#define USTKTOP 0x10000000ULL

#include <setjmp.h>
#include "u.h"

typedef struct Label Label;
typedef struct MachProc MachProc;
typedef struct Proc Proc;
typedef struct Slot Slot;

struct Label
{
	jmp_buf buf;
};

/* libc's. Freestanding code does not know what the name does, so it is said. */
int libcsetjmp(jmp_buf) __asm__("_setjmp") __attribute__((returns_twice));

#define setlabel(l) libcsetjmp((l)->buf)
#define gotolabel(l) longjmp((l)->buf, 1)

struct MachProc
{
	/* the thread it runs on, and its address space; atomic */
	Slot *slot;
	/* the floating-point register to start with */
	void *fp;
	int fpvalid;
	/* kept for note handlers, the newest first: their Uregs, and the register */
	uintptr fpureg[4];
	u64int fpkept[4];
};

extern _Thread_local Proc *up;

/* Where the kernel reaches up's memory at user address va: in up's window. */
void *userptr(uintptr va);

/* Schedules are varied here, and tests wait here for each other: mach.h. */
void perturb(const char *func);
#define PERTURB() perturb(__func__)

/* Frames that nobody has are poisoned. */
void frameused(u32int frame, u32int n);
void frameunused(u32int frame, u32int n);
#define FRAMEUSED(frame, n) frameused((frame), (n))
#define FRAMEFREE(frame, n) frameunused((frame), (n))

#endif

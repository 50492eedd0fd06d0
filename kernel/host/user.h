/*
 * User mode: the registers that a program has.
 */
#ifndef USER_H
#define USER_H

#include "u.h"
#include "ureg.h"

typedef struct Proc Proc;

enum
{
	/* bytes of floating-point registers, as XSAVE stores those of x87, SSE and AVX */
	FPREGSIZE = 832,
};

/* Enter user mode with these registers. Ureg.cs, ss and flags are made safe. */
_Noret void touser(Ureg *u);

/* The system call under way changed registers other than AX, or the pc. */
void fullregs(void);

/* rfork gives p up's registers: integer from u, floating point from up's present state. p
 * does not run yet, and will return 0 from its system call. */
void forkregs(Proc *p, const Ureg *u);

/* A debugger sets the registers *u, p's while it is in the kernel, to new: what no program may
 * set stays as it is. p leaves the kernel with all of them. Called with p's notelock. */
void setuserregs(Proc *p, Ureg *u, const Ureg *new);

/* Put up's floating-point registers into exec's initial state. Takes effect when up enters
 * user mode. */
void fpinit(void);

/* u becomes what a note's handler left in its Ureg, but for what no program may set. Other than
 * setuserregs it takes all of the flags that a program has: they are those of the instruction
 * that the note came before. */
void notedregs(Ureg *u, const Ureg *new);

/* Around note handlers: fpsave keeps up's floating-point state for the handler's Ureg, at user
 * address ureg, and calls fpinit; fprestore puts back what fpsave kept for it, and with again
 * keeps it on. */
void fpsave(uintptr ureg);
void fprestore(uintptr ureg, int again);

/* For debuggers: up is about to stop (fpstop), and goes on (fpgo). Between the two, others
 * look at its floating-point registers and change them. fpget returns 0 if they are not
 * known. */
void fpstop(void);
void fpgo(void);
int fpget(Proc *p, uchar *regs);
/* Copy the registers of p, which does not stop: fpget has them then, until it stops. 0 if it is
 * in user mode, and they are in use. Sleeps; no locks held. */
int fpask(Proc *p);
/* Load p's registers with what fpput has made of that copy; 0 if p has gone on since fpask. */
int fpset(Proc *p);
void fpput(Proc *p, const uchar *regs);

#endif

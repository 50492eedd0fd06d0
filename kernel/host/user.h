/*
 * User mode: a program's registers.
 */
#ifndef USER_H
#define USER_H

#include "u.h"
#include "ureg.h"

typedef struct Proc Proc;

enum
{
	/* bytes of a debugger's floating-point registers: x87, SSE and AVX in XSAVE's standard
	 * form */
	FPREGSIZE = 832,
};

/* Enter user mode with the registers *u. Its cs, ss and flags are made safe. */
_Noret void touser(Ureg *u);

/* The system call under way has changed registers other than AX, or the pc. */
void fullregs(void);

/* rfork gives p up's registers: the integer ones from u, the floating-point ones from up's
 * present state. p does not run yet. p will return 0 from its system call. */
void forkregs(Proc *p, const Ureg *u);

/* A debugger sets p's registers, which are *u while p is in the kernel, to *new. Bits that no
 * program may set stay as they are. p leaves the kernel with all of them. Caller holds p's
 * notelock. */
void setuserregs(Proc *p, Ureg *u, const Ureg *new);

/* Set up's floating-point registers to the state that exec gives. Takes effect when up enters
 * user mode. */
void fpinit(void);

/*
 * Set *u to the registers that a note handler left in its Ureg, except bits that no program may
 * set. Unlike setuserregs, notedregs takes all of the flags that a program has: they are the
 * flags of the instruction that the note interrupted.
 */
void notedregs(Ureg *u, const Ureg *new);

/* fpsave and fprestore go around a note handler. fpsave keeps up's floating-point state under
 * the user address of the handler's Ureg, and calls fpinit. fprestore loads the state that is
 * kept under ureg. If `again' is 0, the state is kept no longer. */
void fpsave(uintptr ureg);
void fprestore(uintptr ureg, int again);

/*
 * For debuggers. up calls fpstop before it stops, and fpgo when it goes on. In between, others
 * read its floating-point registers by fpget and change them by fpput. fpget returns 0 if the
 * registers are not known. regs has FPREGSIZE bytes.
 */
void fpstop(void);
void fpgo(void);
int fpget(Proc *p, uchar *regs);
/* Copy the registers of p, which is not stopped; fpget then returns the copy, until p stops.
 * Returns 0 if p is in user mode, where the registers are in use. Sleeps; no locks held. */
int fpask(Proc *p);
/* Load p's registers from that copy, which fpput has changed. Returns 0 if p has gone on since
 * fpask. */
int fpset(Proc *p);
void fpput(Proc *p, const uchar *regs);

#endif

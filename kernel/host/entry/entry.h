/*
 * host/entry: into the kernel and out of it.
 */
#ifndef ENTRY_H
#define ENTRY_H

#include "u.h"
#include "ureg.h"
#include "host/base/base.h"

typedef struct Ucontext Ucontext;

/* Linux's struct ucontext for x86-64, as signal frames have it. */
struct Ucontext
{
	u64int flags;
	u64int link;
	u64int stack[3];
	u64int r8, r9, r10, r11, r12, r13, r14, r15;
	u64int di, si, bp, bx, dx, ax, cx, sp, pc, eflags;
	u16int cs, gs, fs, ss;
	u64int err, trapno, oldmask, cr2;
	void *fpstate;
};

/* Linux's siginfo_t. */
typedef struct Siginfo Siginfo;
struct Siginfo
{
	s32int signo, err, code, pad;
	uintptr addr;
	/* for SIGSYS */
	s32int nr;
	u32int arch;
};

enum
{
	SIGILL = 4,
	SIGTRAP = 5,
	SIGBUS = 7,
	SIGFPE = 8,
	SIGSEGV = 11,
	SIGSYS = 31,
	/* Siginfo.code: a code up to SI_USER means that a process sent the signal */
	SI_USER = 0,
	/* the signal comes neither from a process nor from a page fault */
	SI_KERNEL = 0x80,

	/* bits of a page fault's error code */
	ErrPresent = 1,
	ErrWrite = 2,
	ErrFetch = 0x10,

	/* values of Ureg.type beyond the processor's exceptions */
	Interrupt = 32,
	Systemcall = 64,
};

/* entry.S: addresses that trap.c compares the pc with, and what C cannot express */
extern char gateentry[], gatefetch[], gateleave[], gatejump[], gateleft[];
extern char usercheck[], userleft[], sigentry[], sigleave[], sigleft[];
extern char blockcheck[], blockend[], blockabort[], sigrestore[];
long blockraw(long nr, long a, long b, long c, long d, long e, long f);
_Noret void userleave(void);
long hostclone(long flags, uintptr stack, void (*f)(void));
_Noret void onstack(uintptr sp, void (*f)(void));
void xsave(void *area);
void xrstor(void *area);
void cpuid(u32int leaf, u32int sub, u32int *out);

/* leave.c */
enum
{
	/* the host's selectors of user code and data */
	UserCS = 0x33,
	UserSS = 0x2b,
	/* Plan 9's selectors, which a Ureg shows */
	UregCS = 0x2b,
	UregSS = 0x23,
	/* the flags that a program may set: CF PF AF ZF SF TF DF OF AC ID */
	UserFlags = 0x240dd5,
	FlagTF = 0x100,
};
/* Do what up was kicked for: notes, stop requests. u is the registers that will be loaded.
 * Returns 1 if it changed them. */
int exitwork(Ureg *u);

/* trap.c */
/* Install the signal handlers, which every slot inherits. */
void trapinit(void);
/* Set up this slot's signal stack and system call dispatch. */
void slottraps(void);
int isktext(uintptr pc);
/* Did a protection key that the program set cause the fault? If so, returns 1 and allows all
 * access again. */
int keyfault(int sig, const Siginfo *si, Ucontext *c);

/* usertrap.c: handle signal sig, which the program with registers u caused */
void usertrap(Ureg *u, int sig, Siginfo *si, Ucontext *c);

/* gates.c */
void gatesinit(void);
/* The address of the gate of system call n. */
uintptr gateaddr(u64int n);
int isgate(uintptr pc);
/* scan.S: the address of the first SYSCALL instruction's bytes in [p, e), or e */
uchar *nextsyscall(uchar *p, uchar *e);

/* zeroskip.c: if the program stores zeros at addr, where there are zeros, advance its registers
 * *u past the stores. Returns 1 if u changed. fp is the signal's floating-point state. */
int zeroskip(Ureg *u, uintptr addr, const uchar *fp);

/* fp.c */
/* Are the first n bytes (16 or 32) of vector register r zero in the state at area? */
int fpzero(const uchar *area, u32int r, u32int n);
/* Allow again what the program has forbidden by protection keys. frame is the state in a
 * signal's frame. Returns 0 if nothing is forbidden there. */
int fpallowall(uchar *frame);
/* Ask the processor how large the floating-point state is. Called once. */
void fpconf(void);
/* Put the text of a floating-point exception's note into buf, of n bytes. area is the state.
 * With simd, the exception is MXCSR's, at pc; otherwise it is the x87's. */
void fpexception(char *buf, int n, const void *area, int simd, uintptr pc);
/* Answer fpask or fpset, if one of them asked. A kick came, in user mode if user is 1; frame is
 * the state in its signal frame. */
void fpanswer(int user, void *frame);

/* seccomp.c */
/* AUDIT_ARCH_X86_64: the architecture of 64-bit host calls */
#define ARCH_X86_64 0xc000003eU
/* Make the SYSCALLs of this slot's programs trap. Returns 0 or -errno. */
long trapsyscalls(int seccomp);

#endif

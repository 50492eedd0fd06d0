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
	/* SIGSYS */
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
	/* Siginfo.code: by a process, if it is no greater */
	SI_USER = 0,
	/* not by a process, and no fault's */
	SI_KERNEL = 0x80,

	/* in a page fault's error code */
	ErrPresent = 1,
	ErrWrite = 2,
	ErrFetch = 0x10,

	/* Ureg.type, beside the processor's exceptions */
	Interrupt = 32,
	Systemcall = 64,
};

/* entry.S: places where a pc means something, and what C cannot say */
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
	/* Plan 9's, which a Ureg shows */
	UregCS = 0x2b,
	UregSS = 0x23,
	/* what a program may set: CF PF AF ZF SF TF DF OF AC ID */
	UserFlags = 0x240dd5,
	FlagTF = 0x100,
};
/* Notes, stop requests and whatever else up was kicked for; u are the registers to be
 * loaded. 1 if it changed them. */
int exitwork(Ureg *u);

/* trap.c */
/* Signal handlers; every slot inherits them. */
void trapinit(void);
/* This slot's signal stack and system call dispatch. */
void slottraps(void);
int isktext(uintptr pc);
/* Was it a protection key that the program set? It is forgotten then. */
int keyfault(int sig, const Siginfo *si, Ucontext *c);

/* usertrap.c: the program whose registers are u did what made sig */
void usertrap(Ureg *u, int sig, Siginfo *si, Ucontext *c);

/* gates.c */
void gatesinit(void);
/* Of system call n's gate. */
uintptr gateaddr(u64int n);
int isgate(uintptr pc);
/* scan.S: the first SYSCALL instruction's bytes in [p, e), or e. */
uchar *nextsyscall(uchar *p, uchar *e);

/* zeroskip.c: move u past what its program is doing at addr, if that is storing zeros where
 * there are zeros; 1 if u was changed. fp: floating-point state of the signal */
int zeroskip(Ureg *u, uintptr addr, const uchar *fp);

/* fp.c */
/* Are the first n bytes (16 or 32) of vector register r zero in the state area? */
int fpzero(const uchar *area, u32int r, u32int n);
/* In a signal frame: what the program forbids by protection keys is allowed again. 0 if it
 * forbids nothing. */
int fpallowall(uchar *frame);
/* Once: how big is the state? */
void fpconf(void);
/* A note's text: the floating-point exception that the state area has, or with simd its MXCSR
 * for the instruction at pc. Into buf, of n bytes. */
void fpexception(char *buf, int n, const void *area, int simd, uintptr pc);
/* A kick came, in user mode or not, with that state in its frame: is it fpask's, or fpset's? */
void fpanswer(int user, void *frame);
/* up's user registers, wherever they are, into area. */
void fplive(void *area);
void *fpalloc(void);

/* seccomp.c */
/* AUDIT_ARCH_X86_64: host calls of 64-bit code */
#define ARCH_X86_64 0xc000003eU
/* Have this slot's programs trap at SYSCALL; -errno */
long trapsyscalls(int seccomp);

#endif

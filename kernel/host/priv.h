/*
 * host's own header: what the machine layer's files say to each other.
 */
#ifndef PRIV_H
#define PRIV_H

#include "u.h"
#include "ureg.h"
#include "host/linux.h"

typedef struct Instance Instance;
typedef struct Ucontext Ucontext;

/* run9 as a whole: one, in memory that all its processes share. */
struct Instance
{
	s32int superpid; /* the process the user started */
	s32int nurserypid;
	u32int nurserywork; /* futex: bumped when the nursery should look */
	u32int ending; /* hostexit has begun */
	u32int status; /* host exit status */
	u32int
	    signals; /* futex: bits of host signals not yet seen by hostsignal */
	u32int interrupted; /* SIGINT came */
	int kernfd; /* kernel memory: offset is address - KLOW */
	int arenafd;
	u32int nframes;
	int seccomp; /* system calls are caught by seccomp, not dispatch */
	u32int nslot; /* slots used so far */
	u32int wanted; /* slot the nursery should fill */
};
extern Instance instance;

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

/* entry.S */
extern char ktext[], ektext[], kdata[], ekinit[], ekdata[];
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

/* memory.c: the shared memory */
/* The kernel's. First of all: what was stored in bss before would be lost. */
void sharedinit(void);
void arenainit(uvlong bytes);
void dropuser(void); /* forget everything the host maps for users */
uvlong arenadefault(void); /* bytes, by the host's memory and cgroup limit */

void kstkguard(void); /* this slot's stack must not grow into its neighbour's */

/* slot.c */
void nurserychild(void); /* SIGCHLD */
void worknursery(void); /* have the nursery look around */
_Noret void nursery(void);
/* Kill the host process of every slot. */
void killslots(void);
Slot *slotof(u32int i);

/* leave.c */
enum
{
	UserCS = 0x33,
	UserSS = 0x2b,
	/* what a program may set: CF PF AF ZF SF TF DF OF AC ID */
	UserFlags = 0x240dd5,
};
/* Notes, stop requests and whatever else up was kicked for; u are the registers to
 * be loaded. 1 if it changed them. */
int exitwork(Ureg *u);

/* trap.c */
void trapinit(void); /* handlers; inherited by every slot */
void slottraps(void); /* this slot's stack and system call dispatch */
int isktext(uintptr pc);

/* gates.c */
void gatesinit(void);
/* scan.S: the first SYSCALL instruction's bytes in [p, e), or e. */
uchar *nextsyscall(uchar *p, uchar *e);
uintptr gateaddr(u64int n); /* of system call n's gate */
int isgate(uintptr pc);

/* zeroskip.c: go past what u's program is doing at addr, if that is to store zeros
 * where there are zeros; 1 if u was changed. fp: floating-point state of the signal */
int zeroskip(Ureg *u, uintptr addr, const uchar *fp);

/* fp.c */
/* Are the first n bytes (16 or 32) of vector register r zero in the state area? */
int fpzero(const uchar *area, u32int r, u32int n);
/* In a signal frame: what the program forbids by protection keys is allowed again. 0 if it
 * forbids nothing. */
int fpallowall(uchar *frame);
void fpconf(void); /* once: how big is the state */
void fplive(void *area); /* up's user registers, wherever they are, into area */
void *fpalloc(void);
void fpcopy(void *to, const void *from); /* areas */

/* clock.c */
void clockinit(const u64int *auxv);
int isvdso(uintptr pc);
int futexwait(u32int *w, u32int val,
    vlong ns); /* hostwait, without enterlazy and leavelazy */

/* flush.c */
void flushkicked(
    int user); /* from the kick handler; user: it came in user mode */

/* mmu.c */
void unmap(
    uintptr va, uvlong len); /* by the host; the list of maps stays as it is */
enum
{
	/* not a frame of the arena's: page 0 of the slot's small text */
	SMALLFRAME = 1 << 30,
};

/* maps.c: the list of what this slot has mapped; no host calls */
void mapsclear(void);
void mapsstale(void);
Map *mapsfind(Slot *s,
    uintptr va); /* the run that holds va, or nil; s is this slot or idle */
/* Runs in that state, Stale or Hidden, without a gap between them; 0 if there are none. */
int mapsnext(int state, uintptr *va, uvlong *len);
void mapshide(uintptr va, uvlong len); /* all that is there */
void mapssplit(uintptr va); /* no run holds both va-1 and va any more */
int mapsremove(uintptr va, uvlong len); /* was anything there */
void mapsadd(
    uintptr va, u32int frame, u32int n, int prot); /* nothing is there */
/* How many of the n frames from va on, in a row and after so many others, are there but
 * out of date, and are better revived; 0 if none are. */
u32int mapsright(uintptr va, u32int frame, u32int n, u32int *before);
/* [va, va+n pages), part of such a run, is current from now on. */
void mapsrevive(uintptr va, u32int n, int prot);

/* seccomp.c */
#define ARCH_X86_64                                                            \
	0xc000003eU /* AUDIT_ARCH_X86_64: host calls of 64-bit code */
long trapsyscalls(int seccomp); /* -errno */

/* super.c */
_Noret void supervise(void);

/* panic.c */
void trace(uintptr bp, uintptr pc);

#endif

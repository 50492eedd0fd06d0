/*
 * host/base: the instance, its memory, time and the end.
 */
#ifndef BASE_H
#define BASE_H

#include "u.h"
#include "host/linux.h"

typedef struct Instance Instance;

/* run9 as a whole. There is one Instance, in memory that all its processes share. */
struct Instance
{
	/* the process that the user started: the supervisor */
	s32int superpid;
	s32int nurserypid;
	/* 0 until the first host command is asked for */
	s32int launcherpid;
	/* futex: worknursery adds 1 when the nursery has something to do */
	u32int nurserywork;
	/* hostexit was called, or the supervisor ends the instance */
	u32int ending;
	/* the exit status that hostexit was given */
	u32int status;
	/* futex: not 0 while a SIGINT came that hostnote has not returned yet */
	u32int signals;
	/* a SIGINT came at some time */
	u32int interrupted;
	/* panic was called, or a crash damaged the kernel. The exit status is then
	 * KernelBroken, whatever hostexit is given before or after. */
	u32int panicked;
	/* the file of kernel memory: address KLOW is offset 0 */
	int kernfd;
	int arenafd;
	u32int nframes;
	/* a seccomp filter catches system calls, not Syscall User Dispatch */
	int seccomp;
	/* the umask that run9 was started with */
	u32int umask;
	/* slots 0 to nslot-1 have been used */
	u32int nslot;
	/* the index of the slot that the nursery is making */
	u32int wanted;
};
extern Instance instance;

enum
{
	/* exit status of a broken kernel: EX_SOFTWARE of sysexits.h */
	KernelBroken = 70,
};

/* run9.ld: where the kernel is */
/* run9.ld and sym.c: the symbol table */
extern const uchar ksyms[], eksyms[];
extern char ktext[], ektext[], kdata[], ekinit[], ekdata[];

/* memory.c: the shared memory */
/* Share kernel memory. Must be called before anything is stored in bss: such a store is
 * lost. */
void sharedinit(void);
void arenainit(uvlong bytes);
/* Unmap everything that the host has mapped in the address ranges of programs. */
void dropuser(void);
/* Forbid access to the guard below this slot's kernel stack, so that an overflow faults and
 * does not reach the neighbour's stack. */
void kstkguard(void);

/* limits.c: the host's limits of resources */
/* Raise the limits before memory is made, and restore the user's afterwards. */
void limitsraise(void);
void limitsrestore(void);
/* In a host process that becomes a host command: the limits and the umask that the user gave
 * run9. */
void givelimits(void);
/*
 * Make the host's table of run9's files large now, while no other process shares it. When a
 * shared table grows, the process that opens a file waits for every processor of the host, some
 * 15 ms. fd is any open descriptor.
 */
void growfiles(int fd);
/* A sentence that names the limit behind host error err (positive) and says what to do; nil if
 * no limit is known to cause err. */
const char *limitname(long err);
/* A program's call failed with host error err: tell the user, if that is a limit of the host's. */
void sayhostlimit(long err);
/* Print that `what' failed with r, a negative host error, and why. Ends this process. */
_Noret void cannotstart(const char *what, long r);

/* hostmem.c: how many bytes of arena to make, by the host's memory and this process's cgroup
 * limit */
uvlong arenadefault(void);

/* clock.c, vdso.c */
void clockinit(const u64int *auxv);
/* From now on ask the host for the time, and not the vdso. */
void novdsotime(void);
typedef struct Timespec Timespec;
struct Timespec
{
	vlong sec;
	vlong nsec;
};
typedef int Clockgettime(int, Timespec *);
/* Move the vdso, which auxv names, out of the address ranges of programs. Returns its
 * clock_gettime, or nil if there is none. */
Clockgettime *vdsoinit(const u64int *auxv);
int isvdso(uintptr pc);

/* futex.c: hostwait without enterlazy and leavelazy */
int futexwait(u32int *w, u32int val, vlong ns);

/* hostdump.c: put the return addresses of a stack into pc, at most max, innermost first. bp is
 * a frame pointer in the stack, and top is the stack's end. Returns how many. */
u32int stackframes(uintptr bp, uintptr top, uintptr *pc, u32int max);
/* Put these around a host call that may wait. They record the call and its frame for the state
 * dump. */
#define waitbegin(nr, arg)                                                     \
	(self.waitnr = (nr), self.waitarg = (u64int)(arg),                     \
	    self.waitbp = (uintptr)__builtin_frame_address(0))
#define waitend() ((void)(self.waitbp = 0))

/* optlist.c: the command line */
/* Wrong use: print what, and end with status 2. */
_Noret void badusage(const char *fmt, ...);
/* --trace=list: print the system calls of those names. */
void tracelist(const char *list);
/* --no=list: turn off the switches of those names. */
void turnoff(const char *list);

/* binfmt.c: Linux's binfmt_misc */
typedef struct Boot Boot;
/* --register, or if !on, --unregister. */
_Noret void binfmtregister(int on);
/* Has binfmt_misc started this run9? auxv says so where flag P is set. */
int bybinfmt(const u64int *auxv);
/* Set b's program and arguments from those with which binfmt_misc has started run9. */
void binfmtargs(Boot *b, char **argv);

/* dumpother.c: run9 --dump. arg is the number of any host process of the other instance. */
_Noret void dumpother(const char *arg);

/* panic.c */
/* the descriptor that kprint writes to */
extern int kprintfd;
void trace(uintptr bp, uintptr pc);

#endif

/*
 * host/base: the instance, its memory, time and the end.
 */
#ifndef BASE_H
#define BASE_H

#include "u.h"
#include "host/linux.h"

typedef struct Instance Instance;

/* run9 as a whole: one, in memory that all its processes share. */
struct Instance
{
	/* the process the user started */
	s32int superpid;
	s32int nurserypid;
	/* futex: changes when the nursery should look */
	u32int nurserywork;
	/* hostexit has begun */
	u32int ending;
	/* host exit status */
	u32int status;
	/* futex: bits of host signals that hostnote has not seen yet */
	u32int signals;
	/* SIGINT came */
	u32int interrupted;
	/* panic has begun, or the kernel was found damaged: the exit status is KernelBroken,
	 * whatever hostexit was told before or after */
	u32int panicked;
	/* kernel memory: the offset is address - KLOW */
	int kernfd;
	int arenafd;
	u32int nframes;
	/* system calls are caught by seccomp, not by dispatch */
	int seccomp;
	/* slots used so far */
	u32int nslot;
	/* the slot that the nursery makes */
	u32int wanted;
};
extern Instance instance;

enum
{
	KernelBroken = 70, /* exit status: EX_SOFTWARE */
};

/* run9.ld: where the kernel is */
/* run9.ld, sym.c: the symbol table */
extern const uchar ksyms[], eksyms[];
extern char ktext[], ektext[], kdata[], ekinit[], ekdata[];

/* memory.c: the shared memory */
/* The kernel's. Called before anything is stored in bss, which would be lost. */
void sharedinit(void);
void arenainit(uvlong bytes);
/* Unmap all that the host has mapped where programs are. */
void dropuser(void);
/* No access below this slot's kernel stack, so that it does not grow into its neighbour's. */
void kstkguard(void);

/* limits.c: the host's limits of resources */
/* Before memory is made, and after. */
void limitsraise(void);
void limitsrestore(void);
/*
 * Make the host's table of run9's files large now, while no other process shares it. Later its
 * growth would stop a process that opens a file until every processor of the host has come by,
 * some 15 ms. fd is any that is open.
 */
void growfiles(int fd);
/* A sentence about the limit that host error err comes from, and what to do; or nil. */
const char *limitname(long err);
/* A program's call failed with host error err: tell the user, if that is a limit of the host's. */
void sayhostlimit(long err);
/* Say that `what' failed with r, a negative host error, and why; end this process. */
_Noret void cannotstart(const char *what, long r);

/* hostmem.c: bytes of arena to have, by the host's memory and cgroup limit */
uvlong arenadefault(void);

/* clock.c, vdso.c */
void clockinit(const u64int *auxv);
typedef struct Timespec Timespec;
struct Timespec
{
	vlong sec;
	vlong nsec;
};
typedef int Clockgettime(int, Timespec *);
/* Move the vdso that auxv tells of out of the programs' way; its clock_gettime, or nil. */
Clockgettime *vdsoinit(const u64int *auxv);
int isvdso(uintptr pc);

/* futex.c: hostwait, without enterlazy and leavelazy */
int futexwait(u32int *w, u32int val, vlong ns);

/* hostdump.c: up to max return addresses of the stack that ends at top, from frame bp on */
u32int stackframes(uintptr bp, uintptr top, uintptr *pc, u32int max);
/* Around a host call that may wait: what the state dump shows of it. */
#define waitbegin(nr, arg)                                                     \
	(self.waitnr = (nr), self.waitarg = (u64int)(arg),                     \
	    self.waitbp = (uintptr)__builtin_frame_address(0))
#define waitend() ((void)(self.waitbp = 0))

/* dumpother.c: run9 --dump; arg names a host process of the instance */
_Noret void dumpother(const char *arg);

/* panic.c */
/* where kprint writes */
extern int kprintfd;
void trace(uintptr bp, uintptr pc);

#endif

/*
 * The types and macros of this machine, x86-64 Linux, that the portable rooms' structures
 * contain or use. The test machine has a machine.h of its own.
 */
#ifndef MACHINE_H
#define MACHINE_H

#include "u.h"
#include "ureg.h"
#include "sync/lock.h"

typedef struct Label Label;
typedef struct MachProc MachProc;
typedef struct Proc Proc;
typedef struct Slot Slot;

/* A place to return to: the registers that a function call preserves. */
struct Label
{
	u64int sp;
	u64int pc;
	u64int bx;
	u64int bp;
	u64int r12;
	u64int r13;
	u64int r14;
	u64int r15;
};

/* Returns 0 when it sets the label, 1 when gotolabel returns to it. */
int setlabel(Label *l) __attribute__((returns_twice));
void gotolabel(Label *l) __attribute__((noreturn));

/* The kernel's address for user address va of up. */
#define userptr(va) ((void *)(uintptr)(va))

enum
{
	NFPNOTE =
	    /* note handlers inside note handlers; beyond this the outermost's registers are
	     * lost */
	    4,
};

/* The floating-point registers of the code that a note interrupted, while the note's handler
 * runs. */
typedef struct Fpnote Fpnote;
struct Fpnote
{
	/* user address of the handler's Ureg; 0: this entry is free */
	uintptr ureg;
	void *area;
};

/* The machine's part of a Proc. */
struct MachProc
{
	/* the host process it runs in */
	Slot *slot;
	/* which Slot fits: procreserve's program and thread. 0 once the process runs */
	u64int kind;
	/* the floating-point registers to start with: fp.c */
	void *fp;
	/* fp must be loaded on the way to user mode */
	int fpvalid;
	/* newest first */
	Fpnote fpnote[NFPNOTE];
	/* the floating-point registers that a debugger sees while the process is stopped */
	void *fpdebug;
	/* a debugger has changed fpdebug */
	int fpchanged;
	/* ncalls + nfaults when fpask made the copy in fpdebug */
	uvlong fpcall;
};

/* A run of frames that a slot has mapped: maps.c. */
typedef struct Map Map;
struct Map
{
	uintptr va;
	u32int frame;
	/* how many pages */
	u32int n;
	/* Pread, Pwrite and Pexec of mmu.h */
	int prot;
	/* Current, Stale or Hidden */
	int state;
};

/* Map.state */
enum
{
	Current,
	/* it belongs to an earlier address space of this slot */
	Stale,
	/* stale, and PROT_NONE, so that the program cannot reach it */
	Hidden,
};

enum
{
	/* the most with which a Slot fits in a page */
	NMAP = 144,
};

/*
 * The kernel's data of one host process. Every Slot is a page. Its host process has that page
 * mapped at the address of `self' as well. So reading up is one load, and no change that a
 * program makes to its segment registers can redirect it. entry.S knows the offsets of the
 * first fields.
 */
struct Slot
{
	/* up; nil when the slot is idle */
	Proc *proc;
	u64int kstktop;
	/* up must look at its notes and requests before it enters user mode */
	u32int kicked;
	/* leave the kernel by loading every register */
	u32int fullregs;
	/* &up->notepending; while *pend is set, blocking host calls end */
	u32int *pend;
	/* the registers that touser loads */
	Ureg exit;

	u32int index;
	/* fpask's request: fp.c */
	u32int fpasked;
	/* procsched keeps the host process on one processor */
	u32int wired;
	/* procsched changed the host process's nice value */
	u32int niced;
	/* the host process has the helper memory mapped: hosthelpmap */
	u32int helpmem;
	/* one more than the number of the host process's timer: tick.c; 0: it has none */
	s32int timer;
	/* ns of the host process's time at which the tick comes: tick.c */
	u64int tickend;
	/* the host process's id; 0: the slot has none */
	s32int hostpid;
	/* Unused, Wanted, ...: slot.c */
	u32int state;
	/* set when an idle slot has been given proc and start */
	Event wake;
	/* how long to spin for wake */
	Spin spin;
	/* in state Wanted: the word that procrun waits on; or nil */
	u32int *answer;
	void (*start)(void);
	/* procend's arguments */
	void (*done)(Proc *);
	Rendez *told;
	/* the next in the list of idle slots */
	Slot *next;
	/* kind of the Proc that the slot runs, or ran last: MachProc.kind */
	u64int kind;

	/* user and system time of the host process in ns, as last asked */
	uvlong usage[2];
	/* monons when usage was asked; 0: never */
	uvlong usageat;

	/* floating-point registers in the frame of the trap being handled; nil: they are in the
	 * CPU */
	void *fpframe;

	/* Requests of other processes for this one's mappings: flush.c. */

	/* held by the process that makes a request. Rank Rflushlock: after Segment.lk */
	QLock flushlock;
	u32int flushreq;
	/* the process is lazy: it touches no user memory */
	u32int asleep;
	/* futex: the state of mmufreeze's request */
	u32int freeze;
	u64int flushva;
	u64int flushlen;
	u64int frozenva;
	u64int frozenlen;
	/* the holder for which the range is frozen, unless freeze is Thawed */
	u32int holder;

	/* The host call that the process waits in, for the state dump: waitbegin. */

	/* frame pointer of the waiting function; 0: it does not wait */
	uintptr waitbp;
	u64int waitarg;
	s32int waitnr;

	/* The list of mappings, ascending by va: maps.c. Only this process touches it. */

	u32int nmap;
	/* the list may be wrong; the kick handler sets this too */
	u32int mapsunknown;
	u32int nstale;
	u32int nhidden;
	/* the slot that procreserve took, whose list mmucheapest reads; nil: this one */
	Slot *reserved;
	Map map[NMAP];
};

extern Slot self __attribute__((visibility("hidden")));

#define up (self.proc)

#endif

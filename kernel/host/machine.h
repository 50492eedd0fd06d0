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

/* 0 when it sets the label, 1 when gotolabel returns to it. */
int setlabel(Label *l) __attribute__((returns_twice));
void gotolabel(Label *l) __attribute__((noreturn));

/* Where the kernel reaches up's memory at user address va. */
#define userptr(va) ((void *)(uintptr)(va))

enum
{
	NFPNOTE =
	    4, /* handlers in handlers: more lose the outermost's registers */
};

/* The floating point registers of what a note interrupted, while its handler runs. */
typedef struct Fpnote Fpnote;
struct Fpnote
{
	/* the handler's; 0: free */
	uintptr ureg;
	void *area;
};

/* The machine's part of a Proc. */
struct MachProc
{
	/* the host process it runs in */
	Slot *slot;
	/* the argument of procreserve, until the process runs */
	u64int kind;
	/* floating point registers to start with: see fp.c */
	void *fp;
	/* fp is to be loaded on the way to user mode */
	int fpvalid;
	/* the newest first */
	Fpnote fpnote[NFPNOTE];
	/* the floating point registers that a debugger reads while the process is stopped */
	void *fpdebug;
	/* a debugger has changed fpdebug */
	int fpchanged;
	/* system calls and faults when fpask made the copy that is in fpdebug */
	uvlong fpcall;
};

/* A run of frames that a slot has mapped: maps.c. */
typedef struct Map Map;
struct Map
{
	uintptr va;
	u32int frame;
	/* pages */
	u32int n;
	/* Pread and the others of mmu.h */
	int prot;
	/* Current, Stale or Hidden */
	int state;
};

/* Map.state */
enum
{
	Current,
	/* of an earlier address space of this slot */
	Stale,
	/* stale, and out of the program's reach: PROT_NONE */
	Hidden,
};

enum
{
	/* as many as make a Slot fill a page */
	NMAP = 144,
};

/*
 * The kernel's data of one host process. Every slot has a page of its own, mapped at the
 * address of `self' in its host process. So up is one load, and no change that a program makes
 * to its segment registers can redirect it. entry.S knows the offsets of the first fields.
 */
struct Slot
{
	/* up; nil when the slot is idle */
	Proc *proc;
	u64int kstktop;
	/* up must look at its notes and requests before user mode */
	u32int kicked;
	/* leave the kernel by loading every register */
	u32int fullregs;
	/* &up->notepending: when it is set, blocking host calls end */
	u32int *pend;
	/* the registers that touser loads */
	Ureg exit;

	u32int index;
	/* fpask: see fp.c */
	u32int fpasked;
	/* procsched keeps it to one processor */
	u32int wired;
	/* procsched gave it another nice value */
	u32int niced;
	/* 0: the slot has no host process */
	s32int hostpid;
	/* see slot.c */
	u32int state;
	/* set when proc and start are */
	Event wake;
	/* for wake */
	Spin spin;
	/* in state Wanted: the word at which procrun waits; or nil */
	u32int *answer;
	void (*start)(void);
	/* procend's arguments */
	void (*done)(Proc *);
	Rendez *told;
	/* idle list */
	Slot *next;
	/* procreserve's kind of the Proc that the slot runs, or ran last */
	u64int kind;

	/* user and system time of the host process, ns, at the last look */
	uvlong usage[2];
	/* monons of the last look */
	uvlong usageat;

	/* saved FP registers of the trap being handled; nil: they are in the CPU */
	void *fpframe;

	/* Requests of other processes: flush.c. */

	/* held by the process that makes a request. Rank Rflush: after Segment.lk */
	QLock flushlock;
	u32int flushreq;
	/* the process is lazy: it touches no user memory */
	u32int asleep;
	/* the state of mmufreeze's request; futex */
	u32int freeze;
	u64int flushva;
	u64int flushlen;
	u64int frozenva;
	u64int frozenlen;
	/* the holder that mmufreeze was given, unless freeze is Thawed */
	u32int holder;

	/* The host call that the process waits in, for the state dump: waitbegin. */

	/* frame pointer of the waiting function; 0: it does not wait */
	uintptr waitbp;
	u64int waitarg;
	s32int waitnr;

	/* The list of mappings, ascending by va: maps.c. Only this process touches it. */

	u32int nmap;
	/* the list is out of date; the kick handler sets this too */
	u32int mapsunknown;
	u32int nstale;
	u32int nhidden;
	/* the slot whose list mmucheapest reads; nil: this one */
	Slot *reserved;
	Map map[NMAP];
};

extern Slot self __attribute__((visibility("hidden")));

#define up (self.proc)

#endif

/*
 * What the portable rooms' structures need to know of this machine: x86-64
 * Linux. The harness has its own machine.h.
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

/* A place to return to: what a function call must preserve. */
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

/* The machine's part of a Proc. */
struct MachProc
{
	Slot *slot; /* the host process it runs in */
	u64int kind; /* procreserve's, until it runs */
	void *fp; /* floating point registers to start with: see fp.c */
	int fpvalid; /* fp is to be loaded on the way to user mode */
	void *fpnote; /* kept while a note handler runs */
	void *fpdebug; /* shown while it is stopped */
	int fpchanged; /* by a debugger */
};

/* A run of frames that a slot has mapped: maps.c. */
typedef struct Map Map;
struct Map
{
	uintptr va;
	u32int frame;
	u32int n; /* pages */
	int prot; /* Pread.. */
	int state; /* Current .. */
};

/* Map.state */
enum
{
	Current,
	Stale, /* of an earlier address space of this slot */
	Hidden, /* the same, and out of the program's reach: PROT_NONE */
};

enum
{
	NMAP = 144, /* fits a Slot's page */
};

/*
 * What a host process knows of itself. Every slot has a page of its own, and sees it
 * at the address of `self'; so up is one load, and nothing a program does to
 * its segment registers can change it. The first fields' places are known to
 * entry.S.
 */
struct Slot
{
	Proc *proc; /* up; nil when idle */
	u64int kstktop;
	u32int kicked; /* look at notes and requests before user mode */
	u32int fullregs; /* leave the kernel by loading every register */
	u32int *pend; /* &up->notepending: ends blocking host calls */
	Ureg exit; /* what touser loads */

	u32int index;
	u32int wired; /* procwire */
	s32int hostpid; /* 0: no host process */
	u32int state; /* see slot.c */
	Event wake; /* proc and start are set */
	Spin spin; /* for wake */
	u32int *answer; /* Wanted: procrun waits here; or nil */
	void (*start)(void);
	void (*done)(Proc *); /* procend's arguments */
	Rendez *told;
	Slot *next; /* idle list */
	u64int kind; /* of the Proc it runs, or ran last: procreserve */

	/* the host process, when it was last asked */
	uvlong usage[2]; /* user and system ns */
	uvlong usageat; /* monons of that */

	void
	    *fpframe; /* registers of the trap being handled; nil: in the CPU */

	/* mmuflush, mmufreeze: see flush.c */
	/* rank Rflush: after Segment.lk */
	QLock flushlock;
	u32int flushreq;
	u32int asleep; /* where no user memory is touched */
	u32int held; /* futex */
	u64int flushva;
	u64int flushlen;
	u64int frozenva;
	u64int frozenlen;
	u32int holder; /* whose hold it is, while held */

	/* the wait it is in, for the state dump: waitbegin; waitbp is 0 in none */
	uintptr waitbp;
	u64int waitarg;
	s32int waitnr;

	/* what is mapped, ascending by va: maps.c. Touched by this process only */
	u32int nmap;
	u32int
	    mapsunknown; /* the list is not to be trusted; set by the kick handler too */
	u32int nstale;
	u32int nhidden;
	Slot *hints; /* whose list mmuhint looks at; nil: this one's */
	Map map[NMAP];
};

extern Slot self __attribute__((visibility("hidden")));

#define up (self.proc)

#endif

/*
 * The MMU. Mappings are a cache of what Segments say: they may vanish at any time, and a fault
 * brings them back. All functions but mmuflush, mmufreeze and mmuthaw act on up and its own
 * host process. Callers of mmuput hold the lock of the Segment that the pages belong to, so
 * that an mmuflush by another holder of that lock cannot be overtaken.
 *
 * Mapping is most of the cost of starting a program. So a new address space begins with the
 * mappings of the host process's last one, which are stale. mmusettle hides the stale mappings
 * that mmuput has not asked for again. Until then user memory may be touched only where mmuput
 * has mapped it.
 */
#ifndef MMU_H
#define MMU_H

#include "u.h"

typedef struct Proc Proc;

enum
{
	Pread = 1,
	Pwrite = 2,
	Pexec = 4,
	/* for mmuput alone, and not recorded: the pages will be touched soon */
	Ppopulate = 8,
	/* for mmuput alone, and not recorded: no process writes to the frames while they are
	 * mapped */
	Pimmutable = 16,
};

/* up begins a new address space. For Segments, nothing is mapped. */
void mmunew(void);

/* Hide stale mappings. Called before user mode, and before the kernel touches user memory that
 * it has not just mapped. */
void mmusettle(void);

/* The frame that costs least to map at va; NOFRAME (~0) if all cost the same. */
u32int mmucheapest(uintptr va);

/* Map n frames, from `frame' on, at va. va is page-aligned; the pages are all inside one
 * segment. Without Ppopulate the host maps each page only when it is touched. */
void mmuput(uintptr va, u32int frame, u32int n, int prot);

/* Remove the mappings in [va, va+len). */
void mmudrop(uintptr va, uvlong len);

/* Take write permission from the mappings in [va, va+len). */
void mmurdonly(uintptr va, uvlong len);

/*
 * Shootdown: make p remove all its mappings in [va, va+len), whatever p does (user code, host
 * call, waiting for a lock), and wait until it has. A lazy p is only sure to remove them before
 * it touches memory again. p must not end meanwhile: the caller holds a lock that p's exit
 * takes before its host process can be reused. If p's host process has no user mappings,
 * mmuflush returns at once.
 */
void mmuflush(Proc *p, uintptr va, uvlong len);

/*
 * Make p keep its mappings in [va, va+len) but touch nothing there until mmuthaw, and wait
 * until that is sure. In user mode, or lazy, p stops for some milliseconds at most. In the
 * kernel, or after that time, p removes the mappings and goes on. holder, which is not 0, names
 * the owner of this hold. If p is frozen for another holder, it removes the mappings at once.
 * As with mmuflush, p must not end; the caller holds the Segment's lock.
 */
void mmufreeze(Proc *p, uintptr va, uvlong len, u32int holder);
/* End the hold of `holder' on p: p may touch again everything that is frozen for it. */
void mmuthaw(Proc *p, u32int holder);

/* Does [va, va+len) touch addresses that no program may use: below UTZERO, in the kernel's
 * range, or beyond USTKTOP? */
int hostreserved(uintptr va, uvlong len);

#endif

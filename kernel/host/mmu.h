/*
 * The MMU. Mappings are a cache of what Segments say: they may vanish at any time, and a
 * fault brings them back. All functions but mmuflush, mmufreeze and mmuthaw act on up and
 * its own host process. Callers of mmuput hold the lock of the Segment that the pages belong
 * to, so that mmuflush by another holder cannot be overtaken.
 *
 * Mapping is most of the cost of starting a program. So a new address space begins with the
 * mappings of the host process's last one, which are stale: until mmusettle hides those that
 * mmuput has not asked for again, user memory is touched only where mmuput has mapped it.
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
	/* for mmuput, which does not keep them: it will be touched soon; */
	Ppopulate = 8,
	/* no process writes to the frames while they are mapped */
	Pimmutable = 16,
};

/* up begins a new address space: nothing is mapped, as far as Segments know. */
void mmunew(void);

/* Hide what is stale. Before user mode, and before touching user memory that was not just
 * mapped. */
void mmusettle(void);

/* The frame that costs least to map at va; NOFRAME (~0) if all cost the same. */
u32int mmucheapest(uintptr va);

/* Map n frames from `frame' at va (page-aligned, inside one segment). Without Ppopulate the
 * host maps each only when it is touched. */
void mmuput(uintptr va, u32int frame, u32int n, int prot);

/* Forget mappings in [va, va+len). */
void mmudrop(uintptr va, uvlong len);

/* Take write permission from mappings in [va, va+len). */
void mmurdonly(uintptr va, uvlong len);

/*
 * Shootdown: make p forget all mappings in [va, va+len), whatever p does (user code, host
 * call, waiting for a lock), and wait until it has. If p is lazy, it is only sure to forget
 * them before it touches memory again. p must not end meanwhile: the caller holds a lock that
 * p's exit takes before its host process can be reused. A p whose host process has no user
 * mappings is done at once.
 */
void mmuflush(Proc *p, uintptr va, uvlong len);

/*
 * Make p keep its mappings in [va, va+len) but touch nothing there until mmuthaw, and wait
 * until that is sure. In user mode, or lazy, p stops for some milliseconds at most; in the
 * kernel, or after that time, it forgets the mappings and goes on. holder, not 0, says whose
 * hold it is: if p is frozen for another, it forgets them at once. As for mmuflush, p must not
 * end, and the Segment's lock is held.
 */
void mmufreeze(Proc *p, uintptr va, uvlong len, u32int holder);
/* p may touch again all that is frozen for holder. */
void mmuthaw(Proc *p, u32int holder);

/* Does [va, va+len) touch what no program may use (the kernel's range, or beyond USTKTOP)? */
int hostreserved(uintptr va, uvlong len);

#endif

/*
 * Waiting for memory.
 *
 *   newpage getpages   private pages; they wait for frames
 *   waitheap           waits for the kernel's own memory
 *
 * When no frame is free, cached pages that nobody uses are reclaimed first. If there are none,
 * the process with most memory is ended (killbig: proc/oom.c), and the others wait for its
 * frames. When the kernel's heap has nothing for a Segment's table of pages, the process that has
 * most of the heap is ended (killheap). If that does not help, the process that wants the table
 * does without.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"

enum
{
	/* ms between two looks for memory */
	Waitms = 5,
	/* how many looks before another process has to die */
	Patience = 400,
	/* how many looks before it is an error */
	Giveup = 3 * Patience,
	/* how many frames to reclaim, though only one is needed now */
	Reclaimmore = 128,
};

typedef struct Oom Oom;
struct Oom
{
	QLock lk;
	/* no process is killed before this time (monons), so that the last one can end */
	uvlong quiet;
};

static Oom oom = {.lk = QLOCKRANK(Room)};
static Oom heapoom = {.lk = QLOCKRANK(Room)};

/* End a process with kill, unless one may still be ending, or there is memory again. Returns 0
 * if there is none to be ended. */
static int
killone(Oom *o, int (*kill)(const char *), int (*full)(void))
{
	int killed;

	qlock(&o->lk);
	killed = 1;
	if(monons() >= o->quiet && full()) {
		killed = kill("out of memory");
		o->quiet = monons() + (uvlong)Waitms * Patience * 1000000;
	}
	qunlock(&o->lk);
	return killed;
}

static int
framesfull(void)
{
	return freeframes() == 0;
}

/* Has the heap no room for a Pte? */
static int
heapfull(void)
{
	void *p;

	p = malloc(sizeof(Pte) + PTEPERTAB * sizeof(Page *));
	free(p);
	return p == nil;
}

/* No frame is free: reclaim some, or wait for some. Errors if there is no hope. */
static void
waitmemory(int try)
{
	nolocks("wait for memory");
	if(reclaimframes(Reclaimmore))
		return;
	if(try >= Giveup || !killone(&oom, killbig, framesfull))
		error(Enovmem);
	tsleep(&up->sleeprend, return0, nil, Waitms);
}

void
waitheap(int try)
{
	nolocks("wait for the heap");
	if(try >= Giveup)
		error(Enovmem);
	killone(&heapoom, killheap, heapfull);
	tsleep(&up->sleeprend, return0, nil, Waitms);
}

u32int
getpages(Page **pg, Framewant *w, int zero)
{
	u32int n;
	int try;

	for(try = 0; (n = trypages(pg, w, zero)) == 0; try++)
		waitmemory(try);
	return n;
}

Page *
newpage(int zero, u32int hint)
{
	Framewant w;
	Page *p;

	w.n = 1;
	w.hint = hint;
	w.window = 1;
	w.offset = 0;
	getpages(&p, &w, zero);
	return p;
}

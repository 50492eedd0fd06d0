/*
 * mm's own header: the structures of the room, and the functions that its files share. The
 * image cache's part is imagedat.h.
 */
#ifndef MMDAT_H
#define MMDAT_H

#include "u.h"
#include "portdat.h"
#include "lib/error.h"
#include "mm/mm.h"
#include "host/host.h"

typedef struct Datapages Datapages;
typedef struct Framerun Framerun;
typedef struct Framewant Framewant;
typedef struct Holdpolicy Holdpolicy;
typedef struct Page Page;
typedef struct Pte Pte;
typedef struct Putlist Putlist;
typedef struct Readahead Readahead;
typedef struct Sema Sema;
typedef struct Zerorun Zerorun;

/* The test machine poisons free frames. At first all frames are free. */
#ifndef FRAMEUSED
#define FRAMEUSED(frame, n) ((void)0)
#define FRAMEFREE(frame, n) ((void)0)
#endif

enum
{
	/* how many pages a Pte covers: 2 MiB */
	PTEPERTAB = 512,
	/* how many Ptes a Segment's first table has at most, and each of the others: 2 GiB */
	NEARPTES = 1024,
	/* the most frames that are allocated or mapped at once */
	MAXRUN = PTEPERTAB,
	/* the most pages in one read of a file */
	MAXREAD = 256,
};

/* The most pages in a Segment: 16 TiB. */
#define MAXSEGPAGES (1ULL << 32)

/*
 * A frame in use. Page structures are type-stable: pages[frame] belongs to its frame for ever.
 *
 * r counts the Ptes of Segments, the cache, and processes that use a cached page for a moment.
 * A page in an Image's hash has one reference for that, and is reclaimable if it has no other.
 * A private page has references from Ptes only. If there is only one, the users of that Segment
 * may write to the page (owned), so no other process may take a reference.
 *
 * image, daddr and valid are set before the page can be found in the hash. They are cleared
 * under the Image's lock, when there is no other reference. So a process with a reference may
 * read them without a lock.
 */
struct Page
{
	Ref r;
	/* the Image that caches it; nil if it is private */
	Image *image;
	/* its offset in the file */
	uvlong daddr;
	/* how many bytes come from the file (the rest is zero), and PGTEXT */
	u32int valid;
	u32int frame;
	/* next in the Image's hash chain */
	Page *next;
};

/*
 * A bit of Page.valid. The offset and Page.valid together identify the contents of a cached
 * page. Text has its system calls rewritten, data has not. A page that is zero behind the end
 * of a short text is not the page of a longer text. So a search for one kind of page must not
 * find another kind.
 */
enum
{
	PGTEXT = 0x8000,
};

/* A part of a Segment: PTEPERTAB pages, or fewer in a small Segment. */
struct Pte
{
	/* how many pages it has room for */
	u32int n;
	/* how many pages it has */
	u32int npage;
	Page *pages[];
};

/* Semaphore waiters of a Segment: semacquire(2). */
struct Sema
{
	Rendez rend;
	/* the semaphore's user address */
	uintptr addr;
	int waiting;
	/* a wake came for it after it had acquired the semaphore */
	int spare;
	Sema *next;
	Sema *prev;
};

/*
 * The first data pages of a program that the Image had when an exec last asked it. The data
 * Segments of the program begin with them. A Datapages belongs to the text Segment that the
 * execs of a running program share, and is under its lk. So these execs need not ask the Image.
 */
struct Datapages
{
	/* Segment.flen of the data Segments that it is for */
	uvlong flen;
	/* Image.entered when the Image was last asked */
	u32int entered;
	/* how many pages it has room for */
	u32int n;
	/* each has a reference; or nil */
	Page *pages[];
};

/* Zero fill of a Segment: zero.c. */
struct Zerorun
{
	/* the last fault made pages [lo, hi): a fault at either end is sequential */
	uvlong lo;
	uvlong hi;
	/* how many pages the next sequential fault makes */
	u32int n;
};

/* Read-ahead of a Segment: readahead.c. Atomic. */
struct Readahead
{
	/* how many pages the last read took */
	u32int n;
	/* the page behind the last read */
	uvlong next;
};

/* Whether an rfork holds the users of a Segment: holdpolicy.c. */
struct Holdpolicy
{
	/* one less than a power of 2, which each failed hold doubles */
	u32int fails;
	/* how many of the next rforks do not hold */
	u32int skip;
};

/*
 * Type-stable: the memory of a Segment is used only for Segments, and that of a text Segment
 * only for text Segments. Fields are under lk unless said otherwise. base and top may be read
 * without it as a hint (segtop).
 *
 * Each Proc with s in its seg[] has a reference. A sole user may map pages that are to be
 * copied on write read-only (romapped). In a Segment with several users such pages are copied
 * at the first touch instead, so replacing one never needs a shootdown in the other users.
 */
struct Segment
{
	Ref r;
	/* rank Rsegment: after Proc.seglock, before Slot.flushlock and Image.lk */
	QLock lk;
	/* SG_...; never changes */
	int type;
	/* the first address */
	uintptr base;
	/* the first address beyond */
	uintptr top;
	/* how many pages can exist. If the file of text has fewer than fit between base and
	 * top, only those: execseg.c */
	uvlong size;
	/* the Image of the file that s shows; s is a user of it. In a text Segment it is set
	 * last, and findtext reads it without the lock */
	Image *image;
	/* the file's offset of base */
	uvlong fstart;
	/* how many bytes come from the file; the rest is zero */
	uvlong flen;
	/* the Ptes of the first 2 GiB: segtab.c */
	Pte **map;
	/* how many Ptes map has room for */
	u32int mapsize;
	/* tables for the rest, of NEARPTES Ptes each; or nil */
	u32int nfar;
	Pte ***far;
	/* how many pages exist */
	u32int used;
	Zerorun zero;
	Readahead read;
	/* for placement: 1 + the frame that page 0 would have next to the pages read first; 0
	 * if nothing was read yet. Atomic */
	u32int home;
	/* a user may have mapped pages read-only that are to be copied on write */
	int romapped;
	/* its instructions can be run: it is text, or segflush(2) was called */
	int exec;
	/* rfork copied it from another process's Segment */
	int copy;
	/* pid of the process whose rfork holds the users of s until a copy is released; 0: not
	 * held. Futex */
	u32int held;
	Holdpolicy holds;
	/* in a copy: the hold to release when it ends; atomic: forkhold.c */
	Forkhold *hold;
	/* in a text Segment, after its second exec; else nil */
	Datapages *datapages;
	/* segsetprofile's block, or nil; freed with the Segment. Atomic */
	void *profile;
	/* the class name of segattach, or nil */
	char *name;
	/* rank Rsema: before Rendez.l */
	Lock semalock;
	/* head of the list of waiters; under semalock */
	Sema sema;
	/* next in the free list */
	Segment *next;
};

/* --- frame.c, frametrim.c --- */

/* A request for frames: framealloc, trypages. */
struct Framewant
{
	/* how many frames, 1 to MAXRUN */
	u32int n;
	/* the frame that would suit best, or NOFRAME */
	u32int hint;
	/* if the hint is not free: look for a place with room for this many frames */
	u32int window;
	/* the first frame's offset in such a place */
	u32int offset;
	/* set by trypages: most of the pages may never be touched */
	int guess;
	/* set by trypages: Framerun.fresh of the frames */
	int fresh;
};

/* A run of neighbouring frames. */
struct Framerun
{
	u32int first;
	/* 0: no frame is free */
	u32int n;
	/* the host has not made their memory yet */
	int fresh;
	/* bit k: frame first+k may contain old bytes */
	u64int old[MAXRUN / 64];
};

void frameinit(u32int nframes);
void framealloc(const Framewant *w, Framerun *r);
void framefree(u32int first, u32int n);
/* `freed' frames were freed. If many free frames are dirty, give their memory back to the host:
 * at most twice `freed' frames, so that a process that frees little does not do the work of
 * another. No Lock held. */
void frametrim(u32int freed);

/* --- page.c, memwait.c --- */

/*
 * A private page with one reference. With zero set its contents are zero, else undefined. hint
 * is the frame that would suit best, or NOFRAME. Waits for memory: reclaims, then has the
 * largest process killed. Errors: Enovmem if that does not help, Eintr. No Lock held, nor a
 * lock of this room.
 */
Page *newpage(int zero, u32int hint);
/* The heap had nothing, try times before this: wait a little, for a process that ends may leave
 * some. Errors: Enovmem after six seconds, Eintr. No lock of this room held, nor a Lock. */
void waitheap(int try);
/* Drop a reference to p; the last frees its frame. No Lock held. */
void putpage(Page *p);
/* p's kernel address */
uchar *pageaddr(Page *p);
/* Get private pages in neighbouring frames into pg[0..], at least 1 and at most w->n. Returns
 * how many; 0 if there are none now. Does not sleep. */
u32int trypages(Page **pg, Framewant *w, int zero);
/* The same, but waits for memory as newpage does. */
u32int getpages(Page **pg, Framewant *w, int zero);

/* Copy the bytes of n pages, whose frames are neighbours from `from' on, to n new pages from
 * `to' on. fresh is Framewant.fresh of the new pages. */
void copypages(Page *to, Page *from, u32int n, int fresh);

/* Collects pages to put, so that frames are given back in runs. Initialise it with {0};
 * putlater adds a page, putnow ends it. */
struct Putlist
{
	u32int first;
	u32int n;
	/* how many frames were given back in all */
	u32int freed;
};
void putlater(Putlist *l, Page *p);
void putnow(Putlist *l);

/* --- segtab.c; caller holds s->lk, or nobody else knows s --- */

/* The slot of page idx of s. It is nil if no page was ever there. With make the slot is made,
 * and it is nil only if there is no memory. */
Page **segslot(Segment *s, uvlong idx, int make);
/* Page idx of s, or nil. Takes no reference. */
Page *pageat(Segment *s, uvlong idx);
/* Make p page idx of s, with the caller's reference. s has an empty slot for idx. */
void segput(Segment *s, uvlong idx, Page *p);
/* The first Pte of s in chunk *c or later, whose chunk *c becomes; nil if there is none. */
Pte *nextpte(Segment *s, uvlong *c);
/* Make a Pte with room for n pages for chunk c of s, which has none. nil if there is no
 * memory. */
Pte *newpte(Segment *s, uvlong c, u32int n);
/* Make room for npages in s's map. Returns 0 if there is no memory, or npages are too many. */
int segrow(Segment *s, uvlong npages);
/* Free all tables of s, and put the pages. */
void freetab(Segment *s);

/* --- segment.c --- */

/* Set s's class name; nil: none. Returns 0 if there is no memory. */
int setsegname(Segment *s, const char *name);
/* Does [base, base+len) overlap addresses of the kernel, or a Segment of p other than `except'?
 * p's seglock is held, or p is up. */
int segoverlap(Proc *p, uintptr base, uvlong len, Segment *except);
/* Shoot down [va, va+len) in all users of s but up, and with own in up too. Caller holds
 * s->lk. */
void segflushall(Segment *s, uintptr va, uvlong len, int own);
/* The users of s but up, one in each call; *k is 0 at first. nil at the end. Caller holds
 * s->lk. A process that gets s later maps it after the caller unlocks s; a process that gives s
 * up locks it first. */
Proc *nextuser(Segment *s, u32int *k);

/* --- segroom.c --- */

/* Does a user of s other than up have another Segment in [from, to)? Caller holds segroomlock
 * and s->lk. */
int segroomtaken(Segment *s, uintptr from, uintptr to);
/* Are the pages of s copied on write? */
int segcopies(Segment *s);

/* May the users of a Segment write to page p, which is in one of its slots? The Segment is
 * locked and copies on write. The answer stays true while it is locked: a process must lock the
 * Segment to take another reference to p. */
static inline int
owned(Page *p)
{
	return p->image == nil && getref(&p->r) == 1;
}

/* --- forkhold.c --- */

/* Hold the users of s, which has several, for `copy', which shares its pages and which nobody
 * else knows yet. Returns 0 if they are not held. Caller holds s->lk. */
int holdseg(Forkhold *h, Segment *s, Segment *copy);
/* Release the hold for s, a copy, if there is one. kept is 0 if its pages are put, 1 if they
 * will not be put soon. */
void releaseseg(Segment *s, int kept);
/* Wait until the users of s are not held. The caller has a reference to s and no Lock, nor
 * s->lk. */
void waithold(Segment *s);

/* --- holdpolicy.c; caller holds the Segment's lk --- */

/* Should this rfork hold? */
int holdwanted(Holdpolicy *p);
/* How the last hold ended: its child kept the copy, or released it in time. */
void holdfailed(Holdpolicy *p);
void holdworked(Holdpolicy *p);

/* --- place.c --- */

/* Fill *w with the frames that would suit pages [idx, idx+n) of s. private: the pages will be
 * private. Caller holds s->lk. */
void segplace(Segment *s, uvlong idx, u32int n, int private, Framewant *w);
/* Note that p is page idx of s's file. */
void noteplace(Segment *s, uvlong idx, Page *p);

/* --- fault.c --- */

/* The protection with which to map page p of s. several: s has several users. 0: p must not be
 * mapped now. Only a Segment with exec set can be executed. Caller holds s->lk. */
int pageprot(Segment *s, Page *p, int several);

/* --- zero.c --- */

/*
 * Make zero pages of s at idx and around it, where the file has nothing. They begin at *lo;
 * returns how many. There is a slot for idx. *spare, a zero page or nil, is used if there is no
 * other memory; without either, returns 0. *soon: host page tables are worth making for all of
 * them. Caller holds s->lk.
 */
u32int zerofill(Segment *s, uvlong idx, Page **spare, uvlong *lo, int *soon);

/* --- workset.c --- */

/* i becomes the Image of another file. Caller holds the table's lock; i has no users. */
void worksetreset(Image *i);
/* Will a program of i probably touch most of its bss? The caller is a user of i. */
int bssexpected(Image *i);
/* s, the bss of up, has grown from `from' pages. Of the new pages, make and map those that the
 * last run of i's program used. up runs i's program; its seglock and s->lk are held. */
void brkprefill(Segment *s, Image *i, uvlong from);

/* --- readahead.c --- */

/* How many pages to read at once for page idx of s, which the cache lacks: at most MAXREAD. The
 * caller has a reference to s. */
u32int readahead(Segment *s, uvlong idx);
/* Note that a read for s ended before page idx. */
void noteread(Segment *s, uvlong idx);

/* --- pagein.c --- */

/* The Page.valid that page idx of s must have, and its offset in the file; 0 if the page shows
 * nothing of a file. */
u32int filebytes(Segment *s, uvlong idx, uvlong *off);
/* Read page idx of s and some neighbours into the cache. Returns the page with a reference. The
 * caller has a reference to s and no lock. Sleeps. Errors. */
Page *pagein(Segment *s, uvlong idx);

#include "mm/imagedat.h"

#endif

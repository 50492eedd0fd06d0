/*
 * mm's own header: the structures of the room, and what its files say to each
 * other. The image cache's part is imagedat.h.
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
typedef struct Pte Pte;
typedef struct Putlist Putlist;
typedef struct Readahead Readahead;
typedef struct Sema Sema;
typedef struct Zerorun Zerorun;

/* For the test machine, which poisons frames that are free, as all are at first. */
#ifndef FRAMEUSED
#define FRAMEUSED(frame, n) ((void)0)
#define FRAMEFREE(frame, n) ((void)0)
#endif

enum
{
	/* pages a Pte covers: 2 MiB */
	PTEPERTAB = 512,
	/* in a Segment's first table, and each of the others: 2 GiB */
	NEARPTES = 1024,
	/* most frames allocated, or mapped, at once */
	MAXRUN = PTEPERTAB,
	/* most pages in one read of a file */
	MAXREAD = 256,
};

/* Pages of a Segment: 16 TiB. */
#define MAXSEGPAGES (1ULL << 32)

/*
 * A frame in use. Page structures are type-stable: pages[frame] for ever.
 *
 * r counts Segments' Ptes, the cache, and for cached pages also a process that
 * uses one for a moment. A page in an Image's hash has one reference for that,
 * and is reclaimable when it has no other. A private page is held by Ptes only:
 * when there is but one its users may write to it (owned), so nobody else may
 * take a reference.
 *
 * image, daddr and valid are set before the page can be found in the hash,
 * and cleared, under the Image's lock, when nobody else holds the page: a
 * holder may read them without lock.
 */
struct Page
{
	Ref r;
	/* that caches it; nil if private */
	Image *image;
	/* file offset in image */
	uvlong daddr;
	/* bytes of the file, the rest is zero; and PGTEXT */
	u32int valid;
	u32int frame;
	/* image hash chain */
	Page *next;
};

/*
 * Page.valid. It and the offset identify what a cached page holds. Text has its
 * system calls rewritten, data has not; and a page that is zero after the end of
 * one text is not the page of a longer text. So a search for one kind never
 * finds a page of the other.
 */
enum
{
	PGTEXT = 0x8000,
};

/* Part of a Segment: PTEPERTAB pages or, in a small segment, fewer. */
struct Pte
{
	/* pages it has room for */
	u32int n;
	/* pages it has */
	u32int npage;
	Page *pages[];
};

/* Semaphore waiters of a Segment: semacquire(2). */
struct Sema
{
	Rendez rend;
	/* user address */
	uintptr addr;
	int waiting;
	/* woken after it had got the semaphore */
	int spare;
	Sema *next;
	Sema *prev;
};

/*
 * The first data pages of a program that its Image had when an exec last looked:
 * the data Segments of the program begin with them. Belongs to the text Segment
 * that those execs share and is under its lk, so that an exec of a running
 * program need not ask the Image.
 */
struct Datapages
{
	/* the data Segments' flen; with another, it is not for them */
	uvlong flen;
	/* Image.entered when the Image was last asked */
	u32int entered;
	/* pages it has room for */
	u32int n;
	/* with a reference each; or nil */
	Page *pages[];
};

/* Zero fill of a Segment: zero.c. */
struct Zerorun
{
	/* pages [lo, hi) came with the last fault: the next one at either end is
	 * sequential */
	uvlong lo;
	uvlong hi;
	/* pages to make at the next sequential fault */
	u32int n;
};

/* Read-ahead of a Segment: readahead.c. Atomic. */
struct Readahead
{
	/* pages that the last read took */
	u32int n;
	/* the page where it ended */
	uvlong next;
};

/* Which rforks hold a Segment's users: holdpolicy.c. */
struct Holdpolicy
{
	/* one less than a power of 2, and that power is doubled by each hold that
	 * failed */
	u32int fails;
	/* the next rforks that do not hold */
	u32int skip;
};

/*
 * Type-stable: memory of a Segment is only ever used for Segments, and that of
 * a text Segment for text Segments. Fields are under lk unless said otherwise;
 * base and top may be read without it as a hint (segtop).
 *
 * Each Proc that has s in its seg[] holds a reference. While there is but one,
 * pages that are to be copied on write may be mapped read-only (romapped);
 * in a Segment with several users they are copied at the first touch instead,
 * so that replacing one never needs a shootdown of the other users' mappings.
 */
struct Segment
{
	Ref r;
	/* rank Rsegment: after Proc.seglock, before Slot.flushlock and Image.lk */
	QLock lk;
	/* SG_...; never changes */
	int type;
	/* first address */
	uintptr base;
	/* first address beyond */
	uintptr top;
	/* pages there may be; from there to top there are none: execseg.c. Else all that fit */
	uvlong size;
	/* the file it shows; s is a user of it. In a text segment set last, and
	 * read without lock: findtext */
	Image *image;
	/* file offset of base */
	uvlong fstart;
	/* bytes of file; the rest is zero */
	uvlong flen;
	/* Ptes of the first 2 GiB: segtab.c */
	Pte **map;
	/* Ptes in map */
	u32int mapsize;
	/* tables of what is beyond, NEARPTES each, or nil */
	u32int nfar;
	Pte ***far;
	/* pages present */
	u32int used;
	Zerorun zero;
	Readahead read;
	/* placement: 1 + the frame that page 0 would have beside the pages that
	 * were read first; 0: nothing was read. Atomic */
	u32int home;
	/* its user may have mapped copy-on-write pages */
	int romapped;
	/* its instructions can be run: it is text, or segflush(2) said so */
	int exec;
	/* made by rfork from another process's */
	int copy;
	/* pid of the process in rfork that holds the users of s until a copy is
	 * released; 0: none. Futex */
	u32int held;
	Holdpolicy holds;
	/* of a copy: the hold to release at its end; atomic: forkhold.c */
	Forkhold *hold;
	/* of a text segment, once there was a second exec */
	Datapages *datapages;
	/* segattach class; nil otherwise */
	char *name;
	/* rank Rsema: before Rendez.l */
	Lock semalock;
	/* list head; under semalock */
	Sema sema;
	/* free list */
	Segment *next;
};

/* --- frame.c, frametrim.c --- */

/* The frames that would suit best: see framealloc. */
struct Framewant
{
	/* 1..MAXRUN */
	u32int n;
	/* a frame, or NOFRAME */
	u32int hint;
	/* frames to look for room for if the hint is no good */
	u32int window;
	/* where in the window to begin */
	u32int offset;
	/* set by trypages: most of them may never be touched */
	int guess;
	/* set by trypages: as Framerun's */
	int fresh;
};

/* Neighbouring frames. */
struct Framerun
{
	u32int first;
	/* 0: none are free */
	u32int n;
	/* the host has yet to make their memory */
	int fresh;
	/* bit k: first+k may hold old bytes */
	u64int old[MAXRUN / 64];
};

void frameinit(u32int nframes);
void framealloc(const Framewant *w, Framerun *r);
void framefree(u32int first, u32int n);
/* Frames were freed, so many. Give memory back to the host if much of it is free and not
 * zero: at most twice as many, so that a process that frees little does not do the work of
 * another. No Lock held. */
void frametrim(u32int freed);

/* --- page.c, memwait.c --- */

/*
 * A private page with one reference, contents zero if zero is set, else
 * undefined. hint: the frame that would suit best, or NOFRAME. Waits for
 * memory: reclaims, then lets the largest user process die. Errors: Enovmem
 * if even that fails, Eintr. No lock of this room held, nor a Lock.
 */
Page *newpage(int zero, u32int hint);
/* w->n private pages at most, and 1 at least, in neighbouring frames, into pg[0..];
 * how many; 0 if there are none now. Does not sleep. */
u32int trypages(Page **pg, Framewant *w, int zero);
/* The same, waiting for memory as newpage does. */
u32int getpages(Page **pg, Framewant *w, int zero);

/* Copy the bytes of n pages, those in neighbouring frames from `from' on, into as many
 * from `to' on, which are new. fresh: so was Framewant's of to's. */
void copypages(Page *to, Page *from, u32int n, int fresh);

/* Puts pages, giving frames back in runs. Set first to nothing by {0}. */
struct Putlist
{
	u32int first;
	u32int n;
	/* all that were given back */
	u32int freed;
};
void putlater(Putlist *l, Page *p);
void putnow(Putlist *l);

/* --- segtab.c; s->lk held, or nobody else knows s --- */

/* Where page idx of s is kept; nil if nothing was ever there, unless make is set: then only when
 * there is no memory. */
Page **segslot(Segment *s, uvlong idx, int make);
/* Page idx of s, no reference taken, or nil. */
Page *pageat(Segment *s, uvlong idx);
/* Page p, with its reference, becomes page idx of s, which has none there but a slot. */
void segput(Segment *s, uvlong idx, Page *p);
/* The first Pte of chunk *c or a later one, and its chunk; nil if there is none. */
Pte *nextpte(Segment *s, uvlong *c);
/* A Pte with room for n pages for chunk c of s, which has none; nil if there is no memory. */
Pte *newpte(Segment *s, uvlong c, u32int n);
/* Make room for npages in s's map; 0 if there is no memory, or they are too many. */
int segrow(Segment *s, uvlong npages);
/* Free all tables of s; the pages are put. */
void freetab(Segment *s);

/* --- segment.c --- */

/* Give s the name of its class, or none; 0 if there is no memory. */
int setsegname(Segment *s, const char *name);
/* Does [base, base+len) meet a Segment of p but `except', or anything that is
 * the kernel's? p's seglock held, or p is up. */
int segoverlap(Proc *p, uintptr base, uvlong len, Segment *except);
/* Drop what the users of s map in [va, va+len), and with own what up maps there. s->lk held. */
void segflushall(Segment *s, uintptr va, uvlong len, int own);
/* The users of s but up: one after the other, from *k = 0; nil at the end. s->lk held: a
 * process that gets s later maps it after we unlock it, and one that gives it up has to lock it
 * first. */
Proc *nextuser(Segment *s, u32int *k);
/* Are its pages copied on write? */
int segcopies(Segment *s);

/* Page p is in one of the slots of a Segment that is locked and copies on
 * write: may its users write to it? Stable while the lock is held: a process
 * that takes another reference has to lock it. */
static inline int
owned(Page *p)
{
	return p->image == nil && getref(&p->r) == 1;
}

/* --- forkhold.c --- */

/* Hold the users of s, of which there are several, for copy, which nobody knows yet and which
 * shares its pages; 0 if that is not to be. s->lk held. */
int holdseg(Forkhold *h, Segment *s, Segment *copy);
/* Release the hold for s, a copy: its pages are put; or (kept) they will not be put soon.
 * Nothing if there is none. */
void releaseseg(Segment *s, int kept);
/* Wait until s's users are not held. The caller has a reference and no Lock, nor lk. */
void waithold(Segment *s);

/* --- holdpolicy.c; the Segment's lk held --- */

/* Is this rfork to hold? */
int holdwanted(Holdpolicy *p);
/* The last hold: its child kept the copy, or released it in time. */
void holdfailed(Holdpolicy *p);
void holdworked(Holdpolicy *p);

/* --- place.c --- */

/* Which frames would suit pages [idx, idx+n) of s. s->lk held. */
void segplace(Segment *s, uvlong idx, u32int n, int private, Framewant *w);
/* p became page idx of s's file. */
void placed(Segment *s, uvlong idx, Page *p);

/* --- fault.c --- */

/* The protection with which page p of s, which has one user or several, is mapped; 0: not at
 * all now. Only what s->exec says can be executed. s->lk held. */
int pageprot(Segment *s, Page *p, int several);

/* --- zero.c --- */

/* Make zero pages of s, which come from no file, at idx and around: from *lo on, so many.
 * There is a slot for idx. *spare, a zero page or nil, is used when there is no other
 * memory; 0 if there is neither. *soon: all of them are worth the making of host page tables.
 * s->lk held. */
u32int zerofill(Segment *s, uvlong idx, Page **spare, uvlong *lo, int *soon);

/* --- workset.c --- */

/* i is for a new file. The table's lock held, and i has no users. */
void worksetreset(Image *i);
/* Will a program of i probably touch most of its bss? The caller is a user of i. */
int bssexpected(Image *i);
/* s, the bss of up, which runs i's program, had `from' pages and has grown: of the new ones make
 * and map those that the program's last run used. up's seglock and s->lk held. */
void brkprefill(Segment *s, Image *i, uvlong from);

/* --- readahead.c --- */

/* How many pages to read at once for idx, of which the cache lacks s's page: at most MAXREAD.
 * The caller has a reference on s. */
u32int readahead(Segment *s, uvlong idx);
/* A read of s ended before page idx. */
void readended(Segment *s, uvlong idx);

/* --- pagein.c --- */

/* File offset and Page.valid of page idx of s; 0 if it shows no file. */
u32int filebytes(Segment *s, uvlong idx, uvlong *off);
/* Read page idx of s and some neighbours into the cache. The page, with a
 * reference. The caller holds a reference on s and no lock. Sleeps. Errors. */
Page *pagein(Segment *s, uvlong idx);

#include "mm/imagedat.h"

#endif

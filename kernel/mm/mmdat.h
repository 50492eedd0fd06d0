/*
 * mm's own header: the structures of the room, and what its files say to each
 * other.
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
typedef struct Imagestats Imagestats;
typedef struct Page Page;
typedef struct Pte Pte;
typedef struct Putlist Putlist;
typedef struct Sema Sema;

/* For the harness, which poisons frames that are free, as all are at first. */
#ifndef FRAMEUSED
#define FRAMEUSED(frame, n) ((void)0)
#define FRAMEFREE(frame, n) ((void)0)
#endif

/* Fields that are changed under a lock and looked at without it. */
#define peek(p) __atomic_load_n((p), __ATOMIC_ACQUIRE)
#define poke(p, v) __atomic_store_n((p), (v), __ATOMIC_RELEASE)
/* The same where nothing hangs on the order: looks that are checked again. */
#define look(p) __atomic_load_n((p), __ATOMIC_RELAXED)
#define store(p, v) __atomic_store_n((p), (v), __ATOMIC_RELAXED)
#define count(p) ((void)__atomic_add_fetch((p), 1, __ATOMIC_RELAXED))
#define countn(p, n) ((void)__atomic_add_fetch((p), (n), __ATOMIC_RELAXED))

enum
{
	/* pages a Pte covers: 2 MiB */
	PTEPERTAB = 512,
	/* in a Segment: 64 GiB, whose tables are 256 KiB */
	MAXSEGPAGES = 1 << 24,
	/* most frames allocated, or mapped, at once */
	MAXRUN = PTEPERTAB,
	/* runs of pages that an Image knows of */
	Mostgrown = 32,
};

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
	QLock lk;
	/* SG_...; never changes */
	int type;
	/* first address */
	uintptr base;
	/* first address beyond */
	uintptr top;
	/* pages */
	uvlong size;
	/* the file it shows; s is a user of it. In a text segment set last, and
	 * read without lock: findtext */
	Image *image;
	/* file offset of base */
	uvlong fstart;
	/* bytes of file; the rest is zero */
	uvlong flen;
	Pte **map;
	/* Ptes in map */
	u32int mapsize;
	/* pages present */
	u32int used;
	/* pages [runlo, runhi) came with the last fault: the next one at either
	 * end is sequential */
	uvlong runlo;
	uvlong runhi;
	/* pages to make at the next sequential fault */
	u32int faultrun;
	/* pages that the last page-in read; atomic */
	u32int readrun;
	/* where it ended; atomic */
	uvlong readnext;
	/* 1 + the frame that page 0 would have beside the pages that were read
	 * first; 0: nothing was read. Atomic */
	u32int home;
	/* its user may have mapped copy-on-write pages */
	int romapped;
	/* made by rfork from another process's */
	int copy;
	/* pid of the process in rfork that holds the users of s until a copy is
	 * released; 0: none. Futex */
	u32int held;
	/* one less than a power of 2: how often copies were kept */
	u32int holdfails;
	/* the next rforks that do not hold it */
	u32int holdskip;
	/* of a copy: the hold to release at its end; atomic: forkhold.c */
	Forkhold *hold;
	/* of a text segment, once there was a second exec */
	Datapages *datapages;
	/* segattach class; nil otherwise */
	char *name;
	Lock semalock;
	/* list head; under semalock */
	Sema sema;
	/* free list */
	Segment *next;
};

/*
 * The cached pages of one file: doc/imagecache.md. Type-stable.
 *
 *   under the table's lock: intable, next; changes of identity and hash, which are
 *     read without it; refs from or to 0
 *   under lk: c, pghash, npghash; changes of s, which is read without it; pages in
 *     refs; users in refs to 0; sizes before known is set, which users may read without
 *   atomic: all else in refs; used; bssused, ends, grown; entered grows under lk
 *
 * While a Segment is a user c is set and does not change, and the identity
 * stands still while there are users or pages.
 */
struct Image
{
	/* users, and cached pages times Onepage: see image.c */
	u64int refs;
	Lock lk;
	/* pages are read from it; nil when only pages keep the image */
	Chan *c;
	/* live text segment, weak; nil when nobody runs it */
	Segment *s;
	Page **pghash;
	/* buckets, power of two */
	u32int npghash;
	/* pages that ever came in */
	u32int entered;
	/* sizes are known */
	int known;
	Exechdr sizes;
	/* the last program touched most of its bss; a hint */
	int bssused;
	/* of programs, the last user of its bss each */
	u32int ends;
	/* pages of its bss that a program used, in runs, ended by 0; hints, each
	 * by itself: prefill.c */
	u64int grown[Mostgrown];
	/* identity */
	ushort type;
	u32int dev;
	Qid qid;
	/* it is in a hash chain, not in the free list */
	int intable;
	/* the last reclaim that looked at it: reclaim.c */
	u32int pass;
	/* table chain */
	Image *hash;
	/* free list */
	Image *next;
	/* attaches, halved now and then: see reclaim.c */
	uvlong used;
};

/* Counters since start; every one only grows, but pages and images, which are now. */
struct Imagestats
{
	/* attachimage calls that succeeded */
	uvlong attaches;
	/* ... that found the image */
	uvlong hits;
	/* ... whose live text segment was shared */
	uvlong texthits;
	/* ... without taking the table's or an Image's lock */
	uvlong lockfree;
	uvlong newimages;
	/* reclaim passes that freed something */
	uvlong reclaims;
	/* pages freed by them */
	uvlong reclaimed;
	/* pages read from files */
	uvlong pageins;
	/* reads of files for that */
	uvlong reads;
	/* page faults served from the cache */
	uvlong pagehits;
	/* pages read twice and thrown away (race 4) */
	uvlong dups;
	/* cached now */
	uvlong pages;
	/* in the table now */
	uvlong images;
	uvlong maximages;
};

/* --- frame.c --- */

/* What frames would be good: see framealloc. */
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
/* Drop a reference; the last frees the frame. No Lock held. */
void putpage(Page *p);
/* kernel address */
uchar *pageaddr(Page *p);
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

/* --- segment.c --- */

/* Where page idx is kept; nil if there is nothing, or no memory. s->lk held. */
Page **segslot(Segment *s, uvlong idx, int make);
/* Page idx of s, no reference taken, or nil. s->lk held. */
Page *pageat(Segment *s, uvlong idx);
/* Page p, with its reference, becomes page idx of s, which has none there but a slot. s->lk held,
 * or nobody else knows s. */
void segput(Segment *s, uvlong idx, Page *p);
/* Give s the name of its class, or none; 0 if there is no memory. */
int setsegname(Segment *s, const char *name);
/* Does [base, base+len) meet a Segment of p but `except', or anything that is
 * the kernel's? p's seglock held, or p is up. */
int segoverlap(Proc *p, uintptr base, uvlong len, Segment *except);
/* Make room for npages in s's map; 0 if there is no memory. s->lk held. */
int segrow(Segment *s, uvlong npages);
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

/* --- fault.c --- */

/* Which frames would suit pages [idx, idx+n) of s. s->lk held. */
void segplace(Segment *s, uvlong idx, u32int n, int private, Framewant *w);

/* How page p of s, which has one user or several, is to be mapped; 0: not at all now.
 * s->lk held. */
int pageprot(Segment *s, Page *p, int several);

/* --- zero.c --- */

/* Make zero pages of s, which come from no file, at idx and around: from *lo on, so many.
 * There is a slot for idx. *spare, a zero page or nil, is used when there is no other
 * memory; 0 if there is neither. *soon: all of them are worth the making of host page tables.
 * s->lk held. */
u32int zerofill(Segment *s, uvlong idx, Page **spare, uvlong *lo, int *soon);

/* --- prefill.c --- */

/* s, the bss of up, which runs i's program, had `from' pages and has grown: of the new ones make
 * and map those that the program's last run used. up's seglock and s->lk held. */
void brkprefill(Segment *s, Image *i, uvlong from);

/* --- pagein.c --- */

/* File offset and Page.valid of page idx of s; 0 if it shows no file. */
u32int filebytes(Segment *s, uvlong idx, uvlong *off);
/* Read page idx of s and some neighbours into the cache. The page, with a
 * reference. The caller holds a reference on s and no lock. Sleeps. Errors. */
Page *pagein(Segment *s, uvlong idx);

/* --- pagecache.c; i->lk held --- */

/* The page that shows `valid' from offset off, or nil; no reference taken. */
Page *pagefind(Image *i, uvlong off, u32int valid);
u32int pagebuckets(uvlong npages);
/* Take reclaimable pages of i out of the cache, beginning with bucket *bucket: a bounded number.
 * They are linked by next, with the cache's reference. *bucket is where to go on. */
Page *pageharvest(Image *i, u32int *bucket, u32int *n);
/* Put n pages, private and complete, into i, from off on: each pg[k] becomes the page that is there
 * now, with a reference: it, or one that was there before (it is put then). i->lk not held. */
void cachepages(Page **pg, u32int n, Image *i, uvlong off, const u32int *valid);

/* --- image.c --- */

void imageinit(u32int nimages);
/* For looking at all that ever were in use; nil at the end. */
Image *imageat(u32int n);
/* Is there a free one? A hint. */
int imagefree(void);
/* Hints, but under lk as far as Image says. */
u32int imageusers(Image *i);
u32int imagepages(Image *i);
/* The Image of c's file, locked, with one more user, and an open Chan. len: bytes of
 * the file that will be cached, to size a new page hash. Sleeps. Errors. */
Image *attachimage(Chan *c, uvlong len);
/* One user less of a locked image; unlocks. Does not sleep. */
void putimage(Image *i);
/* The same when i is not locked, and for others than text segments. Takes no
 * lock unless the caller is the last user. */
void leaveimage(Image *i);
/* One more user of i, which has one already that the caller knows will stay
 * meanwhile. No lock. */
void useimage(Image *i);
/* The live text Segment of c's file, if there is one of text bytes, with a
 * reference; else nil. The attach of a program that runs: takes no lock but,
 * now and then when it finds nothing, those of putseg. */
Segment *findtext(Chan *c, u32int text);
/* One more user unless it has neither users nor pages: 1, or 0. No lock. */
int imageref(Image *i);
/* So many more cached pages. i->lk held, and the caller is a user. */
void imagepage(Image *i, int n);

/* --- reclaim.c --- */

/* Wait for other reclaimers, then reclaim if there still is no free Image. 0 if there is none to
 * be had. */
int reclaimimage(void);
/* The same for frames. */
int reclaimframes(u32int n);

/* --- imagestats.c --- */

/* The counters; atomic. */
extern Imagestats imagestat;
void imagestats(Imagestats *st);

#endif

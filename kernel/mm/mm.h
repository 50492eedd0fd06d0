/*
 * mm: memory. Frames, pages, segments, faults, the image cache, and the
 * kernel's own heap.
 *
 * Frames are the arena's 4 KiB units (host.h). A Page says what a frame is
 * used for. A Segment is a page-granular range of an address space with the
 * Pages that exist in it. An Image is what is cached of one file; its Pages are shared by
 * the segments that show the file.
 *
 * Lock order, outermost first; nothing else nests:
 *   Proc.seglock   which Segments a Proc has
 *   Segment.lk     a Segment's bounds and its pages
 *   Image.lk       an Image's chan, text segment and page hash
 *   the table      which Images there are (image.c; inside an Image lock only
 *                  in putimage's zero case)
 *   heap, frames   malloc's locks and the free frames' (leaves)
 * Nobody sleeps for memory, reads a file or waits for a note under any of
 * these: a QLock's waiter cannot be interrupted, so whoever must wait lets go
 * of seglock and Segment.lk first and looks again afterwards. Under an Image
 * lock, the table's or the frames' nothing is allocated or copied either.
 */
#ifndef MM_H
#define MM_H

#include "u.h"
#include "portdat.h"
#include "sync/sync.h"
#include "fcall.h"

typedef struct Datapages Datapages;
typedef struct Chan Chan;
typedef struct Image Image;
typedef struct Forkhold Forkhold;
typedef struct Page Page;
typedef struct Proc Proc;
typedef struct Pte Pte;
typedef struct Segment Segment;
typedef struct Sema Sema;

/* Segment.type */
enum
{
	SG_TYPE = 07,
	SG_TEXT = 0,
	SG_DATA = 01,
	SG_BSS = 02,
	SG_STACK = 03,
	SG_SHARED = 04,
	SG_PHYSICAL = 05, /* none here; the number is Plan 9's */
	SG_FIXED = 06,
	SG_RONLY = 0040,
	SG_CEXEC = 0100, /* detached at exec */
};

enum
{
	PTEPERTAB = 512, /* pages a Pte covers: 2 MiB */
	NOFRAME = 0xFFFFFFFF,
	MAXSEGPAGES =
	    1 << 24, /* in a Segment: 64 GiB, whose tables are 256 KiB */
	MAXRUN = PTEPERTAB, /* most frames allocated, or mapped, at once */
	Mostgrown = 32, /* runs of pages that an Image knows of */
};

/*
 * A frame in use. Page structures are type-stable: pages[frame] for ever.
 *
 * r counts Segments' Ptes, the cache, and for cached pages also who uses one
 * for a moment. A page in an Image's hash has one reference for that, and is
 * reclaimable when it has no other. A private page is held by Ptes only: when
 * there is but one its users may write to it (owned), so nobody else may take
 * a reference.
 *
 * image, daddr and shows are set before the page can be found in the hash,
 * and cleared, under the Image's lock, when nobody else holds the page: a
 * holder may read them without lock.
 */
struct Page
{
	Ref r;
	Image *image; /* that caches it; nil if private */
	uvlong daddr; /* file offset in image */
	u32int valid; /* bytes of the file, the rest is zero; and PGTEXT */
	u32int frame;
	Page *next; /* image hash chain */
};

/*
 * Page.valid. What a cached page holds is told by its offset and by this: text
 * has its system calls rewritten, data has not; and a page that is zero after
 * the end of one text is not the page of a longer text. So a page of one kind
 * is never found by who wants the other.
 */
enum
{
	PGTEXT = 0x8000,
};

/* Part of a Segment: PTEPERTAB pages or, in a small segment, fewer. */
struct Pte
{
	u32int n; /* pages it has room for */
	u32int npage; /* how many are there */
	Page *pages[];
};

/* Semaphore waiters of a Segment: semacquire(2). */
struct Sema
{
	Rendez rend;
	uintptr addr; /* user address */
	int waiting;
	int spare; /* woken after it had what it wanted */
	Sema *next;
	Sema *prev;
};

/*
 * What the data Segments of a program begin with: those of its first data pages that
 * the Image had when an exec last looked. It belongs to the text Segment that those
 * execs share and is under that one's lk, so that an exec of a running program
 * need not ask the Image.
 */
struct Datapages
{
	uvlong
	    flen; /* the data Segments' flen; with another, it is not for them */
	u32int entered; /* Image.entered when the Image was last asked */
	u32int n; /* pages it has room for */
	Page *pages[]; /* with a reference each; or nil */
};

/*
 * Type-stable: memory of a Segment is only ever used for Segments, and that of
 * a text Segment for text Segments. Fields are
 * under lk unless said otherwise; base and top may be read without it as a
 * hint (segtop).
 *
 * Each Proc that has s in its seg[] holds a reference. While there is but one,
 * pages that are to be copied on write may be mapped read-only (romapped);
 * in a Segment with several users they are copied at the first touch instead,
 * so that replacing one never needs the other users' mappings flushed.
 */
struct Segment
{
	Ref r;
	QLock lk;
	int type; /* SG_...; never changes */
	uintptr base; /* first address */
	uintptr top; /* first address beyond */
	uvlong size; /* pages */
	Image *image; /* where pages come from; a user of it. In a text segment
	               * set last, and read without lock: findtext */
	uvlong fstart; /* file offset of base */
	uvlong flen; /* bytes of file; the rest is zero */
	Pte **map;
	u32int mapsize; /* Ptes in map */
	u32int used; /* pages present */
	u32int swapped; /* none: /proc/n/segment says 0 */
	uvlong runlo; /* pages [runlo, runhi) came with the last fault: */
	uvlong runhi; /* the next one at either end is sequential */
	u32int faultrun; /* pages to make at the next sequential fault */
	u32int readrun; /* pages that the last page-in read; atomic */
	uvlong readnext; /* where it ended; atomic */
	u32int
	    home; /* frame for page 0 that goes with those for what was read first,
	              * and 1; 0: nothing was. Atomic */
	int romapped; /* its user may have mapped copy-on-write pages */
	int copy; /* of another process's, made by rfork */
	u32int
	    held; /* to a copy, by the process of that pid, which waits; 0: not. Futex */
	u32int
	    holdfails; /* one less than a power of 2: how often it was kept */
	u32int holdskip; /* so many rforks do not lend it */
	Forkhold
	    *hold; /* of a copy: whom to tell at the end; atomic: forkhold.c */
	Datapages
	    *datapages; /* of a text segment, once there was a second exec */
	char *name; /* segattach class, for /proc/n/segment; nil otherwise */
	Lock semalock;
	Sema sema; /* list head; under semalock */
	Segment *next; /* free list */
};

/*
 * What a process that calls rfork lends to its child, and waits for: forkhold.c. On its
 * stack, all zero at first.
 */
struct Forkhold
{
	u32int
	    out; /* how many are; and how many are kept, times 1<<16. Atomic */
	Event wake; /* none is out any more */
	u32int n;
	Segment *from[NSEG];
	Segment *to[NSEG]; /* their copies */
};

/* What the header of a program's file says, checked: a.out(6). */
typedef struct Exechdr Exechdr;
struct Exechdr
{
	u32int text; /* bytes, header included */
	u32int data;
	u32int bss;
	uintptr entry;
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
	u64int refs; /* users, and cached pages times Onepage: see image.c */
	Lock lk;
	Chan *c; /* read from it; nil when only pages keep the image */
	Segment *s; /* live text segment, weak; nil when nobody runs it */
	Page **pghash;
	u32int npghash; /* buckets, power of two */
	u32int entered; /* pages that ever came in */
	int known; /* sizes are */
	Exechdr sizes;
	int bssused; /* the last program touched most of its bss; a hint */
	u32int ends; /* of programs, the last user of its bss each */
	u64int grown
	    [Mostgrown]; /* pages of its bss that one used, in runs, ended by 0;
	                          * hints, each by itself: prefill.c */
	/* identity */
	ushort type;
	u32int dev;
	Qid qid;
	int intable; /* it is in a hash chain, not in the free list */
	u32int pass; /* the last reclaim that looked at it: reclaim.c */
	Image *hash; /* table chain */
	Image *next; /* free list */
	uvlong used; /* attaches, halved now and then: see reclaim.c */
};

/* Counters since start; every one only grows, but pages and images, which are now. */
typedef struct Imagestats Imagestats;
struct Imagestats
{
	uvlong attaches; /* attachimage calls that succeeded */
	uvlong hits; /* ... that found the image */
	uvlong texthits; /* ... whose live text segment was shared */
	uvlong lockfree; /* ... without taking the table's or an Image's lock */
	uvlong newimages;
	uvlong reclaims; /* reclaim passes that freed something */
	uvlong reclaimed; /* pages freed by them */
	uvlong pageins; /* pages read from files */
	uvlong reads; /* reads of files for that */
	uvlong pagehits; /* page faults served from the cache */
	uvlong dups; /* pages read twice and thrown away (race 4) */
	uvlong pages; /* cached now */
	uvlong images; /* in the table now */
	uvlong maximages;
};

/* --- what this room calls of others, who set it before mminit or at start --- */

/* proc: memory has run out. End the process that has most of it; say why on the
 * console. Returns 0 if there is none to end. No Lock held. */
extern int (*killbig)(const char *why);
/* ns: read n bytes of c's file at off. Kernel memory. Sleeps, errors. */
extern long (*imageread)(Chan *c, void *buf, long n, vlong off);
/* ns: drop a reference of c without waiting for its device. */
extern void (*imageclose)(Chan *c);

/* --- start --- */

/* nframes frames of arena, nimages Images. Before any other call but malloc. */
void mminit(u32int nframes, u32int nimages);

/* --- frames and pages (frame.c, page.c) --- */

/*
 * A private page with one reference, contents zero if zero is set, else
 * undefined. hint: the frame that would suit best, or NOFRAME. Waits for
 * memory: reclaims, then lets the largest user process die. Errors: Enovmem
 * if even that fails, Eintr. No lock of this room held, nor a Lock.
 */
Page *newpage(int zero, u32int hint);
/* Drop a reference; the last frees the frame. No Lock held. */
void putpage(Page *p);
uchar *pageaddr(Page *p); /* kernel address */
u32int freeframes(void); /* a hint */
u32int totalframes(void);

/* --- segments (segment.c, segchange.c) --- */

/* One reference, no pages yet. Errors. */
Segment *newseg(int type, uintptr base, uvlong npages);
/* Drop a reference; nil is fine. The last frees its pages: nobody maps them
 * any more. Waits for nothing but Locks. None held. */
void putseg(Segment *s);
/* Segment n of p, which is up and whose seglock is held, for a child: the same segment (share, shared and
 * text types) or a copy-on-write copy, which may be lent: then l says so. One reference to the
 * caller; nil if there is none. Errors. */
Segment *dupseg(Proc *p, int n, int share, Forkhold *l);
/* Wait for what was lent in l, a few milliseconds at the most. After the child has begun to run, or
 * its Segments are put; up's user memory is not touched since dupseg. No lock held. */
void holdend(Forkhold *l);
/* The Segment of p that holds addr, or nil. With dolock its lk is held on
 * return; without, it is a hint if p is not up, or if it is text, which a
 * debugger may replace. p's seglock not held. */
Segment *seg(Proc *p, uintptr addr, int dolock);
/* The same with a reference, for use on other Procs: putseg it. */
Segment *segref(Proc *p, uintptr addr);
/* Up's segment n becomes s, which is taken over (or nil): what was there is
 * unmapped and put. */
void setseg(int n, Segment *s);
/* The same, but what was there, with its reference, goes to the caller, and so does
 * seeing to it that up maps nothing of it when it is put (mmunew). */
Segment *takeseg(int n, Segment *s);
/* Does [base, base+len) meet a Segment of p but `except', or anything that is
 * the kernel's? p's seglock held, or p is up. */
int segoverlap(Proc *p, uintptr base, uvlong len, Segment *except);
/* brk(2), segbrk(2): move the top of segment n of p, which is up, to addr; the
 * new top. With 0, where the segment begins. Errors: Enovmem, Esoverlap, Einuse,
 * Ebadarg. */
uintptr ibrk(Proc *p, uintptr addr, int n);
/* Free the pages of s in [from, from + npages pages), whoever maps them: segfree(2).
 * s->lk held. */
void mfreeseg(Segment *s, uintptr from, uvlong npages);
/* segattach(2), segdetach(2) for p, which is up. Classes "shared" and "memory", and what
 * globalseg knows. Errors: Ebadarg, Esoverlap, Enovmem ... */
uintptr segattach(Proc *p, int attr, const char *class, uintptr va, uvlong len);
void segdetach(Proc *p, uintptr va);
/* segment(3) sets this: the Segment of that name with a reference, or nil. May error. */
extern Segment *(*globalseg)(const char *name);
/* Segment n of p, a text segment, becomes a private writable copy with the
 * file's bytes: debuggers. Returns what is there now with a reference; other types
 * are left as they are. May read the file; hold no lock. Errors. */
Segment *txt2data(Proc *p, int n);
/* Copy n bytes at addr, inside one page of s, to buf, or (write) from buf, which is
 * kernel memory: debuggers. The page comes as it would for its owner. Caller
 * holds a reference on s and no lock. Sleeps. Errors. */
void segcopy(Segment *s, uintptr addr, void *buf, u32int n, int write);

/* --- faults (fault.c) --- */

/* What fault returns. */
enum
{
	Fok = 0, /* mapped: try again */
	Fbad = -1, /* nothing there, or it may not be written */
	Fioerr = -2, /* no page or no memory: up->errstr says why */
	Fintr = -3, /* a note came while it waited. User mode: deliver, let it
	             * fault again. Kernel mode: error(Eintr) */
};

/* User address addr was read or written and was not mapped so. Called by the
 * machine for traps in both modes. Sleeps. No lock of this room held, nor any Lock. */
int fault(uintptr addr, int write);

/*
 * up will touch addr soon: map it, and what is around it, if that needs no
 * waiting; nothing happens otherwise. Same preconditions as fault; does not
 * sleep but for locks, never errors.
 */
void prefault(uintptr addr, int write);

/*
 * up begins a new program: its data is made and mapped at once, and its bss if the last that
 * ran the program touched most of it, as far as they are small and nothing has
 * to be waited for. They lie in one run each, where the slot has the last program's
 * mapped if those frames are free. sampleuse, before the Segments go, tells
 * the Image how they were used.
 */
void execprefill(void);
void sampleuse(void);

/*
 * up is new and shares its data with who made it: what its shared Segments have is
 * mapped, without limit but for very large ones. 1 if so; 0 if it shares no data, and
 * nothing was done. Takes locks, does not sleep otherwise, never errors.
 */
int threadpremap(void);

/*
 * How many bytes at addr, at most max, up may write and has not touched yet, so that
 * they are zero and no memory was spent on them. Takes locks, does not sleep
 * otherwise.
 */
uvlong untouched(uintptr addr, uvlong max);

/* --- user addresses in system calls (useraddr.c) --- */

/* [addr, addr+len) lies inside segments and may be read (written): returns 1,
 * else 0. Does not sleep, and maps nothing. */
int okaddr(uintptr addr, uvlong len, int write);
/* The same for system call arguments: posts "sys: bad address in syscall" and error(Ebadarg).
 * Returns where the kernel reaches them: userptr. */
void *validaddr(uintptr addr, uvlong len, int write);
/* The NUL-terminated string at user address addr, at most max bytes with the NUL: a smalloc'ed copy. Errors. */
char *validstr(uintptr addr, usize max);
/* Like validaddr: addr must be a multiple of align. */
void validalign(uintptr addr, uint align);

/* --- exec's half of the image cache (image.c, execseg.c) --- */

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
/* What a former exec of c's file noted, if it is that version of it whose pages are cached: 1
 * if so. Only for files whose qid tells their contents (CEXACT). Takes the Image's lock if
 * nobody runs it. */
int imageheader(Chan *c, Exechdr *s);
/* Note them in i, whose user the caller is. */
void setimageheader(Image *i, const Exechdr *s);
/* Text, data and bss Segments of an executable open on c: text of `text' bytes
 * (header included) at UTZERO, data of `data' bytes behind it in the file, bss bytes.
 * Into seg[TSEG], seg[DSEG], seg[BSEG], references to the caller; on error nothing is left.
 * Sleeps; hold no lock. */
void execsegs(Chan *c, u32int text, u32int data, u32int bss, Segment **seg);

/* --- the cache (pagecache.c, reclaim.c, imagestats.c) --- */

/* The page of i that shows `shows' from offset off, with a reference, or nil. Takes i's lock. */
Page *lookpage(Image *i, uvlong off, u32int valid);
/* Put p, private and complete, into i; returns the page that is there now with a
 * reference: p, or one that was there before (p is put then). Takes i's lock. */
Page *cachepage(Page *p, Image *i, uvlong off, u32int valid);
/* Make room: drop cached pages until min frames have been freed or nothing is left; pages freed.
 * Idle images first, least used first. Does not sleep but for other reclaimers. */
u32int imagereclaim(u32int min);
/* Drop every page that nobody uses, and every idle image (tests, leak checks). */
void imagedrop(void);
void imagestats(Imagestats *st);
/* /dev/imagecache's text, lines "name value", into [p, e); returns the end. */
char *imagestatstext(char *p, char *e);
/* Panics unless the invariants that can be seen from outside hold; takes the locks one by one. */
void imagecheck(void);

/* --- semaphores (sema.c): semacquire(2); user address addr is valid and inside s --- */
/* 1: got it; 0: did not. error(Eintr). */
int semacquire(Segment *s, uintptr addr, int block);
int tsemacquire(Segment *s, uintptr addr, u32int ms);
long semrelease(Segment *s, uintptr addr, u32int delta); /* the new value */

#endif

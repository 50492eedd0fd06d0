/*
 * mm: memory. Frames, pages, segments, faults and the image cache, as the
 * other rooms see them. The room's own structures are in mmdat.h.
 *
 * Frames are the arena's 4 KiB units (host.h). A Page says what a frame is
 * used for. A Segment is a page-granular range of an address space with the
 * Pages that exist in it. An Image is what is cached of one file; its Pages
 * are shared by the segments that show the file.
 *
 * doc/locks.md has the order of the locks: outermost Proc.seglock, then
 * Segment.lk, then Image.lk. While one of these is held nobody waits for
 * memory, a file or a note: a QLock's waiter cannot be interrupted. A process
 * that has to wait unlocks first and looks again afterwards.
 */
#ifndef MM_H
#define MM_H

#include "u.h"
#include "portdat.h"
#include "sync/sync.h"

typedef struct Chan Chan;
typedef struct Exechdr Exechdr;
typedef struct Forkhold Forkhold;
typedef struct Image Image;
typedef struct Mountstats Mountstats;
typedef struct Page Page;
typedef struct Proc Proc;
typedef struct Segment Segment;

/* A Segment's type: segtype. */
enum
{
	SG_TYPE = 07,
	SG_TEXT = 0,
	SG_DATA = 01,
	SG_BSS = 02,
	SG_STACK = 03,
	SG_SHARED = 04,
	/* none here; the number is Plan 9's */
	SG_PHYSICAL = 05,
	SG_FIXED = 06,
	SG_RONLY = 0040,
	/* detached at exec */
	SG_CEXEC = 0100,
	/* nothing there can be run, whatever segflush(2) says */
	SG_NOEXEC = 02000,
};

enum
{
	NOFRAME = 0xFFFFFFFF,
	/* Images of a running system: files whose text or data is cached at once */
	NIMAGE = 4096,
};

/* --- what this room calls of others; they set it before mminit or at start --- */

/* proc: memory has run out. End the process that has most of it; say why on the
 * console. Returns 0 if there is none to end. No Lock held. */
extern int (*killbig)(const char *why);
/* ns: read n bytes of c's file at off. Kernel memory. Sleeps, errors. */
extern long (*imageread)(Chan *c, void *buf, long n, vlong off);
/* ns: drop a reference of c without waiting for its device. */
extern void (*imageclose)(Chan *c);
/* ns: the image cache keeps what it reads from c: no other cache need do so. */
extern void (*imageclunk)(Chan *c);
/* dev: give back n pages of cachepage or more, and return how many, 0 if there are none. May
 * take Locks. */
extern u32int (*mountreclaim)(u32int n);

/* --- start --- */

/* nframes frames of arena, nimages Images. Before any other call but malloc. */
void mminit(u32int nframes, u32int nimages);

/* --- how much memory there is (frame.c) --- */

/* Frames that are free; a hint. */
u32int freeframes(void);
u32int totalframes(void);
/* Pages of files that are in the cache, used or not. */
uvlong cachedpages(void);

/* --- a Segment, as others see it (seginfo.c) --- */

/* SG_..., with its flags; never changes. */
int segtype(Segment *s);
/* Text, or marked read-only. */
int segronly(Segment *s);
/* First address, and first address beyond. Hints unless s is locked (seg), or up
 * is its only user. */
uintptr segbase(Segment *s);
uintptr segtop(Segment *s);
/* Pages that s has; a hint. */
u32int segpages(Segment *s);
/* References to s; a hint. */
long segusers(Segment *s);
/* The Image that s shows, or nil: to compare, not to use. No lock. */
Image *segimage(Segment *s);
/* The Chan of the file that s shows, with a reference, or nil. The caller has a
 * reference on s. */
Chan *segchan(Segment *s);
/* Unlock what seg locked. */
void segunlock(Segment *s);

/* --- segments (segment.c, segdup.c, segchange.c) --- */

/* One reference, no pages yet. Errors. */
Segment *newseg(int type, uintptr base, uvlong npages);
/* s, with one more reference; the caller has one. */
Segment *moresegref(Segment *s);
/* Drop a reference; nil is fine. The last frees its pages: nobody maps them
 * any more. Waits for nothing but Locks. None held. */
void putseg(Segment *s);
/* Segment n of p, which is up and whose seglock is held, for a child: the same
 * segment (share, shared and text types) or a copy-on-write copy. The users of
 * the original may be held then, which h says: holdend. One reference to the
 * caller; nil if there is no Segment n. Errors. */
Segment *dupseg(Proc *p, int n, int share, Forkhold *h);
/* End the holds in h: wait until the copies are released, a few milliseconds at
 * the most. After the child has begun to run, or its Segments are put; up's user
 * memory is not touched between dupseg and this. No lock held. */
void holdend(Forkhold *h);
/* The Segment of p that holds addr, or nil. With dolock it is locked on return:
 * segunlock. Without, it is a hint if p is not up, or if it is text, which a
 * debugger may replace. p's seglock not held. */
Segment *seg(Proc *p, uintptr addr, int dolock);
/* The same with a reference, for use on other Procs: putseg it. */
Segment *segref(Proc *p, uintptr addr);
/* Up's segment n becomes s, which is taken over (or nil): what was there is
 * unmapped and put. */
void setseg(int n, Segment *s);
/* The same, but the caller gets the old Segment with its reference, and sees to
 * it that up maps nothing of it when it is put (mmunew). */
Segment *takeseg(int n, Segment *s);
/* brk(2), segbrk(2): move the top of segment n of p, which is up, to addr: 0.
 * If addr is 0, where the segment begins. Errors: Enovmem, Esoverlap, Einuse,
 * Ebadarg. */
uintptr ibrk(Proc *p, uintptr addr, int n);
/* segflush(2): [from, to) of p, which is up, holds instructions now. Error: Ebadarg. */
void segflush(Proc *p, uintptr from, uintptr to);
/* Free the pages of s in [from, from + npages pages), whoever maps them:
 * segfree(2). s locked (seg). */
void mfreeseg(Segment *s, uintptr from, uvlong npages);
/* segattach(2), segdetach(2) for p, which is up. Classes "shared" and "memory",
 * and what globalseg knows. Errors: Ebadarg, Esoverlap, Enovmem ... */
uintptr segattach(Proc *p, int attr, const char *class, uintptr va, uvlong len);
void segdetach(Proc *p, uintptr va);
/* segment(3) sets this: the Segment of that name with a reference, or nil. May
 * error. */
extern Segment *(*globalseg)(const char *name);
/* Segment n of p, a text segment, becomes a private writable copy with the
 * file's bytes: debuggers. Returns what is there now with a reference; other
 * types are left as they are. May read the file; hold no lock. Errors. */
Segment *txt2data(Proc *p, int n);
/* Copy n bytes at addr, inside one page of s, to buf, or (write) from buf, which is
 * kernel memory: debuggers. The page comes as it would for its owner. Caller
 * holds a reference on s and no lock. Sleeps. Errors. */
void segcopy(Segment *s, uintptr addr, void *buf, u32int n, int write);

/*
 * The Segments whose users a call of rfork holds for its child: forkhold.c. On
 * the stack of rfork, all zero at first.
 */
struct Forkhold
{
	/* copies not released yet; and those kept, times 1<<16. Atomic */
	u32int out;
	/* set when all are released */
	Event wake;
	u32int n;
	Segment *from[NSEG];
	/* their copies */
	Segment *to[NSEG];
};

/* --- faults (fault.c) --- */

/* What fault returns. */
enum
{
	/* mapped: try again */
	Fok = 0,
	/* nothing there, or it may not be written */
	Fbad = -1,
	/* no page or no memory: up->errstr says why */
	Fioerr = -2,
	/* a note came while it waited. User mode: deliver, let it fault again.
	 * Kernel mode: error(Eintr) */
	Fintr = -3,
};

/* What was done to an address: fault. */
enum
{
	Aread = 0,
	Awrite = 1,
	/* an instruction was fetched */
	Aexec = 2,
};

/* User address addr was accessed and was not mapped so. Called by the
 * machine for traps in both modes. Sleeps. No lock of this room held, nor any
 * Lock. */
int fault(uintptr addr, int access);

/*
 * up will touch addr soon: map it, and what is around it, if that needs no
 * waiting; nothing happens otherwise. Same preconditions as fault; does not
 * sleep but for locks, never errors.
 */
void prefault(uintptr addr, int write);

/* --- what is mapped before it is touched (prefill.c, workset.c, premap.c) --- */

/* up begins a new program: make and map its data, and its bss if former runs used
 * most of theirs, as far as they are small and nothing has to be waited for. */
void execprefill(void);
/* up's program ends: note in its Image what it used of its bss. Before the
 * Segments go. */
void sampleuse(void);
/* up is new and shares the data of its parent: map what its shared Segments
 * have, up to a limit. 1 if so; 0 if it shares no data, and nothing was done.
 * Takes locks, does not sleep otherwise, never errors. */
int threadpremap(void);
/* up is a copy of its parent, and will probably exec soon: map what it uses until
 * then. The same preconditions as prefault. */
void copypremap(void);

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
/* The same for system call arguments, of less than 2 GiB: Proc.badaddr and badlen have what
 * was wrong, its callnote is Badaddrnote, and error(Ebadarg). Returns where the kernel reaches
 * them: userptr. They need no alignment. */
extern const char Badaddrnote[];
void *validaddr(uintptr addr, uvlong len, int write);
/* The NUL-terminated string at user address addr, at most max bytes with the NUL:
 * a smalloc'ed copy. Errors. */
char *validstr(uintptr addr, usize max);
/* The same into buf of n bytes, cut if it is longer. */
void userstrcut(char *buf, uintptr addr, usize n);

/* --- exec's half of the image cache (image.c, execseg.c) --- */

/* What the header of a program's file says, checked: a.out(6). */
struct Exechdr
{
	/* bytes, header included */
	uvlong text;
	uvlong data;
	uvlong bss;
	uintptr entry;
};

/* The header that a former exec of c's file noted, if its pages are cached: 1 if
 * so. Only for files whose qid tells their contents (CEXACT). Takes the Image's
 * lock if nobody runs it. */
int imageheader(Chan *c, Exechdr *h);
/* Note h in the Image of text, a text Segment of which the caller has a
 * reference. */
void setimageheader(Segment *text, const Exechdr *h);
/* Text, data and bss Segments of an executable open on c: text of `text' bytes
 * (header included) at UTZERO, up to where data begins, data of `data' bytes behind it in the
 * file, bss bytes. The file may be shorter. Into seg[TSEG], seg[DSEG], seg[BSEG], references to the caller; on
 * error nothing is left. Sleeps; hold no lock. */
void execsegs(Chan *c, uvlong text, uvlong data, uvlong bss, Segment **seg);
/* /dev/imagecache's text, lines "name value", into [p, e); returns the end. */
char *imagestatstext(char *p, char *e);

/* --- pages of the mount cache (mountpage.c) --- */

/* A page for a file's bytes, undefined; nil if no frame is free, or the cache has as many pages as it
 * may have. Does not sleep. No Lock held. */
Page *cachepage(void);
/* One reference more; the caller has one, or the lock under which the last is dropped. */
void holdpage(Page *p);
/* Only the caller has a reference. */
int ownpage(Page *p);
/* Drop a reference. No Lock held. */
void putpage(Page *p);
/* p is in the mount cache no more: putpage, and count it. No Lock held. */
void uncachepage(Page *p);
/* kernel address */
uchar *pageaddr(Page *p);

/* All are atomic counters. */
struct Mountstats
{
	/* reads of files that may be cached */
	uvlong reads;
	/* ... that asked the server for nothing */
	uvlong hits;
	/* bytes of them that were cached */
	uvlong bytes;
	/* cached now */
	uvlong pages;
	/* pages taken for others */
	uvlong reclaimed;
	/* pages dropped because the image cache has the file */
	uvlong clunked;
};
extern Mountstats mountstat;

/* --- semaphores (sema.c): semacquire(2); user address addr is valid and inside s --- */

/* 1: got it; 0: did not. error(Eintr). */
int semacquire(Segment *s, uintptr addr, int block);
int tsemacquire(Segment *s, uintptr addr, u32int ms);
/* The new value. */
long semrelease(Segment *s, uintptr addr, u32int delta);

#endif

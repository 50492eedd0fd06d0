/*
 * mm: memory. Frames, pages, segments, faults and the image cache, as the other rooms see them.
 * The room's own structures are in mmdat.h.
 *
 * Frames are the arena's 4 KiB units (host.h). A Page says what a frame is used for. A Segment
 * is a page-granular range of an address space, with the Pages that exist in it. An Image is
 * the cached part of one file; the segments that show the file share its Pages.
 *
 * doc/locks.md has the order of the locks: outermost Proc.seglock, then Segment.lk, then
 * Image.lk. While a process holds one of these it does not wait for memory, a file or a note,
 * because a wait for a QLock cannot be interrupted. A process that has to wait unlocks first
 * and looks again afterwards.
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

/* A Segment's type: segtype. Lower bits are the kind, the others are flags. */
enum
{
	SG_TYPE = 07,
	SG_TEXT = 0,
	SG_DATA = 01,
	SG_BSS = 02,
	SG_STACK = 03,
	SG_SHARED = 04,
	/* unused here; the number is Plan 9's */
	SG_PHYSICAL = 05,
	SG_FIXED = 06,
	/* shared, and each page exists from the start until the Segment ends */
	SG_STICKY = 07,
	SG_RONLY = 0040,
	/* detached at exec */
	SG_CEXEC = 0100,
	/* kept and shown, as on 9front; nothing else depends on it */
	SG_FAULT = 0200,
	/* no instruction can be run there, whatever segflush(2) says */
	SG_NOEXEC = 02000,
};

enum
{
	NOFRAME = 0xFFFFFFFF,
	/* how many Images a running system has: that many files can have cached text or data at
	 * once */
	NIMAGE = 4096,
};

/* --- calls of this room to others, which set them before mminit or at start --- */

/* Set by proc. Memory has run out: end the process that has most of it, and print `why' on the
 * console. Returns 0 if no process can be ended. No Lock held. */
extern int (*killbig)(const char *why);
/* Set by proc. The same for the kernel's memory. No process is ended that has only a small part. */
extern int (*killheap)(const char *why);
/* Set by ns. Read n bytes of c's file at off into buf, which is kernel memory. Returns how
 * many. Sleeps. Errors. */
extern long (*imageread)(Chan *c, void *buf, long n, vlong off);
/* Set by ns. Drop a reference to c without waiting for its device. */
extern void (*imageclose)(Chan *c);
/* Set by ns. The image cache keeps what it reads from c, so the mount cache need not. */
extern void (*imageclunk)(Chan *c);
/* Set by dev. Give back n pages of cachepage or more. Returns how many, 0 if there are none. Takes
 * Locks, does not sleep. */
extern u32int (*mountreclaim)(u32int n);

/* --- start --- */

/* Make the tables for nframes frames of arena and nimages Images. Called before anything else
 * here. */
void mminit(u32int nframes, u32int nimages);

/* --- how much memory there is (frame.c) --- */

/* How many frames are free. A hint. */
u32int freeframes(void);
u32int totalframes(void);
/* How many pages of files are in the cache, in use or not. */
uvlong cachedpages(void);

/* --- Segments as other rooms see them (seginfo.c) --- */

/* SG_... with its flags. Never changes. */
int segtype(Segment *s);
/* segprofile returns the heap block that segsetprofile gave s, or nil; a hint, unless the caller
 * has a reference to s. segsetprofile returns 0 if s has a block already; otherwise s owns the
 * new one. */
void *segprofile(Segment *s);
int segsetprofile(Segment *s, void *profile);
/* Is s text, or marked read-only? */
int segronly(Segment *s);
/* The first address, and the first address beyond. Hints, unless s is locked (seg) or up is its
 * only user. */
uintptr segbase(Segment *s);
uintptr segtop(Segment *s);
/* How many pages s has. A hint. */
u32int segpages(Segment *s);
/* How many references s has. A hint. */
long segusers(Segment *s);
/* The Image that s shows, or nil. For comparisons only. Takes no lock. */
Image *segimage(Segment *s);
/* The Chan of the file that s shows, with a reference; or nil. The caller has a reference to
 * s. */
Chan *segchan(Segment *s);
/* Unlock a Segment that seg has locked. */
void segunlock(Segment *s);

/* --- segments (segment.c, segdup.c, segchange.c) --- */

/* A Segment of npages pages at base, none of which exists yet, with one reference. Errors. */
Segment *newseg(int type, uintptr base, uvlong npages);
/* Add a reference to s, to which the caller has one. Returns s. */
Segment *moresegref(Segment *s);
/* Drop a reference to s, which may be nil. With the last, its pages are freed: no process maps
 * them any more. Waits for nothing but Locks. No Lock held. */
void putseg(Segment *s);
/*
 * A Segment for a child from Segment n of p: the same Segment (if share is set, or its type is
 * shared or text) or a copy-on-write copy. p is up, whose seglock is held. The users of the
 * original may be held then; the hold is entered in h, and holdend must follow. The caller gets
 * a reference; nil if there is no Segment n. Errors.
 */
Segment *dupseg(Proc *p, int n, int share, Forkhold *h);
/*
 * End the holds in h: wait until the copies are released, a few milliseconds at most. Called
 * after the child has begun to run, or after its Segments were put. Between dupseg and this,
 * up's user memory must not be touched. No lock held.
 */
void holdend(Forkhold *h);
/*
 * The Segment of p that contains addr, or nil. With dolock it is returned locked, for
 * segunlock. Without dolock it is a hint if p is not up, or if it is text, which a debugger may
 * replace. p's seglock is not held.
 */
Segment *seg(Proc *p, uintptr addr, int dolock);
/* The same with a reference, which the caller must put. For Segments of other Procs. */
Segment *segref(Proc *p, uintptr addr);
/* up's Segment n becomes s (or nil), with the caller's reference. The old Segment is unmapped
 * and put. */
void setseg(int n, Segment *s);
/* The same, but the caller gets the old Segment with its reference. Before that is put, up must
 * have nothing of it mapped (mmunew). */
Segment *takeseg(int n, Segment *s);
/* brk(2), segbrk(2): move the top of Segment n of p, which is up, to addr. Returns 0. If addr
 * is 0, only returns the Segment's base. Errors: Enovmem, Esoverlap, Einuse, Ebadarg. */
uintptr ibrk(Proc *p, uintptr addr, int n);
/* Taken to grow a Segment that several processes have, or to give a process a Segment beside
 * those: no other process does either meanwhile. Caller holds no seglock. */
void segroomlock(void);
void segroomunlock(void);
/* segflush(2): [from, to) of p, which is up, contains instructions from now on. Error:
 * Ebadarg. */
void segflush(Proc *p, uintptr from, uintptr to);
/* segfree(2): free npages pages of s from address `from' on, and their mappings in all users. Does
 * nothing to a sticky Segment. s is locked (seg). */
void mfreeseg(Segment *s, uintptr from, uvlong npages);
/* segattach(2), segdetach(2) for p, which is up. class is "shared", "memory", or a name that
 * globalseg knows. Errors: Ebadarg, Esoverlap, Enovmem ... */
uintptr segattach(Proc *p, int attr, const char *class, uintptr va, uvlong len);
void segdetach(Proc *p, uintptr va);
/* Set by segment(3): the Segment of that name with a reference, or nil. May error. */
extern Segment *(*globalseg)(const char *name);
/*
 * For debuggers: text Segment n of p becomes a private writable copy with the file's bytes. A
 * Segment of another type stays as it is. Returns the Segment that is there now, with a
 * reference. May read the file; no lock held. Errors.
 */
Segment *txt2data(Proc *p, int n);
/*
 * For debuggers: copy n bytes at addr, inside one page of s, to buf, or from buf if write is
 * set. buf is kernel memory. The page is made as for a fault of its owner. The caller has a
 * reference to s and no lock. Sleeps. Errors.
 */
void segcopy(Segment *s, uintptr addr, void *buf, u32int n, int write);

/*
 * The Segments whose users one rfork holds for its child: forkhold.c. It is on the stack of
 * rfork, and zero at first.
 */
struct Forkhold
{
	/* copies not released yet, plus 1<<16 times the copies kept. Atomic */
	u32int out;
	/* set when the last copy was reported */
	Event wake;
	u32int n;
	Segment *from[NSEG];
	/* the copy of from[k] */
	Segment *to[NSEG];
};

/* --- faults (fault.c) --- */

/* What fault returns. */
enum
{
	/* the page is mapped: try again */
	Fok = 0,
	/* no Segment there, or the access is not allowed */
	Fbad = -1,
	/* no page or no memory; up->errstr says why */
	Fioerr = -2,
	/* a note came during a wait. In user mode, deliver it; the instruction faults again. In
	 * the kernel, error(Eintr) */
	Fintr = -3,
};

/* The kind of an access, for fault. */
enum
{
	Aread = 0,
	Awrite = 1,
	/* an instruction was fetched */
	Aexec = 2,
};

/* User address addr was accessed and was not mapped for that. The machine calls this for traps
 * in both modes. Returns Fok ... Sleeps. No Lock held, nor a lock of this room. */
int fault(uintptr addr, int access);

/*
 * up will touch addr soon: map it and the pages around it, as far as that needs no waiting;
 * otherwise do nothing. Preconditions as for fault. Waits for locks only, never errors.
 */
void prefault(uintptr addr, int write);

/* --- pages mapped before they are touched (prefill.c, workset.c, premap.c) --- */

/*
 * up begins a new program: make and map its data, and its bss too if former runs used most of
 * theirs. Only if they are small; data may be read from the file.
 */
void execprefill(void);
/* up's program ends: note in its Image which pages of its bss it used. Called before the
 * Segments go. */
void sampleuse(void);
/*
 * up is new: map the pages of the Segments that it shares with its parent, up to a limit.
 * Returns 0, and does nothing, if it shares no data Segment. Waits for locks only, never
 * errors.
 */
int threadpremap(void);
/* up is a copy of its parent, and will probably exec soon: map the pages that it uses until
 * then. Preconditions as for prefault. */
void copypremap(void);

/*
 * How many bytes from addr on, at most max, up may write and has never touched: they are zero,
 * and have no frames yet. Waits for locks only.
 */
uvlong untouched(uintptr addr, uvlong max);

/* --- user addresses in system calls (useraddr.c) --- */

/* May up read (write) every byte of [addr, addr+len)? Returns 1 or 0. Does not sleep and maps
 * nothing. */
int okaddr(uintptr addr, uvlong len, int write);
/*
 * The same for an argument of a system call, of less than 2 GiB. If it is bad, Proc.badaddr and
 * badlen say what was wrong, Proc.callnote becomes Badaddrnote, and error(Ebadarg) follows.
 * Returns the kernel's address for it: userptr. Needs no alignment.
 */
extern const char Badaddrnote[];
void *validaddr(uintptr addr, uvlong len, int write);
/* A smalloc'ed copy of the NUL-terminated string at user address addr, of at most max bytes
 * with the NUL. Errors. */
char *validstr(uintptr addr, usize max);
/* The same with another error than "name too long". */
char *validtext(uintptr addr, usize max, const char *err);
/* The same into buf, of n bytes; a longer string is cut. */
void userstrcut(char *buf, uintptr addr, usize n);

/* --- exec's half of the image cache (image.c, execseg.c) --- */

/* The checked values of a program file's header: a.out(6). */
struct Exechdr
{
	/* in bytes, the header included */
	uvlong text;
	uvlong data;
	uvlong bss;
	uintptr entry;
};

/* If a former exec of c's file noted its header, and pages of the file are cached, fill *h and
 * return 1. Only for files whose qid identifies their contents (CEXACT). Takes the Image's lock
 * if no process runs the file. */
int imageheader(Chan *c, Exechdr *h);
/* Note h in the Image of the text Segment `text', to which the caller has a reference. */
void setimageheader(Segment *text, const Exechdr *h);
/*
 * Make the text, data and bss Segments of the executable that is open on c. There are text
 * bytes of text (header included) at UTZERO, then data bytes of data in the file, then bss
 * bytes of bss. The file may be shorter. seg[TSEG], seg[DSEG] and seg[BSEG] become the
 * Segments, with references for the caller. After an error nothing is left. Sleeps; no lock
 * held.
 */
void execsegs(Chan *c, uvlong text, uvlong data, uvlong bss, Segment **seg);
/* Write the text of /dev/imagecache, lines "name value", to [p, e). Returns the end. */
char *imagestatstext(char *p, char *e);

/* --- pages of the mount cache (mountpage.c) --- */

/* A page for a file's bytes, whose contents are undefined. nil if no frame is free, or the cache has
 * as many pages as it may have. Does not sleep. No Lock held. */
Page *cachepage(void);
/* Up to n such pages, neighbours in the arena, with the bytes at p, which is kernel memory: how many,
 * 0 if there are none. n is 512 at most. Does not sleep. No Lock held. */
u32int cacherun(Page **pg, u32int n, const uchar *p);
/* Take a reference to p. The caller has one, or the lock under which the cache drops its own. */
void holdpage(Page *p);
/* Is the caller's reference to p the only one? */
int ownpage(Page *p);
/* Drop a reference to p; the last frees its frame. No Lock held. */
void putpage(Page *p);
/* The mount cache drops its reference to p, and p is counted no more. No Lock held. */
void uncachepage(Page *p);
/* p's kernel address */
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

/* --- semaphores (sema.c): semacquire(2). User address addr is valid and inside s --- */

/* Returns 1 if the semaphore was acquired, else 0. With block it waits. error(Eintr). */
int semacquire(Segment *s, uintptr addr, int block);
int tsemacquire(Segment *s, uintptr addr, u32int ms);
/* Returns the new value. */
long semrelease(Segment *s, uintptr addr, u32int delta);

#endif

/*
 * mm's own header: what the room's files say to each other.
 */
#ifndef MM_PRIV_H
#define MM_PRIV_H

#include "u.h"
#include "portdat.h"
#include "lib/error.h"
#include "mm/mm.h"
#include "host/host.h"

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

/* --- frame.c --- */

typedef struct Framewant Framewant;
typedef struct Framerun Framerun;

/* What frames would be good: see framealloc. */
struct Framewant
{
	u32int n; /* 1..MAXRUN */
	u32int hint; /* a frame, or NOFRAME */
	u32int window; /* frames to look for room for if the hint is no good */
	u32int offset; /* where in the window to begin */
	/* set by trypages: */
	int guess; /* most of them may never be touched */
	int fresh; /* as Framerun's */
};

/* Neighbouring frames. */
struct Framerun
{
	u32int first;
	u32int n; /* 0: none are free */
	int fresh; /* the host has yet to make their memory */
	u64int old[MAXRUN / 64]; /* bit k: first+k may hold old bytes */
};

void frameinit(u32int nframes);
void framealloc(const Framewant *w, Framerun *r);
void framefree(u32int first, u32int n);
/* Frames were freed, so many. Give memory back to the host if much of it is free and not
 * zero: at most twice as many, so that who frees little does not do another's work. No
 * Lock held. */
void frametrim(u32int freed);

/* --- page.c --- */

/* w->n private pages at most, and 1 at least, in neighbouring frames, into pg[0..];
 * how many; 0 if there are none now. Does not sleep. */
u32int trypages(Page **pg, Framewant *w, int zero);
/* The same, waiting for memory as newpage does. */
u32int getpages(Page **pg, Framewant *w, int zero);

/* Copy the bytes of n pages, those in neighbouring frames from `from' on, into as many
 * from `to' on, which are new. fresh: so was Framewant's of to's. */
void copypages(Page *to, Page *from, u32int n, int fresh);

/* Puts pages, giving frames back in runs. Set first to nothing by {0}. */
typedef struct Putlist Putlist;
struct Putlist
{
	u32int first;
	u32int n;
	u32int freed; /* all that were given back */
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
int setname(Segment *s, const char *name);
/* Make room for npages in s's map; 0 if there is no memory. s->lk held. */
int segrow(Segment *s, uvlong npages);
/* Drop what the users of s map in [va, va+len), and with own what up maps there. s->lk held. */
void segflushall(Segment *s, uintptr va, uvlong len, int own);
/* Who else than up is a user of s: one after the other, from *k = 0; nil at the end. s->lk
 * held: who gets s later maps it after we unlock it, and who gives it up has to lock it first. */
Proc *nextuser(Segment *s, u32int *k);
/* Who reads where: text, or marked read-only. */
int segronly(Segment *s);
int segcopies(Segment *s); /* its pages are copied on write */

/* Page p is in one of the slots of a Segment that is locked and copies on
 * write: may its users write to it? Stable while the lock is held: who could
 * take another reference has to lock it. */
static inline int
owned(Page *p)
{
	return p->image == nil && getref(&p->r) == 1;
}

/* --- forkhold.c --- */

/* Lend s, which has several users, to copy, which nobody knows yet and which shares its pages;
 * 0 if that is not to be. s->lk held. */
int holdseg(Forkhold *l, Segment *s, Segment *copy);
/* s's pages are put; or (kept) they will not be put soon. Nothing if it is not lent. */
void releaseseg(Segment *s, int kept);
/* Wait until s is not lent. The caller has a reference and no Lock, nor lk. */
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

/* s, the bss of up, which runs i's program, has grown from so many pages: make and map of
 * what is new what the program's last run used. up's seglock and s->lk held. */
void brkprefill(Segment *s, Image *i, uvlong from);

/* --- pagein.c --- */

/* File offset and Page.valid of page idx of s; 0 if it shows no file. */
u32int filebytes(Segment *s, uvlong idx, uvlong *off);
/* Read page idx of s and some neighbours into the cache. The page, with a
 * reference. The caller holds a reference on s and no lock. Sleeps. Errors. */
Page *pagein(Segment *s, uvlong idx);

/* --- pagecache.c; i->lk held --- */

Page *pagefind(Image *i, uvlong off, u32int valid); /* no reference taken */
u32int pagebuckets(uvlong npages);
/* Take reclaimable pages of i out of the cache, beginning with bucket *bucket: a bounded number.
 * They are linked by next, with the cache's reference. *bucket is where to go on. */
Page *pageharvest(Image *i, u32int *bucket, u32int *n);
/* Several at once: each pg[k] becomes the page that is there. */
void cachepages(Page **pg, u32int n, Image *i, uvlong off, const u32int *valid);

/* --- image.c --- */

void imageinit(u32int nimages);
Image *imageat(
    u32int n); /* for looking at all that ever were in use; nil at the end */
Lock *tablelock(void); /* for tests, which hold it to see who wants it */
int imagefree(void); /* is there a free one: a hint */
u32int imageusers(Image *i); /* hints, but under lk as far as mm.h says */
u32int imagepages(Image *i);
/* One more user unless it has neither users nor pages: 1, or 0. No lock. */
int imageref(Image *i);
/* So many more cached pages. i->lk held, and the caller is a user. */
void imagepage(Image *i, int n);

/* --- reclaim.c --- */

/* Wait one's turn to reclaim, and do so if there still is no free Image. 0 if there is none to be had. */
int reclaimimage(void);
/* The same for frames. */
int reclaimframes(u32int n);

extern Imagestats imagestat; /* atomic counters */

#endif

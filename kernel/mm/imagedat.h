/*
 * The image cache's part of mmdat.h, which includes this.
 */
#ifndef IMAGEDAT_H
#define IMAGEDAT_H

typedef struct Imagestats Imagestats;
typedef struct Workset Workset;

/*
 * The cached pages of one file: doc/imagecache.md. Type-stable.
 *
 *   under the table's lock: intable, next; changes of identity and hash, which are
 *     read without it; refs from or to 0
 *   under lk: c, pghash, npghash; changes of s, which is read without it; pages in
 *     refs; users in refs to 0; sizes before known is set, which users may read without
 *   atomic: all else in refs; used; workset; entered grows under lk
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
	/* what its programs use of their bss: workset.c. nil until one has ended;
	 * then it stays with the Image */
	Workset *workset;
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
Segment *findtext(Chan *c, uvlong text);
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

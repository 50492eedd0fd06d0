/*
 * The image cache's part of mmdat.h. Only mmdat.h includes it.
 */
#ifndef IMAGEDAT_H
#define IMAGEDAT_H

typedef struct Imagestats Imagestats;
typedef struct Workset Workset;

/*
 * The cached pages of one file: doc/imagecache.md. Type-stable: an Image is never anything else.
 *
 *   under the table's lock: intable, next; changes of identity and hash, which are
 *     read without it; refs from or to 0
 *   under lk: c, pghash, npghash; changes of s, which is read without it; pages in
 *     refs; users in refs to 0; sizes before known is set, which users may read without
 *   atomic: all else in refs; used; workset; entered grows under lk
 *
 * While the Image has a user that is a Segment, c is set and does not change. The identity does
 * not change while there are users or pages.
 */
struct Image
{
	/* how many users, plus Onepage times the cached pages: image.c */
	u64int refs;
	Lock lk;
	/* pages are read from it; nil while the Image has no user */
	Chan *c;
	/* the live text Segment, without a reference; nil if no process runs the file */
	Segment *s;
	Page **pghash;
	/* buckets in pghash, a power of two */
	u32int npghash;
	/* how many pages have ever entered the cache */
	u32int entered;
	/* sizes is set */
	int known;
	Exechdr sizes;
	/* which parts of their bss the file's programs use: workset.c. Made when a program of
	 * the Image first ends; it stays with the Image for ever */
	Workset *workset;
	/* the file's identity: these four */
	ushort type;
	u32int dev;
	Qid qid;
	/* the Image is in a hash chain, not in the free list */
	int intable;
	/* number of the last reclaim that looked at it: reclaim.c */
	u32int pass;
	/* next in the table's hash chain */
	Image *hash;
	/* next in the free list */
	Image *next;
	/* number of attaches; sweepimages halves it */
	uvlong used;
};

/* Counters since the start. All of them only grow, except pages and images, which are present
 * amounts. */
struct Imagestats
{
	/* attachimage calls that succeeded */
	uvlong attaches;
	/* attaches that found the Image */
	uvlong hits;
	/* attaches that shared the live text Segment */
	uvlong texthits;
	/* attaches that took neither the table's nor an Image's lock */
	uvlong lockfree;
	uvlong newimages;
	/* reclaim passes that freed something */
	uvlong reclaims;
	/* pages that these passes freed */
	uvlong reclaimed;
	/* pages read from files */
	uvlong pageins;
	/* reads of files for these pages */
	uvlong reads;
	/* page faults served from the cache */
	uvlong pagehits;
	/* pages read while another process read them too, and thrown away (race 4) */
	uvlong dups;
	/* pages in the cache now */
	uvlong pages;
	/* Images in the table now */
	uvlong images;
	uvlong maximages;
};

/* --- pagecache.c; caller holds i->lk --- */

/* The page at offset off that shows `valid' (Page.valid), or nil. Takes no reference. */
Page *pagefind(Image *i, uvlong off, u32int valid);
u32int pagebuckets(uvlong npages);
/* Take reclaimable pages out of i, beginning with bucket *bucket: a bounded number, which is
 * *n. Returns them, linked by next, with the cache's references. *bucket becomes the bucket to
 * continue with. */
Page *pageharvest(Image *i, u32int *bucket, u32int *n);
/* Put n pages, private and complete, into i, from offset off on. valid[k] is pg[k]'s
 * Page.valid. If i has such a page already, pg[k] is put and becomes the page in i. Each pg[k]
 * has a reference for the caller. Caller does not hold i->lk. */
void cachepages(Page **pg, u32int n, Image *i, uvlong off, const u32int *valid);

/* --- image.c --- */

void imageinit(u32int nimages);
/* Image n of those that were ever used; nil beyond the last. */
Image *imageat(u32int n);
/* Is an Image free? A hint. */
int imagefree(void);
/* How many users and pages i has. Hints; under i->lk they are exact as far as Image says. */
u32int imageusers(Image *i);
u32int imagepages(Image *i);
/* The Image of c's file, locked, with one more user and with an open Chan. len is how many
 * bytes of the file will be cached; a new page hash gets a size for that. Sleeps. Errors. */
Image *attachimage(Chan *c, uvlong len);
/* Drop a user of i, which is locked; unlocks i. Does not sleep. */
void putimage(Image *i);
/* Drop a user of i, which is not locked, and not a text Segment. Takes a lock only for the last
 * user. */
void leaveimage(Image *i);
/* Add a user to i. Another user must stay during the call. Takes no lock. */
void useimage(Image *i);
/* The live text Segment of c's file with a reference, if there is one of text bytes; else nil.
 * So exec attaches a program that already runs. If it finds a Segment, it takes no lock. If it
 * does not, it may take those of putseg. */
Segment *findtext(Chan *c, uvlong text);
/* Add a user to i, unless i has neither users nor pages. Returns 1 if it did. Takes no lock. */
int imageref(Image *i);
/* Add n to the number of i's cached pages. The caller is a user of i and holds i->lk. */
void addimagepages(Image *i, int n);

/* --- reclaim.c --- */

/* Wait for other reclaimers. If no Image is free then, reclaim. Returns 0 if none can be
 * had. */
int reclaimimage(void);
/* The same for n frames. */
int reclaimframes(u32int n);

/* --- imagestats.c --- */

/* The counters. Changed by atomic adds. */
extern Imagestats imagestat;
void imagestats(Imagestats *st);

#endif

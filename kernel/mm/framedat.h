/*
 * The table of frames: shared by frame.c, framewindow.c, framewhole.c and frametrim.c.
 *
 * Frames are kept in chunks of 512: 2 MiB, aligned, so that a large window can be one huge page
 * of the host. A chunk without used frames is Unused. It becomes Large when a large window
 * begins there; then only the owners of large windows should fill it. It becomes Small when a
 * window of less than a chunk begins there. When frames run short, every chunk may be used for
 * any window.
 */
#ifndef FRAMEDAT_H
#define FRAMEDAT_H

#include "u.h"
#include "mm/mmdat.h"

typedef struct Chunk Chunk;

enum
{
	Chunkframes = PTEPERTAB,
	Words = Chunkframes / 64,
};

/* Chunk.use */
enum
{
	Unused,
	Small,
	Large,
};

/* Chunk.made */
enum
{
	/* the host makes each page of memory when it is touched */
	Piecewise,
	/* makewhole is asking the host to make all of it */
	Asked,
	/* the host has made all of it, also the frames that were never used */
	Whole,
};

struct Chunk
{
	/* one bit for each frame */
	u64int free[Words];
	/* of free frames: not known to be zero */
	u64int dirty[Words];
	u32int nfree;
	/* in frames; the last chunk may have fewer than Chunkframes */
	u32int size;
	u32int use;
	u32int made;
	/* fresh frames taken since the chunk was made; a quarter of those that were guesses.
	 * framewhole.c */
	u32int credit;
};

struct Frames
{
	/* guards everything below but trimming and trimlk. Rank Rframes: a leaf */
	Lock lk;
	Chunk *chunk;
	u32int nchunk;
	/* chunks before this one have been initialised: chunkat */
	u32int nseen;
	u32int nframes;
	u32int nfree;
	/* how many free frames are dirty */
	u32int ndirty;
	/* the chunk where the last small window was found */
	u32int small;
	/* the chunk where frametrim continues */
	u32int trimat;
	/* frametrim begins when ndirty is greater than this */
	u32int maxdirty;
	/* a frametrim is running; atomic */
	u32int trimming;
	/* how often the host did not make a chunk whole, or took too long */
	u32int refused;
	/* held by the process that trims. Rank Rtrim */
	QLock trimlk;
};
extern struct Frames frames;

#define bit(f) ((u64int)1 << ((f) % 64))
#define chunkof(f) chunkat((f) / Chunkframes)
#define wordof(f) ((f) % Chunkframes / 64)

/* --- frame.c; caller holds frames.lk --- */

/* Initialise chunk c, the first that is not, and return it. */
Chunk *newchunk(u32int c);

static inline Chunk *
chunkat(u32int c)
{
	return c < frames.nseen ? &frames.chunk[c] : newchunk(c);
}

int frameisfree(u32int f);
/* How many frames from f on are free in a row, at most max. */
u32int freerun(u32int f, u32int max);
/* The first free frame at f or later in f's chunk, or NOFRAME. */
u32int nextfree(u32int f);
int whollyfree(Chunk *k);
void takeframes(u32int f, u32int n, Framerun *r);
/* Free n frames from f on. dirty: they are not known to be zero. */
void giveframes(u32int f, u32int n, int dirty);

/* --- framewindow.c; caller holds frames.lk --- */

/* The first frame to take for w, of which n are wanted. Some frame must be free. */
u32int framewindow(const Framewant *w, u32int n);

/* --- framewhole.c --- */

/* Frames *r were just taken from k: set r->fresh. Returns 1 if the caller must call makewhole.
 * guess: most of r may never be touched. Caller holds frames.lk. */
int wantwhole(Chunk *k, Framerun *r, int guess);
/* Have the host make all of k's memory. The caller owns r, which is fresh and in k, and holds
 * no Lock. */
void makewhole(Chunk *k, Framerun *r);

#endif

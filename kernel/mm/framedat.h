/*
 * The table of frames, for frame.c, framewindow.c, framewhole.c and frametrim.c.
 *
 * Frames are kept in chunks of 512: 2 MiB, aligned, so that a large window can be one huge page
 * of the host. A chunk of which no frame is used is Unused. It becomes Large when a large window
 * begins there, and then only the owners of large windows are to fill it. It becomes Small when
 * a window of less than a chunk begins there. When frames run short these are only preferences.
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
	/* the host makes memory as frames are touched */
	Piecewise,
	/* the host is about to make all of it */
	Asked,
	/* the host has made all of it, frames that were never used too */
	Whole,
};

struct Chunk
{
	/* a bit for each frame */
	u64int free[Words];
	/* not known to be zero, if free */
	u64int dirty[Words];
	u32int nfree;
	/* frames: the last chunk may have less than Chunkframes */
	u32int size;
	u32int use;
	u32int made;
	/* frames that were taken fresh, for framewhole.c; of guesses, a quarter */
	u32int credit;
};

struct Frames
{
	/* all below but trimming and trimlk. Rank Rframes: a leaf */
	Lock lk;
	Chunk *chunk;
	u32int nchunk;
	/* chunks before this one have been written down: chunkat */
	u32int nseen;
	u32int nframes;
	u32int nfree;
	/* free frames that are dirty */
	u32int ndirty;
	/* the chunk where the last small window was found */
	u32int small;
	/* the chunk where frametrim goes on */
	u32int trimat;
	/* ndirty beyond which frametrim begins */
	u32int maxdirty;
	/* frametrim has begun and not ended; atomic */
	u32int trimming;
	/* chunks that the host did not make whole when asked, or too late */
	u32int refused;
	/* held by the process that trims. Rank Rtrim */
	QLock trimlk;
};
extern struct Frames frames;

#define bit(f) ((u64int)1 << ((f) % 64))
#define chunkof(f) chunkat((f) / Chunkframes)
#define wordof(f) ((f) % Chunkframes / 64)

/* --- frame.c; frames.lk held --- */

/* Chunk c, which was never looked at before. */
Chunk *newchunk(u32int c);

static inline Chunk *
chunkat(u32int c)
{
	return c < frames.nseen ? &frames.chunk[c] : newchunk(c);
}

int frameisfree(u32int f);
/* How many frames from f on are free, at most max. */
u32int freerun(u32int f, u32int max);
/* The first free frame at f or later in f's chunk, or NOFRAME. */
u32int nextfree(u32int f);
int whollyfree(Chunk *k);
void takeframes(u32int f, u32int n, Framerun *r);
/* dirty: they are not known to be zero. */
void giveframes(u32int f, u32int n, int dirty);

/* --- framewindow.c; frames.lk held --- */

/* A frame to begin with for w, of which n are wanted. There is a free one. */
u32int framewindow(const Framewant *w, u32int n);

/* --- framewhole.c --- */

/* r was just taken from k: sets r->fresh. Returns 1 if the host is to make all of k's memory
 * now. guess: most of r may never be touched. frames.lk held. */
int wantwhole(Chunk *k, Framerun *r, int guess);
/* Have the host make all of k's memory. r is the caller's, fresh and in k. No Lock held. */
void makewhole(Chunk *k, Framerun *r);

#endif

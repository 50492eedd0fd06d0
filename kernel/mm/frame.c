/*
 * Frames: the table of the arena's free frames.
 *
 *   framealloc  takes some neighbouring frames, near a hint or in a fresh window
 *   framefree   gives them back
 *
 * The host maps a run of neighbouring frames with one call, so pages that are neighbours in a
 * Segment should have neighbouring frames. No process reserves frames. Instead, a process that
 * begins to fill a Segment asks for a window: a place with room for as many frames as may come
 * (framewindow.c). Later it asks for the frame next to those that the Segment has, the hint.
 *
 * A free frame is known to be zero (it was never used, or was punched) or is dirty.
 */
#include "u.h"
#include "mm/framedat.h"
#include "lib/lib.h"

enum
{
	/* the range of frames.maxdirty; the upper end is 512 MiB */
	Mindirty = 1024,
	Maxdirty = 131072,
};

struct Frames frames = {.lk = LOCKRANK(Rframes), .trimlk = QLOCKRANK(Rtrim)};

void
frameinit(u32int nframes)
{
	frames.nframes = nframes;
	frames.nchunk = (nframes + Chunkframes - 1) / Chunkframes;
	frames.chunk = (Chunk *)hostheapmore(
	    ROUNDUP(frames.nchunk * sizeof(Chunk), BY2PG));
	if(frames.chunk == nil)
		panic("no memory to keep track of %d frames", nframes);
	storerelease(&frames.nfree, nframes);
	frames.maxdirty = nframes / 4;
	if(frames.maxdirty > Maxdirty)
		frames.maxdirty = Maxdirty;
	if(frames.maxdirty < Mindirty)
		frames.maxdirty = Mindirty;
}

u32int
freeframes(void)
{
	return loadacquire(&frames.nfree);
}

u32int
totalframes(void)
{
	return frames.nframes;
}

/*
 * Chunks are initialised when they are first looked at; all their frames are free. To
 * initialise the table of a whole arena at the start would take longer than most programs run.
 */
Chunk *
newchunk(u32int c)
{
	Chunk *k;
	u32int i;

	for(; frames.nseen <= c; frames.nseen++) {
		k = &frames.chunk[frames.nseen];
		k->size = frames.nframes - frames.nseen * Chunkframes;
		if(k->size > Chunkframes)
			k->size = Chunkframes;
		k->nfree = k->size;
		for(i = 0; i < k->size / 64; i++)
			k->free[i] = ~(u64int)0;
		if(k->size % 64 != 0)
			k->free[i] = bit(k->size) - 1;
	}
	return &frames.chunk[c];
}

int
frameisfree(u32int f)
{
	return f < frames.nframes &&
	    (chunkof(f)->free[wordof(f)] & bit(f)) != 0;
}

u32int
freerun(u32int f, u32int max)
{
	u32int n;

	for(n = 0; n < max && frameisfree(f + n); n++)
		;
	return n;
}

u32int
nextfree(u32int f)
{
	u64int w;
	u32int end;

	end = ROUNDDN(f, Chunkframes) + Chunkframes;
	while(f < end && f < frames.nframes) {
		w = chunkof(f)->free[wordof(f)] >> (f % 64);
		if(w != 0)
			return f + __builtin_ctzll(w);
		f = ROUNDDN(f, 64) + 64;
	}
	return NOFRAME;
}

int
whollyfree(Chunk *k)
{
	return k->nfree == k->size;
}

void
takeframes(u32int f, u32int n, Framerun *r)
{
	Chunk *k;
	u32int i;

	memset(r->old, 0, sizeof r->old);
	r->first = f;
	r->n = n;
	for(i = 0; i < n; i++, f++) {
		k = chunkof(f);
		k->free[wordof(f)] &= ~bit(f);
		k->nfree--;
		if(k->dirty[wordof(f)] & bit(f)) {
			r->old[i / 64] |= bit(i);
			storerelease(&frames.ndirty, frames.ndirty - 1);
		}
	}
	storerelease(&frames.nfree, frames.nfree - n);
}

/* Takes at most w->n frames in a row: at the hint if that frame is free, else in a window. */
void
framealloc(const Framewant *w, Framerun *r)
{
	u32int f, n;
	Chunk *k;
	int ask;

	r->n = 0;
	r->fresh = 0;
	n = w->n < MAXRUN ? w->n : MAXRUN;
	lock(&frames.lk);
	if(frames.nfree == 0) {
		unlock(&frames.lk);
		return;
	}
	f = w->hint;
	if(f == NOFRAME || !frameisfree(f))
		f = framewindow(w, n);
	assert(f != NOFRAME);
	takeframes(f, freerun(f, n), r);
	k = chunkof(f);
	ask = wantwhole(k, r, w->guess);
	unlock(&frames.lk);
	assert(r->n > 0);
	FRAMEUSED(r->first, r->n);
	if(ask)
		makewhole(k, r);
}

void
giveframes(u32int f, u32int n, int dirty)
{
	Chunk *k;
	u32int i;

	for(i = 0; i < n; i++, f++) {
		k = chunkof(f);
		assert((k->free[wordof(f)] & bit(f)) == 0);
		k->free[wordof(f)] |= bit(f);
		if(dirty) {
			k->dirty[wordof(f)] |= bit(f);
			storerelease(&frames.ndirty, frames.ndirty + 1);
		} else
			k->dirty[wordof(f)] &= ~bit(f);
		k->nfree++;
		if(whollyfree(k))
			k->use = Unused;
	}
	storerelease(&frames.nfree, frames.nfree + n);
}

void
framefree(u32int first, u32int n)
{
	assert(first + n <= frames.nframes);
	FRAMEFREE(first, n);
	lock(&frames.lk);
	giveframes(first, n, 1);
	unlock(&frames.lk);
}

/*
 * Windows: where in the arena to look for free frames.
 *
 * A window is a range with room for what is likely to be asked for. Large windows begin at a
 * chunk of their own, so that they can be huge pages of the host. Small windows share chunks.
 */
#include "u.h"
#include "mm/framedat.h"

enum
{
	/* how many chunks to look at for a small window */
	Tries = 32,
};

/* The first of n free frames in a row inside chunk c. If there are not so many and best is set,
 * the start of the longest run. */
static u32int
findrun(u32int c, u32int n, int best)
{
	u32int f, len, bestf, bestlen, end;

	bestf = NOFRAME;
	bestlen = 0;
	f = c * Chunkframes;
	end = f + Chunkframes;
	while((f = nextfree(f)) != NOFRAME) {
		len = freerun(f, end - f);
		if(len >= n)
			return f;
		if(len > bestlen) {
			bestlen = len;
			bestf = f;
		}
		f += len;
		if(f >= end)
			break;
	}
	return best ? bestf : NOFRAME;
}

/* The first frame of n wholly free chunks in a row, which must also be Unused if unused is set;
 * or NOFRAME. */
static u32int
findchunks(u32int n, int unused)
{
	u32int c, got;
	Chunk *k;

	got = 0;
	for(c = 0; c < frames.nchunk; c++) {
		k = chunkat(c);
		if(k->size == Chunkframes && whollyfree(k) &&
		    (!unused || k->use == Unused))
			got++;
		else
			got = 0;
		if(got == n)
			return c + 1 - n;
	}
	return NOFRAME;
}

static u32int
largewindow(u32int window)
{
	u32int c, n, k;

	n = (window + Chunkframes - 1) / Chunkframes;
	c = findchunks(n, 1);
	if(c == NOFRAME)
		c = findchunks(n, 0);
	if(c == NOFRAME && n > 1)
		c = findchunks(n = 1, 1);
	if(c == NOFRAME)
		return NOFRAME;
	for(k = 0; k < n; k++)
		frames.chunk[c + k].use = Large;
	return c * Chunkframes;
}

static u32int
smallwindow(u32int window)
{
	u32int i, c, f, tries;
	Chunk *k;

	tries = 0;
	for(i = 0; i < frames.nseen && tries < Tries; i++) {
		c = (frames.small + i) % frames.nseen;
		k = chunkat(c);
		if(k->use != Small || k->nfree < window)
			continue;
		tries++;
		f = findrun(c, window, 0);
		if(f != NOFRAME) {
			frames.small = c;
			return f;
		}
	}
	for(c = 0; c < frames.nchunk; c++) {
		k = chunkat(c);
		if(k->use == Unused && k->nfree > 0) {
			k->use = Small;
			frames.small = c;
			return c * Chunkframes;
		}
	}
	return NOFRAME;
}

/* The longest run, of at most n frames, in the first chunk that has a free frame. */
static u32int
anyplace(u32int n)
{
	u32int c;

	for(c = 0; c < frames.nchunk; c++)
		if(chunkat(c)->nfree > 0)
			return findrun(c, n, 1);
	return NOFRAME;
}

u32int
framewindow(const Framewant *w, u32int n)
{
	u32int f;

	f = NOFRAME;
	if(w->window >= Chunkframes / 2)
		f = largewindow(w->window);
	if(f == NOFRAME)
		f = smallwindow(w->window < Chunkframes / 2 ? w->window : n);
	if(f != NOFRAME && w->offset < w->window && frameisfree(f + w->offset))
		f += w->offset;
	if(f == NOFRAME || !frameisfree(f))
		f = anyplace(n);
	return f;
}

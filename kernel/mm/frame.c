/*
 * Frames: which of the arena's are free, and which to take.
 *
 *   framealloc  some neighbouring frames, near a hint or in a fresh window
 *   framefree   gives them back
 *   frametrim   gives memory back to the host
 *
 * The host maps a run of neighbouring frames with one call, so neighbours in
 * a segment should be neighbours here. Nobody reserves frames. Instead, whoever
 * starts to fill a segment asks for a window, a place with room for as much of it
 * as may come, and later asks for the frame next to those it has (the hint);
 * others are given windows elsewhere while there is an elsewhere.
 *
 * Frames are kept in chunks of 512: 2 MiB, aligned, so that a large window can
 * be one huge page of the host. A chunk that is not used at all is Unused; it becomes
 * Large when a large window begins there, and only large windows' owners are
 * to fill it; or Small, for windows of less than a chunk. When frames run short
 * these are only preferences.
 *
 * The host makes memory by its own small pages, or at once for a whole chunk, for what a
 * fifth of the pages costs. The latter is asked for when as many have been used of a chunk
 * as would have paid for it (Rent): so at the most twice what was needed is spent, and a
 * fifth of the chunk is used.
 *
 * A free frame is known to be zero (never used, or punched) or not. Punching
 * is slow and worth it only in batches, for the host's sake: the kernel zeroes
 * a dirty frame as quickly as the host finds a clean one.
 */
#include "u.h"
#include "mm/mmdat.h"
#include "lib/lib.h"
#include "lib/switches.h"

typedef struct Chunk Chunk;

enum
{
	Chunkframes = PTEPERTAB,
	Words = Chunkframes / 64,
	Mindirty = 1024, /* free dirty frames that are always kept, */
	Maxdirty = 131072, /* and that are never exceeded by much: 512 MiB */
	Tries = 32, /* chunks to look at for a small window */
	/* fresh frames taken of a chunk before it is worth making whole; and of a Small one,
	 * where all else that is small will be */
	Rent = 96,
	Smallrent = 40,
	Slow = 8000000, /* ns: then the host had to look for 2 MiB in a row */
	Refusals = 4, /* or slow answers, before it is asked no more */
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
	Piecewise, /* by the host, as frames are touched, */
	Asked, /* it is about to make all of it, */
	Whole, /* it has: even what was never used is there */
};

struct Chunk
{
	u64int free[Words];
	u64int dirty[Words]; /* not known to be zero, if free */
	u32int nfree;
	u32int size; /* the last one may have less than Chunkframes */
	u32int use;
	u32int made;
	u32int rent; /* frames that were taken fresh; of guesses, a quarter */
};

static struct
{
	Lock lk; /* leaf: all below */
	Chunk *chunk;
	u32int nchunk;
	u32int nseen; /* chunks before this one have been looked at */
	u32int nframes;
	u32int nfree;
	u32int ndirty; /* free ones */
	u32int small; /* where the last small window was found */
	u32int trimat; /* where frametrim goes on */
	u32int maxdirty;
	u32int trimming; /* too many were dirty, and there still are many */
	u32int refused; /* chunks not made whole when asked, or late */
	QLock trimlk; /* one trimmer */
} frames = {.lk = LOCKRANK(Rframes), .trimlk = QLOCKRANK(Rtrim)};

#define bit(f) ((u64int)1 << ((f) % 64))
#define chunkof(f) chunkat((f) / Chunkframes)
#define wordof(f) ((f) % Chunkframes / 64)

void
frameinit(u32int nframes)
{
	frames.nframes = nframes;
	frames.nchunk = (nframes + Chunkframes - 1) / Chunkframes;
	frames.chunk = (Chunk *)hostheapmore(
	    ROUNDUP(frames.nchunk * sizeof(Chunk), BY2PG));
	if(frames.chunk == nil)
		panic("no memory to keep track of %d frames", nframes);
	poke(&frames.nfree, nframes);
	frames.maxdirty = nframes / 4;
	if(frames.maxdirty > Maxdirty)
		frames.maxdirty = Maxdirty;
	if(frames.maxdirty < Mindirty)
		frames.maxdirty = Mindirty;
}

u32int
freeframes(void)
{
	return peek(&frames.nfree);
}

u32int
totalframes(void)
{
	return frames.nframes;
}

/*
 * Chunk c. Those that were never looked at are wholly free, and are written down
 * only now: to write the table for a whole arena when run9 starts would take
 * longer than most programs run.
 */
static Chunk *
chunkat(u32int c)
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

static int
isfree(u32int f)
{
	return f < frames.nframes &&
	    (chunkof(f)->free[wordof(f)] & bit(f)) != 0;
}

/* How many frames from f on are free, at most max. */
static u32int
runlen(u32int f, u32int max)
{
	u32int n;

	for(n = 0; n < max && isfree(f + n); n++)
		;
	return n;
}

/* The first free frame at f or later in f's chunk, or NOFRAME. */
static u32int
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

/* The start of n free frames in a row inside chunk c, or of the most there are if best is set. */
static u32int
findrun(u32int c, u32int n, int best)
{
	u32int f, len, bestf, bestlen, end;

	bestf = NOFRAME;
	bestlen = 0;
	f = c * Chunkframes;
	end = f + Chunkframes;
	while((f = nextfree(f)) != NOFRAME) {
		len = runlen(f, end - f);
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

static int
whollyfree(Chunk *k)
{
	return k->nfree == k->size;
}

/* n chunks in a row that are wholly free, and unused too if that can be. */
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

/* Any place at all, as much as there is in the first chunk that has some. */
static u32int
anyplace(u32int n)
{
	u32int c;

	for(c = 0; c < frames.nchunk; c++)
		if(chunkat(c)->nfree > 0)
			return findrun(c, n, 1);
	return NOFRAME;
}

static void
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
			poke(&frames.ndirty, frames.ndirty - 1);
		}
	}
	poke(&frames.nfree, frames.nfree - n);
}

/* r was just taken from k. Does the host have its memory? If not, is it time to have it make
 * all of k's? guess: how much of r will be touched is not known. */
static int
wantwhole(Chunk *k, Framerun *r, int guess)
{
	u32int i;

	for(i = 0; i < nelem(r->old); i++)
		if(r->old[i] != 0)
			return 0;
	r->fresh = k->made != Whole;
	if(!r->fresh)
		return 0;
	k->rent += guess ? (r->n + 3) / 4 : r->n;
	if(isoff(Swhugepage) ||
	    k->rent < (k->use == Small ? Smallrent : Rent) ||
	    k->made != Piecewise || k->size < Chunkframes ||
	    frames.refused >= Refusals)
		return 0;
	k->made = Asked;
	return 1;
}

/* Have the host make all of k's memory. r is ours, fresh and in k. */
static void
makewhole(Chunk *k, Framerun *r)
{
	uvlong start;
	int whole;

	start = monons();
	whole = framecollapse(ROUNDDN(r->first, Chunkframes), r->first);
	lock(&frames.lk);
	if(!whole || monons() - start > Slow)
		frames.refused++;
	/* if it was punched meanwhile, it is not whole any more */
	if(k->made == Asked)
		k->made = whole ? Whole : Piecewise;
	k->rent = 0;
	unlock(&frames.lk);
	r->fresh = !whole;
}

/* At most w->n frames in a row, as near to what is wanted as can be. */
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
	f = NOFRAME;
	if(w->hint != NOFRAME && isfree(w->hint))
		f = w->hint;
	if(f == NOFRAME) {
		if(w->window >= Chunkframes / 2)
			f = largewindow(w->window);
		if(f == NOFRAME)
			f = smallwindow(
			    w->window < Chunkframes / 2 ? w->window : n);
		if(f != NOFRAME && w->offset < w->window &&
		    isfree(f + w->offset))
			f += w->offset;
	}
	if(f == NOFRAME || !isfree(f))
		f = anyplace(n);
	assert(f != NOFRAME);
	takeframes(f, runlen(f, n), r);
	k = chunkof(f);
	ask = wantwhole(k, r, w->guess);
	unlock(&frames.lk);
	assert(r->n > 0);
	FRAMEUSED(r->first, r->n);
	if(ask)
		makewhole(k, r);
}

static void
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
			poke(&frames.ndirty, frames.ndirty + 1);
		} else
			k->dirty[wordof(f)] &= ~bit(f);
		k->nfree++;
		if(whollyfree(k))
			k->use = Unused;
	}
	poke(&frames.nfree, frames.nfree + n);
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

/* Take a run of free dirty frames, most at the most, out of some chunk, for punching. */
static void
takedirty(Framerun *r, u32int most)
{
	u32int i, f, n, end;
	Chunk *k;

	r->n = 0;
	for(i = 0; i < frames.nseen; i++) {
		k = chunkat(frames.trimat);
		f = frames.trimat * Chunkframes;
		end = f + k->size;
		while(k->nfree > 0 && f < end && (f = nextfree(f)) != NOFRAME) {
			for(n = 0; n < most && f + n < end && isfree(f + n) &&
			    (k->dirty[wordof(f + n)] & bit(f + n));
			    n++)
				;
			if(n > 0) {
				takeframes(f, n, r);
				return;
			}
			f++;
		}
		frames.trimat = (frames.trimat + 1) % frames.nseen;
	}
}

void
frametrim(u32int freed)
{
	Framerun r;
	u32int left;

	if(peek(&frames.ndirty) > frames.maxdirty)
		poke(&frames.trimming, 1);
	if(!peek(&frames.trimming) || !canqlock(&frames.trimlk))
		return;
	left = freed < ~0U / 2 ? 2 * freed : ~0U;
	while(left > 0) {
		lock(&frames.lk);
		takedirty(&r, left);
		unlock(&frames.lk);
		if(r.n > 0) {
			framepunch(r.first, r.n);
			lock(&frames.lk);
			chunkof(r.first)->made = Piecewise;
			giveframes(r.first, r.n, 0);
			unlock(&frames.lk);
			left -= r.n;
		}
		if(r.n == 0 ||
		    peek(&frames.ndirty) <= frames.maxdirty / 8 * 7) {
			poke(&frames.trimming, 0);
			break;
		}
	}
	qunlock(&frames.trimlk);
}

/*
 * The kernel heap.
 *
 *   malloc realloc free
 *
 * Small blocks are of size classes, each with its own lock and free list. They are carved from
 * spans, which stay with their class while there is memory. The first spans have a few blocks, so
 * that several classes share a page; later ones are larger. When there is no memory left, spans
 * without a block in use become pages again. Large blocks are whole pages. Where pages come from
 * is heappages.c.
 *
 * The first touch of a page costs the host more than all that most programs do with the
 * heap. So memory that was never in use, which is zero, is not cleared.
 *
 * Each block has a header before it. Its state word finds double frees and
 * most writes before the start of a block: both are panics.
 *
 * The test machine has another heap, test/mach/heap.c, whose blocks a sanitizer sees.
 */
#include "u.h"
#include "portdat.h"
#include "sync/heappages.h"
#include "sync/sync.h"
#include "host/host.h"
#include "lib/lib.h"

typedef struct Block Block;
typedef struct Class Class;

enum
{
	Inuse = 0x4d454d01,
	Freed = 0x4d454d00,

	/* bytes of a header; keeps blocks 16-aligned */
	Hdr = 16,
	/* the smallest block, with its header */
	Minblock = 32,
	/* the largest block of a size class; larger ones are whole pages */
	Maxblock = 32 * KiB,
	Fine = 128,
	Fineclasses = (Fine - Minblock) / 16 + 1,
	/* 128 is 1 << 7, Maxblock is 1 << 15 */
	Nclass = Fineclasses + 8 * 4,
	/* bytes of a class's first span, or one block if that is larger */
	Firstspan = 256,
	/* bytes of a class's later spans, or 8 blocks if that is larger */
	Lastspan = 16 * KiB,
	/* the class of a block of whole pages */
	Large = 0xFF,
};

struct Block
{
	u32int state;
	/* the block's class; from Classbits on, the low bits of the pid of the process that
	 * allocated it */
	u32int tag;
	/* bytes asked for; of a free Large block, pages */
	usize n;
};

/* A free block's link follows its header. */
#define nextof(b) (*(Block **)((b) + 1))

struct Class
{
	Lock lk;
	Block *free;
	/* blocks from here to end were never in use */
	uchar *fresh;
	uchar *end;
	/* these blocks are zeros, except for their headers */
	int zero;
	/* how many blocks the last span had */
	uint span;
};

static struct
{
	Class class[Nclass];
} heap = {
    .class = {[0 ... Nclass - 1] = {.lk = LOCKRANK(Rheapclass)}},
};

_Static_assert(sizeof(Block) == Hdr, "header keeps alignment");
_Static_assert(
    (int)Extentsize <= (int)Hdr, "a header covers what an Extent left");

/* Bytes of a block of class c: steps of 16 up to 128, then four classes to each power of
 * two. */
static usize
classsize(uint c)
{
	if(c < Fineclasses)
		return Minblock + c * 16;
	c -= Fineclasses;
	return (usize)(5 + c % 4) << (c / 4 + 5);
}

static uint
blockclass(Block *b)
{
	return loadrelaxed(&b->tag) & Large;
}

/* b has n bytes for up. */
static void
usedby(Block *b, uint class, usize n)
{
	u32int pid;

	pid = up != nil ? up->pid : 0;
	/* heapwalk reads both without a lock */
	storerelaxed(&b->tag, class | pid << Classbits);
	storerelaxed(&b->state, Inuse);
	b->n = n;
}

/* The class for n bytes, Minblock <= n <= Maxblock. */
static uint
classof(usize n)
{
	uint log, quarter;

	if(n <= Fine)
		return (n - Minblock + 15) / 16;
	log = 63 - __builtin_clzll(n - 1);
	quarter = (n - 1) >> (log - 2); /* 4..7 */
	return Fineclasses + (log - 7) * 4 + quarter - 4;
}

/* Give c, which is class number `class', more blocks of size bytes. Returns 0 if there is no memory.
 * Caller holds c's lock. */
static int
refill(Class *c, uint class, usize size)
{
	usize most;
	uchar *p;

	most = Lastspan / size < 8 ? 8 : Lastspan / size;
	if(c->span == 0)
		c->span = size < Firstspan ? Firstspan / size : 1;
	else
		c->span = 2 * c->span < most ? 2 * c->span : most;
	p = newspan(c->span * size, class, size, &c->zero);
	if(p == nil && c->span > 1) {
		c->span = 1;
		p = newspan(size, class, size, &c->zero);
	}
	if(p == nil)
		return 0;
	c->fresh = p;
	c->end = p + c->span * size;
	return 1;
}

/* Take a block of class c, preferably one that was in use before; nil if there is no memory.
 * *zero is set if it is all zeros. Caller holds c's lock. */
static Block *
takeblock(Class *c, uint class, int *zero)
{
	Block *b;
	usize size;

	b = c->free;
	if(b != nil) {
		c->free = nextof(b);
		*zero = 0;
		return b;
	}
	size = classsize(class);
	if(c->fresh == c->end && !refill(c, class, size))
		return nil;
	b = (Block *)c->fresh;
	c->fresh += size;
	storerelaxed(&b->state, Freed);
	storerelaxed(&b->tag, class);
	*zero = c->zero;
	return b;
}

/* Count c's free blocks in their spans; with -1 take that back. */
static void
countfree(Class *c, int n)
{
	Block *b;
	Span *s;

	for(b = c->free; b != nil; b = nextof(b))
		if((s = spanof(b)) != nil)
			s->nfree += n;
}

/* Spans of c in which no block is in use become pages; 1 if there was one. */
static int
emptyspans(Class *c)
{
	Block **l, *b;
	Span *s;
	int any;

	any = 0;
	lock(&c->lk);
	countfree(c, 1);
	/* first the blocks go, and then the pages that they are in */
	for(l = &c->free; (b = *l) != nil;) {
		s = spanof(b);
		if(s == nil || s->nfree < s->nblock) {
			l = &nextof(b);
			continue;
		}
		*l = nextof(b);
		/* the last of its blocks: from nblock up, one for each */
		if(++s->nfree < 2 * s->nblock)
			continue;
		any = 1;
		givespan(s);
	}
	countfree(c, -1);
	unlock(&c->lk);
	return any;
}

/* There is no memory: 1 if some was found, and no Lock of the heap is held. */
static int
reclaimspans(void)
{
	uint i;
	int any;

	any = 0;
	for(i = 0; i < Nclass; i++)
		any |= emptyspans(&heap.class[i]);
	return any;
}

/* Tell f of the blocks in use in run r, of class c. Caller holds c's lock. */
static void
walkspan(Class *c, const Run *r, usize size, void (*f)(u32int, usize))
{
	uchar *p, *end;
	Block *b;

	end = r->start + r->nblock * size;
	if(end == c->end)
		end = c->fresh;
	for(p = r->start; p < end; p += size) {
		b = (Block *)p;
		if(loadrelaxed(&b->state) == Inuse)
			f(loadrelaxed(&b->tag) >> Classbits, size);
	}
}

void
heapwalk(void (*f)(u32int pid, usize n))
{
	Class *c;
	Run r, same;
	u32int i;

	for(i = 0; nextrun(i, &r); i = r.place + r.npage) {
		if(r.nblock == 0) {
			f(r.pid & Pidmask, (usize)r.npage * BY2PG);
			continue;
		}
		c = &heap.class[r.class];
		lock(&c->lk);
		/* a span stays while its class's lock is held */
		if(nextrun(r.place, &same) && same.place == r.place &&
		    same.nblock == r.nblock && same.class == r.class)
			walkspan(c, &r, classsize(r.class), f);
		unlock(&c->lk);
	}
}

static void
sayfull(void)
{
	static u64int said;
	uvlong max;

	if(up != nil && up->nlocks > 0)
		return;
	hostheapsize(&max);
	saylimit(
	    &said, "%llud MiB of kernel memory, a quarter of -m's", max / MiB);
}

static void *
mallocsmall(usize n)
{
	uint class;
	Class *c;
	Block *b;
	int zero;

	class = classof(n + Hdr < Minblock ? Minblock : n + Hdr);
	c = &heap.class[class];
	lock(&c->lk);
	b = takeblock(c, class, &zero);
	unlock(&c->lk);
	if(b == nil)
		return nil;
	assert(b->state == Freed && blockclass(b) == class);
	usedby(b, class, n);
	return zero ? b + 1 : memset(b + 1, 0, n);
}

static usize
largepages(usize n)
{
	return (n + Hdr + BY2PG - 1) / BY2PG;
}

static void *
malloclarge(usize n)
{
	Block *b;
	int zero;

	b = (Block *)heappages(largepages(n), up != nil ? up->pid : 0, &zero);
	if(b == nil)
		return nil;
	usedby(b, Large, n);
	return zero ? b + 1 : memset(b + 1, 0, n);
}

static Block *
blockof(void *p)
{
	Block *b;

	b = (Block *)p - 1;
	if(b->state != Inuse)
		panic("heap: %p is not an allocated block (state %#x)", p,
		    b->state);
	return b;
}

static usize
room(Block *b)
{
	if(blockclass(b) == Large)
		return largepages(b->n) * BY2PG - Hdr;
	return classsize(blockclass(b)) - Hdr;
}

void *
malloc(usize n)
{
	void *p;

	if(n > (usize)1 << 46)
		return nil;
	p = n + Hdr <= Maxblock ? mallocsmall(n) : malloclarge(n);
	if(__builtin_expect(p == nil, 0)) {
		if(reclaimspans())
			p = n + Hdr <= Maxblock ? mallocsmall(n)
						: malloclarge(n);
		if(p == nil)
			sayfull();
	}
	return p;
}

void
free(void *p)
{
	Block *b;
	Class *c;

	if(p == nil)
		return;
	b = blockof(p);
	storerelaxed(&b->state, Freed);
	if(blockclass(b) == Large) {
		givepages(b, largepages(b->n));
		return;
	}
	c = &heap.class[blockclass(b)];
	lock(&c->lk);
	nextof(b) = c->free;
	c->free = b;
	unlock(&c->lk);
}

void *
realloc(void *p, usize n)
{
	Block *b;
	void *q;
	usize old;

	if(p == nil)
		return malloc(n);
	b = blockof(p);
	old = b->n;
	/* a large block stays in place only if its number of pages does not change */
	if(blockclass(b) == Large
		? n + Hdr > Maxblock && largepages(n) == largepages(old)
		: n <= room(b)) {
		if(n > old)
			memset((uchar *)p + old, 0, n - old);
		b->n = n;
		return p;
	}
	q = malloc(n);
	if(q == nil)
		return nil;
	memmove(q, p, n < old ? n : old);
	free(p);
	return q;
}

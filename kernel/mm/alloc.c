/*
 * The kernel heap.
 *
 *   malloc smalloc realloc free msize
 *   kstrdup kstrcpy
 *
 * Small blocks come in size classes, each with a lock and a free list of its
 * own, carved from spans that stay with their class. Large blocks are whole
 * pages, from one address-ordered list of free extents which are joined again
 * when their neighbours are free. Memory comes from the machine in pieces of
 * Morepages and is kept.
 *
 * Each block has a header before it. Its state word finds double frees and
 * most writes before the start of a block: both are panics.
 *
 * The harness can be built with HOSTMALLOC, to let a sanitizer see each block.
 */
#include "u.h"
#include "mm/priv.h"
#include "lib/lib.h"

#ifndef HOSTMALLOC

typedef struct Block Block;
typedef struct Class Class;
typedef struct Extent Extent;

enum
{
	Inuse = 0x4d454d01,
	Freed = 0x4d454d00,

	Hdr = 16, /* keeps blocks 16-aligned */
	Minblock = 32, /* header included */
	Maxblock = 32 * KiB, /* larger ones are pages */
	Fine = 128,
	Fineclasses = (Fine - Minblock) / 16 + 1,
	Nclass = Fineclasses + 8 * 4, /* 128 is 1 << 7, Maxblock 1 << 15 */
	Spanpages = 4, /* at least; at least 8 blocks too */
	Morepages = 256,
	Large = 0xFFFF, /* Block.class of whole pages */
};

struct Block
{
	u32int state;
	u32int class;
	usize n; /* bytes asked for; pages if Large and free */
};

/* A free block's link follows its header. */
#define nextof(b) (*(Block **)((b) + 1))

struct Class
{
	Lock lk;
	Block *free;
	uchar *fresh; /* blocks that never were in use, up to end */
	uchar *end;
};

/* Free pages; lives in the first of them. */
struct Extent
{
	Extent *next;
	usize npages;
};

static struct
{
	Class class[Nclass];
	Lock lk; /* free; inside a Class's lock or alone */
	Extent *free; /* by address */
} heap;

_Static_assert(sizeof(Block) == Hdr, "header keeps alignment");

/* Bytes of class c's blocks: steps of 16 up to 128, then four to each
 * power of two. */
static usize
classsize(uint c)
{
	if(c < Fineclasses)
		return Minblock + c * 16;
	c -= Fineclasses;
	return (usize)(5 + c % 4) << (c / 4 + 5);
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

/* A run of npages free pages, or nil. */
static void *
takepages(usize npages)
{
	Extent *e, **l, *rest;

	for(l = &heap.free; (e = *l) != nil; l = &e->next) {
		if(e->npages < npages)
			continue;
		if(e->npages == npages)
			*l = e->next;
		else {
			rest = (Extent *)((uchar *)e + npages * BY2PG);
			rest->next = e->next;
			rest->npages = e->npages - npages;
			*l = rest;
		}
		return e;
	}
	return nil;
}

static int
touches(Extent *a, Extent *b)
{
	return (uchar *)a + a->npages * BY2PG == (uchar *)b;
}

static void
givepages(void *p, usize npages)
{
	Extent *e, *n, *prev;

	e = p;
	e->npages = npages;
	prev = nil;
	for(n = heap.free; n != nil && n < e; n = n->next)
		prev = n;
	e->next = n;
	if(n != nil && touches(e, n)) {
		e->npages += n->npages;
		e->next = n->next;
	}
	if(prev == nil)
		heap.free = e;
	else if(touches(prev, e)) {
		prev->npages += e->npages;
		prev->next = e->next;
	} else
		prev->next = e;
}

static void *
allocpages(usize npages)
{
	usize more;
	void *p;

	lock(&heap.lk);
	p = takepages(npages);
	if(p == nil) {
		more = npages < Morepages ? Morepages : npages;
		p = hostheapmore(more * BY2PG);
		if(p == nil && more > npages) {
			more = npages;
			p = hostheapmore(more * BY2PG);
		}
		if(p != nil && more > npages)
			givepages((uchar *)p + npages * BY2PG, more - npages);
	}
	unlock(&heap.lk);
	return p;
}

/* Give class c more blocks; its lock is held. 0 if there is no memory. */
static int
refill(Class *c, usize size)
{
	usize npages;
	uchar *p;

	npages = (8 * size + BY2PG - 1) / BY2PG;
	if(npages < Spanpages)
		npages = Spanpages;
	p = allocpages(npages);
	if(p == nil)
		return 0;
	c->fresh = p;
	c->end = p + npages * BY2PG / size * size;
	return 1;
}

/* A block for class c, whose lock is held: one that was in use before if there is one, for
 * each page that is touched for the first time costs the host. nil: there is no memory. */
static Block *
takeblock(Class *c, uint class)
{
	Block *b;
	usize size;

	b = c->free;
	if(b != nil) {
		c->free = nextof(b);
		return b;
	}
	size = classsize(class);
	if(c->fresh == c->end && !refill(c, size))
		return nil;
	b = (Block *)c->fresh;
	c->fresh += size;
	b->state = Freed;
	b->class = class;
	return b;
}

static void *
mallocsmall(usize n)
{
	uint class;
	Class *c;
	Block *b;

	class = classof(n + Hdr < Minblock ? Minblock : n + Hdr);
	c = &heap.class[class];
	lock(&c->lk);
	b = takeblock(c, class);
	unlock(&c->lk);
	if(b == nil)
		return nil;
	assert(b->state == Freed && b->class == class);
	b->state = Inuse;
	b->n = n;
	return memset(b + 1, 0, n);
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

	b = allocpages(largepages(n));
	if(b == nil)
		return nil;
	b->state = Inuse;
	b->class = Large;
	b->n = n;
	return memset(b + 1, 0, n);
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
	if(b->class == Large)
		return largepages(b->n) * BY2PG - Hdr;
	return classsize(b->class) - Hdr;
}

void *
malloc(usize n)
{
	if(n + Hdr <= Maxblock)
		return mallocsmall(n);
	if(n > (usize)1 << 46)
		return nil;
	return malloclarge(n);
}

void
free(void *p)
{
	Block *b;
	Class *c;
	usize npages;

	if(p == nil)
		return;
	b = blockof(p);
	b->state = Freed;
	if(b->class == Large) {
		npages = largepages(b->n);
		lock(&heap.lk);
		givepages(b, npages);
		unlock(&heap.lk);
		return;
	}
	c = &heap.class[b->class];
	lock(&c->lk);
	nextof(b) = c->free;
	c->free = b;
	unlock(&c->lk);
}

usize
msize(void *p)
{
	return room(blockof(p));
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
	/* a large block keeps its pages only if their number stays */
	if(b->class == Large
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

#endif

void *
smalloc(usize n)
{
	void *p;

	p = malloc(n);
	if(p == nil)
		error(Enomem);
	return p;
}

char *
kstrcpy(const char *s)
{
	usize n;

	n = strlen(s) + 1;
	return memmove(smalloc(n), s, n);
}

void
kstrdup(char **p, const char *s)
{
	char *n, *old;

	n = kstrcpy(s);
	old = *p;
	*p = n;
	free(old);
}

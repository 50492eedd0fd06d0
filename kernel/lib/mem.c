/*
 * Memory: copy, fill, compare, search.
 *
 * Plain C with general registers, eight bytes a step at any alignment. The
 * copies and the fill are weak: a machine layer that knows a faster
 * instruction supplies its own.
 */
#include "lib/lib.h"

/*
 * gcc recognises a loop that copies or fills, and calls memmove or memset for it, which are the
 * functions here. (clang leaves loops alone under -ffreestanding.)
 */
#if defined(__GNUC__) && !defined(__clang__)
#define Asloop __attribute__((optimize("no-tree-loop-distribute-patterns")))
#else
#define Asloop
#endif

#define Weak __attribute__((weak))

enum
{
	WORD = 8,
	BLOCK = 4 * WORD,
};

/* Eight bytes at any address and of any type. */
typedef struct Word Word;
struct Word
{
	u64int v;
} __attribute__((packed, may_alias));

static inline u64int
loadword(const uchar *p)
{
	return ((const Word *)p)->v;
}

static inline void
storeword(uchar *p, u64int v)
{
	((Word *)p)->v = v;
}

/* Reads all of the block before it writes any of it, so the two may overlap. */
static inline void
copyblock(uchar *to, const uchar *from)
{
	u64int a, b, c, d;

	a = loadword(from);
	b = loadword(from + WORD);
	c = loadword(from + 2 * WORD);
	d = loadword(from + 3 * WORD);
	storeword(to, a);
	storeword(to + WORD, b);
	storeword(to + 2 * WORD, c);
	storeword(to + 3 * WORD, d);
}

/* Copy upwards: correct if `to' is before `from', or far enough behind it. */
static inline void
copyup(uchar *to, const uchar *from, usize n)
{
	for(; n >= BLOCK; n -= BLOCK, to += BLOCK, from += BLOCK)
		copyblock(to, from);
	for(; n >= WORD; n -= WORD, to += WORD, from += WORD)
		storeword(to, loadword(from));
	while(n-- > 0)
		*to++ = *from++;
}

static inline void
copydown(uchar *to, const uchar *from, usize n)
{
	for(; n >= BLOCK; n -= BLOCK)
		copyblock(to + n - BLOCK, from + n - BLOCK);
	for(; n >= WORD; n -= WORD)
		storeword(to + n - WORD, loadword(from + n - WORD));
	while(n-- > 0)
		to[n] = from[n];
}

Weak Asloop void *
memcpy(void *to, const void *from, usize n)
{
	copyup(to, from, n);
	return to;
}

Weak Asloop void *
memmove(void *to, const void *from, usize n)
{
	if((uintptr)to - (uintptr)from >= n)
		copyup(to, from, n);
	else
		copydown(to, from, n);
	return to;
}

Weak Asloop void *
memset(void *p, int c, usize n)
{
	uchar *to;
	u64int v;

	to = p;
	v = (uchar)c * 0x0101010101010101ULL;
	for(; n >= BLOCK; n -= BLOCK, to += BLOCK) {
		storeword(to, v);
		storeword(to + WORD, v);
		storeword(to + 2 * WORD, v);
		storeword(to + 3 * WORD, v);
	}
	for(; n >= WORD; n -= WORD, to += WORD)
		storeword(to, v);
	while(n-- > 0)
		*to++ = (uchar)c;
	return p;
}

int
memcmp(const void *a, const void *b, usize n)
{
	const uchar *p, *q;

	p = a;
	q = b;
	for(; n >= WORD && loadword(p) == loadword(q); n -= WORD) {
		p += WORD;
		q += WORD;
	}
	for(; n > 0; n--, p++, q++)
		if(*p != *q)
			return *p < *q ? -1 : 1;
	return 0;
}

/* Is one of w's bytes zero? (Mycroft's test.) */
static int
zerobyte(u64int w)
{
	return ((w - 0x0101010101010101ULL) & ~w & 0x8080808080808080ULL) != 0;
}

void *
memchr(const void *p, int c, usize n)
{
	const uchar *s;
	u64int all;

	all = (uchar)c * 0x0101010101010101ULL;
	s = p;
	while(n > 0) {
		/* skip whole words that do not contain the byte */
		if((uintptr)s % sizeof all == 0)
			while(n >= sizeof all &&
			    !zerobyte(*(const u64int *)s ^ all)) {
				s += sizeof all;
				n -= sizeof all;
			}
		if(n == 0)
			break;
		if(*s == (uchar)c)
			return (void *)(uintptr)s;
		s++;
		n--;
	}
	return nil;
}

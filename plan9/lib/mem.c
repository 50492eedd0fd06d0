/*
 * malloc over brk_: one list of free blocks, first fit, neighbours not merged.
 * Programs that live for seconds need no more. The list is in shared memory
 * after rfork(RFMEM), hence the lock.
 */
#include "lib.h"

typedef struct Block Block;
struct Block
{
	usize size; /* bytes after this header */
	Block *next;
};

enum
{
	ALIGN = 16,
	MORE = 64 * KiB, /* ask the system for at least this */
};

_Static_assert(sizeof(Block) == ALIGN, "blocks stay aligned");

static int memlock;
static Block *freelist;
static char *brk; /* the break as we left it */

void
lock(int *l)
{
	while(__atomic_exchange_n(l, 1, __ATOMIC_ACQUIRE) != 0)
		sleep(0);
}

void
unlock(int *l)
{
	__atomic_store_n(l, 0, __ATOMIC_RELEASE);
}

void *
sbrk(usize n)
{
	char *p;

	if(brk == nil)
		brk = (char *)ROUNDUP((uintptr)end, ALIGN);
	p = brk;
	if(n != 0 && brk_(p + n) < 0)
		return (void *)-1;
	brk = p + n;
	return p;
}

static Block *
grow(usize n)
{
	usize want = ROUNDUP(n + sizeof(Block), (usize)MORE);
	Block *b;

	b = sbrk(want);
	if(b == (void *)-1)
		return nil;
	b->size = want - sizeof(Block);
	b->next = freelist;
	freelist = b;
	return b;
}

static Block *
take(usize n)
{
	Block **l, *b, *rest;

	for(l = &freelist; (b = *l) != nil; l = &b->next) {
		if(b->size < n)
			continue;
		*l = b->next;
		if(b->size >= n + 2 * sizeof(Block)) {
			rest = (Block *)((char *)(b + 1) + n);
			rest->size = b->size - n - sizeof(Block);
			rest->next = freelist;
			freelist = rest;
			b->size = n;
		}
		return b;
	}
	return nil;
}

void *
malloc(usize n)
{
	Block *b;

	n = ROUNDUP(n + (n == 0), (usize)ALIGN);
	lock(&memlock);
	b = take(n);
	if(b == nil && grow(n) != nil)
		b = take(n);
	unlock(&memlock);
	if(b == nil) {
		werrstr("no memory");
		return nil;
	}
	return b + 1;
}

void *
mallocz(usize n)
{
	void *p = malloc(n);

	if(p != nil)
		memset(p, 0, n);
	return p;
}

void
free(void *p)
{
	Block *b;

	if(p == nil)
		return;
	b = (Block *)p - 1;
	lock(&memlock);
	b->next = freelist;
	freelist = b;
	unlock(&memlock);
}

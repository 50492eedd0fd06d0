/*
 * The kernel's heap is libc's here, so that ASan sees every block. Tests of the
 * kernel's own heap leave this file out.
 */
#undef malloc
#undef free
#undef realloc
#include <stdlib.h>
#include <string.h>
#include "mach.h"
#include "lib/lib.h"

typedef struct Hdr Hdr;
struct Hdr
{
	usize n;
	usize pad;
};

void *kmalloc(usize n);
void *krealloc(void *p, usize n);
void kfree(void *p);
usize kmsize(void *p);

long allocfail, alloccount;
static long blocks;

long
heapblocks(void)
{
	return aload(&blocks);
}

void *
kmalloc(usize n)
{
	Hdr *h;

	__atomic_add_fetch(&alloccount, 1, __ATOMIC_RELAXED);
	if(aload(&allocfail) != 0 &&
	    __atomic_sub_fetch(&allocfail, 1, __ATOMIC_SEQ_CST) == 0)
		return nil;
	h = calloc(1, sizeof(Hdr) + n);
	if(h == nil)
		return nil;
	h->n = n;
	__atomic_add_fetch(&blocks, 1, __ATOMIC_SEQ_CST);
	return h + 1;
}

usize
kmsize(void *p)
{
	return ((Hdr *)p - 1)->n;
}

void
kfree(void *p)
{
	if(p == nil)
		return;
	__atomic_sub_fetch(&blocks, 1, __ATOMIC_SEQ_CST);
	free((Hdr *)p - 1);
}

void *
krealloc(void *p, usize n)
{
	void *q;
	usize old;

	q = kmalloc(n);
	if(q == nil)
		return nil;
	if(p != nil) {
		old = kmsize(p);
		memcpy(q, p, old < n ? old : n);
		kfree(p);
	}
	return q;
}

/* This heap does not know whose a block is. */
void
heapwalk(void (*f)(u32int pid, usize n))
{
	USED(f);
}

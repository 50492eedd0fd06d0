/*
 * The test machine's arena: frames, which are a file that windows map; the text
 * in them; and memory for the heap.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include "priv.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
#endif
#endif
#ifndef ASAN_POISON_MEMORY_REGION
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

long libcsyscall(long, ...) __asm__("syscall"); /* the kernel has another */
int ftruncate(int, long);

enum
{
	Junk = 0xDB, /* what a free frame holds */
	Heapmax = 512 * MiB, /* of the heap */
};

static uchar *arena;
static u32int narena;
int arenafd;

u32int
hostnframes(void)
{
	return narena;
}

uchar *
frameaddr(u32int frame)
{
	return arena + (uvlong)frame * BY2PG;
}

void
frameused(u32int frame, u32int n)
{
	ASAN_UNPOISON_MEMORY_REGION(frameaddr(frame), (uvlong)n * BY2PG);
}

void
frameunused(u32int frame, u32int n)
{
	memset(frameaddr(frame), Junk, (uvlong)n * BY2PG);
	ASAN_POISON_MEMORY_REGION(frameaddr(frame), (uvlong)n * BY2PG);
}

void
framefill(u32int frame, const void *buf, usize n)
{
	must(frame + (n + BY2PG - 1) / BY2PG <= totalframes());
	memmove(frameaddr(frame), buf, n);
}

u32int wholes, refusewhole, slowwhole;

int
framecollapse(u32int first, u32int fresh)
{
	u32int k;

	must(first % 512 == 0 && first + 512 <= totalframes());
	must(fresh >= first && fresh < first + 512);
	for(k = 0; k < BY2PG; k++)
		must(frameaddr(fresh)[k] == 0);
	PERTURB();
	if(slowwhole)
		nanosleep(&(struct timespec){0, 10000000}, nil);
	__atomic_add_fetch(&wholes, 1, __ATOMIC_RELAXED);
	return !refusewhole;
}

void
framepunch(u32int frame, u32int n)
{
	ASAN_UNPOISON_MEMORY_REGION(frameaddr(frame), (uvlong)n * BY2PG);
	memset(frameaddr(frame), 0, (uvlong)n * BY2PG);
	ASAN_POISON_MEMORY_REGION(frameaddr(frame), (uvlong)n * BY2PG);
}

/* System call sites: bit 63 of each whole word of a text page. */
void
fixtext(uchar *page, uintptr va, u32int n)
{
	u32int k;

	must(va % BY2PG == 0 && n <= BY2PG);
	for(k = 0; k + 8 <= n; k += 8)
		*(u64int *)(page + k) |= FIXED;
	PERTURB();
}

void
unfixtext(uchar *page, uintptr va, u32int n)
{
	u32int k;

	USED(va);
	for(k = 0; k + 8 <= n; k += 8)
		*(u64int *)(page + k) &= ~FIXED;
}

uchar *
hostheapmore(usize n)
{
	static uchar *base;
	static uvlong used;
	uchar *p;

	if(base == nil) {
		p = mmap(nil, Heapmax, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		must(p != MAP_FAILED);
		base = p;
	}
	if(n > Heapmax - used)
		return nil;
	p = base + used;
	used += n;
	return p;
}

uvlong
hostheapsize(uvlong *max)
{
	*max = Heapmax;
	return 0;
}

void
arenainit(u32int nframes)
{
	narena = nframes;
	arenafd = libcsyscall(SYS_memfd_create, "arena", 1);
	must(arenafd >= 0);
	must(ftruncate(arenafd, (long)nframes * BY2PG) == 0);
	arena = mmap(nil, (uvlong)nframes * BY2PG, PROT_READ | PROT_WRITE,
	    MAP_SHARED, arenafd, 0);
	must(arena != MAP_FAILED);
	ASAN_POISON_MEMORY_REGION(arena, (uvlong)nframes * BY2PG);
}

/*
 * The memory that all processes share. It is made before there is a second process.
 *
 * One sparse memfd holds kernel memory: the kernel's own .data and .bss, Slots, heap, kernel
 * stacks and small texts. An address's offset in the file is address - KLOW. Another memfd is
 * the arena.
 */
#include "u.h"
#include "aout.h"
#include "host/base/base.h"
#include "lib/lib.h"
#include "mm/mm.h"

enum
{
	PROT_NONE = 0,
	PROT_RW = 3,
	MAP_SHARED = 1,
	MAP_FIXED = 0x10,
	MFD_CLOEXEC = 1,
	MADV_HUGEPAGE = 14,
};

Instance instance;

/* Bytes of the heap given out, and at most. */
static u64int heapused;
static u64int heapmax = HEAPMAX;

enum
{
	/* kernel heap that a small arena has, too */
	Leastheap = 512 * MiB,
};

static void
mapshared(int fd, uintptr va, uvlong len, uvlong off)
{
	long r;

	r = hostcall(
	    __NR_mmap, va, len, PROT_RW, MAP_SHARED | MAP_FIXED, fd, off);
	if(r != (long)va)
		cannotstart("cannot map kernel memory", r);
}

static int
newmem(const char *name, uvlong size)
{
	long fd, r;

	fd = hostcall(__NR_memfd_create, name, MFD_CLOEXEC);
	if(fd < 0)
		cannotstart("cannot make kernel memory", fd);
	r = hostcall(__NR_ftruncate, fd, size);
	if(r < 0)
		cannotstart("cannot size kernel memory", r);
	return fd;
}

void
sharedinit(void)
{
	uvlong klen;
	long n, r;
	int fd;

	assert((uintptr)&self == SELFVA && (uintptr)ktext - KLOW < BY2PG);
	limitsraise();
	fd = newmem("run9-kernel", SMALLVA - KLOW + (uvlong)NSLOT * SMALLTEXT);
	/* copy only initialised data: the rest is zero, and so is a new file */
	klen = ekinit - kdata;
	for(n = 0; n < (long)klen; n += r) {
		r = hostcall(__NR_pwrite64, fd, kdata + n, klen - n,
		    (uintptr)kdata - KLOW + n);
		if(r <= 0)
			cannotstart("cannot copy kernel data", r);
	}
	mapshared(fd, (uintptr)kdata, ekdata - kdata, (uintptr)kdata - KLOW);
	mapshared(fd, SLOTVA, (uvlong)NSLOT * BY2PG, SLOTVA - KLOW);
	/* the first process uses slot 0 */
	mapshared(fd, SELFVA, BY2PG, SLOTVA - KLOW);
	mapshared(fd, HEAPVA, HEAPMAX, HEAPVA - KLOW);
	mapshared(
	    fd, KSTKVA, (uvlong)NSLOT * (KSTKSIZE + KSTKGUARD), KSTKVA - KLOW);
	mapshared(fd, SMALLVA, (uvlong)NSLOT * SMALLTEXT, SMALLVA - KLOW);
	instance.kernfd = fd;
	self.kstktop = KSTKVA + KSTKSIZE + KSTKGUARD;
	self.pend = &self.fullregs;
	instance.nslot = 1;
}

void
arenainit(uvlong bytes)
{
	instance.nframes = bytes / BY2PG;
	/* The kernel's memory is the host's as the arena is: programs that make it grow may not
	 * take all of the host's. */
	heapmax = bytes / 4 < Leastheap ? Leastheap : bytes / 4;
	if(heapmax > HEAPMAX)
		heapmax = HEAPMAX;
	instance.arenafd = newmem("run9-arena", bytes);
	growfiles(instance.arenafd);
	mapshared(instance.arenafd, ARENAVA, bytes, 0);
	limitsrestore();
	hostcall(__NR_madvise, ARENAVA, bytes, MADV_HUGEPAGE);
}

/* heapused counts what is handed out; a request that does not fit leaves it as it is. */
uchar *
hostheapmore(usize n)
{
	u64int off;

	n = ROUNDUP(n, (usize)BY2PG);
	off = aload(&heapused);
	do {
		/* what does not fit leaves the rest for others */
		if(n > heapmax - off)
			return nil;
	} while(!__atomic_compare_exchange_n(
	    &heapused, &off, off + n, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	return (uchar *)HEAPVA + off;
}

uvlong
hostheapsize(uvlong *max)
{
	*max = heapmax;
	return aload(&heapused);
}

void
dropuser(void)
{
	hostcall(__NR_munmap, BY2PG, KLOW - BY2PG);
	hostcall(__NR_munmap, KHIGH, USTKTOP - KHIGH);
}

void
kstkguard(void)
{
	long r;

	r = hostcall(__NR_mprotect, self.kstktop - KSTKSIZE - KSTKGUARD,
	    KSTKGUARD, PROT_NONE);
	if(r < 0)
		panic("no guard below the kernel stack: error %lld", (vlong)-r);
}

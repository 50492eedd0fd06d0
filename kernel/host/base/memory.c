/*
 * Making the memory that all processes share, before there is a second one.
 *
 * One sparse memfd holds kernel memory (offset: address - KLOW): the kernel's
 * own .data and .bss, Slots, heap, kernel stacks. Another is the arena.
 */
#include "u.h"
#include "aout.h"
#include "host/priv.h"
#include "lib/lib.h"
#include "mm/mm.h"

enum
{
	PROT_RW = 3,
	MAP_SHARED = 1,
	MAP_FIXED = 0x10,
	MFD_CLOEXEC = 1,
	MADV_HUGEPAGE = 14,
	RLIMIT_NOFILE = 7,
	F_DUPFD = 0,
	Manyfiles = 4096,
	Fewfiles = 64, /* the table's first size */
	O_RDONLY = 0,
};

#define HEAPMAX (64ULL * 1024 * MiB)

Instance instance;

static u64int heapused; /* bytes of the heap given out */

static _Noret void
fatal(const char *what, long r)
{
	kprint("run9: %s: host error %lld\n", what, (vlong)-r);
	hostcall(__NR_exit_group, 70);
	__builtin_unreachable();
}

static void
mapshared(int fd, uintptr va, uvlong len, uvlong off)
{
	long r;

	r = hostcall(
	    __NR_mmap, va, len, PROT_RW, MAP_SHARED | MAP_FIXED, fd, off);
	if(r != (long)va)
		fatal("cannot map kernel memory", r);
}

static int
newmem(const char *name, uvlong size)
{
	long fd, r;

	fd = hostcall(__NR_memfd_create, name, MFD_CLOEXEC);
	if(fd < 0)
		fatal("memfd_create", fd);
	r = hostcall(__NR_ftruncate, fd, size);
	if(r < 0)
		fatal("cannot size kernel memory", r);
	return fd;
}

/* As many host files as we may have: the limit is every process's together. */
static void
raisefiles(void)
{
	u64int lim[2];

	if(hostcall(__NR_prlimit64, 0, RLIMIT_NOFILE, nil, lim) < 0)
		return;
	lim[0] = lim[1];
	hostcall(__NR_prlimit64, 0, RLIMIT_NOFILE, lim, nil);
}

/*
 * Make the host's table of our files large now, while nobody shares it: later its
 * growth stops whoever opens a file until every processor of the host has come by,
 * some 15 ms. fd is any that is open.
 */
static void
growfiles(int fd)
{
	long high, n;

	/* as many as are allowed */
	for(n = Manyfiles; n > Fewfiles; n /= 2) {
		high = hostcall(__NR_fcntl, fd, F_DUPFD, n - 1);
		if(high >= 0) {
			hostcall(__NR_close, high);
			break;
		}
	}
}

void
sharedinit(void)
{
	uvlong klen;
	long n, r;
	int fd;

	raisefiles();
	fd = newmem("run9-kernel", SMALLVA - KLOW + (uvlong)NSLOT * SMALLTEXT);
	/* what begins as zeros still is, and so is a new file */
	klen = ekinit - kdata;
	for(n = 0; n < (long)klen; n += r) {
		r = hostcall(__NR_pwrite64, fd, kdata + n, klen - n,
		    (uintptr)kdata - KLOW + n);
		if(r <= 0)
			fatal("cannot copy kernel data", r);
	}
	mapshared(fd, (uintptr)kdata, ekdata - kdata, (uintptr)kdata - KLOW);
	mapshared(fd, SLOTVA, (uvlong)NSLOT * BY2PG, SLOTVA - KLOW);
	mapshared(fd, SELFVA, BY2PG, SLOTVA - KLOW); /* slot 0's */
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
	instance.arenafd = newmem("run9-arena", bytes);
	growfiles(instance.arenafd);
	mapshared(instance.arenafd, ARENAVA, bytes, 0);
	hostcall(__NR_madvise, ARENAVA, bytes, MADV_HUGEPAGE);
}

/* Fresh zeroed kernel memory, a multiple of pages; nil when there is no more. */
uchar *
hostheapmore(usize n)
{
	u64int off;

	off = __atomic_fetch_add(
	    &heapused, ROUNDUP(n, (usize)BY2PG), __ATOMIC_SEQ_CST);
	if(off + n > HEAPMAX)
		return nil;
	return (uchar *)HEAPVA + off;
}

uvlong
hostheapsize(uvlong *max)
{
	uvlong n;

	*max = HEAPMAX;
	n = __atomic_load_n(&heapused, __ATOMIC_SEQ_CST);
	return n < HEAPMAX ? n : HEAPMAX; /* requests that failed count too */
}

void
dropuser(void)
{
	hostcall(__NR_munmap, BY2PG, KLOW - BY2PG);
	hostcall(__NR_munmap, KHIGH, USTKTOP - KHIGH);
}

/* The number that a host file begins with, or -1. */
static vlong
filenum(const char *path)
{
	char buf[64];
	long fd, n;

	fd = hostcall(__NR_open, path, O_RDONLY, 0);
	if(fd < 0)
		return -1;
	n = hostcall(__NR_read, fd, buf, sizeof buf - 1);
	hostcall(__NR_close, fd);
	if(n <= 0)
		return -1;
	buf[n] = 0;
	if(*buf < '0' || *buf > '9')
		return -1;
	return (vlong)strtoull(buf, nil, 10);
}

/* This process's limit in cgroup v2's hierarchy: the smallest of its ancestors'. */
static vlong
cgrouplimit(void)
{
	static char buf[1024], path[1200];
	char *p, *e;
	long fd, n;
	vlong v, min;

	min = filenum("/sys/fs/cgroup/memory/memory.limit_in_bytes");
	fd = hostcall(__NR_open, "/proc/self/cgroup", O_RDONLY, 0);
	if(fd < 0)
		return min;
	n = hostcall(__NR_read, fd, buf, sizeof buf - 1);
	hostcall(__NR_close, fd);
	if(n <= 0)
		return min;
	buf[n] = 0;
	p = strstr(buf, "0::/");
	if(p == nil)
		return min;
	p += 3;
	e = strchr(p, '\n');
	if(e != nil)
		*e = 0;
	for(;;) {
		snprint(path, sizeof path, "/sys/fs/cgroup%s/memory.max", p);
		v = filenum(path);
		if(v > 0 && (min < 0 || v < min))
			min = v;
		e = strrchr(p, '/');
		if(e == nil)
			return min;
		*e = 0;
	}
}

uvlong
arenadefault(void)
{
	struct
	{
		u64int times[4];
		u64int totalram;
		u64int amounts[5];
		u64int procs; /* and padding */
		u64int high[2];
		u32int unit; /* bytes, of amounts */
	} si;
	vlong mem, cg;

	mem = 512 * MiB;
	if(hostcall(__NR_sysinfo, &si) == 0)
		mem = si.totalram * si.unit;
	cg = cgrouplimit();
	if(cg > 0 && cg < mem)
		mem = cg;
	mem = mem / 4 * 3;
	return ROUNDDN((uvlong)mem, 2ULL * MiB);
}

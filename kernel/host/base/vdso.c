/*
 * The host's vdso, which tells the time without a system call. The host maps it where programs
 * may have memory, so it is moved to VDSOVA.
 */
#include "u.h"
#include "host/base/base.h"
#include "lib/lib.h"

enum
{
	MREMAP_MAYMOVE = 1,
	MREMAP_FIXED = 2,

	AT_SYSINFO_EHDR = 33,
	PT_LOAD = 1,
	PT_DYNAMIC = 2,
	DT_HASH = 4,
	DT_STRTAB = 5,
	DT_SYMTAB = 6,
};

static uintptr vdsobase, vdsoend;

int
isvdso(uintptr pc)
{
	return pc >= vdsobase && pc < vdsoend;
}

/* As much of ELF64 as it takes to find one function. */
typedef struct Ehdr Ehdr;
typedef struct Phdr Phdr;
typedef struct Dyn Dyn;
typedef struct Sym Sym;
struct Ehdr
{
	uchar ident[16];
	u16int type, machine;
	u32int version;
	u64int entry, phoff, shoff;
	u32int flags;
	u16int ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
struct Phdr
{
	u32int type, flags;
	u64int offset, vaddr, paddr, filesz, memsz, align;
};
struct Dyn
{
	s64int tag;
	u64int val;
};
struct Sym
{
	u32int name;
	uchar info, other;
	u16int shndx;
	u64int value, size;
};

static void *
elfsym(uintptr base, const char *name)
{
	const Ehdr *eh;
	const Phdr *ph;
	const Dyn *d;
	const Sym *sym;
	const char *str;
	const u32int *hash;
	uintptr bias;
	u32int i;

	eh = (const Ehdr *)base;
	ph = (const Phdr *)(base + eh->phoff);
	d = nil;
	bias = base;
	for(i = 0; i < eh->phnum; i++) {
		if(ph[i].type == PT_LOAD)
			bias = base + ph[i].offset - ph[i].vaddr;
		if(ph[i].type == PT_DYNAMIC)
			d = (const Dyn *)(base + ph[i].offset);
	}
	if(d == nil)
		return nil;
	sym = nil;
	str = nil;
	hash = nil;
	for(; d->tag != 0; d++) {
		if(d->tag == DT_SYMTAB)
			sym = (const Sym *)(bias + d->val);
		if(d->tag == DT_STRTAB)
			str = (const char *)(bias + d->val);
		if(d->tag == DT_HASH)
			hash = (const u32int *)(bias + d->val);
	}
	if(sym == nil || str == nil || hash == nil)
		return nil;
	for(i = 0; i < hash[1]; i++)
		if(sym[i].shndx != 0 && strcmp(str + sym[i].name, name) == 0)
			return (void *)(bias + sym[i].value);
	return nil;
}

/* Move the host mapping that a line of /proc/self/maps describes by delta bytes. Returns 0, or
 * -1. */
static int
movevma(char *line, vlong delta)
{
	uintptr a, e;
	char *p;
	long r;

	a = strtoull(line, &p, 16);
	if(*p++ != '-')
		return -1;
	e = strtoull(p, nil, 16);
	r = hostcall(__NR_mremap, a, e - a, e - a,
	    MREMAP_MAYMOVE | MREMAP_FIXED, a + (uintptr)delta);
	return r == (long)(a + (uintptr)delta) ? 0 : -1;
}

/* Move the vdso, which begins at base, and its data to VDSOVA. Returns 0, or -1. */
static int
movevdso(uintptr base)
{
	static char buf[64 * KiB];
	char *p, *e;
	long n, fd, len;
	int moved;

	fd = hostcall(__NR_open, "/proc/self/maps", 0, 0);
	if(fd < 0)
		return -1;
	len = 0;
	while(
	    (n = hostcall(__NR_read, fd, buf + len, sizeof buf - 1 - len)) > 0)
		len += n;
	hostcall(__NR_close, fd);
	buf[len] = 0;
	moved = 0;
	for(p = buf; p < buf + len; p = e + 1) {
		e = strchr(p, '\n');
		if(e == nil)
			break;
		*e = 0;
		if(strstr(p, "[vvar") != nil || strstr(p, "[vdso]") != nil) {
			if(movevma(p, (vlong)(VDSOVA - base)) < 0)
				return -1;
			if(strstr(p, "[vdso]") != nil) {
				moved = 1;
				vdsobase = VDSOVA;
				vdsoend = VDSOVA +
				    (strtoull(strchr(p, '-') + 1, nil, 16) -
					strtoull(p, nil, 16));
			}
		}
	}
	return moved ? 0 : -1;
}

Clockgettime *
vdsoinit(const u64int *auxv)
{
	uintptr base;

	base = 0;
	for(; auxv[0] != 0; auxv += 2)
		if(auxv[0] == AT_SYSINFO_EHDR)
			base = auxv[1];
	if(base == 0 || movevdso(base) < 0)
		return nil;
	return (Clockgettime *)elfsym(VDSOVA, "__vdso_clock_gettime");
}

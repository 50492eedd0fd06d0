/*
 * The names of the kernel's addresses: a table in the executable (Makefile,
 * run9.ld), so that a stack trace needs no tool.
 *
 * The table is made from nm's list of the first link, in ascending order: an
 * address's offset from KLOW, four bytes, then its name, ended by NUL.
 */
#include "u.h"
#include "host/base/base.h"
#include "lib/lib.h"

/* A name for addr further behind than this is none. */
enum
{
	Furthest = 1 * MiB,
};

const char *
hostsym(uintptr addr, u32int *off)
{
	const uchar *p;
	const char *name;
	u32int a, want;

	if(addr < KLOW || addr - KLOW > 0xFFFFFFFFULL)
		return nil;
	want = (u32int)(addr - KLOW);
	name = nil;
	for(p = ksyms; p < eksyms; p += strlen((const char *)p) + 1) {
		a = GBIT32(p);
		p += BIT32SZ;
		if(a > want)
			break;
		name = (const char *)p;
		*off = want - a;
	}
	return name != nil && *off < Furthest ? name : nil;
}

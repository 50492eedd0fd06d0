/*
 * The kernel's symbol table: names for addresses. It is part of the executable (Makefile,
 * run9.ld), so a stack trace needs no tool.
 *
 * The table is made from nm's list of the first link. An entry is an address's offset from KLOW
 * in four bytes, then the name, ended by NUL. Entries ascend by address.
 */
#include "u.h"
#include "host/base/base.h"
#include "lib/lib.h"

/* An address this far or further behind the nearest symbol has no name. */
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

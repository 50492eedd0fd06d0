/*
 * Gates: how a program makes a system call without a trap.
 *
 * A program's MOVQ $n, BP; SYSCALL (48 c7 c5 n n n n 0f 05) becomes, when its
 * page of text enters the image cache,
 *
 *	e8 r r r r	call gate n
 *	eb 02		jmp over the next
 *	0f 05		SYSCALL, for whoever jumps to it
 *
 * The gates lie below UTZERO, where programs have nothing, in every address
 * space. Patterns that cross a page are left alone: they trap.
 */
#include "u.h"
#include "aout.h"
#include "host/priv.h"
#include "lib/lib.h"

enum
{
	GateSize = 32,
	NGATE = 54, /* numbers the table knows; others trap */
	SiteSize = 9,
	CallSize = 5,

	PROT_READ = 1,
	PROT_WRITE = 2,
	PROT_EXEC = 4,
	MAP_PRIVATE = 2,
	MAP_FIXED = 0x10,
	MAP_ANONYMOUS = 0x20,
};

/* Map the gates; every slot inherits them. */
void
gatesinit(void)
{
	uchar *p, *g;
	uintptr entry;
	u32int n;
	long r;

	r = hostcall(__NR_mmap, GATEVA, BY2PG, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_FIXED | MAP_ANONYMOUS, -1, 0);
	if(r != (long)GATEVA)
		panic(
		    "no gate page at %#llux: error %lld (vm.mmap_min_addr must be at most 65536)",
		    GATEVA, (vlong)-r);
	p = (uchar *)GATEVA;
	memset(p, 0xcc, BY2PG);
	entry = (uintptr)gateentry;
	for(n = 0; n < NGATE; n++) {
		g = p + n * GateSize;
		*g++ = 0xbd; /* MOVL $n, BP */
		PBIT32(g, n);
		g += 4;
		*g++ = 0x48; /* MOVQ $entry, AX */
		*g++ = 0xb8;
		PBIT64(g, entry);
		g += 8;
		*g++ = 0xff; /* JMP *AX */
		*g++ = 0xe0;
	}
	hostcall(__NR_mprotect, GATEVA, BY2PG, PROT_READ | PROT_EXEC);
}

uintptr
gateaddr(u32int n)
{
	return GATEVA + (n < NGATE ? n : 0) * GateSize;
}

int
isgate(uintptr pc)
{
	return pc >= GATEVA && pc < GATEVA + NGATE * GateSize;
}

/* The number if p is a system call to rewrite, or -1. */
static int
site(const uchar *p)
{
	u32int n;

	if(p[0] != 0x48 || p[1] != 0xc7 || p[2] != 0xc5 || p[7] != 0x0f ||
	    p[8] != 0x05)
		return -1;
	n = GBIT32(p + 3);
	return n < NGATE ? (int)n : -1;
}

/* The number if p, at va, is a site that was rewritten, or -1. */
static int
fixedsite(const uchar *p, uintptr va)
{
	uintptr gate;

	if(p[0] != 0xe8 || p[5] != 0xeb || p[6] != 0x02 || p[7] != 0x0f ||
	    p[8] != 0x05)
		return -1;
	gate = va + CallSize + (uintptr)(intptr)(s32int)GBIT32(p + 1);
	if(gate < GATEVA || gate >= GATEVA + NGATE * GateSize ||
	    (gate - GATEVA) % GateSize != 0)
		return -1;
	return (gate - GATEVA) / GateSize;
}

void
fixtext(uchar *page, uintptr va, u32int n)
{
	uchar *p, *e;
	int num;

	if(n < SiteSize || va + n > 1ULL << 31)
		return;
	e = page + n - SiteSize;
	/* of a site's fixed bytes its third is the rarest in code */
	for(p = page; p <= e; p++) {
		p = memchr(p + 2, 0xc5, e + 1 - p);
		if(p == nil)
			break;
		p -= 2;
		num = site(p);
		if(num < 0)
			continue;
		va += p - page;
		page = p;
		PBIT32(p + 1,
		    (u32int)(GATEVA + (u32int)num * GateSize -
			(va + CallSize)));
		p[0] = 0xe8;
		p[5] = 0xeb;
		p[6] = 0x02;
		p += SiteSize - 1;
	}
}

void
unfixtext(uchar *page, uintptr va, u32int n)
{
	uchar *p, *e;
	int num;

	if(n < SiteSize)
		return;
	e = page + n - SiteSize;
	for(p = page; p <= e; p++) {
		p = memchr(p, 0xe8, e + 1 - p);
		if(p == nil)
			break;
		num = fixedsite(p, va + (p - page));
		if(num < 0)
			continue;
		p[0] = 0x48;
		p[1] = 0xc7;
		p[2] = 0xc5;
		PBIT32(p + 3, (u32int)num);
		p += SiteSize - 1;
	}
}

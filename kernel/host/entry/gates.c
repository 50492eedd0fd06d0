/*
 * Gates: how a program makes a system call without a trap.
 *
 * When a page of text enters the image cache, two sequences of instructions become the call of
 * a gate. C programs and Go's runtime have
 *
 * 	MOVQ $n, BP; SYSCALL		48 c7 c5 n n n n 0f 05
 * which becomes
 * 	call gate n			e8 r r r r
 * 	jmp over the SYSCALL		eb 02
 * 	SYSCALL, for jumps to it	0f 05
 *
 * Go's syscall.Syscall, which does not know the number there, copies the arguments first:
 *
 * 	MOVSQ; MOVSQ; MOVSQ; SYSCALL	48 a5 48 a5 48 a5 0f 05
 * which becomes
 * 	call the copying gate		e8 r r r r
 * 	NOP				90
 * 	SYSCALL, for jumps to it	0f 05
 *
 * The copying gate moves the three words. A program may fault in it as it may at its own MOVSQ,
 * and continue there after a note.
 *
 * A call returns behind the SYSCALL, because gateentry adds AfterCall to the return address. So
 * the pc of a process in a system call is the same as without gates.
 *
 * Every address space has the gates, below UTZERO, where programs have nothing. A sequence that
 * crosses a page is not rewritten; its SYSCALL traps.
 */
#include "u.h"
#include "aout.h"
#include "host/entry/entry.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	GateSize = 32,
	/* the system calls with numbers below this have gates; others trap */
	NGATE = 54,
	/* the copying gate follows the others */
	Copying = NGATE,
	/* offset in the copying gate: from here on the words are moved */
	Copied = 6,
	/* offset in the copying gate of the code that takes any number in BP */
	Anycall = 18,
	SiteSize = 9,
	/* bytes of a sequence with MOVSQs */
	CopySize = 8,
	CallSize = 5,
	/* AFTERCALL in entry.S */
	AfterCall = 4,
	CopyAfter = (CopySize - CallSize - AfterCall) & 0xff,
	SyscallSize = 2,

	PROT_READ = 1,
	PROT_WRITE = 2,
	PROT_EXEC = 4,
	MAP_PRIVATE = 2,
	MAP_FIXED = 0x10,
	MAP_ANONYMOUS = 0x20,
};

_Static_assert(
    CallSize + AfterCall == SiteSize, "a site ends where gateentry says");

/* Write the end of a gate, a jump to gateentry, at g. */
static void
toentry(uchar *g)
{
	*g++ = 0x48; /* MOVQ $gateentry, AX */
	*g++ = 0xb8;
	PBIT64(g, (uintptr)gateentry);
	g += 8;
	*g++ = 0xff; /* JMP *AX */
	*g = 0xe0;
}

/* Map the gates, which every slot inherits. */
void
gatesinit(void)
{
	static const uchar copy[Anycall] = {
	    0x48, 0xa5, 0x48, 0xa5, 0x48, 0xa5, /* MOVSQ, three times */
	    0x48, 0x8b, 0x04, 0x24, /* MOVQ (SP), AX */
	    0x48, 0x8d, 0x40, CopyAfter, /* LEAQ -1(AX), AX */
	    0x48, 0x89, 0x04, 0x24, /* MOVQ AX, (SP) */
	};
	uchar *p, *g;
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
	for(n = 0; n < NGATE; n++) {
		g = p + n * GateSize;
		*g++ = 0xbd; /* MOVL $n, BP */
		PBIT32(g, n);
		toentry(g + 4);
	}
	g = p + Copying * GateSize;
	memmove(g, copy, sizeof copy);
	toentry(g + sizeof copy);
	hostcall(__NR_mprotect, GATEVA, BY2PG, PROT_READ | PROT_EXEC);
}

uintptr
gateaddr(u64int n)
{
	return n < NGATE ? GATEVA + n * GateSize
			 : GATEVA + Copying * GateSize + Anycall;
}

int
isgate(uintptr pc)
{
	return pc >= GATEVA && pc < GATEVA + (Copying + 1) * GateSize;
}

int
hostcopies(uintptr pc)
{
	return pc >= GATEVA + Copying * GateSize &&
	    pc < GATEVA + Copying * GateSize + Copied;
}

/* The number of the system call if p is a sequence to rewrite, else -1. */
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

static const uchar copysite[CopySize] = {
    0x48, 0xa5, 0x48, 0xa5, 0x48, 0xa5, 0x0f, 0x05};

/* Write a call of gate n at p, which is at va. */
static void
callgate(uchar *p, uintptr va, u32int n)
{
	p[0] = 0xe8;
	PBIT32(p + 1, (u32int)(GATEVA + n * GateSize - (va + CallSize)));
}

/* The number of the gate that the call at p, whose address is va, calls; -1 if it is no such
 * call. */
static int
calledgate(const uchar *p, uintptr va)
{
	uintptr gate;

	gate = va + CallSize + (uintptr)(intptr)(s32int)GBIT32(p + 1);
	if(p[0] != 0xe8 || gate < GATEVA ||
	    gate > GATEVA + Copying * GateSize ||
	    (gate - GATEVA) % GateSize != 0)
		return -1;
	return (gate - GATEVA) / GateSize;
}

/* Rewrite the sequence that ends with the SYSCALL at p, if it begins no earlier than `from'. va
 * is p's address. */
static void
fixsite(uchar *p, uintptr va, const uchar *from)
{
	usize room;
	int num;

	room = p + SyscallSize - from;
	if(room >= SiteSize && (num = site(p + SyscallSize - SiteSize)) >= 0) {
		p += SyscallSize - SiteSize;
		callgate(p, va + SyscallSize - SiteSize, num);
		p[5] = 0xeb;
		p[6] = 0x02;
	} else if(room >= CopySize &&
	    memcmp(p + SyscallSize - CopySize, copysite, CopySize) == 0) {
		p += SyscallSize - CopySize;
		callgate(p, va + SyscallSize - CopySize, Copying);
		p[5] = 0x90;
	}
}

/* Undo fixsite for the sequence that begins at p, of which n bytes are there. Returns its
 * bytes, or 0 if p is no such sequence. */
static u32int
unfixsite(uchar *p, uintptr va, usize n)
{
	int num;

	if(n < CopySize || (num = calledgate(p, va)) < 0)
		return 0;
	if(num == Copying) {
		if(p[5] != 0x90 || p[6] != 0x0f || p[7] != 0x05)
			return 0;
		memmove(p, copysite, CopySize);
		return CopySize;
	}
	if(n < SiteSize || p[5] != 0xeb || p[6] != 0x02 || p[7] != 0x0f ||
	    p[8] != 0x05)
		return 0;
	p[0] = 0x48;
	p[1] = 0xc7;
	p[2] = 0xc5;
	PBIT32(p + 3, (u32int)num);
	return SiteSize;
}

void
fixtext(uchar *page, uintptr va, u32int n)
{
	uchar *p, *from, *e;

	if(isoff(Swrewrite) || va + n > 1ULL << 31)
		return;
	e = page + n;
	for(p = from = page; (p = nextsyscall(p, e)) < e; from = p) {
		fixsite(p, va + (p - page), from);
		p += SyscallSize;
	}
}

void
unfixtext(uchar *page, uintptr va, u32int n)
{
	uchar *p, *e;
	u32int size;

	e = page + n;
	for(p = page; (p = memchr(p, 0xe8, e - p)) != nil; p++) {
		size = unfixsite(p, va + (p - page), e - p);
		if(size > 0)
			p += size - 1;
	}
}

/*
 * Floating-point registers. The kernel uses none, so a program's stay in the
 * CPU through a system call by a gate; a trap puts them in its signal frame. Both
 * have XSAVE's standard form.
 */
#include "u.h"
#include "host/priv.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "proc/proc.h"

enum
{
	LegacySize = 512,
	HeaderSize = 64,
	Fcw = 0,
	Mxcsr = 24,
	Mxcsrmask = 28,
	Defaultmask = 0xffbf, /* if that says 0 */
	Reserved = 464, /* software's, in a signal frame: */
	Framemagic = 0x46505853,
	Framesize = Reserved + 16, /* bytes of state the frame has room for */
	Xstatebv = 512,
	XsaveLeaf = 0xd,

	/* exec's: invalid, zero divide and overflow trap */
	InitFcw = 0x0232,
	InitMxcsr = 0x1900,
};

static u32int fpsize;
static uchar *fpinitial; /* an area to load exec's state from */

/* XSAVE areas are 64-byte aligned. */
void *
fpalloc(void)
{
	uintptr p;

	p = (uintptr)smalloc(fpsize + 64);
	return (void *)ROUNDUP(p, 64);
}

static void
initial(uchar *area)
{
	memset(area, 0, Reserved);
	memset(area + Xstatebv, 0, HeaderSize);
	PBIT16(area + Fcw, InitFcw);
	PBIT32(area + Mxcsr, InitMxcsr);
	PBIT64(
	    area + Xstatebv, 3ULL); /* x87 and SSE as said, the rest initial */
}

void
fpconf(void)
{
	u32int r[4];

	cpuid(XsaveLeaf, 0, r);
	fpsize = r[1];
	if(fpsize < LegacySize + HeaderSize)
		panic("the processor has no XSAVE");
	fpinitial = malloc(fpsize + 64);
	fpinitial = (uchar *)ROUNDUP((uintptr)fpinitial, 64);
	initial(fpinitial);
}

/* n bytes of state; software's stay. */
static void
copystate(void *t, const void *f, u32int n)
{
	const uchar *from;
	uchar *to;

	to = t;
	from = f;
	memmove(to, from, Reserved);
	memmove(to + LegacySize, from + LegacySize, n - LegacySize);
}

void
fpcopy(void *to, const void *from)
{
	copystate(to, from, fpsize);
}

/* The part of an area that self.fpframe has: what this processor has but no program
 * asked for (tiles) is not in frames. */
static u32int
framesize(void)
{
	const uchar *frame;
	u32int n;

	frame = self.fpframe;
	if(GBIT32(frame + Reserved) != Framemagic)
		panic("a signal frame without extended state");
	n = GBIT32(frame + Framesize);
	return n < fpsize ? n : fpsize;
}

void
fplive(void *area)
{
	if(self.fpframe != nil)
		copystate(area, self.fpframe, framesize());
	else
		xsave(area);
}

void
fpinit(void)
{
	if(self.fpframe != nil)
		initial(self.fpframe);
	else
		xrstor(fpinitial);
}

void
fpsave(void)
{
	if(up->mach.fpnote == nil)
		up->mach.fpnote = fpalloc();
	fplive(up->mach.fpnote);
	fpinit();
}

/* Make area's state up's user registers. */
static void
load(const void *area)
{
	if(self.fpframe != nil)
		copystate(self.fpframe, area, framesize());
	else
		xrstor((void *)area);
}

void
fprestore(void)
{
	if(up->mach.fpnote != nil)
		load(up->mach.fpnote);
}

void
fpstop(void)
{
	uchar *p;

	up->mach.fpchanged = 0;
	if(up->mach.fpdebug == nil) {
		/* a stop cannot fail */
		p = malloc(fpsize + 64);
		if(p == nil)
			return;
		up->mach.fpdebug = (void *)ROUNDUP((uintptr)p, 64);
	}
	fplive(up->mach.fpdebug);
}

void
fpgo(void)
{
	if(up->mach.fpchanged)
		load(up->mach.fpdebug);
	up->mach.fpchanged = 0;
}

_Static_assert(
    (int)FPREGSIZE == (int)LegacySize, "the registers debuggers know");

int
fpget(Proc *p, uchar *regs)
{
	if(p->mach.fpdebug == nil)
		return 0;
	memmove(regs, p->mach.fpdebug, Reserved);
	memset(regs + Reserved, 0, FPREGSIZE - Reserved);
	return 1;
}

/* What the processor would refuse to load is left out. */
void
fpput(Proc *p, const uchar *regs)
{
	uchar *area;
	u32int mask;

	area = p->mach.fpdebug;
	mask = GBIT32(area + Mxcsrmask);
	memmove(area, regs, Reserved);
	PBIT32(area + Mxcsrmask, mask);
	if(mask == 0)
		mask = Defaultmask;
	mask &= GBIT32(area + Mxcsr);
	PBIT32(area + Mxcsr, mask);
	area[Xstatebv] |= 3; /* x87 and SSE are as said */
	p->mach.fpchanged = 1;
}

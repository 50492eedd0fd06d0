/*
 * Floating-point registers. The kernel uses none. So during a system call by a gate, a
 * program's registers stay in the CPU. A trap stores them in its signal frame. Frames and the
 * kernel's own areas have XSAVE's standard form.
 */
#include "u.h"
#include "host/entry/entry.h"
#include "lib/atomic.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "proc/proc.h"

enum
{
	LegacySize = 512,
	HeaderSize = 64,
	Upper = LegacySize +
	    /* offset of the upper halves in a debugger's FPREGSIZE bytes */
	    HeaderSize,
	UpperSize = 16 * 16,
	Fcw = 0,
	Fsw = 2,
	/* address of the last x87 instruction */
	Fip = 8,
	Mxcsr = 24,
	Mxcsrmask = 28,
	/* the mask where the processor's own is 0 */
	Defaultmask = 0xffbf,
	/* 8 x87 registers of 16 bytes */
	St0 = 32,
	/* 16 vector registers of 16 bytes */
	Xmm = 160,
	/* in a signal frame, Linux uses these bytes itself */
	Reserved = 464,
	Framemagic = 0x46505853,
	/* where a signal frame has the size of its state in bytes */
	Framesize = Reserved + 16,
	Xstatebv = 512,
	/* bits of Xstatebv: this part is not in its initial state */
	BvX87 = 1 << 0,
	BvSse = 1 << 1,
	BvAvx = 1 << 2,
	XsaveLeaf = 0xd,
	/* CPUID's subleaf of the upper halves of the 16 YMM registers */
	AvxLeaf = 2,
	BvKeys = 1 << 9,
	/* CPUID's subleaf of PKRU */
	KeysLeaf = 9,
	/* Linux's initial PKRU: only key 0, which all memory has, allows access */
	Ownkeys = 0x55555554,

	/* the state that exec gives: invalid, zero divide and overflow trap */
	InitFcw = 0x0232,
	InitMxcsr = 0x1900,
	/* the processor's own initial state */
	HardFcw = 0x037f,
};

static u32int fpsize;
/* offset of the upper halves in an area; 0: the processor has none */
static u32int fpupper;
/* offset of PKRU in an area; 0: the processor has none */
static u32int fpkeys;
/* the area from which exec's state is loaded */
static uchar *fpinitial;

/* A new area; XSAVE wants it 64-byte aligned. */
static void *
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
	/* x87 and SSE state as stored above, the rest initial */
	PBIT64(area + Xstatebv, 3ULL);
}

void
fpconf(void)
{
	u32int r[4];

	cpuid(XsaveLeaf, 0, r);
	fpsize = r[1];
	if(fpsize < LegacySize + HeaderSize)
		panic("the processor has no XSAVE");
	cpuid(XsaveLeaf, AvxLeaf, r);
	fpupper = r[0] != 0 ? r[1] : 0;
	cpuid(XsaveLeaf, KeysLeaf, r);
	fpkeys = r[0] != 0 ? r[1] : 0;
	fpinitial = malloc(fpsize + 64);
	fpinitial = (uchar *)ROUNDUP((uintptr)fpinitial, 64);
	initial(fpinitial);
}

static int
zeros(const uchar *p)
{
	return (GBIT64(p) | GBIT64(p + 8)) == 0;
}

int
fpzero(const uchar *area, u32int r, u32int n)
{
	u64int bv;

	bv = GBIT64(area + Xstatebv);
	if((bv & BvSse) != 0 && !zeros(area + Xmm + 16 * r))
		return 0;
	return n <= 16 || (bv & BvAvx) == 0 ||
	    (fpupper != 0 && zeros(area + fpupper + 16 * r));
}

int
fpallowall(uchar *frame)
{
	if(fpkeys == 0 || GBIT32(frame + Reserved) != Framemagic ||
	    GBIT32(frame + Framesize) < fpkeys + 4 ||
	    (GBIT64(frame + Xstatebv) & BvKeys) == 0)
		return 0;
	PBIT32(frame + fpkeys, Ownkeys);
	return 1;
}

/* The name of the exception in x87's status word. MXCSR's first six bits are the same. */
static const char *
exceptionname(u32int status)
{
	enum
	{
		Invalid = 1 << 0,
		Denormal = 1 << 1,
		Zerodivide = 1 << 2,
		Overflow = 1 << 3,
		Underflow = 1 << 4,
		Precision = 1 << 5,
		Stackfault = 1 << 6,
		/* C1: says which, after a stack fault */
		Stackup = 1 << 9,
	};

	if((status & (Invalid | Stackfault)) == (Invalid | Stackfault))
		return status & Stackup ? "stack overflow" : "stack underflow";
	if(status & Invalid)
		return "invalid operation";
	if(status & Denormal)
		return "denormalized operand";
	if(status & Zerodivide)
		return "division by zero";
	if(status & Overflow)
		return "numeric overflow";
	if(status & Underflow)
		return "numeric underflow";
	if(status & Precision)
		return "precision loss";
	return "unknown exception";
}

void
fpexception(char *buf, int n, const void *area, int simd, uintptr pc)
{
	const uchar *p;
	u32int status;

	p = area;
	if(simd)
		status = GBIT32(p + Mxcsr) & 0x3f;
	else {
		status = GBIT16(p + Fsw);
		pc = GBIT64(p + Fip);
	}
	snprint(buf, n, "sys: fp: %s fppc=%#llux status=%#ux",
	    exceptionname(status), (uvlong)pc, status);
}

/* Copy n bytes of state, except the bytes that Linux uses itself. */
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

/* How many bytes of state a signal's frame has. State that the processor has and no program
 * asked for (tiles) is not in frames. */
static u32int
framesize(const uchar *frame)
{
	u32int n;

	if(GBIT32(frame + Reserved) != Framemagic)
		panic("a signal frame without extended state");
	n = GBIT32(frame + Framesize);
	return n < fpsize ? n : fpsize;
}

/* Copy up's user registers to area, from the CPU or a signal's frame. */
static void
fplive(void *area)
{
	if(self.fpframe != nil)
		copystate(area, self.fpframe, framesize(self.fpframe));
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
fpsave(uintptr ureg)
{
	Fpnote *f, new;
	int k;

	f = up->mach.fpnote;
	/* use the entry of an earlier handler with this Ureg, a free one, or the oldest */
	for(k = 0; k < NFPNOTE - 1; k++)
		if(f[k].ureg == ureg || f[k].ureg == 0)
			break;
	new = f[k];
	if(new.area == nil)
		new.area = fpalloc();
	new.ureg = ureg;
	memmove(f + 1, f, k * sizeof *f);
	f[0] = new;
	fplive(new.area);
	fpinit();
}

/* Set up's user registers to the state at area. */
static void
fpload(const void *area)
{
	if(self.fpframe != nil)
		copystate(self.fpframe, area, framesize(self.fpframe));
	else
		xrstor((void *)area);
}

void
fprestore(uintptr ureg, int again)
{
	Fpnote *f;

	for(f = up->mach.fpnote; f < up->mach.fpnote + NFPNOTE; f++)
		if(f->ureg == ureg) {
			fpload(f->area);
			if(!again)
				f->ureg = 0;
			return;
		}
}

/* Give p an area for debuggers, unless it has one. p keeps it. Returns 0 if there is no
 * memory. */
static int
debugarea(Proc *p)
{
	void *none, *area;
	uchar *m;

	if(aload(&p->mach.fpdebug) != nil)
		return 1;
	m = malloc(fpsize + 64);
	if(m == nil)
		return 0;
	none = nil;
	area = (void *)ROUNDUP((uintptr)m, 64);
	if(!__atomic_compare_exchange_n(&p->mach.fpdebug, &none, area, 0,
	       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		free(m);
	return 1;
}

void
fpstop(void)
{
	up->mach.fpchanged = 0;
	/* if there is no memory, up stops without the area */
	if(debugarea(up))
		fplive(up->mach.fpdebug);
}

/* Slot.fpasked: a debugger asks for a copy of the registers of a process in the kernel, or to
 * load what it has changed in the copy. */
enum
{
	Notasked,
	Wanttoknow,
	Wanttoset,
	Copied,
	/* the process is in user mode */
	Inuse,
};

static QLock asking = QLOCKRANK(Rfpask);

/* Copy between up's registers in frame and the debugger's copy, as how says. Returns 0 if up is
 * in another call by now than when the copy was made. */
static int
exchange(u32int how, uchar *frame)
{
	uvlong call;

	call = up->ncalls + up->nfaults;
	if(how == Wanttoknow) {
		copystate(up->mach.fpdebug, frame, framesize(frame));
		up->mach.fpcall = call;
		return 1;
	}
	if(up->mach.fpcall != call)
		return 0;
	copystate(frame, up->mach.fpdebug, framesize(frame));
	up->mach.fpchanged = 0;
	return 1;
}

void
fpanswer(int user, void *frame)
{
	u32int how;

	how = aload(&self.fpasked);
	if(how != Wanttoknow && how != Wanttoset)
		return;
	/* psstate is set in system calls and faults; on the way in or out, fpframe may be an
	 * older trap's */
	if(user || up == nil || loadrelaxed(&up->psstate) == nil ||
	    up->mach.fpdebug == nil ||
	    !exchange(how, self.fpframe != nil ? self.fpframe : frame))
		astore(&self.fpasked, Inuse);
	else
		astore(&self.fpasked, Copied);
	hostwake(&self.fpasked, 1);
}

static int
ask(Proc *p, u32int how)
{
	enum
	{
		/* ns to wait for an answer: the process may have ended */
		Patience = 100 * 1000 * 1000,
	};
	Slot *s;
	uvlong end;
	u32int is;

	if(!debugarea(p))
		return 0;
	qlock(&asking);
	s = p->mach.slot;
	is = Notasked;
	if(s != nil && s->proc == p && s->hostpid > 0) {
		end = monons() + Patience;
		astore(&s->fpasked, how);
		hostcall(__NR_tgkill, s->hostpid, s->hostpid, SIGKICK);
		while((is = aload(&s->fpasked)) == how && monons() < end)
			hostwait(&s->fpasked, how, Patience / 10);
		astore(&s->fpasked, Notasked);
	}
	qunlock(&asking);
	return is == Copied;
}

int
fpask(Proc *p)
{
	return ask(p, Wanttoknow);
}

int
fpset(Proc *p)
{
	return ask(p, Wanttoset);
}

void
fpgo(void)
{
	if(up->mach.fpchanged)
		fpload(up->mach.fpdebug);
	up->mach.fpchanged = 0;
}

_Static_assert((int)FPREGSIZE == LegacySize + HeaderSize + UpperSize,
    "the registers debuggers know");

int
fpget(Proc *p, uchar *regs)
{
	const uchar *area;
	u64int bv;

	area = p->mach.fpdebug;
	if(area == nil)
		return 0;
	memset(regs, 0, FPREGSIZE);
	/* MXCSR and its mask */
	memmove(regs + Mxcsr, area + Mxcsr, 8);
	/* an area need not contain parts that are in their initial state */
	bv = GBIT64(area + Xstatebv);
	if((bv & BvSse) != 0)
		memmove(regs + Xmm, area + Xmm, Reserved - Xmm);
	if((bv & BvX87) != 0) {
		memmove(regs, area, Mxcsr);
		memmove(regs + St0, area + St0, Xmm - St0);
	} else
		PBIT16(regs + Fcw, HardFcw);
	if((bv & BvAvx) != 0 && fpupper != 0)
		memmove(regs + Upper, area + fpupper, UpperSize);
	PBIT64(regs + Xstatebv, bv & (BvX87 | BvSse | BvAvx));
	return 1;
}

/* Bits of MXCSR that the processor would refuse to load are left out. */
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
	/* x87 and SSE state are as regs says */
	area[Xstatebv] |= BvX87 | BvSse;
	if(fpupper != 0) {
		memmove(area + fpupper, regs + Upper, UpperSize);
		area[Xstatebv] |= BvAvx;
	}
	p->mach.fpchanged = 1;
}

static void
forknote(Fpnote *to, const Fpnote *from)
{
	to->ureg = from->ureg;
	if(from->ureg == 0)
		return;
	if(to->area == nil)
		to->area = fpalloc();
	copystate(to->area, from->area, fpsize);
}

void
forkregs(Proc *p, const Ureg *u)
{
	int k;

	USED(u);
	if(p->mach.fp == nil)
		p->mach.fp = fpalloc();
	fplive(p->mach.fp);
	p->mach.fpvalid = 1;
	/* a child in a note handler may return by NRSTR to what the parent's handler
	 * interrupted */
	for(k = 0; k < NFPNOTE; k++)
		forknote(&p->mach.fpnote[k], &up->mach.fpnote[k]);
}

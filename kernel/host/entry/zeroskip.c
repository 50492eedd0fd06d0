/*
 * Zero skipping: programs that clear memory which is zero already.
 *
 * A program often stores zeros in memory that it has just got and never touched. A Go program
 * clears most of 64 MB when it starts. For each page of that the kernel would find a frame, clear
 * it and map it, and the program would clear it again. Instead, when such a store faults,
 * zeroskip advances the program's registers as if the program had stored its zeros in the
 * untouched range. It stops before the last iteration. The processor runs that one itself, so
 * the flags and the exit from the loop are the processor's own.
 *
 * zeroskip knows REP STOS, and loops that ascend through memory with vector stores:
 *
 *	store zero register, disp(base)		one or more
 *	ADD, SUB $imm, reg			the step and the counter
 *	CMP reg, $imm or reg			right before the jump
 *	JAE, JA, JB, JBE or JNE back
 *
 * An iteration is decoded from the instruction that faulted until it comes round to that
 * instruction again. If it has any other instruction, the store is made like any other store.
 */
#include "u.h"
#include "aout.h"
#include "host/entry/entry.h"
#include "lib/lib.h"
#include "lib/switches.h"
#include "mm/mm.h"
#include "proc/proc.h"

enum
{
	FlagDF = 0x400,

	/* the most instructions in an iteration (lap) */
	Mostops = 24,
	Moststores = 16,
	/* the most bytes in an instruction */
	Mostbytes = 15,

	RSP = 4,

	/* condition codes of Jcc */
	CcB = 2,
	CcAE = 3,
	CcNE = 5,
	CcBE = 6,
	CcA = 7,
};

typedef struct Lap Lap;
typedef struct Op Op;

/* An instruction. */
struct Op
{
	enum
	{
		Unknown,
		/* stores size zero bytes at disp(reg) */
		Store,
		/* adds imm to reg; imm may be negative */
		Add,
		/* compares reg with imm, or with reg2 if there is one */
		Cmp,
		/* jumps to pc + len + imm if cc holds */
		Jump,
	} kind;
	u32int len;
	u32int reg;
	/* -1: there is none, and imm is the operand */
	s32int reg2;
	u32int size;
	/* number of the vector register that is stored */
	u32int vector;
	u32int cc;
	/* the immediate operand, or the displacement */
	vlong imm;
};

/* What an iteration of a loop does. */
struct Lap
{
	/* the register that all stores are relative to */
	u32int base;
	/* what is added to base in an iteration */
	vlong step;
	/* the stores fill [base + lo, base + hi) */
	vlong lo, hi;
	/* what is added to each register in an iteration */
	vlong add[16];
	u32int nstore;
	Op cmp;
	/* the operands of the comparison at the end of the loop */
	u64int x, y;
	u32int cc;
};

static u64int *
regof(Ureg *u, u32int r)
{
	switch(r) {
	case 0:
		return &u->ax;
	case 1:
		return &u->cx;
	case 2:
		return &u->dx;
	case 3:
		return &u->bx;
	case RSP:
		return &u->sp;
	case 5:
		return &u->bp;
	case 6:
		return &u->si;
	case 7:
		return &u->di;
	}
	return &u->r8 + (r - 8);
}

_Static_assert(offsetof(Ureg, r15) - offsetof(Ureg, r8) == 7 * sizeof(u64int),
    "r8 to r15 follow each other");

static vlong
immediate(const uchar *p, u32int n)
{
	return n == 1 ? (signed char)p[0] : (s32int)GBIT32(p);
}

/* Decode the operand disp(reg), from the ModRM byte at p on. Returns its bytes, or 0 if it has
 * another form. */
static u32int
memoperand(const uchar *p, u32int rexb, Op *o)
{
	u32int mod, rm, n;

	mod = p[0] >> 6;
	rm = p[0] & 7;
	if(mod == 3 || rm == RSP || (mod == 0 && rm == 5))
		return 0;
	o->reg = rm | rexb << 3;
	o->imm = 0;
	n = mod == 0 ? 0 : mod == 1 ? 1 : 4;
	if(n != 0)
		o->imm = immediate(p + 1, n);
	return 1 + n;
}

/* Is opcode op with prefix pp (as VEX numbers prefixes) a vector store? */
static int
isstore(u32int op, u32int pp)
{
	enum
	{
		None,
		P66,
		PF3,
	};

	switch(op) {
	case 0x11: /* MOVUPS MOVUPD */
	case 0x29: /* MOVAPS MOVAPD */
	case 0x2b: /* MOVNTPS MOVNTPD */
		return pp == None || pp == P66;
	case 0x7f: /* MOVDQA MOVDQU */
		return pp == P66 || pp == PF3;
	case 0xe7: /* MOVNTDQ */
		return pp == P66;
	}
	return 0;
}

static void
vexstore(const uchar *p, Op *o)
{
	u32int n, r, b, last, m;

	/* C5: R.vvvv.L.pp; C4: RXB.mmmmm, W.vvvv.L.pp */
	n = p[0] == 0xc5 ? 2 : 3;
	r = (p[1] & 0x80) == 0;
	b = n == 3 && (p[1] & 0x20) == 0;
	last = p[n - 1];
	if((n == 3 && (p[1] & 0x1f) != 1) || (last & 0x78) != 0x78 ||
	    !isstore(p[n], last & 3))
		return;
	m = memoperand(p + n + 1, b, o);
	if(m == 0)
		return;
	o->vector = (p[n + 1] >> 3 & 7) | r << 3;
	o->size = (last & 4) != 0 ? 32 : 16;
	o->len = n + 1 + m;
	o->kind = Store;
}

static void
ssestore(const uchar *p, Op *o)
{
	u32int n, pp, rex, m;

	n = 0;
	pp = 0;
	rex = 0;
	if(p[n] == 0x66 || p[n] == 0xf3)
		pp = p[n++] == 0x66 ? 1 : 2;
	if((p[n] & 0xf0) == 0x40)
		rex = p[n++];
	if(p[n] != 0x0f || !isstore(p[n + 1], pp))
		return;
	n += 2;
	m = memoperand(p + n, rex & 1, o);
	if(m == 0)
		return;
	o->vector = (p[n] >> 3 & 7) | (rex & 4) << 1;
	o->size = 16;
	o->len = n + m;
	o->kind = Store;
}

/* ADD, SUB, CMP of 64-bit registers: REX.W and an opcode. */
static void
arithmetic(const uchar *p, Op *o)
{
	u32int n, a, b;

	a = p[2] >> 3 & 7;
	b = (p[2] & 7) | (p[0] & 1) << 3;
	if(p[2] >> 6 != 3)
		return;
	if(p[1] == 0x81 || p[1] == 0x83) {
		n = p[1] == 0x81 ? 4 : 1;
		o->imm = immediate(p + 3, n);
		o->reg = b;
		o->reg2 = -1;
		o->len = 3 + n;
		if(a == 0)
			o->kind = Add;
		else if(a == 5) {
			o->kind = Add;
			o->imm = -o->imm;
		} else if(a == 7)
			o->kind = Cmp;
		return;
	}
	if(p[1] != 0x39 && p[1] != 0x3b)
		return;
	a |= (p[0] & 4) << 1;
	o->reg = p[1] == 0x39 ? b : a;
	o->reg2 = p[1] == 0x39 ? a : b;
	o->len = 3;
	o->kind = Cmp;
}

static Op
decode(const uchar *p)
{
	Op o;

	memset(&o, 0, sizeof o);
	o.kind = Unknown;
	if(p[0] == 0xc5 || p[0] == 0xc4)
		vexstore(p, &o);
	else if((p[0] & 0xf8) == 0x48)
		arithmetic(p, &o);
	else if((p[0] & 0xf0) == 0x70) {
		o.kind = Jump;
		o.cc = p[0] & 15;
		o.len = 2;
		o.imm = immediate(p + 1, 1);
	} else if(p[0] == 0x0f && (p[1] & 0xf0) == 0x80) {
		o.kind = Jump;
		o.cc = p[1] & 15;
		o.len = 6;
		o.imm = immediate(p + 2, 4);
	}
	if(o.kind == Unknown)
		ssestore(p, &o);
	return o;
}

static int
addstore(Lap *l, const Op *o, const uchar *fp)
{
	vlong lo;

	if(!fpzero(fp, o->vector, o->size))
		return 0;
	/* relative to the base at the start of the lap */
	lo = o->imm + l->add[o->reg];
	if(l->nstore == 0) {
		l->base = o->reg;
		l->lo = lo;
		l->hi = lo + o->size;
	}
	if(o->reg != l->base || l->nstore++ == Moststores)
		return 0;
	if(lo < l->lo)
		l->lo = lo;
	if(lo + o->size > l->hi)
		l->hi = lo + o->size;
	return 1;
}

static int
taken(u32int cc, u64int x, u64int y)
{
	switch(cc) {
	case CcB:
		return x < y;
	case CcAE:
		return x >= y;
	case CcNE:
		return x != y;
	case CcBE:
		return x <= y;
	case CcA:
		return x > y;
	}
	return 0;
}

/* Decode the lap that begins at u's pc. Returns 0 if its form is unknown. */
static int
readlap(Ureg *u, const uchar *fp, Lap *l)
{
	uintptr pc;
	int n, compared, jumped;
	Op o;

	memset(l, 0, sizeof *l);
	pc = u->pc;
	compared = 0;
	jumped = 0;
	for(n = 0; n < Mostops; n++) {
		if(!okaddr(pc, Mostbytes, 0))
			return 0;
		o = decode((uchar *)pc);
		pc += o.len;
		switch(o.kind) {
		case Store:
			if(!addstore(l, &o, fp))
				return 0;
			break;
		case Add:
			l->add[o.reg] += o.imm;
			compared = 0;
			break;
		case Cmp:
			l->cmp = o;
			l->x = *regof(u, o.reg) + l->add[o.reg];
			l->y = o.imm;
			if(o.reg2 >= 0)
				l->y = *regof(u, o.reg2) + l->add[o.reg2];
			compared = 1;
			break;
		case Jump:
			/* only one jump, backward, right after the comparison */
			if(!compared || jumped || o.imm >= 0 ||
			    !taken(o.cc, l->x, l->y))
				return 0;
			l->cc = o.cc;
			pc += o.imm;
			jumped = 1;
			break;
		default:
			return 0;
		}
		if(pc == u->pc)
			break;
	}
	l->step = l->add[l->base];
	return pc == u->pc && jumped && l->nstore > 0 && l->step > 0;
}

/* How many laps at most, this one included, end with the jump back; 0 if that is not known. */
static u64int
lapsleft(const Lap *l)
{
	vlong dx, dy;
	u64int far;

	dx = l->add[l->cmp.reg];
	dy = l->cmp.reg2 >= 0 ? l->add[l->cmp.reg2] : 0;
	if(dy != 0)
		return 0;
	if(dx < 0 && l->x > l->y &&
	    (l->cc == CcAE || l->cc == CcA || l->cc == CcNE)) {
		far = l->x - l->y;
		return 1 + (far - 1) / -(u64int)dx;
	}
	if(dx > 0 && l->x < l->y &&
	    (l->cc == CcB || l->cc == CcBE || l->cc == CcNE)) {
		far = l->y - l->x;
		return 1 + (far - 1) / (u64int)dx;
	}
	return 0;
}

static int
skiploop(Ureg *u, uintptr addr, const uchar *fp)
{
	uvlong room;
	u64int k, n;
	u32int r;
	Lap l;

	/* the first untouched byte is at addr, so addr must be the lowest byte that the lap
	 * stores to */
	if(!readlap(u, fp, &l) || *regof(u, l.base) + l.lo != addr)
		return 0;
	room = untouched(addr, ~0ULL);
	if(room < (uvlong)(l.hi - l.lo))
		return 0;
	k = 1 + (room - (l.hi - l.lo)) / l.step;
	n = lapsleft(&l);
	if(k >= n)
		k = n > 0 ? n - 1 : 0;
	for(r = 0; r < nelem(l.add); r++)
		*regof(u, r) += k * l.add[r];
	return k > 0;
}

/* REP STOSQ, STOSL, STOSB */
static int
skipstos(Ureg *u, uintptr addr)
{
	const uchar *p;
	u64int unit, n;

	p = (uchar *)u->pc;
	if(p[0] != 0xf3 || u->di != addr)
		return 0;
	if(p[1] == 0x48 && p[2] == 0xab) {
		unit = 8;
		n = u->ax;
	} else if(p[1] == 0xab) {
		unit = 4;
		n = (u32int)u->ax;
	} else if(p[1] == 0xaa) {
		unit = 1;
		n = (uchar)u->ax;
	} else
		return 0;
	if(n != 0)
		return 0;
	n = untouched(addr, u->cx < USTKTOP / unit ? u->cx * unit : USTKTOP) /
	    unit;
	u->di += n * unit;
	u->cx -= n;
	return n > 0;
}

int
zeroskip(Ureg *u, uintptr addr, const uchar *fp)
{
	int skipped;

	if(isoff(Swzeroskip) || (u->flags & (FlagTF | FlagDF)) != 0)
		return 0;
	if(waserror())
		return 0;
	skipped = okaddr(u->pc, Mostbytes, 0) &&
	    (skipstos(u, addr) || skiploop(u, addr, fp));
	poperror();
	return skipped;
}

/*
 * Code that does what no compiler makes: random bytes as instructions, jumps
 * and stores anywhere but into the kernel's range, instructions that trap or
 * are not for user mode, stack pointers that point nowhere, flags and
 * floating-point control words nobody sets, notes whose Ureg is garbage.
 */
#include "fuzz.h"
#include "test.h"

enum
{
	NCODE = 4096,
	USERCS = 0x33,
	USERSS = 0x2b,
	ALARMMS = 30,
	FXSIZE = 512,
};

_Noret void enter(Ureg *u);
vlong gated(vlong n, uintptr sp);
void storeat(u64int p, u64int v);
void loadat(u64int p);
extern char storeit[], loadit[];
void fxload(void *area);
void fxstore(void *area);

char *targetname = "wildcode";

static uchar code[NCODE] __attribute__((aligned(4096)));
static uchar stack[NCODE] __attribute__((aligned(4096)));
static uchar fx[FXSIZE] __attribute__((aligned(64)));
static Rng *rng; /* for handlers */
static int left; /* notes that a handler goes on after */
static int notefd; /* our own /proc/n/note */

void
targetinit(void)
{
}

static u64int
flags(Rng *r)
{
	/* CF PF AF ZF SF TF IF DF OF IOPL NT RF VM AC ID */
	static const u64int bits[] = {0x100, 0x400, 0x4000, 0x10000, 0x40000,
	    0x200000, 0x3000, 0x20000, 0x8d5};
	u64int f = 2;
	int i;

	for(i = below(r, 4); i > 0; i--)
		f |= bits[below(r, nelem(bits))];
	return onein(r, 10) ? rnd(r) : f;
}

static u64int
anyaddress(Rng *r)
{
	switch(below(r, 6)) {
	case 0:
		return (uintptr)code + below(r, NCODE);
	case 1:
		return (uintptr)stack + below(r, NCODE);
	case 2:
		return (uintptr)main + below(r, 8192);
	case 3:
		return USTKTOP - below(r, 8192);
	}
	return outside(word(r));
}

static u64int
goodstack(Rng *r)
{
	return (uintptr)stack + NCODE / 2 + 8 * below(r, NCODE / 32);
}

static u64int
anystack(Rng *r)
{
	switch(below(r, 6)) {
	case 0:
		return goodstack(r);
	case 1:
		return USTKTOP - below(r, 128);
	case 2:
		return USTKTOP - USTKSIZE + below(r, 128) - 64;
	case 3:
		return UTZERO + below(r, 64);
	case 4:
		return ROUNDUP((uintptr)sbrk(0), BY2PG) + below(r, 64) - 32;
	}
	return anyaddress(r);
}

static void
registers(Rng *r, Ureg *u)
{
	u64int *p;

	memset(u, 0, sizeof *u);
	for(p = &u->ax; p <= &u->r15; p++)
		*p = anyaddress(r);
	u->bp = onein(r, 2) ? below(r, 64) : u->bp;
	if(u->bp == 19) /* rfork: a loop of it would be no fun */
		u->bp = 20;
	u->flags = flags(r);
	u->sp = onein(r, 3) ? anystack(r) : goodstack(r);
	u->cs = onein(r, 8) ? 0x23 : onein(r, 20) ? rnd(r) & 0xffff : USERCS;
	u->ss = onein(r, 20) ? rnd(r) & 0xffff : USERSS;
	u->pc = (uintptr)code;
}

/* Instructions that trap, change modes, or are not for programs. */
static uchar *
instruction(Rng *r, uchar *p)
{
	static const struct
	{
		uchar n;
		uchar b[9];
	} ins[] = {
	    {1, {0xcc}}, /* int3 */
	    {2, {0xcd, 0x80}}, {2, {0xcd, 0x40}}, {2, {0xcd, 0x03}},
	    {2, {0xcd, 0x04}}, {2, {0xcd, 0x01}}, {1, {0xf1}}, /* icebp */
	    {2, {0x0f, 0x0b}}, /* ud2 */
	    {3, {0x0f, 0xff, 0xc0}}, /* ud0 */
	    {2, {0x0f, 0x34}}, /* sysenter */
	    {2, {0x0f, 0x35}}, {2, {0x0f, 0x05}}, /* syscall */
	    {3, {0x48, 0x0f, 0x07}}, /* sysret */
	    {1, {0xf4}}, /* hlt */
	    {1, {0xfa}}, /* cli */
	    {1, {0xfb}}, {1, {0xec}}, /* in */
	    {1, {0xee}}, {2, {0xe4, 0x60}}, {1, {0x6c}}, /* ins */
	    {1, {0x9c}}, /* pushf */
	    {1, {0x9d}}, /* popf */
	    {2, {0x48, 0xcf}}, /* iretq */
	    {1, {0xcb}}, /* lret */
	    {2, {0x8e, 0xd0}}, /* mov ax, ss */
	    {2, {0x8e, 0xd8}}, /* ds */
	    {2, {0x8e, 0xe0}}, /* fs */
	    {2, {0x8e, 0xe8}}, /* gs */
	    {5, {0xf3, 0x48, 0x0f, 0xae, 0xd0}}, /* wrfsbase ax */
	    {5, {0xf3, 0x48, 0x0f, 0xae, 0xd9}}, /* wrgsbase cx */
	    {5, {0xf3, 0x48, 0x0f, 0xae, 0xc3}}, /* rdfsbase */
	    {5, {0x65, 0x48, 0x8b, 0x04, 0x25}}, /* mov gs:.. */
	    {3, {0x0f, 0x01, 0xf8}}, /* swapgs */
	    {3, {0x0f, 0x01, 0xd1}}, /* xsetbv */
	    {3, {0x0f, 0x01, 0xd0}}, {3, {0x0f, 0x01, 0xc1}}, /* vmcall */
	    {3, {0x0f, 0x01, 0xef}}, /* wrpkru */
	    {2, {0x0f, 0x30}}, /* wrmsr */
	    {2, {0x0f, 0x32}}, {2, {0x0f, 0x31}}, /* rdtsc */
	    {2, {0x0f, 0xa2}}, /* cpuid */
	    {3, {0x0f, 0x22, 0xc0}}, /* mov ax, cr0 */
	    {3, {0x0f, 0x23, 0xf8}}, /* mov ax, dr7 */
	    {3, {0x0f, 0x00, 0xd0}}, /* lldt */
	    {3, {0x0f, 0x01, 0x10}}, /* lgdt */
	    {3, {0x0f, 0x01, 0x38}}, /* invlpg */
	    {2, {0x0f, 0x09}}, /* wbinvd */
	    {2, {0x0f, 0x06}}, /* clts */
	    {2, {0xdb, 0xe3}}, /* fninit */
	    {2, {0x9b, 0x90}}, /* fwait */
	    {2, {0xde, 0xf9}}, /* fdivp */
	    {3, {0x0f, 0xae, 0x10}}, /* ldmxcsr (ax) */
	    {2, {0xd9, 0x28}}, /* fldcw (ax) */
	    {3, {0x0f, 0xae, 0x08}}, /* fxrstor (ax) */
	    {3, {0x0f, 0xae, 0x28}}, /* xrstor (ax) */
	    {4, {0x48, 0x0f, 0xae, 0x20}}, /* xsave */
	    {4, {0xc8, 0xff, 0xff, 0x1f}}, /* enter */
	    {1, {0xc9}}, /* leave */
	    {3, {0xf7, 0xf0, 0x90}}, /* div ax */
	    {3, {0x48, 0xf7, 0xf9}}, /* idiv cx */
	    {1, {0xfd}}, /* std */
	    {2, {0xf3, 0xaa}}, /* rep stosb */
	    {2, {0xf3, 0xa4}}, /* rep movsb */
	    {4, {0x48, 0x8b, 0x65, 0x00}}, /* mov (bp), sp */
	    {3, {0x48, 0x89, 0xc4}}, /* mov ax, sp */
	    {2, {0xff, 0xe0}}, /* jmp *ax */
	    {2, {0xff, 0xd1}}, /* call *cx */
	    {3, {0xff, 0x28, 0x90}}, /* ljmp *(ax) */
	    {4, {0x0f, 0x28, 0x40, 0x01}}, /* movaps, odd */
	    {2, {0xeb, 0xfe}}, /* for ever */
	    {6, {0x0f, 0xc7, 0xf8, 0x0f, 0x18, 0x00}}, /* rdseed */
	    {3, {0xc6, 0xf8, 0x00}}, /* xabort */
	    {6, {0xc7, 0xf8, 0, 0, 0, 0}}, /* xbegin */
	    {4, {0xf0, 0x48, 0x0f, 0x0b}}, /* lock ud2 */
	    {5, {0xf3, 0x0f, 0x1e, 0xfa, 0x90}}, /* endbr64 */
	};
	uint i, k;

	i = below(r, nelem(ins));
	if(ins[i].b[0] == 0xf3 &&
	    (ins[i].b[1] == 0xaa || ins[i].b[1] == 0xa4)) {
		/* a bounded length: mov $n, ecx */
		*p++ = 0xb9;
		*p++ = rnd(r);
		*p++ = rnd(r);
		*p++ = 0;
		*p++ = 0;
	}
	for(k = 0; k < ins[i].n; k++)
		*p++ = ins[i].b[k];
	return p;
}

/* MOVL $n, BP; then SYSCALL, or the gate is called. */
static uchar *
systemcall(Rng *r, uchar *p)
{
	u32int n, rel;
	int copying;

	n = below(r, 64);
	if(n == 8 || n == 19)
		n = 53;
	*p++ = 0xbd;
	*p++ = n;
	*p++ = 0;
	*p++ = 0;
	*p++ = 0;
	if(onein(r, 2) || n >= NCALL) {
		*p++ = 0x0f;
		*p++ = 0x05;
		return p;
	}
	copying = onein(r, 3);
	rel = GATEVA + (copying ? NCALL : n) * GATESIZE - ((uintptr)p + 5);
	*p++ = onein(r, 10) ? 0xe9 : 0xe8;
	memmove(p, &rel, sizeof rel);
	p += sizeof rel;
	/* it comes back so many bytes on */
	memset(p, 0x90, copying ? 3 : 4);
	return p + (copying ? 3 : 4);
}

static void
pokeself(void)
{
	write(notefd, "poke", 4);
}

static void
again(Ureg *u, char *msg)
{
	USED(msg);
	if(left-- <= 0)
		exits("enough");
	u->pc += 1 + below(rng, 4);
	if(onein(rng, 8))
		registers(rng, u);
	noted(NCONT);
}

static void
handler(Rng *r)
{
	rng = r;
	left = below(r, 30);
	switch(below(r, 4)) {
	case 0:
		break;
	case 1:
		_notify((void *)anyaddress(r));
		break;
	default:
		notify(again);
		break;
	}
}

static void
randomcode(Rng *r)
{
	Ureg u;

	randbytes(r, code, NCODE);
	registers(r, &u);
	handler(r);
	enter(&u);
}

static void
oddinstructions(Rng *r)
{
	uchar *p;
	Ureg u;

	randbytes(r, stack, NCODE);
	p = code;
	while(p < code + 200)
		p = onein(r, 4) ? systemcall(r, p) : instruction(r, p);
	*p++ = 0x0f;
	*p = 0x0b;
	registers(r, &u);
	handler(r);
	enter(&u);
}

static void
wildjump(Rng *r)
{
	Ureg u;

	randbytes(r, code, NCODE);
	randbytes(r, stack, NCODE);
	registers(r, &u);
	u.pc = anyaddress(r);
	if(onein(r, 4)) {
		/* into a gate, which is meant to be called */
		u.pc = GATEVA + below(r, 60 * GATESIZE);
		u.bp = 53;
	}
	handler(r);
	enter(&u);
}

static void
over(Ureg *u, char *msg)
{
	if(strncmp(msg, "alarm", 5) == 0)
		exits("enough");
	if(u->pc != (uintptr)storeit && u->pc != (uintptr)loadit)
		exits("a fault elsewhere");
	u->pc += 3;
	noted(NCONT);
}

static void
wildstores(Rng *r)
{
	int i;

	notify(over);
	for(i = 0; i < 60; i++)
		if(onein(r, 3))
			loadat(onein(r, 2) ? word(r)
					   : rnd(r)); /* loads anywhere */
		else
			storeat(
			    outside(onein(r, 2) ? word(r) : rnd(r)), rnd(r));
}

static void
wildstacks(Rng *r)
{
	int i, n;
	u64int sp;

	handler(r);
	for(i = 0; i < 8; i++) {
		n = below(r, NCALL);
		if(n == 8 || n == 19 || n == 48 || n == 49)
			n = 53;
		sp = anystack(r);
		if(onein(r, 2))
			gated(n, sp);
		else
			rawsyscall(n, sp);
	}
}

static void
garbage(Ureg *u, char *msg)
{
	static const int how[] = {NCONT, NCONT, NRSTR, NSAVE, NDFLT, -1, 4, 77};
	Ureg *v;

	USED(msg);
	if(left-- <= 0)
		exits("enough");
	v = u;
	if(onein(rng, 3))
		randbytes(rng, v, sizeof *v);
	else
		registers(rng, v);
	v->pc = onein(rng, 2) ? v->pc
	    : onein(rng, 2)   ? word(rng)
			      : anyaddress(rng);
	v->pc = outside(v->pc);
	if(onein(rng, 3))
		v->sp = word(rng);
	v->sp = outside(v->sp);
	if(onein(rng, 4))
		v->flags = rnd(rng);
	/* the link to the Ureg before */
	if(onein(rng, 5))
		((u64int *)u)[-1] = outside(word(rng));
	noted(how[below(rng, nelem(how))]);
}

static void
wildnotes(Rng *r)
{
	uchar *p;

	rng = r;
	left = 1 + below(r, 20);
	for(p = code; p < code + 200;)
		p = onein(r, 3) ? systemcall(r, p) : instruction(r, p);
	if(onein(r, 6))
		noted(below(r, 5)); /* when there is no note */
	notify(garbage);
	pokeself();
	pokeself();
	((void (*)(void))code)();
}

static void
poke(Ureg *u, char *msg)
{
	USED(u);
	if(strncmp(msg, "alarm", 5) == 0)
		exits("enough");
	/* what a handler does with these is its own affair */
	setmxcsr(0x1f80);
	randbytes(rng, fx, 16);
	loadxmm(code);
	noted(NCONT);
}

/* Whatever is in the floating-point registers is there after system calls and
 * notes too. */
static void
wildfloat(Rng *r)
{
	static uchar was[FXSIZE] __attribute__((aligned(64)));
	int i, k;
	u32int csr;

	rng = r;
	notify(poke);
	for(k = 0; k < 10; k++) {
		randbytes(r, fx, FXSIZE);
		memmove(&csr, fx + 24, sizeof csr);
		csr &= 0xffbf; /* no reserved bits, no DAZ */
		memmove(fx + 24, &csr, sizeof csr);
		memset(fx + 2, 0, 4); /* no exception waits */
		fx[2 + 1] &= 0x38;
		fxload(fx);
		fxstore(was);
		for(i = below(r, 4); i > 0; i--)
			switch(below(r, 4)) {
			case 0:
				_nsec(nil);
				break;
			case 1:
				trapsyscall(53, 0, 0, 0, 0, 0);
				break;
			case 2:
				pokeself();
				break;
			case 3:
				sleep(0);
				break;
			}
		fxstore(fx);
		setmxcsr(0x1f80);
		/* x87 stack and pointers, MXCSR, XMM registers */
		if(memcmp(fx + 24, was + 24, 4) != 0 ||
		    memcmp(fx + 32, was + 32, 8 * 16) != 0 ||
		    memcmp(fx + 160, was + 160, 16 * 16) != 0)
			bad("floating-point registers changed");
	}
}

void
targetcase(Rng *r)
{
	static void (*const kinds[])(Rng *) = {randomcode, oddinstructions,
	    oddinstructions, wildjump, wildstores, wildstacks, wildnotes,
	    wildfloat};
	void (*f)(Rng *);
	char name[64];

	snprint(name, sizeof name, "/proc/%d/note", getpid());
	notefd = open(name, OWRITE);
	/* who jumps anywhere may find the driver's code that kills processes */
	if(bind("/tmp", "/proc", MREPL) < 0 || notefd < 0)
		bad("no name space of its own: %r");
	f = kinds[below(r, nelem(kinds))];
	if(f != wildfloat)
		segdetach((void *)share);
	chdir("/tmp");
	/* what it makes is to be run */
	segflush(code, NCODE);
	rfork(RFNOMNT);
	alarm(ALARMMS);
	f(r);
}

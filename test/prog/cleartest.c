/*
 * Clearing memory that nobody has touched yet: the kernel may skip it, and the
 * program must not be able to tell. Each way of clearing is tried over a stretch
 * whose pages are untouched, but for some that hold something; from and to
 * the middle of pages; with what lies around it watched.
 */
#include "test.h"

enum
{
	Page = 4096,
	Npage = 40,
	Size = Npage * Page,
	Lap = 128, /* lengths are a multiple of this */
};

typedef struct Way Way;
struct Way
{
	char *name;
	/* clear n bytes at p; returns where it ended */
	uchar *(*clear)(uchar *p, u64int n);
};

static uchar *
stosq(uchar *p, u64int n)
{
	n /= 8;
	__asm__ volatile("cld; rep stosq"
			 : "+D"(p), "+c"(n)
			 : "a"(0ULL)
			 : "memory");
	return n == 0 ? p : nil;
}

static uchar *
stosl(uchar *p, u64int n)
{
	n /= 4;
	/* what is above EAX does not count */
	__asm__ volatile("cld; rep stosl"
			 : "+D"(p), "+c"(n)
			 : "a"(0xffffffff00000000ULL)
			 : "memory");
	return n == 0 ? p : nil;
}

static uchar *
stosb(uchar *p, u64int n)
{
	__asm__ volatile("cld; rep stosb"
			 : "+D"(p), "+c"(n)
			 : "a"(0xffffff00ULL)
			 : "memory");
	return n == 0 ? p : nil;
}

static uchar *
backwards(uchar *p, u64int n)
{
	uchar *q;

	q = p + n - 8;
	n /= 8;
	__asm__ volatile("std; rep stosq; cld"
			 : "+D"(q), "+c"(n)
			 : "a"(0ULL)
			 : "memory");
	return n == 0 && q == p - 8 ? p : nil;
}

/* As Go's memclr for large blocks. */
static uchar *
vexcount(uchar *p, u64int n)
{
	__asm__ volatile("vpxor %%xmm0, %%xmm0, %%xmm0\n"
			 "1:	vmovntdq %%ymm0, (%0)\n"
			 "	vmovntdq %%ymm0, 32(%0)\n"
			 "	vmovntdq %%ymm0, 64(%0)\n"
			 "	vmovntdq %%ymm0, 96(%0)\n"
			 "	subq $128, %1\n"
			 "	addq $128, %0\n"
			 "	cmpq $128, %1\n"
			 "	jae 1b\n"
			 "	sfence; vzeroupper"
			 : "+D"(p), "+b"(n)
			 :
			 : "memory", "cc");
	return n == 0 ? p : nil;
}

/* From the lap's end to its beginning, by the other VEX form and high registers. */
static uchar *
vexdown(uchar *p, u64int n)
{
	uchar *e;

	e = p + n;
	__asm__ volatile("vpxor %%xmm9, %%xmm9, %%xmm9\n"
			 "	movq %0, %%r10\n"
			 "1:	vmovdqu %%ymm9, 96(%%r10)\n"
			 "	vmovups %%ymm9, 64(%%r10)\n"
			 "	vmovdqu %%ymm9, 32(%%r10)\n"
			 "	vmovdqu %%ymm9, (%%r10)\n"
			 "	addq $128, %%r10\n"
			 "	cmpq %1, %%r10\n"
			 "	jne 1b\n"
			 "	movq %%r10, %0\n"
			 "	vzeroupper"
			 : "+r"(p)
			 : "r"(e)
			 : "r10", "memory", "cc");
	return p;
}

/* Old stores, in front of the pointer and behind it, up to an end. */
static uchar *
sseupto(uchar *p, u64int n)
{
	uchar *e;

	e = p + n;
	__asm__ volatile("xorps %%xmm8, %%xmm8\n"
			 "1:	movups %%xmm8, (%0)\n"
			 "	movdqu %%xmm8, 0x10(%0)\n"
			 "	addq $0x40, %0\n"
			 "	movups %%xmm8, -0x20(%0)\n"
			 "	movups %%xmm8, -0x10(%0)\n"
			 "	cmpq %1, %0\n"
			 "	jb 1b"
			 : "+r"(p)
			 : "r"(e)
			 : "memory", "cc");
	return p;
}

/* The pointer passes the end by what is left. */
static uchar *
sseabove(uchar *p, u64int n)
{
	__asm__ volatile("xorps %%xmm1, %%xmm1\n"
			 "1:	movups %%xmm1, (%0)\n"
			 "	addq $16, %0\n"
			 "	addq $-16, %1\n"
			 "	cmpq $0, %1\n"
			 "	ja 1b"
			 : "+r"(p), "+r"(n)
			 :
			 : "memory", "cc");
	return n == 0 ? p : nil;
}

static const Way ways[] = {
    {"rep stosq", stosq},
    {"rep stosl", stosl},
    {"rep stosb", stosb},
    {"std rep stosq", backwards},
    {"vmovntdq, counting down", vexcount},
    {"ymm from above", vexdown},
    {"sse up to an end", sseupto},
    {"sse, one a lap", sseabove},
};

static uchar *
fresh(u64int n)
{
	uchar *p;

	p = segattach(0, "memory", nil, n);
	if(p == (uchar *)-1)
		sysfatal("segattach: %r");
	return p;
}

/* Everything in [p, e) is v. */
static int
all(const uchar *p, const uchar *e, uchar v)
{
	for(; p < e; p++)
		if(*p != v)
			return 0;
	return 1;
}

static int
clears(const Way *w, u64int off, u64int len, u32int touched)
{
	uchar *p;
	u32int k;
	int ok;

	p = fresh(Size);
	for(k = 0; k < Npage; k++)
		if((touched >> k % 32 & 1) != 0)
			memset(p + k * Page, 0xA5, Page);
	ok = w->clear(p + off, len) ==
	    (w->clear == backwards ? p + off : p + off + len);
	ok &= all(p + off, p + off + len, 0);
	for(k = 0; k < Npage; k++) {
		uchar *q, *e, v;

		v = (touched >> k % 32 & 1) != 0 ? 0xA5 : 0;
		q = p + k * Page;
		e = q + Page;
		if(q < p + off)
			ok &= all(q, e < p + off ? e : p + off, v);
		if(e > p + off + len)
			ok &= all(q > p + off + len ? q : p + off + len, e, v);
	}
	segdetach(p);
	if(!ok)
		print("# %s: off %lld len %lld touched %#ux\n", w->name,
		    (vlong)off, (vlong)len, touched);
	return ok;
}

static void
memoryisclearafterwards(void)
{
	static const u32int touched[] = {
	    0, 1, 0x80000000, 0x00100400, 0xffffffff, 0x55555555, 0x0ff000f0};
	static const u64int offs[] = {
	    0, 32, Page - 32, Page - 16, 1000 * 8, 3 * Page + 16};
	u32int w, t, o;

	for(w = 0; w < nelem(ways); w++) {
		if((ways[w].clear == vexcount || ways[w].clear == vexdown) &&
		    !haveavx())
			continue;
		for(t = 0; t < nelem(touched); t++)
			for(o = 0; o < nelem(offs); o++) {
				/* non-temporal stores are aligned */
				if(ways[w].clear == vexcount &&
				    offs[o] % 32 != 0)
					continue;
				check(
				    clears(&ways[w], offs[o], Lap, touched[t]));
				check(clears(
				    &ways[w], offs[o], 9 * Page, touched[t]));
				check(clears(&ways[w], offs[o],
				    33 * Page + 3 * Lap, touched[t]));
				check(clears(&ways[w], offs[o],
				    (Size - offs[o]) / Lap * Lap, touched[t]));
			}
	}
}

static u64int
framesfree(void)
{
	char buf[2048], *p;
	int fd;
	long n;

	fd = open("/dev/imagecache", OREAD);
	n = read(fd, buf, sizeof buf - 1);
	close(fd);
	if(n <= 0)
		return 0;
	buf[n] = 0;
	p = strstr(buf, "framesfree ");
	return p != nil ? strtoll(p + 11, nil, 10) : 0;
}

/* run.sh says which machines run9 does without. */
static int
noskipping(void)
{
	char buf[256];
	int fd;
	long n;

	fd = open("/env/SWITCHES", OREAD);
	if(fd < 0)
		return 0;
	n = read(fd, buf, sizeof buf - 1);
	close(fd);
	buf[n > 0 ? n : 0] = 0;
	return strstr(buf, "--plain") != nil || strstr(buf, "zeroskip") != nil;
}

static void
clearingcostsnomemory(void)
{
	enum
	{
		Big = 16 << 20,
	};
	u64int before, after;
	uchar *p;

	before = framesfree();
	p = fresh(Big);
	check(before > 0);
	check(stosq(p, Big / 2) == p + Big / 2);
	if(haveavx())
		check(vexcount(p + Big / 2, Big / 2) == p + Big);
	after = framesfree();
	if(!noskipping())
		check(before - after < Big / Page / 8);
	check(all(p, p + Big, 0));
	segdetach(p);
}

/* What is not zero is stored. */
static void
otherfillsarekept(void)
{
	uchar *p, *q;
	u64int n, k;

	p = q = fresh(Size);
	n = Size / 8;
	__asm__ volatile("cld; rep stosq"
			 : "+c"(n), "+D"(q)
			 : "a"(0x0101010101010101ULL)
			 : "memory");
	check(all(p, p + Size, 1));
	segdetach(p);
	p = q = fresh(Size);
	n = Size;
	__asm__ volatile("cld; rep stosb"
			 : "+c"(n), "+D"(q)
			 : "a"(2ULL)
			 : "memory");
	check(all(p, p + Size, 2));
	segdetach(p);
	/* zero but for one bit in the upper half of a ymm register */
	if(haveavx()) {
		static uchar one[32];

		one[31] = 1;
		p = q = fresh(Size);
		n = Size;
		__asm__ volatile("vmovdqu (%2), %%ymm2\n"
				 "1:	vmovdqu %%ymm2, (%0)\n"
				 "	addq $32, %0\n"
				 "	subq $32, %1\n"
				 "	cmpq $32, %1\n"
				 "	jae 1b\n"
				 "	vzeroupper"
				 : "+r"(q), "+r"(n)
				 : "r"(one)
				 : "memory", "cc");
		for(k = 0; k < Size; k += 32)
			if(p[k + 31] != 1 || p[k] != 0)
				break;
		check(k == Size);
		segdetach(p);
	}
}

/* A loop that also does something else is not cut short. */
static void
otherloopsrun(void)
{
	u64int n, laps;
	uchar *p, *q;

	p = q = fresh(Size);
	n = Size;
	laps = 0;
	__asm__ volatile("xorps %%xmm1, %%xmm1\n"
			 "1:	movups %%xmm1, (%0)\n"
			 "	incq %2\n"
			 "	addq $16, %0\n"
			 "	subq $16, %1\n"
			 "	cmpq $16, %1\n"
			 "	jae 1b"
			 : "+r"(q), "+r"(n), "+r"(laps)
			 :
			 : "memory", "cc");
	check(laps == Size / 16 && q == p + Size && n == 0);
	segdetach(p);
	/* counts in a third register are counted */
	p = q = fresh(Size);
	n = Size;
	laps = 0;
	__asm__ volatile("xorps %%xmm1, %%xmm1\n"
			 "1:	movups %%xmm1, (%0)\n"
			 "	addq $1, %2\n"
			 "	addq $16, %0\n"
			 "	subq $16, %1\n"
			 "	cmpq $16, %1\n"
			 "	jae 1b"
			 : "+r"(q), "+r"(n), "+r"(laps)
			 :
			 : "memory", "cc");
	check(laps == Size / 16 && q == p + Size && n == 0);
	segdetach(p);
}

/* Past the end of the memory it is a fault as ever, and the registers say where. */
static volatile u64int faultdi, faultcx;
static char note[ERRMAX];

static void catch(Ureg *u, char *msg)
{
	strecpy(note, note + sizeof note, msg);
	faultdi = u->di;
	faultcx = u->cx;
	u->pc += 3; /* rep stosq */
	noted(NCONT);
}

static void
theendisafault(void)
{
	uchar *p, *q;
	u64int n;

	p = q = segattach(0, "memory", (void *)0x500000000, Size);
	check(p == (void *)0x500000000);
	notify(catch);
	n = Size / 8 + 5;
	__asm__ volatile("cld; rep stosq"
			 : "+c"(n), "+D"(q)
			 : "a"(0ULL)
			 : "memory");
	notify(nil);
	check(strncmp(note, "sys: trap: fault write", 22) == 0);
	check(faultdi == (uintptr)p + Size && faultcx == 5);
	segdetach(p);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(memoryisclearafterwards),
	    CASE(clearingcostsnomemory),
	    CASE(otherfillsarekept),
	    CASE(otherloopsrun),
	    CASE(theendisafault),
	};

	runcases(cases, nelem(cases), argc, argv);
}

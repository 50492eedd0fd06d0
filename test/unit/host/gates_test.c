/*
 * kernel/host/entry/gates.c: which bytes of text become calls of gates, of which, and that
 * they can be had back.
 */
#include "unit.h"
#include "host/entry/entry.h"

enum
{
	VA = 0x200000,
	GATESIZE = 32,
	COPYING = 54, /* the gate that moves three words */
	NBYTE = 4096,
};

static const uchar movsqs[8] = {0x48, 0xa5, 0x48, 0xa5, 0x48, 0xa5, 0x0f, 0x05};
static uchar text[NBYTE], was[NBYTE];

/* What gates.c wants of the rest, when it maps gates. */
char gateentry[1];

long
hostcall_(long n, long a, long b, long c, long d, long e, long f)
{
	fail_msg("host call %ld(%ld %ld %ld %ld %ld %ld)", n, a, b, c, d, e, f);
	return -1;
}

void
panic(const char *fmt, ...)
{
	fail_msg("panic: %s", fmt);
	abort();
}

static void
putnumber(uchar *p, uint n)
{
	const uchar site[9] = {0x48, 0xc7, 0xc5, (uchar)n, 0, 0, 0, 0x0f, 0x05};

	memcpy(p, site, sizeof site);
}

/* The gate that p calls. */
static uint
gateof(const uchar *p)
{
	s32int rel;

	assert_int_equal(p[0], 0xe8);
	memcpy(&rel, p + 1, sizeof rel);
	return (uint)(VA + (p - text) + 5 + rel - GATEVA) / GATESIZE;
}

static void
fix(uint n)
{
	memcpy(was, text, sizeof text);
	fixtext(text, VA, n);
	for(uint i = n; i < NBYTE; i++)
		assert_int_equal(text[i], was[i]);
}

static void
unfix(uint n)
{
	unfixtext(text, VA, n);
	assert_memory_equal(text, was, sizeof text);
}

static void
bothkindsbecomecallswherevertheyare(void **state)
{
	USED(state);
	for(uint at = 0; at + 17 <= 64; at++) {
		memset(text, 0x90, sizeof text);
		putnumber(text + at, at % 54);
		memcpy(text + at + 9, movsqs, sizeof movsqs);
		fix(64);
		assert_int_equal(gateof(text + at), at % 54);
		assert_memory_equal(text + at + 5, "\xeb\x02\x0f\x05", 4);
		assert_int_equal(gateof(text + at + 9), COPYING);
		assert_memory_equal(text + at + 14, "\x90\x0f\x05", 3);
		unfix(64);
	}
}

static void
sixmovsqsbecomethreeandacall(void **state)
{
	USED(state);
	memset(text, 0x90, sizeof text);
	memcpy(text + 10, movsqs, 6);
	memcpy(text + 16, movsqs, 8);
	fix(NBYTE);
	assert_memory_equal(text + 10, movsqs, 6);
	assert_int_equal(gateof(text + 16), COPYING);
	unfix(NBYTE);
}

static void
whatisnotwholeisleft(void **state)
{
	USED(state);
	for(uint n = 0; n <= 9; n++) {
		memset(text, 0x90, sizeof text);
		putnumber(text, 5);
		fix(n);
		assert_int_equal(text[0], n == 9 ? 0xe8 : 0x48);
		unfix(n);
		memset(text, 0x90, sizeof text);
		memcpy(text, movsqs, sizeof movsqs);
		fix(n);
		assert_int_equal(text[0], n >= 8 ? 0xe8 : 0x48);
		unfix(n);
	}
}

static void
unknownnumbersareleft(void **state)
{
	USED(state);
	memset(text, 0x90, sizeof text);
	putnumber(text, 54);
	putnumber(text + 20, 255);
	putnumber(text + 40, 0);
	text[45] = 1;
	fix(NBYTE);
	assert_memory_equal(text, was, sizeof text);
}

static void
callsofsomethingelsearenotundone(void **state)
{
	/* into a gate, not at its beginning; past the last; well formed before */
	static const s32int to[] = {GATEVA + 1,
	    GATEVA + (COPYING + 1) * GATESIZE, GATEVA - GATESIZE, VA + 100};

	USED(state);
	for(uint i = 0; i < nelem(to); i++) {
		s32int rel = to[i] - (VA + 5);

		memset(text, 0x90, sizeof text);
		text[0] = 0xe8;
		memcpy(text + 1, &rel, sizeof rel);
		memcpy(text + 5, "\xeb\x02\x0f\x05", 4);
		memcpy(was, text, sizeof text);
		unfix(NBYTE);
	}
}

/* Of bytes that make up sites, in any order: all that is changed can be had back, and
 * what jumps to a SYSCALL finds it. */
static void
anytextcanbehadback(void **state)
{
	static const uchar some[] = {
	    0x48, 0x48, 0xa5, 0xa5, 0xc7, 0xc5, 0x05, 0x0f, 0, 1, 0xe8, 0xeb};
	uint seed = 1, at;

	USED(state);
	for(int round = 0; round < 300; round++) {
		for(uint i = 0; i < NBYTE; i++) {
			seed = seed * 1103515245 + 12345;
			text[i] = some[(seed >> 16) % sizeof some];
		}
		for(at = 0; at + 20 < NBYTE; at += 5 + (seed >> 20) % 9) {
			seed = seed * 1103515245 + 12345;
			if((seed >> 16) % 3 == 0)
				putnumber(text + at, (seed >> 24) % 60);
			else if((seed >> 16) % 3 == 1)
				memcpy(text + at, movsqs, sizeof movsqs);
		}
		fix(NBYTE);
		for(uint i = 0; i + 1 < NBYTE; i++)
			if(was[i] == 0x0f && was[i + 1] == 0x05) {
				assert_int_equal(text[i], 0x0f);
				assert_int_equal(text[i + 1], 0x05);
			}
		unfix(NBYTE);
	}
}

static void
thefirstsyscallisfound(void **state)
{
	static const uchar some[] = {0x0f, 0x05, 0x90, 0x0f, 0x0e, 0x05};
	uchar *p, *e;
	uint seed = 1;

	USED(state);
	for(uint round = 0; round < 20000; round++) {
		for(uint i = 0; i < 100; i++) {
			seed = seed * 1103515245 + 12345;
			/* now dense, now hardly any */
			text[i] = (seed >> 12) % 64 <= round % 64
			    ? some[(seed >> 20) % sizeof some]
			    : 0x90;
		}
		p = text + round % 17;
		e = p + round / 17 % 80;
		uchar *first = e;
		for(uchar *q = p; q + 1 < e && first == e; q++)
			if(q[0] == 0x0f && q[1] == 0x05)
				first = q;
		assert_ptr_equal(nextsyscall(p, e), first);
	}
}

/* The look for a SYSCALL is made while a program's registers are in use. */
static void
vectorregistersstay(void **state)
{
	u64int in[8], out[8];
	uchar *p = text, *e = text + 100;

	USED(state);
	memset(text, 0x0f, sizeof text);
	for(uint i = 0; i < nelem(in); i++)
		in[i] = 0x0123456789abcdef * (i + 1);
	__asm__ volatile("movdqu 0(%2), %%xmm0\n"
			 "movdqu 16(%2), %%xmm1\n"
			 "movdqu 32(%2), %%xmm2\n"
			 "movdqu 48(%2), %%xmm3\n"
			 "call nextsyscall\n"
			 "movdqu %%xmm0, 0(%3)\n"
			 "movdqu %%xmm1, 16(%3)\n"
			 "movdqu %%xmm2, 32(%3)\n"
			 "movdqu %%xmm3, 48(%3)\n"
			 : "+D"(p), "+S"(e)
			 : "r"(in), "b"(out)
			 : "rax", "rcx", "rdx", "r8", "r9", "r10", "r11",
			 "xmm0", "xmm1", "xmm2", "xmm3", "memory", "cc");
	assert_memory_equal(in, out, sizeof in);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(bothkindsbecomecallswherevertheyare),
	    cmocka_unit_test(sixmovsqsbecomethreeandacall),
	    cmocka_unit_test(whatisnotwholeisleft),
	    cmocka_unit_test(unknownnumbersareleft),
	    cmocka_unit_test(callsofsomethingelsearenotundone),
	    cmocka_unit_test(anytextcanbehadback),
	    cmocka_unit_test(thefirstsyscallisfound),
	    cmocka_unit_test(vectorregistersstay),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

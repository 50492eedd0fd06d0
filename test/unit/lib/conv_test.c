/*
 * kernel/lib/conv.c: the bytes that stat(5) names, there and back, and every
 * way to be malformed.
 */
#include "unit.h"
#include "lib/lib.h"

static char name[] = "glenda", uid[] = "bootes", gid[] = "sys", muid[] = "";

static Dir
sample(void)
{
	return (Dir){
	    .type = 0x4d4e,
	    .dev = 0x01020304,
	    .qid = {.path = 0x1122334455667788ULL,
		.vers = 0xa1a2a3a4,
		.type = QTDIR},
	    .mode = DMDIR | 0755,
	    .atime = 0x51525354,
	    .mtime = 0xf1f2f3f4,
	    .length = 0x0102030405060708LL,
	    .name = name,
	    .uid = uid,
	    .gid = gid,
	    .muid = muid,
	};
}

static const uchar wire[] = {
    0x3e,
    0, /* size */
    0x4e,
    0x4d, /* type */
    4,
    3,
    2,
    1, /* dev */
    0x80,
    0xa4,
    0xa3,
    0xa2,
    0xa1, /* qid */
    0x88,
    0x77,
    0x66,
    0x55,
    0x44,
    0x33,
    0x22,
    0x11,
    0xed,
    0x01,
    0,
    0x80, /* mode */
    0x54,
    0x53,
    0x52,
    0x51, /* atime */
    0xf4,
    0xf3,
    0xf2,
    0xf1, /* mtime */
    8,
    7,
    6,
    5,
    4,
    3,
    2,
    1, /* length */
    6,
    0,
    'g',
    'l',
    'e',
    'n',
    'd',
    'a',
    6,
    0,
    'b',
    'o',
    'o',
    't',
    'e',
    's',
    3,
    0,
    's',
    'y',
    's',
    0,
    0,
};

static void
thebytes(void **state)
{
	uchar buf[sizeof wire];
	Dir d;

	USED(state);
	assert_int_equal(STATFIXLEN, 49);
	d = sample();
	assert_int_equal(sizeD2M(&d), sizeof wire);
	assert_int_equal(convD2M(&d, buf, sizeof buf), sizeof wire);
	assert_memory_equal(buf, wire, sizeof wire);
}

static void
andback(void **state)
{
	uchar *buf;
	char *strs;
	Dir d, want;

	USED(state);
	want = sample();
	buf = onheap(wire, sizeof wire);
	strs = malloc(sizeof wire);
	assert_int_equal(convM2D(buf, sizeof wire, &d, strs), sizeof wire);
	assert_int_equal(d.type, want.type);
	assert_int_equal(d.dev, want.dev);
	assert_true(d.qid.path == want.qid.path);
	assert_int_equal(d.qid.vers, want.qid.vers);
	assert_int_equal(d.qid.type, want.qid.type);
	assert_int_equal(d.mode, want.mode);
	assert_int_equal(d.atime, want.atime);
	assert_int_equal(d.mtime, want.mtime);
	assert_true(d.length == want.length);
	assert_string_equal(d.name, name);
	assert_string_equal(d.uid, uid);
	assert_string_equal(d.gid, gid);
	assert_string_equal(d.muid, muid);
	assert_int_equal(convM2D(buf, sizeof wire, &d, nil), sizeof wire);
	assert_null(d.name);
	assert_null(d.muid);
	free(strs);
	free(buf);
}

static void
shortbuffers(void **state)
{
	uchar *buf;
	Dir d;

	USED(state);
	d = sample();
	for(uint n = 0; n < sizeof wire; n++) {
		buf = malloc(n);
		assert_int_equal(
		    convD2M(&d, buf, n), n < BIT16SZ ? 0 : BIT16SZ);
		if(n >= BIT16SZ)
			assert_int_equal(GBIT16(buf), sizeof wire - BIT16SZ);
		free(buf);
	}
}

static void
nilstringsareempty(void **state)
{
	uchar buf[STATFIXLEN];
	Dir d;

	USED(state);
	d = sample();
	d.name = d.uid = d.gid = d.muid = nil;
	assert_int_equal(convD2M(&d, buf, sizeof buf), STATFIXLEN);
	assert_int_equal(statcheck(buf, sizeof buf), 0);
}

static void
toolongforthesize(void **state)
{
	static char s[70000];
	static uchar buf[80000];
	Dir d;

	USED(state);
	memset(s, 'a', sizeof s - 1);
	d = sample();
	d.name = s;
	assert_int_equal(sizeD2M(&d), 0);
	assert_int_equal(convD2M(&d, buf, sizeof buf), 0);
	s[0xFFFF - (STATFIXLEN - BIT16SZ) - 9] = 0;
	assert_int_equal(convD2M(&d, buf, sizeof buf), 0xFFFF + BIT16SZ);
	assert_int_equal(statcheck(buf, 0xFFFF + BIT16SZ), 0);
	s[strlen(s)] = 'a';
	assert_int_equal(sizeD2M(&d), 0);
}

/* Neither of the two takes n bytes of buf. */
static void
isbad(const uchar *buf, uint n)
{
	uchar *b;
	char *strs;
	Dir d;

	b = onheap(buf, n);
	strs = malloc(n);
	assert_int_equal(convM2D(b, n, &d, strs), 0);
	assert_int_equal(statcheck(b, n), -1);
	free(strs);
	free(b);
}

static void
malformed(void **state)
{
	uchar b[sizeof wire + 4];
	const int first = STATFIXLEN - 4 * BIT16SZ;
	Dir d;

	USED(state);
	for(uint n = 0; n < sizeof wire; n++)
		isbad(wire, n);
	memset(b, 0, sizeof b);

	/* a longer or shorter size */
	memcpy(b, wire, sizeof wire);
	PBIT16(b, sizeof wire - BIT16SZ + 1);
	isbad(b, sizeof wire + 1);
	PBIT16(b, sizeof wire - BIT16SZ - 1);
	isbad(b, sizeof wire);
	PBIT16(b, 0);
	isbad(b, sizeof wire);
	PBIT16(b, 0xFFFF);
	isbad(b, sizeof wire);

	/* each string's length, wrong by one and by much */
	for(int at = first, i = 0; i < 4; i++) {
		int len = GBIT16(wire + at);

		memcpy(b, wire, sizeof wire);
		PBIT16(b + at, len + 1);
		isbad(b, sizeof wire);
		PBIT16(b + at, 0xFFFF);
		isbad(b, sizeof wire);
		if(len > 0) {
			PBIT16(b + at, len - 1);
			isbad(b, sizeof wire);
			memcpy(b, wire, sizeof wire);
			b[at + BIT16SZ] = 0;
			isbad(b, sizeof wire);
		}
		at += BIT16SZ + len;
	}

	/* one entry and more: convM2D takes the first, statcheck neither */
	memcpy(b, wire, sizeof wire);
	assert_int_equal(convM2D(b, sizeof b, &d, nil), sizeof wire);
	assert_int_equal(statcheck(b, sizeof b), -1);
	assert_int_equal(statcheck(b, sizeof wire), 0);
}

/* Whatever is taken comes out the same. */
static void
mutated(void **state)
{
	uchar b[sizeof wire], out[sizeof wire];
	char strs[sizeof wire];
	uint32_t seed;
	int taken;
	Dir d;

	USED(state);
	seed = 7;
	taken = 0;
	for(int round = 0; round < 50000; round++) {
		memcpy(b, wire, sizeof b);
		for(int i = 0; i < 1 + round % 3; i++)
			b[nextrand(&seed) % sizeof b] = (uchar)nextrand(&seed);
		if(convM2D(b, sizeof b, &d, strs) == 0)
			continue;
		taken++;
		assert_int_equal(convD2M(&d, out, sizeof out), sizeof b);
		assert_memory_equal(out, b, sizeof b);
	}
	assert_true(taken > 1000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(thebytes),
	    cmocka_unit_test(andback),
	    cmocka_unit_test(shortbuffers),
	    cmocka_unit_test(nilstringsareempty),
	    cmocka_unit_test(toolongforthesize),
	    cmocka_unit_test(malformed),
	    cmocka_unit_test(mutated),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

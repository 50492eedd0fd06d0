/*
 * kernel/lib/sha1.c: the examples of FIPS 180 and RFC 2202.
 */
#include "unit.h"
#include "lib/lib.h"

static char *
hex(const uchar *d)
{
	static char s[2 * SHA1LEN + 1];
	int i;

	for(i = 0; i < SHA1LEN; i++) {
		s[2 * i] = "0123456789abcdef"[d[i] >> 4];
		s[2 * i + 1] = "0123456789abcdef"[d[i] & 15];
	}
	s[2 * SHA1LEN] = 0;
	return s;
}

static void
is(const char *text, const char *want)
{
	uchar d[SHA1LEN];

	sha1(text, strlen(text), d);
	assert_string_equal(hex(d), want);
}

static void
digests(void **state)
{
	USED(state);
	is("", "da39a3ee5e6b4b0d3255bfef95601890afd80709");
	is("abc", "a9993e364706816aba3e25717850c26c9cd0d89d");
	is("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	    "84983e441c3bd26ebaae4aa1f95129e5e54670f1");
}

static void
longdigest(void **state)
{
	static char a[1000000];
	uchar d[SHA1LEN];

	USED(state);
	memset(a, 'a', sizeof a);
	sha1(a, sizeof a, d);
	assert_string_equal(hex(d), "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
}

static void
codes(void **state)
{
	uchar key[80], text[50], d[SHA1LEN];

	USED(state);
	hmacsha1("what do ya want for nothing?", 28, "Jefe", 4, d);
	assert_string_equal(hex(d), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
	memset(key, 0xaa, sizeof key);
	memset(text, 0xdd, sizeof text);
	hmacsha1(text, sizeof text, key, 20, d);
	assert_string_equal(hex(d), "125d7342b9ac11cd91a39af48aa17b4f63f175d3");
	/* a key longer than a block */
	hmacsha1("Test Using Larger Than Block-Size Key - Hash Key First", 54,
	    key, sizeof key, d);
	assert_string_equal(hex(d), "aa4ae5e15272d00e95705637ce8a3b55ed402112");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(digests),
	    cmocka_unit_test(longdigest),
	    cmocka_unit_test(codes),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

/*
 * kernel/lib/fmt.c: every verb and flag, and what happens at the end of the
 * buffer.
 */
#include "unit.h"
#include "lib/lib.h"

/* The format and its arguments give want. */
#define prints(want, ...)                                                      \
	do {                                                                   \
		char buf_[400];                                                \
		int n_ = snprint(buf_, sizeof buf_, __VA_ARGS__);              \
		assert_string_equal(buf_, want);                               \
		assert_int_equal(n_, strlen(want));                            \
	} while(0)

static void
integers(void **state)
{
	USED(state);
	prints("0", "%d", 0);
	prints("-1", "%d", -1);
	prints("-2147483648", "%d", INT32_MIN);
	prints("4294967295", "%ud", ~0U);
	/* as in print(2): x is not u */
	prints("-1 ffffffff", "%x %ux", -1, -1);
	prints("-1", "%ld", -1);
	prints("4294967295", "%lud", 0xffffffffU);
	prints("-9223372036854775808", "%lld", (vlong)INT64_MIN);
	prints("18446744073709551615", "%llud", ~0ULL);
	prints("ffffffffffffffff", "%llux", ~0ULL);
	prints("18446744073709551615", "%zud", (usize)~0ULL);
	prints("-5", "%zd", (intptr)-5);
	prints("dead BEEF", "%ux %uX", 0xdead, 0xbeef);
	prints("1777777777777777777777", "%lluo", ~0ULL);
	prints("101", "%b", 5);
	prints("-101", "%b", -5);
	prints(
	    "1111111111111111111111111111111111111111111111111111111111111111",
	    "%llub", ~0ULL);
	prints("-1 65535 255", "%hd %uhd %uhhd", 0xffff, 0xffff, 0xfff);
}

static void
flags(void **state)
{
	USED(state);
	prints(
	    "   42|42   |00042|  042", "%5d|%-5d|%05d|%5.3d", 42, 42, 42, 42);
	prints("  -42|-42  |-0042", "%5d|%-5d|%05d", -42, -42, -42);
	prints("+42|-42| 42|+42", "%+d|%+d|% d|%+ d", 42, -42, 42, 42);
	prints("0x2a|0X2A|052|0x0", "%#ux|%#uX|%#uo|%#ux", 42, 42, 42, 0);
	prints("0x002a|  0x2a|0x2a  ", "%#06ux|%#6ux|%-#6ux", 42, 42, 42);
	prints("1,234,567|123|1,000", "%,d|%,d|%,d", 1234567, 123, 1000);
	prints("18,446,744,073,709,551,615", "%,llud", ~0ULL);
	prints("   42|42   |00042", "%*d|%*d|%.*d", 5, 42, -5, 42, 5, 42);
	prints("|0", "%.0d|%d", 0, 0);
	prints("0|7", "%#.0uo|%.0d", 0, 7);
	prints("100%", "%d%%", 100);
	prints("        200000", "%14p", (uintptr)0x200000);
	prints("0x7ffffffff000", "%#p", (uintptr)0x7ffffffff000);
}

static void
text(void **state)
{
	USED(state);
	prints("hello, world", "%s, %s", "hello", "world");
	prints("<nil>|<nil>", "%s|%q", (char *)nil, (char *)nil);
	prints("  abc|abc  |ab", "%5s|%-5s|%.2s", "abc", "abc", "abc");
	prints(" \xE2\x82\xAC|\xE2\x82\xAC |\xC3\xA9", "%2s|%-2s|%.1s",
	    "\xE2\x82\xAC", "\xE2\x82\xAC", "\xC3\xA9x");
	prints("x|  \xE2\x82\xAC|\xE2\x82\xAC  ", "%c|%3c|%-3c", 'x', 0x20AC,
	    0x20AC);
	prints("\xE2\x82\xAC-literal", "\xE2\x82\xAC-literal");
}

static void
precisionneedsnonul(void **state)
{
	char *s;

	USED(state);
	s = onheap("abc", 3);
	prints("abc", "%.3s", s);
	free(s);
}

static void
quoting(void **state)
{
	USED(state);
	prints("abc '' 'a b' 'it''s' 'a''' '\n'", "%q %q %q %q %q %q", "abc",
	    "", "a b", "it's", "a'", "\n");
	prints("'abc'|   'a b'|'a b'   ", "%#q|%8q|%-8q", "abc", "a b", "a b");
}

static void
unknownverbs(void **state)
{
	USED(state);
	prints("%y%3", "%y%d", 3);
	prints("%\xE2\x82\xAC%", "%\xE2\x82\xAC");
	prints("50%", "50%");
	prints("50%-0", "50%-0");
}

/* What fits is a prefix in whole runes, and always ends. */
static void
truncation(void **state)
{
	static const char *const want[] = {"", "", "a", "a", "a",
	    "a\xE2\x82\xAC", "a\xE2\x82\xAC-", "a\xE2\x82\xAC-4",
	    "a\xE2\x82\xAC-42"};
	char *buf, *e;

	USED(state);
	for(usize n = 1; n < nelem(want); n++) {
		buf = malloc(n);
		e = seprint(buf, buf + n, "a\xE2\x82\xAC-%d", 42);
		assert_string_equal(buf, want[n]);
		assert_ptr_equal(e, buf + strlen(buf));
		free(buf);
	}
	buf = malloc(8);
	assert_int_equal(snprint(buf, 8, "%s%s", "123456789", "x"), 7);
	assert_string_equal(buf, "1234567");
	assert_int_equal(snprint(buf, 8, "%2147483647d|", 1), 7);
	assert_string_equal(buf, "       ");
	assert_int_equal(snprint(buf, 8, "%.2147483647d", 1), 7);
	assert_string_equal(buf, "0000000");
	assert_int_equal(snprint(buf, 8, "%*d", INT32_MIN, 1), 7);
	assert_string_equal(buf, "1      ");
	/* nothing that was dropped lets something later through */
	assert_int_equal(snprint(buf, 3, "a\xE2\x82\xAC%s", "b"), 1);
	assert_string_equal(buf, "a");
	assert_ptr_equal(seprint(buf, buf, "x"), buf);
	free(buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(integers),
	    cmocka_unit_test(flags),
	    cmocka_unit_test(text),
	    cmocka_unit_test(precisionneedsnonul),
	    cmocka_unit_test(quoting),
	    cmocka_unit_test(unknownverbs),
	    cmocka_unit_test(truncation),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

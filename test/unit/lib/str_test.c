/*
 * kernel/lib/str.c.
 */
#include "unit.h"
#include "lib/lib.h"

static void
strings(void **state)
{
	const char *s;

	USED(state);
	s = "abcabd";
	assert_int_equal(strlen(""), 0);
	assert_int_equal(strlen(s), 6);
	assert_ptr_equal(strchr(s, 'b'), s + 1);
	assert_ptr_equal(strchr(s, 0), s + 6);
	assert_null(strchr(s, 'x'));
	assert_ptr_equal(strrchr(s, 'b'), s + 4);
	assert_ptr_equal(strrchr(s, 0), s + 6);
	assert_null(strrchr(s, 'x'));
	assert_ptr_equal(strstr(s, "abd"), s + 3);
	assert_ptr_equal(strstr(s, ""), s);
	assert_null(strstr(s, "abdx"));
	assert_null(strstr("", "a"));
}

static void
comparing(void **state)
{
	USED(state);
	assert_int_equal(strcmp("a", "a"), 0);
	assert_true(strcmp("a", "ab") < 0);
	assert_true(strcmp("ab", "a") > 0);
	assert_true(strcmp("\x80", "a") > 0);
	assert_int_equal(strncmp("abc", "abd", 2), 0);
	assert_true(strncmp("abc", "abd", 3) < 0);
	assert_int_equal(strncmp("ab", "ab", 99), 0);
	assert_int_equal(strncmp("x", "y", 0), 0);
}

/* strtoull of s is v and stops at rest. */
static void
isnum(const char *s, int base, uvlong v, const char *rest)
{
	char *e;

	if(strtoull(s, &e, base) != v || strcmp(e, rest) != 0)
		fail_msg("%s base %d: %llx, rest %s", s, base,
		    strtoull(s, &e, base), e);
}

static void
numbers(void **state)
{
	USED(state);
	isnum("0", 0, 0, "");
	isnum("10", 0, 10, "");
	isnum("010", 0, 8, "");
	isnum("08", 0, 0, "8");
	isnum("0x1fG", 0, 0x1f, "G");
	isnum("0X1F", 16, 0x1f, "");
	isnum("1f", 16, 0x1f, "");
	isnum("0x", 0, 0, "x");
	isnum("0xg", 16, 0, "xg");
	isnum(" \t+7 ", 10, 7, " ");
	isnum("z", 36, 35, "");
	isnum("", 10, 0, "");
	isnum("  x", 10, 0, "  x");
	isnum("-", 10, 0, "-");
	isnum("-1", 10, ~0ULL, "");
	isnum("18446744073709551615", 10, ~0ULL, "");
	isnum("18446744073709551616x", 10, ~0ULL, "x");
	isnum("99999999999999999999999999999", 10, ~0ULL, "");
	isnum("-99999999999999999999", 10, ~0ULL, "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(strings),
	    cmocka_unit_test(comparing),
	    cmocka_unit_test(numbers),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

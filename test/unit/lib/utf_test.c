/*
 * kernel/lib/utf.c: every rune, malformed sequences, and copies that are cut.
 */
#include "unit.h"
#include "lib/lib.h"

static void
everyrune(void **state)
{
	Rune r, got;
	char s[UTFmax + 1];
	int n, want;

	USED(state);
	for(r = 1; r <= Runemax; r++) {
		n = runetochar(s, &r);
		s[n] = 0;
		want = r < 0x80 ? 1 : r < 0x800 ? 2 : r < 0x10000 ? 3 : 4;
		if(n != want || chartorune(&got, s) != n)
			fail_msg("%x: %d bytes", r, n);
		if(r >= 0xD800 && r <= 0xDFFF)
			assert_int_equal(got, Runeerror);
		else
			assert_int_equal(got, r);
	}
}

static void
malformed(void **state)
{
	static const char *const bad[] = {
	    "\x80", /* a continuation */
	    "\xC0\x80", /* overlong */
	    "\xC1\xBF",
	    "\xE0\x80\x80",
	    "\xE0\x9F\xBF",
	    "\xF0\x80\x80\x80",
	    "\xF0\x8F\xBF\xBF",
	    "\xED\xA0\x80", /* surrogates */
	    "\xED\xBF\xBF",
	    "\xF4\x90\x80\x80", /* beyond Runemax */
	    "\xF5\x80\x80\x80",
	    "\xF8\x88\x80\x80\x80",
	    "\xFE",
	    "\xFF",
	    "\xC3", /* cut short */
	    "\xC3"
	    "a",
	    "\xE2\x82",
	    "\xE2\x82"
	    "a",
	    "\xF0\x9F\x98",
	};
	Rune r;
	char *s;

	USED(state);
	for(usize i = 0; i < nelem(bad); i++) {
		s = onheap(bad[i], strlen(bad[i]) + 1);
		r = 0;
		assert_int_equal(chartorune(&r, s), 1);
		assert_int_equal(r, Runeerror);
		free(s);
	}
}

static void
toobig(void **state)
{
	char s[UTFmax];
	Rune r;

	USED(state);
	r = Runemax + 1;
	assert_int_equal(runetochar(s, &r), 3);
	assert_memory_equal(s, "\xEF\xBF\xBD", 3);
}

/* strecpy of s into n bytes gives want. */
static void
cut(const char *s, int n, const char *want)
{
	char *buf, *end;

	buf = malloc((usize)n);
	end = strecpy(buf, buf + n, s);
	if(strcmp(buf, want) != 0 || end != buf + strlen(want))
		fail_msg("%s into %d: %s", s, n, buf);
	free(buf);
}

static void
strecpycuts(void **state)
{
	USED(state);
	cut("", 1, "");
	cut("abc", 1, "");
	cut("abc", 3, "ab");
	cut("abc", 4, "abc");
	cut("abc", 9, "abc");
	cut("a\xE2\x82\xAC", 2, "a");
	cut("a\xE2\x82\xAC", 3, "a");
	cut("a\xE2\x82\xAC", 4, "a");
	cut("a\xE2\x82\xAC", 5, "a\xE2\x82\xAC");
	cut("\xF0\x9F\x98\x80z", 4, "");
	cut("\xF0\x9F\x98\x80z", 5, "\xF0\x9F\x98\x80");
	/* malformed bytes are kept, one by one */
	cut("\xE2\x82", 2, "\xE2");
	cut("\x80\x80\x80", 3, "\x80\x80");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everyrune),
	    cmocka_unit_test(malformed),
	    cmocka_unit_test(toobig),
	    cmocka_unit_test(strecpycuts),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

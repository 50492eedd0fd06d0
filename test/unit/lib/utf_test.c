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

/* The same of utfecpy, whose s has no NUL among its n bytes if full is set. */
static void
utfcut(const char *s, int n, int full, const char *want)
{
	char *from, buf[64], *end;
	usize size;

	/* of that size, so that a byte too many is found */
	size = full ? (usize)n : strlen(s) + 1;
	from = malloc(size);
	memcpy(from, s, size);
	memset(buf, 'x', sizeof buf);
	end = utfecpy(buf, buf + n, from);
	assert_string_equal(buf, want);
	assert_ptr_equal(end, buf + strlen(want));
	assert_int_equal(buf[n], 'x');
	free(from);
}

static void
utfecpyreadsnofurther(void **state)
{
	USED(state);
	utfcut("", 1, 0, "");
	utfcut("abc", 4, 0, "abc");
	utfcut("abc", 8, 0, "abc");
	utfcut("abc", 3, 1, "ab");
	utfcut("abc", 1, 1, "");
	utfcut("a\303\251\303\251", 2, 1, "a");
	utfcut("a\303\251\303\251", 3, 1, "a");
	utfcut("a\303\251\303\251", 4, 1, "a\303\251");
	utfcut("a\303\251\303\251", 5, 1, "a\303\251");
	utfcut("a\303\251\303\251", 6, 0, "a\303\251\303\251");
	/* nothing but the rest of a sequence */
	utfcut("\251\251\251", 3, 1, "");
}

static void
cleaned(const char *s, int n, const char *want)
{
	char buf[64];

	assert_ptr_equal(utfclean(buf, buf + n, s), buf + strlen(want));
	assert_string_equal(buf, want);
}

static void
utfcleanmends(void **state)
{
	USED(state);
	cleaned("", 1, "");
	cleaned("abc", 8, "abc");
	cleaned("abc", 3, "ab");
	cleaned("a\342\202\254b", 8, "a\342\202\254b");
	cleaned("a\342\202\254b", 4, "a");
	cleaned("a\342\202\254b", 5, "a\342\202\254");
	/* what ends in the middle of a sequence ends before it */
	cleaned("a\342\202", 8, "a");
	cleaned("a\342", 8, "a");
	cleaned("a\377\376", 8, "a");
	/* a wrong byte */
	cleaned("a\377bcd", 9, "a\357\277\275bcd");
	cleaned("\251a", 9, "\357\277\275a");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(everyrune),
	    cmocka_unit_test(malformed),
	    cmocka_unit_test(toobig),
	    cmocka_unit_test(strecpycuts),
	    cmocka_unit_test(utfecpyreadsnofurther),
	    cmocka_unit_test(utfcleanmends),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

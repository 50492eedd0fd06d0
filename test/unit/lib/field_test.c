/*
 * kernel/lib/field.c: the manual's examples, quotes, and that tokenize takes
 * back what %q gave.
 */
#include "unit.h"
#include "lib/lib.h"

enum
{
	MAXF = 6,
};

/* The fields of argv are want, up to nil. */
static void
are(int n, char **argv, const char *const *want)
{
	int i;

	for(i = 0; i < n && want[i] != nil; i++)
		assert_string_equal(argv[i], want[i]);
	if(i != n || want[i] != nil)
		fail_msg("%d fields; at %d want %s", n, i,
		    want[i] ? want[i] : "the end");
}

#define fieldsare(s, max, multi, delims, ...)                                  \
	do {                                                                   \
		char *s_ = onheap(s, sizeof(s)), *f_[MAXF];                    \
		const char *const want_[] = {__VA_ARGS__, nil};                \
		are(getfields(s_, f_, max, multi, delims), f_, want_);         \
		free(s_);                                                      \
	} while(0)

#define tokensare(s, max, ...)                                                 \
	do {                                                                   \
		char *s_ = onheap(s, sizeof(s)), *f_[MAXF];                    \
		const char *const want_[] = {__VA_ARGS__, nil};                \
		are(tokenize(s_, f_, max), f_, want_);                         \
		free(s_);                                                      \
	} while(0)

static void
single(void **state)
{
	USED(state);
	fieldsare("#alice#bob##charles###", 3, 0, "#", "", "alice",
	    "bob##charles###");
	fieldsare("a:b", MAXF, 0, ":", "a", "b");
	fieldsare("a:", MAXF, 0, ":", "a", "");
	fieldsare("", MAXF, 0, ":", "");
	fieldsare("a,b:c", MAXF, 0, ":,", "a", "b", "c");
	fieldsare("ab", MAXF, 0, "", "ab");
}

static void
multi(void **state)
{
	char s[] = "###", *f[MAXF];

	USED(state);
	fieldsare(
	    "#alice#bob##charles###", 3, 1, "#", "alice", "bob", "charles###");
	fieldsare(
	    "#alice#bob##charles###", MAXF, 1, "#", "alice", "bob", "charles");
	fieldsare("  a \t b", MAXF, 1, " \t", "a", "b");
	assert_int_equal(getfields(s, f, MAXF, 1, "#"), 0);
	assert_int_equal(getfields(s, f, 0, 0, "#"), 0);
}

static void
runedelims(void **state)
{
	USED(state);
	fieldsare("a\xE2\x82\xAC"
		  "b\xC3\xA9"
		  "c",
	    MAXF, 0, "\xE2\x82\xAC", "a",
	    "b\xC3\xA9"
	    "c");
	/* half a delimiter is none */
	fieldsare("a\xE2\x82"
		  "b",
	    MAXF, 0, "\xE2\x82\xAC",
	    "a\xE2\x82"
	    "b");
	fieldsare("a\x80"
		  "b\x81",
	    MAXF, 0, "\x81",
	    "a\x80"
	    "b",
	    "");
	fieldsare("a\xEF\xBF\xBD"
		  "b\xBD",
	    MAXF, 0, "\xEF\xBF\xBD", "a", "b\xBD");
}

static void
tokens(void **state)
{
	char s[] = " \t\n ", *f[MAXF];

	USED(state);
	tokensare(
	    "one two\tthree\r\nfour ", MAXF, "one", "two", "three", "four");
	tokensare("a b c", 2, "a", "b");
	tokensare("'a b' c", MAXF, "a b", "c");
	tokensare("'it''s' ''", MAXF, "it's", "");
	tokensare("a'b c'd e", MAXF, "ab cd", "e");
	tokensare("'open to the end", MAXF, "open to the end");
	tokensare("'''", MAXF, "'");
	assert_int_equal(tokenize(s, f, MAXF), 0);
}

static void
quotesneeded(void **state)
{
	USED(state);
	assert_true(needsquote(""));
	assert_true(needsquote("a b"));
	assert_true(needsquote("a'b"));
	assert_true(needsquote("\001"));
	assert_false(needsquote("abc"));
	assert_false(needsquote("\xC3\xA9"));
}

static void
quoteandback(void **state)
{
	static const char set[] = " '\t\nab\xC3\xA9";
	char s[9], line[64], *f[2];
	uint32_t seed;
	int n;

	USED(state);
	seed = 1;
	for(int round = 0; round < 5000; round++) {
		n = (int)(nextrand(&seed) % sizeof s);
		for(int i = 0; i < n; i++)
			s[i] = set[nextrand(&seed) % (sizeof set - 1)];
		s[n] = 0;
		snprint(line, sizeof line, "%q end", s);
		assert_int_equal(tokenize(line, f, 2), 2);
		assert_string_equal(f[0], s);
		assert_string_equal(f[1], "end");
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(single),
	    cmocka_unit_test(multi),
	    cmocka_unit_test(runedelims),
	    cmocka_unit_test(tokens),
	    cmocka_unit_test(quotesneeded),
	    cmocka_unit_test(quoteandback),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

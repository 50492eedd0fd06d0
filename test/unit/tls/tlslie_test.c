/*
 * A helper that lies, stops or dies: the kernel and its other conversations go on.
 */
#include "tlscall.h"
#include "host/hosthelp.h"
#include "lie.h"

static int
setup(void **state)
{
	USED(state);
	devgroups();
	machhelpers = "lying";
	warmtls();
	countblocks();
	return 0;
}

static int
teardown(void **state)
{
	USED(state);
	takenotes();
	return sameblocks() ? 0 : -1;
}

/* Data of n bytes goes through a pair whose helper says wrong numbers of records. */
static void
numberis(const char *lie, long n)
{
	static uchar out[CRYPTRECS * MAXREC], in[MAXREC];
	Filter f[2];
	long at, m;

	for(at = 0; at < n; at++)
		out[at] = at * 7;
	if(pairfilters(f, "clear", lie) < 0)
		fail_msg("%s: %s", lie, up->errstr);
	assert_int_equal(xwrite(f[0].data, out, n, 0), n);
	for(at = 0; at < n; at += m) {
		m = xread(f[1].data, in, sizeof in, 0);
		assert_true(m > 0);
		assert_memory_equal(in, out + at, m);
	}
	closefilter(&f[0]);
	closefilter(&f[1]);
	/* that the other end was closed */
	takenotes();
}

static void
test_its_number_of_records_is_not_used(void **state)
{
	USED(state);
	numberis("rc4_128", 9);
	numberis("3des_ede_cbc", 9);
	numberis("rc4_128", 5 * MAXREC / 2);
	numberis("3des_ede_cbc", 5 * MAXREC / 2);
}

static void
test_its_lengths_are_checked(void **state)
{
	Filter f[2];

	USED(state);
	assert_int_equal(pairfilters(f, "clear", "aes_128_cbc"), -1);
	assert_string_equal(up->errstr, "runt record message");
	assert_int_equal(pairfilters(f, "clear", "aes_256_cbc"), -1);
	assert_string_equal(up->errstr, "run9-crypt lies");
}

/* The helper that dies does that now. */
static void
endhelper(void)
{
	Filter f[2];

	assert_int_equal(pairfilters(f, "clear", "aes_128_gcm_aead"), -1);
	assert_string_equal(up->errstr, "run9-crypt has ended");
}

static void
test_it_cannot_take_the_memory_away(void **state)
{
	USED(state);
	numberis("ccpoly64_aead", 9);
}

static void
test_silence_ends_it(void **state)
{
	Filter f[2];

	USED(state);
	assert_int_equal(pairfilters(f, "clear", "ccpoly96_aead"), -1);
	assert_string_equal(up->errstr, "run9-crypt has ended");
	/* the next is another */
	numberis("aes_256_gcm_aead", 9);
}

static void
test_one_that_never_serves_is_none(void **state)
{
	char text[64];
	Chan *c;
	long n;

	USED(state);
	endhelper();
	machhelpers = "mute";
	c = xopen("#a/tls/encalgs", OREAD);
	n = xread(c, text, sizeof text - 1, 0);
	assert_int_equal(n, 5);
	assert_memory_equal(text, "clear", 5);
	cclose(c);
	machhelpers = "lying";
	warmtls();
}

/* Are the n bytes at p somewhere in the memory that the helper sees? */
static int
inmemory(const void *p, usize n)
{
	const uchar *m = hosthelpmap(0);
	usize i;

	for(i = 0; i + n <= sizeof(Cryptmem); i++)
		if(memcmp(m + i, p, n) == 0)
			return 1;
	return 0;
}

static void
test_no_secret_stays_when_it_dies(void **state)
{
	/* pieces of the keys that tlscall.c's secrets are, to the server and from it */
	static const uchar a[] = {8, 9, 10, 11, 12, 13, 14, 15};
	static const uchar b[] = {24, 25, 26, 27, 28, 29, 30, 31};

	USED(state);
	endhelper();
	assert_false(inmemory(a, sizeof a) || inmemory(b, sizeof b));
	/* the next starts with a clean one */
	warmtls();
}

static void
test_no_text_stays_after_the_end(void **state)
{
	static const char text[] = "a text that is longer than an alert";
	/* the alert of the close takes the place of the first bytes */
	const char *end = strchr(text, 'l');
	char in[sizeof text];
	Filter f[2];

	USED(state);
	assert_int_equal(pairfilters(f, "clear", "aes_256_gcm_aead"), 0);
	assert_int_equal(xwrite(f[0].data, text, sizeof text, 0), sizeof text);
	assert_int_equal(xread(f[1].data, in, sizeof in, 0), sizeof in);
	assert_true(inmemory(end, strlen(end)));
	closefilter(&f[0]);
	closefilter(&f[1]);
	assert_false(inmemory(end, strlen(end)));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_its_number_of_records_is_not_used),
	    KERN(test_its_lengths_are_checked),
	    KERN(test_it_cannot_take_the_memory_away),
	    KERN(test_no_secret_stays_when_it_dies),
	    KERN(test_no_text_stays_after_the_end),
	    KERN(test_silence_ends_it),
	    KERN(test_one_that_never_serves_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

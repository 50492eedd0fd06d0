/*
 * kernel/lib/mem.c, against loops that are too simple to be wrong: every
 * alignment, length and overlap around the block size, and nothing outside.
 */
#include "unit.h"
#include "lib/lib.h"

enum
{
	MAX = 200,
};

static uchar a[3 * MAX], b[3 * MAX];

static void
fill(void)
{
	for(int i = 0; i < (int)sizeof a; i++)
		a[i] = b[i] = (uchar)(i * 7 + i / 256);
}

/* The whole arrays, not only what should have changed. */
static void
same(void)
{
	for(int i = 0; i < (int)sizeof a; i++)
		if(a[i] != b[i])
			fail_msg("byte %d: %d, want %d", i, a[i], b[i]);
}

static void
memcpycopies(void **state)
{
	USED(state);
	for(int off = 0; off < 9; off++)
		for(int n = 0; n < MAX; n++) {
			fill();
			assert_ptr_equal(
			    memcpy(a + off, a + 2 * MAX, (usize)n), a + off);
			for(int i = 0; i < n; i++)
				b[off + i] = b[2 * MAX + i];
			same();
		}
}

static void
memmoveoverlaps(void **state)
{
	uchar tmp[MAX];

	USED(state);
	for(int d = -70; d <= 70; d++)
		for(int n = 0; n < MAX; n += 1 + n / 80) {
			fill();
			assert_ptr_equal(
			    memmove(a + MAX + d, a + MAX, (usize)n),
			    a + MAX + d);
			for(int i = 0; i < n; i++)
				tmp[i] = b[MAX + i];
			for(int i = 0; i < n; i++)
				b[MAX + d + i] = tmp[i];
			same();
		}
}

static void
memsetfills(void **state)
{
	USED(state);
	for(int off = 0; off < 9; off++)
		for(int n = 0; n < MAX; n++) {
			fill();
			assert_ptr_equal(
			    memset(a + off, 0x1A5, (usize)n), a + off);
			for(int i = 0; i < n; i++)
				b[off + i] = 0xA5;
			same();
		}
}

static void
memcmporders(void **state)
{
	uchar *p, *q;

	USED(state);
	for(usize n = 1; n < 40; n++)
		for(usize i = 0; i < n; i++) {
			p = calloc(n, 1);
			q = calloc(n, 1);
			assert_int_equal(memcmp(p, q, n), 0);
			p[i] = 0x80;
			q[i] = 0x7F;
			if(i + 1 < n)
				q[i + 1] = 0xFF;
			assert_true(memcmp(p, q, n) > 0);
			assert_true(memcmp(q, p, n) < 0);
			assert_int_equal(memcmp(p, q, i), 0);
			free(p);
			free(q);
		}
}

static void
memchrfinds(void **state)
{
	const char *s;

	USED(state);
	s = "ab\xFF"
	    "cdb";
	assert_ptr_equal(memchr(s, 'b', 6), s + 1);
	assert_ptr_equal(memchr(s, 0x1FF, 6), s + 2);
	assert_null(memchr(s, 'b', 1));
	assert_null(memchr(s, 'x', 6));
	assert_null(memchr(s, 'a', 0));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(memcpycopies),
	    cmocka_unit_test(memmoveoverlaps),
	    cmocka_unit_test(memsetfills),
	    cmocka_unit_test(memcmporders),
	    cmocka_unit_test(memchrfinds),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

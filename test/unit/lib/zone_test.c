/*
 * kernel/lib/zone.c: small zones, and files that are damaged. test/zones.py asks the host's zones.
 */
#include "unit.h"
#include "lib/lib.h"

enum
{
	Day = 24 * 60 * 60,
};

static char text[ZONETEXT];

static uchar *
put(uchar *p, vlong v, int width)
{
	int i;

	for(i = width - 1; i >= 0; i--)
		*p++ = (uchar)(v >> 8 * i);
	return p;
}

/* A block of two types, AAA and BBB, an hour more in summer, with n transitions 100 days apart,
 * the first of them to BBB. */
static uchar *
putblock(uchar *p, int width, uint n)
{
	uint i;

	memcpy(p, "TZif2", 5);
	memset(p + 5, 0, 15);
	p = put(p + 20, 0, 4);
	p = put(p, 0, 4);
	p = put(p, 0, 4);
	p = put(p, n, 4);
	p = put(p, 2, 4);
	p = put(p, 8, 4);
	for(i = 0; i < n; i++)
		p = put(p, 100LL * Day * (i + 1), width);
	for(i = 0; i < n; i++)
		*p++ = i % 2 == 0;
	p = put(p, 3600, 4);
	*p++ = 0;
	*p++ = 0;
	p = put(p, 7200, 4);
	*p++ = 1;
	*p++ = 4;
	memcpy(p, "AAA\0BBB", 8);
	return p + 8;
}

/* A file in version 2, malloc'ed. footer has its newlines. */
static uchar *
file(uint n, const char *footer, usize *size)
{
	uchar *buf, *p;

	buf = malloc(400 + 20 * n + strlen(footer));
	p = putblock(buf, 4, 0);
	p = putblock(p, 8, n);
	memcpy(p, footer, strlen(footer));
	*size = p + strlen(footer) - buf;
	return buf;
}

static void
is(uint n, const char *footer, const char *want)
{
	uchar *f, *g;
	usize size;

	f = file(n, footer, &size);
	g = onheap(f, size);
	assert_int_equal(zonetext(text, sizeof text, g, size), 1);
	assert_string_equal(text, want);
	free(f);
	free(g);
}

static void
clocksofthetypes(void **state)
{
	USED(state);
	is(2, "", "AAA 3600 BBB 7200\n8643600 17283600\n");
	/* without an end, summer lasts */
	is(1, "", "AAA 3600 BBB 7200\n8643600 2145920400\n");
	is(0, "", "AAA 3600 AAA 3600\n");
}

static void
clocksoftherule(void **state)
{
	USED(state);
	is(0, "\nCCC3\n", "CCC -10800 CCC -10800\n");
	/* a summer that was, where now is none */
	is(2, "\nAAA-1\n", "AAA 3600 BBB 7200\n8643600 17283600\n");
	/* no rule after all */
	is(2, "\nAAA-1BBB,M3\n", "AAA 3600 BBB 7200\n8643600 17283600\n");
	is(2, "\nno newline", "AAA 3600 BBB 7200\n8643600 17283600\n");
}

static void
rulesofdays(void **state)
{
	USED(state);
	/* J60 is 1 March in each year, 59 is 29 February in a leap year */
	assert_int_equal(
	    zoneruletext(text, sizeof text, "AAA0BBB,J60/0,J61/1"), 1);
	assert_non_null(strstr(text, "\n5097600 5184000\n"));
	assert_non_null(strstr(text, "\n68256000 68342400\n"));
	assert_int_equal(
	    zoneruletext(text, sizeof text, "AAA0BBB,59/0,60/1"), 1);
	assert_non_null(strstr(text, "\n5097600 5184000\n"));
	assert_non_null(strstr(text, "\n68169600 68256000\n"));
}

/* ctime(2) takes 150 numbers: the last ones. */
static void
nomorepairsthanctimetakes(void **state)
{
	char *p;
	uchar *f;
	usize size;
	uint n;

	USED(state);
	f = file(250, "", &size);
	assert_int_equal(zonetext(text, sizeof text, f, size), 1);
	free(f);
	for(n = 0, p = text; (p = strchr(p, '\n')) != nil; p++)
		n++;
	assert_int_equal(n, 1 + 74);
	assert_non_null(strstr(text, "\n2151363600 2160003600\n"));
}

static void
damagedfilesharmnothing(void **state)
{
	uint32_t r;
	uchar *f, *g;
	usize size, n;
	int i, j;

	USED(state);
	r = 1;
	f = file(9, "\nAAA-1BBB,M3.5.0,M10.5.0/3\n", &size);
	for(n = 0; n < size; n++) {
		g = onheap(f, n);
		zonetext(text, sizeof text, g, n);
		free(g);
	}
	for(i = 0; i < 20000; i++) {
		g = onheap(f, size);
		for(j = nextrand(&r) % 4; j >= 0; j--)
			g[nextrand(&r) % size] = (uchar)nextrand(&r);
		if(zonetext(text, sizeof text, g, size))
			assert_true(memchr(text, 0, sizeof text) != nil);
		free(g);
	}
	free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(clocksofthetypes),
	    cmocka_unit_test(clocksoftherule),
	    cmocka_unit_test(rulesofdays),
	    cmocka_unit_test(nomorepairsthanctimetakes),
	    cmocka_unit_test(damagedfilesharmnothing),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

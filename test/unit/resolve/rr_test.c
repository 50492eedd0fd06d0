/*
 * helper/resolve/rr.c, rrtext.c: DNS messages, and records as text.
 */
#include "unit.h"
#include <stdlib.h>
#include "resolve.h"

enum
{
	Maxmsg = 4096,
};

/* A message that is being made. */
typedef struct Dnsmsg Dnsmsg;
struct Dnsmsg
{
	uchar b[Maxmsg];
	int n;
};

static void
add(Dnsmsg *m, const void *p, int n)
{
	memcpy(m->b + m->n, p, n);
	m->n += n;
}

static void
add16(Dnsmsg *m, int v)
{
	uchar b[2] = {v >> 8, v};

	add(m, b, 2);
}

/* A header with rcode, a question for "a.b" and counts of answers. */
static void
header(Dnsmsg *m, int rcode, int an)
{
	m->n = 0;
	add16(m, 77);
	add16(m, 0x8180 | rcode);
	add16(m, 1);
	add16(m, an);
	add16(m, 0);
	add16(m, 0);
	add(m, "\1a\1b", 5);
	add16(m, 1);
	add16(m, 1);
}

/* A record of "a.b" whose data is the n bytes at data. */
static void
record(Dnsmsg *m, int type, int ttl, const void *data, int n)
{
	add16(m, 0xC00C);
	add16(m, type);
	add16(m, 1);
	add16(m, 0);
	add16(m, ttl);
	add16(m, n);
	add(m, data, n);
}

/* The message has one record, which is shown as text and as pairs. */
static void
shows(int type, const void *data, int n, const char *text, const char *pairs)
{
	Dnsmsg m;
	RR *an, *ns;
	char *s;
	int rcode;

	header(&m, 0, 1);
	record(&m, type, 60, data, n);
	assert_int_equal(dnsparse(m.b, m.n, &rcode, &an, &ns), 0);
	assert_int_equal(rcode, 0);
	assert_non_null(an);
	assert_null(an->next);
	assert_null(ns);
	assert_int_equal(an->ttl, 60);
	s = rrtext(an);
	assert_string_equal(s, text);
	free(s);
	s = rravtext(an);
	assert_string_equal(s, pairs);
	free(s);
	rrfree(an);
}

static void
records_are_shown(void **state)
{
	USED(state);
	shows(Ta, "\1\2\3\4", 4, "a.b ip\t1.2.3.4", "dom=a.b ip=1.2.3.4");
	shows(Tmx, "\0\5\1x", 5, "a.b mx\t5 x", "dom=a.b pref=5 mx=x");
	shows(Tptr, "\1x", 3, "a.b ptr\tx", "ptr=a.b dom=x");
	shows(Tcname, "\xC0\x0C", 2, "a.b cname\ta.b", "dom=a.b cname=a.b");
	shows(Tsrv, "\0\1\0\2\0\3\1x", 9, "a.b srv\t1 2 3 x",
	    "dom=a.b pri=1 weight=2 port=3 target=x");
	shows(Ttxt, "\3a b\2\"\\", 7, "a.b txt\ta b\\034\\\\",
	    "dom=a.b txt=\"a b\\034\\\\\"");
	shows(Thinfo, "\1c\2os", 5, "a.b hinfo\tc os", "dom=a.b cpu=c os=os");
	shows(Tnull, "\0\xff", 2, "a.b null\t00FF", "dom=a.b null=00FF");
	shows(Tcaa, "\0\5issuex", 8, "a.b caa\t0 issue x",
	    "dom=a.b flags=0 tag=issue caa=\"x\"");
	shows(Tdnskey, "\1\1\3\10zz", 6, "a.b dnskey\t257 3 8",
	    "dom=a.b flags=257 proto=3 alg=8");
	shows(999, "ok", 2, "a.b 999\tok", "dom=a.b type999=ok");
	shows(Tns, "", 1, "a.b ns\t", "dom=a.b ns=");
}

/* The bytes of a name's label that have a meaning elsewhere do not come through. */
static void
odd_bytes_are_escaped(void **state)
{
	USED(state);
	shows(Tcname, "\4. =\n", 6, "a.b cname\t\\046\\032\\061\\010",
	    "dom=a.b cname=\\046\\032\\061\\010");
	shows(Tcname, "\2!\"", 4, "a.b cname\t\\033\\034",
	    "dom=a.b cname=\\033\\034");
	/* a NUL does not end a name, or a string */
	shows(Tptr, "\5good\0\3bad", 11, "a.b ptr\tgood\\000.bad",
	    "ptr=a.b dom=good\\000.bad");
	shows(Thinfo, "\3c\0d\2os", 7, "a.b hinfo\tc\\000d os",
	    "dom=a.b cpu=c\\000d os=os");
}

static void
malformed_messages_are_refused(void **state)
{
	static const struct
	{
		int type;
		const char *data;
		int n;
	} bad[] = {
	    /* addresses of other lengths */
	    {Ta, "\1\2\3", 3},
	    {Ta, "\1\2\3\4\5", 5},
	    {Taaaa, "\1\2\3\4", 4},
	    /* names that have no end, or point to themselves, forward or nowhere */
	    {Tcname, "", 0},
	    {Tcname, "\3ab", 3},
	    {Tcname, "\xC0\x21", 2},
	    {Tcname, "\xC0\xFF", 2},
	    {Tcname, "\xC0", 1},
	    {Tcname, "\x80z", 2},
	    {Tmx, "\0", 1},
	    {Ttxt, "\5ab", 3},
	    {Tsoa, "\0\0\0\0\0\1", 6},
	    {Thinfo, "\1", 1},
	    {Tcaa, "\0\7ab", 4},
	};
	Dnsmsg m;
	RR *an, *ns;
	usize i;
	int rcode, n;

	USED(state);
	for(i = 0; i < nelem(bad); i++) {
		header(&m, 0, 1);
		record(&m, bad[i].type, 1, bad[i].data, bad[i].n);
		assert_int_equal(dnsparse(m.b, m.n, &rcode, &an, &ns), -1);
		assert_null(an);
		assert_null(ns);
	}
	/* every beginning of a good message */
	header(&m, 0, 2);
	record(&m, Ta, 1, "\1\2\3\4", 4);
	record(&m, Tmx, 1, "\0\1\1x", 5);
	for(n = 0; n < m.n; n++)
		assert_int_equal(dnsparse(m.b, n, &rcode, &an, &ns), -1);
	assert_int_equal(dnsparse(m.b, m.n, &rcode, &an, &ns), 0);
	rrfree(an);
}

static void
rcode_and_ttl(void **state)
{
	Dnsmsg m;
	RR *an, *ns;
	int rcode;

	USED(state);
	header(&m, 3, 0);
	assert_int_equal(dnsparse(m.b, m.n, &rcode, &an, &ns), 0);
	assert_int_equal(rcode, Rname);
	assert_null(an);
	/* a time with its highest bit is none: RFC 2181 */
	header(&m, 0, 1);
	add16(&m, 0xC00C);
	add16(&m, Ta);
	add16(&m, 1);
	add16(&m, 0x8000);
	add16(&m, 1);
	add16(&m, 4);
	add(&m, "\1\2\3\4", 4);
	assert_int_equal(dnsparse(m.b, m.n, &rcode, &an, &ns), 0);
	assert_int_equal(an->ttl, 0);
	rrfree(an);
}

static void
types_have_names(void **state)
{
	char buf[16];

	USED(state);
	assert_int_equal(rrtype("ip"), Ta);
	assert_int_equal(rrtype("ipv6"), Taaaa);
	assert_int_equal(rrtype("any"), Tall);
	assert_int_equal(rrtype("all"), Tall);
	assert_int_equal(rrtype("15"), Tmx);
	assert_int_equal(rrtype("65535"), 65535);
	assert_int_equal(rrtype("65536"), -1);
	assert_int_equal(rrtype("A"), -1);
	assert_int_equal(rrtype(""), -1);
	assert_string_equal(rrname(Taaaa, buf), "ipv6");
	assert_string_equal(rrname(4711, buf), "4711");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(records_are_shown),
	    cmocka_unit_test(odd_bytes_are_escaped),
	    cmocka_unit_test(malformed_messages_are_refused),
	    cmocka_unit_test(rcode_and_ttl),
	    cmocka_unit_test(types_have_names),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

/*
 * helper/resolve/ndb.c, ipinfo.c, ip.c: ndb(6) texts, their search, addresses.
 */
#include "unit.h"
#include <stdlib.h>
#include "resolve.h"

static const char text[] = "# a comment\n"
			   "sys=x dom=x.big\tip=10.1.1.4\n"
			   "	bootf=/386/9pc alone\n"
			   "# another, within the entry\n"
			   "	note=\"two words\" empty= hash=#not\n"
			   "\n"
			   "ipnet=big ip=10.0.0.0 ipmask=255.0.0.0\n"
			   "	dns=1.1.1.1 smtp=big\n"
			   "ipnet=dept ip=10.1.1.0 ipmask=/24 smtp=dept\n"
			   "ipnet=six ip=2001:db8:: ipmask=/32\n"
			   "	dns=2001:db8::53\n"
			   "a=1 b=2\na=1 b=3\n"
			   "last=line";

static Ndb *
make(void)
{
	Ndb *db;

	db = newndb();
	ndbparse(db, text);
	return db;
}

static void
pairs_are_found(void **state)
{
	Ndb *db;
	Tuple *t;
	usize at;
	int pair;

	USED(state);
	db = make();
	at = 0;
	t = ndbnext(db, &at, "sys", "X", &pair);
	assert_non_null(t);
	assert_int_equal(t->n, 8);
	assert_string_equal(tupleval(t, pair, "bootf"), "/386/9pc");
	assert_string_equal(tupleval(t, pair, "alone"), "");
	assert_string_equal(tupleval(t, pair, "note"), "two words");
	assert_string_equal(tupleval(t, pair, "empty"), "");
	/* a # begins a comment */
	assert_string_equal(tupleval(t, pair, "hash"), "");
	assert_null(tupleval(t, pair, "b"));
	assert_null(ndbnext(db, &at, "sys", "x", &pair));
	assert_string_equal(ndbvalue(db, "last", "line", "last"), "line");
	assert_null(ndbvalue(db, "bootf", "/386/9PC", "sys"));
	at = 0;
	assert_string_equal(
	    tupleval(ndbnext(db, &at, "a", "1", &pair), 0, "b"), "2");
	assert_string_equal(
	    tupleval(ndbnext(db, &at, "a", "1", &pair), 0, "b"), "3");
	assert_null(ndbnext(db, &at, "a", "1", &pair));
	ndbfree(db);
}

/* Pairs of the same line bind tighter. */
static void
lines_come_first(void **state)
{
	Ndb *db;

	USED(state);
	db = newndb();
	ndbparse(db, "a=1 port=1\n\tb=2 port=2\n");
	assert_string_equal(ndbvalue(db, "b", "2", "port"), "2");
	assert_string_equal(ndbvalue(db, "a", "1", "port"), "1");
	ndbfree(db);
}

static void
many_entries_are_found(void **state)
{
	Ndb *db;
	char *s, *val;
	int i;

	USED(state);
	db = newndb();
	for(i = 0; i < 20000; i++) {
		s = smprint("ip=%d sys=s%d\n", i, i);
		ndbparse(db, s);
		free(s);
	}
	for(i = 0; i < 20000; i++) {
		s = smprint("s%d", i);
		val = smprint("%d", i);
		assert_string_equal(ndbvalue(db, "sys", s, "ip"), val);
		free(s);
		free(val);
	}
	ndbfree(db);
}

static void
has(Ndb *db, const char *attr, const char *val, const char *want,
    const char *is)
{
	char *list[1], *w;
	Tuple *t;

	w = estrdup(want);
	list[0] = w;
	t = ipinfo(db, attr, val, list, 1);
	free(w);
	if(is == nil) {
		assert_null(t);
		return;
	}
	assert_non_null(t);
	assert_string_equal(t->p[0].attr, want);
	assert_string_equal(t->p[0].val, is);
	freetuple(t);
}

static void
attributes_are_inherited(void **state)
{
	Ndb *db;

	USED(state);
	db = make();
	has(db, "sys", "x", "bootf", "/386/9pc");
	has(db, "sys", "x", "smtp", "dept");
	has(db, "sys", "x", "dns", "1.1.1.1");
	has(db, "ip", "10.2.0.1", "smtp", "big");
	has(db, "ip", "10.1.1.255", "smtp", "dept");
	has(db, "ip", "10.1.2.1", "smtp", "big");
	has(db, "ip", "11.0.0.1", "smtp", nil);
	has(db, "ip", "2001:db8:1:2::9", "dns", "2001:db8::53");
	has(db, "ip", "2001:db9::1", "dns", nil);
	has(db, "ip", "10.9.9.9", "ipmask", "255.0.0.0");
	has(db, "ip", "192.168.1.1", "ipmask", "255.255.255.0");
	has(db, "sys", "nobody", "dns", nil);
	has(db, "ip", "nonsense", "dns", nil);
	ndbfree(db);
}

static void
attributes_of_names(void **state)
{
	USED(state);
	assert_string_equal(ipattr("1.2.3.4"), "ip");
	assert_string_equal(ipattr("2001:db8::1"), "ip");
	assert_string_equal(ipattr("::"), "ip");
	assert_string_equal(ipattr("host"), "sys");
	assert_string_equal(ipattr("face"), "sys");
	assert_string_equal(ipattr("a.b-c.d"), "dom");
	assert_string_equal(ipattr("be.ef"), "dom");
	assert_string_equal(ipattr("under_score.x"), "sys");
	assert_string_equal(ipattr("7"), "sys");
	assert_string_equal(ipattr(""), "sys");
}

static void
reversed(const char *addr, const char *name)
{
	uchar ip[IPlen];
	char buf[IPstr], *s;

	s = ptrname(addr);
	assert_string_equal(s, name);
	free(s);
	assert_int_equal(ptraddr(ip, name), 0);
	assert_string_equal(ipstr(ip, buf), addr);
}

static void
addresses_are_reversed(void **state)
{
	static const char *const bad[] = {"1.2.3.in-addr.arpa",
	    "1.2.3.4.5.in-addr.arpa", "256.2.3.4.in-addr.arpa",
	    "a.2.3.4.in-addr.arpa", "1.2.3.4.in-addr.arpa.x", "in-addr.arpa",
	    "1.2.ip6.arpa", "", "x.test", ".1.2.3.4.in-addr.arpa"};
	uchar ip[IPlen];
	char *s;
	usize i;

	USED(state);
	reversed("1.2.3.4", "4.3.2.1.in-addr.arpa");
	reversed("2001:db8::abcd",
	    "d.c.b.a.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2."
	    "ip6.arpa");
	for(i = 0; i < nelem(bad); i++)
		assert_int_equal(ptraddr(ip, bad[i]), -1);
	s = ptrname("a.test");
	assert_string_equal(s, "a.test");
	free(s);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(pairs_are_found),
	    cmocka_unit_test(lines_come_first),
	    cmocka_unit_test(many_entries_are_found),
	    cmocka_unit_test(attributes_are_inherited),
	    cmocka_unit_test(attributes_of_names),
	    cmocka_unit_test(addresses_are_reversed),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

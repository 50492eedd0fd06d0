/*
 * Texts of addresses: ip(2).
 */
#include "dev/devcall.h"
#include "net/netdat.h"

int setup(void **state);
int teardown(void **state);

int
setup(void **state)
{
	USED(state);
	return 0;
}

int
teardown(void **state)
{
	USED(state);
	return 0;
}

static void
test_addresses_are_parsed_and_printed(void **state)
{
	static const struct
	{
		const char *text, *shown;
	} good[] = {
	    {"1.2.3.4", "1.2.3.4"},
	    {"127.1", "127.0.0.1"},
	    {"10.1.2", "10.0.1.2"},
	    {"10", "10.0.0.0"},
	    {"172.16.1", "172.16.0.1"},
	    {"192.168.1", "192.168.1.0"},
	    {"0.0.0.0", "0.0.0.0"},
	    {"::", "::"},
	    {"::1", "::1"},
	    {"1::", "1::"},
	    {"FE80::A:0b", "fe80::a:b"},
	    {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
	    {"1:0:0:4:0:0:0:8", "1:0:0:4::8"},
	    {"1:0:3:4:5:6:7:8", "1::3:4:5:6:7:8"},
	    {"0:2:3:4:5:6:7:8", "::2:3:4:5:6:7:8"},
	    {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7::"},
	    {"::ffff:1.2.3.4", "1.2.3.4"},
	    {"64:ff9b::1.2.3.4", "64:ff9b::102:304"},
	};
	char buf[64];
	uchar ip[Ipaddrlen];
	usize i;

	USED(state);
	for(i = 0; i < nelem(good); i++) {
		if(!parsenetip(good[i].text, ip))
			fail_msg("%s is an address", good[i].text);
		fmtnetip(buf, buf + sizeof buf, ip);
		assert_string_equal(buf, good[i].shown);
		/* what is printed is parsed again */
		assert_true(parsenetip(buf, ip));
	}
}

static void
test_bad_addresses(void **state)
{
	static const char *const bad[] = {"", ".", "a", "1.", "1.2.3.4.",
	    "1.2.3.4.5", "256", "1..2", "-1", "1.2.3.4x", " 1.2.3.4", ":",
	    ":::", "1:2", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9",
	    "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3",
	    "12345::", "::g", "1:", ":1", "::1:", "::1.2.3.256",
	    "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "::1%eth0", "[::1]",
	    "99999999999999999999"};
	uchar ip[Ipaddrlen];
	usize i;

	USED(state);
	for(i = 0; i < nelem(bad); i++)
		if(parsenetip(bad[i], ip))
			fail_msg("%s is no address", bad[i]);
}

static void
test_kinds_of_addresses(void **state)
{
	static const struct
	{
		const char *text;
		int loopback, multicast;
	} kinds[] = {
	    {"127.0.0.1", 1, 0},
	    {"127.255.0.1", 1, 0},
	    {"128.0.0.1", 0, 0},
	    {"::1", 1, 0},
	    {"::2", 0, 0},
	    {"::", 0, 0},
	    {"224.0.0.1", 0, 1},
	    {"239.1.1.1", 0, 1},
	    {"240.0.0.1", 0, 0},
	    {"ff02::1", 0, 1},
	    {"fe80::1", 0, 0},
	};
	uchar ip[Ipaddrlen];
	usize i;

	USED(state);
	for(i = 0; i < nelem(kinds); i++) {
		assert_true(parsenetip(kinds[i].text, ip));
		assert_int_equal(isloopback(ip), kinds[i].loopback);
		assert_int_equal(ismulticast(ip), kinds[i].multicast);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_addresses_are_parsed_and_printed),
	    KERN(test_bad_addresses),
	    KERN(test_kinds_of_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * #¤: cap(3).
 */
#include "dev/devcall.h"

static char owner[64];

static int
setup(void **state)
{
	Chan *c;

	USED(state);
	devgroups();
	strecpy(owner, owner + sizeof owner, up->user);
	c = xopen("#\302\244", OREAD);
	cclose(c);
	countblocks();
	return 0;
}

static int
teardown(void **state)
{
	USED(state);
	procsetuser(owner);
	return sameblocks() ? 0 : -1;
}

static int
put(const char *name, const void *p, long n)
{
	Chan *c;
	long m;

	c = xopen(name, OWRITE);
	if(c == nil)
		return -1;
	m = xwrite(c, p, n, 0);
	cclose(c);
	return m == n ? 0 : -1;
}

/* Make a capability for text, with key. */
static int
make(const char *text, const char *key)
{
	uchar hash[SHA1LEN];

	hmacsha1(text, strlen(text), key, strlen(key), hash);
	return put("#\302\244/caphash", hash, sizeof hash);
}

static int
use(const char *cap)
{
	return put("#\302\244/capuse", cap, strlen(cap));
}

static void
test_a_capability_changes_the_user_once(void **state)
{
	char text[128], cap[160];

	USED(state);
	snprint(text, sizeof text, "%s@glenda", owner);
	snprint(cap, sizeof cap, "%s@secret", text);
	assert_int_equal(make(text, "secret"), 0);
	assert_int_equal(use(cap), 0);
	assert_string_equal(up->user, "glenda");
	procsetuser(owner);
	assert_int_equal(use(cap), -1);
	assert_non_null(strstr(up->errstr, "invalid capability"));
	assert_string_equal(up->user, owner);
}

static void
test_the_user_must_match(void **state)
{
	USED(state);
	assert_int_equal(make("someone@glenda", "k"), 0);
	assert_int_equal(use("someone@glenda@k"), -1);
	assert_string_equal(up->errstr, "capability must match user");
	/* anybody's */
	assert_int_equal(make("glenda", "k"), 0);
	assert_int_equal(use("glenda@other"), -1);
	assert_int_equal(use("glenda@k"), 0);
	assert_string_equal(up->user, "glenda");
}

static void
test_only_the_owner_makes_them(void **state)
{
	USED(state);
	procsetuser("glenda");
	assert_int_equal(make("x", "k"), -1);
	assert_non_null(strstr(up->errstr, Eperm));
	assert_int_equal(xremove("#\302\244/caphash"), -1);
}

static void
test_what_is_no_capability(void **state)
{
	char buf[1100];

	USED(state);
	assert_int_equal(use("glenda"), -1);
	assert_int_equal(use(""), -1);
	assert_int_equal(put("#\302\244/caphash", "short", 5), -1);
	memset(buf, 'x', sizeof buf);
	assert_int_equal(put("#\302\244/capuse", buf, sizeof buf), -1);
	assert_string_equal(up->errstr, Etoobig);
	memmove(buf + 1000, "@k", 3);
	assert_int_equal(use(buf), -1);
	assert_null(xopen("#\302\244", OWRITE));
}

/* The oldest of too many goes. */
static void
test_there_are_256(void **state)
{
	char text[32];
	int i;

	USED(state);
	for(i = 0; i <= 256; i++) {
		snprint(text, sizeof text, "u%d", i);
		assert_int_equal(make(text, "k"), 0);
	}
	assert_int_equal(use("u0@k"), -1);
	assert_int_equal(use("u1@k"), 0);
	assert_int_equal(use("u256@k"), 0);
	assert_string_equal(up->user, "u256");
}

static void
test_caphash_can_be_removed(void **state)
{
	char names[64];

	USED(state);
	assert_int_equal(xlist("#\302\244", names, sizeof names, 4096), 2);
	assert_string_equal(names, "capuse caphash");
	assert_int_equal(xremove("#\302\244/capuse"), -1);
	assert_int_equal(xremove("#\302\244/caphash"), 0);
	assert_int_equal(xlist("#\302\244", names, sizeof names, 4096), 1);
	assert_int_equal(make("x", "k"), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_a_capability_changes_the_user_once),
	    KERN(test_the_user_must_match),
	    KERN(test_only_the_owner_makes_them),
	    KERN(test_what_is_no_capability),
	    KERN(test_there_are_256),
	    KERN(test_caphash_can_be_removed),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

/*
 * kernel/lib/switches.c: each name turns off its machine and no other.
 */
#include "unit.h"
#include "lib/lib.h"
#include "lib/switches.h"

static void
eachnameisabit(void **state)
{
	int i;

	USED(state);
	for(i = 0; switchnames[i] != nil; i++) {
		switchedoff = 0;
		assert_null(switchesoff(switchnames[i]));
		assert_int_equal(switchedoff, 1U << i);
	}
	switchedoff = 0;
	assert_null(switchesoff("rewrite"));
	assert_true(isoff(Swrewrite));
	assert_null(switchesoff("spin"));
	assert_true(isoff(Swspin) && isoff(Swrewrite) && !isoff(Swforkhold));
}

static void
listsaddup(void **state)
{
	USED(state);
	switchedoff = 0;
	assert_null(switchesoff("spin,forkhold"));
	assert_null(switchesoff("spin,hugepage"));
	assert_int_equal(switchedoff, Swspin | Swforkhold | Swhugepage);
}

static void
nilisall(void **state)
{
	int n;

	USED(state);
	switchedoff = 0;
	assert_null(switchesoff(nil));
	for(n = 0; switchnames[n] != nil; n++)
		assert_true(isoff(1U << n));
	assert_int_equal(switchedoff, (1U << n) - 1);
}

static void
unknownnamesaretold(void **state)
{
	USED(state);
	assert_string_equal(switchesoff("spi"), "spi");
	assert_string_equal(switchesoff("spins"), "spins");
	assert_string_equal(switchesoff("spin,"), "");
	assert_string_equal(switchesoff(""), "");
	assert_string_equal(switchesoff("spin,what,hugepage"), "what,hugepage");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(eachnameisabit),
	    cmocka_unit_test(listsaddup),
	    cmocka_unit_test(nilisall),
	    cmocka_unit_test(unknownnamesaretold),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

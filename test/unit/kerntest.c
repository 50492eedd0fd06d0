/*
 * Tests that are kernel code: kerntest.h.
 */
#include <sys/mman.h>
#include "kerntest.h"

static Kerntest *test;
/* shared with the test's host process */
static int *skipped;

void
kernskip(void)
{
	*skipped = 1;
}

static void
run(void)
{
	void *state;

	state = nil;
	must(test->setup(&state) == 0);
	test->test(&state);
	must(test->teardown(&state) == 0);
}

static void
boot(void)
{
	/* a failed assertion is printed, and ends this host process */
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	inkern(run);
}

void
kerntest(void **state)
{
	test = *state;
	if(skipped == nil)
		skipped = mmap(nil, sizeof *skipped, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	*skipped = 0;
	assert_true(infork(boot));
	if(*skipped)
		skip();
}

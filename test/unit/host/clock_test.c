/*
 * kernel/host/base/clock.c: a host whose clock is slow, because the vdso cannot read it.
 */
#include <time.h>
#include "unit.h"
#include "host/host.h"
#include "host/linux.h"
#include "host/base/base.h"
#include "host/entry/entry.h"

/* What clock.c wants of the rest. */
static vlong readings;

/* Each reading takes 20 us. */
static int
slowtime(int clock, Timespec *t)
{
	struct timespec now, start;

	USED(clock);
	readings++;
	clock_gettime(CLOCK_MONOTONIC, &start);
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while((now.tv_sec - start.tv_sec) * 1000000000LL + now.tv_nsec -
		start.tv_nsec <
	    20000);
	t->sec = now.tv_sec;
	t->nsec = now.tv_nsec;
	return 0;
}

long
hostcall_(long n, long a, long b, long c, long d, long e, long f)
{
	USED(a), USED(c), USED(d), USED(e), USED(f);
	assert_int_equal(n, __NR_clock_gettime);
	return slowtime(0, (Timespec *)b);
}

Clockgettime *
vdsoinit(const u64int *auxv)
{
	USED(auxv);
	return slowtime;
}

void
cpuid(u32int leaf, u32int sub, u32int *out)
{
	USED(leaf), USED(sub);
	memset(out, 0, 4 * sizeof *out);
}

static void
frequencyismeasuredwithaslowclock(void **state)
{
	uvlong hz;

	USED(state);
	clockinit(nil);
	hz = hostcyclefreq();
	assert_true(hz > 100 * 1000 * 1000 && hz < 100ULL * 1000 * 1000 * 1000);
	/* a hundred for the first 100 us, and then a few */
	assert_true(readings < 1000);
	/* and by the host's call */
	novdsotime();
	readings = 0;
	assert_true(hostcyclefreq() > 100 * 1000 * 1000);
	assert_true(readings > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(frequencyismeasuredwithaslowclock),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

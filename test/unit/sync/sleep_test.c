/*
 * kernel/sync/sleep.c: who may touch a Rendez, and until when.
 */
#include <string.h>
#include "unit.h"
#include "mach/memproc.h"

enum
{
	Rounds = 20000,
};

static u32int rounds;

/* One sleep in a Rendez that ends with it, as semacquire's do. What comes after uses the same
 * stack. */
static __attribute__((noinline)) void
sleepinside(void)
{
	Rendez r;

	memset(&r, 0, sizeof r);
	if(!waserror()) {
		ksleep(&r, return0, nil);
		poperror();
	}
	memset(&r, 0, sizeof r);
}

static void
sleepon(void *unused)
{
	u32int i;

	USED(unused);
	for(i = 0; i < Rounds; i++) {
		sleepinside();
		storerelease(&rounds, i + 1);
	}
}

/* A note ends a sleep, and the Rendez with it, at once: who posted the note must be done
 * with it by then. */
static void
noted_sleeper_takes_the_rendez_along(void)
{
	Proc *p;

	machself(64, 4);
	perturbone = 50;
	p = runproc(sleepon, nil);
	while(loadacquire(&rounds) < Rounds) {
		__atomic_store_n(&p->notepending, 1, __ATOMIC_SEQ_CST);
		intrsleep(p);
	}
	waitproc(p);
	must(nrunning == 0);
}

IN_FORK(noted_sleeper_takes_the_rendez_along)

static struct
{
	Rendez r;
	u32int go; /* atomic */
	u32int ended;
} timed;

static int
maygo(void *unused)
{
	USED(unused);
	return loadacquire(&timed.go);
}

static void
sleepshort(void *unused)
{
	volatile u32int i;

	USED(unused);
	for(i = 0; i < 3000; i++)
		if(!waserror()) {
			tsleep(&timed.r, maygo, nil, i % 3 == 0);
			storerelease(&timed.go, 0);
			poperror();
		}
	storerelease(&timed.ended, 1);
}

/* Whoever ends a sleep, waker, note or time, or two of them at once: who slept runs again,
 * and is counted as that once. */
static void
sleeps_are_counted(void)
{
	Proc *p;
	u32int i;

	machself(64, 4);
	perturbone = 10;
	p = runproc(sleepshort, nil);
	for(i = 0; !loadacquire(&timed.ended); i++) {
		if(i % 5 == 0) {
			__atomic_store_n(&p->notepending, 1, __ATOMIC_SEQ_CST);
			intrsleep(p);
		}
		storerelease(&timed.go, 1);
		wakeup(&timed.r);
		must(__atomic_load_n(&nrunning, __ATOMIC_SEQ_CST) >= -1);
	}
	waitproc(p);
	must(nrunning == 0);
}

IN_FORK(sleeps_are_counted)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(noted_sleeper_takes_the_rendez_along_),
	    cmocka_unit_test(sleeps_are_counted_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

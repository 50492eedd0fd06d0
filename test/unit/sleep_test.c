/*
 * kernel/proc/sleep.c: who may touch a Rendez, and until when.
 */
#include <string.h>
#include "unit.h"
#include "mach.h"

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
		poke(&rounds, i + 1);
	}
}

/* A note ends a sleep, and the Rendez with it, at once: who posted the note must be done
 * with it by then. */
static void
noted_sleeper_takes_the_rendez_along(void)
{
	Proc *p;

	machinit(64, 4);
	perturbone = 50;
	p = spawn(sleepon, nil);
	while(peek(&rounds) < Rounds) {
		__atomic_store_n(&p->notepending, 1, __ATOMIC_SEQ_CST);
		unsleep(p);
	}
	join(p);
}

IN_FORK(noted_sleeper_takes_the_rendez_along)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(noted_sleeper_takes_the_rendez_along_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

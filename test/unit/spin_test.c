/*
 * Waiting for a word, kernel/proc/lock.c: looking before sleeping, while that pays; and
 * the host is called for who sleeps, and only then.
 */
#include <pthread.h>
#include "unit.h"
#include "mach.h"

static void
what_is_there_is_seen(void)
{
	Spin s = {0, 0};
	u32int w = 1;

	machinit(64, 4);
	must(spinfor(&w, &s) == 1);
	s.skip = 9;
	must(spinfor(&w, &s) == 1);
}

/* What does not pay is tried less and less often, but again and again. */
static void
failures_are_skipped(void)
{
	Spin s = {0, 0};
	u32int w = 0, before, looks, i;

	machinit(64, 4);
	looks = 0;
	for(i = 0; i < 1000; i++) {
		before = s.skip;
		must(spinfor(&w, &s) == 0);
		if(before == 0)
			looks++;
		else
			must(s.skip == before - 1);
	}
	must(looks > 1000 / 33 && looks < 1000 / 32 + 10);
}

static u32int word, stop;

static void *
answer(void *unused)
{
	USED(unused);
	while(!__atomic_load_n(&stop, __ATOMIC_SEQ_CST))
		__atomic_store_n(&word, 1, __ATOMIC_SEQ_CST);
	return nil;
}

/* However long it did not pay, a few waits that do are enough to look at each. */
static void
success_brings_it_back(void)
{
	Spin s = {0, 0};
	pthread_t t;
	u32int i;

	machinit(64, 4);
	for(i = 0; i < 1000; i++)
		spinfor(&word, &s);
	must(s.fails > 0);
	must(pthread_create(&t, nil, answer, nil) == 0);
	for(i = 0; i < 100000 && s.fails > 0; i++) {
		__atomic_store_n(&word, 0, __ATOMIC_SEQ_CST);
		spinfor(&word, &s);
	}
	must(s.fails == 0);
	__atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
	pthread_join(t, nil);
}

/* Who looks is not woken by the host; who sleeps is, and he who was woken early, and has
 * not looked again, counts as asleep. */
static void
the_host_is_called_for_who_sleeps(void)
{
	u32int w = Unset;

	machinit(64, 4);
	must(!wakeword(&w));
	sleepword(&w, -1);
	must(w == Set);
	must(!wakeword(&w));
	w = Unset;
	sleepword(&w, 1);
	must(w == Slept);
	sleepword(&w, 1);
	must(wakeword(&w));
	must(w == Set);
	must(!wakeword(&w));
}

enum
{
	Turns = 20000,
};

static u32int there, back;

static void
waitturn(u32int *w)
{
	while(__atomic_load_n(w, __ATOMIC_SEQ_CST) != Set)
		sleepword(w, -1);
	__atomic_store_n(w, Unset, __ATOMIC_SEQ_CST);
}

static void
giveturn(u32int *w)
{
	if(wakeword(w))
		hostwake(w, 1);
}

static void *
partner(void *unused)
{
	u32int i;

	USED(unused);
	for(i = 0; i < Turns; i++) {
		waitturn(&there);
		giveturn(&back);
	}
	return nil;
}

static void
no_wakeup_is_lost(void)
{
	pthread_t t;
	u32int i;

	machinit(64, 4);
	must(pthread_create(&t, nil, partner, nil) == 0);
	for(i = 0; i < Turns; i++) {
		giveturn(&there);
		waitturn(&back);
	}
	pthread_join(t, nil);
}

IN_FORK(what_is_there_is_seen)
IN_FORK(the_host_is_called_for_who_sleeps)
IN_FORK(no_wakeup_is_lost)
IN_FORK(failures_are_skipped)
IN_FORK(success_brings_it_back)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_there_is_seen_),
	    cmocka_unit_test(the_host_is_called_for_who_sleeps_),
	    cmocka_unit_test(no_wakeup_is_lost_),
	    cmocka_unit_test(failures_are_skipped_),
	    cmocka_unit_test(success_brings_it_back_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

/*
 * Waiting for a word, kernel/sync/lock.c: looking before sleeping, while that pays; and
 * the host is called for who sleeps, and only then.
 */
#include <pthread.h>
#include "unit.h"
#include "mach/memproc.h"

static void
a_set_event_is_seen(void)
{
	Spin s = {0, 0};
	Event w = {Set};

	machself(64, 4);
	must(eventspin(&w, &s) == 1);
	s.skip = 9;
	must(eventspin(&w, &s) == 1);
}

/* What does not pay is tried less and less often, but again and again. */
static void
failures_are_skipped(void)
{
	Spin s = {0, 0};
	Event w = {Unset};
	u32int before, looks, i;

	machself(64, 4);
	looks = 0;
	for(i = 0; i < 10000; i++) {
		before = s.skip;
		must(eventspin(&w, &s) == 0);
		if(before == 0)
			looks++;
		else
			must(s.skip == before - 1);
	}
	must(looks > 10000 / 257 && looks < 10000 / 256 + 12);
}

static Event word;
static u32int stop;

static void *
answer(void *unused)
{
	USED(unused);
	while(!__atomic_load_n(&stop, __ATOMIC_SEQ_CST))
		__atomic_store_n(&word.word, Set, __ATOMIC_SEQ_CST);
	return nil;
}

/* However long it did not pay, a few waits that do are enough to look at each. */
static void
success_brings_it_back(void)
{
	Spin s = {0, 0};
	pthread_t t;
	u32int i;

	machself(64, 4);
	for(i = 0; i < 1000; i++)
		eventspin(&word, &s);
	must(s.fails > 0);
	must(pthread_create(&t, nil, answer, nil) == 0);
	for(i = 0; i < 100000 && s.fails > 0; i++) {
		__atomic_store_n(&word.word, Unset, __ATOMIC_SEQ_CST);
		eventspin(&word, &s);
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
	Event w = {Unset};

	machself(64, 4);
	must(!eventset(&w));
	eventwait(&w, -1);
	must(w.word == Set);
	must(!eventset(&w));
	w.word = Unset;
	eventwait(&w, 1);
	must(w.word == Slept);
	eventwait(&w, 1);
	must(eventset(&w));
	must(w.word == Set);
	must(!eventset(&w));
}

enum
{
	Turns = 20000,
};

static Event there, back;

static void
waitturn(Event *w)
{
	while(!eventisset(w))
		eventwait(w, -1);
	__atomic_store_n(&w->word, Unset, __ATOMIC_SEQ_CST);
}

static void
giveturn(Event *w)
{
	if(eventset(w))
		eventwake(w);
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

	machself(64, 4);
	must(pthread_create(&t, nil, partner, nil) == 0);
	for(i = 0; i < Turns; i++) {
		giveturn(&there);
		waitturn(&back);
	}
	pthread_join(t, nil);
}

IN_FORK(a_set_event_is_seen)
IN_FORK(the_host_is_called_for_who_sleeps)
IN_FORK(no_wakeup_is_lost)
IN_FORK(failures_are_skipped)
IN_FORK(success_brings_it_back)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_set_event_is_seen_),
	    cmocka_unit_test(the_host_is_called_for_who_sleeps_),
	    cmocka_unit_test(no_wakeup_is_lost_),
	    cmocka_unit_test(failures_are_skipped_),
	    cmocka_unit_test(success_brings_it_back_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

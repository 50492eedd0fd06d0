/*
 * A process that holds a Lock does not exit, stop, wait or return to user mode: nolocks panics
 * and names what it was about to do. lock_test.c has the cases of sync and mm. The machine's
 * own calls of nolocks, in kernel/host/entry, are tested by test/debug.sh; the test machine
 * has the same.
 */
#include "unit.h"
#include "mach/mach.h"
#include "mach/user.h"
#include "mach/ram.h"
#include "aout.h"
#include "host/hostfile.h"
#include "proc/sys.h"

/* unistd.h has other meanings of sleep and syscall */
int pipe(int fd[2]);
int dup2(int from, int to);
int close(int fd);
ssize_t read(int fd, void *buf, size_t n);

static Lock lk = LOCKRANK(Rimage);
static void (*body)(void);
static int said[2];

/* The first process does body with the Lock held. */
static void
withlock(void)
{
	lock(&lk);
	body();
	panic("nothing was said");
}

static void
run(void)
{
	dup2(said[1], 2);
	machinit(256, 4);
	machboot(withlock);
}

static void
mustpanic(void (*f)(void), const char *what)
{
	char buf[4000];
	ssize_t n, all;
	int ok;

	assert_int_equal(pipe(said), 0);
	body = f;
	ok = infork(run);
	close(said[1]);
	all = 0;
	while((n = read(said[0], buf + all, sizeof buf - 1 - all)) > 0)
		all += n;
	buf[all] = 0;
	close(said[0]);
	assert_false(ok);
	if(strstr(buf, "panic: ") == nil || strstr(buf, what) == nil)
		fail_msg("no panic '%s': %s", what, buf);
}

static void
exits_(void)
{
	pexit("", 1);
}

static void
stops(void)
{
	up->procctl = Proc_stopme;
	obey();
}

static void
meets(void)
{
	sysrendezvous((uintptr[6]){1, 2});
}

static void
returns(void)
{
	touser(&up->start);
}

static void
blocks(void)
{
	char c;

	hostread(said[0], &c, 1, -1);
}

static void
exit_with_a_lock_is_a_panic(void **state)
{
	USED(state);
	mustpanic(exits_, "exit with a Lock held");
}

static void
stop_with_a_lock_is_a_panic(void **state)
{
	USED(state);
	mustpanic(stops, "stop with a Lock held");
}

static void
rendezvous_with_a_lock_is_a_panic(void **state)
{
	USED(state);
	mustpanic(meets, "rendezvous with a Lock held");
}

static void
return_with_a_lock_is_a_panic(void **state)
{
	USED(state);
	mustpanic(returns, "return to user mode with a Lock held");
}

static void
host_call_with_a_lock_is_a_panic(void **state)
{
	USED(state);
	mustpanic(blocks, "host call that may wait with a Lock held");
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(exit_with_a_lock_is_a_panic),
	    cmocka_unit_test(stop_with_a_lock_is_a_panic),
	    cmocka_unit_test(rendezvous_with_a_lock_is_a_panic),
	    cmocka_unit_test(return_with_a_lock_is_a_panic),
	    cmocka_unit_test(host_call_with_a_lock_is_a_panic),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

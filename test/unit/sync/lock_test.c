/*
 * kernel/sync/lock.c: what must not be done with a Lock held is a panic that
 * says so. With LOCKORDER, a lock taken against the order is one.
 */
#include <string.h>
#include "unit.h"
#include "mach/memproc.h"
#include "aout.h"

/* unistd.h's syscall is not the kernel's */
int pipe(int fd[2]);
int dup2(int from, int to);
int close(int fd);
ssize_t read(int fd, void *buf, size_t n);

static Lock lk = LOCKRANK(Rimage);
static QLock qlk = QLOCKRANK(Rkprints);
static RWlock rw = LOCKRANK(Rpgrp);
static Rendez r;

static void (*body)(void *);
static int said[2];

static void
run(void)
{
	dup2(said[1], 2);
	machself(64, 4);
	waitproc(runproc(body, nil));
}

/* f, in a process of its own, ends in a panic; its message goes to buf. 0 if it does not. */
static int
panics(void (*f)(void *), char *buf, usize size)
{
	ssize_t n, all;
	int ok;

	assert_int_equal(pipe(said), 0);
	body = f;
	ok = infork(run);
	close(said[1]);
	all = 0;
	while((n = read(said[0], buf + all, size - 1 - all)) > 0)
		all += n;
	buf[all] = 0;
	close(said[0]);
	return !ok && strstr(buf, "panic: ") != nil;
}

static void
mustpanic(void (*f)(void *), const char *one, const char *two)
{
	char buf[2000];

	assert_true(panics(f, buf, sizeof buf));
	if(strstr(buf, one) == nil || strstr(buf, two) == nil)
		fail_msg("not '%s' and '%s': %s", one, two, buf);
}

static void
sleeps(void *unused)
{
	lock(&lk);
	sleep(&r, return0, unused);
}

static void
tsleeps(void *unused)
{
	lock(&lk);
	tsleep(&r, return0, unused, 1);
}

static void
errs(void *unused)
{
	USED(unused);
	lock(&lk);
	error("must not be heard");
}

static void
faults(void *unused)
{
	USED(unused);
	lock(&lk);
	fault(UTZERO, 0);
}

/* A page that is free is taken with a Lock held, but nobody waits for one so. */
static void
waits_for_memory(void *unused)
{
	u32int i;

	USED(unused);
	lock(&lk);
	for(i = 0; i < 1000; i++)
		newpage(0, 0);
}

static void
a_lock_held_is_a_panic(void **state)
{
	USED(state);
	mustpanic(sleeps, "sleep with a Lock held", "taken at");
	mustpanic(tsleeps, "sleep with a Lock held", "taken at");
	mustpanic(errs, "error with a Lock held", "taken at");
	mustpanic(faults, "fault with a Lock held", "taken at");
	mustpanic(
	    waits_for_memory, "wait for memory with a Lock held", "taken at");
}

/* A QLock and an RWlock are listed, but do not count as Locks. */
static void
qlocks_do_not_count(void)
{
	machself(64, 4);
	qlock(&qlk);
	must(up->nlocks == 0 && up->nheld == 1);
	must(up->held[0].l == &qlk && up->held[0].kind == Isqlock);
	tsleep(&r, return0, nil, 1);
	must(canqlock(&qlk) == 0);
	rlock(&rw);
	must(up->nlocks == 0 && up->nheld == 2);
	must(up->held[1].l == &rw && up->held[1].kind == Isreader);
	qunlock(&qlk);
	must(up->nheld == 1 && up->held[0].l == &rw);
	runlock(&rw);
	wlock(&rw);
	must(up->nheld == 1 && up->held[0].kind == Iswriter);
	must(rw.pid == up->pid && rw.pc == up->held[0].pc);
	wunlock(&rw);
	must(up->nlocks == 0 && up->nheld == 0);
}
IN_FORK(qlocks_do_not_count)

/* Locks may be released in any order: the others stay known. */
static void
locks_held_are_known(void)
{
	static Lock l[NHELD];
	u32int i, n;

	machself(64, 4);
	for(i = 0; i < NHELD; i++) {
		setrank(&l[i], Rtest);
		must(canlock(&l[i]));
		must(!canlock(&l[i]));
	}
	must(up->nlocks == NHELD);
	for(i = 0; i < NHELD; i += 2)
		unlock(&l[i]);
	must(up->nlocks == NHELD / 2);
	for(n = 0; n < up->nlocks; n++)
		must(up->held[n].l == &l[2 * n + 1]);
	for(i = 1; i < NHELD; i += 2)
		unlock(&l[i]);
	must(up->nlocks == 0);
}
IN_FORK(locks_held_are_known)

static u32int kept; /* atomic */

/* Up has a lock, and keeps it. */
static void
keeps(void)
{
	astore(&kept, 1);
	for(;;)
		hostwait(&kept, 1, -1);
}

static void
waitkept(void)
{
	while(!aload(&kept))
		hostrelax();
}

static void
takes(void *unused)
{
	USED(unused);
	lock(&lk);
	keeps();
}

static void
unlocks_anothers(void *unused)
{
	runproc(takes, unused);
	waitkept();
	unlock(&lk);
}

static void
qtakes(void *unused)
{
	USED(unused);
	qlock(&qlk);
	keeps();
}

static void
qunlocks_anothers(void *unused)
{
	runproc(qtakes, unused);
	waitkept();
	qunlock(&qlk);
}

static void
rtakes(void *unused)
{
	USED(unused);
	rlock(&rw);
	keeps();
}

static void
runlocks_anothers(void *unused)
{
	runproc(rtakes, unused);
	waitkept();
	runlock(&rw);
}

static void
only_the_holder_unlocks(void **state)
{
	USED(state);
	mustpanic(unlocks_anothers, "unlock", "holds it");
	mustpanic(qunlocks_anothers, "unlock", "holds it");
	mustpanic(runlocks_anothers, "runlock", "does not hold it");
}

#ifdef LOCKORDER
static Lock early = LOCKRANK(Rimage), late = LOCKRANK(Rframes), unranked;

static void
backwards(void *unused)
{
	USED(unused);
	lock(&late);
	lock(&early);
}

static void
rwbackwards(void *unused)
{
	USED(unused);
	lock(&late);
	rlock(&rw);
}

static void
twice(void *unused)
{
	USED(unused);
	qlock(&qlk);
	qlock(&qlk);
}

static void
norank(void *unused)
{
	USED(unused);
	lock(&unranked);
}

static void
a_wrong_order_is_a_panic(void **state)
{
	USED(state);
	mustpanic(backwards, "Image.lk", "frames.lk");
	mustpanic(rwbackwards, "Pgrp.ns", "frames.lk");
	mustpanic(twice, "kmesg.reading", "is held");
	mustpanic(norank, "lock order", "has no rank");
}

/* canlock never waits, and may be called in any order; what follows it may not. */
static void
trying_is_free(void)
{
	machself(64, 4);
	lock(&late);
	must(canlock(&early));
	unlock(&late);
	lock(&late);
	unlock(&early);
	unlock(&late);
}
IN_FORK(trying_is_free)
#endif

/* A host process without a Proc takes a Lock, and has a Proc when it releases it: procend
 * wakes the parent so. */
static void
a_process_comes_while_its_host_process_holds(void)
{
	Proc *p;

	machself(64, 4);
	p = up;
	up = nil;
	lock(&lk);
	up = p;
	unlock(&lk);
	must(up->nlocks == 0);
	lock(&lk);
	must(up->nlocks == 1);
	unlock(&lk);
	must(up->nlocks == 0);
}
IN_FORK(a_process_comes_while_its_host_process_holds)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_lock_held_is_a_panic),
	    cmocka_unit_test(qlocks_do_not_count_),
	    cmocka_unit_test(locks_held_are_known_),
	    cmocka_unit_test(only_the_holder_unlocks),
	    cmocka_unit_test(a_process_comes_while_its_host_process_holds_),
#ifdef LOCKORDER
	    cmocka_unit_test(a_wrong_order_is_a_panic),
	    cmocka_unit_test(trying_is_free_),
#endif
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

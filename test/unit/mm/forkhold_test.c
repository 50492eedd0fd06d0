/*
 * kernel/mm/forkhold.c: what rfork lends to the child.
 */
#include "unit.h"
#include "prog.h"
#include "aout.h"

enum
{
	Pg = BY2PG,
	Text = Pg,
	Data = Pg,
	Bss = 40 * Pg,
	Length = Text + Data,

	Threads = 4,
	Words = 24, /* pages that the storm counts in */
	Rounds = 150,
};

/* A number of the bss, far from what others use. */
static uintptr
word(u32int n)
{
	return databaseof(Text) + Data + (uintptr)n * Pg;
}

static void
begin(void)
{
	machself(4096, 8);
	execfile(newfile(Length), Text, Data, Bss);
}

/* Another user of the memory: it maps word 0, and word 1 after turn 2. */
static void
user(void *frames)
{
	u32int *f;

	f = frames;
	mustwrite(word(0), 1);
	f[0] = mapped(word(0));
	storerelease(&turn, 1);
	waitturn(2);
	mustwrite(word(1), mustread(word(0)));
	f[1] = mapped(word(0));
	storerelease(&turn, 3);
	leavemem();
}

static void
returns(void *unused)
{
	USED(unused);
	must(mustread(word(0)) == 1);
	mustwrite(word(0), 7);
	leavemem();
}

static void
keeps(void *until)
{
	waitturn((uintptr)until);
	must(mustread(word(0)) == 1);
	must(mustread(word(1)) == 0);
	leavemem();
}

/* Whose memory came back has it as it was, and maps what he mapped. */
static void
what_comes_back_is_not_copied(void)
{
	Forkhold l, none = {0};
	Proc *p, *q;
	u32int frames[2], own;

	begin();
	p = rforked(user, frames, 1, &none);
	must(none.n == 0);
	waitturn(1);
	must(mustread(word(0)) == 1);
	/* the child may be too slow */
	do {
		memset(&l, 0, sizeof l);
		own = mapped(word(0));
		q = rforked(returns, nil, 0, &l);
		must(l.n == 0 || l.n == 2); /* data and bss */
		holdend(&l);
		waitproc(q);
		if(l.n == 0 || l.out != 0)
			mustwrite(word(0), 1);
	} while(l.n == 0 || l.out != 0);
	must(mapped(word(0)) == own);
	storerelease(&turn, 2);
	waitproc(p);
	must(frames[1] == own);
	must(mustread(word(1)) == 1);
	must(up->seg[BSEG]->held == 0 && up->seg[DSEG]->held == 0);
	mustbefree();
}
IN_FORK(what_comes_back_is_not_copied)

/* A child that keeps what it was lent has it as it was. */
static void
what_is_kept_is_copied(void)
{
	Forkhold l = {0}, none = {0};
	Proc *p, *q;
	u32int frames[2];

	begin();
	p = rforked(user, frames, 1, &none);
	waitturn(1);
	q = rforked(keeps, (void *)3, 0, &l);
	holdend(&l);
	storerelease(&turn, 2);
	waitproc(p);
	must(frames[0] != frames[1]);
	must(mustread(word(1)) == 1);
	waitproc(q);
	/* it does not soon pay to lend again */
	memset(&l, 0, sizeof l);
	q = rforked(returns, nil, 0, &l);
	must(l.n == 0);
	holdend(&l);
	waitproc(q);
	mustbefree();
}
IN_FORK(what_is_kept_is_copied)

static void
copies(void *arg)
{
	Forkhold l = {0};
	Proc **p;

	p = arg;
	*p = rforked(keeps, (void *)3, 0, &l);
	holdend(&l);
	leavemem();
}

/* A copy of the copy keeps the pages, though the first gives them back. */
static void
copies_of_the_copy_keep_it(void)
{
	Forkhold l = {0}, none = {0};
	Proc *p, *q, *grandchild;
	u32int frames[2];

	begin();
	p = rforked(user, frames, 1, &none);
	waitturn(1);
	q = rforked(copies, &grandchild, 0, &l);
	holdend(&l);
	waitproc(q);
	storerelease(&turn, 2);
	waitproc(p);
	must(frames[0] != frames[1]);
	waitproc(grandchild);
	mustbefree();
}
IN_FORK(copies_of_the_copy_keep_it)

/* Has nothing mapped, and writes while all is lent: it must wait. */
static void
faults(void *sawturn)
{
	storerelease(&turn, 1);
	waitturn(2);
	mustwrite(word(0), mustread(word(0)) + 1);
	*(u32int *)sawturn = loadacquire(&turn);
	leavemem();
}

static void
returnslate(void *unused)
{
	uvlong start;

	USED(unused);
	storerelease(&turn, 2);
	/* as far as anything can be seen, the other waits by now */
	for(start = monons(); monons() - start < 300000;)
		hostrelax();
	storerelease(&turn, 3);
	leavemem();
}

static void
faults_wait_for_what_is_lent(void)
{
	Forkhold l, none = {0};
	Proc *p, *q;
	u32int own, sawturn;
	uvlong n;

	begin();
	mustwrite(word(0), 0);
	/* the child may be too slow */
	for(n = 1;; n++) {
		storerelease(&turn, 0);
		p = rforked(faults, &sawturn, 1, &none);
		waitturn(1);
		mustread(word(0));
		own = mapped(word(0));
		memset(&l, 0, sizeof l);
		q = rforked(returnslate, nil, 0, &l);
		holdend(&l);
		waitproc(q);
		waitproc(p);
		must(mustread(word(0)) == n);
		if(l.n != 0 && l.out == 0)
			break;
	}
	must(sawturn == 3);
	must(mapped(word(0)) == own);
	mustbefree();
}
IN_FORK(faults_wait_for_what_is_lent)

/* Lends to its child while what the first lent is out. */
static void
lendstoo(void *unused)
{
	Forkhold l = {0};
	Proc *q;

	USED(unused);
	storerelease(&turn, 1);
	waitturn(2);
	q = rforked(keeps, (void *)5, 0, &l);
	must(l.n == 0);
	storerelease(&turn, 3);
	holdend(&l);
	waitturn(4);
	storerelease(&turn, 5);
	waitproc(q);
	leavemem();
}

static void
returnsafter(void *unused)
{
	USED(unused);
	storerelease(&turn, 2);
	waitturn(3);
	leavemem();
}

/* What is lent is not lent a second time: the first to come back would be taken for both. */
static void
nothing_is_lent_twice(void)
{
	Forkhold l = {0}, none = {0};
	Proc *p, *q;

	begin();
	mustwrite(word(0), 1);
	p = rforked(lendstoo, nil, 1, &none);
	waitturn(1);
	q = rforked(returnsafter, nil, 0, &l);
	must(l.n == 2);
	holdend(&l);
	waitproc(q);
	mustwrite(word(0), 2);
	mustwrite(word(1), 2);
	storerelease(&turn, 4);
	waitproc(p);
	must(mustread(word(0)) == 2);
	mustbefree();
}
IN_FORK(nothing_is_lent_twice)

/* --- a storm: counters of several users, who fork all the while --- */

static u32int ended; /* who forks no more */

static void
add(u32int n)
{
	u32int k;

	for(k = 0; k < Words; k++)
		mustwrite(word(k) + 8 * n, mustread(word(k) + 8 * n) + 1);
}

static void
mustbe(u32int n, uvlong v)
{
	u32int k;

	for(k = 0; k < Words; k++)
		must(mustread(word(k) + 8 * n) == v);
}

static void
scribbles(void *arg)
{
	u32int k, n;

	n = *(u32int *)arg;
	for(k = n; k < Words; k += 1 + n)
		mustwrite(word(k) + 8 * n, ~0ULL);
	leavemem();
}

/* Sees nobody's counters move. */
static void
watches(void *unused)
{
	uvlong seen[Words * Threads];
	u32int k, turns;

	USED(unused);
	for(k = 0; k < Words * Threads; k++)
		seen[k] = mustread(word(k / Threads) + 8 * (k % Threads));
	for(turns = 0; turns < 3; turns++) {
		hostrelax();
		for(k = 0; k < Words * Threads; k++)
			must(seen[k] ==
			    mustread(word(k / Threads) + 8 * (k % Threads)));
	}
	leavemem();
}

/* Forks and counts. */
static void
forks(void *arg)
{
	Forkhold l;
	Proc *p;
	u32int n, k;

	n = *(u32int *)arg;
	for(k = 0; k < Rounds; k++) {
		add(n);
		memset(&l, 0, sizeof l);
		p = rforked(k % 7 == 3 ? watches : scribbles, arg, 0, &l);
		holdend(&l);
		add(n);
		waitproc(p);
		mustbe(n, 2 * (k + 1));
	}
	__atomic_add_fetch(&ended, 1, __ATOMIC_SEQ_CST);
	leavemem();
}

/* Counts as long as anybody forks. */
static void
counts(void *arg)
{
	u32int n;
	uvlong k;

	n = *(u32int *)arg;
	for(k = 0; loadacquire(&ended) < Threads / 2; k++)
		add(n);
	mustbe(n, k);
	leavemem();
}

static void
storm(void)
{
	static u32int number[Threads];
	Forkhold none = {0};
	Proc *p[Threads];
	u32int n;

	begin();
	perturbone = 10;
	for(n = 0; n < Threads; n++) {
		number[n] = n;
		p[n] = rforked(n % 2 ? counts : forks, &number[n], 1, &none);
	}
	for(n = 0; n < Threads; n++)
		waitproc(p[n]);
	mustbe(0, 2 * Rounds);
	mustbefree();
}
IN_FORK(storm)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_comes_back_is_not_copied_),
	    cmocka_unit_test(what_is_kept_is_copied_),
	    cmocka_unit_test(copies_of_the_copy_keep_it_),
	    cmocka_unit_test(faults_wait_for_what_is_lent_),
	    cmocka_unit_test(nothing_is_lent_twice_),
	    cmocka_unit_test(storm_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

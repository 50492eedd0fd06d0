/*
 * kernel/sync/heap.c: the kernel's heap, and frame.c's frames by themselves.
 */
#include "unit.h"
#include "mach/memproc.h"
#include "aout.h"

void *kmalloc(usize n);
void *krealloc(void *p, usize n);
void kfree(void *p);

static int
filled(const uchar *p, int c, usize n)
{
	while(n-- > 0)
		if(p[n] != c)
			return 0;
	return 1;
}

static void
every_size(void)
{
	uchar *p, *q;
	usize n;

	machself(64, 4);
	for(n = 0; n < 200000; n += n < 5000 ? 1 : 777) {
		p = kmalloc(n);
		must(p != nil && (uintptr)p % 16 == 0);
		must(filled(p, 0, n));
		memset(p, 0xAA, n);
		q = kmalloc(n);
		must(filled(q, 0, n));
		memset(q, 0xBB, n);
		must(filled(p, 0xAA, n));
		kfree(p);
		kfree(q);
	}
	kfree(nil);
}
IN_FORK(every_size)

static void
realloc_keeps_and_zeroes(void)
{
	usize from, to, less;
	uchar *p;

	machself(64, 4);
	for(from = 1; from < 100000; from = from * 3 + 1)
		for(to = 1; to < 100000; to = to * 2 + 3) {
			p = krealloc(nil, from);
			must(filled(p, 0, from));
			memset(p, 0xCC, from);
			p = krealloc(p, to);
			less = from < to ? from : to;
			must(filled(p, 0xCC, less));
			must(filled(p + less, 0, to - less));
			/* there and back: what was cut off is zero */
			p = krealloc(p, from);
			must(filled(p, 0xCC, less));
			must(filled(p + less, 0, from - less));
			kfree(p);
		}
}
IN_FORK(realloc_keeps_and_zeroes)

/* The heap knows how much each process has: of small blocks, and of large ones. */
static void
users_are_known(void)
{
	enum
	{
		Nsmall = 2000,
		Small = 500,
		Large = 300 * KiB,
	};
	void *p[Nsmall], *large;
	uvlong before, all;
	u32int pid;
	int k;

	machself(64, 4);
	pid = up->pid;
	up->pid = 77;
	heapcount();
	before = heapusedby(77);
	for(k = 0; k < Nsmall; k++)
		p[k] = kmalloc(Small);
	large = kmalloc(Large);
	heapcount();
	all = heapusedby(77) - before;
	/* the first blocks of a class are not known */
	must(all > Nsmall * Small * 9 / 10 + Large);
	must(all < Nsmall * Small * 3 / 2 + Large + 2 * BY2PG);
	must(heapusedby(78) == 0);
	for(k = 0; k < Nsmall; k++)
		kfree(p[k]);
	kfree(large);
	heapcount();
	must(heapusedby(77) <= before);
	up->pid = pid;
}
IN_FORK(users_are_known)

/* Large blocks are joined again: the same memory serves for ever. */
static void
large_blocks_coalesce(void)
{
	void *p[40], *first;
	int k, round;

	machself(64, 4);
	first = kmalloc(900 * KiB);
	kfree(first);
	for(round = 0; round < 500; round++) {
		for(k = 0; k < 20; k++)
			p[k] = kmalloc(40 * KiB + (round * 7 + k) % 13);
		for(k = 0; k < 20; k++)
			kfree(p[(k * 7 + round) % 20]);
	}
	must(kmalloc(900 * KiB) == first);
}
IN_FORK(large_blocks_coalesce)

static void
double_free(void)
{
	void *p;

	machself(64, 4);
	p = kmalloc(100);
	kfree(p);
	kfree(p);
}

static void
double_free_is_a_panic(void **state)
{
	USED(state);
	assert_false(infork(double_free));
}

static void
churn(void *arg)
{
	u32int seed;
	uchar *p[32];
	usize n[32];
	int k, i;

	memset(p, 0, sizeof p);
	seed = (uintptr)arg;
	for(i = 0; i < 4000; i++) {
		k = nextrand(&seed) % 32;
		if(p[k] != nil) {
			must(filled(p[k], k, n[k]));
			kfree(p[k]);
		}
		n[k] = nextrand(&seed) % (i % 64 == 0 ? 100000 : 600);
		p[k] = kmalloc(n[k]);
		must(filled(p[k], 0, n[k]));
		memset(p[k], k, n[k]);
	}
	for(k = 0; k < 32; k++)
		kfree(p[k]);
}

static void
many_threads(void)
{
	Proc *p[4];
	uintptr k;

	machself(64, 4);
	perturbone = 20;
	for(k = 0; k < 4; k++)
		p[k] = runproc(churn, (void *)(k + 1));
	for(k = 0; k < 4; k++)
		waitproc(p[k]);
}
IN_FORK(many_threads)

/* --- frames --- */

static u32int
take(u32int n, u32int hint, u32int window, u32int offset, Framerun *r)
{
	Framewant w = {n, hint, window, offset, 0, 0};

	framealloc(&w, r);
	return r->n;
}

static void
frames_hints_and_windows(void)
{
	Framerun a, b, c;

	machself(4 * 512 + 100, 4);
	/* a large window is aligned, and its rest is left alone */
	must(take(10, NOFRAME, 512, 3, &a) == 10 && a.first % 512 == 3);
	must(take(10, NOFRAME, 512, 0, &b) == 10);
	must(b.first % 512 == 0 && b.first / 512 != a.first / 512);
	must(take(5, NOFRAME, 8, 0, &c) == 5);
	must(c.first / 512 != a.first / 512 && c.first / 512 != b.first / 512);
	/* the hint wins */
	must(take(400, a.first + 10, 512, 0, &c) == 400);
	must(c.first == a.first + 10);
	/* and a hint that is taken gives a new window */
	must(take(4, a.first, 512, 0, &c) == 4 &&
	    c.first / 512 != a.first / 512);
	/* a run ends where somebody else's begins */
	must(take(4, b.first + 20, 4, 0, &c) == 4);
	must(take(20, b.first + 10, 20, 0, &c) == 10);
}
IN_FORK(frames_hints_and_windows)

/* All of them can be had, whatever is asked for, once each. */
static void
frames_to_the_last(void)
{
	static uchar have[1300];
	Framerun r;
	u32int k, n, round, seed;

	machself(1300, 4);
	seed = 7;
	for(round = 0; round < 4; round++) {
		memset(have, 0, sizeof have);
		n = 0;
		while(take(1 + nextrand(&seed) % 512, nextrand(&seed) % 1400,
			  1 + nextrand(&seed) % 900, nextrand(&seed) % 900,
			  &r) != 0)
			for(k = 0; k < r.n; k++) {
				must(!have[r.first + k]);
				have[r.first + k] = 1;
				/* the first time all are zero */
				must(round > 0 ||
				    (r.old[k / 64] >> k % 64 & 1) == 0);
				if((r.old[k / 64] >> k % 64 & 1) == 0)
					must(filled(
					    frameaddr(r.first + k), 0, BY2PG));
				n++;
			}
		must(n == 1300 && freeframes() == 0);
		for(k = 0; k < 1300; k++)
			framefree(k, 1);
		must(freeframes() == 1300);
		frametrim(~0U);
		must(freeframes() == 1300);
	}
}
IN_FORK(frames_to_the_last)

/* How many frames are known to be zero: those that can be had so; and how many
 * of them the host has yet to make. */
static u32int
cleanframes(u32int nframes, u32int *fresh)
{
	Framerun r;
	u32int f, n;

	n = 0;
	*fresh = 0;
	for(f = 0; f < nframes; f++) {
		must(take(1, f, 1, 0, &r) == 1 && r.first == f);
		n += (r.old[0] & 1) == 0;
		*fresh += r.fresh;
	}
	/* they are dirty afterwards, so look once only */
	return n;
}

/* Who frees little gives back little, however much is waiting to be. */
static void
trim_is_in_proportion(void)
{
	enum
	{
		N = 16384,
		Kept = N / 4, /* may be free and dirty */
	};
	Framerun r;
	u32int f, fresh;

	machself(N, 4);
	for(f = 0; f < N; f += r.n)
		must(take(512, f, 512, 0, &r) == 512);
	framefree(0, N);
	frametrim(10);
	must(cleanframes(N, &fresh) == 20 && fresh == 20);
	framefree(0, N);
	frametrim(~0U);
	f = cleanframes(N, &fresh);
	must(f >= N - Kept && f < N);
}
IN_FORK(trim_is_in_proportion)

/* A chunk that much is taken of is made whole, once. */
static void
chunks_made_whole(void)
{
	Framerun r;
	u32int used;

	machself(3 * 512 + 200, 4);
	for(used = 0; used < 2 * 96; used += r.n) {
		must(take(8, used, 512, 0, &r) == 8 && r.first == used);
		must(r.fresh == (wholes == 0));
		must(wholes == (used + 8 >= 96));
	}
	/* what was used before is not fresh, nor is it elsewhere in that chunk */
	framefree(0, 64);
	must(take(8, 0, 8, 0, &r) == 8 && !r.fresh && r.old[0] != 0);
	must(take(200, 300, 8, 0, &r) == 200 && !r.fresh && r.old[0] == 0);
	/* much at once is enough; the last chunk is no chunk */
	must(take(100, 512, 512, 0, &r) == 100 && !r.fresh && wholes == 2);
	must(take(200, 3 * 512, 512, 0, &r) == 200 && r.fresh && wholes == 2);
	/* after a refusal the next is asked for as late as the first */
	refusewhole = 1;
	must(take(100, 2 * 512, 512, 0, &r) == 100 && r.fresh && wholes == 3);
	must(take(90, 2 * 512 + 100, 512, 0, &r) == 90 && r.fresh);
	must(wholes == 3);
}
IN_FORK(chunks_made_whole)

/* A chunk that is for small windows is made whole sooner: others will want it. */
static void
small_chunks_sooner(void)
{
	Framerun r;
	u32int n;

	machself(2 * 512, 4);
	for(n = 0; n < 80; n += r.n) {
		must(take(8, NOFRAME, 16, 0, &r) == 8);
		must(r.fresh == (n + 8 < 40));
	}
}
IN_FORK(small_chunks_sooner)

/* Of what may never be touched more is taken first. */
static void
guesses_count_less(void)
{
	Framewant w = {8, NOFRAME, 512, 0, 1, 0};
	Framerun r;

	machself(2 * 512, 4);
	for(w.hint = 0; w.hint < 400; w.hint += r.n) {
		framealloc(&w, &r);
		must(r.n == 8 && r.fresh == (w.hint + 8 < 4 * 96));
	}
}
IN_FORK(guesses_count_less)

static u32int
askedfor(u32int chunks)
{
	Framerun r;
	u32int f;

	machself(chunks * 512, 4);
	for(f = 0; f < chunks * 512; f += 512)
		must(take(512, f, 512, 0, &r) == 512);
	return wholes;
}

/* A host that cannot is not asked for ever. */
static void
refusals_are_final(void)
{
	refusewhole = 1;
	must(askedfor(16) == 4);
}
IN_FORK(refusals_are_final)

/* Nor is one that takes longer than it would for single pages. */
static void
slowness_is_a_refusal(void)
{
	slowwhole = 1;
	must(askedfor(16) == 4);
}
IN_FORK(slowness_is_a_refusal)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(every_size_),
	    cmocka_unit_test(realloc_keeps_and_zeroes_),
	    cmocka_unit_test(users_are_known_),
	    cmocka_unit_test(large_blocks_coalesce_),
	    cmocka_unit_test(double_free_is_a_panic),
	    cmocka_unit_test(many_threads_),
	    cmocka_unit_test(frames_hints_and_windows_),
	    cmocka_unit_test(frames_to_the_last_),
	    cmocka_unit_test(trim_is_in_proportion_),
	    cmocka_unit_test(chunks_made_whole_),
	    cmocka_unit_test(small_chunks_sooner_),
	    cmocka_unit_test(guesses_count_less_),
	    cmocka_unit_test(refusals_are_final_),
	    cmocka_unit_test(slowness_is_a_refusal_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

/*
 * kernel/mm/prefill.c: what is mapped before it is touched; and where text is put.
 */
#include "unit.h"
#include "prog.h"
#include "aout.h"

enum
{
	Pg = BY2PG,
	Text = 3 * Pg + 40,
	Data = 2 * Pg + 16,
	Bss = 40 * Pg,
	Length = Text + Data,
	Grown = 600, /* pages that brk adds */
};

static const u32int used[] = {3, 100, 101, 400, Grown - 1};

static uintptr
page(uintptr top, u32int k)
{
	return top + k * Pg;
}

/* A run of f's: it grows, and writes to some pages. Its break before that. */
static uintptr
run(File *f, int write)
{
	uintptr top;
	u32int k;

	execfile(f, Text, Data, Bss);
	mustread(UTZERO); /* or it would not be cached, and forgotten */
	top = up->seg[BSEG]->top;
	must(ibrk(up, page(top, Grown), BSEG) == 0);
	for(k = 0; write && k < nelem(used); k++)
		mustwrite(page(top, used[k]), k + 1);
	must(mustread(page(top, 300)) == 0);
	return top;
}

static void
end(void)
{
	sampleuse();
	leavemem();
}

static void
runs(File *f, u32int n, int write)
{
	for(; n > 0; n--) {
		run(f, write);
		end();
	}
}

/* What a program wrote to in one run is there, and zero, when the next asks for it: from the
 * third on, for what runs once or twice is not worth the look. */
static void
used_memory_is_made_at_the_break(void)
{
	File *f, *g;
	uintptr top;
	u32int k;

	machself(4096, 8);
	f = newfile(Length);
	g = newfile(Length);
	for(k = 0; k < 2; k++) {
		top = run(f, 1);
		end();
	}
	execfile(f, Text, Data, Bss);
	must(up->seg[BSEG]->top == top);
	must(mapped(page(top, used[0])) == NOFRAME);
	/* as far as it goes */
	must(ibrk(up, page(top, 101), BSEG) == 0);
	must(mapped(page(top, 3)) != NOFRAME);
	must(mapped(page(top, 100)) != NOFRAME);
	must(mapped(page(top, 101)) == NOFRAME);
	must(ibrk(up, page(top, Grown), BSEG) == 0);
	for(k = 0; k < nelem(used); k++) {
		must(mapped(page(top, used[k])) != NOFRAME);
		must(mustread(page(top, used[k])) == 0);
	}
	must(mapped(page(top, 300)) == NOFRAME);
	end();
	/* another program is another */
	top = run(g, 0);
	for(k = 0; k < nelem(used); k++)
		must(mapped(page(top, used[k])) == NOFRAME);
	end();
	mustbefree();
}
IN_FORK(used_memory_is_made_at_the_break)

/* What no run uses any more is forgotten some time. */
static void
unused_memory_is_forgotten(void)
{
	File *f;
	uintptr top;
	u32int k;

	machself(4096, 8);
	f = newfile(Length);
	runs(f, 2, 1);
	runs(f, 10, 0);
	top = run(f, 0);
	for(k = 0; k < nelem(used); k++)
		must(mapped(page(top, used[k])) == NOFRAME);
	end();
	mustbefree();
}
IN_FORK(unused_memory_is_forgotten)

/* What is short is not spent on what may never be used. */
static void
little_memory_is_kept(void)
{
	File *f;
	uintptr top, d;
	u32int k;

	machself(1024, 8);
	f = newfile(Length);
	runs(f, 2, 1);
	execfile(f, Text, Data, Bss);
	d = segattach(up, 0, "memory", 0, 950 * Pg);
	for(k = 0; k < 950; k++)
		mustwrite(d + k * Pg, 1);
	top = up->seg[BSEG]->top;
	must(ibrk(up, page(top, Grown), BSEG) == 0);
	must(mapped(page(top, 3)) == NOFRAME);
	end();
	mustbefree();
}
IN_FORK(little_memory_is_kept)

static void
sharer(void *arg)
{
	uintptr d;

	d = *(uintptr *)arg;
	must(mapped(UTZERO) == NOFRAME);
	must(threadpremap() == 1);
	must(mapped(UTZERO) != NOFRAME);
	must(mapped(d + Data + 4 * Pg) != NOFRAME);
	must(mustread(d + Data + 4 * Pg) == 2);
	/* what is still the file's is copied first; the stack is its own */
	must(mapped(d + Pg) == NOFRAME);
	must(mapped(USTKTOP - 64) == NOFRAME);
	must(mustread(d + Pg) == fileword(1, 1, Text + Pg));
	leavemem();
}

static void
copier(void *unused)
{
	USED(unused);
	must(threadpremap() == 0);
	must(mapped(UTZERO) == NOFRAME);
	leavemem();
}

/* Who shares the memory of another begins with all of it mapped that may be; a copy does not. */
static void
sharers_begin_with_what_is_there(void)
{
	uintptr d;

	machself(1024, 8);
	execfile(newfile(Length), Text, Data, Bss);
	d = databaseof(Text);
	mustread(UTZERO);
	mustread(d + Pg);
	mustwrite(d + Data + 4 * Pg, 2);
	mustwrite(USTKTOP - 64, 5);
	waitproc(forkproc(sharer, &d, 1));
	waitproc(forkproc(copier, nil, 0));
	mustbefree();
}
IN_FORK(sharers_begin_with_what_is_there)

/* Text that is read in distant pieces is in one place in the end, to be mapped at once. */
static void
distant_text_is_one_run(void)
{
	enum
	{
		Pages = 2100,
	};
	u32int k, first;

	machself(8192, 8);
	execfile(newfile(Pages * Pg + Data), Pages * Pg, Data, Bss);
	mustread(UTZERO + 1500 * Pg);
	mustread(UTZERO);
	mustread(UTZERO + (Pages - 1) * Pg);
	first = mapped(UTZERO);
	must(mapped(UTZERO + 1500 * Pg) == first + 1500);
	must(mapped(UTZERO + (Pages - 1) * Pg) == first + Pages - 1);
	for(k = 0; k < Pages; k++)
		mustread(UTZERO + k * Pg);
	for(k = 0; k < Pages; k++)
		must(mapped(UTZERO + k * Pg) == first + k);
	mustbefree();
}
IN_FORK(distant_text_is_one_run)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(used_memory_is_made_at_the_break_),
	    cmocka_unit_test(unused_memory_is_forgotten_),
	    cmocka_unit_test(little_memory_is_kept_),
	    cmocka_unit_test(sharers_begin_with_what_is_there_),
	    cmocka_unit_test(distant_text_is_one_run_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

/*
 * kernel/mm: the memory of programs, of their copies and of processes that share it;
 * and where its frames are. Each test runs in a host process of its own.
 */
#include "unit.h"
#include "mach/memproc.h"
#include "mach/tagfile.h"
#include "prog.h"
#include "aout.h"

enum
{
	Pg = BY2PG,
	Text = 3 * Pg + 40,
	Data = 2 * Pg + 16,
	Bss = 40 * Pg,
	Length = Text + Data + 4 * Pg, /* symbols follow */
};

/* --- a program's memory is what its file says --- */

static void
program_memory(void)
{
	File *f;
	uintptr d;
	u32int k;

	machself(1024, 8);
	f = newfile(Length);
	execfile(f, Text, Data, Bss);
	for(k = 0; k < Text; k += 8)
		mustbetext(f, 1, k);
	for(; k < ROUNDUP((u32int)Text, (u32int)Pg); k += 8)
		must(mustread(UTZERO + k) == 0);
	d = databaseof(Text);
	for(k = 0; k < Data; k += 8)
		mustbedata(f, 1, Text, k);
	for(; k < Data + Bss; k += 8)
		must(mustread(d + k) == 0);
	must(mustread(USTKTOP - 8) == 0);
	must(uwrite(UTZERO, 1) == Fbad);
	must(uread(UTZERO - 8, &(uvlong){0}) == Fbad);
	/* text up to data, but no more of the file */
	must(
	    uread(ROUNDUP(UTZERO + Text, (uintptr)Pg), &(uvlong){0}) == Fioerr);
	must(uread(d - 8, &(uvlong){0}) == Fioerr);
	must(uwrite(d - 8, 1) == Fbad);
	mustwrite(d + 8, 77);
	mustwrite(d + Data + 64, 78);
	must(mustread(d + 8) == 77 && mustread(d + Data + 64) == 78);
	must(mustread(d) == fileword(f->id, 1, Text));
	mustbefree();
}
IN_FORK(program_memory)

/* --- the second exec reads nothing and shares the text --- */

static void
second_exec(void)
{
	Imagestats st;
	Segment *s;
	File *f;
	u32int k, reads;

	machself(1024, 8);
	f = newfile(Length);
	execfile(f, Text, Data, Bss);
	for(k = 0; k < Text; k += Pg)
		mustbetext(f, 1, k);
	for(k = 0; k < Data; k += Pg)
		mustbedata(f, 1, Text, k);
	mustwrite(databaseof(Text), 1);
	reads = f->reads;
	s = up->seg[TSEG];
	execfile(f, Text, Data, Bss); /* while the old one runs */
	must(up->seg[TSEG] == s);
	mustbetext(f, 1, 0);
	mustbedata(f, 1, Text, 0);
	leavemem(); /* and after it */
	must(opentags() == 0);
	execfile(f, Text, Data, Bss);
	for(k = 0; k < Text; k += Pg)
		mustbetext(f, 1, k);
	for(k = 0; k < Data; k += Pg)
		mustbedata(f, 1, Text, k);
	must(f->reads == reads);
	imagestats(&st);
	must(st.attaches == 3 && st.hits == 2 && st.texthits == 1 &&
	    st.newimages == 1);
	mustbefree();
}
IN_FORK(second_exec)

/* --- what the first exec notes of a file is known while its pages are cached --- */

static void
sizes_are_known(void)
{
	Exechdr s;
	Chan *c, *d;
	File *f;

	machself(1024, 8);
	f = newfile(Length);
	c = openfile(f);
	must(!imageheader(c, &s));
	execfile(f, Text, Data, Bss);
	must(imageheader(c, &s));
	must(s.text == Text && s.data == Data && s.bss == Bss);
	setimageheader(up->seg[TSEG], &(Exechdr){1, 2, 3, 4});
	must(imageheader(c, &s) && s.text == Text);
	mustbetext(f, 1, 0);
	leavemem();
	must(imageheader(c, &s) && s.text == Text); /* nobody runs it */
	__atomic_store_n(&f->vers, 2, __ATOMIC_SEQ_CST);
	d = openfile(f);
	must(!imageheader(d, &s));
	cclose(d);
	imagedrop();
	must(!imageheader(c, &s)); /* nor is a page left */
	cclose(c);
	mustbefree();
}
IN_FORK(sizes_are_known)

/* --- rfork --- */

static void
cowchild(void *arg)
{
	uintptr d;

	d = *(uintptr *)arg;
	must(mustread(d) == 1);
	mustwrite(d, 2);
	must(mustread(d) == 2);
	must(mustread(USTKTOP - 64) == 5);
	leavemem();
}

static void
copy_on_write(void)
{
	Proc *child;
	u32int frame;
	uintptr d;
	File *f;

	machself(1024, 8);
	f = newfile(Length);
	execfile(f, Text, Data, Bss);
	d = databaseof(Text) + 64;
	mustwrite(d, 1);
	mustwrite(USTKTOP - 64, 5);
	frame = mapped(d);
	child = forkproc(cowchild, &d, 0);
	must(mustread(d) == 1);
	waitproc(child);
	must(mustread(d) == 1);
	/* nobody else has the page any more: it is not copied */
	mustwrite(d, 3);
	must(mapped(d) == frame);
	mustbefree();
}
IN_FORK(copy_on_write)

static void
sharechild(void *arg)
{
	uintptr d;

	d = *(uintptr *)arg;
	must(mustread(d) == fileword(1, 1, Text));
	mustwrite(d, 7);
	mustwrite(d + Data + Pg, 8);
	mustwrite(USTKTOP - 64, 9);
	storerelease(&turn, 1);
	waitturn(2);
	must(mustread(d) == 10);
	must(mustread(USTKTOP - 64) == 9);
	leavemem();
}

/* RFMEM: what one writes the other sees, also where both had the file's page;
 * the stack is private. */
static void
shared_memory(void)
{
	Proc *child;
	uintptr d;
	File *f;

	machself(1024, 8);
	f = newfile(Length);
	execfile(f, Text, Data, Bss);
	d = databaseof(Text);
	mustbedata(f, 1, Text, 0); /* mapped read-only now */
	must(mustread(d + Data + Pg) == 0);
	mustwrite(USTKTOP - 64, 5);
	child = forkproc(sharechild, &d, 1);
	waitturn(1);
	must(mustread(d) == 7 && mustread(d + Data + Pg) == 8);
	mustwrite(d, 10);
	must(mustread(USTKTOP - 64) == 5);
	storerelease(&turn, 2);
	waitproc(child);
	mustbefree();
}
IN_FORK(shared_memory)

/* A process that shares its memory forks a copy: what is shared stays shared,
 * and the copy is of one moment. */
static void
forkerchild(void *arg)
{
	uintptr d;

	d = *(uintptr *)arg;
	mustwrite(d, 1);
	storerelease(&turn, 1);
	waitturn(2);
	mustwrite(d, 2);
	must(mustread(d) == 2);
	storerelease(&turn, 3);
	waitturn(4);
	leavemem();
}

static void
copychild(void *arg)
{
	uintptr d;

	d = *(uintptr *)arg;
	waitturn(3);
	must(mustread(d) == 1);
	leavemem();
}

static void
copy_of_shared(void)
{
	Proc *sharer, *child;
	uintptr d;

	machself(1024, 8);
	execfile(newfile(Length), Text, Data, Bss);
	d = databaseof(Text) + Data + 2 * Pg;
	mustwrite(d, 0);
	child = forkproc(forkerchild, &d, 1);
	sharer = child;
	waitturn(1);
	must(mustread(d) == 1);
	child = forkproc(copychild, &d, 0);
	storerelease(&turn, 2);
	waitproc(child);
	must(mustread(d) == 2);
	storerelease(&turn, 4);
	waitproc(sharer);
	mustbefree();
}
IN_FORK(copy_of_shared)

enum
{
	Forked = 32, /* pages: too many to be copied by rfork at once */
};

static void
mustcount(uintptr d, uvlong first)
{
	u32int k;

	for(k = 0; k < Forked; k++)
		must(mustread(d + k * Pg) == (k == 11 ? first : k));
}

static void
countchild(void *arg)
{
	uintptr d;

	d = *(uintptr *)arg;
	waitturn(1);
	mustcount(d, 11);
	mustwrite(d + 11 * Pg, 222);
	mustcount(d, 222);
	leavemem();
}

/* After rfork a write copies its page, and no other. */
static void
copies_one_page(void)
{
	Proc *child;
	uintptr d;
	u32int k, frames[Forked];

	machself(1024, 8);
	execfile(newfile(Length), Text, Data, 2 * Forked * Pg);
	d = up->seg[BSEG]->base;
	for(k = 0; k < Forked; k++) {
		mustwrite(d + k * Pg, k);
		frames[k] = mapped(d + k * Pg);
	}
	child = forkproc(countchild, &d, 0);
	mustwrite(d + 11 * Pg, 111);
	mustcount(d, 111);
	for(k = 0; k < Forked; k++)
		must((mapped(d + k * Pg) == frames[k]) == (k != 11));
	storerelease(&turn, 1);
	waitproc(child);
	mustcount(d, 111);
	mustbefree();
}
IN_FORK(copies_one_page)

/* --- neighbours --- */

static void
neighbours(void)
{
	Segment *s;
	uintptr d;
	u32int k, first;

	machself(8192, 8);
	execfile(newfile(Length), Text, Data, 1200 * Pg);
	d = up->seg[BSEG]->base;
	d = ROUNDUP(d, (uintptr)PTEPERTAB * Pg);
	for(k = 0; k < PTEPERTAB; k++)
		must(mustread(d + k * Pg) == 0);
	first = mapped(d);
	must(first % PTEPERTAB == 0);
	for(k = 0; k < PTEPERTAB; k++)
		must(mapped(d + k * Pg) == first + k);
	/* text too, in whatever order it is touched */
	s = up->seg[TSEG];
	for(k = s->size; k-- > 0;)
		mustread(UTZERO + k * Pg);
	first = mapped(UTZERO);
	for(k = 0; k < s->size; k++)
		must(mapped(UTZERO + k * Pg) == first + k);
	/* downwards on the stack */
	for(k = 1; k <= 50; k++)
		mustwrite(USTKTOP - k * Pg, k);
	for(k = 1; k <= 50; k++)
		must(mapped(USTKTOP - k * Pg) == mapped(USTKTOP - Pg) + 1 - k);
	mustbefree();
}
IN_FORK(neighbours)

/* Frames that were dirty, and more than are kept, read as zeros again. */
static void
dirty_frames(void)
{
	uintptr d;
	int round;
	u32int k;

	machself(4096, 8);
	for(round = 0; round < 3; round++) {
		execfile(newfile(Length), Text, Data, 3000 * Pg);
		d = up->seg[BSEG]->base;
		for(k = 0; k < 3000; k++) {
			must(mustread(d + k * Pg + 8) == 0);
			mustwrite(d + k * Pg + 8, k + 1);
		}
	}
	mustbefree();
}
IN_FORK(dirty_frames)

/* --- no memory --- */

static void
greedy(void *arg)
{
	uintptr d;
	u32int k;
	int r;

	USED(arg);
	execfile(newfile(Length), Text, Data, 8192 * Pg);
	d = up->seg[BSEG]->base;
	for(k = 0; k < 8192; k++) {
		r = uwrite(d + k * Pg, k);
		if(r == Killed)
			break;
		must(r == Fok);
	}
	must(k < 8192);
	leavemem();
}

/* The one that has most goes; a small one goes on. */
static void
out_of_memory(void)
{
	File *f;
	Proc *p;
	u32int k;

	machself(2048, 8);
	f = newfile(Length);
	execfile(f, Text, Data, Bss);
	p = runproc(greedy, nil);
	for(k = 0; k < 2000; k++) {
		mustwrite(databaseof(Text) + k * 8 % Data, k);
		mustbetext(f, 1, k * 8 % Text);
	}
	waitproc(p);
	must(!waskilled());
	mustwrite(up->seg[BSEG]->top - 8, 1);
	mustbefree();
}
IN_FORK(out_of_memory)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(program_memory_),
	    cmocka_unit_test(second_exec_),
	    cmocka_unit_test(sizes_are_known_),
	    cmocka_unit_test(copy_on_write_),
	    cmocka_unit_test(shared_memory_),
	    cmocka_unit_test(copy_of_shared_),
	    cmocka_unit_test(copies_one_page_),
	    cmocka_unit_test(neighbours_),
	    cmocka_unit_test(dirty_frames_),
	    cmocka_unit_test(out_of_memory_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

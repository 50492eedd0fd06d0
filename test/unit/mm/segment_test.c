/*
 * kernel/mm: what system calls and debuggers do to Segments.
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

/* --- break, attached segments --- */

static uintptr brkaddr;

static void
dobrk(void *arg)
{
	USED(arg);
	brkaddr = ibrk(up, brkaddr, BSEG);
}

static void
brkchild(void *arg)
{
	USED(arg);
	storerelease(&turn, 1);
	waitturn(2);
	leavemem();
}

static void
break_moves(void)
{
	Proc *child;
	uintptr top, d;

	machself(1024, 8);
	execfile(newfile(Length), Text, Data, Bss);
	top = up->seg[BSEG]->top;
	must(ibrk(up, 0, BSEG) == up->seg[BSEG]->base);
	must(ibrk(up, top + 10 * Pg + 1, BSEG) == 0);
	mustwrite(top + 10 * Pg, 4);
	must(ibrk(up, top, BSEG) == 0);
	must(uread(top + 10 * Pg, &(uvlong){0}) == Fbad);
	must(ibrk(up, top + 11 * Pg, BSEG) == 0);
	must(mustread(top + 10 * Pg) == 0);
	/* the data segment's addresses stand for the bottom of bss */
	d = databaseof(Text);
	must(ibrk(up, d + 8, BSEG) == 0);
	must(ibrk(up, top, BSEG) == 0);
	brkaddr = USTKTOP - USTKSIZE + Pg;
	must(fails(dobrk, nil) && strcmp(up->errstr, Esoverlap) == 0);
	brkaddr = UTZERO;
	must(fails(dobrk, nil));
	/* others may have given the kernel addresses in it */
	child = forkproc(brkchild, nil, 1);
	waitturn(1);
	brkaddr = top - Pg;
	must(fails(dobrk, nil) && strcmp(up->errstr, Einuse) == 0);
	must(ibrk(up, top + Pg, BSEG) == 0);
	storerelease(&turn, 2);
	waitproc(child);
	mustbefree();
}
IN_FORK(break_moves)

static struct
{
	const char *class;
	uintptr va;
	uvlong len;
} attach;

static void
doattach(void *arg)
{
	USED(arg);
	attach.va = segattach(up, 0, attach.class, attach.va, attach.len);
}

static void
dodetach(void *arg)
{
	segdetach(up, *(uintptr *)arg);
}

static void
attachchild(void *arg)
{
	uintptr *va;

	va = arg;
	must(mustread(va[0]) == 1 && mustread(va[1]) == 2);
	mustwrite(va[0], 3);
	mustwrite(va[1], 4);
	leavemem();
}

static void
attached_segments(void)
{
	Proc *child;
	uintptr va[2];
	uvlong v;

	machself(1024, 8);
	execfile(newfile(Length), Text, Data, Bss);
	attach.class = "shared";
	attach.len = 5000;
	must(!fails(doattach, nil));
	va[0] = attach.va;
	attach.class = "memory";
	attach.va = 0;
	must(!fails(doattach, nil));
	va[1] = attach.va;
	must(va[1] + 2 * Pg == va[0]);
	must(mustread(va[0]) == 0);
	mustwrite(va[0], 1);
	mustwrite(va[1], 2);
	child = forkproc(attachchild, va, 0);
	waitproc(child);
	must(mustread(va[0]) == 3 && mustread(va[1]) == 2);
	attach.class = "memory";
	must(fails(doattach, nil) && strcmp(up->errstr, Esoverlap) == 0);
	attach.class = "no such class";
	attach.va = 0;
	must(fails(doattach, nil) && strcmp(up->errstr, Ebadarg) == 0);
	must(!fails(dodetach, &va[0]));
	must(uread(va[0], &v) == Fbad);
	must(fails(dodetach, &va[0]));
	va[0] = USTKTOP - 8;
	must(fails(dodetach, &va[0]));
	mustbefree();
}
IN_FORK(attached_segments)

static void
freechild(void *arg)
{
	uintptr d;

	d = *(uintptr *)arg;
	mustwrite(d, 6);
	storerelease(&turn, 1);
	waitturn(2);
	must(mustread(d) == 0); /* not what we had mapped */
	leavemem();
}

static void
pages_freed_for_all(void)
{
	Proc *child;
	Segment *s;
	uintptr d;

	machself(1024, 8);
	execfile(newfile(Length), Text, Data, Bss);
	d = up->seg[BSEG]->base + Pg;
	child = forkproc(freechild, &d, 1);
	waitturn(1);
	must(mustread(d) == 6);
	s = seg(up, d, 1);
	mfreeseg(s, d, 2);
	qunlock(&s->lk);
	must(mustread(d) == 0);
	storerelease(&turn, 2);
	waitproc(child);
	mustbefree();
}
IN_FORK(pages_freed_for_all)

/* --- addresses --- */

static void
addresses_checked(void)
{
	uintptr d;

	machself(1024, 8);
	execfile(newfile(Length), Text, Data, Bss);
	d = databaseof(Text);
	must(okaddr(d, Data + Bss, 1));
	must(!okaddr(d, Data + Bss + Pg, 1));
	must(okaddr(UTZERO, Text, 0) && !okaddr(UTZERO, 8, 1));
	must(!okaddr(UTZERO - 1, 8, 0));
	must(okaddr(USTKTOP - 8, 8, 1) && !okaddr(USTKTOP - 8, 9, 1));
	must(!okaddr(d, ~(uvlong)0, 0));
	mustbefree();
}
IN_FORK(addresses_checked)

/* --- debuggers --- */

static void
debugger_writes(void)
{
	Segment *s, *t;
	uintptr d;
	uvlong v;
	File *f;

	machself(1024, 8);
	f = newfile(Length);
	execfile(f, Text, Data, Bss);
	mustbetext(f, 1, 8);
	t = up->seg[TSEG];
	s = txt2data(up, TSEG);
	must(s != t && s == up->seg[TSEG]);
	/* the text is as in the file now, what was there and what was not */
	must(mustread(UTZERO + 8) == fileword(f->id, 1, 8));
	must(mustread(UTZERO + 2 * Pg) == fileword(f->id, 1, 2 * Pg));
	v = 99;
	segcopy(s, UTZERO + 8, &v, sizeof v, 1);
	must(mustread(UTZERO + 8) == 99);
	putseg(s);
	/* a page that is mapped read-only is replaced for its owner */
	d = databaseof(Text);
	mustbedata(f, 1, Text, 8);
	s = segref(up, d);
	segcopy(s, d, &v, sizeof v, 0);
	must(v == fileword(f->id, 1, Text));
	v = 98;
	segcopy(s, d + 8, &v, sizeof v, 1);
	must(mustread(d + 8) == 98);
	putseg(s);
	/* others are not touched */
	execfile(f, Text, Data, Bss);
	mustbetext(f, 1, 8);
	mustbedata(f, 1, Text, 8);
	mustbefree();
}
IN_FORK(debugger_writes)

/* --- semaphores --- */

enum
{
	Sem = UTZERO,
};

static long
semvalue(void)
{
	return (u32int)mustread(Sem);
}

static void
semchild(void *arg)
{
	Segment *s;

	s = arg;
	must(semacquire(s, Sem, 1) == 1);
	storerelease(&turn, loadacquire(&turn) + 1);
	must(semrelease(s, Sem, 1) >= 1);
	leavemem();
}

static void
doacquire(void *arg)
{
	semacquire(arg, Sem, 1);
}

static void
intrchild(void *arg)
{
	must(fails(doacquire, arg) && strcmp(up->errstr, Eintr) == 0);
	leavemem();
}

static void
semaphores(void)
{
	Forkhold l = {0};
	Segment *s;
	Proc *p[6];
	int k;

	machself(64, 8);
	s = newseg(SG_SHARED, Sem, 1);
	setseg(ESEG, s);
	must(semacquire(s, Sem, 0) == 0);
	must(tsemacquire(s, Sem, 3) == 0);
	for(k = 0; k < 6; k++) {
		p[k] = makeproc();
		givemem(p[k], 1, &l);
		startproc(p[k], semchild, s);
	}
	must(semrelease(s, Sem, 1) >= 1);
	for(k = 0; k < 6; k++)
		waitproc(p[k]);
	must(loadacquire(&turn) == 6 && semvalue() == 1);
	must(semacquire(s, Sem, 0) == 1 && semvalue() == 0);
	p[0] = makeproc();
	givemem(p[0], 1, &l);
	startproc(p[0], intrchild, s);
	postnote(p[0], 1, "interrupt", NUser);
	waitproc(p[0]);
	must(s->sema.next == &s->sema);
	mustbefree();
}
IN_FORK(semaphores)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(break_moves_),
	    cmocka_unit_test(attached_segments_),
	    cmocka_unit_test(pages_freed_for_all_),
	    cmocka_unit_test(addresses_checked_),
	    cmocka_unit_test(debugger_writes_),
	    cmocka_unit_test(semaphores_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

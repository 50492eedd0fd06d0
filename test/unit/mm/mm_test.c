/*
 * kernel/mm: what segments and faults must do, one thing a test, and storms of
 * everything at once. Each test runs in a process of its own.
 */
#include "unit.h"
#include "mach/memproc.h"
#include "mach/tagfile.h"
#include "aout.h"

enum
{
	Pg = BY2PG,
	Text = 3 * Pg + 40,
	Data = 2 * Pg + 16,
	Bss = 40 * Pg,
	Length = Text + Data + 4 * Pg, /* symbols follow */
};

static void
mustbetext(File *f, u32int vers, u32int off)
{
	must(mustread(UTZERO + off) == (fileword(f->id, vers, off) | FIXED));
}

static void
mustbedata(File *f, u32int vers, u32int text, u32int off)
{
	must(mustread(databaseof(text) + off) ==
	    fileword(f->id, vers, text + off));
}

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
	must(uread(ROUNDUP(UTZERO + Text, (uintptr)Pg), &(uvlong){0}) == Fbad);
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

static Proc *child;

static void
rfork_(void (*f)(void *), void *arg, int share)
{
	Forkhold l = {0};

	child = makeproc();
	givemem(child, share, &l);
	startproc(child, f, arg);
	holdend(&l);
}

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
	rfork_(cowchild, &d, 0);
	must(mustread(d) == 1);
	waitproc(child);
	must(mustread(d) == 1);
	/* nobody else has the page any more: it is not copied */
	mustwrite(d, 3);
	must(mapped(d) == frame);
	mustbefree();
}
IN_FORK(copy_on_write)

static u32int turn;

static void
waitturn(u32int n)
{
	while(peek(&turn) != n)
		hostrelax();
}

static void
sharechild(void *arg)
{
	uintptr d;

	d = *(uintptr *)arg;
	must(mustread(d) == fileword(1, 1, Text));
	mustwrite(d, 7);
	mustwrite(d + Data + Pg, 8);
	mustwrite(USTKTOP - 64, 9);
	poke(&turn, 1);
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
	uintptr d;
	File *f;

	machself(1024, 8);
	f = newfile(Length);
	execfile(f, Text, Data, Bss);
	d = databaseof(Text);
	mustbedata(f, 1, Text, 0); /* mapped read-only now */
	must(mustread(d + Data + Pg) == 0);
	mustwrite(USTKTOP - 64, 5);
	rfork_(sharechild, &d, 1);
	waitturn(1);
	must(mustread(d) == 7 && mustread(d + Data + Pg) == 8);
	mustwrite(d, 10);
	must(mustread(USTKTOP - 64) == 5);
	poke(&turn, 2);
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
	poke(&turn, 1);
	waitturn(2);
	mustwrite(d, 2);
	must(mustread(d) == 2);
	poke(&turn, 3);
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
	Proc *sharer;
	uintptr d;

	machself(1024, 8);
	execfile(newfile(Length), Text, Data, Bss);
	d = databaseof(Text) + Data + 2 * Pg;
	mustwrite(d, 0);
	rfork_(forkerchild, &d, 1);
	sharer = child;
	waitturn(1);
	must(mustread(d) == 1);
	rfork_(copychild, &d, 0);
	poke(&turn, 2);
	waitproc(child);
	must(mustread(d) == 2);
	poke(&turn, 4);
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
	uintptr d;
	u32int k, frames[Forked];

	machself(1024, 8);
	execfile(newfile(Length), Text, Data, 2 * Forked * Pg);
	d = up->seg[BSEG]->base;
	for(k = 0; k < Forked; k++) {
		mustwrite(d + k * Pg, k);
		frames[k] = mapped(d + k * Pg);
	}
	rfork_(countchild, &d, 0);
	mustwrite(d + 11 * Pg, 111);
	mustcount(d, 111);
	for(k = 0; k < Forked; k++)
		must((mapped(d + k * Pg) == frames[k]) == (k != 11));
	poke(&turn, 1);
	waitproc(child);
	mustcount(d, 111);
	mustbefree();
}
IN_FORK(copies_one_page)

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
	poke(&turn, 1);
	waitturn(2);
	leavemem();
}

static void
break_moves(void)
{
	uintptr top, d;

	machself(1024, 8);
	execfile(newfile(Length), Text, Data, Bss);
	top = up->seg[BSEG]->top;
	must(ibrk(up, 0, BSEG) == up->seg[BSEG]->base);
	must(ibrk(up, top + 10 * Pg + 1, BSEG) == top + 11 * Pg);
	mustwrite(top + 10 * Pg, 4);
	must(ibrk(up, top, BSEG) == top);
	must(uread(top + 10 * Pg, &(uvlong){0}) == Fbad);
	must(ibrk(up, top + 11 * Pg, BSEG) == top + 11 * Pg);
	must(mustread(top + 10 * Pg) == 0);
	/* the data segment's addresses stand for the bottom of bss */
	d = databaseof(Text);
	must(ibrk(up, d + 8, BSEG) == up->seg[BSEG]->base);
	must(ibrk(up, top, BSEG) == top);
	brkaddr = USTKTOP - USTKSIZE + Pg;
	must(fails(dobrk, nil) && strcmp(up->errstr, Esoverlap) == 0);
	brkaddr = UTZERO;
	must(fails(dobrk, nil));
	/* others may have given the kernel addresses in it */
	rfork_(brkchild, nil, 1);
	waitturn(1);
	brkaddr = top - Pg;
	must(fails(dobrk, nil) && strcmp(up->errstr, Einuse) == 0);
	must(ibrk(up, top + Pg, BSEG) == top + Pg);
	poke(&turn, 2);
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
	rfork_(attachchild, va, 0);
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
	va[0] = UTZERO;
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
	poke(&turn, 1);
	waitturn(2);
	must(mustread(d) == 0); /* not what we had mapped */
	leavemem();
}

static void
pages_freed_for_all(void)
{
	Segment *s;
	uintptr d;

	machself(1024, 8);
	execfile(newfile(Length), Text, Data, Bss);
	d = up->seg[BSEG]->base + Pg;
	rfork_(freechild, &d, 1);
	waitturn(1);
	must(mustread(d) == 6);
	s = seg(up, d, 1);
	mfreeseg(s, d, 2);
	qunlock(&s->lk);
	must(mustread(d) == 0);
	poke(&turn, 2);
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
	poke(&turn, peek(&turn) + 1);
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
	must(peek(&turn) == 6 && semvalue() == 1);
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

/* --- storms --- */

enum
{
	Nfile = 6,
	Nstorm = 6,
	Ngroup = 50000,
};

#define OWN 0x7FFFULL /* in place of a file's number: written by a program */

typedef struct Group Group;
typedef struct Life Life;

/* What a memory was called between two copies of it, and before. */
struct Group
{
	u32int id;
	Group *from;
};

/* A memory, of all who share it. */
typedef struct Mem Mem;
struct Mem
{
	Group *now; /* atomic */
};

struct Life
{
	Mem *mem;
	u32int file;
	u32int vers; /* when it was run */
	u32int text;
	u32int data;
	u32int bss;
	u32int seed;
	int depth;
};

static File *stormfile[Nfile];
static u32int groups;
static int rounds;
static int everything; /* notes, debuggers, errors, files that change */
static u32int done; /* programs run to their end */

static Group *
newgroup(Group *from)
{
	static Group group[Ngroup];
	Group *g;

	g = &group[__atomic_add_fetch(&groups, 1, __ATOMIC_SEQ_CST) % Ngroup];
	g->id = g - group;
	g->from = from;
	return g;
}

static Mem *
newmem(Group *from)
{
	static Mem mem[Ngroup];
	static u32int n;
	Mem *m;

	m = &mem[__atomic_add_fetch(&n, 1, __ATOMIC_SEQ_CST) % Ngroup];
	poke(&m->now, newgroup(from));
	return m;
}

static void
mustbeours(Life *l, uvlong v, uvlong other)
{
	Group *g;

	if(v == other)
		return;
	if(v >> 48 == OWN)
		for(g = peek(&l->mem->now); g != nil; g = g->from)
			if((u32int)(v >> 16 & 0xFFFFFFFF) == g->id)
				return;
	panic("pid %d file %d: saw %#llux, not %#llux", up->pid, l->file, v,
	    other);
}

/* v is the word at off of the program's file, of the version it was when it
 * was run, or of a later one. */
static void
mustbefile(Life *l, uvlong v, u32int off, uvlong fixed)
{
	u32int vers, now;

	now = peek(&stormfile[l->file - 1]->vers);
	if(everything) {
		/* debuggers undo it */
		v &= ~FIXED;
		fixed = 0;
	}
	for(vers = l->vers; vers <= now; vers++)
		if(v == (fileword(l->file, vers, off) | fixed))
			return;
	panic("pid %d file %d version %d..%d: saw %#llux at %#ux", up->pid,
	    l->file, l->vers, now, v, off);
}

/* A load or a store; 0 when the process is to end. */
static int
touch(Life *l)
{
	uvlong v;
	uintptr d;
	u32int off;
	int r;

	d = databaseof(l->text);
	switch(nextrand(&l->seed) % 4) {
	case 0:
		off = nextrand(&l->seed) % l->text & ~7;
		r = uread(UTZERO + off, &v);
		if(r == Fok)
			mustbefile(l, v, off, FIXED);
		break;
	case 1:
		off = nextrand(&l->seed) % l->data & ~7;
		r = uread(d + off, &v);
		if(r == Fok && v >> 48 == OWN)
			mustbeours(l, v, 0);
		else if(r == Fok)
			mustbefile(l, v, l->text + off, 0);
		break;
	case 2:
		off = l->data + nextrand(&l->seed) % l->bss;
		off &= ~7;
		r = uread(d + off, &v);
		if(r == Fok)
			mustbeours(l, v, 0);
		break;
	default:
		off = nextrand(&l->seed) % (l->data + l->bss) & ~7;
		r = uwrite(d + off,
		    OWN << 48 | (uvlong)peek(&l->mem->now)->id << 16 | 1);
		break;
	}
	if(r == Fintr)
		return 1;
	must(r == Fok || r == Killed ||
	    (r == Fioerr &&
		(strcmp(up->errstr, Enovmem) == 0 ||
		    (everything && strcmp(up->errstr, Eio) == 0))));
	return r == Fok;
}

static void live(Life *l);

static void
liveon(void *arg)
{
	live(arg);
	leavemem();
	free(arg);
}

static void
doexec(void *arg)
{
	Life *l;

	l = arg;
	execfile(stormfile[l->file - 1], l->text, l->data, l->bss);
}

static int
newprogram(Life *l)
{
	l->file = 1 + nextrand(&l->seed) % Nfile;
	l->text = (2 + l->file) * Pg + 8 * l->file;
	l->data = l->file * Pg + 16;
	l->bss = 20 * Pg;
	l->mem = newmem(nil);
	l->vers = peek(&stormfile[l->file - 1]->vers);
	if(fails(doexec, l)) {
		leavemem();
		return 0;
	}
	if(nextrand(&l->seed) % 2) {
		prefault(UTZERO + Pg, 0);
		prefault(databaseof(l->text), nextrand(&l->seed) % 2);
		prefault(USTKTOP - 8, 1);
	}
	return 1;
}

static void
forkone(Life *l)
{
	static _Thread_local Proc *kid;
	Group *old, *g;
	Forkhold hold = {0};
	Life *k;
	int n, share;

	share = nextrand(&l->seed) % 2;
	k = malloc(sizeof *k);
	*k = *l;
	k->seed += 12345;
	k->depth++;
	k->mem = share ? l->mem : nil;
	kid = makeproc();
	givemem(kid, share, &hold);
	if(!share) {
		/* both go on under new names: neither may see what the other
		 * writes from now on */
		k->mem = newmem(peek(&l->mem->now));
		old = peek(&l->mem->now);
		do
			g = newgroup(old);
		while(!__atomic_compare_exchange_n(&l->mem->now, &old, g, 0,
		    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	}
	startproc(kid, liveon, k);
	holdend(&hold);
	for(n = 0; n < 10; n++)
		if(!touch(l))
			break;
	waitproc(kid);
}

typedef struct Look Look;
struct Look
{
	Segment *s;
	uintptr addr;
	int write;
};

/* Have a page of some process, or make it private to it. No bytes: it runs. */
static void
lookat(void *arg)
{
	Look *l;
	u32int none;

	l = arg;
	segcopy(l->s, l->addr, &none, 0, l->write);
}

static void
plaintext(void *arg)
{
	putseg(txt2data(arg, TSEG));
}

/* What a debugger may do to a process that runs. */
static void
meddle(Life *l)
{
	Look k;
	Proc *p;

	p = proctab(nextrand(&l->seed) % nproctab());
	if(p == nil)
		return;
	switch(nextrand(&l->seed) % 4) {
	case 0:
		postnotepid(p, loadrelaxed(&p->pid), "interrupt", NUser);
		break;
	case 1:
		fails(plaintext, p);
		break;
	default:
		k.addr = nextrand(&l->seed) % 2 ? UTZERO : databaseof(Pg);
		k.addr += nextrand(&l->seed) % (8 * Pg);
		k.write = nextrand(&l->seed) % 2;
		k.s = segref(p, k.addr);
		if(k.s != nil)
			fails(lookat, &k);
		putseg(k.s);
		break;
	}
}

/* A segment comes and goes. */
static void
attachone(Life *l)
{
	uintptr va;
	uvlong v;

	if(waserror())
		return;
	va = segattach(up, 0, nextrand(&l->seed) % 2 ? "shared" : "memory", 0,
	    1 + nextrand(&l->seed) % (40 * Pg));
	if(uread(va, &v) == Fok)
		must(v == 0);
	uwrite(va, 1);
	segdetach(up, va);
	poperror();
}

static void
live(Life *l)
{
	Imagestats st;
	int n;

	for(n = 0; n < 40; n++) {
		if(!touch(l))
			return;
		switch(nextrand(&l->seed) % 32) {
		case 0:
			if(l->depth < 2)
				forkone(l);
			break;
		case 1:
			imagereclaim(nextrand(&l->seed) % 16);
			break;
		case 2:
			imagecheck();
			imagestats(&st);
			break;
		case 3:
			if(!newprogram(l))
				return;
			break;
		case 4:
			attachone(l);
			break;
		case 5:
		case 6:
		case 7:
			if(everything)
				meddle(l);
			break;
		case 8:
			if(everything)
				__atomic_add_fetch(
				    &stormfile[2]->vers, 1, __ATOMIC_SEQ_CST);
			break;
		}
	}
}

static void
stormer(void *arg)
{
	Life l;
	int n;

	memset(&l, 0, sizeof l);
	l.seed = *(u32int *)arg;
	for(n = 0; n < rounds && !waskilled(); n++) {
		if(newprogram(&l))
			live(&l);
		leavemem();
		__atomic_add_fetch(&done, 1, __ATOMIC_SEQ_CST);
	}
	leavemem();
}

static void
storm(u32int nframes, u32int nimages)
{
	Proc *p[Nstorm];
	u32int seed[Nstorm];
	const char *env;
	int k, n, first;

	machself(nframes, nimages);
	perturbone = 50;
	for(k = 0; k < Nfile; k++) {
		stormfile[k] = newfile(40 * Pg);
		stormfile[k]->slow = k % 2;
		stormfile[k]->failing = everything && k == 1 ? 7 : 0;
	}
	/* STORM=n: other storms, beginning with the nth */
	env = getenv("STORM");
	first = env != nil ? atoi(env) : 0;
	for(n = first; n < first + 4; n++) {
		for(k = 0; k < Nstorm; k++) {
			seed[k] = 1000 * n + k;
			p[k] = runproc(stormer, &seed[k]);
		}
		for(k = 0; k < Nstorm; k++)
			waitproc(p[k]);
	}
	must(done > Nstorm);
	mustbefree();
}

static void
storm_with_room(void)
{
	rounds = 15;
	storm(4096, 16);
}
IN_FORK(storm_with_room)

static void
storm_of_everything(void)
{
	rounds = 15;
	everything = 1;
	storm(700, Nfile - 1);
}
IN_FORK(storm_of_everything)

/* So few frames and Images that reclaim never ends. */
static void
storm_in_a_corner(void)
{
	rounds = 15;
	storm(320, Nfile - 2);
}
IN_FORK(storm_in_a_corner)

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
	    cmocka_unit_test(break_moves_),
	    cmocka_unit_test(attached_segments_),
	    cmocka_unit_test(pages_freed_for_all_),
	    cmocka_unit_test(addresses_checked_),
	    cmocka_unit_test(debugger_writes_),
	    cmocka_unit_test(neighbours_),
	    cmocka_unit_test(dirty_frames_),
	    cmocka_unit_test(semaphores_),
	    cmocka_unit_test(out_of_memory_),
	    cmocka_unit_test(storm_with_room_),
	    cmocka_unit_test(storm_in_a_corner_),
	    cmocka_unit_test(storm_of_everything_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

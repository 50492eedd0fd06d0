/*
 * The races of doc/imagecache.md about cached pages, and about what a process holds
 * that waits for one: 4, 5, 6, 8, 9, 10 and 12. imagerace_test.c says how.
 */
#include "unit.h"
#include "race.h"
#include "aout.h"
#include "proc/sys.h"

static void
waitfor(u32int *w, u32int v)
{
	while(loadacquire(w) != v)
		hostrelax();
}

/* --- 4. one page for one offset --- */

static void
race4(void)
{
	Imagestats st;
	Proc *p;

	machself(512, 4);
	file = newfile(Length);
	p = makeproc();
	gate(0, p, "cachepages", 1);
	startproc(p, runfile, file);
	gatewait(0); /* has read, has not put it in */
	execfile(file, Text, Data, Bss);
	mustread(UTZERO + 8);
	gateopen(0);
	waitproc(p);
	imagecheck();
	imagestats(&st);
	must(st.dups > 0);
	must(st.pages == ROUNDUP((u32int)Text, (u32int)Pg) / Pg);
	must(st.pages == imagepages(imageof(file)));
	mustbefree();
}
IN_FORK(race4)

/* --- 5. no page is found before it is complete --- */

static void
race5(void)
{
	Proc *p;
	Page *pg;
	Image *i;

	machself(512, 4);
	file = newfile(Length);
	file->blocked = 1;
	p = makeproc();
	gate(0, p, "fixtext", 1);
	startproc(p, runfile, file);
	waitfor(&file->waiting, 1); /* reads */
	i = imageof(file);
	must(lookpage(i, 0, Pg | PGTEXT) == nil);
	storerelease(&file->blocked, 0);
	gatewait(0); /* rewrites */
	must(lookpage(i, 0, Pg | PGTEXT) == nil);
	gateopen(0);
	waitproc(p);
	pg = lookpage(i, 0, Pg | PGTEXT);
	must(pg != nil);
	must(*(u64int *)pageaddr(pg) == (fileword(file->id, 1, 0) | FIXED));
	putpage(pg);
	mustbefree();
}
IN_FORK(race5)

/* --- 6. whoever waits holds no lock that the out-of-memory killer wants --- */

static void
mustbeopen(Proc *p)
{
	int n;

	must(canqlock(&p->seglock));
	for(n = 0; n < NSEG; n++)
		if(p->seg[n] != nil) {
			must(canqlock(&p->seg[n]->lk));
			qunlock(&p->seg[n]->lk);
		}
	qunlock(&p->seglock);
}

static u32int checked;

/* What a process that waits for memory calls, with the killer's eyes. */
static int
looksandkills(const char *why)
{
	mustbeopen(up);
	checked = 1;
	return killlargest(why);
}

static void
race6(void)
{
	Proc *p, *q;
	u32int k;

	machself(256, 1);
	file = newfile(Length);
	other = newfile(Length);
	killbig = looksandkills;
	useup(other, 1);
	/* exec that waits for an Image */
	p = makeproc();
	gate(0, p, "getimage", 2);
	startproc(p, runfile, file);
	gatewait(0);
	mustbeopen(p);
	gateopen(0);
	waitproc(p);
	/* a fault that waits for a page */
	useup(other, 1); /* drops what is cached of file */
	file->blocked = 1;
	q = runproc(runfile, file);
	waitfor(&file->waiting, 1);
	mustbeopen(q);
	storerelease(&file->blocked, 0);
	waitproc(q);
	/* one that waits for memory, having most of it */
	execfile(file, Text, Data, 512 * Pg);
	for(k = 0; k < 512; k++)
		if(uwrite(up->seg[BSEG]->base + k * Pg, 1) != Fok)
			break;
	must(k < 512 && checked);
	mustbefree();
}
IN_FORK(race6)

/* --- 8. a note ends the wait for a page, and hurts nobody else --- */

static void
interrupted(void *arg)
{
	uvlong v;

	execfile(arg, Text, Data, Bss);
	must(uread(UTZERO, &v) == Fintr);
	leavemem();
}

static void
sharer(void *arg)
{
	USED(arg);
	/* it has the waiting one's segments, and needs none of its pages */
	mustwrite(databaseof(Text) + Data + Pg, 1);
	must(mustread(databaseof(Text) + Data + Pg) == 1);
	leavemem();
}

static void
waitsdata(void *arg)
{
	uvlong v;

	USED(arg);
	must(uread(databaseof(Text), &v) == Fintr);
	leavemem();
}

static void
race8(void)
{
	Forkhold l = {0};
	Proc *p, *q;

	machself(512, 4);
	file = newfile(Length);
	file->blocked = 1;
	p = runproc(interrupted, file);
	waitfor(&file->waiting, 1);
	mustbeopen(p);
	q = runproc(interrupted, file); /* both wait, each for itself */
	waitfor(&file->waiting, 2);
	mustbeopen(q);
	postnote(p, 1, "interrupt", NUser);
	waitproc(p);
	postnote(q, 1, "interrupt", NUser);
	waitproc(q);
	/* somebody waits for a page of a segment that others use */
	execfile(file, Text, Data, Bss);
	p = makeproc();
	q = makeproc();
	givemem(p, 1, &l);
	givemem(q, 1, &l);
	startproc(p, waitsdata, nil);
	waitfor(&file->waiting, 1);
	startproc(q, sharer, nil);
	waitproc(q);
	postnote(p, 1, "interrupt", NUser);
	waitproc(p);
	/* the page is not poisoned */
	storerelease(&file->blocked, 0);
	must(mustread(databaseof(Text)) == fileword(file->id, 1, Text));
	must(mustread(UTZERO) == (fileword(file->id, 1, 0) | FIXED));
	mustbefree();
}
IN_FORK(race8)

/* --- 9. files that change or shrink --- */

static void
race9(void)
{
	uvlong v;
	u32int n;

	machself(512, 4);
	file = newfile(Length);
	/* frames full of somebody else's bytes */
	other = newfile(Length);
	useup(other, 1);
	imagedrop();
	execfile(file, Text, Data, Bss);
	must(mustread(databaseof(Text)) == fileword(file->id, 1, Text));
	n = file->length;
	storerelease(&file->length, Pg + 16);
	/* the whole page that is left, and nothing behind it */
	must(mustread(UTZERO + 8) == (fileword(file->id, 1, 8) | FIXED));
	must(uread(UTZERO + 2 * Pg, &v) == Fioerr);
	must(strcmp(up->errstr, Eioload) == 0);
	must(uread(UTZERO + Pg + 8, &v) == Fioerr);
	must(mustread(databaseof(Text)) == fileword(file->id, 1, Text));
	storerelease(&file->failing, 1);
	must(uread(UTZERO + 2 * Pg, &v) == Fioerr &&
	    strcmp(up->errstr, Eio) == 0);
	storerelease(&file->failing, 0);
	storerelease(&file->length, n);
	must(mustread(UTZERO + 2 * Pg) ==
	    (fileword(file->id, 1, 2 * Pg) | FIXED));
	mustbefree();
}
IN_FORK(race9)

static void
waitsold(void *arg)
{
	execfile(arg, Text, Data, Bss);
	must(mustread(UTZERO + 8) == (fileword(1, 1, 8) | FIXED));
	storerelease(&file->waiting, 1);
	waitfor(&file->waiting, 2);
	must(mustread(UTZERO + 16) == (fileword(1, 1, 16) | FIXED));
	leavemem();
}

static void
race9_new_version(void)
{
	Proc *p;

	machself(512, 4);
	file = newfile(Length);
	p = runproc(waitsold, file);
	waitfor(&file->waiting, 1);
	storerelease(&file->vers, 2);
	execfile(file, Text, Data, Bss);
	must(mustread(UTZERO + 8) == (fileword(1, 2, 8) | FIXED));
	must(mustread(databaseof(Text)) == fileword(1, 2, Text));
	storerelease(&file->waiting, 2);
	waitproc(p);
	mustbefree();
}
IN_FORK(race9_new_version)

/* --- 10. nobody waits for another image's lock, or long for his own --- */

static void
race10(void)
{
	Proc *p, *q, *r;
	Image *x;

	machself(512, 4);
	file = newfile(Length);
	other = newfile(Length);
	useup(file, 1);
	useup(other, 1);
	x = imageof(file);
	p = makeproc();
	q = makeproc();
	r = makeproc();
	lock(&x->lk);
	/* one waits for x */
	gate(0, p, "attachimage", 1);
	startproc(p, attachput, file);
	gatewait(0);
	gateopen(0);
	while(loadacquire(&x->lk.key) == 1) /* held, and nobody waits */
		hostrelax();
	/* others do not, whether they know the file or not */
	startproc(q, runfile, other);
	awaitend(q);
	startproc(r, runfile, newfile(Length));
	awaitend(r);
	unlock(&x->lk);
	waitproc(p);
	waitproc(q);
	waitproc(r);
	mustbefree();
}
IN_FORK(race10)

enum
{
	Bigtext = 700 * Pg,
	Mostdropped = 64, /* pages in one holding of the lock */
};

static Image *big;
static long before;
static u32int steps;

static void
countdrops(const char *func)
{
	long now;

	if(big == nil || strcmp(func, "drainimage") != 0)
		return;
	now = imagepages(big);
	must(before - now <= Mostdropped);
	before = now;
	steps++;
	/* and the lock is free */
	must(canlock(&big->lk));
	unlock(&big->lk);
}

static void
race10_bounded(void)
{
	u32int k;

	atpoint = countdrops;
	machself(2048, 4);
	file = newfile(Bigtext + Data);
	execfile(file, Bigtext, Data, Bss);
	for(k = 0; k < Bigtext; k += Pg)
		mustread(UTZERO + k);
	leavemem();
	before = imagepages(imageof(file));
	must(before >= Bigtext / Pg);
	big = imageof(file);
	imagedrop();
	must(steps > Bigtext / Pg / Mostdropped);
	big = nil;
	mustbefree();
}
IN_FORK(race10_bounded)

/* --- 12. pages of one text length are not used for another --- */

static void
race12(void)
{
	u32int t, off;
	int round;

	machself(512, 4);
	/* the header, rewritten in place: same qid, another length of text */
	file = newfile(8 * Pg);
	for(round = 0; round < 2; round++)
		for(t = 2 * Pg + 8; t <= 4 * Pg; t += Pg / 2) {
			execfile(file, t, 8 * Pg - t, Bss);
			for(off = 0; off + 8 <= t; off += 8)
				must(mustread(UTZERO + off) ==
				    (fileword(file->id, 1, off) | FIXED));
			for(; off % Pg != 0; off += 8)
				must(mustread(UTZERO + off) == 0);
			for(off = 0; off < 8 * Pg - t; off += 8)
				must(mustread(databaseof(t) + off) ==
				    fileword(file->id, 1, t + off));
		}
	leavemem();
	/* where text was is data now, and the other way round */
	execfile(file, 2 * Pg, 2 * Pg, Bss);
	must(mustread(databaseof(2 * Pg)) == fileword(file->id, 1, 2 * Pg));
	execfile(file, 4 * Pg, 2 * Pg, Bss);
	must(mustread(UTZERO + 2 * Pg) ==
	    (fileword(file->id, 1, 2 * Pg) | FIXED));
	mustbefree();
}
IN_FORK(race12)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(race4_),
	    cmocka_unit_test(race5_),
	    cmocka_unit_test(race6_),
	    cmocka_unit_test(race8_),
	    cmocka_unit_test(race9_),
	    cmocka_unit_test(race9_new_version_),
	    cmocka_unit_test(race10_),
	    cmocka_unit_test(race10_bounded_),
	    cmocka_unit_test(race12_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

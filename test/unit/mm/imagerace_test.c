/*
 * The races of doc/imagecache.md about Images and the text Segments that they know:
 * 1, 2, 3, 7, 11 and 13. Each is forced: processes are stopped at named points (gate)
 * in the one order that does harm. test/unit/unfix.sh takes each fix out and demands
 * that its test fails.
 */
#include "unit.h"
#include "race.h"
#include "aout.h"

/* --- 1. a text segment that is dying is not revived --- */

static void
race1(void)
{
	Segment *dying;
	Imagestats st;
	Proc *p;

	machself(512, 4);
	file = newfile(Length);
	p = makeproc();
	gate(0, p, "unhook", 1);
	startproc(p, runfile, file);
	/* its text has no reference, and the image still knows it */
	gatewait(0);
	dying = imageof(file)->s;
	must(dying != nil && getref(&dying->r) == 0);
	execfile(file, Text, Data, Bss);
	must(up->seg[TSEG] != dying);
	must(getref(&up->seg[TSEG]->r) == 1 &&
	    imageof(file)->s == up->seg[TSEG]);
	gateopen(0);
	waitproc(p);
	/* the dying one left the new one alone */
	must(imageof(file)->s == up->seg[TSEG]);
	must(mustread(UTZERO) == (fileword(file->id, 1, 0) | FIXED));
	imagestats(&st);
	must(st.texthits == 0);
	mustbefree();
}
IN_FORK(race1)

/* --- 2. an Image at zero is freed only if no attach came --- */

static void
drop(void *arg)
{
	USED(arg);
	imagedrop();
}

static void
race2(void)
{
	Proc *p, *q;
	Image *i;

	machself(512, 4);
	file = newfile(Length);
	useup(file, 1);
	i = imageof(file);
	p = makeproc();
	gate(0, p, "imagerelease", 1);
	startproc(p, drop, nil);
	gatewait(0); /* no reference; not yet out of the table */
	must(i->refs == 0);
	q = makeproc();
	gate(1, q, "attachimage", 1);
	startproc(q, runfile, file);
	gatewait(1); /* took one */
	must(imageusers(i) == 1);
	gateopen(0);
	waitproc(p);
	must(i->intable && imageof(file) == i);
	useup(newfile(Length), 1); /* does not get it */
	must(i->intable && imageof(file) == i);
	gateopen(1);
	waitproc(q);
	mustbefree();
}
IN_FORK(race2)

/* --- 3. one Image for one file, also after a reclaim --- */

static void
race3(void)
{
	Proc *p;
	Image *i;
	u32int k, n;

	machself(512, 2);
	useup(newfile(Length), 1);
	useup(newfile(Length), 1);
	file = newfile(Length);
	p = makeproc();
	gate(0, p, "getimage", 2);
	startproc(p, runfile, file);
	gatewait(0); /* found neither the file nor a free Image */
	execfile(file, Text, Data, Bss); /* reclaims, and is quicker */
	gateopen(0);
	waitproc(p);
	n = 0;
	for(k = 0; (i = imageat(k)) != nil; k++)
		n += i->intable && i->qid.path == file->id;
	must(n == 1);
	must(imageof(file)->s == up->seg[TSEG]);
	mustbefree();
}
IN_FORK(race3)

/* Reclaim finds nothing: an error, a line that names the limit, and nothing leaked. When the Image is free again, the program
 * that had none runs. */
static void
run(void *arg)
{
	execfile(arg, Text, Data, Bss);
}

static void
race3_none_free(void)
{
	static const char line[] = "run9: limit reached: 1 running programs ";
	Imagestats st;

	machself(512, 1);
	file = newfile(Length);
	execfile(file, Text, Data, Bss);
	other = newfile(Length);
	must(fails(run, other));
	must(strcmp(up->errstr, "too many programs: no free image") == 0);
	must(strncmp(machsaid, line, strlen(line)) == 0);
	imagestats(&st);
	must(st.images == 1 && opentags() == 1);
	must(mustread(UTZERO) == (fileword(file->id, 1, 0) | FIXED));
	leavemem();
	must(!fails(run, other));
	must(mustread(UTZERO) == (fileword(other->id, 1, 0) | FIXED));
	imagestats(&st);
	must(st.images == 1 && opentags() == 1);
	mustbefree();
}
IN_FORK(race3_none_free)

/* --- 7. idle images first, the least used first --- */

static void
race7(void)
{
	File *often, *seldom, *active;
	Proc *p;

	machself(512, 4);
	often = newfile(Length);
	seldom = newfile(Length);
	active = newfile(Length);
	/* read, but not used: the rest of what one read brought */
	execfile(active, Text, Data, Bss);
	mustwrite(databaseof(Text), 1);
	must(imagepages(imageof(active)) > 1);
	p = makeproc();
	waitproc((startproc(p, runfile, often), p));
	p = makeproc();
	waitproc((startproc(p, runfile, seldom), p));
	p = makeproc();
	waitproc((startproc(p, runfile, often), p));
	must(imagepages(imageof(often)) > 0 && imagepages(imageof(seldom)) > 0);
	must(imagereclaim(1) > 0);
	must(imageof(often) != nil);
	must(imageof(seldom) == nil ||
	    imagepages(imageof(seldom)) < imagepages(imageof(often)));
	while(imageof(seldom) != nil) {
		must(imagepages(imageof(often)) == Text / Pg + 1);
		must(imagereclaim(1) > 0);
	}
	while(imageof(often) != nil) {
		must(imagepages(imageof(active)) == Data / Pg + 1);
		must(imagereclaim(1) > 0);
	}
	must(imagereclaim(~0U) == Data / Pg + 1);
	must(imagepages(imageof(active)) == 0 && imageof(active)->c != nil);
	mustbefree();
}
IN_FORK(race7)

/* --- 11. who had to wait to reclaim reclaims only if there still is a need --- */

static u32int
idleimages(void)
{
	Imagestats st;

	imagestats(&st);
	return st.images;
}

static void
race11(void)
{
	Proc *p, *q;
	int k;

	machself(512, 4);
	for(k = 0; k < 4; k++)
		useup(newfile(Length), 1);
	must(idleimages() == 4);
	p = makeproc();
	gate(0, p, "getimage", 2);
	gate(1, p, "reclaimimage", 1);
	q = makeproc();
	gate(2, q, "getimage", 2);
	gate(3, q, "reclaimimage", 1);
	startproc(p, runfile, newfile(Length));
	startproc(q, runfile, newfile(Length));
	gatewait(0);
	gatewait(2); /* both found no free Image */
	gateopen(0);
	gatewait(1); /* one made one free */
	must(idleimages() == 3);
	gateopen(2);
	gatewait(3); /* that was the other's turn */
	must(idleimages() == 3);
	gateopen(1);
	gateopen(3);
	waitproc(p);
	waitproc(q);
	must(idleimages() == 4);
	mustbefree();
}
IN_FORK(race11)

/* An Image that was reclaimed and taken by another is no reason to give up. */
static void
race11_taken(void)
{
	Proc *p, *q;

	machself(512, 2);
	useup(newfile(Length), 1);
	useup(newfile(Length), 1);
	p = makeproc();
	gate(0, p, "sweepimages", 1);
	startproc(p, runfile, newfile(Length));
	gatewait(0); /* has made one free */
	q = makeproc();
	startproc(q, runfile, newfile(Length));
	waitproc(q); /* took it */
	must(idleimages() == 2);
	gateopen(0);
	waitproc(p); /* reclaims again */
	must(idleimages() == 2);
	mustbefree();
}
IN_FORK(race11_taken)

/* --- 13. an attach without locks takes none, and only what is its file's --- */

static void
runsalong(void *arg)
{
	uvlong v;
	u32int k;

	execfile(arg, Text, Data, Bss);
	for(k = 8; k < Text; k += Pg)
		must(mustread(UTZERO + k) ==
		    (fileword(((File *)arg)->id, 1, k) | FIXED));
	for(k = ROUNDUP((u32int)Text, 8U); k % Pg != 0; k += 8)
		must(mustread(UTZERO + k) == 0);
	must(uread(UTZERO + k, &v) == Fioerr);
	for(k = 0; k < Data; k += Pg)
		must(mustread(databaseof(Text) + k) ==
		    fileword(((File *)arg)->id, 1, Text + k));
	mustwrite(databaseof(Text) + Data + Pg, 1);
	leavemem();
}

/* With the locks held by somebody else a program that runs is run, touched and left
 * as if they were free. */
static void
race13_no_lock(void)
{
	Imagestats st;
	Image *i;
	Proc *p;

	machself(512, 4);
	file = newfile(Length);
	runsalong(file);
	execfile(file, Text, Data, Bss);
	mustread(UTZERO);
	waitproc(
	    runproc(runsalong, file)); /* brings the data pages to the text */
	i = imageof(file);
	p = makeproc();
	lock(&i->lk);
	lock(&imagetablelk);
	startproc(p, runsalong, file);
	awaitend(p);
	unlock(&imagetablelk);
	unlock(&i->lk);
	waitproc(p);
	imagestats(&st);
	must(st.lockfree == 2 && st.texthits == 2 && st.attaches == 4);
	mustbefree();
}
IN_FORK(race13_no_lock)

/* The Image that an attach has found becomes another file's before it looks for the
 * text. */
static void
race13_image_changes(void)
{
	Proc *p;

	machself(512, 1);
	file = newfile(Length);
	other = newfile(Length);
	useup(file, 1);
	p = makeproc();
	gate(0, p, "findtext", 1);
	startproc(p, runfile, file);
	gatewait(0);
	execfile(other, Text, Data, Bss); /* in the only Image */
	must(imageof(other)->s == up->seg[TSEG]);
	gate(1, p, "getimage", 1);
	gateopen(0);
	gatewait(1); /* found that it was not, and looked with the lock */
	leavemem();
	gateopen(1);
	waitproc(p);
	mustbefree();
}
IN_FORK(race13_image_changes)

/* The text Segment that an attach has found ends, and is another file's before it
 * takes its reference. */
static void
race13_text_changes(void)
{
	Segment *s;
	Proc *p;

	machself(512, 4);
	file = newfile(Length);
	other = newfile(Length);
	execfile(file, Text, Data, Bss);
	mustread(UTZERO); /* its Image stays */
	s = up->seg[TSEG];
	p = makeproc();
	gate(0, p, "findtext", 2);
	startproc(p, runfile, file);
	gatewait(0);
	leavemem();
	execfile(other, Text, Data, Bss);
	must(up->seg[TSEG] == s);
	gateopen(0);
	waitproc(p);
	must(getref(&s->r) == 1);
	mustbefree();
}
IN_FORK(race13_text_changes)

/* ... or its own file's, with another length of text. */
static void
race13_length_changes(void)
{
	Segment *s;
	Proc *p;

	machself(512, 4);
	file = newfile(Length + Pg);
	execfile(file, Text, Data, Bss);
	s = up->seg[TSEG];
	p = makeproc();
	gate(0, p, "findtext", 2);
	startproc(p, runsalong, file);
	gatewait(0);
	leavemem();
	execfile(file, Text + Pg, Data, Bss);
	must(up->seg[TSEG] == s);
	gateopen(0);
	waitproc(p);
	mustbefree();
}
IN_FORK(race13_length_changes)

/* An Image that nobody runs is another file's before an attach takes a reference;
 * it is put again. */
static void
race13_idle_changes(void)
{
	Proc *p;

	machself(512, 1);
	file = newfile(Length);
	other = newfile(Length);
	useup(file, 1);
	p = makeproc();
	gate(0, p, "findimage", 1);
	startproc(p, attachput, file);
	gatewait(0);
	useup(other, 1); /* in the only Image */
	gateopen(0);
	waitproc(p);
	mustbefree();
}
IN_FORK(race13_idle_changes)

/* The last user of an Image may be a data Segment: the Chan goes with it. */
static void
race13_last_user(void)
{
	Segment *d;

	machself(512, 4);
	file = newfile(Length);
	useup(file, 1);
	execfile(file, Text, Data, Bss);
	d = up->seg[DSEG];
	incref(&d->r);
	leavemem();
	must(opentags() == 1);
	putseg(d);
	must(opentags() == 0);
	must(imageof(file)->c == nil);
	mustbefree();
}
IN_FORK(race13_last_user)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(race1_),
	    cmocka_unit_test(race2_),
	    cmocka_unit_test(race3_),
	    cmocka_unit_test(race3_none_free_),
	    cmocka_unit_test(race7_),
	    cmocka_unit_test(race11_),
	    cmocka_unit_test(race11_taken_),
	    cmocka_unit_test(race13_no_lock_),
	    cmocka_unit_test(race13_image_changes_),
	    cmocka_unit_test(race13_text_changes_),
	    cmocka_unit_test(race13_length_changes_),
	    cmocka_unit_test(race13_idle_changes_),
	    cmocka_unit_test(race13_last_user_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

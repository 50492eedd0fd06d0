/*
 * The races of doc/imagecache.md, each forced: threads are stopped at named
 * points (gate) in the one order that does harm. test/unit/unfix.sh takes
 * each fix out and demands that its test fails.
 */
#include "unit.h"
#include "mach/memproc.h"
#include "mach/tagfile.h"
#include "aout.h"
#include "proc/sys.h"

enum
{
	Pg = BY2PG,
	Text = 3 * Pg + 40,
	Data = 2 * Pg + 16,
	Bss = 20 * Pg,
	Length = Text + Data,
};

static File *file, *other;

/* --- programs for threads --- */

static void
runfile(void *arg)
{
	execfile(arg, Text, Data, Bss);
	must(mustread(UTZERO + 8) ==
	    (fileword(((File *)arg)->id, ((File *)arg)->vers, 8) | FIXED));
	leavemem();
}

/* attach and put; the image it was, which may be another's by now */
static Image *attached[8];

static void
attachput(void *arg)
{
	Chan *c;
	Image *i;

	c = openfile(arg);
	i = attachimage(c, Length);
	must(i->intable && i->qid.path == ((File *)arg)->id);
	poke(&attached[((File *)arg)->id], i);
	putimage(i);
	cclose(c);
}

static Image *
imageof(File *f)
{
	Image *i;
	u32int k;

	for(k = 0; (i = imageat(k)) != nil; k++)
		if(i->intable && i->qid.path == f->id)
			return i;
	return nil;
}

static void
waitfor(u32int *w, u32int v)
{
	while(peek(w) != v)
		hostrelax();
}

/* Run f as another program's would; it is idle and all cached afterwards. */
static void
useup(File *f, int times)
{
	u32int k;

	while(times-- > 0) {
		execfile(f, Text, Data, Bss);
		for(k = 0; k < Text; k += Pg)
			mustread(UTZERO + k);
		for(k = 0; k < Data; k += Pg)
			mustread(databaseof(Text) + k);
		leavemem();
	}
}

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

/* Reclaim finds nothing: an error, and nothing leaked. */
static void
run(void *arg)
{
	execfile(arg, Text, Data, Bss);
}

static void
race3_none_free(void)
{
	Imagestats st;

	machself(512, 1);
	file = newfile(Length);
	execfile(file, Text, Data, Bss);
	must(fails(run, newfile(Length)));
	imagestats(&st);
	must(st.images == 1 && opentags() == 1);
	must(mustread(UTZERO) == (fileword(file->id, 1, 0) | FIXED));
	mustbefree();
}
IN_FORK(race3_none_free)

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
	poke(&file->blocked, 0);
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
	poke(&file->blocked, 0);
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
	poke(&file->blocked, 0);
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
	poke(&file->length, Pg + 16);
	/* the whole page that is left, and nothing behind it */
	must(mustread(UTZERO + 8) == (fileword(file->id, 1, 8) | FIXED));
	must(uread(UTZERO + 2 * Pg, &v) == Fioerr);
	must(strcmp(up->errstr, Eioload) == 0);
	must(uread(UTZERO + Pg + 8, &v) == Fioerr);
	must(mustread(databaseof(Text)) == fileword(file->id, 1, Text));
	poke(&file->failing, 1);
	must(uread(UTZERO + 2 * Pg, &v) == Fioerr &&
	    strcmp(up->errstr, Eio) == 0);
	poke(&file->failing, 0);
	poke(&file->length, n);
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
	poke(&file->waiting, 1);
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
	poke(&file->vers, 2);
	execfile(file, Text, Data, Bss);
	must(mustread(UTZERO + 8) == (fileword(1, 2, 8) | FIXED));
	must(mustread(databaseof(Text)) == fileword(1, 2, Text));
	poke(&file->waiting, 2);
	waitproc(p);
	mustbefree();
}
IN_FORK(race9_new_version)

/* --- 10. nobody waits for another image's lock, or long for his own --- */

static void
race10(void)
{
	Proc *p, *q;
	Image *x;

	machself(512, 4);
	file = newfile(Length);
	other = newfile(Length);
	useup(file, 1);
	useup(other, 1);
	x = imageof(file);
	lock(&x->lk);
	/* one waits for x */
	p = makeproc();
	gate(0, p, "attachimage", 1);
	startproc(p, attachput, file);
	gatewait(0);
	gateopen(0);
	while(peek(&x->lk.key) == 1) /* held, and nobody waits */
		hostrelax();
	/* others do not, whether they know the file or not */
	q = runproc(runfile, other);
	waitproc(q);
	q = runproc(runfile, newfile(Length));
	waitproc(q);
	unlock(&x->lk);
	waitproc(p);
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
	must(uread(UTZERO + k, &v) == Fbad);
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

	machself(512, 4);
	file = newfile(Length);
	runsalong(file);
	execfile(file, Text, Data, Bss);
	mustread(UTZERO);
	waitproc(
	    runproc(runsalong, file)); /* brings the data pages to the text */
	i = imageof(file);
	lock(&i->lk);
	lock(&imagetablelk);
	waitproc(runproc(runsalong, file));
	unlock(&imagetablelk);
	unlock(&i->lk);
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
	    cmocka_unit_test(race4_),
	    cmocka_unit_test(race5_),
	    cmocka_unit_test(race6_),
	    cmocka_unit_test(race7_),
	    cmocka_unit_test(race8_),
	    cmocka_unit_test(race9_),
	    cmocka_unit_test(race9_new_version_),
	    cmocka_unit_test(race10_),
	    cmocka_unit_test(race10_bounded_),
	    cmocka_unit_test(race11_),
	    cmocka_unit_test(race11_taken_),
	    cmocka_unit_test(race12_),
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

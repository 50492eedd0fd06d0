/*
 * Processes that never run: stillproc.h.
 */
#include <time.h>
#include "dev/stillproc.h"
#include "aout.h"
#include "mach/mmtest.h"
#include "mach/ram.h"
#include "ns/nsdat.h"
#include "proc/sys.h"

enum
{
	Maxstill = 16,
	Chans = 64, /* more than a test has at once */
	Procs = 8, /* workers of a test, and Segments of a program */
	Stills = 4,
	Patience = 5000, /* ms */
};

Proc *p;
char buf[4096];

/* the still processes that there are */
static Proc *still[Maxstill];
static Lock stilllock = LOCKRANK(Rtest);
static long blocks0, chans0;

/* --- their making and end --- */

static void
putfiles(void)
{
	static uchar prog[3 * BY2PG];

	memset(prog, Textbyte, BY2PG);
	memset(prog + BY2PG, 'd', 2 * BY2PG);
	ramfile("/bin/prog", prog, sizeof prog);
	ramfile("/tmp/out", "", 0);
	ramfile("/usr/glenda/file", "", 0);
}

/* The first pages of s are there. */
static void
fill(Segment *s, int pages)
{
	static _Thread_local uchar page[BY2PG];
	uintptr va;

	for(va = segbase(s); pages > 0; va += BY2PG, pages--)
		segcopy(s, va, page, BY2PG, 0);
}

static void
givememory(Proc *q)
{
	Segment *sg[NSEG] = {nil};
	Chan *c;

	c = namec("/bin/prog", Aopen, OEXEC, 0);
	execsegs(c, BY2PG, 2 * BY2PG, 0, sg);
	cclose(c);
	fill(sg[TSEG], 1);
	fill(sg[DSEG], 2);
	putseg(sg[BSEG]);
	q->seg[TSEG] = sg[TSEG];
	q->seg[DSEG] = sg[DSEG];
}

static void
givegroups(Proc *q)
{
	Fgrp *mine;

	mine = up->fgrp;
	up->fgrp = newfgrp();
	setfd(1, namec("/tmp/out", Aopen, OWRITE, 0));
	q->fgrp = up->fgrp;
	up->fgrp = mine;
	q->pgrp = newpgrp();
	q->egrp = newegrp();
	q->rgrp = newrgrp();
	q->dot = namec("/usr/glenda", Atodir, 0, 0);
	q->slash = up->slash;
	incref(&q->slash->r);
}

Proc *
stillproc(const char *text, const char *user)
{
	Proc *q;
	int i;

	q = newproc();
	q->text = kstrcpy(text);
	q->user = kstrcpy(user);
	q->args = kstrcpy("prog 'a b'");
	q->started = monons() - Age * 1000000ULL;
	givememory(q);
	givegroups(q);
	q->state = Running;
	lock(&stilllock);
	for(i = 0; i < Maxstill && still[i] != nil; i++)
		;
	must(i < Maxstill);
	still[i] = q;
	unlock(&stilllock);
	return q;
}

/* q is not one of them any more; 0 if it was none. */
static int
forget(Proc *q)
{
	int i;

	lock(&stilllock);
	for(i = 0; i < Maxstill && still[i] != q; i++)
		;
	if(i < Maxstill)
		still[i] = nil;
	unlock(&stilllock);
	return i < Maxstill;
}

/* In the order of pexit. */
void
endstill(Proc *q)
{
	Segment *s[NSEG];
	Waitq *w;
	int i;

	if(!forget(q))
		return;
	closegroups(q);
	lock(&q->exl);
	storerelaxed(&q->state, Moribund);
	w = q->waitq;
	storerelaxed(&q->waitq, nil);
	unlock(&q->exl);
	must(w == nil || w->next == nil);
	kfree(w);
	wakeup(&q->waitr);
	qlock(&q->seglock);
	for(i = 0; i < NSEG; i++) {
		s[i] = q->seg[i];
		storerelaxed(&q->seg[i], nil);
	}
	qunlock(&q->seglock);
	for(i = 0; i < NSEG; i++)
		putseg(s[i]);
	wakedebugger(q);
	freeproc(q);
}

void
endall(void)
{
	int i;

	for(i = 0; i < Maxstill; i++)
		if(still[i] != nil)
			endstill(still[i]);
	imagedrop();
}

void
countall(void)
{
	blocks0 = heapblocks();
	chans0 = nchan();
}

int
setup(void **state)
{
	int i;

	USED(state);
	/* the image cache's Chans are counted, too */
	imageclose = cclose;
	kfree(eve);
	eve = kstrcpy("glenda");
	kstrdup(&up->user, "glenda");
	putfiles();
	warmprocs(Procs);
	warmchans(Chans);
	setfd(1, namec("/tmp/out", Aopen, OWRITE, 0));
	for(i = 0; i < Stills; i++)
		stillproc("prog", "glenda");
	endall();
	countall();
	p = stillproc("prog", "glenda");
	p->noteid = 77;
	return 0;
}

static int
left(void)
{
	return nchan() != chans0 || heapblocks() != blocks0;
}

int
teardown(void **state)
{
	struct timespec t = {0, 1000000};
	int i;

	USED(state);
	endall();
	/* a kernel process that ends takes a while */
	for(i = 0; i < Patience && left(); i++)
		nanosleep(&t, nil);
	if(left()) {
		print_error("left: %ld Chans, %ld blocks\n", nchan() - chans0,
		    heapblocks() - blocks0);
		return -1;
	}
	return 0;
}

/* --- calls --- */

Chan *
walkto(const char *name)
{
	char path[64], *elem[4];
	Walkqid *wq;
	Chan *c, *nc;
	int n, got;

	c = procdev.attach("");
	onerror(cclose(c));
	strecpy(path, path + sizeof path, name);
	n = getfields(path, elem, 4, 1, "/");
	wq = procdev.walk(c, nil, elem, n);
	nc = wq->clone;
	got = wq->nqid;
	kfree(wq);
	if(got < n)
		error(Enonexist);
	poperror();
	cclose(c);
	return nc;
}

Chan *
openat(const char *name, int mode)
{
	Chan *c;

	c = walkto(name);
	onerror(cclose(c));
	procdev.open(c, mode);
	poperror();
	return c;
}

const char *
readall(const char *name, char *to, int n)
{
	Chan *c;
	long m;

	if(waserror())
		return up->errstr;
	c = openat(name, OREAD);
	onerror(cclose(c));
	m = procdev.read(c, to, n - 1, 0);
	to[m] = 0;
	poperror();
	cclose(c);
	poperror();
	return nil;
}

const char *
writeat(const char *name, const void *s, long n, vlong off)
{
	Chan *c;

	if(waserror())
		return up->errstr;
	c = openat(name, OWRITE);
	onerror(cclose(c));
	procdev.write(c, s, n, off);
	poperror();
	cclose(c);
	poperror();
	return nil;
}

const char *
file(Proc *q, const char *f)
{
	static char name[64];

	snprint(name, sizeof name, "%ud/%s", q->pid, f);
	return name;
}

void
readsas(const char *f, const char *want)
{
	const char *err;

	err = readall(file(p, f), buf, sizeof buf);
	if(err != nil)
		fail_msg("%s: %s", f, err);
	assert_string_equal(buf, want);
}

void
failswith(const char *err, const char *want)
{
	assert_non_null(err);
	if(strncmp(err, want, strlen(want)) != 0)
		fail_msg("error is %s, want %s", err, want);
}

const char *
ctl(const char *msg)
{
	return writeat(file(p, "ctl"), msg, (long)strlen(msg), 0);
}

long
memio(int write, vlong off, void *mem, long n)
{
	volatile long r;
	Chan *c;

	if(waserror())
		return -1;
	c = openat(file(p, "mem"), ORDWR);
	onerror(cclose(c));
	r = write ? procdev.write(c, mem, n, off)
		  : procdev.read(c, mem, n, off);
	poperror();
	cclose(c);
	poperror();
	return r;
}

/*
 * #p and processes that vanish.
 */
#include "dev/stillproc.h"
#include "mach/ram.h"
#include "ns/nsdat.h"

/* --- processes that vanish --- */

static void
gone(void **state)
{
	static const char *const files[] = {"args", "ctl", "fd", "note",
	    "noteid", "ns", "segment", "status", "wait", "mem", "regs"};
	Chan *c[nelem(files)];
	volatile usize i;
	u32int pid;

	USED(state);
	for(i = 0; i < nelem(files); i++)
		c[i] = openat(file(p, files[i]), OREAD);
	pid = p->pid;
	endstill(p);
	/* its Proc becomes another's */
	p = stillproc("next", "glenda");
	assert_int_not_equal(p->pid, pid);
	for(i = 0; i < nelem(files); i++) {
		if(!waserror()) {
			procdev.read(c[i], buf, sizeof buf, 0);
			fail_msg("%s can be read", files[i]);
		}
		assert_string_equal(up->errstr, Eprocdied);
		cclose(c[i]);
	}
}

/*
 * The victim exits and its Proc becomes another process, all of which says
 * "next": another process does this, begun at every place in turn where it could
 * be. What was asked of the victim may have been done before; the other is never
 * shown or touched.
 */

enum
{
	Group = 987654321, /* of the next process; no other number is like it */
	Wait =
	    2000000, /* ns for the next process to be there: it may need a lock */
};

static Proc *tester, *victim;
/* the place, counted down; 0: passed */
static int place;
/* Has the next process been asked for, is it there? One word, for what is read of two may be of
 * two rounds. Atomic. */
enum
{
	Unasked,
	Asked,
	Made,
};
static u32int next, over;
/* the state of the victim, and of the next process */
static int living = Stopped;

static void
becomenext(void)
{
	char word[] = "next";

	endstill(victim);
	p = stillproc("next", "glenda");
	must(p == victim);
	kstrdup(&p->args, "next");
	cclose(p->dot);
	p->dot = namec("/next", Atodir, 0, 0);
	cclose(p->fgrp->fd[1]);
	p->fgrp->fd[1] = namec("/tmp/next", Aopen, OWRITE, 0);
	p->noteid = Group;
	segcopy(p->seg[DSEG], Database, word, 4, 1);
	p->seg[DSEG]->type = SG_SHARED;
	p->state = living;
}

/* The tester waits for a process to stop that does not run: for the victim, which goes now, or by
 * mistake for the next one. */
static void
endwait(void)
{
	if(aload(&next) == Unasked)
		astore(&next, Asked);
	else if(aload(&next) == Made) {
		astore(&victim->state, Stopped);
		wakeup(&tester->stopr);
	}
}

/* The process that does it, each time that it is begun. */
static void
reaper(void *unused)
{
	USED(unused);
	while(!aload(&over)) {
		if(aload(&next) == Asked) {
			becomenext();
			astore(&next, Made);
		}
		if(living != Stopped && aload(&tester->state) == Wakeme)
			endwait();
		hostrelax();
	}
}

static void
passplace(const char *func)
{
	uvlong end;

	USED(func);
	if(up != tester || place == 0 || --place > 0)
		return;
	astore(&next, Asked);
	end = monons() + Wait;
	while(aload(&next) != Made && monons() < end)
		hostrelax();
}

static int
contains(const char *s, long n, const char *sub)
{
	long len;

	len = (long)strlen(sub);
	for(; n >= len; n--, s++)
		if(memcmp(s, sub, (usize)len) == 0)
			return 1;
	return 0;
}

/* A fresh victim, to go at the n'th place. */
static void
doom(int n)
{
	p = victim = stillproc("prog", "glenda");
	p->noteid = 77;
	p->state = living;
	memset(buf, 0, sizeof buf);
	astore(&next, Unasked);
	place = n;
}

/* Was the place passed? If the next process was asked for, it is there. */
static int
doomed(void)
{
	int passed;

	passed = place == 0;
	place = 0;
	while(aload(&next) == Asked)
		hostrelax();
	return passed;
}

static Worker *
startreaper(void)
{
	ramfile("/next/file", "", 0);
	ramfile("/tmp/next", "", 0);
	tester = up;
	atpoint = passplace;
	return spawn(reaper, nil);
}

static void
endreaper(Worker *w)
{
	astore(&over, 1);
	join(w);
}

/* f succeeded, or the process was gone, or it was not stopped any more. */
static void
died(const char *f, const char *err)
{
	if(err != nil && strcmp(err, Eprocdied) != 0 &&
	    strcmp(err, Enonexist) != 0 && strcmp(err, Ebadctl) != 0)
		fail_msg("%s: %s", f, err);
}

static void
dev1_neverreadsanother(void **state)
{
	static const char *const files[] = {
	    "args", "fd", "note", "noteid", "ns", "segment", "status", "text"};
	Worker *w;
	int n, passed;

	USED(state);
	w = startreaper();
	for(usize i = 0; i < nelem(files); i++)
		for(n = 1, passed = 1; passed; n++) {
			doom(n);
			died(files[i],
			    readall(file(p, files[i]), buf, sizeof buf));
			passed = doomed();
			if(contains(buf, sizeof buf, "next") ||
			    contains(buf, sizeof buf, "987654321") ||
			    contains(buf, sizeof buf, "Shared"))
				fail_msg("%s at %d: %s", files[i], n, buf);
			endstill(p);
		}
	for(n = 1, passed = 1; passed; n++) {
		doom(n);
		if(memio(0, Database, buf, 4) == 4)
			assert_memory_equal(buf, "dddd", 4);
		passed = doomed();
		endstill(p);
	}
	endreaper(w);
}

/* Nothing of the process that victim became has changed. */
static void
leftalone(const char *what)
{
	if(p->procctl != Proc_none || p->pdbg != nil || p->nnote != 0 ||
	    p->hang != 0 || p->noswap != 0 || p->basepri != PriUser ||
	    p->noteid != Group || p->fgrp->fd[1] == nil ||
	    strcmp(p->args, "next") != 0 || p->state != (u32int)living)
		fail_msg("%s hit another", what);
}

static void
dev1_neverhitsanother(void **state)
{
	static const char *const what[][2] = {
	    {"ctl", "kill"},
	    {"ctl", "start"},
	    {"ctl", "hang"},
	    {"ctl", "noswap"},
	    {"ctl", "pri 5"},
	    {"ctl", "close 1"},
	    {"ctl", "closefiles"},
	    {"note", "hangup"},
	    {"args", "other"},
	};
	Worker *w;
	int n, passed;

	USED(state);
	w = startreaper();
	for(usize i = 0; i < nelem(what); i++)
		for(n = 1, passed = 1; passed; n++) {
			doom(n);
			died(what[i][0],
			    writeat(file(p, what[i][0]), what[i][1],
				(long)strlen(what[i][1]), 0));
			passed = doomed();
			if(passed)
				leftalone(what[i][1]);
			endstill(p);
		}
	for(n = 1, passed = 1; passed; n++) {
		doom(n);
		memio(1, Database, "XXXX", 4);
		passed = doomed();
		if(passed) {
			memio(0, Database, buf, 4);
			assert_memory_equal(buf, "next", 4);
		}
		endstill(p);
	}
	endreaper(w);
}

/* The same of requests to stop, which wait until that is done. */
static void
dev1_neverstopsanother(void **state)
{
	static const char *const what[] = {"stop", "waitstop"};
	Worker *w;
	int n, passed;

	USED(state);
	living = Running;
	w = startreaper();
	for(usize i = 0; i < nelem(what); i++)
		for(n = 1, passed = 1; passed; n++) {
			doom(n);
			died(what[i], ctl(what[i]));
			passed = doomed();
			if(passed)
				leftalone(what[i]);
			endstill(p);
		}
	endreaper(w);
	living = Stopped;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(gone),
	    KERN(dev1_neverreadsanother),
	    KERN(dev1_neverhitsanother),
	    KERN(dev1_neverstopsanother),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

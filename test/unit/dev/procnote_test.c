/*
 * #p against proc(3): notes, their groups, and wait records.
 */
#include "dev/stillproc.h"
#include "lib/lib.h"

/* --- notes --- */

static void
notes(void **state)
{
	char msg[ERRMAX];

	USED(state);
	assert_null(writeat(file(p, "note"), "interrupt", 9, 0));
	assert_int_equal(p->nnote, 1);
	assert_string_equal(p->note[0].msg, "interrupt");
	assert_null(writeat(file(p, "note"), "second", 6, 0));
	memset(msg, 'x', sizeof msg);
	failswith(writeat(file(p, "note"), msg, ERRMAX, 0), Etoobig);
	assert_null(writeat(file(p, "note"), msg, ERRMAX - 1, 0));
	failswith(readall(file(p, "note"), buf, 1), Etoosmall);
	readsas("note", "interrupt");
	/* cut, with a NUL */
	assert_null(readall(file(p, "note"), buf, 5));
	assert_memory_equal(buf, "sec", 4);
	assert_int_equal(p->nnote, 1);
	for(int i = 1; i < NNOTE; i++)
		assert_null(writeat(file(p, "note"), "n", 1, 0));
	failswith(writeat(file(p, "note"), "n", 1, 0), "note not posted");
}

static void
notestothegroup(void **state)
{
	Proc *other, *third;
	Chan *c;

	USED(state);
	other = stillproc("other", "glenda");
	other->noteid = 77;
	third = stillproc("third", "glenda");
	failswith(readall(file(p, "notepg"), buf, sizeof buf), Eperm);
	c = openat(file(p, "notepg"), OWRITE);
	/* its leader exits: the group is still meant */
	endstill(p);
	assert_int_equal(procdev.write(c, "hangup", 6, 0), 6);
	assert_int_equal(other->nnote, 1);
	assert_string_equal(other->note[0].msg, "hangup");
	assert_int_equal(third->nnote, 0);
	cclose(c);
}

static void
notegroups(void **state)
{
	Proc *other, *foreign;

	USED(state);
	other = stillproc("other", "glenda");
	foreign = stillproc("foreign", "bootes");
	snprint(buf, sizeof buf, "%ud", other->noteid);
	assert_null(writeat(file(p, "noteid"), buf, (long)strlen(buf), 0));
	assert_int_equal(p->noteid, other->noteid);
	snprint(buf, sizeof buf, "%ud\n", p->pid);
	assert_null(writeat(file(p, "noteid"), buf, (long)strlen(buf), 0));
	assert_int_equal(p->noteid, p->pid);
	snprint(buf, sizeof buf, "%ud", foreign->noteid);
	failswith(writeat(file(p, "noteid"), buf, (long)strlen(buf), 0), Eperm);
	failswith(writeat(file(p, "noteid"), "12345", 5, 0), Eperm);
	failswith(writeat(file(p, "noteid"), "x", 1, 0), Ebadarg);
	failswith(writeat(file(p, "noteid"), "", 0, 0), Ebadarg);
	assert_int_equal(p->noteid, p->pid);
}

/* --- wait --- */

static void
childdies(Proc *parent, u32int pid)
{
	Waitq *w;

	w = kmalloc(sizeof *w);
	w->pid = pid;
	w->time[0] = 1;
	w->time[1] = 2;
	w->time[2] = 3;
	strecpy(w->msg, w->msg + sizeof w->msg, "prog 9: it's over");
	lock(&parent->exl);
	w->next = parent->waitq;
	storerelaxed(&parent->waitq, w);
	parent->nwait++;
	unlock(&parent->exl);
}

/* Until w sleeps, for the child of p. */
static void
whenasleep(Proc *w)
{
	while(aload(&w->state) != Wakeme)
		hostrelax();
}

static void
lastchild(void *waiter)
{
	whenasleep(waiter);
	childdies(p, 10);
	wakeup(&p->waitr);
}

static void
parentdies(void *waiter)
{
	whenasleep(waiter);
	endstill(p);
}

static void
waitrecords(void **state)
{
	Worker *w;

	USED(state);
	childdies(p, 9);
	readsas("wait", "9 1 2 3 'prog 9: it''s over'");
	assert_int_equal(p->nwait, 0);
	w = spawn(lastchild, up);
	readsas("wait", "10 1 2 3 'prog 9: it''s over'");
	join(w);
	failswith(readall(file(up, "wait"), buf, sizeof buf), Enochild);
	p->waitreader = p->pid;
	failswith(readall(file(p, "wait"), buf, sizeof buf), Einuse);
	assert_int_equal(p->waitreader, p->pid);
	/* of a process that had p before */
	p->waitreader = p->pid - 1;
	childdies(p, 11);
	readsas("wait", "11 1 2 3 'prog 9: it''s over'");
	assert_int_equal(p->waitreader, 0);
	w = spawn(parentdies, up);
	failswith(readall(file(p, "wait"), buf, sizeof buf), Eprocdied);
	join(w);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(notes),
	    KERN(notestothegroup),
	    KERN(notegroups),
	    KERN(waitrecords),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

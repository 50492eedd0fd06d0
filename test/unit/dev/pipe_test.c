/*
 * pipe(3): what readers and writers may rely on, with many of both.
 */
#include "dev/devcall.h"

static Chan *end[2];

static int
setup(void **state)
{
	USED(state);
	devgroups();
	countblocks();
	newpipe(end);
	return 0;
}

static void
closeend(int i)
{
	if(end[i] != nil)
		cclose(end[i]);
	end[i] = nil;
}

static int
teardown(void **state)
{
	USED(state);
	closeend(0);
	closeend(1);
	return sameblocks() ? 0 : -1;
}

static void
test_both_ends_read_and_write(void **state)
{
	char buf[16];

	USED(state);
	assert_int_equal(xwrite(end[0], "hello", 5, 0), 5);
	assert_int_equal(xwrite(end[1], "you", 3, 0), 3);
	assert_int_equal(xread(end[1], buf, sizeof buf, 0), 5);
	assert_memory_equal(buf, "hello", 5);
	assert_int_equal(xread(end[0], buf, sizeof buf, 0), 3);
	assert_memory_equal(buf, "you", 3);
}

static void
test_a_read_never_spans_writes(void **state)
{
	char buf[16];

	USED(state);
	xwrite(end[0], "abc", 3, 0);
	xwrite(end[0], "def", 3, 0);
	assert_int_equal(xread(end[1], buf, 2, 0), 2);
	assert_int_equal(xread(end[1], buf, sizeof buf, 0), 1);
	assert_int_equal(buf[0], 'c');
	assert_int_equal(xread(end[1], buf, sizeof buf, 0), 3);
}

static void
test_a_zero_length_write_is_a_zero_length_read(void **state)
{
	char buf[16];

	USED(state);
	assert_int_equal(xwrite(end[0], "", 0, 0), 0);
	xwrite(end[0], "x", 1, 0);
	assert_int_equal(xread(end[1], buf, sizeof buf, 0), 0);
	assert_int_equal(xread(end[1], buf, sizeof buf, 0), 1);
}

static void
test_stat_tells_what_is_queued(void **state)
{
	char buf[16];
	Dir d;

	USED(state);
	xwrite(end[0], "abcde", 5, 0);
	xread(end[1], buf, 2, 0);
	assert_int_equal(xfstat(end[1], &d), 0);
	assert_int_equal(d.length, 3);
	assert_string_equal(d.name, "data1");
	assert_int_equal(xfstat(end[0], &d), 0);
	assert_int_equal(d.length, 0);
	assert_string_equal(d.name, "data");
}

static void
test_a_closed_writer_leaves_the_rest_then_the_end(void **state)
{
	char buf[16];
	int i;

	USED(state);
	xwrite(end[0], "abc", 3, 0);
	closeend(0);
	assert_int_equal(xread(end[1], buf, sizeof buf, 0), 3);
	for(i = 0; i < 3; i++)
		assert_int_equal(xread(end[1], buf, sizeof buf, 0), 0);
	for(i = 0; i < 2; i++) {
		assert_int_equal(xread(end[1], buf, sizeof buf, 0), -1);
		assert_string_equal(up->errstr, Ehungup);
	}
}

static void
test_writing_to_nobody_is_an_error_and_a_note(void **state)
{
	USED(state);
	closeend(1);
	assert_int_equal(xwrite(end[0], "x", 1, 0), -1);
	assert_string_equal(up->errstr, Ehungup);
	assert_int_equal(takenotes(), 1);
	assert_string_equal(lastnote, "sys: write on closed pipe");
	/* a 9P connection wants the error only */
	end[0]->flag |= CMSG;
	assert_int_equal(xwrite(end[0], "x", 1, 0), -1);
	assert_int_equal(takenotes(), 0);
}

static void
test_both_ends_closed_can_be_opened_again(void **state)
{
	char buf[8];
	Chan *dir, *at, *a, *b;

	USED(state);
	dir = namec("#|", Abind, 0, 0);
	at = namec("/n", Amount, 0, 0);
	cmount(dir, at, MREPL, nil);
	a = xopen("/n/data", ORDWR);
	b = xopen("/n/data1", ORDWR);
	assert_non_null(a);
	assert_non_null(b);
	xwrite(a, "lost", 4, 0);
	cclose(a);
	cclose(b);
	a = xopen("/n/data", ORDWR);
	b = xopen("/n/data1", ORDWR);
	assert_int_equal(xwrite(a, "new", 3, 0), 3);
	assert_int_equal(xread(b, buf, sizeof buf, 0), 3);
	cclose(a);
	cclose(b);
	cunmount(at, nil);
	cclose(at);
	cclose(dir);
}

/* --- with others --- */

typedef struct Job Job;
struct Job
{
	int id;
	int n; /* messages */
	int size;
	long got;
	u32int done; /* atomic */
	char err[ERRMAX];
};

static void
reader1(void *a)
{
	Job *j = a;
	char buf[64];

	j->got = xread(end[1], buf, sizeof buf, 0);
	if(j->got < 0)
		strecpy(j->err, j->err + ERRMAX, up->errstr);
	__atomic_store_n(&j->done, 1, __ATOMIC_SEQ_CST);
}

static void
test_a_note_ends_a_read(void **state)
{
	Job j = {0};
	Worker *p;

	USED(state);
	p = spawn(reader1, &j);
	while(!__atomic_load_n(&j.done, __ATOMIC_SEQ_CST))
		notework(p, "alarm");
	join(p);
	assert_int_equal(j.got, -1);
	assert_string_equal(j.err, Eintr);
	/* and the pipe still works */
	p = spawn(reader1, &j);
	xwrite(end[0], "x", 1, 0);
	join(p);
	assert_int_equal(j.got, 1);
}

static void
test_a_close_ends_a_read(void **state)
{
	Job j[3] = {0};
	Worker *p[3];
	int i;

	USED(state);
	for(i = 0; i < 3; i++)
		p[i] = spawn(reader1, &j[i]);
	closeend(0);
	for(i = 0; i < 3; i++) {
		join(p[i]);
		assert_int_equal(j[i].got, 0);
	}
}

static void
writer1(void *a)
{
	static char big[1024 * KiB];
	Job *j = a;

	j->got = xwrite(end[0], big, j->size, 0);
	if(j->got < 0)
		strecpy(j->err, j->err + ERRMAX, up->errstr);
	__atomic_store_n(&j->done, 1, __ATOMIC_SEQ_CST);
}

static void
test_a_full_pipe_holds_its_writer(void **state)
{
	static char buf[64 * KiB];
	Job j = {.size = 1024 * KiB};
	Worker *p;
	Dir d;
	long n, m;

	USED(state);
	p = spawn(writer1, &j);
	for(n = 0; n < j.size; n += m) {
		assert_int_equal(xfstat(end[1], &d), 0);
		assert_true(d.length <= 512 * KiB);
		m = xread(end[1], buf, sizeof buf, 0);
		assert_true(m > 0);
	}
	join(p);
	assert_int_equal(n, j.size);
	assert_int_equal(j.got, j.size);
}

static void
test_a_note_or_a_close_ends_a_write(void **state)
{
	Job j = {.size = 1024 * KiB};
	Worker *p;

	USED(state);
	p = spawn(writer1, &j);
	while(!__atomic_load_n(&j.done, __ATOMIC_SEQ_CST))
		notework(p, "alarm");
	join(p);
	assert_int_equal(j.got, -1);
	assert_string_equal(j.err, Eintr);
	j.done = 0;
	p = spawn(writer1, &j);
	closeend(1);
	join(p);
	assert_int_equal(j.got, -1);
	assert_string_equal(j.err, Ehungup);
}

/* Messages: writer, sequence number, and bytes that are the writer's. */
enum
{
	HEAD = 8,
};

static void
manywriter(void *a)
{
	Job *j = a;
	uchar *buf;
	int i;

	buf = smalloc(j->size);
	for(i = 0; i < j->n; i++) {
		memset(buf, j->id, j->size);
		PBIT32(buf, (u32int)j->id);
		PBIT32(buf + 4, (u32int)i);
		if(xwrite(end[0], buf, j->size, 0) != j->size)
			panic("write: %s", up->errstr);
	}
	kfree(buf);
}

static void
manyreader(void *a)
{
	Job *j = a;
	uchar *buf;
	long n, i;

	buf = smalloc(j->size);
	while((n = xread(end[1], buf, j->size, 0)) > 0) {
		if(n != j->size)
			panic("%lld bytes, not a message", (vlong)n);
		for(i = HEAD; i < n; i++)
			if(buf[i] != buf[0])
				panic("message of %d has a byte of %d", buf[0],
				    buf[i]);
		j->got++;
	}
	kfree(buf);
}

static void
test_writes_to_the_atomic_size_arrive_whole(void **state)
{
	Job w[4], r[3];
	Worker *wp[4], *rp[3];
	int i;

	USED(state);
	for(i = 0; i < 3; i++) {
		r[i] = (Job){.size = 32 * KiB};
		rp[i] = spawn(manyreader, &r[i]);
	}
	for(i = 0; i < 4; i++) {
		w[i] = (Job){.id = i + 1, .n = 60, .size = 32 * KiB};
		wp[i] = spawn(manywriter, &w[i]);
	}
	for(i = 0; i < 4; i++)
		join(wp[i]);
	closeend(0);
	for(i = 0; i < 3; i++)
		join(rp[i]);
	assert_int_equal(r[0].got + r[1].got + r[2].got, 4 * 60);
}

static void
test_long_writes_are_not_mixed(void **state)
{
	enum
	{
		SIZE = 300 * 1000,
	};
	static uchar buf[SIZE];
	Job w[3];
	Worker *p[3];
	long n, m;
	int i, k;

	USED(state);
	for(i = 0; i < 3; i++) {
		w[i] = (Job){.id = i + 1, .n = 3, .size = SIZE};
		p[i] = spawn(manywriter, &w[i]);
	}
	for(k = 0; k < 9; k++) {
		for(n = 0; n < SIZE; n += m) {
			m = xread(end[1], buf + n, SIZE - n, 0);
			assert_true(m > 0);
		}
		for(n = HEAD; n < SIZE; n++)
			if(buf[n] != buf[0])
				fail_msg("write of %d has a byte of %d", buf[0],
				    buf[n]);
	}
	for(i = 0; i < 3; i++)
		join(p[i]);
}

/* Until p sleeps. */
static void
waitasleep(Worker *w)
{
	Proc *p;
	int asleep;

	p = workerproc(w);
	do {
		hostrelax();
		lock(&p->rlock);
		asleep = p->r != nil;
		unlock(&p->rlock);
	} while(!asleep);
}

/* A reader is woken for a write, and a note makes it give up: the other, which
 * nobody woke, must get the bytes. */
static void
dev2_an_interrupted_reader_passes_its_turn_on(void **state)
{
	Job a, b;
	Worker *p, *q;
	int i, passed;

	USED(state);
	passed = 0;
	for(i = 0; i < 300; i++) {
		a = b = (Job){0};
		p = spawn(reader1, &a);
		waitasleep(p);
		q = spawn(reader1, &b);
		waitasleep(q);
		assert_int_equal(xwrite(end[0], "x", 1, 0), 1);
		notework(p, "alarm");
		join(p);
		if(a.got == 1)
			assert_int_equal(xwrite(end[0], "x", 1, 0), 1);
		else
			passed++;
		join(q);
		assert_int_equal(b.got, 1);
	}
	assert_true(passed > 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_both_ends_read_and_write),
	    KERN(test_a_read_never_spans_writes),
	    KERN(test_a_zero_length_write_is_a_zero_length_read),
	    KERN(test_stat_tells_what_is_queued),
	    KERN(test_a_closed_writer_leaves_the_rest_then_the_end),
	    KERN(test_writing_to_nobody_is_an_error_and_a_note),
	    KERN(test_both_ends_closed_can_be_opened_again),
	    KERN(test_a_note_ends_a_read),
	    KERN(test_a_close_ends_a_read),
	    KERN(test_a_full_pipe_holds_its_writer),
	    KERN(test_a_note_or_a_close_ends_a_write),
	    KERN(test_writes_to_the_atomic_size_arrive_whole),
	    KERN(test_long_writes_are_not_mixed),
	    KERN(dev2_an_interrupted_reader_passes_its_turn_on),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

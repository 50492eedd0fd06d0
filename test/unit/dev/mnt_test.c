/*
 * #M: many callers of one connection, notes, hang-ups, and a server that answers in any order:
 * flush(5). Nothing is left when the connection is gone.
 */
#include "dev/mnt.h"
#include "dev/mntserv.h"
#include "dev/pipe.h"
#include "mm/mm.h"

enum
{
	NCALLER = 4,
	/* more than a pipe holds */
	LONGWRITE = 1000 * KiB,
};

static int
setup(void **state)
{
	USED(state);
	devgroups();
	countblocks();
	return 0;
}

static int
teardown(void **state)
{
	USED(state);
	return sameblockssoon() ? 0 : -1;
}

static void
test_a_file_is_read_and_nothing_is_left(void **state)
{
	static uchar buf[FILESIZE + 1];
	Chan *c;
	int i;

	USED(state);
	startserver(0, 0);
	mountserver(0);
	c = xopen("/n/f", OREAD);
	assert_non_null(c);
	assert_int_equal(xread(c, buf, sizeof buf, 0), FILESIZE);
	for(i = 0; i < FILESIZE; i++)
		assert_int_equal(buf[i], byteat((u64int)i));
	cclose(c);
	unmountserver();
}

typedef struct Caller Caller;
struct Caller
{
	u32int rand;
	/* after this many calls it ends */
	int calls;
	/* errors other than Eintr are expected */
	int hangup;
	u32int done;
};

static void
checkread(Caller *k, Chan *c, uchar *buf)
{
	u32int off, n;
	long got, i;

	off = nextrand(&k->rand) % FILESIZE;
	n = nextrand(&k->rand) % SRVMSIZE + 1;
	got = xread(c, buf, n, off);
	if(got < 0 && strcmp(up->errstr, Eintr) != 0 && !k->hangup)
		panic("read: %s", up->errstr);
	for(i = 0; i < got; i++)
		if(buf[i] != byteat(off + (u64int)i))
			panic("byte %lld is %d", off + (vlong)i, buf[i]);
}

static void
caller(void *a)
{
	Caller *k;
	uchar buf[SRVMSIZE];
	Chan *c;
	int i;

	k = a;
	for(i = 0; i < k->calls; i++) {
		c = xopen("/n/f", OREAD);
		if(c == nil) {
			if(strcmp(up->errstr, Eintr) != 0 && !k->hangup)
				panic("open: %s", up->errstr);
			takenotes();
			continue;
		}
		/* a process with a full queue of notes gets no more, and waits */
		takenotes();
		checkread(k, c, buf);
		takenotes();
		checkread(k, c, buf);
		takenotes();
		cclose(c);
		takenotes();
	}
	__atomic_store_n(&k->done, 1, __ATOMIC_SEQ_CST);
}

static void
runcallers(int calls, int hangup, int notes)
{
	Caller k[NCALLER];
	Worker *w[NCALLER];
	int i, left;

	for(i = 0; i < NCALLER; i++) {
		k[i] = (Caller){
		    .rand = (u32int)i + 1, .calls = calls, .hangup = hangup};
		w[i] = spawn(caller, &k[i]);
	}
	do {
		for(left = i = 0; notes && i < NCALLER; i++)
			if(!__atomic_load_n(&k[i].done, __ATOMIC_SEQ_CST)) {
				left = 1;
				notework(w[i], "alarm");
				hostrelax();
			}
	} while(left);
	for(i = 0; i < NCALLER; i++)
		join(w[i]);
}

static void
test_callers_get_their_own_answers(void **state)
{
	USED(state);
	startserver(0, 1);
	mountserver(0);
	runcallers(100, 0, 1);
	unmountserver();
}

static void
test_cached_bytes_are_their_own(void **state)
{
	USED(state);
	startserver(0, 0);
	mountserver(CCACHE);
	runcallers(100, 0, 1);
	runcallers(100, 0, 0);
	assert_true(loadrelaxed(&mountstat.pages) > 0);
	assert_true(loadrelaxed(&mountstat.hits) > 0);
	unmountserver();
	assert_int_equal(loadrelaxed(&mountstat.pages), 0);
}

static void
reclaimer(void *a)
{
	u32int *end = a;

	while(!loadacquire(end)) {
		cachereclaim(3);
		hostrelax();
	}
}

static void
test_pages_are_reclaimed_while_they_are_read(void **state)
{
	u32int end = 0;
	Worker *w;

	USED(state);
	startserver(0, 0);
	mountserver(CCACHE);
	w = spawn(reclaimer, &end);
	runcallers(100, 0, 0);
	storerelease(&end, 1);
	join(w);
	cachereclaim(1000);
	assert_int_equal(loadrelaxed(&mountstat.pages), 0);
	assert_true(loadrelaxed(&mountstat.reclaimed) > 0);
	unmountserver();
}

static void
test_a_hangup_ends_all_calls(void **state)
{
	int i;

	USED(state);
	for(i = 0; i < 30; i++) {
		startserver(20 + 7 * i, i & 1);
		mountserver(0);
		runcallers(60, 1, i & 1);
		unmountserver();
	}
}

/* --- a connection that breaks while its server stands still --- */

typedef struct Stuck Stuck;
struct Stuck
{
	Chan *c;
	int writes;
	long n;
	char err[ERRMAX];
	u32int done;
};

static void
stuckcaller(void *a)
{
	static uchar buf[LONGWRITE];
	Stuck *s;

	s = a;
	s->n = s->writes ? xwrite(s->c, buf, LONGWRITE, 0)
			 : xread(s->c, buf, 10, 0);
	strecpy(s->err, s->err + sizeof s->err, up->errstr);
	if(takenotes() > 0) {
		__atomic_store_n(&s->done, 1, __ATOMIC_SEQ_CST);
		return;
	}
	/* a later wait is not interrupted without a note */
	if(waserror())
		panic("a later wait: %s", up->errstr);
	tsleep(&up->sleeprend, return0, nil, 1);
	poperror();
	__atomic_store_n(&s->done, 1, __ATOMIC_SEQ_CST);
}

/* A note, and another when the first has ended a wait, until s is done. */
static void
notestuck(Worker *w, Stuck *s)
{
	int ms;

	for(ms = 0; !__atomic_load_n(&s->done, __ATOMIC_SEQ_CST); ms++) {
		if(ms == PATIENCE)
			panic("the writer does not leave");
		if(loadrelaxed(&workerproc(w)->notepending) == 0)
			notework(w, "alarm");
		pausems();
	}
}

/* atomic */
static Worker *slowwriter;
static int interrupts;

/* Interrupt the writer, of whose message so many bytes are still to come. It has more to write than the
 * pipe holds, so it waits. Since the last time the server has taken more than was in the pipe then. */
static void
interruptwriter(long left)
{
	static long nextat;
	Worker *w;

	if(left <= PIPELIMIT + PIPEATOMIC || (interrupts > 0 && left > nextat))
		return;
	interrupts++;
	nextat = left - PIPELIMIT - 1;
	while((w = loadacquire(&slowwriter)) == nil)
		pausems();
	notework(w, "alarm");
	while(loadrelaxed(&workerproc(w)->notepending) != 0)
		pausems();
}

static void
test_notes_do_not_break_a_message_that_goes_on(void **state)
{
	Stuck s;
	char version[32];

	USED(state);
	startserver(0, 1);
	srv.msize = MSIZEMAX;
	strecpy(version, version + sizeof version, "");
	mntclient.version(conn, MSIZEMAX, version, sizeof version);
	mountserver(0);
	s = (Stuck){.c = xopen("/n/f", OREAD), .writes = 1};
	assert_non_null(s.c);
	srv.between = interruptwriter;
	storerelease(&slowwriter, spawn(stuckcaller, &s));
	await(&s.done, "the writer's end", PATIENCE);
	join(slowwriter);
	assert_true(interrupts >= 2);
	/* the message is whole; the notes end the wait for its answer, unless that was there before the
	 * flush's */
	if(s.n != LONGWRITE) {
		assert_int_equal(s.n, -1);
		assert_string_equal(s.err, Eintr);
	}
	assert_false(loadrelaxed(&mntof(s.c)->hungup));
	cclose(s.c);
	unmountserver();
}

static void
breakconnection(int lies)
{
	Stuck r, w;
	Worker *rw, *ww;
	char version[32];

	startserver(0, 1);
	srv.msize = MSIZEMAX;
	srv.stops = 1;
	srv.lies = lies;
	strecpy(version, version + sizeof version, "");
	mntclient.version(conn, MSIZEMAX, version, sizeof version);
	mountserver(0);
	r = (Stuck){.c = xopen("/n/f", OREAD)};
	w = (Stuck){.c = xopen("/n/f", OREAD), .writes = 1};
	assert_non_null(r.c);
	assert_non_null(w.c);
	/* the server answers none of the reads before it stops */
	srv.silent = 1;
	rw = spawn(stuckcaller, &r);
	await(&srv.gotread, "the read", PATIENCE);
	ww = spawn(stuckcaller, &w);
	await(&srv.stopped, "the long message", PATIENCE);
	if(!lies)
		notestuck(ww, &w);
	await(&w.done, "the writer's end", PATIENCE);
	await(&r.done, "the reader's end", PATIENCE);
	join(ww);
	join(rw);
	assert_int_equal(r.n, -1);
	assert_string_equal(r.err, "mount rpc error");
	assert_int_equal(w.n, -1);
	assert_string_equal(w.err,
	    lies ? "i/o on hungup channel: 9P message of 3 bytes" : Eintr);
	cclose(r.c);
	cclose(w.c);
	__atomic_store_n(&srv.go, 1, __ATOMIC_SEQ_CST);
	unmountserver();
}

static void
test_a_broken_message_ends_the_reader(void **state)
{
	USED(state);
	breakconnection(0);
}

static void
test_a_wrong_size_ends_the_writer(void **state)
{
	USED(state);
	breakconnection(1);
}

/* The clunks of its last files are not answered: it is not waited for, and sees the connection's end. */
static void
test_a_mute_server_is_hung_up(void **state)
{
	Chan *c;

	USED(state);
	mntpatience = 20;
	startserver(0, 0);
	mountserver(0);
	c = xopen("/n/f", OREAD);
	assert_non_null(c);
	__atomic_store_n(&srv.mute, 1, __ATOMIC_SEQ_CST);
	/* a process that ends does not wait for answers */
	setexiting(1);
	cclose(c);
	unmountserver();
	setexiting(0);
}

/* The same of a process that goes on: it does not wait for clunks of files that it did not open. */
static void
test_unopened_files_do_not_wait_for_a_mute_server(void **state)
{
	USED(state);
	mntpatience = 20;
	startserver(0, 0);
	mountserver(0);
	__atomic_store_n(&srv.mute, 1, __ATOMIC_SEQ_CST);
	unmountserver();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_a_file_is_read_and_nothing_is_left),
	    KERN(test_callers_get_their_own_answers),
	    KERN(test_cached_bytes_are_their_own),
	    KERN(test_pages_are_reclaimed_while_they_are_read),
	    KERN(test_a_hangup_ends_all_calls),
	    KERN(test_notes_do_not_break_a_message_that_goes_on),
	    KERN(test_a_broken_message_ends_the_reader),
	    KERN(test_a_wrong_size_ends_the_writer),
	    KERN(test_a_mute_server_is_hung_up),
	    KERN(test_unopened_files_do_not_wait_for_a_mute_server),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

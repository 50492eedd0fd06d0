/*
 * #M: many callers of one connection, notes, hang-ups, and a server that answers in any order:
 * flush(5). Nothing is left when the connection is gone.
 */
#include "dev/devcall.h"
#include "dev/mnt.h"
#include "mm/mm.h"

enum
{
	NLATE = 4, /* reads that the server has before it answers one */
	NCALLER = 4,
	NFID = 64,
	FILESIZE = 20000,
	SRVMSIZE = 1024,
	/* more than a pipe holds */
	LONGWRITE = 600 * KiB,
	PATIENCE = 60000, /* ms */
};

typedef struct Server Server;
struct Server
{
	Worker *w;
	Chan *c;
	u32int rand;
	/* hangs up after so many messages; 0: never */
	int last;
	/* answers some reads only when others come, or flushes */
	int lazy;
	/* the largest message */
	u32int msize;
	/* stops in the middle of a longer message; sends one of a wrong size first */
	int stops;
	int lies;
	/* does not answer reads. gotread: atomic */
	int silent;
	u32int gotread;
	/* atomic: it stands still; it may end */
	u32int stopped;
	u32int go;
	/* reads not answered: tag, offset, count */
	struct
	{
		ushort tag;
		u64int off;
		u32int n;
	} held[NLATE];
	int nheld;
	struct
	{
		u32int fid;
		int used;
	} fids[NFID];
	uchar in[64 * KiB];
	uchar out[64 * KiB];
	uchar *op;
};

static Server srv;
static Chan *conn, *at;

static uchar
byteat(u64int off)
{
	return (uchar)(off * 7 + off / 251);
}

/* --- the server --- */

static void
put(u64int v, int n)
{
	for(; n > 0; n--, v >>= 8)
		*srv.op++ = (uchar)v;
}

static void
begin(int type, ushort tag)
{
	srv.op = srv.out + 4;
	put((uint)type, 1);
	put(tag, 2);
}

static void
send(void)
{
	long n;

	n = srv.op - srv.out;
	PBIT32(srv.out, (u32int)n);
	xwrite(srv.c, srv.out, n, 0);
}

/* A fid that must be known, or must not. */
static void
usefid(const uchar *p, int new)
{
	u32int fid;
	int i, spare;

	fid = GBIT32(p);
	spare = -1;
	for(i = 0; i < NFID; i++) {
		if(srv.fids[i].used && srv.fids[i].fid == fid) {
			if(new)
				panic("fid %d is used twice", fid);
			return;
		}
		if(!srv.fids[i].used)
			spare = i;
	}
	if(!new)
		panic("fid %d is not known", fid);
	if(spare < 0)
		panic("fid %d is one too many", fid);
	srv.fids[spare].fid = fid;
	srv.fids[spare].used = 1;
}

static void
dropfid(const uchar *p)
{
	int i;

	usefid(p, 0);
	for(i = 0; i < NFID; i++)
		if(srv.fids[i].fid == GBIT32(p))
			srv.fids[i].used = 0;
}

static void
putqid(int dir)
{
	put(dir ? QTDIR : 0, 1);
	put(0, 4);
	put(dir ? 0 : 1, 8);
}

/* Answer a read that waits. */
static void
answerread(int i)
{
	u32int n, k;
	u64int off;

	off = srv.held[i].off;
	n = srv.held[i].n;
	if(off >= FILESIZE)
		n = 0;
	else if(n > FILESIZE - off)
		n = (u32int)(FILESIZE - off);
	begin(Rread, srv.held[i].tag);
	put(n, 4);
	for(k = 0; k < n; k++)
		*srv.op++ = byteat(off + k);
	srv.held[i] = srv.held[--srv.nheld];
	send();
}

static void
answerflush(ushort old, ushort tag)
{
	int i;

	for(i = 0; i < srv.nheld; i++) {
		if(srv.held[i].tag != old)
			continue;
		if(nextrand(&srv.rand) & 1)
			answerread(i);
		else
			srv.held[i] = srv.held[--srv.nheld];
		break;
	}
	begin(Rflush, tag);
	send();
}

static void
holdread(const uchar *p, ushort tag)
{
	usefid(p, 0);
	if(srv.silent) {
		__atomic_store_n(&srv.gotread, 1, __ATOMIC_SEQ_CST);
		return;
	}
	srv.held[srv.nheld].tag = tag;
	srv.held[srv.nheld].off = GBIT64(p + 4);
	srv.held[srv.nheld].n = GBIT32(p + 12);
	srv.nheld++;
	while(srv.nheld == NLATE ||
	    (srv.nheld > 0 && (!srv.lazy || (nextrand(&srv.rand) & 3) != 0)))
		answerread((int)(nextrand(&srv.rand) % (uint)srv.nheld));
}

static void
answerwalk(const uchar *p)
{
	int n;

	usefid(p, 0);
	usefid(p + 4, 1);
	n = GBIT16(p + 8);
	put((uint)n, 2);
	if(n > 0)
		putqid(0);
}

static void
answerone(const uchar *p)
{
	int type;
	ushort tag;

	type = p[4];
	tag = GBIT16(p + 5);
	p += MSGHDR;
	begin(type + 1, tag);
	switch(type) {
	case Tversion:
		put(srv.msize, 4);
		put(6, 2);
		memmove(srv.op, "9P2000", 6);
		srv.op += 6;
		break;
	case Tattach:
		usefid(p, 1);
		putqid(1);
		break;
	case Tflush:
		answerflush(GBIT16(p), tag);
		return;
	case Twalk:
		answerwalk(p);
		break;
	case Topen:
		usefid(p, 0);
		putqid(0);
		put(0, 4);
		break;
	case Tread:
		holdread(p, tag);
		return;
	case Tclunk:
		dropfid(p);
		break;
	default:
		panic("a message of type %d", type);
	}
	send();
}

static void
pausems(void)
{
	if(waserror())
		return;
	tsleep(&up->sleeprend, return0, nil, 1);
	poperror();
}

/* Wait until *p, but not for ever. */
static void
await(u32int *p, const char *what, int most)
{
	int ms;

	for(ms = 0; !__atomic_load_n(p, __ATOMIC_SEQ_CST); ms++) {
		if(ms == most)
			panic("%s does not come", what);
		pausems();
	}
}

/* The rest of a message is not read. */
static void
standstill(void)
{
	static uchar wrong[] = {3, 0, 0, 0};

	if(srv.lies)
		xwrite(srv.c, wrong, sizeof wrong, 0);
	__atomic_store_n(&srv.stopped, 1, __ATOMIC_SEQ_CST);
	await(&srv.go, "the server's end", 9 * PATIENCE);
	cclose(srv.c);
}

static void
serve(void *arg)
{
	long n;
	int i;

	USED(arg);
	for(i = 1; i != srv.last; i++) {
		n = xread(srv.c, srv.in, sizeof srv.in, 0);
		if(n <= 0)
			break;
		if(srv.stops && n < (long)GBIT32(srv.in)) {
			standstill();
			return;
		}
		if(n != (long)GBIT32(srv.in))
			panic("a message of %d bytes in %lld", GBIT32(srv.in),
			    (vlong)n);
		answerone(srv.in);
	}
	cclose(srv.c);
}

/* --- the clients --- */

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
startserver(int last, int lazy)
{
	Chan *end[2];

	newpipe(end);
	memset(&srv, 0, sizeof srv);
	srv.c = end[0];
	srv.rand = 12345;
	srv.last = last;
	srv.lazy = lazy;
	srv.msize = SRVMSIZE;
	conn = end[1];
	srv.w = spawn(serve, nil);
}

static void
mountserver(int flag)
{
	Chan *root;

	root = mntclient.attach(conn, nil, "");
	root->flag |= flag;
	at = namec("/n", Amount, 0, 0);
	cmount(root, at, MREPL, "");
	cclose(root);
	cclose(conn);
}

static void
unmountserver(void)
{
	cunmount(at, nil);
	cclose(at);
	join(srv.w);
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_a_file_is_read_and_nothing_is_left),
	    KERN(test_callers_get_their_own_answers),
	    KERN(test_cached_bytes_are_their_own),
	    KERN(test_pages_are_reclaimed_while_they_are_read),
	    KERN(test_a_hangup_ends_all_calls),
	    KERN(test_a_broken_message_ends_the_reader),
	    KERN(test_a_wrong_size_ends_the_writer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

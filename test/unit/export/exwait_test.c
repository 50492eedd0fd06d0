/*
 * Exports: requests that wait, and are flushed; connections that end or begin again meanwhile; limits;
 * many clients at once.
 */
#include "export/extree.h"
#include "dev/dev.h"

enum
{
	NCLIENT = 8,
	FILESIZE = 9000,
	ROUNDS = 60,
};

/* fid 1 is the reading end of a pipe without bytes, fid 2 the other end. */
static void
start(Raw *r)
{
	rawdial(r, ex);
	rawstart(r, MSIZE);
	assert_int_equal(rawwalk(r, 0, 1, "pipe data"), Rwalk);
	assert_int_equal(raw(r, Topen, "db", 1, OREAD), Ropen);
	assert_int_equal(rawwalk(r, 0, 2, "pipe data1"), Rwalk);
	assert_int_equal(raw(r, Topen, "db", 2, OWRITE), Ropen);
}

/* Nothing comes on r until the answer to this. */
static void
nothingbefore(Raw *r)
{
	assert_int_equal(raw(r, Tstat, "d", 0), Rstat);
}

static void
readpipe(Raw *r, ushort tag)
{
	rawput(r, Tread, tag, "dqd", 1, 0ULL, 100);
	rawsend(r);
}

static void
test_a_read_that_waits_holds_up_nothing(void **state)
{
	Raw *r = &raw1;
	int i, t;

	USED(state);
	start(r);
	readpipe(r, 7);
	nothingbefore(r);
	rawput(r, Twrite, 8, "dqdn", 2, 0ULL, 5, "hello", 5);
	rawsend(r);
	for(i = 0; i < 2; i++) {
		t = rawget(r);
		assert_int_equal(t, r->tag == 7 ? Rread : Rwrite);
		if(t == Rread)
			assert_memory_equal(rawbody(r), "\5\0\0\0hello", 9);
	}
	rawclose(r);
}

static void
flush(Raw *r, ushort tag, ushort old)
{
	rawput(r, Tflush, tag, "w", old);
	rawsend(r);
}

static void
test_a_flush_ends_a_read(void **state)
{
	Raw *r = &raw1;
	int i;

	USED(state);
	start(r);
	for(i = 0; i < 50; i++) {
		readpipe(r, 7);
		if(i & 1)
			nothingbefore(r);
		flush(r, 8, 7);
		assert_int_equal(rawget(r), Rflush);
		assert_int_equal(r->tag, 8);
	}
	/* the next bytes are another read's */
	assert_int_equal(
	    raw(r, Twrite, "dqdn", 2, 0ULL, 5, "hello", 5), Rwrite);
	readpipe(r, 7);
	assert_int_equal(rawget(r), Rread);
	assert_memory_equal(rawbody(r), "\5\0\0\0hello", 9);
	rawclose(r);
}

static void
test_flushes_are_answered_in_order(void **state)
{
	Raw *r = &raw1;
	int i;

	USED(state);
	start(r);
	flush(r, 9, 1234);
	assert_int_equal(rawget(r), Rflush);
	flush(r, 9, 9);
	assert_int_equal(rawget(r), Rflush);
	readpipe(r, 7);
	nothingbefore(r);
	/* in one write, so that they come before the read has ended */
	for(i = 0; i < 5; i++) {
		rawput(r, Tflush, (ushort)(20 + i), "w", i == 2 ? 21 : 7);
		memmove(r->out + 1000 + 9 * i, r->out, 9);
	}
	rawbytes(r, r->out + 1000, 9 * 5);
	for(i = 0; i < 5; i++) {
		assert_int_equal(rawget(r), Rflush);
		assert_int_equal(r->tag, 20 + i);
	}
	nothingbefore(r);
	rawclose(r);
}

static void
test_a_tag_is_used_once(void **state)
{
	Raw *r = &raw1;

	USED(state);
	start(r);
	readpipe(r, 7);
	nothingbefore(r);
	rawput(r, Tstat, 7, "d", 0);
	rawsend(r);
	assert_int_equal(rawget(r), Rerror);
	assert_string_equal(rawerror(r), "tag already in use");
	flush(r, 7, 1);
	assert_int_equal(rawget(r), Rerror);
	assert_string_equal(rawerror(r), "tag already in use");
	flush(r, 8, 7);
	assert_int_equal(rawget(r), Rflush);
	rawclose(r);
}

static void
test_a_version_begins_again(void **state)
{
	Raw *r = &raw1;
	int i;

	USED(state);
	start(r);
	for(i = 0; i < 20; i++) {
		readpipe(r, 7);
		readpipe(r, 6);
		if(i & 1) {
			nothingbefore(r);
			/* its answer may come before the version's */
			flush(r, 8, 7);
		}
		rawput(r, Tversion, NOTAG, "ds", MSIZE, "9P2000");
		rawsend(r);
		while(rawget(r) == Rflush)
			assert_int_equal(r->tag, 8);
		assert_int_equal(r->in[4], Rversion);
		assert_rerror(
		    r, raw(r, Tclunk, "d", 0), "fid unknown or out of range");
		/* nobody has the other end of the old pipe, which a reader may still have */
		must(xunmount(nil, "/pipe") == 0);
		must(xbind("#|", "/pipe", MREPL) >= 0);
		assert_int_equal(
		    raw(r, Tattach, "ddss", 0, NOFID, "u", ""), Rattach);
		assert_int_equal(rawwalk(r, 0, 1, "pipe data"), Rwalk);
		assert_int_equal(raw(r, Topen, "db", 1, OREAD), Ropen);
	}
	rawclose(r);
}

static void
test_a_client_hangs_up_while_it_reads(void **state)
{
	int i, j;

	USED(state);
	for(i = 0; i < 10; i++) {
		must(xunmount(nil, "/pipe") == 0);
		must(xbind("#|", "/pipe", MREPL) >= 0);
		start(&raw1);
		for(j = 0; j < 8; j++)
			readpipe(&raw1, (ushort)(10 + j));
		if(i & 1)
			nothingbefore(&raw1);
		if(i & 2)
			flush(&raw1, 5, 12);
		rawclose(&raw1);
	}
}

/* --- a server that does not answer, mounted where the export's requests go --- */

static Chan *silentend;

static void
silent(void *a)
{
	uchar m[1024], out[64];
	long n;
	int i;

	USED(a);
	for(i = 0; i < 2; i++) {
		n = devtab[silentend->type]->read(silentend, m, sizeof m, 0);
		must(n > MSGHDR);
		n = MSGHDR;
		if(m[4] == Tversion) {
			PBIT32(out + n, 8192);
			memmove(out + n + 4, "\6\0009P2000", 8);
			n += 12;
		} else {
			memset(out + n, 0, QIDSZ);
			out[n] = QTDIR;
			n += QIDSZ;
		}
		PBIT32(out, n);
		out[4] = m[4] + 1;
		out[5] = m[5];
		out[6] = m[6];
		devtab[silentend->type]->write(silentend, out, n, 0);
	}
}

static void
test_a_request_that_waits_unnoticed_holds_up_nothing(void **state)
{
	Raw *r = &raw1;
	Chan *end[2], *root, *at;
	Worker *w;

	USED(state);
	newpipe(end);
	silentend = end[0];
	w = spawn(silent, nil);
	root = mntclient.attach(end[1], nil, "");
	at = namec("/n", Amount, 0, 0);
	cmount(root, at, MREPL, "");
	cclose(root);
	join(w);
	rawdial(r, ex);
	rawstart(r, MSIZE);
	rawput(r, Twalk, 7, "ddwss", 0, 9, 2, "n", "x");
	rawsend(r);
	/* the watch gives the reading to another worker */
	nothingbefore(r);
	flush(r, 8, 7);
	nothingbefore(r);
	/* the server may still answer the walk or its flush: it hangs up */
	cclose(end[0]);
	assert_int_equal(rawget(r), Rwalk);
	assert_int_equal(r->tag, 7);
	assert_int_equal(GBIT16(rawbody(r)), 1);
	assert_int_equal(rawget(r), Rflush);
	assert_rerror(r, raw(r, Tclunk, "d", 9), "fid unknown or out of range");
	rawclose(r);
	cunmount(at, nil);
	cclose(at);
	cclose(end[1]);
}

/* --- limits --- */

static void
test_too_many_requests(void **state)
{
	Raw *r = &raw1;
	int i;

	USED(state);
	moreprocs(NEXREQ + 10);
	start(r);
	for(i = 0; i < NEXREQ; i++)
		readpipe(r, (ushort)(10 + i));
	assert_rerror(r, raw(r, Tstat, "d", 0),
	    "export: more than 128 requests under way");
	assert_rerror(r, raw(r, Tflush, "w", 10),
	    "export: more than 128 requests under way");
	rawclose(r);
}

static void
test_no_process_for_a_request(void **state)
{
	Raw *r = &raw1;
	int i, t;

	USED(state);
	maxslots = 20;
	start(r);
	for(i = 0; i < 20; i++)
		readpipe(r, (ushort)(10 + i));
	/* those that nobody waits for are answered at once */
	do {
		t = raw1.tag;
		assert_int_equal(rawget(r), Rerror);
		assert_string_equal(rawerror(r), "no free process slots");
		assert_true(r->tag >= 10 && r->tag != t);
	} while(r->tag != 29);
	nothingbefore(r);
	rawclose(r);
}

static void
test_too_many_connections(void **state)
{
	static Chan *c[NEXCONN];
	Chan *end[2];
	int i;

	USED(state);
	moreprocs(NEXCONN + 10);
	for(i = 0; i < NEXCONN; i++) {
		newpipe(end);
		c[i] = end[1];
		exportserve(ex, end[0]);
	}
	newpipe(end);
	if(!waserror()) {
		exportserve(ex, end[0]);
		panic("one more");
	}
	assert_string_equal(up->errstr, "export: more than 64 connections");
	cclose(end[0]);
	cclose(end[1]);
	for(i = 0; i < NEXCONN; i++)
		cclose(c[i]);
}

/* --- many clients at once --- */

static uchar
byteat(u32int i, u64int off)
{
	return (uchar)(i * 37 + off * 7 + off / 251);
}

static void
writeown(Raw *r, u32int i)
{
	uchar buf[1000];
	u32int off, n, k;

	for(off = 0; off < FILESIZE; off += n) {
		n = FILESIZE - off < sizeof buf ? FILESIZE - off : sizeof buf;
		for(k = 0; k < n; k++)
			buf[k] = byteat(i, off + k);
		must(raw(r, Twrite, "dqdn", 1, (u64int)off, n, buf, n) ==
		    Rwrite);
		must(GBIT32(rawbody(r)) == n);
	}
}

/* Several reads at a time, of any part of the file */
static void
readown(Raw *r, u32int i, u32int *rand)
{
	u32int off[4], n, k;
	int j, t;

	for(j = 0; j < 4; j++) {
		off[j] = nextrand(rand) % FILESIZE;
		rawput(
		    r, Tread, (ushort)(100 + j), "dqd", 1, (u64int)off[j], 700);
		rawsend(r);
	}
	for(j = 0; j < 4; j++) {
		must(rawget(r) == Rread);
		t = r->tag - 100;
		must(t >= 0 && t < 4);
		n = GBIT32(rawbody(r));
		must(n == (FILESIZE - off[t] < 700 ? FILESIZE - off[t] : 700));
		for(k = 0; k < n; k++)
			must(rawbody(r)[4 + k] == byteat(i, off[t] + k));
	}
}

static void
client(void *a)
{
	Raw *r = a;
	char name[16];
	u32int i, j, rand;

	i = GBIT8(r->out);
	rand = i + 1;
	rawdial(r, ex);
	rawstart(r, MSIZE);
	snprint(name, sizeof name, "f%d", i);
	must(rawwalk(r, 0, 1, "dir") == Rwalk);
	must(raw(r, Tcreate, "dsdb", 1, name, 0666, ORDWR) == Rcreate);
	writeown(r, i);
	for(j = 0; j < ROUNDS; j++) {
		readown(r, i, &rand);
		must(rawwalk(r, 0, 2, "dir sub f") == Rwalk);
		must(raw(r, Tstat, "d", 2) == Rstat);
		must(raw(r, Tclunk, "d", 2) == Rclunk);
	}
	must(raw(r, Tremove, "d", 1) == Rremove);
	rawclose(r);
}

static void
test_eight_clients_get_their_own_bytes(void **state)
{
	static Raw r[NCLIENT];
	Worker *w[NCLIENT];
	int i;

	USED(state);
	/* each has the workers of two connections at most */
	moreprocs(NCLIENT * 8);
	for(i = 0; i < NCLIENT; i++) {
		r[i].out[0] = (uchar)i;
		w[i] = spawn(client, &r[i]);
	}
	for(i = 0; i < NCLIENT; i++)
		join(w[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_a_read_that_waits_holds_up_nothing),
	    KERN(test_a_flush_ends_a_read),
	    KERN(test_flushes_are_answered_in_order),
	    KERN(test_a_tag_is_used_once),
	    KERN(test_a_version_begins_again),
	    KERN(test_a_client_hangs_up_while_it_reads),
	    KERN(test_a_request_that_waits_unnoticed_holds_up_nothing),
	    KERN(test_too_many_requests),
	    KERN(test_no_process_for_a_request),
	    KERN(test_too_many_connections),
	    KERN(test_eight_clients_get_their_own_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

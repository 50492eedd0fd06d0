/*
 * Records that are not what they should be, and memory that runs out: nothing breaks, and nothing is
 * left.
 */
#include "tlscall.h"

enum
{
	/* the most bytes of what a peer says */
	Maxsaid = 1024,
};

static int
setup(void **state)
{
	USED(state);
	devgroups();
	warmtls();
	countblocks();
	return 0;
}

static int
teardown(void **state)
{
	USED(state);
	takenotes();
	return sameblocks() ? 0 : -1;
}

static void
test_a_pair_speaks(void **state)
{
	static char out[100000], in[MAXREC];
	Filter f[2];
	long n, m;

	USED(state);
	memset(out, 'x', sizeof out);
	assert_int_equal(pairfilters(f, "clear", "aes_128_gcm_aead"), 0);
	assert_int_equal(xwrite(f[0].data, out, sizeof out, 0), sizeof out);
	for(n = 0; n < (long)sizeof out; n += m) {
		m = xread(f[1].data, in, sizeof in, 0);
		assert_true(m > 0);
		assert_memory_equal(in, out, m);
	}
	closefilter(&f[0]);
	assert_int_equal(xread(f[1].data, in, 1, 0), -1);
	assert_string_equal(up->errstr, "tls hungup");
	closefilter(&f[1]);
}

/* A wire that is looked into: what f writes is read from `wire'. */
typedef struct Tapped Tapped;
struct Tapped
{
	Filter f;
	Chan *wire;
	uchar said[Maxsaid];
	long n;
};

static void
tap(Tapped *t, const char *hash, const char *enc, int isclient)
{
	Chan *end[2];

	memset(t, 0, sizeof *t);
	newpipe(end);
	t->wire = end[1];
	assert_int_equal(fopenfilter(&t->f), 0);
	assert_int_equal(setfilter(&t->f, end[0], "0x303"), 0);
	assert_int_equal(securefilter(&t->f, hash, enc, isclient), 0);
	cclose(end[0]);
}

static void
untap(Tapped *t)
{
	closefilter(&t->f);
	cclose(t->wire);
}

/* Take a record that t has written; `to' gets it, unless that is nil. */
static void
pass(Tapped *t, Tapped *to)
{
	long n;

	n = xread(t->wire, t->said + t->n, Maxsaid - t->n, 0);
	assert_true(n > 0);
	if(to != nil)
		assert_int_equal(xwrite(to->wire, t->said + t->n, n, 0), n);
	t->n += n;
}

static void
shake(Tapped *t, Tapped *to)
{
	char buf[16];

	assert_int_equal(xwrite(t->f.hand, "finished", 8, 0), 8);
	/* the change of ciphers, and the message */
	pass(t, to);
	pass(t, to);
	assert_int_equal(xread(to->f.hand, buf, sizeof buf, 0), 8);
}

/* What a client says: a change of ciphers, a message of the handshake, data, and the end. */
static void
record(Tapped *client, const char *hash, const char *enc)
{
	Tapped server;

	tap(client, hash, enc, 1);
	tap(&server, hash, enc, 0);
	shake(client, &server);
	shake(&server, client);
	assert_int_equal(tell(&client->f, "opened"), 0);
	assert_int_equal(xwrite(client->f.data, "some data", 9, 0), 9);
	pass(client, nil);
	assert_int_equal(tell(&client->f, "alert 0"), 0);
	pass(client, nil);
	untap(&server);
	untap(client);
}

/* Let a server hear that. What it made of it goes to said, of n bytes. */
static void
hear(const uchar *what, long nwhat, const char *hash, const char *enc,
    char *said, int n)
{
	char buf[Maxsaid];
	Tapped t;
	long m;

	tap(&t, hash, enc, 0);
	assert_int_equal(xwrite(t.wire, what, nwhat, 0), nwhat);
	/* nothing more comes, so every read ends */
	cclose(t.wire);
	t.wire = xopen("#c/null", OREAD);
	m = xread(t.f.hand, buf, sizeof buf, 0);
	if(m == 8 && memcmp(buf, "finished", 8) == 0)
		m = tell(&t.f, "opened") == 0
		    ? xread(t.f.data, buf, sizeof buf, 0)
		    : -2;
	if(m == 9 && memcmp(buf, "some data", 9) == 0) {
		m = xread(t.f.data, buf, sizeof buf, 0);
		snprint(said, n, "data, then %lld, %s", (vlong)m, up->errstr);
	} else
		snprint(said, n, "%lld, %s", (vlong)m, up->errstr);
	untap(&t);
	takenotes();
}

static void
test_a_lie_at_each_byte_is_noticed(void **state)
{
	static const char *suites[][2] = {{"clear", "aes_128_gcm_aead"},
	    {"sha1", "aes_128_cbc"}, {"clear", "ccpoly96_aead"},
	    {"sha256", "rc4_128"}, {"md5", "clear"}};
	static const uchar bits[] = {0x01, 0x80, 0xff};
	char said[256];
	Tapped client;
	u32int i, k;
	long at;

	USED(state);
	for(i = 0; i < nelem(suites); i++) {
		record(&client, suites[i][0], suites[i][1]);
		hear(client.said, client.n, suites[i][0], suites[i][1], said,
		    sizeof said);
		assert_string_equal(said, "data, then -1, tls hungup");
		for(at = 0; at < client.n; at++)
			for(k = 0; k < nelem(bits); k++) {
				client.said[at] ^= bits[k];
				hear(client.said, client.n, suites[i][0],
				    suites[i][1], said, sizeof said);
				client.said[at] ^= bits[k];
				assert_string_not_equal(
				    said, "data, then -1, tls hungup");
			}
	}
}

/* A conversation, whose allocation number `fail' fails. Returns 0 if it has no such allocation. */
static int
withfailure(long fail, const char *hash, const char *enc)
{
	static char in[MAXREC];
	Filter f[2];
	int r;

	allocfail = fail;
	r = pairfilters(f, hash, enc);
	if(r == 0) {
		if(xwrite(f[0].data, in, 3000, 0) == 3000)
			xread(f[1].data, in, sizeof in, 0);
		fail = allocfail;
		closefilter(&f[0]);
		closefilter(&f[1]);
	}
	allocfail = 0;
	takenotes();
	if(!sameblocks())
		fail_msg("%ld, %s: %s", fail, enc, up->errstr);
	return r < 0 || fail == 0;
}

static void
test_memory_runs_out(void **state)
{
	long i;

	USED(state);
	for(i = 1; withfailure(i, "sha1", "aes_128_cbc"); i++)
		;
	assert_true(i > 20);
	for(i = 1; withfailure(i, "clear", "clear"); i++)
		;
	assert_true(i > 20);
}

/* Allocation number `fail' of a reader of hand fails. Returns 0 if it has no such allocation. */
static int
readerfails(long fail)
{
	Tapped t;
	char c;
	long n;

	tap(&t, "clear", "clear", 0);
	assert_int_equal(xwrite(t.wire, "\26\3\3\0\1a\26\3\3\0\1b", 12, 0), 12);
	allocfail = fail;
	n = xread(t.f.hand, &c, 1, 0);
	fail = allocfail;
	allocfail = 0;
	if(n < 0) {
		assert_string_equal(up->errstr, Enomem);
		n = xread(t.f.hand, &c, 1, 0);
		/* a is not lost while b comes */
		assert_true(n < 0 || c == 'a');
	}
	untap(&t);
	takenotes();
	return fail == 0;
}

static void
test_a_message_without_memory_is_not_passed_over(void **state)
{
	long i;

	USED(state);
	for(i = 1; readerfails(i); i++)
		;
	assert_true(i > 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_a_pair_speaks),
	    KERN(test_a_lie_at_each_byte_is_noticed),
	    KERN(test_memory_runs_out),
	    KERN(test_a_message_without_memory_is_not_passed_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

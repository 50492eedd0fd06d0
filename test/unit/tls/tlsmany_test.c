/*
 * Many conversations at once, over one helper.
 */
#include "tlscall.h"

enum
{
	Pairs = 12,
	Rounds = 6,
	Most = 40000,
};

static const char *const suites[][2] = {
    {"clear", "aes_128_gcm_aead"},
    {"sha1", "aes_128_cbc"},
    {"clear", "ccpoly96_aead"},
    {"sha1", "rc4_128"},
    {"clear", "clear"},
};

static int
setup(void **state)
{
	USED(state);
	devgroups();
	warmprocs(4 * Pairs + 1);
	warmchans(16 * Pairs);
	warmtls();
	countblocks();
	return 0;
}

static int
teardown(void **state)
{
	USED(state);
	takenotes();
	return sameblockssoon() ? 0 : -1;
}

typedef struct Talk Talk;
struct Talk
{
	Filter *f;
	int seed;
};

static void
talker(void *a)
{
	Talk *t = a;
	uchar *buf;
	long n;
	int i;

	buf = smalloc(Most);
	for(i = 1; i <= Rounds; i++) {
		n = (i * 7919L + t->seed * 104729L) % Most + 1;
		memset(buf, t->seed + i, n);
		if(xwrite(t->f->data, buf, n, 0) != n)
			panic("write: %s", up->errstr);
	}
	kfree(buf);
}

static void
listener(void *a)
{
	Talk *t = a;
	uchar *buf;
	long n, m, k, at;
	int i;

	buf = smalloc(Most);
	for(i = 1; i <= Rounds; i++) {
		n = (i * 7919L + t->seed * 104729L) % Most + 1;
		for(at = 0; at < n; at += m) {
			m = xread(t->f->data, buf, n - at, 0);
			if(m <= 0)
				panic("read: %s", up->errstr);
			for(k = 0; k < m; k++)
				must(buf[k] == (uchar)(t->seed + i));
		}
	}
	kfree(buf);
}

static void
test_many_pairs_speak_at_once(void **state)
{
	static Filter f[Pairs][2];
	Worker *w[4 * Pairs];
	Talk t[Pairs][4];
	int i, k;

	USED(state);
	for(i = 0; i < Pairs; i++)
		assert_int_equal(
		    pairfilters(f[i], suites[i % 5][0], suites[i % 5][1]), 0);
	for(i = 0; i < Pairs; i++)
		for(k = 0; k < 4; k++) {
			/* both ways: 0 to 1, and 1 to 0 */
			t[i][k].f = &f[i][k == 0 || k == 3 ? 0 : 1];
			t[i][k].seed = 2 * i + (k > 1);
			w[4 * i + k] =
			    spawn(k % 2 == 0 ? talker : listener, &t[i][k]);
		}
	for(i = 0; i < 4 * Pairs; i++)
		join(w[i]);
	for(i = 0; i < Pairs; i++) {
		closefilter(&f[i][0]);
		closefilter(&f[i][1]);
	}
}

/* Open, fail and close conversations of the lowest numbers, side by side. */
static void
opener(void *a)
{
	Filter f[2];
	int i;

	USED(a);
	for(i = 0; i < 10; i++) {
		must(pairfilters(f, "sha1", "aes_128_cbc") == 0);
		must(tell(&f[i % 2], "alert 40") == 0);
		closefilter(&f[0]);
		closefilter(&f[1]);
		takenotes();
	}
}

static void
test_conversations_come_and_go(void **state)
{
	Worker *w[8];
	char buf[4096];
	int i;

	USED(state);
	for(i = 0; i < 8; i++)
		w[i] = spawn(opener, nil);
	/* the directory is read meanwhile */
	for(i = 0; i < 50; i++)
		xlist("#a/tls", buf, sizeof buf, 1024);
	for(i = 0; i < 8; i++)
		join(w[i]);
}

static void
reader(void *a)
{
	Filter *f = a;
	char c;

	must(xread(f->data, &c, 1, 0) < 0);
	must(strcmp(up->errstr, Eintr) == 0);
}

static void
test_a_note_ends_a_read(void **state)
{
	Filter f[2];
	Worker *w;
	char c;
	int i;

	USED(state);
	assert_int_equal(pairfilters(f, "clear", "aes_256_gcm_aead"), 0);
	for(i = 0; i < 20; i++) {
		w = spawn(reader, &f[0]);
		while(notework(w, "alarm"))
			hostyield();
		join(w);
	}
	assert_int_equal(xwrite(f[1].data, "x", 1, 0), 1);
	assert_int_equal(xread(f[0].data, &c, 1, 0), 1);
	closefilter(&f[0]);
	closefilter(&f[1]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_many_pairs_speak_at_once),
	    KERN(test_conversations_come_and_go),
	    KERN(test_a_note_ends_a_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * Exports: requests that no client should make. Each is answered by an error, and the next is served.
 */
#include "export/extree.h"

/* The connection is as good as ever. */
static void
stillserved(Raw *r)
{
	assert_int_equal(rawwalk(r, 0, 77, "dir sub f"), Rwalk);
	assert_int_equal(raw(r, Tclunk, "d", 77), Rclunk);
}

static void
start(Raw *r)
{
	rawdial(r, ex);
	rawstart(r, MSIZE);
	assert_int_equal(rawwalk(r, 0, 1, "dir sub f"), Rwalk);
	assert_int_equal(raw(r, Topen, "db", 1, OREAD), Ropen);
	assert_int_equal(rawwalk(r, 0, 2, "g"), Rwalk);
	assert_int_equal(raw(r, Topen, "db", 2, OWRITE), Ropen);
	assert_int_equal(rawwalk(r, 0, 3, "dir"), Rwalk);
}

#define NO "fid unknown or out of range"
#define MAL "malformed 9P message"

static void
test_wrong_fids(void **state)
{
	Raw *r = &raw1;
	uchar st[100];

	USED(state);
	memset(st, 0, sizeof st);
	start(r);
	assert_rerror(r, rawwalk(r, 9, 10, ""), NO);
	assert_rerror(r, rawwalk(r, 9, 9, "x"), NO);
	assert_rerror(r, raw(r, Topen, "db", 9, OREAD), NO);
	assert_rerror(r, raw(r, Tcreate, "dsdb", 9, "x", 0644, OREAD), NO);
	assert_rerror(r, raw(r, Tread, "dqd", 9, 0ULL, 1), NO);
	assert_rerror(r, raw(r, Twrite, "dqdn", 9, 0ULL, 1, "x", 1), NO);
	assert_rerror(r, raw(r, Tclunk, "d", 9), NO);
	assert_rerror(r, raw(r, Tremove, "d", 9), NO);
	assert_rerror(r, raw(r, Tstat, "d", 9), NO);
	assert_rerror(r, raw(r, Twstat, "dwn", 9, 60, st, 60), NO);
	assert_rerror(r, rawwalk(r, 3, 1, ""), "fid already in use");
	assert_rerror(r, rawwalk(r, 3, NOFID, ""), "fid already in use");
	assert_rerror(r, raw(r, Tattach, "ddss", 1, NOFID, "u", ""),
	    "fid already in use");
	assert_rerror(r, rawwalk(r, 1, 4, ""), "file already open for I/O");
	assert_rerror(r, rawwalk(r, 1, 1, ""), "file already open for I/O");
	assert_rerror(
	    r, raw(r, Topen, "db", 1, OREAD), "file already open for I/O");
	assert_rerror(r, raw(r, Tcreate, "dsdb", 1, "x", 0644, OREAD),
	    "file already open for I/O");
	assert_rerror(r, raw(r, Tread, "dqd", 3, 0ULL, 1), "bad use of fid");
	assert_rerror(
	    r, raw(r, Twrite, "dqdn", 3, 0ULL, 1, "x", 1), "bad use of fid");
	assert_rerror(
	    r, raw(r, Tread, "dqd", 2, 0ULL, 1), "inappropriate use of fd");
	assert_rerror(r, raw(r, Twrite, "dqdn", 1, 0ULL, 1, "x", 1),
	    "inappropriate use of fd");
	stillserved(r);
	rawclose(r);
}

static void
test_wrong_arguments(void **state)
{
	Raw *r = &raw1;
	uchar zero[100];

	USED(state);
	memset(zero, 0, sizeof zero);
	start(r);
	assert_rerror(
	    r, raw(r, Topen, "db", 3, 0xFF), "bad arg in system call");
	assert_rerror(r, raw(r, Tcreate, "dsdb", 3, "x", 0644, 0x8F),
	    "bad arg in system call");
	assert_int_equal(raw(r, Topen, "db", 3, OWRITE), Rerror);
	assert_int_equal(raw(r, Topen, "db", 3, OEXEC), Rerror);
	assert_rerror(
	    r, raw(r, Tread, "dqd", 1, 1ULL << 63, 1), "negative i/o offset");
	assert_rerror(r, raw(r, Twrite, "dqdn", 2, 1ULL << 63, 1, "x", 1),
	    "negative i/o offset");
	assert_rerror(
	    r, raw(r, Twstat, "dwn", 3, 60, zero, 60), "malformed stat buffer");
	assert_rerror(
	    r, raw(r, Twstat, "dwn", 3, 0, zero, 0), "malformed stat buffer");
	/* as many bytes as fit */
	assert_int_equal(raw(r, Tread, "dqd", 1, 0ULL, 0xFFFFFFFF), Rread);
	assert_int_equal(GBIT32(rawbody(r)), 12);
	assert_int_equal(raw(r, Tread, "dqd", 1, 0ULL, 0), Rread);
	stillserved(r);
	rawclose(r);
}

static void
test_wrong_names(void **state)
{
	static const char *const bad[] = {"/", "a/b", "\1", "a\nb", "\177"};
	Raw *r = &raw1;
	uint i;

	USED(state);
	start(r);
	for(i = 0; i < nelem(bad); i++) {
		assert_rerror(r, raw(r, Twalk, "ddws", 3, 8, 1, bad[i]),
		    "bad character in file name");
		assert_rerror(r,
		    raw(r, Tcreate, "dsdb", 3, bad[i], 0644, OREAD),
		    "bad character in file name");
	}
	assert_rerror(r, raw(r, Twalk, "ddws", 3, 8, 1, ""), "empty file name");
	assert_rerror(
	    r, raw(r, Tcreate, "dsdb", 3, "", 0644, OREAD), "empty file name");
	assert_rerror(r, raw(r, Tcreate, "dsdb", 3, ".", 0644, OREAD),
	    "file name syntax");
	assert_rerror(r, raw(r, Tcreate, "dsdb", 3, "..", 0644, OREAD),
	    "file name syntax");
	assert_rerror(
	    r, raw(r, Twalk, "ddws", 3, 8, 1, "."), "file name syntax");
	assert_rerror(r, raw(r, Twalk, "ddwwn", 3, 8, 1, 2, "a\0", 2),
	    "bad character in file name");
	assert_rerror(
	    r, raw(r, Twalk, "ddw", 3, 8, 17), "too many names in a walk");
	assert_rerror(r, raw(r, Tattach, "ddss", 8, NOFID, "u", "dir/../g"),
	    "file name syntax");
	/* a name that # would give another meaning */
	assert_rerror(
	    r, raw(r, Twalk, "ddws", 3, 8, 1, "#c"), "file does not exist");
	assert_int_equal(
	    raw(r, Tcreate, "dsdb", 3, "#c", 0644, OREAD | ORCLOSE), Rcreate);
	stillserved(r);
	rawclose(r);
}

/* A whole request of each type, to be cut. */
static u32int
whole(Raw *r, int i)
{
	static const uchar st[49] = {47};

	switch(i) {
	case 0:
		rawput(r, Tattach, 1, "ddss", 8, NOFID, "u", "");
		break;
	case 1:
		rawput(r, Twalk, 1, "ddwss", 3, 8, 2, "sub", "f");
		break;
	case 2:
		rawput(r, Topen, 1, "db", 3, OREAD);
		break;
	case 3:
		rawput(r, Tcreate, 1, "dsdb", 3, "x", 0644, OREAD);
		break;
	case 4:
		rawput(r, Tread, 1, "dqd", 1, 0ULL, 10);
		break;
	case 5:
		rawput(r, Twrite, 1, "dqdn", 2, 0ULL, 5, "hello", 5);
		break;
	case 6:
		rawput(r, Tclunk, 1, "d", 3);
		break;
	case 7:
		rawput(r, Tremove, 1, "d", 3);
		break;
	case 8:
		rawput(r, Tstat, 1, "d", 3);
		break;
	case 9:
		rawput(r, Twstat, 1, "dwn", 3, 49, st, 49);
		break;
	case 10:
		rawput(r, Tflush, 1, "w", 7);
		break;
	default:
		return 0;
	}
	return (u32int)(r->op - r->out);
}

static void
test_short_and_long_messages(void **state)
{
	Raw *r = &raw1;
	u32int n, full;
	int i;

	USED(state);
	start(r);
	for(i = 0; (full = whole(r, i)) != 0; i++)
		for(n = MSGHDR; n <= full + 1; n++) {
			if(n == full)
				continue;
			whole(r, i);
			*r->op = 0;
			PBIT32(r->out, n);
			rawbytes(r, r->out, n);
			assert_int_equal(rawget(r), Rerror);
			assert_string_equal(rawerror(r), MAL);
			assert_int_equal(r->tag, 1);
		}
	stillserved(r);
	rawclose(r);
}

static void
test_unknown_types(void **state)
{
	Raw *r = &raw1;
	int t;

	USED(state);
	start(r);
	for(t = 0; t < 256; t++)
		if(t < Tversion || t > Twstat || (t & 1) || t == Rerror - 1)
			assert_rerror(
			    r, raw(r, t, "dd", 1, 2), "unknown 9P message");
	stillserved(r);
	rawclose(r);
}

static void
hangsup(u32int size, const char *why)
{
	Raw *r = &raw1;

	start(r);
	rawput(r, Tread, 5, "dqd", 1, 0ULL, 10);
	PBIT32(r->out, size);
	rawbytes(r, r->out, 23);
	assert_int_equal(rawget(r), Rerror);
	assert_string_equal(rawerror(r), why);
	assert_int_equal(rawget(r), 0);
	rawclose(r);
}

static void
test_a_wrong_size_hangs_up(void **state)
{
	Raw *r = &raw1;

	USED(state);
	rawdial(r, ex);
	rawbytes(r, "\6\0\0\0\0\0\0", 7);
	assert_int_equal(rawget(r), Rerror);
	assert_int_equal(r->tag, NOTAG);
	assert_int_equal(rawget(r), 0);
	rawclose(r);
	hangsup(0, MAL ": 0 bytes, not 7 to 8192");
	hangsup(6, MAL ": 6 bytes, not 7 to 8192");
	hangsup(MSIZE + 1, MAL ": 8193 bytes, not 7 to 8192");
	hangsup(0xFFFFFFFF, MAL ": 4294967295 bytes, not 7 to 8192");
}

static void
test_requests_in_pieces_and_together(void **state)
{
	Raw *r = &raw1;
	uchar answered[100] = {0};
	u32int i, n;

	USED(state);
	start(r);
	rawput(r, Tread, 1, "dqd", 1, 0ULL, 10);
	n = (u32int)(r->op - r->out);
	for(i = 0; i < n; i++)
		rawbytes(r, r->out + i, 1);
	assert_int_equal(rawget(r), Rread);
	for(i = 1; i < 100; i++) {
		r->out[5] = (uchar)i;
		memmove(r->out + i * n, r->out, n);
	}
	rawbytes(r, r->out + n, 99 * n - 3);
	rawbytes(r, r->out + 100 * n - 3, 3);
	/* the answers come in any order */
	for(i = 1; i < 100; i++) {
		assert_int_equal(rawget(r), Rread);
		assert_in_range(r->tag, 1, 99);
		assert_int_equal(answered[r->tag]++, 0);
	}
	stillserved(r);
	rawclose(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_wrong_fids),
	    KERN(test_wrong_arguments),
	    KERN(test_wrong_names),
	    KERN(test_short_and_long_messages),
	    KERN(test_unknown_types),
	    KERN(test_a_wrong_size_hangs_up),
	    KERN(test_requests_in_pieces_and_together),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

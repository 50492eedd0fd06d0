/*
 * #Z, on a temporary directory: host files by the rules of the manual's section 5.
 */
#include <stdio.h>
#include <sys/stat.h>
#include "dev/hosttmp.h"

int symlink(const char *, const char *);
int link(const char *, const char *);
uid_t getuid(void);

static void
test_files_are_the_hosts(void **state)
{
	struct stat st;

	USED(state);
	put("f", "hello");
	holds("f", "hello");
	assert_int_equal(stat(host("f"), &st), 0);
	assert_int_equal(st.st_size, 5);
	assert_int_equal(st.st_mode & 0777, 0666);
}

static void
test_create_gives_no_more_than_the_directory(void **state)
{
	struct stat st;
	Chan *c;

	USED(state);
	mkdir9("d");
	assert_int_equal(chmod(host("d"), 0750), 0);
	c = xcreate(z("d/f"), OWRITE, 0666);
	cclose(c);
	c = xcreate(z("d/x"), OWRITE, 0777);
	cclose(c);
	c = xcreate(z("d/sub"), OREAD, DMDIR | 0777);
	cclose(c);
	stat(host("d/f"), &st);
	assert_int_equal(st.st_mode & 0777, 0640);
	/* execute bits of files are not the directory's to give */
	stat(host("d/x"), &st);
	assert_int_equal(st.st_mode & 0777, 0751);
	stat(host("d/sub"), &st);
	assert_int_equal(st.st_mode & 0777, 0750);
}

static void
test_qids(void **state)
{
	Dir a, b;

	USED(state);
	put("a", "1");
	put("b", "1");
	assert_int_equal(link(host("a"), host("same")), 0);
	xstat(z("a"), &a);
	xstat(z("b"), &b);
	assert_true(a.qid.path != b.qid.path);
	xstat(z("same"), &b);
	assert_true(a.qid.path == b.qid.path);
	assert_int_equal(a.qid.vers, b.qid.vers);
	put("a", "22");
	xstat(z("a"), &b);
	assert_true(a.qid.path == b.qid.path);
	assert_true(a.qid.vers != b.qid.vers);
	mkdir9("d");
	xstat(z("d"), &b);
	assert_int_equal(b.qid.type, QTDIR);
	assert_int_equal(b.mode & DMDIR, DMDIR);
	assert_int_equal(b.length, 0);
}

static void
test_missing_files_say_so(void **state)
{
	USED(state);
	put("f", "");
	assert_null(xopen(z("no"), OREAD));
	assert_non_null(strstr(up->errstr, Enonexist));
	assert_null(xopen(z("f/x"), OREAD));
	assert_non_null(strstr(up->errstr, Enotdir));
	assert_null(xopen(z("no/x"), OREAD));
	assert_non_null(strstr(up->errstr, Enonexist));
}

static void
test_partial_walks(void **state)
{
	char *names[] = {"a", "b", "no", "c"};
	char spec[128];
	Walkqid *wq;
	Chan *c;

	USED(state);
	mkdir9("a");
	mkdir9("a/b");
	snprint(spec, sizeof spec, "%s", tmpdir);
	c = hostdev.attach(spec);
	wq = hostdev.walk(c, nil, names, 4);
	assert_int_equal(wq->nqid, 2);
	assert_null(wq->clone);
	kfree(wq);
	/* the first that fails is an error */
	if(waserror())
		assert_string_equal(up->errstr, Enonexist);
	else {
		hostdev.walk(c, nil, names + 2, 2);
		poperror();
		fail();
	}
	cclose(c);
}

static void
test_dotdot_stays_in_the_root(void **state)
{
	char *up3[] = {"..", "..", ".."}, *down[] = {"a", "..", "b"};
	Walkqid *wq;
	Chan *c;

	USED(state);
	mkdir9("a");
	mkdir9("b");
	c = hostdev.attach(tmpdir);
	wq = hostdev.walk(c, nil, up3, 3);
	assert_int_equal(wq->nqid, 3);
	assert_true(wq->clone->qid.path == c->qid.path);
	cclose(wq->clone);
	kfree(wq);
	wq = hostdev.walk(c, nil, down, 3);
	assert_int_equal(wq->nqid, 3);
	assert_true(wq->qid[1].path == c->qid.path);
	cclose(wq->clone);
	kfree(wq);
	cclose(c);
	c = hostdev.attach("/");
	wq = hostdev.walk(c, nil, up3, 1);
	assert_true(wq->clone->qid.path == c->qid.path);
	cclose(wq->clone);
	kfree(wq);
	cclose(c);
}

static int
attachfails(const char *spec)
{
	if(waserror())
		return 1;
	cclose(hostdev.attach(spec));
	poperror();
	return 0;
}

static void
test_attach_wants_a_directory(void **state)
{
	USED(state);
	put("f", "");
	assert_true(attachfails(host("f")));
	assert_string_equal(up->errstr, Enotdir);
	assert_true(attachfails(host("no")));
	assert_true(attachfails("relative"));
	assert_false(attachfails(""));
}

static void
test_reads_and_writes_at_offsets(void **state)
{
	char buf[16];
	Chan *c;

	USED(state);
	c = xcreate(z("f"), ORDWR, 0600);
	assert_int_equal(xwrite(c, "world", 5, 6), 5);
	assert_int_equal(xwrite(c, "hello", 5, 0), 5);
	assert_int_equal(xread(c, buf, sizeof buf, 0), 11);
	assert_memory_equal(buf, "hello\0world", 11);
	assert_int_equal(xread(c, buf, 3, 6), 3);
	assert_int_equal(xread(c, buf, 3, 11), 0);
	assert_int_equal(xread(c, buf, 3, -1), -1);
	cclose(c);
}

static void
test_large_transfers(void **state)
{
	static char out[1000 * 1000], in[sizeof out + 100];
	Chan *c;
	usize i;

	USED(state);
	for(i = 0; i < sizeof out; i++)
		out[i] = i * 7 / 3;
	c = xcreate(z("f"), ORDWR, 0600);
	assert_int_equal(xwrite(c, out, sizeof out, 0), sizeof out);
	assert_int_equal(xread(c, in, sizeof in, 0), sizeof out);
	assert_memory_equal(in, out, sizeof out);
	cclose(c);
}

static void
test_permissions(void **state)
{
	Chan *c;

	USED(state);
	put("f", "text");
	/* nobody may execute what has no x, the superuser included */
	assert_null(xopen(z("f"), OEXEC));
	assert_non_null(strstr(up->errstr, Eperm));
	chmod(host("f"), 0755);
	c = xopen(z("f"), OEXEC);
	assert_non_null(c);
	cclose(c);
	if(getuid() == 0)
		return;
	chmod(host("f"), 0);
	assert_null(xopen(z("f"), OREAD));
	assert_non_null(strstr(up->errstr, Eperm));
}

static void
test_directories_are_not_written(void **state)
{
	USED(state);
	mkdir9("d");
	assert_null(xopen(z("d"), OWRITE));
	assert_null(xopen(z("d"), ORDWR));
	assert_null(xopen(z("d"), OREAD | OTRUNC));
	assert_null(xcreate(z("e"), OWRITE, DMDIR | 0777));
}

static void
test_listing(void **state)
{
	static char names[400 * 1000];
	char name[32], *p;
	int i;
	Dir d;

	USED(state);
	mkdir9("d");
	assert_int_equal(xlist(z("d"), names, sizeof names, 8192), 0);
	for(i = 0; i < 3000; i++) {
		snprint(name, sizeof name, "d/file%d", i);
		put(name, "");
	}
	assert_int_equal(xlist(z("d"), names, sizeof names, 200), 3000);
	for(i = 0; i < 3000; i++) {
		snprint(name, sizeof name, "file%d", i);
		p = strstr(names, name);
		assert_non_null(p);
	}
	assert_null(strstr(names, ". "));
	/* a dangling link is a file; one that is not is what it points to */
	assert_int_equal(symlink("nowhere", host("dangling")), 0);
	assert_int_equal(symlink("d", host("link")), 0);
	assert_int_equal(symlink("loop", host("loop")), 0);
	assert_int_equal(symlink("d/file1/x", host("through")), 0);
	assert_int_equal(xlist(z(""), names, sizeof names, 8192), 5);
	xstat(z("dangling"), &d);
	assert_int_equal(d.mode & DMDIR, 0);
	assert_int_equal(xstat(z("through"), &d), 0);
	assert_int_equal(d.mode & DMDIR, 0);
	assert_null(xopen(z("through"), OREAD));
	assert_int_equal(xremove(z("through")), 0);
	xstat(z("link"), &d);
	assert_int_equal(d.mode & DMDIR, DMDIR);
	assert_int_equal(xstat(z("loop"), &d), 0);
	assert_null(xopen(z("dangling"), OREAD));
	assert_int_equal(xremove(z("link")), 0);
	assert_int_equal(xstat(z("d"), &d), 0);
	assert_int_equal(xremove(z("dangling")), 0);
}

static void
test_listing_while_files_go(void **state)
{
	char name[32], strs[512];
	uchar buf[200];
	Chan *c;
	Dir d;
	vlong off;
	long n, i, m;
	int k;

	USED(state);
	for(i = 0; i < 500; i++) {
		snprint(name, sizeof name, "file%d", (int)i);
		put(name, "");
	}
	c = xopen(z(""), OREAD);
	k = 0;
	for(off = 0; (n = xread(c, buf, sizeof buf, off)) > 0; off += n)
		for(i = 0; i < n; i += m, k++) {
			m = convM2D(buf + i, n - i, &d, strs);
			assert_true(m > 0);
			assert_int_equal(xremove(z(d.name)), 0);
		}
	assert_int_equal(k, 500);
	/* from the start again */
	assert_int_equal(xread(c, buf, sizeof buf, 0), 0);
	cclose(c);
}

static void
test_small_buffers_for_entries(void **state)
{
	uchar buf[20];
	Chan *c;

	USED(state);
	put("f", "");
	c = xopen(z(""), OREAD);
	assert_int_equal(xread(c, buf, sizeof buf, 0), -1);
	assert_string_equal(up->errstr, Eshort);
	cclose(c);
}

static void
test_names_that_are_not_utf8(void **state)
{
	static char names[256];

	USED(state);
	put("bad\xff\xfename", "x");
	assert_int_equal(xlist(z(""), names, sizeof names, 4096), 1);
	/* the bytes are kept, so that the file can be opened */
	assert_string_equal(names, "bad\xff\xfename");
	holds("bad\xff\xfename", "x");
}

static void
test_remove(void **state)
{
	Chan *c;
	char buf[8];

	USED(state);
	put("f", "still");
	c = xopen(z("f"), OREAD);
	assert_int_equal(xremove(z("f")), 0);
	assert_null(xopen(z("f"), OREAD));
	assert_int_equal(xread(c, buf, sizeof buf, 0), 5);
	cclose(c);
	mkdir9("d");
	put("d/f", "");
	assert_int_equal(xremove(z("d")), -1);
	assert_string_equal(up->errstr, "directory not empty");
	assert_int_equal(xremove(z("d/f")), 0);
	assert_int_equal(xremove(z("d")), 0);
}

static void
test_orclose(void **state)
{
	Chan *c, *c2;
	Dir d;

	USED(state);
	c = xcreate(z("tmp"), ORDWR | ORCLOSE, 0600);
	assert_int_equal(xstat(z("tmp"), &d), 0);
	cclose(c);
	assert_int_equal(xstat(z("tmp"), &d), -1);
	/* not another file that has the name by then */
	c = xcreate(z("tmp"), ORDWR | ORCLOSE, 0600);
	assert_int_equal(xremove(z("tmp")), 0);
	c2 = xcreate(z("keeper"), OWRITE, 0600);
	assert_int_equal(rename(host("keeper"), host("tmp")), 0);
	cclose(c);
	cclose(c2);
	assert_int_equal(xstat(z("tmp"), &d), 0);
}

static void
test_no_memory(void **state)
{
	Chan *c;
	int n;

	USED(state);
	mkdir9("d");
	put("d/f", "x");
	/* every allocation fails in turn; nothing is lost (teardown looks) */
	c = nil;
	for(n = 1; c == nil; n++) {
		__atomic_store_n(&allocfail, n, __ATOMIC_RELAXED);
		c = xopen(z("d/f"), OREAD);
	}
	__atomic_store_n(&allocfail, 0, __ATOMIC_RELAXED);
	assert_true(n > 5);
	cclose(c);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERNIN(test_files_are_the_hosts, tmpsetup, tmpteardown),
	    KERNIN(test_create_gives_no_more_than_the_directory, tmpsetup,
		tmpteardown),
	    KERNIN(test_qids, tmpsetup, tmpteardown),
	    KERNIN(test_missing_files_say_so, tmpsetup, tmpteardown),
	    KERNIN(test_partial_walks, tmpsetup, tmpteardown),
	    KERNIN(test_dotdot_stays_in_the_root, tmpsetup, tmpteardown),
	    KERNIN(test_attach_wants_a_directory, tmpsetup, tmpteardown),
	    KERNIN(test_reads_and_writes_at_offsets, tmpsetup, tmpteardown),
	    KERNIN(test_large_transfers, tmpsetup, tmpteardown),
	    KERNIN(test_permissions, tmpsetup, tmpteardown),
	    KERNIN(test_directories_are_not_written, tmpsetup, tmpteardown),
	    KERNIN(test_listing, tmpsetup, tmpteardown),
	    KERNIN(test_listing_while_files_go, tmpsetup, tmpteardown),
	    KERNIN(test_small_buffers_for_entries, tmpsetup, tmpteardown),
	    KERNIN(test_names_that_are_not_utf8, tmpsetup, tmpteardown),
	    KERNIN(test_remove, tmpsetup, tmpteardown),
	    KERNIN(test_orclose, tmpsetup, tmpteardown),
	    KERNIN(test_no_memory, tmpsetup, tmpteardown),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

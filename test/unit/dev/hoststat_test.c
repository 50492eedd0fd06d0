/*
 * #Z: wstat, and bits that the host has no place for. stat(5)
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include "dev/hosttmp.h"

/* --- wstat --- */

static void
test_wstat_changes_what_it_says(void **state)
{
	struct stat st;
	Dir d;

	USED(state);
	put("f", "0123456789");
	nulldir(&d);
	d.mode = 0640;
	d.length = 4;
	d.mtime = 1000000;
	d.name = "g";
	assert_int_equal(xwstat(z("f"), &d), 0);
	assert_int_equal(stat(host("g"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(st.st_size, 4);
	assert_int_equal(st.st_mtime, 1000000);
	assert_int_equal(stat(host("f"), &st), -1);
	holds("g", "0123");
	/* nothing to change: put it on stable storage */
	nulldir(&d);
	assert_int_equal(xwstat(z("g"), &d), 0);
}

static void
test_wstat_makes_all_changes_or_none(void **state)
{
	struct stat st;
	Dir d;

	USED(state);
	put("f", "0123456789");
	put("there", "x");
	nulldir(&d);
	d.mode = 0600;
	d.length = 3;
	d.name = "there";
	assert_int_equal(xwstat(z("f"), &d), -1);
	assert_string_equal(up->errstr, Eexist);
	assert_int_equal(stat(host("f"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0666);
	assert_int_equal(st.st_size, 10);
	holds("there", "x");
	d.name = "fresh";
	d.gid = "no such group";
	assert_int_equal(xwstat(z("f"), &d), -1);
	assert_int_equal(stat(host("f"), &st), 0);
	assert_int_equal(st.st_size, 10);
}

static int
wstatfails(const char *name, Dir *d)
{
	int r;

	r = xwstat(z(name), d);
	nulldir(d);
	return r < 0;
}

static void
test_wstat_refuses(void **state)
{
	Dir d;

	USED(state);
	put("f", "x");
	mkdir9("d");
	nulldir(&d);
	d.mode = DMDIR | 0777;
	assert_true(wstatfails("f", &d));
	d.mode = 0777;
	assert_true(wstatfails("d", &d));
	d.length = 5;
	assert_true(wstatfails("d", &d));
	d.uid = "somebody-else";
	assert_true(wstatfails("f", &d));
	d.qid.path = 1;
	assert_true(wstatfails("f", &d));
	d.name = "..";
	assert_true(wstatfails("f", &d));
	d.name = "d/f";
	assert_true(wstatfails("f", &d));
	d.length = 0;
	d.mode = DMDIR | 0755;
	assert_false(wstatfails("d", &d));
}

/* The mode that the host has, of the file or directory `name'. */
static u32int
hostmode(const char *name)
{
	struct stat st;

	assert_int_equal(stat(host(name), &st), 0);
	return st.st_mode & 07777;
}

/* A host's /tmp has such a bit, and must keep it. */
static void
test_wstat_keeps_the_bits_that_stat_does_not_show(void **state)
{
	char gid[32];
	Dir d;

	USED(state);
	mkdir9("d");
	put("f", "x");
	assert_int_equal(chmod(host("d"), 03777), 0);
	assert_int_equal(chmod(host("f"), 04755), 0);
	nulldir(&d);
	d.mode = DMDIR | 0750;
	assert_int_equal(xwstat(z("d"), &d), 0);
	assert_int_equal(hostmode("d"), 03750);
	d.mode = 0711;
	assert_int_equal(xwstat(z("f"), &d), 0);
	assert_int_equal(hostmode("f"), 04711);
	/* only root may give the directory another group */
	if(hostuid() != 0)
		return;
	nulldir(&d);
	hostgidname(1, gid, sizeof gid);
	d.gid = gid;
	assert_int_equal(xwstat(z("d"), &d), 0);
	assert_int_equal(hostmode("d"), 03750);
	d.mode = DMDIR | 0700;
	d.gid = "0";
	assert_int_equal(xwstat(z("d"), &d), 0);
	assert_int_equal(hostmode("d"), 03700);
	/* the new group's members must not run it as its owner */
	d.mode = 0711;
	d.gid = gid;
	assert_int_equal(xwstat(z("f"), &d), 0);
	assert_int_equal(hostmode("f"), 0711);
}

/* chmod +t, which newuser(8) does to the directory tmp */
static void
test_a_directory_is_temporary(void **state)
{
	Chan *c;
	Dir d;

	USED(state);
	mkdir9("d");
	nulldir(&d);
	d.mode = DMDIR | DMTMP | 0700;
	assert_int_equal(xwstat(z("d"), &d), 0);
	xstat(z("d"), &d);
	assert_int_equal(d.mode, DMDIR | DMTMP | 0700);
	assert_int_equal(d.qid.type, QTDIR | QTTMP);
	put("d/f", "x");
	holds("d/f", "x");
	assert_int_equal(xremove(z("d/f")), 0);
	nulldir(&d);
	d.mode = DMDIR | 0755;
	assert_int_equal(xwstat(z("d"), &d), 0);
	c = xcreate(z("t"), OREAD, DMDIR | DMTMP | 0777);
	assert_non_null(c);
	xfstat(c, &d);
	assert_int_equal(d.mode, DMDIR | DMTMP | 0777);
	cclose(c);
	nulldir(&d);
	d.mode = DMDIR | DMAPPEND | 0777;
	assert_int_equal(xwstat(z("d"), &d), -1);
	assert_int_equal(xremove(z("t")), 0);
	assert_int_equal(xremove(z("d")), 0);
}

static void
test_wstat_of_what_stat_said_changes_nothing(void **state)
{
	struct timespec was;
	struct stat st;
	u32int vers;
	Dir d;

	USED(state);
	put("f", "x");
	stat(host("f"), &st);
	was = st.st_mtim;
	xstat(z("f"), &d);
	vers = d.qid.vers;
	assert_int_equal(xwstat(z("f"), &d), 0);
	stat(host("f"), &st);
	assert_memory_equal(&st.st_mtim, &was, sizeof was);
	xstat(z("f"), &d);
	assert_int_equal(d.qid.vers, vers);
	/* beside a change */
	d.mode = 0640;
	assert_int_equal(xwstat(z("f"), &d), 0);
	stat(host("f"), &st);
	assert_memory_equal(&st.st_mtim, &was, sizeof was);
	/* a time that is asked for holds, also if the length changes */
	xstat(z("f"), &d);
	d.mtime -= 100;
	d.length = 5;
	assert_int_equal(xwstat(z("f"), &d), 0);
	stat(host("f"), &st);
	assert_int_equal(st.st_mtime, was.tv_sec - 100);
	d.qid.vers = 0xFFFFFFFF;
	d.length = 7;
	assert_int_equal(xwstat(z("f"), &d), 0);
	stat(host("f"), &st);
	assert_int_equal(st.st_mtime, was.tv_sec - 100);
	mkdir9("d");
	xstat(z("d"), &d);
	assert_int_equal(xwstat(z("d"), &d), 0);
	/* a fifo's length is 0, and stays */
	assert_int_equal(mkfifo(host("fifo"), 0600), 0);
	xstat(z("fifo"), &d);
	d.mode = 0640;
	assert_int_equal(xwstat(z("fifo"), &d), 0);
	/* it has nothing to put on stable storage */
	nulldir(&d);
	assert_int_equal(xwstat(z("fifo"), &d), 0);
}

static void
test_fwstat_follows_the_file(void **state)
{
	struct stat st;
	Chan *c;
	Dir d;

	USED(state);
	put("f", "0123");
	c = xopen(z("f"), ORDWR);
	assert_int_equal(rename(host("f"), host("moved")), 0);
	put("f", "another");
	nulldir(&d);
	d.mode = 0604;
	d.length = 2;
	assert_int_equal(xfwstat(c, &d), 0);
	stat(host("moved"), &st);
	assert_int_equal(st.st_mode & 0777, 0604);
	assert_int_equal(st.st_size, 2);
	holds("f", "another");
	/* a name that is another file's now is not taken from it */
	nulldir(&d);
	d.name = "g";
	assert_int_equal(xfwstat(c, &d), 0);
	holds("g", "01");
	holds("f", "another");
	assert_int_equal(remove(host("g")), 0);
	d.name = "h";
	assert_int_equal(xfwstat(c, &d), -1);
	assert_string_equal(up->errstr, Enonexist);
	holds("f", "another");
	cclose(c);
	c = xopen(z("f"), OREAD);
	assert_int_equal(xfwstat(c, &d), 0);
	assert_int_equal(xfstat(c, &d), 0);
	assert_string_equal(d.name, "h");
	cclose(c);
	holds("h", "another");
}

/* A descriptor that only reads opens the file once more to change its length. */
static void
test_fwstat_of_a_length_finds_the_file(void **state)
{
	struct stat st;
	Chan *c;
	Dir d;

	USED(state);
	put("f", "0123");
	c = xopen(z("f"), OREAD);
	assert_int_equal(rename(host("f"), host("moved")), 0);
	put("f", "another");
	nulldir(&d);
	d.length = 2;
	assert_int_equal(xfwstat(c, &d), 0);
	holds("moved", "01");
	holds("f", "another");
	assert_int_equal(remove(host("moved")), 0);
	d.length = 1;
	assert_int_equal(xfwstat(c, &d), -1);
	assert_string_equal(up->errstr, Enonexist);
	holds("f", "another");
	cclose(c);
	assert_int_equal(stat(host("f"), &st), 0);
}

static void
test_fstat_has_the_present_name(void **state)
{
	Chan *c;
	Dir d;

	USED(state);
	put("f", "0123");
	c = xopen(z("f"), ORDWR);
	nulldir(&d);
	d.name = "g";
	assert_int_equal(xwstat(z("f"), &d), 0);
	xfstat(c, &d);
	assert_string_equal(d.name, "g");
	assert_int_equal(xwrite(c, "x", 1, 0), 1);
	put("f", "another");
	xfstat(c, &d);
	assert_string_equal(d.name, "g");
	assert_int_equal(remove(host("g")), 0);
	/* it has none any more: the last one that is known */
	xfstat(c, &d);
	assert_int_equal(d.length, 4);
	cclose(c);
}

/* An open file outside of the tree is as usable as any, but for its name. */
static void
test_fstat_after_the_file_has_left_the_tree(void **state)
{
	Chan *c, *root;
	Dir d;

	USED(state);
	mkdir9("tree");
	put("tree/f", "0123");
	root = hostdev.attach(host("tree"));
	c = namefrom(root, "f", Aopen, ORDWR, 0);
	cclose(root);
	assert_int_equal(rename(host("tree/f"), host("f")), 0);
	assert_int_equal(xfstat(c, &d), 0);
	assert_string_equal(d.name, "f");
	assert_int_equal(d.length, 4);
	nulldir(&d);
	d.mode = 0600;
	assert_int_equal(xfwstat(c, &d), 0);
	assert_int_equal(hostmode("f"), 0600);
	d.name = "g";
	assert_int_equal(xfwstat(c, &d), -1);
	holds("f", "0123");
	cclose(c);
}

static void
test_orclose_removes_the_renamed_file(void **state)
{
	Chan *c;
	Dir d;

	USED(state);
	mkdir9("d");
	c = xcreate(z("d/f"), ORDWR | ORCLOSE, 0666);
	assert_non_null(c);
	nulldir(&d);
	d.name = "g";
	assert_int_equal(xwstat(z("d/f"), &d), 0);
	put("d/f", "another");
	d.name = "e";
	assert_int_equal(xwstat(z("d"), &d), 0);
	cclose(c);
	assert_int_equal(xstat(z("e/g"), &d), -1);
	holds("e/f", "another");
}

/* --- bits that the host has no place for --- */

static void
test_append_only(void **state)
{
	Chan *c;
	Dir d;

	USED(state);
	c = xcreate(z("log"), OWRITE, DMAPPEND | 0666);
	assert_int_equal(xwrite(c, "one", 3, 0), 3);
	assert_int_equal(xwrite(c, "two", 3, 0), 3);
	cclose(c);
	c = xopen(z("log"), OWRITE | OTRUNC);
	assert_int_equal(xwrite(c, "three", 5, 0), 5);
	cclose(c);
	holds("log", "onetwothree");
	xstat(z("log"), &d);
	assert_int_equal(d.mode, DMAPPEND | 0666);
	assert_int_equal(d.qid.type, QTAPPEND);
	/* the host sees to it: no two writers choose the same place */
	c = xopen(z("log"), ORDWR);
	assert_int_not_equal(
	    fcntl(((Hostfile *)c->aux)->fd, F_GETFL) & O_APPEND, 0);
	cclose(c);
	nulldir(&d);
	d.mode = 0666;
	assert_int_equal(xwstat(z("log"), &d), 0);
	put("log", "new");
	holds("log", "new");
}

/* chmod +a and -a of a log that is open */
static void
test_append_only_holds_at_once(void **state)
{
	Chan *c;
	Dir d;

	USED(state);
	put("log", "one");
	c = xopen(z("log"), ORDWR);
	assert_int_equal(xwrite(c, "ONE", 3, 0), 3);
	nulldir(&d);
	d.mode = DMAPPEND | 0666;
	assert_int_equal(xwstat(z("log"), &d), 0);
	assert_int_equal(xwrite(c, "two", 3, 0), 3);
	holds("log", "ONEtwo");
	d.mode = 0666;
	assert_int_equal(xfwstat(c, &d), 0);
	assert_int_equal(xwrite(c, "one", 3, 0), 3);
	cclose(c);
	holds("log", "onetwo");
}

static void
test_exclusive_use(void **state)
{
	Chan *c;
	Dir d;

	USED(state);
	c = xcreate(z("lock"), ORDWR, DMEXCL | 0666);
	assert_non_null(c);
	assert_int_equal(xwrite(c, "mine", 4, 0), 4);
	assert_null(xopen(z("lock"), OREAD));
	assert_non_null(strstr(up->errstr, "open/create -- file is locked"));
	assert_null(xopen(z("lock"), OWRITE | OTRUNC));
	cclose(c);
	holds("lock", "mine");
	c = xopen(z("lock"), OWRITE | OTRUNC);
	assert_non_null(c);
	xstat(z("lock"), &d);
	assert_int_equal(d.length, 0);
	assert_int_equal(d.mode, DMEXCL | 0666);
	cclose(c);
	/* a new file of that name is not */
	assert_int_equal(xremove(z("lock")), 0);
	put("lock", "");
	xstat(z("lock"), &d);
	assert_int_equal(d.mode, 0666);
}

static void
makelogs(const char *prefix, int n)
{
	char name[16];

	for(; n > 0; n--) {
		snprint(name, sizeof name, "%s%d", prefix, n);
		cclose(xcreate(z(name), OWRITE, DMAPPEND | 0666));
	}
}

/* A host program removes files that have such bits. The host gives their numbers to new files. */
static void
test_bits_go_with_a_file_that_the_host_removes(void **state)
{
	enum
	{
		N = 20,
	};
	char name[16];
	Dir d;
	int i;

	USED(state);
	makelogs("old", N);
	for(i = 1; i <= N; i++) {
		snprint(name, sizeof name, "old%d", i);
		assert_int_equal(remove(host(name)), 0);
	}
	for(i = 0; i < 2 * N; i++) {
		snprint(name, sizeof name, "new%d", i);
		put(name, "");
		xstat(z(name), &d);
		assert_int_equal(d.mode, 0666);
	}
	/* the old ones are forgotten when there are more: no block is left at the end */
	makelogs("more", N);
	for(i = 1; i <= N; i++) {
		snprint(name, sizeof name, "more%d", i);
		assert_int_equal(xremove(z(name)), 0);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERNIN(test_wstat_changes_what_it_says, tmpsetup, tmpteardown),
	    KERNIN(test_wstat_makes_all_changes_or_none, tmpsetup, tmpteardown),
	    KERNIN(test_wstat_refuses, tmpsetup, tmpteardown),
	    KERNIN(test_wstat_keeps_the_bits_that_stat_does_not_show, tmpsetup,
		tmpteardown),
	    KERNIN(test_a_directory_is_temporary, tmpsetup, tmpteardown),
	    KERNIN(test_wstat_of_what_stat_said_changes_nothing, tmpsetup,
		tmpteardown),
	    KERNIN(test_fwstat_follows_the_file, tmpsetup, tmpteardown),
	    KERNIN(
		test_fwstat_of_a_length_finds_the_file, tmpsetup, tmpteardown),
	    KERNIN(test_fstat_has_the_present_name, tmpsetup, tmpteardown),
	    KERNIN(test_fstat_after_the_file_has_left_the_tree, tmpsetup,
		tmpteardown),
	    KERNIN(
		test_orclose_removes_the_renamed_file, tmpsetup, tmpteardown),
	    KERNIN(test_append_only, tmpsetup, tmpteardown),
	    KERNIN(test_append_only_holds_at_once, tmpsetup, tmpteardown),
	    KERNIN(test_exclusive_use, tmpsetup, tmpteardown),
	    KERNIN(test_bits_go_with_a_file_that_the_host_removes, tmpsetup,
		tmpteardown),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

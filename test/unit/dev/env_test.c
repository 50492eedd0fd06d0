/*
 * env(3): variables as files; groups that are shared, copied and emptied.
 */
#include "dev/devcall.h"

static Egrp *old;

static int
setup(void **state)
{
	USED(state);
	devgroups();
	old = up->egrp;
	countblocks();
	up->egrp = newegrp();
	return 0;
}

static int
teardown(void **state)
{
	USED(state);
	closeegrp(up->egrp);
	up->egrp = old;
	return sameblocks() ? 0 : -1;
}

static void
put(const char *name, const char *val)
{
	Chan *c;

	c = xcreate(name, OWRITE, 0666);
	assert_non_null(c);
	assert_int_equal(xwrite(c, val, strlen(val), 0), strlen(val));
	cclose(c);
}

static void
test_what_is_written_is_read(void **state)
{
	char buf[64];

	USED(state);
	put("#e/x", "value");
	assert_int_equal(xslurp("#e/x", buf, sizeof buf), 5);
	assert_string_equal(buf, "value");
	assert_int_equal(kgetenv(up->egrp, "x", buf, sizeof buf), 5);
	/* create of what exists truncates */
	put("#e/x", "v");
	assert_int_equal(xslurp("#e/x", buf, sizeof buf), 1);
}

static void
test_values_are_bytes(void **state)
{
	char buf[64];
	Chan *c;

	USED(state);
	c = xcreate("#e/list", ORDWR, 0666);
	assert_int_equal(xwrite(c, "a\0b\0", 4, 0), 4);
	assert_int_equal(xwrite(c, "Z", 1, 6), 1);
	assert_int_equal(xread(c, buf, sizeof buf, 0), 7);
	assert_memory_equal(buf, "a\0b\0\0\0Z", 7);
	assert_int_equal(xread(c, buf, 2, 5), 2);
	assert_memory_equal(buf, "\0Z", 2);
	assert_int_equal(xread(c, buf, 2, 7), 0);
	cclose(c);
}

static void
test_removed_is_gone_though_open(void **state)
{
	char buf[8];
	Chan *c;

	USED(state);
	put("#e/x", "1");
	c = xopen("#e/x", ORDWR);
	assert_int_equal(xremove("#e/x"), 0);
	assert_null(xopen("#e/x", OREAD));
	assert_non_null(strstr(up->errstr, Enonexist));
	assert_int_equal(xread(c, buf, sizeof buf, 0), -1);
	/* another of the same name is another */
	put("#e/x", "2");
	assert_int_equal(xread(c, buf, sizeof buf, 0), -1);
	assert_int_equal(xwrite(c, "3", 1, 0), -1);
	cclose(c);
	assert_int_equal(xslurp("#e/x", buf, sizeof buf), 1);
	assert_string_equal(buf, "2");
}

static void
test_orclose_removes(void **state)
{
	Chan *c;

	USED(state);
	c = xcreate("#e/tmp", OWRITE | ORCLOSE, 0666);
	assert_non_null(c);
	cclose(c);
	assert_null(xopen("#e/tmp", OREAD));
}

static void
test_bad_names_and_modes(void **state)
{
	char name[300];

	USED(state);
	memset(name, 'n', sizeof name - 1);
	memmove(name, "#e/", 3);
	name[sizeof name - 1] = 0;
	assert_null(xcreate(name, OWRITE, 0666));
	assert_non_null(strstr(up->errstr, Ename2long));
	assert_null(xopen("#e", OWRITE));
	assert_null(xopen("#e/nothing", OREAD));
	assert_int_equal(xremove("#e"), -1);
}

static void
test_a_value_has_a_limit(void **state)
{
	Chan *c;

	USED(state);
	c = xcreate("#e/big", OWRITE, 0666);
	assert_int_equal(xwrite(c, "x", 1, 512 * KiB - 1), 1);
	assert_int_equal(xwrite(c, "x", 1, 512 * KiB), -1);
	assert_string_equal(up->errstr, Etoobig);
	assert_int_equal(xwrite(c, "x", 1, -1), -1);
	assert_int_equal(xwrite(c, "x", 1, 0x7fffffffffffffffLL), -1);
	cclose(c);
}

static void
test_a_group_has_a_limit(void **state)
{
	char name[32];
	Chan *c;
	int i, failed;

	USED(state);
	failed = 0;
	for(i = 0; i < 64 && !failed; i++) {
		snprint(name, sizeof name, "#e/v%d", i);
		c = xcreate(name, OWRITE, 0666);
		assert_non_null(c);
		failed = xwrite(c, "x", 1, 512 * KiB - 1) < 0;
		cclose(c);
	}
	assert_true(failed);
	assert_int_equal(i, 32);
}

static void
test_copies_part_ways(void **state)
{
	char buf[8];
	Egrp *first, *copy;
	Chan *c;

	USED(state);
	put("#e/a", "old");
	put("#e/b", "gone");
	first = up->egrp;
	copy = dupegrp(first);
	c = xopen("#e/a", ORDWR);
	up->egrp = copy;
	/* an open file stays in the group that it was opened in */
	assert_int_equal(xwrite(c, "NEW", 3, 0), 3);
	cclose(c);
	xslurp("#e/a", buf, sizeof buf);
	assert_string_equal(buf, "old");
	assert_int_equal(xremove("#e/b"), 0);
	put("#e/c", "c");
	up->egrp = first;
	xslurp("#e/a", buf, sizeof buf);
	assert_string_equal(buf, "NEW");
	xslurp("#e/b", buf, sizeof buf);
	assert_string_equal(buf, "gone");
	assert_null(xopen("#e/c", OREAD));
	closeegrp(copy);
}

static void
test_copies_fail_whole(void **state)
{
	Egrp *copy;
	int i, n;

	USED(state);
	for(i = 0; i < 40; i++) {
		char name[32];

		snprint(name, sizeof name, "v%d", i);
		ksetenv(up->egrp, name, "x", 1);
	}
	/* every allocation fails in turn; the last try needs no more */
	copy = nil;
	for(n = 1; copy == nil; n++) {
		__atomic_store_n(&allocfail, n, __ATOMIC_RELAXED);
		if(waserror())
			continue;
		copy = dupegrp(up->egrp);
		poperror();
	}
	__atomic_store_n(&allocfail, 0, __ATOMIC_RELAXED);
	assert_true(n > 80);
	closeegrp(copy);
}

static void
test_large_environments_list_whole(void **state)
{
	static char names[64 * KiB];
	char name[32], want[32];
	Chan *c;
	uchar buf[256];
	char strs[256];
	Dir d;
	vlong off;
	long n, m, i;
	int k;

	USED(state);
	for(k = 0; k < 3000; k++) {
		snprint(name, sizeof name, "var%d", k);
		ksetenv(up->egrp, name, name, strlen(name));
	}
	assert_int_equal(xlist("#e", names, sizeof names, 300), 3000);
	/* entries that come and go while it is read hide no others */
	c = xopen("#e", OREAD);
	k = 0;
	for(off = 0; (n = xread(c, buf, sizeof buf, off)) > 0; off += n) {
		for(i = 0; i < n; i += m) {
			m = convM2D(buf + i, n - i, &d, strs);
			assert_true(m > 0);
			snprint(want, sizeof want, "var%d", k++);
			assert_string_equal(d.name, want);
		}
		snprint(name, sizeof name, "#e/var%d", k - 1);
		assert_int_equal(xremove(name), 0);
	}
	assert_int_equal(k, 3000);
	cclose(c);
}

static void
test_directory_reads_need_room(void **state)
{
	uchar buf[16];
	Chan *c;

	USED(state);
	put("#e/x", "1");
	c = xopen("#e", OREAD);
	assert_int_equal(xread(c, buf, sizeof buf, 0), -1);
	assert_string_equal(up->errstr, Eshort);
	cclose(c);
}

static void
test_stat(void **state)
{
	Dir d;

	USED(state);
	put("#e/x", "12345");
	assert_int_equal(xstat("#e/x", &d), 0);
	assert_string_equal(d.name, "x");
	assert_int_equal(d.length, 5);
	assert_int_equal(d.mode, 0666);
	assert_int_equal(d.type, 'e');
	assert_int_equal(xstat("#e", &d), 0);
	assert_int_equal(d.mode, DMDIR | 0555);
}

static void
test_ec_is_the_same_for_all(void **state)
{
	char buf[32];
	Egrp *mine;

	USED(state);
	/* what its group needs for a first variable, it keeps */
	closeegrp(up->egrp);
	put("#ec/first", "");
	assert_int_equal(xremove("#ec/first"), 0);
	countblocks();
	up->egrp = newegrp();
	put("#ec/bootfile", "here");
	assert_null(xopen("#e/bootfile", OREAD));
	mine = up->egrp;
	up->egrp = newegrp();
	assert_int_equal(xslurp("#ec/bootfile", buf, sizeof buf), 4);
	closeegrp(up->egrp);
	up->egrp = mine;
	/* and its owner's to change */
	kstrdup(&up->user, "none");
	assert_null(xopen("#ec/bootfile", OWRITE));
	assert_null(xopen("#ec/bootfile", OREAD | ORCLOSE));
	assert_null(xcreate("#ec/other", OWRITE, 0666));
	assert_int_equal(xremove("#ec/bootfile"), -1);
	assert_int_equal(xslurp("#ec/bootfile", buf, sizeof buf), 4);
	kstrdup(&up->user, "eve");
	assert_int_equal(xremove("#ec/bootfile"), 0);
}

/* Many processes change and list one group. */
static void
changer(void *a)
{
	char name[32], buf[32], list[4096];
	int i, id;

	id = *(int *)a;
	for(i = 0; i < 300; i++) {
		snprint(name, sizeof name, "v%d.%d", id, i % 7);
		ksetenv(up->egrp, name, name, strlen(name));
		if(kgetenv(up->egrp, name, buf, sizeof buf) !=
		    (long)strlen(name))
			panic("%s: wrong length", name);
		if(i % 50 == 0 &&
		    xlist("#e", list, sizeof list, 1024) < 7 * (i > 50))
			panic("list: %s", up->errstr);
		if(i % 3 == 0) {
			snprint(buf, sizeof buf, "#e/%s", name);
			if(xremove(buf) < 0)
				panic("%s: %s", buf, up->errstr);
			ksetenv(up->egrp, name, "", 0);
		}
	}
}

static void
test_many_processes_share_a_group(void **state)
{
	static int id[4] = {0, 1, 2, 3};
	char list[4096];
	Worker *w[4];
	int i;

	USED(state);
	for(i = 0; i < 4; i++)
		w[i] = spawn(changer, &id[i]);
	for(i = 0; i < 4; i++)
		join(w[i]);
	assert_int_equal(xlist("#e", list, sizeof list, 4096), 28);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_what_is_written_is_read),
	    KERN(test_values_are_bytes),
	    KERN(test_removed_is_gone_though_open),
	    KERN(test_orclose_removes),
	    KERN(test_bad_names_and_modes),
	    KERN(test_a_value_has_a_limit),
	    KERN(test_a_group_has_a_limit),
	    KERN(test_copies_part_ways),
	    KERN(test_copies_fail_whole),
	    KERN(test_large_environments_list_whole),
	    KERN(test_directory_reads_need_room),
	    KERN(test_stat),
	    KERN(test_ec_is_the_same_for_all),
	    KERN(test_many_processes_share_a_group),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

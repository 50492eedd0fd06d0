/*
 * #/: generated directories, the files beside a host's root, and #s/boot. root(3), mntgen(4)
 */
#include "dev/hosttmp.h"

/* The root beside a host's becomes up's. */
static void
hostroot(void)
{
	Chan *c, *old;

	c = devtab[devno('/', 0)]->attach("host");
	pathclose(c->path);
	old = up->slash;
	c->path = old->path;
	incref(&c->path->r);
	up->slash = c;
	cclose(old);
}

/* Carry out a namespace file of these lines. */
static int
carry(const char *lines)
{
	char *text;

	text = kstrcpy(lines);
	if(waserror()) {
		free(text);
		return -1;
	}
	nsfile("ns", text, nil);
	poperror();
	free(text);
	return 0;
}

static uvlong
pathof(const char *name)
{
	Dir d;

	if(xstat(name, &d) < 0)
		fail_msg("%s: %s", name, up->errstr);
	return d.qid.path;
}

/* --- generated directories --- */

static void
test_any_name_is_a_place_to_mount(void **state)
{
	char names[256];
	Dir d;

	USED(state);
	assert_int_equal(xstat("/n/somewhere", &d), 0);
	assert_string_equal(d.name, "somewhere");
	assert_true(d.qid.type & QTDIR);
	assert_int_equal(d.mode, DMDIR | 0555);
	assert_int_equal(xlist("/n/somewhere", names, sizeof names, 4096), 0);
	assert_int_equal(xstat("/n/somewhere/below", &d), -1);
	assert_null(xcreate("/n/somewhere/f", OWRITE, 0666));
	assert_null(xcreate("/n/f", OWRITE | OEXCL, 0666));
	assert_int_equal(xremove("/n/somewhere"), -1);
	assert_int_equal(xstat("/dev/somewhere", &d), -1);
	assert_int_equal(xstat("/mnt/host/somewhere", &d), -1);
}

static void
test_a_generated_directory_is_the_same_each_time(void **state)
{
	USED(state);
	assert_true(pathof("/n/a") == pathof("/n/a"));
	assert_true(pathof("/n/a") == pathof("/n/a/../../n/a"));
	assert_true(pathof("/n/a") != pathof("/n/b"));
	assert_true(pathof("/n/a") != pathof("/mnt/a"));
	assert_true(pathof("/n/a/..") == pathof("/n"));
	assert_true(pathof("/mnt/a/..") == pathof("/mnt"));
	assert_true(pathof("/n/a/../..") == pathof("/"));
	assert_true(pathof("/mnt/host") == pathof("/mnt/host/../host"));
}

static void
test_used_places_are_listed(void **state)
{
	char names[256];

	USED(state);
	put("f", "text");
	assert_int_equal(xlist("/n", names, sizeof names, 4096), 0);
	kbind(z(""), "/n/used", MREPL);
	kbind(z(""), "/mnt/other", MREPL);
	assert_int_equal(xlist("/n", names, sizeof names, 4096), 1);
	assert_string_equal(names, "used");
	assert_int_equal(xlist("/mnt", names, sizeof names, 4096), 3);
	assert_string_equal(names, "host exportfs other");
	assert_int_equal(xslurp("/n/used/f", names, sizeof names), 4);
	assert_int_equal(carry("unmount /n/used\nunmount /mnt/other\n"), 0);
	assert_int_equal(xlist("/n", names, sizeof names, 4096), 0);
	assert_int_equal(xlist("/mnt", names, sizeof names, 4096), 2);
}

/* --- files --- */

static void
test_a_trees_root_has_no_files(void **state)
{
	Dir d;

	USED(state);
	assert_int_equal(xstat("/lib", &d), -1);
	assert_int_equal(xstat("/sys", &d), -1);
	assert_int_equal(xstat("/tmp", &d), 0);
}

static void
test_a_hosts_root_has_files(void **state)
{
	char names[256], buf[4096];
	long n;
	Dir d;

	USED(state);
	hostroot();
	assert_int_equal(xstat("/tmp", &d), -1);
	assert_int_equal(xlist("/bin", names, sizeof names, 4096), 1);
	assert_string_equal(names, "prog");
	assert_int_equal(xlist("/lib", names, sizeof names, 4096), 2);
	assert_string_equal(names, "ndb namespace");
	assert_int_equal(xlist("/lib/ndb", names, sizeof names, 4096), 2);
	assert_string_equal(names, "local common");
	n = xslurp("/lib/ndb/local", buf, sizeof buf);
	assert_int_equal(xstat("/lib/ndb/local", &d), 0);
	assert_int_equal(d.length, n);
	assert_non_null(strstr(buf, "\tfile=/lib/ndb/common\n"));
	assert_true(xslurp("/lib/namespace", buf, sizeof buf) > 0);
	assert_non_null(strstr(buf, "mount -ac #s/boot /\n"));
	assert_int_equal(xstat("/lib/ndb/local", &d), 0);
	assert_int_equal(d.mode, 0444);
	assert_true(pathof("/sys/lib/tls/../../..") == pathof("/"));
}

/* Find line, which is whole, in the file. */
static int
hasline(const char *name, const char *line)
{
	static char buf[256 * KiB];
	char *p;
	usize n;

	if(xslurp(name, buf, sizeof buf) < 0)
		fail_msg("%s: %s", name, up->errstr);
	n = strlen(line);
	for(p = buf; (p = strstr(p, line)) != nil; p += n)
		if((p == buf || p[-1] == '\n') && p[n] == '\n')
			return 1;
	return 0;
}

static void
test_services_are_the_hosts(void **state)
{
	Hoststat st;

	USED(state);
	hostroot();
	assert_true(hasline("/lib/ndb/common", "tcp=9fs port=564"));
	if(waserror())
		return; /* this host has none */
	hoststat("/etc/services", &st);
	poperror();
	assert_true(hasline("/lib/ndb/common", "tcp=https port=443"));
	assert_true(hasline("/lib/ndb/common", "udp=ntp port=123"));
}

static void
test_files_are_read_only(void **state)
{
	static const char f[] = "/lib/ndb/local";
	Dir d;

	USED(state);
	hostroot();
	assert_null(xopen(f, OWRITE));
	assert_null(xopen(f, OREAD | OTRUNC));
	assert_null(xopen(f, OREAD | ORCLOSE));
	assert_null(xopen(f, OEXEC));
	assert_int_equal(xremove(f), -1);
	nulldir(&d);
	d.mode = 0666;
	assert_int_equal(xwstat(f, &d), -1);
	assert_null(xcreate("/lib/ndb/new", OWRITE, 0666));
}

/* --- #s/boot --- */

static void
test_boot_is_mounted(void **state)
{
	char buf[256];
	Chan *c;
	Dir d;

	USED(state);
	put("f", "of the tree");
	serveboot(tmpdir);
	assert_int_equal(xstat("#s/boot", &d), 0);
	assert_int_equal(d.mode, 0666);
	c = xopen("#s/boot", ORDWR);
	assert_non_null(c);
	assert_int_equal(xread(c, buf, sizeof buf, 0), -1);
	assert_int_equal(xwrite(c, "x", 1, 0), -1);
	assert_int_equal(xfstat(c, &d), 0);
	assert_string_equal(d.name, "boot");
	cclose(c);
	assert_int_equal(carry("mount -aC #s/boot /root\n"
			       "mount #s/boot /n/dump dump\n"),
	    0);
	assert_int_equal(xslurp("/root/f", buf, sizeof buf), 11);
	assert_int_equal(xlist("/n", buf, sizeof buf, 4096), 0);
	assert_int_equal(xstat("/root/../root/../dev", &d), 0);
	/* unmounted by its name too */
	assert_int_equal(carry("unmount #s/boot /root\n"), 0);
	assert_int_equal(xlist("/root", buf, sizeof buf, 4096), 0);
	assert_int_equal(xremove("#s/boot"), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_any_name_is_a_place_to_mount),
	    KERN(test_a_generated_directory_is_the_same_each_time),
	    KERNIN(test_used_places_are_listed, tmpsetup, tmpteardown),
	    KERN(test_a_trees_root_has_no_files),
	    KERN(test_a_hosts_root_has_files),
	    KERN(test_services_are_the_hosts),
	    KERN(test_files_are_read_only),
	    KERNIN(test_boot_is_mounted, tmpsetup, tmpteardown),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

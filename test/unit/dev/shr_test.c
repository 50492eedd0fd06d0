/*
 * #σ: shr(3). The services are folders of the host, each posted as #s/boot for a moment.
 */
#include "dev/hosttmp.h"

#define SHR "#\317\203"

/* A descriptor that is the connection to the host's folder dir. */
static int
connection(const char *dir)
{
	Chan *c;

	serveboot(dir);
	c = xopen("#s/boot", ORDWR);
	assert_non_null(c);
	assert_int_equal(xremove("#s/boot"), 0);
	return newfd(c, 0);
}

static int
makedir(const char *name)
{
	Chan *c;

	c = xcreate(name, OREAD, DMDIR | 0777);
	if(c == nil)
		return -1;
	cclose(c);
	return 0;
}

/* Post text in a new file; 0, or -1. */
static int
post(const char *name, const char *text)
{
	Chan *c;
	long n;

	c = xcreate(name, OWRITE, 0666);
	if(c == nil)
		return -1;
	n = xwrite(c, text, strlen(text), 0);
	cclose(c);
	return n < 0 ? -1 : 0;
}

/* The service name of share x shows the host's folder dir. */
static void
serve(const char *name, const char *dir)
{
	char file[64], text[16];
	int fd;

	fd = connection(dir);
	snprint(file, sizeof file, SHR "c/x/%s", name);
	snprint(text, sizeof text, "%d\n", fd);
	if(post(file, text) < 0)
		fail_msg("%s: %s", file, up->errstr);
	fdclose(fd);
}

static void
is(const char *name, const char *want)
{
	char buf[256];

	if(xslurp(name, buf, sizeof buf) < 0)
		fail_msg("%s: %s", name, up->errstr);
	assert_string_equal(buf, want);
}

static void
lists(const char *dir, const char *want)
{
	char buf[256];

	if(xlist(dir, buf, sizeof buf, 4096) < 0)
		fail_msg("%s: %s", dir, up->errstr);
	assert_string_equal(buf, want);
}

static void
unbind(const char *old)
{
	Chan *c;

	c = namec(old, Amount, 0, 0);
	cunmount(c, nil);
	cclose(c);
}

static void
gone(void)
{
	assert_int_equal(xremove(SHR "c/x"), 0);
	lists(SHR, "");
}

static void
test_a_service_shows_in_its_share(void **state)
{
	Dir d;

	USED(state);
	put("f", "text");
	lists(SHR, "");
	assert_int_equal(makedir(SHR "c/x"), 0);
	lists(SHR, "x");
	lists(SHR "c/x", "");
	lists(SHR "/x", "");
	assert_int_equal(xstat(SHR "/x/f", &d), -1);
	serve("s", tmpdir);
	lists(SHR "c/x", "s");
	lists(SHR "/x", "f");
	is(SHR "/x/f", "text");
	assert_int_equal(post(SHR "/x/new", "made"), 0);
	holds("new", "made");
	assert_int_equal(xremove(SHR "/x/new"), 0);
	assert_int_equal(xremove(SHR "c/x/s"), 0);
	assert_int_equal(xstat(SHR "/x/f", &d), -1);
	lists(SHR "/x", "");
	gone();
}

/* Every name space has it, whenever that was made. */
static void
test_name_spaces_share_it(void **state)
{
	Pgrp *p, *q;

	USED(state);
	put("f", "text");
	p = up->pgrp;
	q = newpgrp();
	assert_int_equal(makedir(SHR "c/x"), 0);
	kbind(SHR, "/shr", MREPL);
	serve("s", tmpdir);
	is("/shr/x/f", "text");
	lists("/shr", "x");
	up->pgrp = q;
	is(SHR "/x/f", "text");
	lists("/shr", "");
	up->pgrp = p;
	closepgrp(q);
	assert_int_equal(xremove(SHR "c/x/s"), 0);
	unbind("/shr");
	gone();
}

static void
test_the_newest_goes_first(void **state)
{
	USED(state);
	mkdir9("a");
	mkdir9("b");
	put("a/f", "old");
	put("a/only", "a");
	put("b/f", "new");
	assert_int_equal(makedir(SHR "c/x"), 0);
	serve("a", host("a"));
	is(SHR "/x/f", "old");
	serve("b", host("b"));
	lists(SHR "c/x", "b a");
	is(SHR "/x/f", "new");
	is(SHR "/x/only", "a");
	/* files are made in the oldest */
	assert_int_equal(post(SHR "/x/made", "here"), 0);
	holds("a/made", "here");
	assert_int_equal(xremove(SHR "c/x"), -1);
	assert_non_null(strstr(up->errstr, "not empty"));
	assert_int_equal(xremove(SHR "c/x/a"), 0);
	is(SHR "/x/f", "new");
	assert_int_equal(xremove(SHR "c/x/b"), 0);
	gone();
}

/* Mount points inside, ".." back, and a directory that is open when the service goes. */
static void
test_names_in_a_share(void **state)
{
	char buf[256];
	Chan *c;

	USED(state);
	mkdir9("sub");
	put("sub/g", "deep");
	put("f", "text");
	assert_int_equal(makedir(SHR "c/x"), 0);
	kbind(SHR, "/shr", MREPL);
	serve("s", tmpdir);
	is("/shr/x/sub/../f", "text");
	is("/shr/x/../x/sub/g", "deep");
	lists("/shr/x/..", "x");
	kbind("/env", "/shr/x/sub", MREPL);
	lists("/shr/x/sub", "");
	is("/shr/x/sub/../f", "text");
	unbind("/shr/x/sub");
	is("/shr/x/sub/g", "deep");
	c = xopen("/shr/x/f", OREAD);
	assert_int_equal(xremove(SHR "c/x/s"), 0);
	assert_int_equal(xread(c, buf, sizeof buf, 0), 4);
	cclose(c);
	unbind("/shr");
	gone();
}

static void
test_a_service_can_be_had_again(void **state)
{
	Chan *c;

	USED(state);
	put("f", "text");
	assert_int_equal(makedir(SHR "c/x"), 0);
	serve("s", tmpdir);
	assert_null(xopen(SHR "c/x/s", OREAD));
	assert_null(xopen(SHR "c/x/s", ORDWR | OTRUNC));
	c = xopen(SHR "c/x/s", ORDWR);
	assert_non_null(c);
	assert_string_equal(chanpath(c), "#s/boot");
	cclose(c);
	assert_int_equal(xremove(SHR "c/x/s"), 0);
	/* one that goes with its file */
	c = xcreate(SHR "c/x/t", OWRITE | ORCLOSE, 0666);
	lists(SHR "c/x", "t");
	cclose(c);
	lists(SHR "c/x", "");
	gone();
}

static void
test_shr_refuses(void **state)
{
	char user[64];
	Dir d;

	USED(state);
	assert_null(xcreate(SHR "/x", OREAD, DMDIR | 0777));
	assert_null(xcreate(SHR "c/x", OWRITE, 0666));
	assert_int_equal(makedir(SHR "c/x"), 0);
	assert_null(xcreate(SHR "c/x", OREAD | OEXCL, DMDIR | 0777));
	assert_int_equal(makedir(SHR "c/x/y"), -1);
	assert_null(xcreate(SHR "/x/f", OWRITE, 0666));
	assert_int_equal(post(SHR "c/x/s", "nonsense"), -1);
	assert_int_equal(post(SHR "c/x/t", "99"), -1);
	assert_null(xopen(SHR "c/x/s", ORDWR));
	strecpy(user, user + sizeof user, up->user);
	procsetuser("none");
	assert_int_equal(makedir(SHR "c/z"), -1);
	assert_int_equal(xremove(SHR "c/x/s"), -1);
	procsetuser(user);
	nulldir(&d);
	d.name = (char *)"renamed";
	d.mode = 0600;
	assert_int_equal(xwstat(SHR "c/x/s", &d), 0);
	assert_int_equal(xstat(SHR "c/x/renamed", &d), 0);
	assert_int_equal(d.mode, 0600);
	assert_int_equal(xremove(SHR "c/x/renamed"), 0);
	assert_int_equal(xremove(SHR "c/x/t"), 0);
	assert_null(xopen(SHR "d", OREAD));
	gone();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERNIN(test_a_service_shows_in_its_share, tmpsetup, tmpteardown),
	    KERNIN(test_name_spaces_share_it, tmpsetup, tmpteardown),
	    KERNIN(test_the_newest_goes_first, tmpsetup, tmpteardown),
	    KERNIN(test_names_in_a_share, tmpsetup, tmpteardown),
	    KERNIN(test_a_service_can_be_had_again, tmpsetup, tmpteardown),
	    KERN(test_shr_refuses),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

/*
 * #Z, files that are executed: their versions, and that they are opened once.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include "dev/hosttmp.h"

int link(const char *, const char *);

/* The version of name as exec sees it. */
static u32int
execvers(const char *name)
{
	Chan *c;
	u32int vers;

	c = xopen(z(name), OEXEC);
	assert_non_null(c);
	vers = c->qid.vers;
	cclose(c);
	return vers;
}

static void
test_exec_versions(void **state)
{
	struct timespec old[2] = {{1, 0}, {1, 0}};
	u32int vers;

	USED(state);
	put("f", "1");
	assert_int_equal(chmod(host("f"), 0755), 0);
	/* a change from now on may have the same time */
	coarsetimes = 1;
	assert_true(execvers("f") != execvers("f"));
	/* but not one that comes much later */
	clockskew = 3000000000LL;
	vers = execvers("f");
	assert_int_equal(vers, execvers("f"));
	/* nor one from the future */
	clockskew = -3000000000LL;
	assert_int_equal(vers, execvers("f"));
	/* times can be set, yet not to hide a change */
	clockskew = 3000000000LL;
	assert_int_equal(utimensat(AT_FDCWD, host("f"), old, 0), 0);
	vers = execvers("f");
	put("f", "2");
	assert_int_equal(utimensat(AT_FDCWD, host("f"), old, 0), 0);
	assert_true(vers != execvers("f"));
	clockskew = 0;
	coarsetimes = 0;
}

/* A new program is one program at once, where the host tells changes apart. */
static void
test_exec_versions_of_new_files(void **state)
{
	u32int vers;
	Chan *c;
	int i, differ;

	USED(state);
	put("f", "1");
	assert_int_equal(chmod(host("f"), 0755), 0);
	c = xopen(z("f"), OREAD);
	assert_non_null(c);
	differ = hosttimesdiffer(((Hostfile *)c->aux)->fd);
	cclose(c);
	if(!differ) {
		kernskip(); /* the host does not */
		return;
	}
	for(i = 0; i < 100; i++) {
		vers = execvers("f");
		assert_int_equal(vers, execvers("f"));
		put("f", i % 2 ? "2" : "1");
		assert_true(vers != execvers("f"));
	}
}

static int
fdof(Chan *c)
{
	return ((Hostfile *)c->aux)->fd;
}

static Chan *
openexec(const char *name)
{
	Chan *c;

	c = xopen(z(name), OEXEC);
	if(c == nil)
		fail_msg("%s: %s", name, up->errstr);
	return c;
}

/* One open file of the host for all who execute it. */
static void
test_programs_are_opened_once(void **state)
{
	Chan *a, *b, *c;
	char text[8];
	int fd;

	USED(state);
	put("f", "1");
	assert_int_equal(chmod(host("f"), 0755), 0);
	assert_int_equal(link(host("f"), host("g")), 0);
	clockskew = 3000000000LL;
	a = openexec("f");
	if(!hostalone(fdof(a))) {
		cclose(a);
		kernskip();
		return;
	}
	b = openexec("f");
	c = openexec("g");
	fd = fdof(a);
	assert_int_equal(fdof(b), fd);
	assert_int_equal(fdof(c), fd);
	assert_int_equal(a->qid.vers, b->qid.vers);
	cclose(a);
	cclose(c);
	assert_int_equal(xread(b, text, sizeof text, 0), 1);
	assert_int_equal(text[0], '1');
	assert_int_equal(fcntl(fd, F_GETFD) < 0, 0);
	cclose(b);
	assert_true(fcntl(fd, F_GETFD) < 0);
	/* to read it, or to write, is something else */
	a = openexec("f");
	b = xopen(z("f"), OREAD);
	assert_true(fdof(a) != fdof(b));
	cclose(a);
	cclose(b);
}

/* What is open is not what the name means any more: changed, forbidden, another. */
static void
test_changed_programs_are_opened_again(void **state)
{
	Chan *a, *b;

	USED(state);
	clockskew = 3000000000LL;
	put("f", "1");
	assert_int_equal(chmod(host("f"), 0755), 0);
	a = openexec("f");
	put("f", "2");
	b = openexec("f");
	assert_true(fdof(a) != fdof(b));
	assert_true(a->qid.vers != b->qid.vers);
	cclose(a);
	cclose(b);
	/* with a new time of change, and the same of modification */
	b = openexec("f");
	assert_int_equal(chmod(host("f"), 0644), 0);
	assert_null(xopen(z("f"), OEXEC));
	assert_non_null(strstr(up->errstr, Eperm));
	assert_int_equal(chmod(host("f"), 0755), 0);
	a = openexec("f");
	assert_true(fdof(a) != fdof(b));
	cclose(b);
	put("g", "2");
	assert_int_equal(chmod(host("g"), 0755), 0);
	assert_int_equal(rename(host("g"), host("f")), 0);
	b = openexec("f");
	assert_true(fdof(a) != fdof(b));
	assert_true(a->qid.path != b->qid.path);
	cclose(a);
	cclose(b);
}

/* A change that may not show is no reason to share. */
static void
test_new_programs_are_opened_each_time(void **state)
{
	Chan *a, *b;

	USED(state);
	put("f", "1");
	assert_int_equal(chmod(host("f"), 0755), 0);
	coarsetimes = 1;
	a = openexec("f");
	b = openexec("f");
	assert_true(fdof(a) != fdof(b));
	assert_true(a->qid.vers != b->qid.vers);
	cclose(a);
	cclose(b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERNIN(test_exec_versions, tmpsetup, tmpteardown),
	    KERNIN(test_exec_versions_of_new_files, tmpsetup, tmpteardown),
	    KERNIN(test_programs_are_opened_once, tmpsetup, tmpteardown),
	    KERNIN(
		test_changed_programs_are_opened_again, tmpsetup, tmpteardown),
	    KERNIN(
		test_new_programs_are_opened_each_time, tmpsetup, tmpteardown),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

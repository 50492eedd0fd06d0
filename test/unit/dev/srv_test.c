/*
 * #s: posting, opening and removing files, boards. srv(3).
 */
#include "dev/devcall.h"

static int
setup(void **state)
{
	USED(state);
	devgroups();
	countblocks();
	return 0;
}

static int
teardown(void **state)
{
	USED(state);
	return sameblocks() ? 0 : -1;
}

/* Make up a process of user. */
static void
become(const char *user)
{
	kstrdup(&up->user, user);
}

/* Post c as name: 0, or -1. */
static int
post(const char *name, Chan *c)
{
	char num[16];
	int fd, r;

	incref(&c->r);
	fd = newfd(c, ORDWR);
	snprint(num, sizeof num, "%d", fd);
	r = -1;
	c = xcreate(name, OWRITE, 0666);
	if(c != nil) {
		r = xwrite(c, num, strlen(num), 0) < 0 ? -1 : 0;
		cclose(c);
	}
	fdclose(fd);
	return r;
}

static void
test_srv_hands_out_what_was_posted(void **state)
{
	char names[128], buf[8];
	Chan *end[2], *c;

	USED(state);
	newpipe(end);
	assert_int_equal(post("#s/pipe", end[0]), 0);
	assert_int_equal(xlist("#s", names, sizeof names, 4096), 2);
	assert_string_equal(names, "clone pipe");
	c = xopen("#s/pipe", ORDWR);
	assert_ptr_equal(c, end[0]);
	/* it stays open for others when its poster is gone */
	cclose(end[0]);
	assert_int_equal(xwrite(c, "hello", 5, 0), 5);
	assert_int_equal(xread(end[1], buf, sizeof buf, 0), 5);
	cclose(c);
	assert_int_equal(xwrite(end[1], "x", 1, 0), 1);
	assert_int_equal(xremove("#s/pipe"), 0);
	assert_int_equal(xwrite(end[1], "x", 1, 0), -1);
	cclose(end[1]);
	assert_null(xopen("#s/pipe", ORDWR));
}

static void
test_srv_refuses(void **state)
{
	Chan *end[2], *c, *c2;

	USED(state);
	newpipe(end);
	assert_null(xcreate("#s/x", OREAD, 0666));
	c = xcreate("#s/x", OWRITE, 0600);
	assert_non_null(c);
	/* nothing there yet */
	assert_null(xopen("#s/x", ORDWR));
	assert_non_null(strstr(up->errstr, Eshutdown));
	assert_int_equal(xwrite(c, "99", 2, 0), -1);
	assert_int_equal(xwrite(c, "none", 4, 0), -1);
	assert_int_equal(newfd(c, OWRITE), 0);
	assert_int_equal(xwrite(c, "0", 1, 0), -1); /* itself */
	incref(&end[0]->r);
	assert_int_equal(newfd(end[0], ORDWR), 1);
	assert_int_equal(xwrite(c, "1", 1, 0), 1);
	/* only once */
	assert_int_equal(xwrite(c, "1", 1, 0), -1);
	/* another's, without permission */
	become("none");
	assert_null(xopen("#s/x", ORDWR));
	assert_non_null(strstr(up->errstr, Eperm));
	assert_int_equal(xremove("#s/x"), -1);
	become("eve");
	c2 = xopen("#s/x", OREAD);
	assert_ptr_equal(c2, end[0]);
	cclose(c2);
	fdclose(0);
	fdclose(1);
	assert_int_equal(xremove("#s/x"), 0);
	cclose(end[0]);
	cclose(end[1]);
}

static void
test_srv_wstat_renames(void **state)
{
	Chan *end[2], *c;
	Dir d;

	USED(state);
	newpipe(end);
	post("#s/a", end[0]);
	post("#s/b", end[1]);
	nulldir(&d);
	d.name = "b";
	assert_int_equal(xwstat("#s/a", &d), -1);
	assert_non_null(strstr(up->errstr, Eexist));
	d.name = "c";
	d.mode = 0640;
	assert_int_equal(xwstat("#s/a", &d), 0);
	c = xopen("#s/c", ORDWR);
	assert_ptr_equal(c, end[0]);
	cclose(c);
	xstat("#s/c", &d);
	assert_int_equal(d.mode, 0640);
	assert_string_equal(d.uid, "eve");
	assert_int_equal(xremove("#s/b") + xremove("#s/c"), 0);
	cclose(end[0]);
	cclose(end[1]);
}

static void
test_srv_orclose(void **state)
{
	Chan *c;
	Dir d;

	USED(state);
	c = xcreate("#s/x", OWRITE | ORCLOSE, 0666);
	assert_int_equal(xstat("#s/x", &d), 0);
	cclose(c);
	assert_int_equal(xstat("#s/x", &d), -1);
}

static void
test_srv_boards_nest_and_go(void **state)
{
	char id[16], name[64], names[64];
	Chan *end[2], *c, *sub, *in;
	Dir d;

	USED(state);
	newpipe(end);
	c = xopen("#s/clone", OREAD);
	assert_true(xread(c, id, sizeof id - 1, 0) > 0);
	id[xread(c, id, sizeof id - 1, 0)] = 0;
	snprint(name, sizeof name, "#s/%s", id);
	assert_int_equal(xlist("#s", names, sizeof names, 4096), 2);
	snprint(name, sizeof name, "#s/%s/x", id);
	assert_int_equal(post(name, end[0]), 0);
	/* posted on one board, not on others */
	assert_int_equal(xstat("#s/x", &d), -1);
	snprint(name, sizeof name, "#s/%s/clone", id);
	sub = xopen(name, OREAD);
	assert_non_null(sub);
	cclose(sub);
	snprint(name, sizeof name, "#s/%s/x", id);
	in = xopen(name, ORDWR);
	assert_ptr_equal(in, end[0]);
	cclose(in);
	snprint(name, sizeof name, "#s/%s/../%s/x", id, id);
	assert_int_equal(xstat(name, &d), 0);
	/* the board goes with its clone file, and what is posted with it */
	snprint(name, sizeof name, "#s/%s", id);
	in = xopen(name, OREAD);
	assert_non_null(in);
	cclose(c);
	snprint(name, sizeof name, "#s/%s/x", id);
	assert_int_equal(xstat(name, &d), -1);
	assert_null(xcreate(name, OWRITE, 0666));
	assert_non_null(strstr(up->errstr, Eshutdown));
	cclose(in);
	assert_int_equal(xlist("#s", names, sizeof names, 4096), 1);
	cclose(end[0]);
	cclose(end[1]);
}

static void
test_srv_boards_nest_deep(void **state)
{
	char path[256], id[16], names[64], *p;
	Chan *c[20];
	uint i;

	USED(state);
	p = strecpy(path, path + sizeof path, "#s");
	for(i = 0; i < nelem(c); i++) {
		strecpy(p, path + sizeof path, "/clone");
		c[i] = xopen(path, OREAD);
		assert_non_null(c[i]);
		id[xread(c[i], id, sizeof id - 1, 0)] = 0;
		p = seprint(p, path + sizeof path, "/%s", id);
	}
	/* each is kept by the one below it */
	for(i = 0; i + 1 < nelem(c); i++)
		cclose(c[i]);
	assert_int_equal(xlist(path, names, sizeof names, 4096), 1);
	cclose(c[nelem(c) - 1]);
	assert_int_equal(xlist("#s", names, sizeof names, 4096), 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_srv_hands_out_what_was_posted),
	    KERN(test_srv_refuses),
	    KERN(test_srv_wstat_renames),
	    KERN(test_srv_orclose),
	    KERN(test_srv_boards_nest_and_go),
	    KERN(test_srv_boards_nest_deep),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

/*
 * Descriptors and their groups: dup(2), open(2), rfork(2).
 */
#include "ns/nstree.h"

/* --- fds --- */

static void
test_lowest_fd(void **state)
{
	USED(state);
	assert_int_equal(xopen("/a", OREAD), 0);
	assert_int_equal(xopen("/a", OREAD), 1);
	assert_int_equal(xopen("/a", OREAD), 2);
	xclose(1);
	assert_int_equal(xopen("/a", OREAD), 1);
	assert_int_equal(xdup(0, -1), 3);
	assert_int_equal(xdup(0, 7), 7);
	assert_int_equal(xopen("/a", OREAD), 4);
}

/* Opens, pipes, dups and closes at random, beside a table of which fds are in use. */
static void
test_lowest_fd_at_random(void **state)
{
	enum
	{
		N = 64,
	};
	char used[2 * N] = {0};
	u32int r;
	int i, fd, p[2], want[2];

	USED(state);
	assert_int_equal(xopen("/file", OREAD), 0);
	used[0] = 1;
	r = 1;
	for(i = 0; i < 5000; i++) {
		r = r * 1664525 + 1013904223;
		fd = 1 + (r >> 16) % (N - 1);
		for(want[0] = 0; used[want[0]]; want[0]++)
			;
		for(want[1] = want[0] + 1; used[want[1]]; want[1]++)
			;
		if((r >> 24) % 8 < 4) {
			assert_int_equal(xclose(fd), used[fd] ? 0 : -1);
			used[fd] = 0;
		} else if((r >> 24) % 8 == 4) {
			if(xdup(0, fd) == fd)
				used[fd] = 1;
		} else if(want[1] < N && (r >> 24) % 8 == 5) {
			assert_int_equal(xpipe(p), 0);
			assert_memory_equal(p, want, sizeof p);
			used[p[0]] = used[p[1]] = 1;
		} else if(want[0] < N) {
			assert_int_equal(xdup(0, -1), want[0]);
			used[want[0]] = 1;
		}
	}
}

static void
test_dup(void **state)
{
	USED(state);
	assert_int_equal(xopen("/file", OREAD | OCEXEC), 0);
	assert_int_equal(xopen("/a/f", OREAD), 1);
	assert_int_equal(xdup(1, 0), 0);
	assert_string_equal(xfd2path(0), "/a/f");
	assert_int_equal(xdup(1, 1), 1);
	assert_string_equal(xfd2path(1), "/a/f");
	assert_err(xdup(5, -1), Ebadfd);
	assert_err(xdup(5, 0), Ebadfd);
	assert_err(xdup(0, -2), Ebadfd);
	assert_err(xdup(0, 1000), Ebadfd);
	/* twenty more than the highest ever */
	assert_int_equal(xdup(0, 21), 21);
	xclose(21);
	assert_int_equal(xdup(0, 41), 41);
	fdcloseexec(up->fgrp);
	assert_string_equal(xfd2path(0), "/a/f");
}

static void
test_close_at_exec(void **state)
{
	int fd;

	USED(state);
	for(fd = 0; fd < 50; fd++)
		assert_int_equal(
		    xopen("/file", OREAD | (fd % 3 == 0 ? OCEXEC : 0)), fd);
	assert_int_equal(xdup(0, -1), 50);
	fdcloseexec(up->fgrp);
	for(fd = 0; fd < 50; fd++)
		assert_string_equal(
		    xfd2path(fd), fd % 3 == 0 ? Ebadfd : "/file");
	assert_string_equal(xfd2path(50), "/file");
}

static void
test_fds_run_out(void **state)
{
	int fd, p[2];

	USED(state);
	assert_int_equal(xopen("/file", OREAD), 0);
	while((fd = xdup(0, -1)) >= 0)
		;
	assert_string_equal(up->errstr, Enofd);
	assert_err(xopen("/file", OREAD), Enofd);
	assert_err(xpipe(p), Enofd);
	xclose(1234);
	assert_err(xpipe(p), Enofd);
	xclose(NFD - 1);
	assert_int_equal(xpipe(p), 0);
	assert_int_equal(p[0], 1234);
	assert_int_equal(p[1], NFD - 1);
}

static void
test_fd_groups(void **state)
{
	Fgrp *f, *g;
	int fd;

	USED(state);
	for(fd = 0; fd < 30; fd++)
		xopen("/file", OREAD | (fd == 7 ? OCEXEC : 0));
	xclose(12);
	f = up->fgrp;
	g = dupfgrp(f);
	up->fgrp = g;
	xclose(5);
	assert_string_equal(xfd2path(12), Ebadfd);
	assert_string_equal(xfd2path(29), "/file");
	fdcloseexec(g);
	assert_string_equal(xfd2path(7), Ebadfd);
	up->fgrp = f;
	assert_string_equal(xfd2path(5), "/file");
	assert_string_equal(xfd2path(7), "/file");
	closefgrp(g);
	closefgrp(dupfgrp(nil));
	g = newfgrp();
	closefgrp(dupfgrp(g));
	closefgrp(g);
}

static int kprocs;

static void
noproc(const char *name, void (*f)(void *), void *arg)
{
	USED(name), USED(f), USED(arg);
	kprocs++;
	error("no more processes");
}

static void
test_closing_can_be_left_to_others(void **state)
{
	Chan *c;

	USED(state);
	nskproc = noproc;
	c = namec("/a/f", Aopen, OREAD, 0);
	incref(&c->r);
	ccloseq(c);
	assert_int_equal(kprocs, 0);
	assert_string_equal(xcat("/a/f"), "a.f");
	strecpy(up->errstr, up->errstr + ERRMAX, "mine");
	ccloseq(c);
	/* there can be no closer: the queue waits, and the error is not the caller's */
	assert_int_equal(kprocs, 1);
	assert_string_equal(up->errstr, "mine");
	ccloseq(namec("/a/f", Aopen, OREAD, 0));
	assert_int_equal(closequeued(), 1);
	assert_int_equal(closequeued(), 1);
	assert_int_equal(closequeued(), 0);
	nskproc = kproc;
}

static void
test_close_keeps_the_error(void **state)
{
	USED(state);
	xopen("/file", OREAD);
	strecpy(up->errstr, up->errstr + ERRMAX, "mine");
	assert_int_equal(xclose(0), 0);
	assert_string_equal(up->errstr, "mine");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_lowest_fd),
	    KERN(test_lowest_fd_at_random),
	    KERN(test_dup),
	    KERN(test_close_at_exec),
	    KERN(test_fds_run_out),
	    KERN(test_fd_groups),
	    KERN(test_closing_can_be_left_to_others),
	    KERN(test_close_keeps_the_error),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

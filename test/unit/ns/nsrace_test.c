/*
 * Many processes in one name space with one fd table: bind, unmount, walk, open,
 * close, dup, create and read directories, all at once. TSan watches; and
 * nobody may see a file that none of the orders could have shown, or leave
 * anything behind.
 */
#include <pthread.h>
#include <sched.h>
#include "kerntest.h"
#include "ns/nscall.h"

enum
{
	Workers = 6,
	Rounds = 1500,
};

static Proc *first;
static int bad; /* what workers saw and should not have */

static void
wrong(const char *what, const char *saw)
{
	if(__atomic_add_fetch(&bad, 1, __ATOMIC_RELAXED) < 10)
		print_error("%s: %s\n", what, saw);
}

static void
mktree(void)
{
	assert_int_equal(xmk("/a", nil), 0);
	assert_int_equal(xmk("/a/f", "a.f"), 0);
	assert_int_equal(xmk("/a/sub", nil), 0);
	assert_int_equal(xmk("/b", nil), 0);
	assert_int_equal(xmk("/b/f", "b.f"), 0);
	assert_int_equal(xmk("/b/sub", nil), 0);
	assert_int_equal(xmk("/c", nil), 0);
	assert_int_equal(xmk("/c/f", "c.f"), 0);
}

static int
setup(void **state)
{
	USED(state);
	perturbone = 20;
	nogroups();
	ramclear();
	ramgroups();
	first = up;
	mktree();
	return 0;
}

static int
teardown(void **state)
{
	USED(state);
	nogroups();
	while(closequeued())
		;
	if(nchan() != 0 || ramrefs() != 0) {
		print_error("left: %ld Chans, %ld files\n", nchan(), ramrefs());
		return -1;
	}
	return 0;
}

/* Read the file's or directory's first bytes without an fd, which could be taken away: the number,
 * or -1 with up's error string. */
static long
readname(const char *name, void *buf, long n)
{
	Chan *c;

	if(waserror())
		return -1;
	c = namec(name, Aopen, OREAD, 0);
	if(waserror()) {
		cclose(c);
		nexterror();
	}
	n = chanread(c, buf, n, 0);
	poperror();
	cclose(c);
	poperror();
	return n;
}

static void
look(void)
{
	char buf[16];
	long n;

	n = readname("/a/f", buf, sizeof buf);
	if(n < 0)
		wrong("/a/f", up->errstr);
	else if(n != 3 || buf[0] < 'a' || buf[0] > 'c' ||
	    memcmp(buf + 1, ".f", 2) != 0)
		wrong("/a/f", "contents");
}

static void
list(void)
{
	uchar buf[512];
	char strs[512];
	long n, i;
	uint len;
	Dir d;

	n = readname("/a", buf, sizeof buf);
	if(n <= 0)
		wrong("/a", n < 0 ? up->errstr : "empty");
	for(i = 0; i < n; i += len) {
		len = convM2D(buf + i, n - i, &d, strs);
		if(len == 0) {
			wrong("/a", "not whole entries");
			break;
		}
	}
}

static void
dots(void)
{
	/* everybody's name space, but each its own dot */
	if(xchdir("/a/sub") == 0) {
		xchdir("..");
		xcat("f");
		xchdir("/");
	}
}

static void
fds(uint32_t *r)
{
	static const char *ok[] = {"/a/f", "/b/f", "/a", "/a/sub", "/x"};
	const char *s;
	uint i;
	int fd;

	fd = xopen("/b/f", OREAD | (nextrand(r) % 2 ? OCEXEC : 0));
	if(fd >= 0) {
		if(nextrand(r) % 4 == 0)
			xdup(fd, nextrand(r) % 20);
		s = xfd2path(nextrand(r) % 20);
		for(i = 0; i < nelem(ok) && strncmp(s, ok[i], 2) != 0; i++)
			;
		if(i == nelem(ok) && strcmp(s, Ebadfd) != 0)
			wrong("fd2path", s);
		xclose(fd);
	}
	if(nextrand(r) % 50 == 0)
		fdcloseexec(up->fgrp);
}

static void
names(void)
{
	char buf[2048];
	long n;

	if(waserror()) {
		wrong("ns", up->errstr);
		return;
	}
	n = nstext(first, buf, sizeof buf);
	if(n < 3 || buf[n - 1] != '\n')
		wrong("ns", buf);
	poperror();
}

static void
groups(void)
{
	Pgrp *p;
	Fgrp *f;

	if(waserror()) {
		wrong("groups", up->errstr);
		return;
	}
	p = newpgrp();
	pgrpcpy(p, up->pgrp);
	closepgrp(p);
	f = dupfgrp(up->fgrp);
	closefgrp(f);
	poperror();
}

static void
act(uint32_t *r)
{
	switch(nextrand(r) % 16) {
	case 0:
		xbind("/b", "/a", MBEFORE);
		break;
	case 1:
		xbind("/c", "/a", MAFTER | MCREATE);
		break;
	case 2:
		xbind("/a", "/a/sub", MREPL);
		break;
	case 3:
		xunmount("/b", "/a");
		break;
	case 4:
		xunmount(nil, "/a");
		break;
	case 5:
		xunmount(nil, "/a/sub");
		break;
	case 6:
		names();
		break;
	case 7:
		groups();
		break;
	case 8:
		xmk("/x", "x");
		break;
	case 9:
		xremove("/x");
		break;
	case 10:
	case 11:
		fds(r);
		break;
	case 12:
		dots();
		break;
	case 13:
		list();
		break;
	default:
		look();
		break;
	}
}

static void
worker(void *arg)
{
	uint32_t r;
	int i;

	r = (uintptr)arg;
	for(i = 0; i < Rounds; i++)
		act(&r);
	/* unions grow with every bind: begin anew */
	xunmount(nil, "/a");
	if(up->nerrlab != Kernlabels)
		wrong("error labels", "left");
}

static void
test_all_at_once(void **state)
{
	Worker *w[Workers];
	uint i;

	USED(state);
	for(i = 0; i < nelem(w); i++)
		w[i] = spawn(worker, (void *)(uintptr)(i + 1));
	for(i = 0; i < nelem(w); i++)
		join(w[i]);
	assert_int_equal(bad, 0);
}

/* One open directory read by all: every entry goes to one of them. */
static int dirfd, dirseen;
static pthread_barrier_t dirstart;

static void
dirreader(void *arg)
{
	uchar buf[100];
	long n;

	USED(arg);
	pthread_barrier_wait(&dirstart);
	while((n = xread(dirfd, buf, sizeof buf)) > 0) {
		__atomic_add_fetch(&dirseen, 1, __ATOMIC_RELAXED);
		if(n != BIT16SZ + GBIT16(buf))
			wrong("read", "not one entry");
	}
	if(n < 0)
		wrong("read", up->errstr);
}

static void
test_readers_of_a_directory_share_it(void **state)
{
	Worker *w[Workers];
	char name[32];
	uint i;

	USED(state);
	for(i = 0; i < 1000; i++) {
		snprint(name, sizeof name, "/%c/file-%d", i % 2 ? 'b' : 'c', i);
		assert_int_equal(xmk(name, ""), 0);
	}
	assert_int_equal(xbind("/b", "/a", MREPL), 0);
	assert_int_equal(xbind("/c", "/a", MAFTER), 0);
	dirfd = xopen("/a", OREAD);
	dirseen = 0;
	pthread_barrier_init(&dirstart, nil, nelem(w));
	for(i = 0; i < nelem(w); i++)
		w[i] = spawn(dirreader, nil);
	for(i = 0; i < nelem(w); i++)
		join(w[i]);
	pthread_barrier_destroy(&dirstart);
	assert_int_equal(bad, 0);
	/* with /b's f and sub and /c's f */
	assert_int_equal(dirseen, 1003);
}

static void
hanger(void *name)
{
	xopen(name, OREAD);
}

static void
test_a_server_that_hangs_stops_nobody_else(void **state)
{
	Worker *w[3];

	USED(state);
	assert_int_equal(xbind("/b", "/a", MBEFORE), 0);
	ramhang = 1;
	/* in a union, below it, and in the directory itself */
	w[0] = spawn(hanger, "/a/hang");
	w[1] = spawn(hanger, "/a/sub/../hang");
	w[2] = spawn(hanger, "/hang");
	while(__atomic_load_n(&ramhanging, __ATOMIC_SEQ_CST) < 3)
		sched_yield();

	assert_string_equal(xcat("/a/f"), "b.f");
	assert_int_equal(xbind("/c", "/a", MBEFORE), 0);
	assert_string_equal(xcat("/a/f"), "c.f");
	assert_string_equal(xls("/a", 4096), "f f sub f sub ");
	assert_int_equal(xunmount("/b", "/a"), 0);
	names();
	groups();
	assert_int_equal(xunmount(nil, "/a"), 0);
	assert_string_equal(xcat("/a/f"), "a.f");
	assert_int_equal(__atomic_load_n(&ramhanging, __ATOMIC_SEQ_CST), 3);

	__atomic_store_n(&ramhang, 0, __ATOMIC_SEQ_CST);
	for(int i = 0; i < 3; i++)
		join(w[i]);
}

/* Wait until what was left to closers is closed, but for n Chans. */
static void
untilclosed(long n)
{
	while(nchan() > n)
		sched_yield();
}

static int kprocs;

static void
countproc(const char *name, void (*f)(void *), void *arg)
{
	__atomic_add_fetch(&kprocs, 1, __ATOMIC_RELAXED);
	kproc(name, f, arg);
}

static void
test_a_close_that_hangs_stops_no_other(void **state)
{
	long n;
	int i;

	USED(state);
	assert_int_equal(xmk("/hangclose", ""), 0);
	n = nchan();
	nskproc = countproc;
	ramhang = 1;
	/* one at a time: closers are there, and idle, but for those that hang */
	for(i = 0; i < 3; i++) {
		ccloseq(namec("/hangclose", Aopen, OREAD, 0));
		ccloseq(namec("/a/f", Aopen, OREAD, 0));
		ccloseq(namec("/b/f", Aopen, OREAD, 0));
		untilclosed(n + i + 1);
	}
	while(__atomic_load_n(&ramhanging, __ATOMIC_SEQ_CST) < 3)
		sched_yield();
	assert_true(__atomic_load_n(&kprocs, __ATOMIC_RELAXED) <= 8);
	__atomic_store_n(&ramhang, 0, __ATOMIC_SEQ_CST);
	untilclosed(n);
	/* and they are used again */
	for(i = 0; i < 100; i++)
		ccloseq(namec("/a/f", Aopen, OREAD, 0));
	untilclosed(n);
	assert_true(__atomic_load_n(&kprocs, __ATOMIC_RELAXED) <= 8);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_all_at_once),
	    KERN(test_readers_of_a_directory_share_it),
	    KERN(test_a_server_that_hangs_stops_nobody_else),
	    KERN(test_a_close_that_hangs_stops_no_other),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

/*
 * #/ #c #d #¶, and what devices share: root(3), cons(3), dup(3), swap(3).
 */
#include "dev/devcall.h"

int open(const char *, int, ...);
int close(int);
int dup(int);
int dup2(int, int);
int pipe(int *);
ssize_t read(int, void *, size_t);
ssize_t write(int, const void *, size_t);

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

static void
slurps(const char *name, const char *text)
{
	char buf[2048];

	if(xslurp(name, buf, sizeof buf) < 0)
		fail_msg("%s: %s", name, up->errstr);
	assert_string_equal(buf, text);
}

static int
put(const char *name, const char *text)
{
	Chan *c;
	long n;

	c = xopen(name, OWRITE);
	if(c == nil)
		return -1;
	n = xwrite(c, text, strlen(text), 0);
	cclose(c);
	return n < 0 ? -1 : 0;
}

/* Make up a process of user. */
static void
become(const char *user)
{
	kstrdup(&up->user, user);
}

/* --- root --- */

static void
test_root_has_places_to_mount(void **state)
{
	char names[256];
	Dir d;

	USED(state);
	assert_int_equal(xlist("/", names, sizeof names, 4096), 14);
	assert_string_equal(names,
	    "boot bin dev env fd mnt n net net.alt proc root srv shr tmp");
	assert_int_equal(xlist("/mnt", names, sizeof names, 4096), 2);
	assert_string_equal(names, "host exportfs");
	assert_int_equal(xlist("/mnt/host", names, sizeof names, 4096), 0);
	assert_int_equal(xstat("/mnt/host", &d), 0);
	assert_string_equal(d.name, "host");
	assert_int_equal(xstat("/mnt/host/../../dev", &d), 0);
	assert_string_equal(d.name, "dev");
	assert_null(xcreate("/f", OWRITE, 0666));
	assert_int_equal(xremove("/dev"), -1);
	assert_null(xopen("/nothing", OREAD));
}

static void
test_listings_go_on_where_they_stopped(void **state)
{
	char a[1024], b[1024];

	USED(state);
	/* one entry a read, or all */
	assert_int_equal(
	    xlist("#c", a, sizeof a, 80), xlist("#c", b, sizeof b, 8192));
	assert_string_equal(a, b);
	assert_non_null(strstr(a, "cons"));
	assert_null(strstr(a, ". "));
}

/* --- cons --- */

static void
test_numbers_are_as_wide_as_the_manual_says(void **state)
{
	char buf[128], want[64];
	uvlong before[2], after[2], ms;
	int i;

	USED(state);
	snprint(want, sizeof want, "%11ud ", up->pid);
	slurps("#c/pid", want);
	slurps("#c/ppid", "         77 ");
	assert_int_equal(xslurp("#c/time", buf, sizeof buf), 12 + 3 * 22);
	proctimes(up, before);
	assert_int_equal(xslurp("#c/cputime", buf, sizeof buf), 6 * 12);
	proctimes(up, after);
	for(i = 0; i < 2; i++) {
		ms = strtoull(buf + i * 12, nil, 10);
		assert_true(before[i] / 1000000 <= ms);
		assert_true(ms <= after[i] / 1000000);
		assert_int_equal(buf[i * 12 + 11], ' ');
	}
}

static void
test_sysstat_has_a_line_a_processor(void **state)
{
	char buf[512], *p;
	int lines;

	USED(state);
	assert_int_equal(
	    xslurp("#c/sysstat", buf, sizeof buf), hostncpu() * 121);
	lines = 0;
	for(p = buf; (p = strchr(p, '\n')) != nil; p++)
		lines++;
	assert_int_equal(lines, hostncpu());
	assert_memory_equal(buf + 121, "          1 ", 12);
}

static void
test_time_is_the_hosts(void **state)
{
	char buf[128];
	vlong ns, before, after;

	USED(state);
	before = todns();
	xslurp("#c/time", buf, sizeof buf);
	after = todns();
	ns = (vlong)strtoull(buf + 12, nil, 10);
	assert_true(before <= ns && ns <= after);
	assert_true((vlong)strtoull(buf, nil, 10) == ns / 1000000000);
	assert_int_equal(put("#c/time", "1"), -1);
}

static void
test_bintime_is_big_endian_and_keeps_its_offset(void **state)
{
	uchar b[40];
	Chan *c;
	vlong ns, before;
	int i;

	USED(state);
	before = todns();
	c = xopen("#c/bintime", OREAD);
	assert_int_equal(xread(c, b, sizeof b, 0), 24);
	assert_int_equal(xread(c, b, 8, 24), 8);
	for(ns = 0, i = 0; i < 8; i++)
		ns = ns << 8 | b[i];
	assert_true(before <= ns && ns <= todns());
	cclose(c);
}

static void
test_null_zero_random(void **state)
{
	uchar a[1500], b[1500];
	Chan *c;
	usize i;

	USED(state);
	c = xopen("#c/null", ORDWR);
	assert_int_equal(xwrite(c, "abc", 3, 0), 3);
	assert_int_equal(xread(c, a, sizeof a, 0), 0);
	cclose(c);
	memset(a, 1, sizeof a);
	c = xopen("#c/zero", OREAD);
	assert_int_equal(xread(c, a, sizeof a, 99), sizeof a);
	for(i = 0; i < sizeof a; i++)
		assert_int_equal(a[i], 0);
	cclose(c);
	assert_null(xopen("#c/zero", OWRITE));
	c = xopen("#c/random", OREAD);
	assert_int_equal(xread(c, a, sizeof a, 0), sizeof a);
	assert_int_equal(xread(c, b, sizeof b, 0), sizeof b);
	assert_memory_not_equal(a, b, sizeof a);
	cclose(c);
}

static void
test_names(void **state)
{
	char cache[2048];

	USED(state);
	slurps("#c/user", "eve");
	slurps("#c/hostowner", "eve");
	slurps("#c/osversion", "2000");
	assert_int_equal(put("#c/sysname", "kremvax\n"), 0);
	slurps("#c/sysname", "kremvax");
	assert_string_equal(sysname, "kremvax");
	assert_int_equal(put("#c/sysname", ""), -1);
	assert_int_equal(put("#c/hostdomain", "outside.plan9"), 0);
	slurps("#c/hostdomain", "outside.plan9");
	assert_int_equal(put("#c/hostowner", "glenda"), -1);
	imagestatstext(cache, cache + sizeof cache);
	slurps("#c/imagecache", cache);
}

static void
test_only_the_owner_renames_the_system(void **state)
{
	USED(state);
	assert_int_equal(put("#c/user", "glenda"), -1);
	assert_int_equal(put("#c/user", "none"), 0);
	slurps("#c/user", "none");
	assert_int_equal(put("#c/sysname", "moon"), -1);
	assert_non_null(strstr(up->errstr, Eperm));
	assert_null(xopen("#c/kmesg", OREAD));
	become("eve");
}

static void
test_swap_says_how_much_memory(void **state)
{
	char buf[256], want[256];
	uvlong heap, max;
	u32int n;

	USED(state);
	xslurp("#\xc2\xb6/swap", buf, sizeof buf);
	heap = hostheapsize(&max);
	n = totalframes();
	snprint(want, sizeof want,
	    "%llud memory\n4096 pagesize\n0 kernel\n"
	    "%ud/%ud user\n0/0 swap\n0/%ud reclaim\n%llud/%llud/%llud kernel malloc\n"
	    "0/0/0 kernel draw\n0/0/0 kernel secret\n",
	    (uvlong)n * BY2PG, n - freeframes(), n, n, heap, heap, max);
	assert_string_equal(buf, want);
	assert_int_equal(put("#\xc2\xb6/swap", "start"), 0);
	assert_int_equal(put("#\xc2\xb6/swap", "3"), -1);
}

static void
test_drivers_are_listed(void **state)
{
	char buf[256];

	USED(state);
	xslurp("#c/drivers", buf, sizeof buf);
	assert_non_null(strstr(buf, "#c cons\n"));
	assert_non_null(strstr(buf, "#\xc2\xb6 swap\n"));
}

static void
test_what_cannot_be_done_says_so(void **state)
{
	USED(state);
	assert_int_equal(put("#c/reboot", "reboot /386/9pc"), -1);
	assert_string_equal(up->errstr, Enotimpl);
	assert_int_equal(put("#c/consctl", "holdon"), -1);
	assert_string_equal(up->errstr, Ebadctl);
}

static void
test_kmesg_keeps_the_last(void **state)
{
	static char buf[20 * KiB];
	int i;

	USED(state);
	kmesgadd("first\n", 6);
	xslurp("#c/kmesg", buf, sizeof buf);
	assert_non_null(strstr(buf, "first\n"));
	for(i = 0; i < 2048; i++)
		kmesgadd("0123456\n", 8);
	assert_int_equal(xslurp("#c/kmesg", buf, sizeof buf), 16 * KiB);
	assert_null(strstr(buf, "first"));
}

/* The console is host fds 0 and 1: lend them a pipe. */
static void
test_the_console_is_standard_input_and_output(void **state)
{
	int in[2], out[2], save[2], n;
	char buf[16];
	Chan *c;

	USED(state);
	save[0] = dup(0);
	save[1] = dup(1);
	assert_int_equal(pipe(in) + pipe(out), 0);
	dup2(in[0], 0);
	dup2(out[1], 1);
	c = xopen("#c/cons", ORDWR);
	n = xwrite(c, "hello", 5, 77) == 5 && write(in[1], "typed", 5) == 5 &&
	    read(out[0], buf, sizeof buf) == 5 &&
	    memcmp(buf, "hello", 5) == 0 &&
	    xread(c, buf, sizeof buf, 33) == 5 &&
	    memcmp(buf, "typed", 5) == 0 &&
	    put("#c/consctl", "rawon") == 0; /* no terminal: raw already */
	cclose(c);
	dup2(save[0], 0);
	dup2(save[1], 1);
	close(in[0]), close(in[1]), close(out[0]), close(out[1]);
	close(save[0]), close(save[1]);
	assert_true(n);
}

static void
test_standard_files(void **state)
{
	int save, p[2];
	Chan *c;

	USED(state);
	save = dup(0);
	assert_int_equal(pipe(p), 0);
	dup2(p[0], 0);
	c = stdchan(0);
	assert_non_null(c);
	assert_int_equal(c->mode, OREAD);
	assert_string_equal(chanpath(c), "/fd/0");
	cclose(c);
	close(0);
	c = stdchan(0);
	dup2(save, 0);
	close(save), close(p[0]), close(p[1]);
	assert_null(c);
}

/* --- dup --- */

static void
test_dup_shows_open_files(void **state)
{
	char names[128], buf[256];
	Chan *c;
	Dir d;
	int r, w;

	USED(state);
	r = newfd(xopen("#c/null", OREAD), OREAD);
	w = newfd(xopen("#c/null", OWRITE), OWRITE);
	assert_int_equal(r, 0);
	assert_int_equal(w, 1);
	assert_int_equal(xlist("#d", names, sizeof names, 4096), 4);
	assert_string_equal(names, "0 0ctl 1 1ctl");
	xstat("#d/0", &d);
	assert_int_equal(d.mode, 0400);
	xstat("#d/1", &d);
	assert_int_equal(d.mode, 0200);
	xstat("#d/1ctl", &d);
	assert_int_equal(d.mode, 0400);
	/* it is the file itself */
	c = xopen("#d/0", OREAD);
	assert_ptr_equal(c, up->fgrp->fd[0]);
	cclose(c);
	assert_null(xopen("#d/0", OWRITE));
	assert_null(xopen("#d/2", OREAD));
	c = xopen("#d/0ctl", OWRITE);
	assert_non_null(c);
	assert_int_equal(xwrite(c, "x", 1, 0), -1);
	cclose(c);
	xslurp("#d/1ctl", buf, sizeof buf);
	assert_non_null(strstr(buf, "  1 w  c    0 ("));
	assert_non_null(strstr(buf, "#c/null\n"));
	fdclose(0);
	assert_int_equal(xlist("#d", names, sizeof names, 4096), 2);
	assert_string_equal(names, "1 1ctl");
	fdclose(1);
}

/* --- commands --- */

static void
test_commands(void **state)
{
	static Cmdtab tab[] = {{1, "kill", 1}, {2, "pri", 2}, {3, "note", 0}};
	Cmdbuf *cb;

	USED(state);
	cb = parsecmd("pri 'a b'\n", 10);
	assert_int_equal(cb->nf, 2);
	assert_string_equal(cb->f[1], "a b");
	assert_int_equal(lookupcmd(cb, tab, nelem(tab))->index, 2);
	kfree(cb);
	cb = parsecmd("a b c d e", 9);
	assert_int_equal(cb->nf, 5);
	if(waserror())
		assert_string_equal(
		    up->errstr, "unknown control message \"a b c d e\"");
	else {
		lookupcmd(cb, tab, nelem(tab));
		poperror();
		fail();
	}
	kfree(cb);
	cb = parsecmd("kill now", 8);
	if(waserror())
		assert_non_null(strstr(up->errstr, Ecmdargs));
	else {
		lookupcmd(cb, tab, nelem(tab));
		poperror();
		fail();
	}
	kfree(cb);
	cb = parsecmd("", 0);
	assert_int_equal(cb->nf, 0);
	kfree(cb);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_root_has_places_to_mount),
	    KERN(test_listings_go_on_where_they_stopped),
	    KERN(test_numbers_are_as_wide_as_the_manual_says),
	    KERN(test_sysstat_has_a_line_a_processor),
	    KERN(test_time_is_the_hosts),
	    KERN(test_bintime_is_big_endian_and_keeps_its_offset),
	    KERN(test_null_zero_random),
	    KERN(test_names),
	    KERN(test_only_the_owner_renames_the_system),
	    KERN(test_swap_says_how_much_memory),
	    KERN(test_drivers_are_listed),
	    KERN(test_what_cannot_be_done_says_so),
	    KERN(test_kmesg_keeps_the_last),
	    KERN(test_the_console_is_standard_input_and_output),
	    KERN(test_standard_files),
	    KERN(test_dup_shows_open_files),
	    KERN(test_commands),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

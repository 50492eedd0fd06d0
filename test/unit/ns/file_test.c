/*
 * Files by descriptors: open(2), read(2), seek(2), stat(2), of one device and of
 * unions.
 */
#include "ns/nstree.h"

/* --- create --- */

static void
test_create(void **state)
{
	USED(state);
	assert_int_equal(xmk("/a/new", "one"), 0);
	assert_string_equal(xcat("/a/new"), "one");
	assert_int_equal(xmk("/a/new", "2"), 0);
	assert_string_equal(xcat("/a/new"), "2");
	assert_err(xcreate("/a/new", OWRITE | OEXCL, 0666),
	    "file already exists: '/a/new'");
	assert_true(xcreate("/a/excl", OWRITE | OEXCL, 0666) >= 0);
	assert_err(
	    xcreate("/a/x/y", OWRITE, 0666), "file does not exist: '/a/x'");
	assert_err(
	    xcreate("/file/y", OWRITE, 0666), "not a directory: '/file/y'");
	assert_err(xcreate("/", OREAD, DMDIR | 0777), "file already exists");
	assert_err(xcreate("/a/..", OREAD, DMDIR | 0777),
	    "permission denied: '/a/..'");
	assert_err(
	    xcreate("/a/dir/", OREAD, 0666), "create without DMDIR: '/a/dir/'");
	assert_true(xcreate("/a/dir/", OREAD, DMDIR | 0777) >= 0);
	assert_err(xcreate("/a/y", 4, 0666), Ebadarg);
}

static void
test_create_in_unions(void **state)
{
	USED(state);
	assert_int_equal(xbind("/b", "/a", MBEFORE), 0);
	assert_err(xcreate("/a/new", OWRITE, 0666),
	    "mounted directory forbids creation: '/a/new'");
	/* what exists can be rewritten all the same */
	assert_int_equal(xmk("/a/f", "again"), 0);
	assert_string_equal(xcat("/b/f"), "again");
	assert_int_equal(xbind("/c", "/a", MAFTER | MCREATE), 0);
	assert_int_equal(xmk("/a/new", "new"), 0);
	assert_string_equal(xcat("/c/new"), "new");
	assert_err(xopen("/b/new", OREAD), "file does not exist: '/b/new'");
	/* the first that has MCREATE */
	assert_int_equal(xbind("#Rother", "/a", MBEFORE | MCREATE), 0);
	assert_int_equal(xmk("/a/newer", "newer"), 0);
	assert_string_equal(xcat("#Rother/newer"), "newer");
	assert_int_equal(xchdir("/a"), 0);
	assert_int_equal(xmk("newest", "newest"), 0);
	assert_string_equal(xcat("#Rother/newest"), "newest");
	/* if it fails there, it fails */
	assert_int_equal(xmk("/ro", nil), 0);
	up->errstr[0] = '\0';
	assert_int_equal(xcreate("/ro/d", OREAD, DMDIR | 0555), 0);
	assert_int_equal(xbind("/ro/d", "/a", MBEFORE | MCREATE), 0);
	assert_err(xcreate("/a/z", OWRITE, 0666), "permission denied: '/a/z'");
	xclose(0);
}

static void
test_created_files_have_their_name(void **state)
{
	int fd;

	USED(state);
	assert_int_equal(xbind("/b", "/a", MREPL | MCREATE), 0);
	fd = xcreate("/a/./new", OWRITE, 0666);
	assert_string_equal(xfd2path(fd), "/a/new");
	assert_int_equal(xchdir("/a"), 0);
	fd = xcreate("../a/dir", OREAD, DMDIR | 0777);
	assert_string_equal(xfd2path(fd), "/a/dir");
	assert_int_equal(xchdir("dir"), 0);
	assert_int_equal(xchdir(".."), 0);
	assert_string_equal(xcat("h"), "b.h");
}

/* Another process makes the file first. */
static void
racer(void *name)
{
	char path[64];
	Chan *c;

	snprint(path, sizeof path, "#Rroot/a/%s", (const char *)name);
	c = namec(path, Acreate, OWRITE, 0666);
	devtab[c->type]->write(c, "racer", 5, 0);
	cclose(c);
}

static void
race(const char *name)
{
	ramrace = nil;
	join(spawn(racer, (void *)name));
}

static void
test_create_race(void **state)
{
	int fd;

	USED(state);
	/* between walk and create: opened and truncated instead */
	ramrace = race;
	fd = xcreate("/a/raced", OWRITE, 0666);
	assert_true(fd >= 0);
	assert_string_equal(xcat("/a/raced"), "");
	assert_int_equal(xwrite(fd, "us", 2), 2);
	assert_string_equal(xcat("/a/raced"), "us");
	/* but not with OEXCL */
	ramrace = race;
	assert_err(xcreate("/a/raced2", OWRITE | OEXCL, 0666),
	    "file already exists: '/a/raced2'");
	assert_string_equal(xcat("/a/raced2"), "racer");
}

static void
test_remove(void **state)
{
	int fd;

	USED(state);
	assert_int_equal(xremove("/a/f"), 0);
	assert_err(xopen("/a/f", OREAD), "file does not exist: '/a/f'");
	assert_err(xremove("/a/f"), "file does not exist: '/a/f'");
	assert_err(xremove("/"), Eperm);
	assert_int_equal(xbind("/b", "/a", MREPL), 0);
	assert_err(xremove("/a"), Eismtpt);
	assert_int_equal(xremove("/a/h"), 0);
	assert_err(xopen("/b/h", OREAD), "file does not exist: '/b/h'");
	fd = xcreate("/c/tmp", ORDWR | ORCLOSE, 0666);
	assert_string_equal(xcat("/c/tmp"), "");
	assert_int_equal(xdup(fd, -1), fd + 1);
	xclose(fd);
	assert_string_equal(xcat("/c/tmp"), "");
	xclose(fd + 1);
	assert_err(xopen("/c/tmp", OREAD), "file does not exist: '/c/tmp'");
}

/* --- reading and writing --- */

static void
test_offsets(void **state)
{
	char buf[32];
	int fd, fd2;

	USED(state);
	fd = xopen("/file", ORDWR);
	assert_int_equal(xread(fd, buf, 2), 2);
	fd2 = xdup(fd, -1);
	assert_int_equal(xread(fd2, buf + 2, 10), 2);
	assert_memory_equal(buf, "file", 4);
	assert_int_equal(xread(fd, buf, 10), 0);
	assert_int_equal(xpread(fd, buf, 3, 1), 3);
	assert_memory_equal(buf, "ile", 3);
	assert_int_equal(xread(fd, buf, 10), 0);
	assert_int_equal(xwrite(fd, "s", 1), 1);
	assert_int_equal(xpwrite(fd, "F", 1, 0), 1);
	assert_int_equal(xpwrite(fd, "!", 1, -1), 1);
	assert_string_equal(xcat("/file"), "Files!");
	assert_int_equal(xseek(fd, -2, 1), 4);
	assert_int_equal(xpread(fd, buf, 1, -1), 1);
	assert_int_equal(buf[0], 's');
	assert_int_equal(xseek(fd, 0, 1), 5);
	assert_int_equal(xseek(fd, -1, 2), 5);
	assert_int_equal(xseek(fd, 1ll << 40, 0), 1ll << 40);
	assert_int_equal(xread(fd, buf, 10), 0);
	assert_int_equal(CALL(sysoseek, fd, 3, 0), 3);
	assert_int_equal(CALL(sysoseek, fd, (u32int)-1, 1), 2);
}

static void
test_a_write_that_fails_does_not_move(void **state)
{
	int fd;

	USED(state);
	fd = xopen("/file", ORDWR);
	assert_int_equal(xseek(fd, 1024, 0), 1024);
	assert_err(xwrite(fd, "x", 1), "disk full");
	assert_int_equal(xseek(fd, 0, 1), 1024);
}

static void
test_io_errors(void **state)
{
	char buf[8];
	int r, w;

	USED(state);
	r = xopen("/file", OREAD);
	w = xopen("/file", OWRITE);
	assert_err(xread(w, buf, 1), Ebadusefd);
	assert_err(xwrite(r, buf, 1), Ebadusefd);
	assert_err(xread(99, buf, 1), Ebadfd);
	assert_err(xread(-1, buf, 1), Ebadfd);
	assert_err(xread(r, buf, -1), Ebadarg);
	assert_err(xwrite(w, buf, -1), Ebadarg);
	assert_err(xpread(r, buf, 1, -2), Enegoff);
	assert_err(xpwrite(w, buf, 1, INT64_MIN), Enegoff);
	assert_err(xread(r, nil, 1), Ebadarg);
	assert_err(xseek(r, -1, 0), Enegoff);
	assert_err(xseek(r, -5, 2), Enegoff);
	assert_int_equal(xseek(r, INT64_MAX, 0), INT64_MAX);
	assert_err(xseek(r, 1, 1), Enegoff);
	assert_err(xseek(r, 0, 3), Ebadarg);
	assert_err(xseek(r, 0, -1), Ebadarg);
	assert_err(xseek(99, 0, 0), Ebadfd);
	assert_err(CALL(sysseek, 0, r, 0, 0), Ebadarg);
	assert_err(xclose(99), Ebadfd);
	assert_int_equal(xclose(r), 0);
	assert_err(xclose(r), Ebadfd);
	assert_err(xfstat(r, buf, sizeof buf), Ebadfd);
}

static void
test_pipes_do_not_seek(void **state)
{
	int fd[2];

	USED(state);
	assert_int_equal(xpipe(fd), 0);
	assert_int_equal(fd[0], 0);
	assert_int_equal(fd[1], 1);
	assert_err(xseek(fd[0], 0, 0), Eisstream);
	assert_err(CALL(syspipe, 0), Ebadarg);
}

/* --- directories --- */

static void
test_directories_are_read_in_whole_entries(void **state)
{
	static uchar buf[8192];
	uint len;
	int fd, i;
	long n;

	USED(state);
	assert_string_equal(xls("/a", 4096), "f sub ");
	/* one entry a read, and no room for one */
	assert_string_equal(xls("/a", 80), "f sub ");
	fd = xopen("/a", OREAD);
	assert_err(xread(fd, buf, 40), Eshort);
	assert_int_equal(xread(fd, buf, 0), 0);
	xclose(fd);
	/* more than a device gives at once */
	for(i = 0; i < 300; i++) {
		char name[32];

		snprint(name, sizeof name, "/c/file-%d", i);
		assert_int_equal(xmk(name, ""), 0);
	}
	fd = xopen("/c", OREAD);
	for(i = 0; (n = xread(fd, buf, 1000)) > 0;)
		for(long j = 0; j < n; j += len, i++) {
			len = BIT16SZ + GBIT16(buf + j);
			assert_true(len >= STATFIXLEN && j + len <= n);
		}
	assert_int_equal(n, 0);
	assert_int_equal(i, 301);
}

static void
test_directories_seek_to_their_start_only(void **state)
{
	uchar buf[512], buf2[512];
	long n, m;
	int fd;

	USED(state);
	fd = xopen("/a", OREAD);
	n = xread(fd, buf, 80);
	assert_true(n > 0);
	assert_err(xseek(fd, n, 0), Eisdir);
	assert_err(xseek(fd, 0, 1), Eisdir);
	assert_err(xseek(fd, 0, 2), Eisdir);
	assert_err(xpread(fd, buf, 80, 1), Edirseek);
	m = xpread(fd, buf2, 80, n);
	assert_true(m > 0);
	assert_memory_not_equal(buf, buf2, n);
	assert_int_equal(xseek(fd, 0, 0), 0);
	assert_int_equal(xread(fd, buf2, 80), n);
	assert_memory_equal(buf, buf2, n);
	assert_int_equal(xpread(fd, buf2, 80, 0), n);
	assert_memory_equal(buf, buf2, n);
	assert_int_equal(xpread(fd, buf2, 512, -1), m);
	assert_int_equal(xread(fd, buf2, 512), 0);
	assert_err(xwrite(fd, buf, 1), Ebadusefd);
}

static void
test_union_directories_rewind(void **state)
{
	uchar buf[4096];
	long n, total;
	int fd, i;

	USED(state);
	assert_int_equal(xbind("/b", "/a", MBEFORE), 0);
	assert_int_equal(xbind("/c", "/a", MAFTER), 0);
	fd = xopen("/a", OREAD);
	for(i = 0; i < 3; i++) {
		total = 0;
		while((n = xread(fd, buf, 100)) > 0)
			total += n;
		assert_int_equal(n, 0);
		assert_true(total > 300);
		assert_int_equal(xseek(fd, 0, 0), 0);
		assert_int_equal(xread(fd, buf, 100) > 0, 1);
		assert_int_equal(xseek(fd, 0, 0), 0);
	}
	/* what is open keeps its union */
	assert_int_equal(xunmount(nil, "/a"), 0);
	total = 0;
	while((n = xread(fd, buf, 100)) > 0)
		total += n;
	assert_true(total > 300);
}

static void
test_a_bad_element_does_not_hide_the_others(void **state)
{
	int fd;
	uchar buf[4096];

	USED(state);
	assert_int_equal(xbind("/b", "/a", MBEFORE), 0);
	assert_int_equal(xbind("/c", "/a", MAFTER), 0);
	assert_string_equal(xls("/a", 4096), "f h f sub f ");
	/* clone, open, read: each of the first element's calls fails once */
	for(int k = 1; k <= 3; k++) {
		fd = xopen("/a", OREAD);
		devfail = k;
		assert_true(xread(fd, buf, sizeof buf) > 0);
		devfail = 0;
		assert_memory_equal(
		    buf + STATFIXLEN - 4 * BIT16SZ + BIT16SZ, "f", 1);
		assert_int_equal(xclose(fd), 0);
	}
}

static void
test_entries_of_mount_points_show_what_is_mounted(void **state)
{
	static uchar buf[8192], st[512];
	char strs[512];
	Dir d, sd;
	long n, i;
	int fd, len;

	USED(state);
	assert_int_equal(xbind("#Rother", "/a/sub", MREPL), 0);
	fd = xopen("/a", OREAD);
	n = xread(fd, buf, sizeof buf);
	assert_true(n > 0);
	for(i = 0; i < n; i += len) {
		len = convM2D(buf + i, n - i, &d, strs);
		assert_true(len > 0);
		if(strcmp(d.name, "sub") == 0)
			break;
	}
	assert_true(i < n);
	len = xstat("/a/sub", st, sizeof st);
	assert_true(len > 0);
	assert_int_equal(convM2D(st, len, &sd, strs), len);
	assert_string_equal(sd.name, "sub");
	assert_int_equal(d.qid.path, sd.qid.path);
	/* a server that does not answer is shown as what it covers */
	assert_int_equal(xseek(fd, 0, 0), 0);
	devfail = 2;
	assert_int_equal(xread(fd, buf, sizeof buf), n);
	assert_int_equal(devfail, 0);
}

/* --- stat --- */

static void
test_stat(void **state)
{
	uchar buf[512], small[512];
	char strs[512];
	Dir d;
	int n, fd;

	USED(state);
	n = xstat("/a/f", buf, sizeof buf);
	assert_int_equal(convM2D(buf, n, &d, strs), n);
	assert_string_equal(d.name, "f");
	assert_int_equal(d.length, 3);
	/* the name is the one it is known by, not the server's */
	n = xstat("/", buf, sizeof buf);
	assert_int_equal(convM2D(buf, n, &d, strs), n);
	assert_string_equal(d.name, "");
	assert_int_equal(xmk("/quite-a-long-name", nil), 0);
	assert_int_equal(xbind("#Rother", "/quite-a-long-name", MREPL), 0);
	n = xstat("/quite-a-long-name", buf, sizeof buf);
	assert_int_equal(convM2D(buf, n, &d, strs), n);
	assert_string_equal(d.name, "quite-a-long-name");
	assert_string_equal(d.muid, "glenda");
	/* too small: the size that would do, in two bytes */
	for(int i = BIT16SZ; i < n; i++) {
		assert_int_equal(
		    xstat("/quite-a-long-name", small, i), BIT16SZ);
		assert_true(GBIT16(small) + BIT16SZ > i);
		assert_true(GBIT16(small) + BIT16SZ <= n);
	}
	assert_int_equal(xstat("/quite-a-long-name", small, n), n);
	assert_memory_equal(small, buf, n);
	assert_err(xstat("/a/f", small, 1), Ebadarg);
	assert_err(xstat("/a/f", small, -1), Ebadarg);
	assert_err(xstat("/no", small, 100), "file does not exist: '/no'");
	assert_int_equal(CALL(sys_stat, argstr("/a"), argroom(116)), 0);
	fd = xopen("/a/f", OREAD);
	assert_true(xfstat(fd, buf, sizeof buf) > BIT16SZ);
}

static void
test_wstat(void **state)
{
	uchar buf[512];
	Dir d;
	uint n;
	int fd;

	USED(state);
	memset(&d, 0xff, sizeof d);
	d.name = "g";
	d.uid = d.gid = d.muid = "";
	n = convD2M(&d, buf, sizeof buf);
	assert_int_equal(xwstat("/a/f", buf, n), n);
	assert_string_equal(xcat("/a/g"), "a.f");
	assert_err(xwstat("/a/g", buf, n - 1), Ebadstat);
	d.name = "x/y";
	n = convD2M(&d, buf, sizeof buf);
	assert_err(xwstat("/a/g", buf, n), "bad character in file name: x/y");
	assert_int_equal(xbind("/b", "/c", MREPL), 0);
	d.name = "newname";
	n = convD2M(&d, buf, sizeof buf);
	assert_err(xwstat("/c", buf, n), "is a mount point: '/c'");
	d.name = "";
	d.mode = 0444;
	n = convD2M(&d, buf, sizeof buf);
	fd = xopen("/a/g", OREAD);
	assert_int_equal(xfwstat(fd, buf, n), n);
	assert_int_equal(xwstat("/c", buf, n), n);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_create),
	    KERN(test_create_in_unions),
	    KERN(test_created_files_have_their_name),
	    KERN(test_create_race),
	    KERN(test_remove),
	    KERN(test_offsets),
	    KERN(test_a_write_that_fails_does_not_move),
	    KERN(test_io_errors),
	    KERN(test_pipes_do_not_seek),
	    KERN(test_directories_are_read_in_whole_entries),
	    KERN(test_directories_seek_to_their_start_only),
	    KERN(test_union_directories_rewind),
	    KERN(test_a_bad_element_does_not_hide_the_others),
	    KERN(test_entries_of_mount_points_show_what_is_mounted),
	    KERN(test_stat),
	    KERN(test_wstat),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

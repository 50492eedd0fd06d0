/*
 * #Z, on a temporary directory: the host's files by the rules of section 5.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include "unit.h"
#include "devhost.h"
#include "dev/hostfs.h"

int symlink(const char *, const char *);
int link(const char *, const char *);
int unlink(const char *);
int mkfifo(const char *, mode_t);
int pipe(int *);
int close(int);
uid_t getuid(void);
ssize_t write(int, const void *, size_t);
ssize_t read(int, void *, size_t);
off_t lseek(int, off_t, int);

static long blocks0;

static int
setup(void **state)
{
	blocks0 = heapblocks();
	notes = 0;
	clockskew = 0;
	coarsetimes = 0;
	return tmpsetup(state);
}

static int
teardown(void **state)
{
	if(tmpteardown(state) != 0)
		return -1;
	return heapblocks() == blocks0 ? 0 : -1;
}

/* The host path of name in tmpdir, and #Z's name for it; the last four stay. */
static char *
host(const char *name)
{
	static char buf[4][512];
	static int k;
	char *s;

	s = buf[k++ % 4];
	snprint(s, sizeof buf[0], "%s/%s", tmpdir, name);
	return s;
}

static char *
z(const char *name)
{
	static char buf[4][512];
	static int k;
	char *s;

	s = buf[k++ % 4];
	/* "#Z" and the path: the spec ends at the first slash, and is empty */
	snprint(s, sizeof buf[0], "#Z%s/%s", tmpdir, name);
	return s;
}

static void
put(const char *name, const char *text)
{
	Chan *c;

	c = xcreate(z(name), OWRITE, 0666);
	if(c == nil)
		fail_msg("%s: %s", name, up->errstr);
	assert_int_equal(xwrite(c, text, strlen(text), 0), strlen(text));
	cclose(c);
}

static void
holds(const char *name, const char *text)
{
	char buf[256];

	if(xslurp(z(name), buf, sizeof buf) < 0)
		fail_msg("%s: %s", name, up->errstr);
	assert_string_equal(buf, text);
}

static void
mkdir9(const char *name)
{
	Chan *c;

	c = xcreate(z(name), OREAD, DMDIR | 0777);
	assert_non_null(c);
	cclose(c);
}

static void
test_files_are_the_hosts(void **state)
{
	struct stat st;

	USED(state);
	put("f", "hello");
	holds("f", "hello");
	assert_int_equal(stat(host("f"), &st), 0);
	assert_int_equal(st.st_size, 5);
	assert_int_equal(st.st_mode & 0777, 0666);
}

static void
test_create_gives_no_more_than_the_directory(void **state)
{
	struct stat st;
	Chan *c;

	USED(state);
	mkdir9("d");
	assert_int_equal(chmod(host("d"), 0750), 0);
	c = xcreate(z("d/f"), OWRITE, 0666);
	cclose(c);
	c = xcreate(z("d/x"), OWRITE, 0777);
	cclose(c);
	c = xcreate(z("d/sub"), OREAD, DMDIR | 0777);
	cclose(c);
	stat(host("d/f"), &st);
	assert_int_equal(st.st_mode & 0777, 0640);
	/* execute bits of files are not the directory's to give */
	stat(host("d/x"), &st);
	assert_int_equal(st.st_mode & 0777, 0751);
	stat(host("d/sub"), &st);
	assert_int_equal(st.st_mode & 0777, 0750);
}

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
	if(!differ)
		skip(); /* the host does not */
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
		skip();
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

static void
test_qids(void **state)
{
	Dir a, b;

	USED(state);
	put("a", "1");
	put("b", "1");
	assert_int_equal(link(host("a"), host("same")), 0);
	xstat(z("a"), &a);
	xstat(z("b"), &b);
	assert_true(a.qid.path != b.qid.path);
	xstat(z("same"), &b);
	assert_true(a.qid.path == b.qid.path);
	assert_int_equal(a.qid.vers, b.qid.vers);
	put("a", "22");
	xstat(z("a"), &b);
	assert_true(a.qid.path == b.qid.path);
	assert_true(a.qid.vers != b.qid.vers);
	mkdir9("d");
	xstat(z("d"), &b);
	assert_int_equal(b.qid.type, QTDIR);
	assert_int_equal(b.mode & DMDIR, DMDIR);
	assert_int_equal(b.length, 0);
}

static void
test_missing_files_say_so(void **state)
{
	USED(state);
	put("f", "");
	assert_null(xopen(z("no"), OREAD));
	assert_non_null(strstr(up->errstr, Enonexist));
	assert_null(xopen(z("f/x"), OREAD));
	assert_non_null(strstr(up->errstr, Enotdir));
	assert_null(xopen(z("no/x"), OREAD));
	assert_non_null(strstr(up->errstr, Enonexist));
}

static void
test_partial_walks(void **state)
{
	char *names[] = {"a", "b", "no", "c"};
	char spec[128];
	Walkqid *wq;
	Chan *c;

	USED(state);
	mkdir9("a");
	mkdir9("a/b");
	snprint(spec, sizeof spec, "%s", tmpdir);
	c = hostdev.attach(spec);
	wq = hostdev.walk(c, nil, names, 4);
	assert_int_equal(wq->nqid, 2);
	assert_null(wq->clone);
	kfree(wq);
	/* the first that fails is an error */
	if(waserror())
		assert_string_equal(up->errstr, Enonexist);
	else {
		hostdev.walk(c, nil, names + 2, 2);
		poperror();
		fail();
	}
	cclose(c);
}

static void
test_dotdot_stays_in_the_root(void **state)
{
	char *up3[] = {"..", "..", ".."}, *down[] = {"a", "..", "b"};
	Walkqid *wq;
	Chan *c;

	USED(state);
	mkdir9("a");
	mkdir9("b");
	c = hostdev.attach(tmpdir);
	wq = hostdev.walk(c, nil, up3, 3);
	assert_int_equal(wq->nqid, 3);
	assert_true(wq->clone->qid.path == c->qid.path);
	cclose(wq->clone);
	kfree(wq);
	wq = hostdev.walk(c, nil, down, 3);
	assert_int_equal(wq->nqid, 3);
	assert_true(wq->qid[1].path == c->qid.path);
	cclose(wq->clone);
	kfree(wq);
	cclose(c);
	c = hostdev.attach("/");
	wq = hostdev.walk(c, nil, up3, 1);
	assert_true(wq->clone->qid.path == c->qid.path);
	cclose(wq->clone);
	kfree(wq);
	cclose(c);
}

static int
attachfails(const char *spec)
{
	if(waserror())
		return 1;
	cclose(hostdev.attach(spec));
	poperror();
	return 0;
}

static void
test_attach_wants_a_directory(void **state)
{
	USED(state);
	put("f", "");
	assert_true(attachfails(host("f")));
	assert_string_equal(up->errstr, Enotdir);
	assert_true(attachfails(host("no")));
	assert_true(attachfails("relative"));
	assert_false(attachfails(""));
}

static void
test_reads_and_writes_at_offsets(void **state)
{
	char buf[16];
	Chan *c;

	USED(state);
	c = xcreate(z("f"), ORDWR, 0600);
	assert_int_equal(xwrite(c, "world", 5, 6), 5);
	assert_int_equal(xwrite(c, "hello", 5, 0), 5);
	assert_int_equal(xread(c, buf, sizeof buf, 0), 11);
	assert_memory_equal(buf, "hello\0world", 11);
	assert_int_equal(xread(c, buf, 3, 6), 3);
	assert_int_equal(xread(c, buf, 3, 11), 0);
	assert_int_equal(xread(c, buf, 3, -1), -1);
	cclose(c);
}

static void
test_large_transfers(void **state)
{
	static char out[1000 * 1000], in[sizeof out + 100];
	Chan *c;
	usize i;

	USED(state);
	for(i = 0; i < sizeof out; i++)
		out[i] = i * 7 / 3;
	c = xcreate(z("f"), ORDWR, 0600);
	assert_int_equal(xwrite(c, out, sizeof out, 0), sizeof out);
	assert_int_equal(xread(c, in, sizeof in, 0), sizeof out);
	assert_memory_equal(in, out, sizeof out);
	cclose(c);
}

static void
test_permissions(void **state)
{
	Chan *c;

	USED(state);
	put("f", "text");
	/* nobody may execute what has no x, the superuser included */
	assert_null(xopen(z("f"), OEXEC));
	assert_non_null(strstr(up->errstr, Eperm));
	chmod(host("f"), 0755);
	c = xopen(z("f"), OEXEC);
	assert_non_null(c);
	cclose(c);
	if(getuid() == 0)
		return;
	chmod(host("f"), 0);
	assert_null(xopen(z("f"), OREAD));
	assert_non_null(strstr(up->errstr, Eperm));
}

static void
test_directories_are_not_written(void **state)
{
	USED(state);
	mkdir9("d");
	assert_null(xopen(z("d"), OWRITE));
	assert_null(xopen(z("d"), ORDWR));
	assert_null(xopen(z("d"), OREAD | OTRUNC));
	assert_null(xcreate(z("e"), OWRITE, DMDIR | 0777));
}

static void
test_listing(void **state)
{
	static char names[400 * 1000];
	char name[32], *p;
	int i;
	Dir d;

	USED(state);
	mkdir9("d");
	assert_int_equal(xlist(z("d"), names, sizeof names, 8192), 0);
	for(i = 0; i < 3000; i++) {
		snprint(name, sizeof name, "d/file%d", i);
		put(name, "");
	}
	assert_int_equal(xlist(z("d"), names, sizeof names, 200), 3000);
	for(i = 0; i < 3000; i++) {
		snprint(name, sizeof name, "file%d", i);
		p = strstr(names, name);
		assert_non_null(p);
	}
	assert_null(strstr(names, ". "));
	/* a dangling link is a file; one that is not is what it points to */
	assert_int_equal(symlink("nowhere", host("dangling")), 0);
	assert_int_equal(symlink("d", host("link")), 0);
	assert_int_equal(symlink("loop", host("loop")), 0);
	assert_int_equal(xlist(z(""), names, sizeof names, 8192), 4);
	xstat(z("dangling"), &d);
	assert_int_equal(d.mode & DMDIR, 0);
	xstat(z("link"), &d);
	assert_int_equal(d.mode & DMDIR, DMDIR);
	assert_int_equal(xstat(z("loop"), &d), 0);
	assert_null(xopen(z("dangling"), OREAD));
	assert_int_equal(xremove(z("link")), 0);
	assert_int_equal(xstat(z("d"), &d), 0);
	assert_int_equal(xremove(z("dangling")), 0);
}

static void
test_listing_while_files_go(void **state)
{
	char name[32], strs[512];
	uchar buf[200];
	Chan *c;
	Dir d;
	vlong off;
	long n, i, m;
	int k;

	USED(state);
	for(i = 0; i < 500; i++) {
		snprint(name, sizeof name, "file%d", (int)i);
		put(name, "");
	}
	c = xopen(z(""), OREAD);
	k = 0;
	for(off = 0; (n = xread(c, buf, sizeof buf, off)) > 0; off += n)
		for(i = 0; i < n; i += m, k++) {
			m = convM2D(buf + i, n - i, &d, strs);
			assert_true(m > 0);
			assert_int_equal(xremove(z(d.name)), 0);
		}
	assert_int_equal(k, 500);
	/* from the start again */
	assert_int_equal(xread(c, buf, sizeof buf, 0), 0);
	cclose(c);
}

static void
test_small_buffers_for_entries(void **state)
{
	uchar buf[20];
	Chan *c;

	USED(state);
	put("f", "");
	c = xopen(z(""), OREAD);
	assert_int_equal(xread(c, buf, sizeof buf, 0), -1);
	assert_string_equal(up->errstr, Eshort);
	cclose(c);
}

static void
test_names_that_are_not_utf8(void **state)
{
	static char names[256];

	USED(state);
	put("bad\xff\xfename", "x");
	assert_int_equal(xlist(z(""), names, sizeof names, 4096), 1);
	/* the bytes are kept, so that the file can be opened */
	assert_string_equal(names, "bad\xff\xfename");
	holds("bad\xff\xfename", "x");
}

static void
test_remove(void **state)
{
	Chan *c;
	char buf[8];

	USED(state);
	put("f", "still");
	c = xopen(z("f"), OREAD);
	assert_int_equal(xremove(z("f")), 0);
	assert_null(xopen(z("f"), OREAD));
	assert_int_equal(xread(c, buf, sizeof buf, 0), 5);
	cclose(c);
	mkdir9("d");
	put("d/f", "");
	assert_int_equal(xremove(z("d")), -1);
	assert_string_equal(up->errstr, "directory not empty");
	assert_int_equal(xremove(z("d/f")), 0);
	assert_int_equal(xremove(z("d")), 0);
}

static void
test_orclose(void **state)
{
	Chan *c, *c2;
	Dir d;

	USED(state);
	c = xcreate(z("tmp"), ORDWR | ORCLOSE, 0600);
	assert_int_equal(xstat(z("tmp"), &d), 0);
	cclose(c);
	assert_int_equal(xstat(z("tmp"), &d), -1);
	/* not another file that has the name by then */
	c = xcreate(z("tmp"), ORDWR | ORCLOSE, 0600);
	assert_int_equal(xremove(z("tmp")), 0);
	c2 = xcreate(z("keeper"), OWRITE, 0600);
	assert_int_equal(rename(host("keeper"), host("tmp")), 0);
	cclose(c);
	cclose(c2);
	assert_int_equal(xstat(z("tmp"), &d), 0);
}

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

static void
test_wstat_of_what_stat_said_changes_nothing(void **state)
{
	Dir d;

	USED(state);
	put("f", "x");
	xstat(z("f"), &d);
	assert_int_equal(xwstat(z("f"), &d), 0);
	mkdir9("d");
	xstat(z("d"), &d);
	assert_int_equal(xwstat(z("d"), &d), 0);
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
	assert_int_equal(xfwstat(c, &d), -1);
	assert_int_equal(stat(host("f"), &st), 0);
	cclose(c);
	c = xopen(z("f"), OREAD);
	assert_int_equal(xfwstat(c, &d), 0);
	assert_int_equal(xfstat(c, &d), 0);
	assert_string_equal(d.name, "g");
	cclose(c);
	holds("g", "another");
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
	nulldir(&d);
	d.mode = 0666;
	assert_int_equal(xwstat(z("log"), &d), 0);
	put("log", "new");
	holds("log", "new");
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
	assert_non_null(strstr(up->errstr, "exclusive use file already open"));
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

/* --- inherited descriptors --- */

static void
test_inherited_files_share_their_position(void **state)
{
	char buf[64];
	Chan *c;
	int fd, n;

	USED(state);
	fd = open(host("out"), O_RDWR | O_CREAT, 0600);
	assert_int_equal(write(fd, "host1 ", 6), 6);
	c = hostfdchan(fd, 1, "/fd/1");
	assert_int_equal(c->offset, 6);
	assert_int_equal(c->mode, ORDWR);
	assert_int_equal(xwrite(c, "nine1 ", 6, 6), 6);
	/* another program writes meanwhile, and we go on after it */
	assert_int_equal(write(fd, "host2 ", 6), 6);
	assert_int_equal(xwrite(c, "nine2 ", 6, 12), 6);
	/* a program that seeks is obeyed */
	assert_int_equal(xwrite(c, "HOST1", 5, 0), 5);
	c->offset = 24;
	cclose(c);
	/* and the descriptor is left where the program was, and open */
	assert_int_equal(write(fd, "end", 3), 3);
	n = lseek(fd, 0, 2);
	lseek(fd, 0, 0);
	assert_int_equal(read(fd, buf, sizeof buf), n);
	buf[n] = 0;
	assert_string_equal(buf, "HOST1 nine1 host2 nine2 end");
	close(fd);
}

static void
test_inherited_append(void **state)
{
	Chan *c;
	int fd;

	USED(state);
	put("log", "old ");
	fd = open(host("log"), O_WRONLY | O_APPEND);
	c = hostfdchan(fd, 1, "/fd/1");
	assert_int_equal(c->mode, OWRITE);
	assert_int_equal(xwrite(c, "a ", 2, c->offset), 2);
	assert_int_equal(xwrite(c, "b ", 2, 0), 2);
	cclose(c);
	assert_int_equal(write(fd, "c", 1), 1);
	close(fd);
	holds("log", "old a b c");
}

static void
test_inherited_directory_is_no_bytes(void **state)
{
	char buf[512];
	Chan *c;
	int fd;

	USED(state);
	fd = open(tmpdir, O_RDONLY);
	c = hostfdchan(fd, 0, "/fd/0");
	assert_int_equal(xread(c, buf, sizeof buf, 0), -1);
	assert_string_equal(up->errstr, Eisdir);
	cclose(c);
	assert_int_equal(fcntl(fd, F_GETFL), -1);
}

static void
test_host_pipes(void **state)
{
	char buf[8];
	Chan *r, *w;
	int fd[2];
	Dir d;

	USED(state);
	assert_int_equal(pipe(fd), 0);
	r = hostfdchan(fd[0], 0, "/fd/0");
	w = hostfdchan(fd[1], 0, "/fd/1");
	assert_int_equal(xwrite(w, "abc", 3, 100), 3);
	assert_int_equal(xread(r, buf, sizeof buf, 200), 3);
	assert_int_equal(xfstat(r, &d), 0);
	assert_int_equal(d.length, 0);
	nulldir(&d);
	d.length = 0;
	assert_int_equal(xfwstat(r, &d), -1);
	cclose(r);
	assert_int_equal(xwrite(w, "abc", 3, 0), -1);
	assert_string_equal(up->errstr, Ehungup);
	assert_int_equal(notes, 1);
	assert_string_equal(lastnote, "sys: write on closed pipe");
	cclose(w);
}

typedef struct Job Job;
struct Job
{
	Chan *c;
	long got;
	u32int done; /* atomic */
	char err[ERRMAX];
};

static void
reader(void *a)
{
	Job *j = a;
	char buf[8];

	j->got = xread(j->c, buf, sizeof buf, 0);
	strecpy(j->err, j->err + ERRMAX, up->errstr);
	__atomic_store_n(&j->done, 1, __ATOMIC_SEQ_CST);
}

static void
test_a_note_ends_a_wait_for_the_host(void **state)
{
	Job j = {0};
	Proc *p;
	int fd[2];

	USED(state);
	assert_int_equal(pipe(fd), 0);
	j.c = hostfdchan(fd[0], 0, "/fd/0");
	p = spawn(reader, &j);
	while(!__atomic_load_n(&j.done, __ATOMIC_SEQ_CST))
		postnote(p, 1, "alarm", NUser);
	join(p);
	assert_int_equal(j.got, -1);
	assert_string_equal(j.err, Eintr);
	cclose(j.c);
	close(fd[1]);
}

enum
{
	LONG = 300 * 1000, /* more than a host pipe holds */
};

static void
longwriter(void *a)
{
	static char buf[LONG];
	Job *j = a;

	j->got = xwrite(j->c, buf, sizeof buf, 0);
}

static void
test_long_writes_are_whole(void **state)
{
	static char buf[LONG];
	Job j = {0};
	Proc *p;
	long n, m;
	int fd[2], nonblock;

	USED(state);
	for(nonblock = 0; nonblock < 2; nonblock++) {
		assert_int_equal(pipe(fd), 0);
		if(nonblock)
			fcntl(fd[1], F_SETFL, O_NONBLOCK);
		j.c = hostfdchan(fd[1], 0, "/fd/1");
		p = spawn(longwriter, &j);
		for(n = 0; n < LONG; n += m) {
			m = read(fd[0], buf, sizeof buf);
			assert_true(m > 0);
		}
		join(p);
		assert_int_equal(j.got, LONG);
		cclose(j.c);
		close(fd[0]);
	}
}

/* Whoever shares the other side may have made it non-blocking. */
static void
test_nonblocking_descriptors_block(void **state)
{
	Job j = {0};
	Proc *p;
	int fd[2], i;

	USED(state);
	assert_int_equal(pipe(fd), 0);
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	fcntl(fd[1], F_SETFL, O_NONBLOCK);
	j.c = hostfdchan(fd[0], 0, "/fd/0");
	p = spawn(reader, &j);
	for(i = 0; i < 100; i++)
		hostrelax();
	assert_int_equal(write(fd[1], "abc", 3), 3);
	join(p);
	assert_int_equal(j.got, 3);
	j.done = 0;
	p = spawn(reader, &j);
	while(!__atomic_load_n(&j.done, __ATOMIC_SEQ_CST))
		postnote(p, 1, "alarm", NUser);
	join(p);
	assert_int_equal(j.got, -1);
	assert_string_equal(j.err, Eintr);
	cclose(j.c);
	close(fd[1]);
}

static void
test_closed_descriptors_are_not_taken(void **state)
{
	USED(state);
	if(waserror())
		assert_string_equal(up->errstr, Ebadfd);
	else {
		hostfdchan(1000, 0, "/fd/0");
		poperror();
		fail();
	}
}

static void
test_devices(void **state)
{
	char buf[8] = "xxxxxxx";
	Chan *c;

	USED(state);
	c = xopen("#Z/dev/zero", ORDWR);
	assert_int_equal(xread(c, buf, sizeof buf, 0), sizeof buf);
	assert_int_equal(buf[0], 0);
	assert_int_equal(xwrite(c, buf, 3, 0), 3);
	cclose(c);
	c = xopen("#Z/dev/null", ORDWR);
	assert_int_equal(xread(c, buf, sizeof buf, 0), 0);
	cclose(c);
}

static void
test_no_memory(void **state)
{
	Chan *c;
	int n;

	USED(state);
	mkdir9("d");
	put("d/f", "x");
	/* every allocation fails in turn; nothing is lost (teardown looks) */
	c = nil;
	for(n = 1; c == nil; n++) {
		__atomic_store_n(&allocfail, n, __ATOMIC_RELAXED);
		c = xopen(z("d/f"), OREAD);
	}
	__atomic_store_n(&allocfail, 0, __ATOMIC_RELAXED);
	assert_true(n > 5);
	cclose(c);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_files_are_the_hosts),
	    T(test_create_gives_no_more_than_the_directory),
	    T(test_qids),
	    T(test_exec_versions),
	    T(test_exec_versions_of_new_files),
	    T(test_programs_are_opened_once),
	    T(test_changed_programs_are_opened_again),
	    T(test_new_programs_are_opened_each_time),
	    T(test_missing_files_say_so),
	    T(test_partial_walks),
	    T(test_dotdot_stays_in_the_root),
	    T(test_attach_wants_a_directory),
	    T(test_reads_and_writes_at_offsets),
	    T(test_large_transfers),
	    T(test_permissions),
	    T(test_directories_are_not_written),
	    T(test_listing),
	    T(test_listing_while_files_go),
	    T(test_small_buffers_for_entries),
	    T(test_names_that_are_not_utf8),
	    T(test_remove),
	    T(test_orclose),
	    T(test_wstat_changes_what_it_says),
	    T(test_wstat_makes_all_changes_or_none),
	    T(test_wstat_refuses),
	    T(test_wstat_of_what_stat_said_changes_nothing),
	    T(test_fwstat_follows_the_file),
	    T(test_append_only),
	    T(test_exclusive_use),
	    T(test_inherited_files_share_their_position),
	    T(test_inherited_append),
	    T(test_inherited_directory_is_no_bytes),
	    T(test_host_pipes),
	    T(test_a_note_ends_a_wait_for_the_host),
	    T(test_long_writes_are_whole),
	    T(test_nonblocking_descriptors_block),
	    T(test_closed_descriptors_are_not_taken),
	    T(test_devices),
	    T(test_no_memory),
	};

	return cmocka_run_group_tests(tests, devsetup, devteardown);
}

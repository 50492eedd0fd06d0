/*
 * Exports: each request of section 5, as its page says.
 */
#include "export/extree.h"

static void
test_a_file_is_read(void **state)
{
	Raw *r = &raw1;

	USED(state);
	rawdial(r, ex);
	rawstart(r, MSIZE);
	assert_int_equal(rawwalk(r, 0, 1, "dir sub f"), Rwalk);
	assert_int_equal(GBIT16(rawbody(r)), 3);
	assert_int_equal(raw(r, Topen, "db", 1, OREAD), Ropen);
	assert_int_equal(raw(r, Tread, "dqd", 1, 0ULL, 100), Rread);
	assert_int_equal(GBIT32(rawbody(r)), 12);
	assert_memory_equal(rawbody(r) + 4, "the contents", 12);
	assert_int_equal(raw(r, Tread, "dqd", 1, 4ULL, 3), Rread);
	assert_memory_equal(rawbody(r), "\3\0\0\0con", 7);
	assert_int_equal(raw(r, Tread, "dqd", 1, 12ULL, 3), Rread);
	assert_int_equal(rawnbody(r), 4);
	assert_int_equal(raw(r, Tclunk, "d", 1), Rclunk);
	rawclose(r);
}

static void
test_the_version_is_agreed_upon(void **state)
{
	Raw *r = &raw1;

	USED(state);
	rawdial(r, ex);
	assert_rerror(r, raw(r, Tattach, "ddss", 0, NOFID, "u", ""),
	    "no 9P version was agreed upon");
	assert_int_equal(raw(r, Tversion, "ds", 1U << 30, "9P2000"), Rversion);
	assert_int_equal(GBIT32(rawbody(r)), MSIZEMAX);
	assert_memory_equal(rawbody(r) + 4, "\6\0009P2000", 8);
	assert_int_equal(raw(r, Tversion, "ds", 300, "9P2000.L"), Rversion);
	assert_int_equal(GBIT32(rawbody(r)), 300);
	assert_memory_equal(rawbody(r) + 4, "\6\0009P2000", 8);
	assert_int_equal(raw(r, Tversion, "ds", 300, "9P2001"), Rversion);
	assert_memory_equal(rawbody(r) + 4, "\7\0unknown", 9);
	assert_rerror(r, raw(r, Tattach, "ddss", 0, NOFID, "u", ""),
	    "no 9P version was agreed upon");
	assert_int_equal(raw(r, Tversion, "ds", 255, "9P2000"), Rerror);
	rawstart(r, MSIZE);
	rawclose(r);
}

static void
test_attach_names_a_tree(void **state)
{
	Raw *r = &raw1;

	USED(state);
	rawdial(r, ex);
	rawstart(r, MSIZE);
	assert_rerror(
	    r, raw(r, Tauth, "dss", 5, "u", ""), "authentication not required");
	assert_rerror(r, raw(r, Tattach, "ddss", 1, 5, "u", ""),
	    "fid unknown or out of range");
	assert_rerror(r, raw(r, Tattach, "ddss", 1, NOFID, "u", "dir/no"),
	    "file does not exist");
	assert_int_equal(
	    raw(r, Tattach, "ddss", 1, NOFID, "u", "/dir//sub/"), Rattach);
	assert_int_equal(rawwalk(r, 1, 2, ".. f"), Rwalk);
	assert_int_equal(GBIT16(rawbody(r)), 2);
	assert_int_equal(raw(r, Tstat, "d", 1), Rstat);
	assert_memory_equal(rawbody(r) + 2 + STATFIXLEN - 8, "\1\0/", 3);
	rawclose(r);
}

static void
test_walk(void **state)
{
	Raw *r = &raw1;

	USED(state);
	rawdial(r, ex);
	rawstart(r, MSIZE);
	assert_rerror(r, rawwalk(r, 0, 1, "no"), "file does not exist");
	assert_int_equal(rawwalk(r, 0, 1, "dir no f"), Rwalk);
	assert_int_equal(GBIT16(rawbody(r)), 1);
	assert_rerror(r, raw(r, Tclunk, "d", 1), "fid unknown or out of range");
	assert_int_equal(rawwalk(r, 0, 1, ""), Rwalk);
	assert_int_equal(rawwalk(r, 1, 1, "dir sub .. .. .. dir"), Rwalk);
	assert_int_equal(GBIT16(rawbody(r)), 6);
	assert_rerror(r, rawwalk(r, 1, 1, "f"), "file does not exist");
	assert_int_equal(rawwalk(r, 1, 1, "sub f"), Rwalk);
	assert_rerror(r, rawwalk(r, 1, 2, ".."), "not a directory");
	assert_int_equal(
	    rawwalk(r, 0, 2,
		"dir .. dir .. dir .. dir .. dir .. dir .. dir .. g .."),
	    Rwalk);
	assert_int_equal(GBIT16(rawbody(r)), 15);
	assert_int_equal(rawwalk(r, 0, 0, "dir"), Rwalk);
	assert_int_equal(rawwalk(r, 0, 0, "sub"), Rwalk);
	rawclose(r);
}

/* The path of the qid that the walk before ended at */
static u64int
walkedpath(Raw *r)
{
	const uchar *p;

	p = rawbody(r) + 2 + (GBIT16(rawbody(r)) - 1) * QIDSZ + 5;
	return GBIT64(p);
}

/* What stat says of fid */
static void
statof9(Raw *r, u32int fid, Dir *d)
{
	static char strs[1024];

	assert_int_equal(raw(r, Tstat, "d", fid), Rstat);
	assert_int_equal(GBIT16(rawbody(r)), rawnbody(r) - 2);
	assert_int_equal(
	    convM2D(rawbody(r) + 2, rawnbody(r) - 2, d, strs), rawnbody(r) - 2);
}

/* The entry of that name in the directory that fid is open on */
static int
findentry(Raw *r, u32int fid, const char *name, Dir *d)
{
	static char strs[1024];
	u32int n, m;
	u64int off;
	const uchar *p;

	for(off = 0;; off += n) {
		must(raw(r, Tread, "dqd", fid, off, 300) == Rread);
		n = GBIT32(rawbody(r));
		if(n == 0)
			return 0;
		p = rawbody(r) + 4;
		for(m = 0; m < n; m += convM2D(p + m, n - m, d, strs)) {
			must(convM2D(p + m, n - m, d, strs) > 0);
			if(strcmp(d->name, name) == 0)
				return 1;
		}
	}
}

static void
test_a_mount_point_is_what_shows_there(void **state)
{
	Raw *r = &raw1;
	u64int path;
	Dir d;

	USED(state);
	must(xmk("/env/var", "value") == 0);
	rawdial(r, ex);
	rawstart(r, MSIZE);
	assert_int_equal(rawwalk(r, 0, 1, "env"), Rwalk);
	path = walkedpath(r);
	statof9(r, 1, &d);
	assert_string_equal(d.name, "env");
	assert_int_equal(d.qid.path, path);
	assert_int_equal(rawwalk(r, 0, 2, ""), Rwalk);
	assert_int_equal(raw(r, Topen, "db", 2, OREAD), Ropen);
	assert_int_equal(findentry(r, 2, "env", &d), 1);
	assert_int_equal(d.qid.path, path);
	assert_int_equal(rawwalk(r, 1, 3, "var"), Rwalk);
	assert_int_equal(raw(r, Topen, "db", 3, OREAD), Ropen);
	assert_int_equal(raw(r, Tread, "dqd", 3, 0ULL, 9), Rread);
	assert_memory_equal(rawbody(r), "\5\0\0\0value", 9);
	assert_rerror(r, raw(r, Tremove, "d", 1), "is a mount point");
	rawclose(r);
	must(xremove("/env/var") == 0);
}

static void
test_qids_of_two_devices_differ(void **state)
{
	u64int path[2];
	Raw *r = &raw1;

	USED(state);
	must(xbind("#|", "/n", MREPL) >= 0);
	rawdial(r, ex);
	rawstart(r, MSIZE);
	assert_int_equal(rawwalk(r, 0, 1, "pipe data"), Rwalk);
	path[0] = walkedpath(r);
	assert_int_equal(rawwalk(r, 0, 2, "n data"), Rwalk);
	path[1] = walkedpath(r);
	assert_int_not_equal(path[0], path[1]);
	assert_int_equal(rawwalk(r, 0, 3, "n data"), Rwalk);
	assert_int_equal(walkedpath(r), path[1]);
	rawclose(r);
	must(xunmount(nil, "/n") == 0);
}

static void
test_directories_are_read_from_where_they_ended(void **state)
{
	Raw *r = &raw1;
	u32int n;
	Dir d;

	USED(state);
	rawdial(r, ex);
	rawstart(r, MSIZE);
	assert_int_equal(rawwalk(r, 0, 1, ""), Rwalk);
	assert_int_equal(raw(r, Topen, "db", 1, OREAD), Ropen);
	assert_rerror(r, raw(r, Tread, "dqd", 1, 5ULL, 300),
	    "bad offset in directory read");
	assert_rerror(
	    r, raw(r, Tread, "dqd", 1, 0ULL, 10), "i/o count too small");
	assert_int_equal(raw(r, Tread, "dqd", 1, 0ULL, 100), Rread);
	n = GBIT32(rawbody(r));
	assert_true(n > 0);
	assert_int_equal(raw(r, Tread, "dqd", 1, (u64int)n, 100), Rread);
	assert_rerror(r, raw(r, Tread, "dqd", 1, (u64int)n, 100),
	    "bad offset in directory read");
	assert_int_equal(findentry(r, 1, "pipe", &d), 1);
	assert_int_equal(findentry(r, 1, "nosuch", &d), 0);
	rawclose(r);
}

static void
test_files_are_made_renamed_and_removed(void **state)
{
	Raw *r = &raw1;
	uchar buf[256];
	u32int n;
	Dir d;

	USED(state);
	rawdial(r, ex);
	rawstart(r, MSIZE);
	assert_int_equal(rawwalk(r, 0, 1, "dir"), Rwalk);
	assert_rerror(r, raw(r, Tcreate, "dsdb", 1, "sub", 0644, OWRITE),
	    "file already exists");
	assert_int_equal(
	    raw(r, Tcreate, "dsdb", 1, "new", 0644, ORDWR), Rcreate);
	assert_int_equal(
	    raw(r, Twrite, "dqdn", 1, 0ULL, 5, "hello", 5), Rwrite);
	assert_int_equal(GBIT32(rawbody(r)), 5);
	assert_int_equal(raw(r, Tread, "dqd", 1, 1ULL, 9), Rread);
	assert_memory_equal(rawbody(r), "\4\0\0\0ello", 8);
	assert_int_equal(raw(r, Tclunk, "d", 1), Rclunk);
	assert_int_equal(rawwalk(r, 0, 1, "dir new"), Rwalk);
	memset(&d, 0xFF, sizeof d);
	d.name = "other";
	d.uid = d.gid = d.muid = "";
	n = convD2M(&d, buf, sizeof buf);
	assert_int_equal(raw(r, Twstat, "dwn", 1, n, buf, n), Rwstat);
	statof9(r, 1, &d);
	assert_string_equal(d.name, "other");
	assert_int_equal(d.length, 5);
	assert_int_equal(raw(r, Topen, "db", 1, OREAD | OTRUNC), Ropen);
	statof9(r, 1, &d);
	assert_int_equal(d.length, 0);
	assert_int_equal(raw(r, Tremove, "d", 1), Rremove);
	assert_rerror(r, raw(r, Tclunk, "d", 1), "fid unknown or out of range");
	assert_int_equal(rawwalk(r, 0, 1, "dir other"), Rwalk);
	assert_int_equal(GBIT16(rawbody(r)), 1);
	rawclose(r);
}

static void
test_orclose_removes(void **state)
{
	Raw *r = &raw1;

	USED(state);
	rawdial(r, ex);
	rawstart(r, MSIZE);
	assert_int_equal(rawwalk(r, 0, 1, "dir"), Rwalk);
	assert_int_equal(
	    raw(r, Tcreate, "dsdb", 1, "gone", 0644, OWRITE | ORCLOSE),
	    Rcreate);
	assert_int_equal(rawwalk(r, 0, 2, "dir gone"), Rwalk);
	assert_int_equal(raw(r, Tclunk, "d", 1), Rclunk);
	assert_int_equal(rawwalk(r, 0, 1, "dir gone"), Rwalk);
	assert_int_equal(GBIT16(rawbody(r)), 1);
	rawclose(r);
}

/* A Twstat of fid that changes the name alone. */
static int
rename9(Raw *r, u32int fid, char *name)
{
	uchar buf[256];
	u32int n;
	Dir d;

	memset(&d, 0xFF, sizeof d);
	d.name = name;
	d.uid = d.gid = d.muid = "";
	n = convD2M(&d, buf, sizeof buf);
	return raw(r, Twstat, "dwn", fid, n, buf, n);
}

static void
test_an_open_file_is_renamed(void **state)
{
	Raw *r = &raw1;
	Dir d;

	USED(state);
	rawdial(r, ex);
	rawstart(r, MSIZE);
	assert_int_equal(rawwalk(r, 0, 1, "dir"), Rwalk);
	assert_int_equal(
	    raw(r, Tcreate, "dsdb", 1, "first", 0644, ORDWR), Rcreate);
	assert_int_equal(rename9(r, 1, "first"), Rwstat);
	assert_int_equal(rename9(r, 1, "second"), Rwstat);
	statof9(r, 1, &d);
	assert_string_equal(d.name, "second");
	assert_int_equal(rename9(r, 1, "third"), Rwstat);
	statof9(r, 1, &d);
	assert_string_equal(d.name, "third");
	assert_int_equal(raw(r, Tremove, "d", 1), Rremove);
	rawclose(r);
}

static void
test_a_root_keeps_its_name(void **state)
{
	Raw *r = &raw1;
	Dir d;

	USED(state);
	rawdial(r, ex);
	rawstart(r, MSIZE);
	assert_int_equal(rawwalk(r, 0, 1, "dir"), Rwalk);
	assert_int_equal(
	    raw(r, Tcreate, "dsdb", 1, "tree", DMDIR | 0755, OREAD), Rcreate);
	assert_int_equal(raw(r, Tclunk, "d", 1), Rclunk);
	assert_int_equal(
	    raw(r, Tattach, "ddss", 1, NOFID, "u", "dir/tree"), Rattach);
	assert_rerror(
	    r, rename9(r, 1, "other"), "the root of a tree keeps its name");
	assert_int_equal(rename9(r, 1, "/"), Rwstat);
	assert_int_equal(rawwalk(r, 1, 2, ""), Rwalk);
	assert_int_equal(raw(r, Topen, "db", 2, OREAD), Ropen);
	statof9(r, 2, &d);
	assert_string_equal(d.name, "/");
	assert_rerror(
	    r, rename9(r, 2, "other"), "the root of a tree keeps its name");
	assert_rerror(
	    r, raw(r, Tremove, "d", 2), "the root of a tree keeps its name");
	assert_rerror(
	    r, raw(r, Tremove, "d", 1), "the root of a tree keeps its name");
	assert_rerror(r, raw(r, Tclunk, "d", 1), "fid unknown or out of range");
	assert_int_equal(rawwalk(r, 0, 1, "dir tree"), Rwalk);
	assert_int_equal(raw(r, Tremove, "d", 1), Rremove);
	rawclose(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_a_file_is_read),
	    KERN(test_the_version_is_agreed_upon),
	    KERN(test_attach_names_a_tree),
	    KERN(test_walk),
	    KERN(test_a_mount_point_is_what_shows_there),
	    KERN(test_qids_of_two_devices_differ),
	    KERN(test_directories_are_read_from_where_they_ended),
	    KERN(test_files_are_made_renamed_and_removed),
	    KERN(test_orclose_removes),
	    KERN(test_an_open_file_is_renamed),
	    KERN(test_a_root_keeps_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The name space: intro(2), open(2), bind(2), read(2), seek(2), stat(2), dup(2),
 * namespace(6), as programs see them, on file systems in memory.
 *
 * After each test nothing may be left: no Chan, no file referred to, no memory.
 */
#include "unit.h"
#include "nscall.h"

#define assert_err(call, msg)                                                  \
	do {                                                                   \
		assert_int_equal(call, -1);                                    \
		assert_string_equal(up->errstr, msg);                          \
	} while(0)

static long blocks0;

/* A small tree, and others to bind. */
static void
mktree(void)
{
	assert_int_equal(xmk("/a", nil), 0);
	assert_int_equal(xmk("/a/f", "a.f"), 0);
	assert_int_equal(xmk("/a/sub", nil), 0);
	assert_int_equal(xmk("/a/sub/g", "a.sub.g"), 0);
	assert_int_equal(xmk("/b", nil), 0);
	assert_int_equal(xmk("/b/f", "b.f"), 0);
	assert_int_equal(xmk("/b/h", "b.h"), 0);
	assert_int_equal(xmk("/c", nil), 0);
	assert_int_equal(xmk("/c/f", "c.f"), 0);
	assert_int_equal(xmk("/file", "file"), 0);
}

static int
setup(void **state)
{
	Chan *c[256];
	uint i;

	USED(state);
	mkproc();
	/* Chans stay when they are free: have enough of them */
	for(i = 0; i < nelem(c); i++)
		c[i] = newchan();
	for(i = 0; i < nelem(c); i++)
		cclose(c[i]);
	endproc();
	blocks0 = heapblocks();
	mkproc();
	mktree();
	return 0;
}

static int
teardown(void **state)
{
	USED(state);
	allocfail = 0;
	devfail = 0;
	endproc();
	if(nchan() != 0 || ramrefs() != 0 || heapblocks() != blocks0) {
		print_error("left: %ld Chans, %ld files, %ld blocks\n", nchan(),
		    ramrefs(), heapblocks() - blocks0);
		return -1;
	}
	ramclear();
	return 0;
}

/* Carry out a namespace file: 0, or -1 with up's error. */
static int
trynsfile(const char *text)
{
	char buf[512];

	strcpy(buf, text);
	if(waserror())
		return -1;
	nsfile("ns", buf);
	poperror();
	return 0;
}

/* --- names --- */

static void
test_walk(void **state)
{
	USED(state);
	assert_string_equal(xcat("/a/f"), "a.f");
	assert_string_equal(xcat("a/f"), "a.f");
	assert_string_equal(xcat("//a///./f"), "a.f");
	assert_string_equal(xcat("/a/../a/sub/../f"), "a.f");
	assert_string_equal(xcat("/../../a/f"), "a.f");
	assert_string_equal(xcat("#Rroot/a/f"), "a.f");
	assert_int_equal(xchdir("/a/sub"), 0);
	assert_string_equal(xcat("g"), "a.sub.g");
	assert_string_equal(xcat("../f"), "a.f");
	assert_string_equal(xcat("../../b/f"), "b.f");
	assert_string_equal(xcat("../../../../b/f"), "b.f");
}

static void
test_walk_is_one_device_call(void **state)
{
	long walks;

	USED(state);
	walks = ramwalks;
	assert_string_equal(xcat("/a/sub/g"), "a.sub.g");
	assert_int_equal(ramwalks - walks, 1);
}

static void
test_long_walks_are_split(void **state)
{
	char name[256];
	int i;

	USED(state);
	strcpy(name, "");
	for(i = 0; i < 40; i++) {
		strcat(name, "/d");
		assert_int_equal(xmk(name, nil), 0);
	}
	strcat(name, "/f");
	assert_int_equal(xmk(name, "deep"), 0);
	assert_string_equal(xcat(name), "deep");
	strcpy(name + 80, "/x");
	assert_int_equal(xopen(name, OREAD), -1);
}

static void
test_errors_name_the_file(void **state)
{
	USED(state);
	assert_err(xopen("/no", OREAD), "'/no' file does not exist");
	assert_err(xopen("no", OREAD), "'no' file does not exist");
	assert_err(xopen("/no/such/file", OREAD), "'/no' file does not exist");
	assert_err(xopen("/a/no/file", OREAD), "'/a/no' file does not exist");
	assert_err(xopen("/a/f/x", OREAD), "'/a/f/x' not a directory");
	assert_err(
	    xopen("/a/../a/no", OREAD), "'/a/../a/no' file does not exist");
	assert_err(xopen("/file/..", OREAD), "'/file/..' not a directory");
	assert_err(
	    xopen("#Rroot/no", OREAD), "'#Rroot/no' file does not exist");
	assert_err(xopen("it's", OREAD), "'it''s' file does not exist");
	assert_err(xopen("", OREAD), "empty file name");
	assert_err(xopen("a\nb", OREAD), "bad character in file name");
	assert_err(xopen("#", OREAD), "file name syntax");
	assert_err(xopen("#q", OREAD), "unknown device in # filename");
	assert_err(xopen("#M", OREAD), Enoattach);
	assert_err(xopen("/file/", OREAD), "'/file' not a directory");
	assert_err(xopen("/file/.", OREAD), "'/file' not a directory");
	assert_err(xopen("/a", OWRITE), "'/a' permission denied");
	assert_err(xopen("/a", OEXEC), "'/a' cannot exec directory");
	assert_err(xopen("/a", OREAD | OTRUNC), "'/a' permission denied");
	assert_err(xchdir("/file"), "'/file' not a directory");
	assert_err(xopen("/file", 4), Ebadarg);
	assert_err(CALL(sysopen, 0, OREAD), Ebadarg);
}

static void
test_long_names_in_errors_keep_their_end(void **state)
{
	char name[400];

	USED(state);
	memset(name, 'x', sizeof name);
	strcpy(name + 200, "'the end");
	assert_int_equal(xopen(name, OREAD), -1);
	assert_true(strlen(up->errstr) < ERRMAX);
	assert_int_equal(strncmp(up->errstr, "'...xxx", 7), 0);
	assert_non_null(strstr(up->errstr, "''the end' file does not exist"));
	/* not inside a UTF-8 sequence, whatever falls where it is cut */
	for(int tail = 0; tail < 3; tail++) {
		for(int i = 0; i < 100; i++)
			memcpy(name + 3 * i, "\xe2\x82\xac", 3);
		memset(name + 300, 'x', tail);
		name[300 + tail] = '\0';
		assert_int_equal(xopen(name, OREAD), -1);
		assert_int_equal(strncmp(up->errstr, "'...\xe2\x82\xac", 7), 0);
	}
}

static void
test_names_too_long(void **state)
{
	char *name;

	USED(state);
	name = test_malloc(PATHMAX + 2);
	memset(name, '/', PATHMAX + 1);
	name[PATHMAX + 1] = '\0';
	assert_int_equal(xopen(name, OREAD), -1);
	/* as long as may be */
	name[PATHMAX - 1] = '\0';
	assert_true(xopen(name, OREAD) >= 0);
	test_free(name);
}

static void
test_paths_do_not_grow_for_ever(void **state)
{
	char name[128];
	int i;

	USED(state);
	assert_int_equal(xmk("/self", nil), 0);
	/* each directory shows the root: one can go down for ever */
	assert_int_equal(xbind("/", "/self", MREPL), 0);
	strcpy(name, "");
	for(i = 0; i < 20; i++)
		strcat(name, "self/");
	for(i = 0; xchdir(name) == 0; i++)
		assert_true(i < PATHMAX);
	assert_int_equal(strncmp(up->errstr, "'self", 5), 0);
	assert_non_null(strstr(up->errstr, Ename2long));
}

static void
test_nomount(void **state)
{
	USED(state);
	denyallbut(up->pgrp, "|decp");
	assert_err(xopen("#Rroot/file", OREAD), Enoattach);
	assert_true(xopen("#|x", OREAD) >= 0);
	assert_string_equal(xcat("/file"), "file");
	assert_int_equal(xbind("/a", "/b", MREPL), 0);
	assert_err(CALL(sysmount, 0, ~0u, S("/a"), 0, S("")), Enoattach);
}

/* --- mount points --- */

static void
test_bind_replaces(void **state)
{
	USED(state);
	assert_int_equal(xbind("/b", "/a", MREPL), 0);
	assert_string_equal(xcat("/a/f"), "b.f");
	assert_string_equal(xcat("/a/h"), "b.h");
	assert_err(xopen("/a/sub", OREAD), "'/a/sub' file does not exist");
	/* a # name sees no mount points */
	assert_string_equal(xcat("#Rroot/a/f"), "a.f");
	/* what /b shows is fixed at the bind, by walking, not by name */
	assert_int_equal(xbind("/c", "/b", MREPL), 0);
	assert_string_equal(xcat("/a/f"), "b.f");
	assert_string_equal(xcat("/b/f"), "c.f");
	assert_int_equal(xunmount(nil, "/a"), 0);
	assert_string_equal(xcat("/a/f"), "a.f");
}

static void
test_bind_files(void **state)
{
	USED(state);
	assert_int_equal(xbind("/a/f", "/file", MREPL), 0);
	assert_string_equal(xcat("/file"), "a.f");
	assert_int_equal(xunmount("/a/f", "/file"), 0);
	assert_string_equal(xcat("/file"), "file");
	assert_err(xbind("/a/f", "/file", MBEFORE), Emount);
	assert_err(xbind("/a/f", "/a", MREPL), Emount);
	assert_err(xbind("/a", "/file", MREPL), Emount);
	assert_err(xbind("/a", "/b", MBEFORE | MAFTER), Ebadarg);
	assert_err(xbind("/a", "/b", 0x100), Ebadarg);
	assert_err(xbind("/no", "/b", MREPL), "'/no' file does not exist");
	assert_err(xbind("/a", "/no", MREPL), "'/no' file does not exist");
}

static void
test_union_order(void **state)
{
	USED(state);
	assert_int_equal(xbind("/b", "/a", MBEFORE), 0);
	assert_string_equal(xcat("/a/f"), "b.f");
	assert_string_equal(xcat("/a/sub/g"), "a.sub.g");
	assert_string_equal(xls("/a", 4096), "f h f sub ");
	assert_int_equal(xbind("/c", "/a", MAFTER), 0);
	assert_string_equal(xls("/a", 4096), "f h f sub f ");
	assert_int_equal(xunmount("/b", "/a"), 0);
	assert_string_equal(xcat("/a/f"), "a.f");
	assert_int_equal(xbind("/c", "/a", MBEFORE), 0);
	assert_string_equal(xcat("/a/f"), "c.f");
}

static void
test_only_the_first_element_with_a_name_counts(void **state)
{
	USED(state);
	assert_int_equal(xmk("/b/sub", nil), 0);
	assert_int_equal(xbind("/b", "/a", MBEFORE), 0);
	assert_err(xopen("/a/sub/g", OREAD), "'/a/sub/g' file does not exist");
	assert_string_equal(xcat("/a/f"), "b.f");
}

static void
test_binding_a_union_binds_all_of_it(void **state)
{
	char ns[1024];

	USED(state);
	assert_int_equal(xmk("/u", nil), 0);
	assert_int_equal(xbind("/b", "/a", MAFTER), 0);
	assert_int_equal(xbind("/a", "/u", MREPL), 0);
	assert_string_equal(xls("/u", 4096), "f sub f h ");
	assert_int_equal(xunmount(nil, "/u"), 0);
	assert_int_equal(xmk("/u/own", "own"), 0);
	assert_int_equal(xbind("/a", "/u", MBEFORE), 0);
	assert_string_equal(xls("/u", 4096), "f sub f h own ");
	assert_int_equal(xbind("/a", "/u", MAFTER), 0);
	assert_string_equal(xls("/u", 4096), "f sub f h own f sub f h ");

	/* in the text it is what was bound, in an order that makes the same */
	assert_int_equal(
	    trynsfile("clear\nbind /b /a\nbind -a /c /a\nbind -b /a /u"), 0);
	assert_string_equal(xls("/u", 4096), "f h f own ");
	ns[nsread(up, ns, sizeof ns - 1, 0)] = '\0';
	assert_string_equal(ns,
	    "bind /b /a\n"
	    "bind -a /c /a\n"
	    "bind /u /u\n"
	    "bind -b /c /u\n"
	    "bind -b /b /u\n"
	    "cd /\n");
	assert_int_equal(trynsfile("clear"), 0);
	assert_string_equal(xls("/u", 4096), "own ");
	assert_int_equal(trynsfile(ns), 0);
	assert_string_equal(xls("/u", 4096), "f h f own ");
	assert_string_equal(xls("/a", 4096), "f h f ");
}

static void
test_bind_onto_itself(void **state)
{
	USED(state);
	assert_int_equal(xbind("/a", "/a", MREPL), 0);
	assert_string_equal(xcat("/a/f"), "a.f");
	assert_int_equal(xbind("/a", "/a", MBEFORE), 0);
	assert_string_equal(xls("/a", 4096), "f sub f sub ");
	assert_int_equal(xbind("/", "/", MREPL), 0);
	assert_string_equal(xcat("/a/f"), "a.f");
	assert_int_equal(xchdir("/"), 0);
	assert_string_equal(xcat("a/sub/../../b/f"), "b.f");
}

static void
test_what_was_replaced_is_gone(void **state)
{
	long blocks;
	int i;

	USED(state);
	blocks = 0;
	for(i = 0; i < 20; i++) {
		assert_int_equal(xbind("/a", "/a", MREPL), 0);
		assert_int_equal(xbind("/b", "/a", MAFTER), 0);
		assert_int_equal(xbind("/a", "/c", MREPL), 0);
		assert_int_equal(xunmount("/b", "/a"), 0);
		if(i == 1)
			blocks = heapblocks();
	}
	assert_int_equal(heapblocks(), blocks);
}

static void
test_unmount_errors(void **state)
{
	USED(state);
	assert_err(xunmount(nil, "/a"), Eunmount);
	assert_err(xunmount("/b", "/a"), Eunmount);
	assert_int_equal(xbind("/b", "/a", MAFTER), 0);
	assert_err(xunmount("/c", "/a"), Eunion);
	assert_err(xunmount("/no", "/a"), "'/no' file does not exist");
	assert_err(xunmount(nil, "/no"), "'/no' file does not exist");
	assert_err(CALL(sysunmount, 0, 0), Ebadarg);
	assert_int_equal(xunmount("/b", "/a"), 0);
	assert_err(xunmount("/b", "/a"), Eunmount);
	/* and the directory is as it was */
	assert_int_equal(xmk("/a/new", "new"), 0);
}

static void
test_dotdot_is_lexical(void **state)
{
	USED(state);
	assert_int_equal(xbind("/b", "/a/sub", MREPL), 0);
	assert_int_equal(xchdir("/a/sub"), 0);
	assert_string_equal(xpwd(), "/a/sub");
	assert_string_equal(xcat("h"), "b.h");
	assert_string_equal(xcat("../f"), "a.f");
	assert_int_equal(xchdir(".."), 0);
	assert_string_equal(xpwd(), "/a");
	assert_string_equal(xcat("f"), "a.f");

	/* below a mount point, back over it, and in again */
	assert_int_equal(xmk("/b/deep", nil), 0);
	assert_int_equal(xchdir("/a/sub/deep"), 0);
	assert_int_equal(xchdir(".."), 0);
	assert_string_equal(xpwd(), "/a/sub");
	assert_string_equal(xcat("h"), "b.h");
	assert_string_equal(xcat("../sub/../../a/sub/h"), "b.h");

	/* the same directory by its other name */
	assert_int_equal(xchdir("/b/deep"), 0);
	assert_string_equal(xcat("../../c/f"), "c.f");
}

static void
test_dotdot_in_a_union_sees_all_elements(void **state)
{
	USED(state);
	/* the paper's example: /home/rob/../ken where the two are on different disks */
	assert_int_equal(xmk("/home", nil), 0);
	assert_int_equal(xmk("/v6", nil), 0);
	assert_int_equal(xmk("/v6/ken", nil), 0);
	assert_int_equal(xmk("/v6/ken/x", "ken"), 0);
	assert_int_equal(xmk("/v7", nil), 0);
	assert_int_equal(xmk("/v7/rob", nil), 0);
	assert_int_equal(xbind("/v6", "/home", MREPL), 0);
	assert_int_equal(xbind("/v7", "/home", MAFTER), 0);
	assert_int_equal(xchdir("/home/rob"), 0);
	assert_string_equal(xcat("../ken/x"), "ken");
	assert_int_equal(xchdir("../ken"), 0);
	assert_string_equal(xpwd(), "/home/ken");
	assert_int_equal(xchdir("/v7/rob"), 0);
	assert_err(xopen("../ken/x", OREAD), "'../ken' file does not exist");
}

static void
test_dotdot_survives_unmount(void **state)
{
	USED(state);
	assert_int_equal(xmk("/b/deep", nil), 0);
	assert_int_equal(xbind("/b", "/a", MREPL), 0);
	assert_int_equal(xchdir("/a/deep"), 0);
	assert_int_equal(xunmount(nil, "/a"), 0);
	assert_string_equal(xpwd(), "/a/deep");
	assert_int_equal(xchdir(".."), 0);
	assert_string_equal(xpwd(), "/a");
	assert_string_equal(xcat("f"), "a.f");
}

static void
test_devices_root_is_its_own_parent(void **state)
{
	USED(state);
	assert_int_equal(xchdir("#Rroot/a"), 0);
	assert_string_equal(xpwd(), "#Rroot/a");
	assert_int_equal(xchdir("../.."), 0);
	assert_string_equal(xpwd(), "#Rroot");
	assert_string_equal(xcat("a/f"), "a.f");
}

static void
test_mount_inside_a_walk(void **state)
{
	USED(state);
	assert_int_equal(xmk("/b/x", nil), 0);
	assert_int_equal(xmk("/b/x/y", nil), 0);
	assert_int_equal(xbind("/b", "/a/sub", MREPL), 0);
	assert_int_equal(xbind("/c", "/a/sub/x/y", MREPL), 0);
	assert_string_equal(xcat("/a/sub/x/y/f"), "c.f");
	/* the name that the device alone could not have walked */
	assert_int_equal(xbind("#Rother", "/c", MREPL), 0);
	assert_int_equal(xmk("#Rother/z", "other"), 0);
	assert_string_equal(xcat("/c/z"), "other");
	assert_string_equal(xcat("/c/../c/z"), "other");
}

static void
test_many_bindings_deep(void **state)
{
	char name[2100];
	int i;

	USED(state);
	/* a path whose every element crossed a mount point, let go at once */
	assert_int_equal(xmk("/self", nil), 0);
	assert_int_equal(xbind("/", "/self", MREPL), 0);
	strcpy(name, "");
	for(i = 0; i < 400; i++)
		strcat(name, "/self");
	assert_int_equal(xchdir(name), 0);
	assert_string_equal(xcat("a/f"), "a.f");
	assert_int_equal(xunmount(nil, "/self"), 0);
	assert_int_equal(xchdir("/"), 0);
}

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
	    "'/a/new' file already exists");
	assert_true(xcreate("/a/excl", OWRITE | OEXCL, 0666) >= 0);
	assert_err(
	    xcreate("/a/x/y", OWRITE, 0666), "'/a/x' file does not exist");
	assert_err(
	    xcreate("/file/y", OWRITE, 0666), "'/file/y' not a directory");
	assert_err(
	    xcreate("/", OREAD, DMDIR | 0777), "'/' file already exists");
	assert_err(xcreate("/a/..", OREAD, DMDIR | 0777),
	    "'/a/..' file already exists");
	assert_err(
	    xcreate("/a/dir/", OREAD, 0666), "'/a/dir' create without DMDIR");
	assert_true(xcreate("/a/dir/", OREAD, DMDIR | 0777) >= 0);
	assert_err(xcreate("/a/y", 4, 0666), Ebadarg);
}

static void
test_create_in_unions(void **state)
{
	USED(state);
	assert_int_equal(xbind("/b", "/a", MBEFORE), 0);
	assert_err(xcreate("/a/new", OWRITE, 0666),
	    "'/a/new' mounted directory forbids creation");
	/* what exists can be rewritten all the same */
	assert_int_equal(xmk("/a/f", "again"), 0);
	assert_string_equal(xcat("/b/f"), "again");
	assert_int_equal(xbind("/c", "/a", MAFTER | MCREATE), 0);
	assert_int_equal(xmk("/a/new", "new"), 0);
	assert_string_equal(xcat("/c/new"), "new");
	assert_err(xopen("/b/new", OREAD), "'/b/new' file does not exist");
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
	assert_err(xcreate("/a/z", OWRITE, 0666), "'/a/z' permission denied");
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

static void
racer(const char *name)
{
	Proc *p;
	Chan *c;
	char path[64];

	/* somebody else makes the file before us */
	ramrace = nil;
	p = up;
	snprint(path, sizeof path, "#Rroot/a/%s", name);
	mkproc();
	c = namec(path, Acreate, OWRITE, 0666);
	devtab[c->type]->write(c, "racer", 5, 0);
	cclose(c);
	endproc();
	up = p;
}

static void
test_create_race(void **state)
{
	int fd;

	USED(state);
	/* between walk and create: opened and truncated instead */
	ramrace = racer;
	fd = xcreate("/a/raced", OWRITE, 0666);
	assert_true(fd >= 0);
	assert_string_equal(xcat("/a/raced"), "");
	assert_int_equal(xwrite(fd, "us", 2), 2);
	assert_string_equal(xcat("/a/raced"), "us");
	/* but not with OEXCL */
	ramrace = racer;
	assert_err(xcreate("/a/raced2", OWRITE | OEXCL, 0666),
	    "'/a/raced2' file already exists");
	assert_string_equal(xcat("/a/raced2"), "racer");
}

static void
test_remove(void **state)
{
	int fd;

	USED(state);
	assert_int_equal(xremove("/a/f"), 0);
	assert_err(xopen("/a/f", OREAD), "'/a/f' file does not exist");
	assert_err(xremove("/a/f"), "'/a/f' file does not exist");
	assert_err(xremove("/"), Eperm);
	assert_int_equal(xbind("/b", "/a", MREPL), 0);
	assert_err(xremove("/a"), Eismtpt);
	assert_int_equal(xremove("/a/h"), 0);
	assert_err(xopen("/b/h", OREAD), "'/b/h' file does not exist");
	fd = xcreate("/c/tmp", ORDWR | ORCLOSE, 0666);
	assert_string_equal(xcat("/c/tmp"), "");
	assert_int_equal(xdup(fd, -1), fd + 1);
	xclose(fd);
	assert_string_equal(xcat("/c/tmp"), "");
	xclose(fd + 1);
	assert_err(xopen("/c/tmp", OREAD), "'/c/tmp' file does not exist");
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
	assert_int_equal(CALL(syspipe, S(fd)), 0);
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
	assert_string_equal(xls("/a", 40), "!i/o count too small");
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
	assert_string_equal(d.name, "/");
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
	assert_err(xstat("/a/f", small, 1), Eshort);
	assert_err(xstat("/a/f", small, -1), Eshort);
	assert_err(xstat("/no", small, 100), "'/no' file does not exist");
	assert_err(CALL(sys_stat, S("/a"), S(small)),
	    "old stat system call - recompile");
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
	assert_int_equal(CALL(syswstat, S("/a/f"), S(buf), n), n);
	assert_string_equal(xcat("/a/g"), "a.f");
	assert_err(CALL(syswstat, S("/a/g"), S(buf), n - 1), Ebadstat);
	d.name = "x/y";
	n = convD2M(&d, buf, sizeof buf);
	assert_err(CALL(syswstat, S("/a/g"), S(buf), n), Ebadchar);
	assert_int_equal(xbind("/b", "/c", MREPL), 0);
	d.name = "newname";
	n = convD2M(&d, buf, sizeof buf);
	assert_err(CALL(syswstat, S("/c"), S(buf), n), "'/c' is a mount point");
	d.name = "";
	d.mode = 0444;
	n = convD2M(&d, buf, sizeof buf);
	fd = xopen("/a/g", OREAD);
	assert_int_equal(CALL(sysfwstat, fd, S(buf), n), n);
	assert_int_equal(CALL(syswstat, S("/c"), S(buf), n), n);
}

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
	assert_err(CALL(syspipe, S(p)), Enofd);
	xclose(1234);
	assert_err(CALL(syspipe, S(p)), Enofd);
	xclose(NFD - 1);
	assert_int_equal(CALL(syspipe, S(p)), 0);
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

static void
test_closing_can_be_left_to_others(void **state)
{
	Chan *c;
	int n;

	USED(state);
	n = kprocs;
	c = namec("/a/f", Aopen, OREAD, 0);
	incref(&c->r);
	ccloseq(c);
	assert_int_equal(kprocs, n);
	assert_string_equal(xcat("/a/f"), "a.f");
	strecpy(up->errstr, up->errstr + ERRMAX, "mine");
	ccloseq(c);
	/* there can be no closer: the queue waits, and the error is not the caller's */
	assert_int_equal(kprocs, n + 1);
	assert_string_equal(up->errstr, "mine");
	ccloseq(namec("/a/f", Aopen, OREAD, 0));
	assert_int_equal(closequeued(), 1);
	assert_int_equal(closequeued(), 1);
	assert_int_equal(closequeued(), 0);
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

/* --- groups of names, /proc/n/ns, namespace files --- */

static void
test_a_copied_name_space_is_its_own(void **state)
{
	Pgrp *p, *q;

	USED(state);
	assert_int_equal(xbind("/b", "/a", MBEFORE), 0);
	p = up->pgrp;
	q = newpgrp();
	pgrpcpy(q, p);
	up->pgrp = q;
	assert_string_equal(xcat("/a/f"), "b.f");
	assert_int_equal(xbind("/c", "/a", MBEFORE), 0);
	assert_string_equal(xcat("/a/f"), "c.f");
	up->pgrp = p;
	assert_string_equal(xcat("/a/f"), "b.f");
	assert_int_equal(xunmount(nil, "/a"), 0);
	up->pgrp = q;
	assert_string_equal(xcat("/a/f"), "c.f");
	up->pgrp = p;
	closepgrp(q);
}

static void
test_ns(void **state)
{
	char buf[1024], part[1024];
	long n, i;

	USED(state);
	assert_int_equal(xbind("#Rother", "/a", MAFTER | MCREATE), 0);
	assert_int_equal(xbind("/file", "/b/f", MREPL), 0);
	assert_int_equal(xmk("/it's new", nil), 0);
	assert_int_equal(xbind("/c", "/it's new", MBEFORE), 0);
	assert_int_equal(xchdir("/it's new"), 0);
	n = nsread(up, buf, sizeof buf - 1, 0);
	buf[n] = '\0';
	assert_string_equal(buf,
	    "bind /a /a\n"
	    "bind -ac #Rother /a\n"
	    "bind /file /b/f\n"
	    "bind '/it''s new' '/it''s new'\n"
	    "bind -b /c '/it''s new'\n"
	    "cd '/it''s new'\n");
	for(i = 0; i <= n; i += 7) {
		assert_int_equal(nsread(up, part, 7, i), n - i < 7 ? n - i : 7);
		assert_memory_equal(part, buf + i, n - i < 7 ? n - i : 7);
	}
	assert_int_equal(nsread(up, part, 7, n + 1), 0);
}

static void
test_nsfile(void **state)
{
	USED(state);
	assert_int_equal(trynsfile("# a comment\n\n"
				   "  bind -b /b /a\n"
				   "\tbind -ac\t#Rother /a\n"
				   "cd '/a'"),
	    0);
	assert_string_equal(xls("/a", 4096), "f h f sub ");
	assert_int_equal(xmk("new", "new"), 0);
	assert_string_equal(xcat("#Rother/new"), "new");
	assert_int_equal(trynsfile("unmount /b /a\nunmount /a\n"), 0);
	assert_string_equal(xls("/a", 4096), "f sub ");
	assert_int_equal(xbind("/b", "/a", MBEFORE), 0);
	assert_int_equal(trynsfile("clear\n"), 0);
	assert_string_equal(xcat("/a/f"), "a.f");
	assert_int_equal(xmk("/inc", "bind /b /a\n"), 0);
	assert_int_equal(trynsfile(". /inc\n"), 0);
	assert_string_equal(xcat("/a/f"), "b.f");
}

static void
test_nsfile_variables(void **state)
{
	USED(state);
	assert_int_equal(xmk("/usr", nil), 0);
	assert_int_equal(xmk("/usr/glenda", nil), 0);
	assert_int_equal(xmk("/usr/glenda/x", nil), 0);
	assert_int_equal(trynsfile("bind /b $home/x\nbind /c $nothing/a\n"), 0);
	assert_string_equal(xcat("/usr/glenda/x/f"), "b.f");
	assert_string_equal(xcat("/a/f"), "c.f");
	assert_err(trynsfile("cd $nothing"), "ns:1: empty file name");
	assert_err(
	    trynsfile("cd '$home'"), "ns:1: '$home' file does not exist");
	assert_err(trynsfile("cd $home$home"),
	    "ns:1: '/usr/glenda/usr' file does not exist");
}

static void
test_nsfile_errors(void **state)
{
	USED(state);
	assert_err(
	    trynsfile("\nbind /no /a"), "ns:2: '/no' file does not exist");
	assert_err(
	    trynsfile("bind /a"), "ns:1: wrong number of arguments to bind");
	assert_err(trynsfile("bind -x /a /b"), "ns:1: unknown option -x");
	assert_err(trynsfile("bind -ab /a /b"), "ns:1: bad arg in system call");
	assert_err(trynsfile("import x"), "ns:1: unknown operation import");
	assert_err(trynsfile("cd 'x"), "ns:1: missing quote");
	assert_err(trynsfile("mount /file /a"),
	    "ns:1: 9P client not implemented in run9");
	assert_err(
	    trynsfile("mount /no /a"), "ns:1: '/no' file does not exist");
	assert_err(trynsfile("cd 1 2 3 4 5 6 7 8"), "ns:1: too many arguments");
	assert_int_equal(xmk("/loop", "\n. /loop"), 0);
	assert_int_equal(trynsfile(". /loop"), -1);
	assert_non_null(strstr(up->errstr, "/loop:2: "));
	assert_int_equal(xmk("/bad", "cd /a\ncd /no\n"), 0);
	assert_err(
	    trynsfile(". /bad"), "ns:1: /bad:2: '/no' file does not exist");
	assert_string_equal(xpwd(), "/a");
}

static void
test_calls_that_need_9p_say_so(void **state)
{
	char version[16] = "9P2000";
	int fd;

	USED(state);
	fd = xopen("/file", ORDWR);
	assert_err(CALL(sysmount, fd, ~0u, S("/a"), MREPL, S("")),
	    "9P client not implemented in run9");
	assert_err(CALL(sys_mount, fd, S("/a"), MREPL, S("")),
	    "9P client not implemented in run9");
	assert_err(CALL(sysfversion, fd, 8192, S(version), sizeof version),
	    "9P client not implemented in run9");
	assert_err(
	    CALL(sysfauth, fd, S("")), "9P client not implemented in run9");
	/* after a look at the arguments */
	assert_err(CALL(sysmount, 9, ~0u, S("/a"), MREPL, S("")), Ebadfd);
	assert_err(CALL(sysmount, fd, 9, S("/a"), MREPL, S("")), Ebadfd);
	assert_err(CALL(sysmount, fd, ~0u, S("/file"), MREPL, S("")), Emount);
	assert_err(CALL(sysmount, fd, ~0u, S("/no"), MREPL, S("")),
	    "'/no' file does not exist");
	assert_err(CALL(sysmount, fd, ~0u, S("/a"), 0x80, S("")), Ebadarg);
	assert_err(CALL(sysfauth, 9, S("")), Ebadfd);
}

/* --- faults --- */

/* A bit of everything. Any step may fail, none may leave a thing. */
static void
everything(void)
{
	static uchar buf[4096];
	char text[] = "bind -b /b /a\nbind -c #Rother /c\ncd /a/sub\n";
	Pgrp *p, *old;
	Fgrp *f;
	int fd, fd2, p2[2];

	xbind("/b", "/a", MBEFORE);
	xbind("#Rother", "/a", MAFTER | MCREATE);
	xbind("/a", "/c", MAFTER);
	xls("/a", 200);
	xls("/", 4096);
	xcat("/a/sub/../../c/h");
	xmk("/a/made", "made");
	xmk("/a/made", "again");
	xmk("#Rother/dir", nil);
	xstat("/a", buf, sizeof buf);
	fd = xopen("/a/sub/g", ORDWR);
	if(fd >= 0) {
		xread(fd, buf, 10);
		xwrite(fd, "x", 1);
		xseek(fd, 0, 2);
		fd2 = xdup(fd, 30);
		xfstat(fd, buf, sizeof buf);
		xclose(fd);
		if(fd2 >= 0)
			xclose(fd2);
	}
	if(CALL(syspipe, S(p2)) == 0) {
		xclose(p2[0]);
		xclose(p2[1]);
	}
	xchdir("/a/sub");
	xchdir("../../c");
	xunmount("/b", "/a");
	xremove("/a/made");
	xremove("/nothing");
	if(!waserror()) {
		nsfile("ns", text);
		poperror();
	}
	if(!waserror()) {
		nsread(up, (char *)buf, sizeof buf, 0);
		poperror();
	}
	if(!waserror()) {
		p = newpgrp();
		if(waserror()) {
			closepgrp(p);
			nexterror();
		}
		pgrpcpy(p, up->pgrp);
		old = up->pgrp;
		up->pgrp = p;
		closepgrp(old);
		poperror();
		poperror();
	}
	if(!waserror()) {
		f = dupfgrp(up->fgrp);
		closefgrp(f);
		poperror();
	}
	xunmount(nil, "/a");
	xunmount(nil, "/c");
}

/* Nothing is held and nothing left by it. */
static void
settled(long chans, long rrefs, long nblocks)
{
	int fd;

	assert_int_equal(up->nerrlab, 0);
	assert_int_equal(canlock(&up->fgrp->lk), 1);
	unlock(&up->fgrp->lk);
	for(fd = 0; fd < 100; fd++)
		xclose(fd);
	wlock(&up->pgrp->ns);
	wunlock(&up->pgrp->ns);
	xunmount(nil, "/a");
	xunmount(nil, "/c");
	assert_int_equal(xchdir("/"), 0);
	assert_int_equal(nchan(), chans);
	assert_int_equal(ramrefs(), rrefs);
	assert_int_equal(heapblocks(), nblocks);
}

static void
inject(long *fail, long *count)
{
	long chans, rrefs, nblocks, n, k;

	/* the table and the directory as they stay */
	for(k = 0; k < 40; k++)
		xopen("/", OREAD);
	everything();
	for(k = 0; k < 100; k++)
		xclose(k);
	xchdir("/");
	chans = nchan();
	rrefs = ramrefs();
	nblocks = heapblocks();
	*count = 0;
	everything();
	n = *count;
	assert_true(n > 100);
	settled(chans, rrefs, nblocks);
	for(k = 1; k <= n; k++) {
		*fail = k;
		everything();
		*fail = 0;
		settled(chans, rrefs, nblocks);
	}
}

static void
test_devices_that_fail(void **state)
{
	USED(state);
	inject(&devfail, &devcount);
}

static void
test_no_memory(void **state)
{
	USED(state);
	inject(&allocfail, &alloccount);
}

#define T(t) cmocka_unit_test_setup_teardown(t, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(test_walk),
	    T(test_walk_is_one_device_call),
	    T(test_long_walks_are_split),
	    T(test_errors_name_the_file),
	    T(test_long_names_in_errors_keep_their_end),
	    T(test_names_too_long),
	    T(test_paths_do_not_grow_for_ever),
	    T(test_nomount),
	    T(test_bind_replaces),
	    T(test_bind_files),
	    T(test_union_order),
	    T(test_only_the_first_element_with_a_name_counts),
	    T(test_binding_a_union_binds_all_of_it),
	    T(test_bind_onto_itself),
	    T(test_what_was_replaced_is_gone),
	    T(test_unmount_errors),
	    T(test_dotdot_is_lexical),
	    T(test_dotdot_in_a_union_sees_all_elements),
	    T(test_dotdot_survives_unmount),
	    T(test_devices_root_is_its_own_parent),
	    T(test_mount_inside_a_walk),
	    T(test_many_bindings_deep),
	    T(test_create),
	    T(test_create_in_unions),
	    T(test_created_files_have_their_name),
	    T(test_create_race),
	    T(test_remove),
	    T(test_offsets),
	    T(test_a_write_that_fails_does_not_move),
	    T(test_io_errors),
	    T(test_pipes_do_not_seek),
	    T(test_directories_are_read_in_whole_entries),
	    T(test_directories_seek_to_their_start_only),
	    T(test_union_directories_rewind),
	    T(test_a_bad_element_does_not_hide_the_others),
	    T(test_entries_of_mount_points_show_what_is_mounted),
	    T(test_stat),
	    T(test_wstat),
	    T(test_lowest_fd),
	    T(test_dup),
	    T(test_close_at_exec),
	    T(test_fds_run_out),
	    T(test_fd_groups),
	    T(test_closing_can_be_left_to_others),
	    T(test_close_keeps_the_error),
	    T(test_a_copied_name_space_is_its_own),
	    T(test_ns),
	    T(test_nsfile),
	    T(test_nsfile_variables),
	    T(test_nsfile_errors),
	    T(test_calls_that_need_9p_say_so),
	    T(test_devices_that_fail),
	    T(test_no_memory),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

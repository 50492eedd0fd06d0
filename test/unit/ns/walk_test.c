/*
 * The name space: names and mount points, as programs see them: intro(2), bind(2).
 */
#include "ns/nstree.h"

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
	assert_err(xopen("/no", OREAD), "file does not exist: '/no'");
	assert_err(xopen("no", OREAD), "file does not exist: 'no'");
	assert_err(xopen("/no/such/file", OREAD), "file does not exist: '/no'");
	assert_err(xopen("/a/no/file", OREAD), "file does not exist: '/a/no'");
	assert_err(xopen("/a/f/x", OREAD), "not a directory: '/a/f'");
	assert_err(
	    xopen("/a/../a/no", OREAD), "file does not exist: '/a/../a/no'");
	assert_err(xopen("/file/..", OREAD), "not a directory: '/file'");
	assert_err(
	    xopen("#Rroot/no", OREAD), "file does not exist: '#Rroot/no'");
	assert_err(xopen("it's", OREAD), "file does not exist: 'it''s'");
	assert_err(xopen("", OREAD), "empty file name");
	assert_err(xopen("a\nb", OREAD), "bad character in file name: 'a\nb'");
	assert_err(xopen("#", OREAD), "unknown device in # filename");
	assert_err(xopen("#q", OREAD), "unknown device in # filename");
	assert_err(xopen("#M", OREAD), Enoattach);
	assert_err(xopen("/file/", OREAD), "not a directory: '/file/'");
	assert_err(xopen("/file/.", OREAD), "not a directory: '/file/.'");
	/* a root has no name to show */
	assert_err(xopen("/", OWRITE), "permission denied");
	assert_err(xopen(".", OWRITE), "permission denied");
	assert_err(xopen("#Rroot/", OWRITE), "permission denied");
	assert_err(xopen("/a", OWRITE), "permission denied: '/a'");
	assert_err(xopen("/a", OEXEC), "cannot exec directory: '/a'");
	assert_err(xopen("/a", OREAD | OTRUNC), "permission denied: '/a'");
	assert_err(xchdir("/file"), "not a directory: '/file'");
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
	assert_string_equal(up->errstr,
	    "file does not exist: '...xxxxxxxxxxxxxxxxxxxxxxxx''the end'");
	/* whole elements */
	strcpy(name, "/a");
	for(int i = 0; i < 60; i++)
		strcat(name, "/..");
	strcat(name, "/a/..//no/");
	assert_err(xopen(name, OREAD),
	    "file does not exist: '.../../../../../../../../../../../../../../../../../../../a/..//no/'");
	/* not inside a UTF-8 sequence, whatever falls where it is cut */
	for(int tail = 0; tail < 3; tail++) {
		for(int i = 0; i < 100; i++)
			memcpy(name + 3 * i, "\xe2\x82\xac", 3);
		memset(name + 300, 'x', tail);
		name[300 + tail] = '\0';
		assert_int_equal(xopen(name, OREAD), -1);
		assert_non_null(strstr(up->errstr, ": '...\xe2\x82\xac"));
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
	assert_non_null(strstr(up->errstr, "name too long: '"));
	assert_non_null(strstr(up->errstr, "self'"));
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
	assert_err(xmount(0, -1, "/a", 0), Enoattach);
}

/* --- mount points --- */

static void
test_bind_replaces(void **state)
{
	USED(state);
	assert_int_equal(xbind("/b", "/a", MREPL), 0);
	assert_string_equal(xcat("/a/f"), "b.f");
	assert_string_equal(xcat("/a/h"), "b.h");
	assert_err(xopen("/a/sub", OREAD), "file does not exist: '/a/sub'");
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
	assert_err(xbind("/no", "/b", MREPL), "file does not exist: '/no'");
	assert_err(xbind("/a", "/no", MREPL), "file does not exist: '/no'");
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
	assert_err(xopen("/a/sub/g", OREAD), "file does not exist: '/a/sub/g'");
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
	    xnsfile("clear\nbind /b /a\nbind -a /c /a\nbind -b /a /u"), 0);
	assert_string_equal(xls("/u", 4096), "f h f own ");
	nstext(up, ns, sizeof ns);
	assert_string_equal(ns,
	    "bind  /b /a\n"
	    "bind -a /c /a\n"
	    "bind  /u /u\n"
	    "bind -b /c /u\n"
	    "bind -b /b /u\n"
	    "cd /\n");
	assert_int_equal(xnsfile("clear"), 0);
	assert_string_equal(xls("/u", 4096), "own ");
	assert_int_equal(xnsfile(ns), 0);
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
	assert_err(xunmount("/no", "/a"), "file does not exist: '/no'");
	assert_err(xunmount(nil, "/no"), "file does not exist: '/no'");
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
	assert_err(xopen("../ken/x", OREAD), "file does not exist: '../ken'");
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_walk),
	    KERN(test_walk_is_one_device_call),
	    KERN(test_long_walks_are_split),
	    KERN(test_errors_name_the_file),
	    KERN(test_long_names_in_errors_keep_their_end),
	    KERN(test_names_too_long),
	    KERN(test_paths_do_not_grow_for_ever),
	    KERN(test_nomount),
	    KERN(test_bind_replaces),
	    KERN(test_bind_files),
	    KERN(test_union_order),
	    KERN(test_only_the_first_element_with_a_name_counts),
	    KERN(test_binding_a_union_binds_all_of_it),
	    KERN(test_bind_onto_itself),
	    KERN(test_what_was_replaced_is_gone),
	    KERN(test_unmount_errors),
	    KERN(test_dotdot_is_lexical),
	    KERN(test_dotdot_in_a_union_sees_all_elements),
	    KERN(test_dotdot_survives_unmount),
	    KERN(test_devices_root_is_its_own_parent),
	    KERN(test_mount_inside_a_walk),
	    KERN(test_many_bindings_deep),
	};

	return cmocka_run_group_tests(tests, nil, nil);
}

/*
 * The files that tests of kernel/ns begin with: nstree.h.
 */
#include "ns/nstree.h"
#include "proc/sys.h"

enum
{
	Chans = 256, /* more than a test has at once */
	Maxfile = 1024, /* bytes */
};

static long blocks0;

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

int
setup(void **state)
{
	USED(state);
	warmprocs(1);
	nogroups();
	ramclear();
	rammax = Maxfile;
	warmchans(Chans);
	blocks0 = heapblocks();
	ramgroups();
	mktree();
	return 0;
}

int
teardown(void **state)
{
	USED(state);
	allocfail = 0;
	devfail = 0;
	nogroups();
	if(nchan() != 0 || ramrefs() != 0 || heapblocks() != blocks0) {
		print_error("left: %ld Chans, %ld files, %ld blocks\n", nchan(),
		    ramrefs(), heapblocks() - blocks0);
		return -1;
	}
	return 0;
}

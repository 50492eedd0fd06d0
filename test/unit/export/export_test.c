/*
 * Exports: what clients of all kinds say, and what they are answered. Nothing is left when they have
 * hung up.
 */
#include "kerntest.h"
#include "ns/nscall.h"
#include "export/raw9p.h"

enum
{
	MSIZE = 8 * KiB,
};

static Export *ex;
static long blocks0;

static int
setup(void **state)
{
	Chan *c;

	USED(state);
	warmprocs(12);
	warmchans(200);
	nogroups();
	ramgroups();
	xmk("/dir", nil);
	xmk("/dir/sub", nil);
	xmk("/dir/sub/f", "the contents");
	xmk("/g", "of the root");
	xmk("/env", nil);
	xbind("#e", "/env", MREPL | MCREATE);
	blocks0 = heapblocks();
	c = namec("/", Amount, 0, 0);
	ex = newexport(c);
	cclose(c);
	return 0;
}

static int
teardown(void **state)
{
	int i;

	USED(state);
	exportend(ex);
	for(i = 0; heapblocks() != blocks0 && i < 6000; i++)
		tsleep(&up->sleeprend, return0, nil, 10);
	if(heapblocks() == blocks0)
		return 0;
	print_error("left: %ld blocks\n", heapblocks() - blocks0);
	return -1;
}

static Raw r1;

static void
test_a_file_is_read(void **state)
{
	Raw *r = &r1;

	USED(state);
	rawdial(r, ex);
	rawstart(r, MSIZE);
	assert_int_equal(rawwalk(r, 0, 1, "dir sub f"), Rwalk);
	assert_int_equal(GBIT16(rawbody(r)), 3);
	assert_int_equal(raw(r, Topen, "db", 1, OREAD), Ropen);
	assert_int_equal(raw(r, Tread, "dqd", 1, 0ULL, 100), Rread);
	assert_int_equal(GBIT32(rawbody(r)), 12);
	assert_memory_equal(rawbody(r) + 4, "the contents", 12);
	assert_int_equal(raw(r, Tclunk, "d", 1), Rclunk);
	rawclose(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    KERN(test_a_file_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * What tests of kernel/export begin with: extree.h.
 */
#include "export/extree.h"

Export *ex;
Raw raw1, raw2;
static long blocks0;

enum
{
	Procs = 24,
	Chans = 400,
};

void
pausems(void)
{
	if(waserror())
		return;
	tsleep(&up->sleeprend, return0, nil, 1);
	poperror();
}

void
moreprocs(int n)
{
	long before;

	before = heapblocks();
	warmprocs(n);
	blocks0 += heapblocks() - before;
}

int
setup(void **state)
{
	Chan *c;

	USED(state);
	machverbose = 0;
	warmprocs(Procs);
	warmchans(Chans);
	nogroups();
	ramgroups();
	must(xmk("/dir", nil) == 0 && xmk("/dir/sub", nil) == 0);
	must(xmk("/dir/sub/f", "the contents") == 0);
	must(xmk("/g", "of the root") == 0 && xmk("/n", nil) == 0);
	must(xmk("/env", nil) == 0 && xmk("/pipe", nil) == 0);
	must(xbind("#e", "/env", MREPL | MCREATE) >= 0);
	blocks0 = heapblocks();
	must(xbind("#|", "/pipe", MREPL) >= 0);
	c = namec("/", Amount, 0, 0);
	ex = newexport(c);
	cclose(c);
	return 0;
}

int
teardown(void **state)
{
	int ms;

	USED(state);
	exportend(ex);
	must(xunmount(nil, "/pipe") == 0);
	for(ms = 0; heapblocks() != blocks0 && ms < PATIENCE; ms++)
		pausems();
	if(heapblocks() == blocks0)
		return 0;
	print_error("left: %ld blocks\n", heapblocks() - blocks0);
	return -1;
}

/*
 * Unions that are bound elsewhere, and mount points in the listing of their directory. bind(2),
 * read(2).
 */
#include "test.h"

/* directories, at first empty */
static char *u, *v, *w;

static char *
mkdir(char *stem)
{
	char *name = tmpname(stem);
	int fd = create(name, OREAD, DMDIR | 0755);

	if(fd < 0)
		fail("creating %s: %r", name);
	close(fd);
	return name;
}

static void
setup(void)
{
	u = mkdir("u");
	v = mkdir("v");
	w = mkdir("w");
}

static void
cleanup(void)
{
	unmount(nil, u);
	unmount(nil, v);
	unmount(nil, w);
	check(remove(u) == 0);
	check(remove(v) == 0);
	check(remove(w) == 0);
}

/* where files are made must be plain: in the bound directory itself */
static void
unionsarenotboundwithmcreate(void)
{
	setup();
	check(bind(v, u, MAFTER) >= 0);
	checkexact(bind(u, w, MREPL | MCREATE), "inconsistent mount");
	checkexact(bind(u, w, MAFTER | MCREATE), "inconsistent mount");
	checkerr(unmount(nil, w), "not mounted");
	check(bind(u, w, MREPL) >= 0);
	cleanup();
}

static void
mountpointswithoutmcreatearenotboundwithit(void)
{
	setup();
	check(bind(v, u, MREPL) >= 0);
	checkexact(bind(u, w, MREPL | MCREATE), "inconsistent mount");
	check(unmount(nil, u) == 0);
	check(bind(v, u, MREPL | MCREATE) >= 0);
	check(bind(u, w, MREPL | MCREATE) >= 0);
	cleanup();
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(unionsarenotboundwithmcreate),
	    CASE(mountpointswithoutmcreatearenotboundwithit),
	};

	runcases(cases, nelem(cases), argc, argv);
}

/*
 * There is no 9P client yet: whatever needs one says so, and changes nothing.
 * When there is one this goes, and mounttest is run (run.sh).
 */
#include "test.h"

#define NOCLIENT "9P client not implemented in run9"

static void
mountsaysthereisnoclient(void)
{
	int p[2];

	check(pipe(p) == 0);
	checkerr(mount(p[0], -1, "/mnt", MREPL, ""), NOCLIENT);
	checkerr(_mount(p[0], "/mnt", MREPL, ""), NOCLIENT);
	checkint(write(p[0], "x", 1), 1); /* the descriptor is still there */
}

static void
fversionandfauthsaythereisnoclient(void)
{
	char version[64] = "";
	int p[2];

	check(pipe(p) == 0);
	checkerr(fversion(p[0], 0, version, sizeof version), NOCLIENT);
	checkerr(fauth(p[0], ""), NOCLIENT);
}

static void
mountofabaddescriptorfails(void)
{
	check(mount(99, -1, "/mnt", MREPL, "") == -1);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(mountsaysthereisnoclient),
	    CASE(fversionandfauthsaythereisnoclient),
	    CASE(mountofabaddescriptorfails),
	};

	runcases(cases, nelem(cases), argc, argv);
}

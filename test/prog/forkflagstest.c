/*
 * rfork: all combinations of flags, and those that are refused. fork(2).
 */
#include "test.h"

static void
rfmemneedsrfproc(void)
{
	check(rfork(RFMEM) == -1);
}

static void
exclusiveflagsarerefused(void)
{
	check(rfork(RFFDG | RFCFDG) == -1);
	check(rfork(RFNAMEG | RFCNAMEG) == -1);
	check(rfork(RFENVG | RFCENVG) == -1);
	check(rfork(RFPROC | RFFDG | RFCFDG) == -1);
}

static int
pairs(int flags)
{
	return (flags & (RFFDG | RFCFDG)) == (RFFDG | RFCFDG) ||
	    (flags & (RFNAMEG | RFCNAMEG)) == (RFNAMEG | RFCNAMEG) ||
	    (flags & (RFENVG | RFCENVG)) == (RFENVG | RFCENVG);
}

/* Flag combination i of the 11 flags beside RFPROC. */
static int
combination(int i)
{
	static int flag[] = {RFNAMEG, RFENVG, RFFDG, RFNOTEG, RFMEM, RFNOWAIT,
	    RFCNAMEG, RFCENVG, RFCFDG, RFREND, RFNOMNT};
	int k, flags = 0;

	for(k = 0; k < (int)nelem(flag); k++)
		if(i & 1 << k)
			flags |= flag[k];
	return flags;
}

static void
changeself(void *arg)
{
	int flags = (int)(uintptr)arg, r;

	r = rfork(flags);
	if(pairs(flags) || (flags & (RFMEM | RFNOWAIT)))
		exits(r == -1 ? nil : "took what it must refuse");
	exits(r == 0 ? nil : "refused what it must take");
}

static void
everycombinationwithoutrfproc(void)
{
	int i;

	for(i = 0; i < 1 << 11; i += 5)
		childok(spawn(RFFDG | RFNAMEG, changeself,
		    (void *)(uintptr)combination(i)));
}

static void
everycombinationwithrfproc(void)
{
	int i, flags, pid;
	volatile int *n = sharedpage();
	Waitmsg w;

	for(i = 0; i < 1 << 11; i += 5) {
		flags = combination(i) | RFPROC;
		*n = 0;
		pid = rfork(flags);
		if(pid == 0) {
			*n = 1;
			exits(nil);
		}
		if(pairs(flags)) {
			check(pid == -1);
			continue;
		}
		check(pid > 0);
		waitval(n, 1);
		if((flags & RFNOWAIT) == 0) {
			checkint(waitfor(&w), pid);
			checkstr(w.msg, "");
		}
	}
	check(waitfor(&w) == -1);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(rfmemneedsrfproc),
	    CASE(exclusiveflagsarerefused),
	    CASE(everycombinationwithoutrfproc),
	    CASE(everycombinationwithrfproc),
	};

	runcases(cases, nelem(cases), argc, argv);
}

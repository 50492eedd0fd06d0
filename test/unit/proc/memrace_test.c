/*
 * Races of waits for memory with notes and kills: in exec, in a system call, in the delivery of a
 * note. test/unit/unfix/procN-*.patch takes the fix of procN_ out, and it must fail.
 */
#include "proc/raceprog.h"
#include "mm/mmdat.h"
#include "proc/sys.h"

/* proc6: the wait of exec for the memory of the new stack is interrupted. exec waits again. */

static struct
{
	Proc *p; /* that calls exec; atomic */
	Segment *stack; /* its stack before */
	Framerun all[4096]; /* frames that the test has taken */
	u32int n;
	int waits;
	int busy;
} execer;

static void
takeframes(void)
{
	Framewant w = {.n = MAXRUN, .hint = NOFRAME, .window = 1};

	do {
		while(execer.n < nelem(execer.all)) {
			framealloc(&w, &execer.all[execer.n]);
			if(execer.all[execer.n].n == 0)
				break;
			execer.n++;
		}
	} while(reclaimframes(MAXRUN));
}

static void
giveframes(void)
{
	while(execer.n > 0) {
		execer.n--;
		framefree(execer.all[execer.n].first, execer.all[execer.n].n);
	}
}

/* Once execer.p has its new stack no frame is free, and its first wait for one is interrupted.
 * At the second there are frames. */
static void
memoryends(const char *func)
{
	if(up == nil || up != aload(&execer.p) || execer.busy ||
	    up->nheld > 0 || up->seg[SSEG] == execer.stack)
		return;
	execer.busy = 1;
	if(strcmp(func, "fault") == 0) {
		execer.waits++;
		if(execer.waits == 1)
			procinterrupt(up);
		else
			giveframes();
	} else if(execer.waits == 0)
		takeframes();
	execer.busy = 0;
}

static int
killnone(const char *why)
{
	USED(why);
	return 1;
}

static void
executed(uintptr arg)
{
	USED(arg);
	uexits("executed ok");
}

static void
executes(uintptr arg)
{
	USED(arg);
	execer.stack = up->seg[SSEG];
	astore(&execer.p, up);
	uexec("/bin/executed", "executed", nil);
	uexits("no exec");
}

static void
proc6init(uintptr arg)
{
	USED(arg);
	must(ufork(RFPROC | RFFDG, executes, 0) > 0);
	mustawait("executed ok");
	must(execer.waits >= 2 && execer.n == 0);
	uexits("");
}

static void
proc6_execinterrupt(void)
{
	userfn(executes);
	raceinit(proc6init);
	mkprog("/bin/executed", executed, Size, Size, Size, nil);
	killbig = killnone;
	atpoint = memoryends;
	must(machboot(racefirst) == 0);
	machclean();
}
IN_FORK(proc6_execinterrupt)

/* proc7: a system call waits for the memory of the user's page that it writes to, and a note
 * comes. The call goes on, and the note is delivered after it. */

enum
{
	Untouched = USTKTOP - 200 * KiB, /* in the stack */
};

static u32int poked;
static int
    kills; /* the first wait ends the process; a note's frame is what waits */

/* The first wait for a frame is interrupted. At the second there are frames. */
static void
pokeatfault(const char *func)
{
	if(up == nil || up != aload(&execer.p) || execer.busy || up->nheld > 0)
		return;
	execer.busy = 1;
	if(strcmp(func, "fault") == 0) {
		execer.waits++;
		if(execer.waits > 1)
			giveframes();
		else if(kills)
			procctl(up, up->pid, Proc_exitme);
		else
			must(postnote(up, 1, "poke", NUser));
	} else if(execer.waits == 0)
		takeframes();
	execer.busy = 0;
}

static void
pokehandler(uintptr ureg)
{
	USED(ureg);
	poked++;
	sys(Nnoted, NCONT);
}

static void
toucher(uintptr arg)
{
	USED(arg);
	sys(Nnotify, fnaddr(1));
	astore(&execer.p, up);
	must((int)sys(Npipe, Untouched) == 0);
	must(poked == 1);
	must(execer.waits >= 2 && execer.n == 0);
	uexits("toucher ok");
}

static void
proc7init(uintptr arg)
{
	USED(arg);
	must(ufork(RFPROC | RFFDG, toucher, 0) > 0);
	mustawait("toucher ok");
	uexits("");
}

static void
proc7_faultnote(void)
{
	static Userfn *fns[] = {pokehandler, nil};

	userfn(toucher);
	machverbose = 0;
	machinit(4096, 64);
	mkprog("/bin/init", proc7init, Size, Size, Size, fns);
	killbig = killnone;
	atpoint = pokeatfault;
	must(machboot(racefirst) == 0);
	machclean();
}
IN_FORK(proc7_faultnote)

/* proc8: the delivery of a note waits for the memory of the handler's frame, and the process is
 * killed. Its end is that of a killed process. */

static void
noted8(uintptr arg)
{
	USED(arg);
	sys(Nnotify, fnaddr(1));
	ualloc(100 *
	    KiB); /* the handler's frame is in pages that nothing has touched */
	must(postnote(up, 1, "poke", NUser));
	astore(&execer.p, up);
	sys(Nsysr1);
	uexits("not killed");
}

static void
proc8init(uintptr arg)
{
	USED(arg);
	must(ufork(RFPROC | RFFDG, noted8, 0) > 0);
	mustawait("Killed");
	must(execer.waits >= 1);
	giveframes();
	uexits("");
}

static void
proc8_killednote(void)
{
	static Userfn *fns[] = {pokehandler, nil};

	userfn(noted8);
	machverbose = 0;
	machinit(4096, 64);
	mkprog("/bin/init", proc8init, Size, Size, Size, fns);
	killbig = killnone;
	kills = 1;
	atpoint = pokeatfault;
	must(machboot(racefirst) == 0);
	machclean();
}
IN_FORK(proc8_killednote)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(proc6_execinterrupt_),
	    cmocka_unit_test(proc7_faultnote_),
	    cmocka_unit_test(proc8_killednote_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

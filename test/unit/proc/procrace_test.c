/*
 * Races of fork, exec, exit, notes, stopping and await, each in the order that matters.
 * test/unit/unfix/procN-*.patch takes the fix of procN_ out, and it must fail.
 */
#include "unit.h"
#include "mach/mach.h"
#include "mach/user.h"
#include "mach/ram.h"
#include "aout.h"
#include "lib/lib.h"
#include "mm/mmdat.h"
#include "proc/sys.h"

enum
{
	Size = 2 * BY2PG,
};

/* What the programs of one test tell each other: C variables. */
static Proc *one; /* the process that a test is about; atomic */
static u32int onepid; /* atomic */
static u32int step; /* atomic */

static void
pathof(char *buf, u32int n, u32int pid, const char *file)
{
	snprint(buf, n, "/proc/%d/%s", pid, file);
}

/* Wait until p is in no list but that of free Procs. */
static void
awaitfree(Proc *p)
{
	while(aload(&p->state) != Dead)
		sys(Nsleep, 1);
	/* its thread is the pool's again soon after */
	sys(Nsleep, 5);
}

static void
awaitstep(u32int n)
{
	while(aload(&step) < n)
		sys(Nsleep, 1);
}

static void
mustawait(const char *status)
{
	char buf[256];

	if(uawait(buf, sizeof buf) < 0)
		panic("await: %s", uerrstr());
	if(strstr(buf, status) == nil)
		panic("await: %s, not %s", buf, status);
}

static void
run(Userfn *init)
{
	/* the order is what a test says, and nothing else */
	machverbose = 0;
	machinit(4096, 64);
	mkprog("/bin/init", init, Size, Size, Size, nil);
}

static void
first(void)
{
	execprog("/bin/init", (char *[]){"init", nil});
	touser(&up->start);
}

/* proc1: a parent has gone, and its Proc is another process: the child's end is
 * not that one's business. */

static void
orphan(uintptr arg)
{
	USED(arg);
	awaitstep(1);
	uexits("orphan");
}

static void
parent(uintptr arg)
{
	USED(arg);
	astore(&one, up);
	must(ufork(RFPROC | RFFDG, orphan, 0) > 0);
	uexits("");
}

static void
stranger(uintptr arg)
{
	char buf[256];

	USED(arg);
	must(up == one);
	astore(&step, 1);
	sys(Nsleep, 50);
	must(uawait(buf, sizeof buf) < 0);
	must(strcmp(uerrstr(), Enochild) == 0);
	must(up->nchild == 0);
	uexits("stranger ok");
}

static void
proc1init(uintptr arg)
{
	USED(arg);
	must(ufork(RFPROC | RFNOWAIT, parent, 0) > 0);
	while(aload(&one) == nil)
		sys(Nsleep, 1);
	awaitfree(one);
	must(ufork(RFPROC, stranger, 0) > 0);
	mustawait("stranger ok");
	uexits("");
}

static void
proc1_orphan(void)
{
	userfn(parent), userfn(orphan), userfn(stranger);
	run(proc1init);
	must(machboot(first) == 0);
	machclean();
}
IN_FORK(proc1_orphan)

/* proc2: a note goes to the process that was opened, not to the one that has its
 * Proc by now. */

static void
target(uintptr arg)
{
	USED(arg);
	astore(&onepid, up->pid);
	astore(&one, up);
	awaitstep(1);
	uexits("");
}

static void
innocent(uintptr arg)
{
	USED(arg);
	must(up == one);
	astore(&step, 2);
	awaitstep(3);
	uexits("innocent ok");
}

static void
proc2init(uintptr arg)
{
	char path[64];
	int fd;

	USED(arg);
	must(ufork(RFPROC | RFNOWAIT, target, 0) > 0);
	while(aload(&one) == nil)
		sys(Nsleep, 1);
	pathof(path, sizeof path, onepid, "note");
	fd = uopen(path, OWRITE);
	must(fd >= 0);
	astore(&step, 1);
	awaitfree(one);
	must(ufork(RFPROC, innocent, 0) > 0);
	awaitstep(2);
	must(uwrites(fd, "kill it") < 0);
	must(!postnotepid(one, onepid, "alarm", NUser));
	astore(&step, 3);
	mustawait("innocent ok");
	uexits("");
}

static void
proc2_note(void)
{
	userfn(target), userfn(innocent);
	run(proc2init);
	must(machboot(first) == 0);
	machclean();
}
IN_FORK(proc2_note)

/* proc3: a note that comes when a process is about to wait in rendezvous ends the
 * wait. */

static void
meeting(uintptr arg)
{
	USED(arg);
	astore(&onepid, up->pid);
	/* the stack is mapped, and no lock taken for it any more */
	sys(Nrendezvous, 1, 2);
	gate(0, up, "lockat", 1);
	astore(&step, 1);
	sys(Nrendezvous, 3, 4);
	uexits("met nobody");
}

static void
proc3init(uintptr arg)
{
	char path[64];

	USED(arg);
	must(ufork(RFPROC, meeting, 0) > 0);
	sys(Nrendezvous, 1, 2);
	awaitstep(1);
	gatewait(0);
	pathof(path, sizeof path, onepid, "note");
	must(uecho(path, "hangup") > 0);
	gateopen(0);
	mustawait("hangup");
	uexits("");
}

static void
proc3_rendezvous(void)
{
	userfn(meeting);
	run(proc3init);
	must(machboot(first) == 0);
	machclean();
}
IN_FORK(proc3_rendezvous)

/* proc4: killed when it is about to stop, a process ends. */

static void
stopping(uintptr arg)
{
	USED(arg);
	upoll();
	astore(&one, up);
	while(aload(&up->procctl) == Proc_none)
		;
	gate(0, up, "lockat", 1);
	astore(&step, 1);
	for(;;)
		upoll();
}

static void
stopper(uintptr arg)
{
	char path[64];

	pathof(path, sizeof path, arg, "ctl");
	if(uecho(path, "stop") >= 0)
		uexits("it stopped");
	uexits("stopper ok");
}

static void
proc4init(uintptr arg)
{
	char path[64], buf[256];
	int pid, n;

	USED(arg);
	pid = ufork(RFPROC, stopping, 0);
	must(pid > 0);
	while(aload(&one) == nil)
		sys(Nsleep, 1);
	must(ufork(RFPROC, stopper, pid) > 0);
	awaitstep(1);
	gatewait(0);
	pathof(path, sizeof path, pid, "ctl");
	must(uecho(path, "kill") > 0);
	gateopen(0);
	for(n = 0; n < 2; n++) {
		must(uawait(buf, sizeof buf) > 0);
		must(strstr(buf, "Killed") != nil ||
		    strstr(buf, "stopper ok") != nil);
	}
	uexits("");
}

static void
proc4_stopkill(void)
{
	userfn(stopping), userfn(stopper);
	run(proc4init);
	must(machboot(first) == 0);
	machclean();
}
IN_FORK(proc4_stopkill)

/* proc5: a process reads the wait file of another that has ended, and has not given up yet. The
 * next process of that Proc may await. */

static Proc *reader; /* atomic */

static void
readwait(uintptr pid)
{
	char path[64];
	int fd;

	pathof(path, sizeof path, pid, "wait");
	fd = uopen(path, OREAD);
	must(fd >= 0);
	astore(&reader, up);
	must(sys(Npread, fd, ualloc(64), 64, -1) < 0);
	must(strcmp(uerrstr(), Eprocdied) == 0);
	astore(&step, 2);
	uexits("");
}

static void
readparent(uintptr arg)
{
	USED(arg);
	must(ufork(RFPROC | RFFDG, readwait, up->pid) > 0);
	while(aload(&reader) == nil || aload(&reader->state) != Wakeme)
		sys(Nsleep, 1);
	gate(0, reader, "lockat", 1);
	astore(&one, up);
	uexits("");
}

static void
awaiter(uintptr arg)
{
	char buf[256];

	USED(arg);
	must(up == one);
	must(uawait(buf, sizeof buf) < 0);
	must(strcmp(uerrstr(), Enochild) == 0);
	must(aload(&step) == 0);
	uexits("awaiter ok");
}

static void
proc5init(uintptr arg)
{
	USED(arg);
	must(ufork(RFPROC | RFNOWAIT, readparent, 0) > 0);
	while(aload(&one) == nil)
		sys(Nsleep, 1);
	gatewait(0);
	awaitfree(one);
	must(ufork(RFPROC, awaiter, 0) > 0);
	mustawait("awaiter ok");
	gateopen(0);
	awaitstep(2);
	uexits("");
}

static void
proc5_waitreader(void)
{
	userfn(readparent), userfn(readwait), userfn(awaiter);
	run(proc5init);
	must(machboot(first) == 0);
	machclean();
}
IN_FORK(proc5_waitreader)

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
	run(proc6init);
	mkprog("/bin/executed", executed, Size, Size, Size, nil);
	killbig = killnone;
	atpoint = memoryends;
	must(machboot(first) == 0);
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
	must(machboot(first) == 0);
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
	must(machboot(first) == 0);
	machclean();
}
IN_FORK(proc8_killednote)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(proc1_orphan_),
	    cmocka_unit_test(proc2_note_),
	    cmocka_unit_test(proc3_rendezvous_),
	    cmocka_unit_test(proc4_stopkill_),
	    cmocka_unit_test(proc5_waitreader_),
	    cmocka_unit_test(proc6_execinterrupt_),
	    cmocka_unit_test(proc7_faultnote_),
	    cmocka_unit_test(proc8_killednote_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

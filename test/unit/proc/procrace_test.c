/*
 * Races of fork, exit, notes, stopping and await, each in the order that does harm.
 * test/unit/unfix/procN-*.patch takes the fix of procN_ out, and it must fail. Races with waits for
 * memory are in memrace_test.c.
 */
#include "proc/raceprog.h"
#include "mm/mmdat.h"
#include "proc/sys.h"

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
	raceinit(proc1init);
	must(machboot(racefirst) == 0);
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
	raceinit(proc2init);
	must(machboot(racefirst) == 0);
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
	raceinit(proc3init);
	must(machboot(racefirst) == 0);
	machclean();
}
IN_FORK(proc3_rendezvous)

/* proc4: killed when it is about to stop, a process ends. */

/* Waits at the n'th Lock that it takes after it has been asked to stop. */
static void
stopping(uintptr n)
{
	upoll();
	astore(&one, up);
	while(aload(&up->procctl) == Proc_none)
		;
	gate(0, up, "lockat", n);
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

/* A process that a stopper stops, and that waits at its n'th Lock: its pid. */
static int
stoppingat(u32int n)
{
	int pid;

	pid = ufork(RFPROC, stopping, n);
	must(pid > 0);
	while(aload(&one) == nil)
		sys(Nsleep, 1);
	must(ufork(RFPROC, stopper, pid) > 0);
	awaitstep(1);
	gatewait(0);
	return pid;
}

static void
proc4init(uintptr arg)
{
	char path[64], buf[256];
	int pid, n;

	USED(arg);
	pid = stoppingat(1);
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
	raceinit(proc4init);
	must(machboot(racefirst) == 0);
	machclean();
}
IN_FORK(proc4_stopkill)

/* proc9: a debugger waits until a process stops. The process has stopped, and does not yet wake it,
 * when another debugger starts it and waits until it stops again. */

static void
restopper(uintptr arg)
{
	char path[64];

	pathof(path, sizeof path, arg, "ctl");
	must(uecho(path, "start") > 0);
	must(uecho(path, "stop") > 0);
	uexits("restopper ok");
}

static void
proc9init(uintptr arg)
{
	char path[64], buf[256];
	int pid, n;

	USED(arg);
	pid = stoppingat(3);
	must(ufork(RFPROC, restopper, pid) > 0);
	/* it may wait for the first to be woken */
	sys(Nsleep, 50);
	gateopen(0);
	for(n = 0; n < 2; n++) {
		must(uawait(buf, sizeof buf) > 0);
		must(strstr(buf, "it stopped") != nil ||
		    strstr(buf, "restopper ok") != nil);
	}
	pathof(path, sizeof path, pid, "ctl");
	must(uecho(path, "kill") > 0);
	mustawait("Killed");
	uexits("");
}

static void
proc9_restop(void)
{
	userfn(stopping), userfn(stopper), userfn(restopper);
	raceinit(proc9init);
	must(machboot(racefirst) == 0);
	machclean();
}
IN_FORK(proc9_restop)

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
	raceinit(proc5init);
	must(machboot(racefirst) == 0);
	machclean();
}
IN_FORK(proc5_waitreader)

/* proc10: an alarm is cleared while its note is being posted. The note comes before the call that
 * clears it returns, or not at all. */
static u32int cleared, rang; /* atomic; rang is 2 if the note came after that */

static void
ringhandler(uintptr ureg)
{
	USED(ureg);
	astore(&rang, 1 + aload(&cleared));
	sys(Nnoted, NCONT);
}

/* The clock process has taken p's alarm. */
static void
awaitring(Proc *p)
{
	while(aload(&p->alarm) > 1)
		sys(Nsleep, 1);
}

static void
alarmed(uintptr arg)
{
	USED(arg);
	sys(Nnotify, fnaddr(1));
	astore(&one, up);
	awaitstep(1);
	must((int)sys(Nalarm, 1) == 0);
	astore(&step, 2);
	awaitring(up);
	must((int)sys(Nalarm, 0) == 0);
	astore(&cleared, 1);
	while(aload(&rang) == 0)
		sys(Nsleep, 1);
	uexits(aload(&rang) == 1 ? "in time" : "late");
}

static void
proc10init(uintptr arg)
{
	USED(arg);
	must(ufork(RFPROC | RFFDG, alarmed, 0) > 0);
	while(aload(&one) == nil)
		sys(Nsleep, 1);
	/* nobody posts a note meanwhile */
	qlock(&one->notelock);
	astore(&step, 1);
	awaitstep(2);
	awaitring(one);
	sys(Nsleep, 50);
	qunlock(&one->notelock);
	mustawait("in time");
	uexits("");
}

static void
proc10_latealarm(void)
{
	static Userfn *fns[] = {ringhandler, nil};

	userfn(alarmed);
	machverbose = 0;
	machinit(4096, 64);
	mkprog("/bin/init", proc10init, Size, Size, Size, fns);
	must(machboot(racefirst) == 0);
	machclean();
}
IN_FORK(proc10_latealarm)

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(proc1_orphan_),
	    cmocka_unit_test(proc2_note_),
	    cmocka_unit_test(proc3_rendezvous_),
	    cmocka_unit_test(proc4_stopkill_),
	    cmocka_unit_test(proc9_restop_),
	    cmocka_unit_test(proc5_waitreader_),
	    cmocka_unit_test(proc10_latealarm_),
	};

	if(argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests(tests, nil, nil);
}

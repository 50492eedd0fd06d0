/*
 * Tracers: system calls of a process's children and of the program that it executes, and their
 * results, as ratrace(1) and a debugger see them. The words: syscalltest. proc(3).
 */
#include "debugger.h"

static volatile int *page;

enum
{
	Go,
	Count,
	Pid,
};

/* A child that calls f. It stands at its first system call after page[Go] was set. */
static int
traced(void (*f)(void *))
{
	int pid;

	if(page == nil)
		page = sharedpage();
	page[Go] = 0;
	pid = spawn(RFFDG, f, nil);
	ctl(pid, "stop");
	page[Go] = 1;
	ctl(pid, "startsyscall");
	return pid;
}

static void
tracedchild(void *arg)
{
	int pid, r;

	USED(arg);
	while(page[Go] == 0)
		;
	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		r = sleep(0);
		exits(r == 0 ? "free" : "other");
	}
	page[Pid] = pid;
	exits(childmsg(pid));
}

/* A child of a traced process stops at its first call, so a tracer misses none: ratrace(1). */
static void
tracingisinherited(void)
{
	int pid, child;

	pid = traced(tracedchild);
	checkhas(procrecord(pid, "syscall"), " Rfork ");
	ctl(pid, "startsyscall");
	child = atoi(procrecord(pid, "syscall") + 3);
	check(child > 0);
	statebecomes(child, "Stopped");
	checkhas(procrecord(child, "syscall"), " Sleep ");
	ctl(child, "startsyscall");
	checkhas(procrecord(child, "syscall"), " = 0 ");
	ctl(child, "startsyscall");
	checkhas(procrecord(child, "syscall"), " Exits ");
	ctl(child, "start");
	ctl(pid, "start");
	checkstr(childmsg(pid), "free");
	/* started without, it has untraced children */
	pid = traced(tracedchild);
	ctl(pid, "start");
	checkstr(childmsg(pid), "free");
}

static void
tracedexec(void *arg)
{
	char *argv[] = {"traced", "quiet", nil};

	USED(arg);
	while(page[Go] == 0)
		;
	exec(self, argv);
	exits("exec");
}

static void
execistraced(void)
{
	int pid;

	pid = traced(tracedexec);
	checkhas(procrecord(pid, "syscall"), " Exec ");
	ctl(pid, "startsyscall");
	checkhas(procrecord(pid, "syscall"), " = 0x7fff");
	ctl(pid, "startsyscall");
	checkhas(procrecord(pid, "syscall"), " Exits ");
	checkerr(procwrite(pid, "ctl", "startsyscall"), "process exited");
	childok(pid);
}

static void
dups(void *arg)
{
	char err[ERRMAX];
	int r;

	USED(arg);
	while(page[Go] == 0)
		;
	r = dup(77, -1);
	rerrstr(err, sizeof err);
	page[Count] = r;
	page[Pid] = dup(0, -1);
	exits(err);
}

static void
setax(int pid, u64int v, u64int was)
{
	int fd = procopen(pid, "regs", ORDWR);
	u64int ax;

	checkint(pread(fd, &ax, sizeof ax, offsetof(Ureg, ax)), sizeof ax);
	checkint(ax, was);
	checkint(pwrite(fd, &v, sizeof v, offsetof(Ureg, ax)), sizeof v);
	close(fd);
}

/* The result is in AX while the process stands at the end of a call, and can be changed. */
static void
resultsofcallscanbechanged(void)
{
	int pid;

	pid = traced(dups);
	checkhas(procrecord(pid, "syscall"), " Dup ");
	ctl(pid, "startsyscall");
	checkhas(procrecord(pid, "syscall"), " = -1 fd out of range");
	setax(pid, 1234, ~0ULL);
	do {
		ctl(pid, "startsyscall");
	} while(strstr(procrecord(pid, "syscall"), " Dup ") == nil);
	ctl(pid, "startsyscall");
	setax(pid, ~0ULL, atoi(procrecord(pid, "syscall") + 3));
	ctl(pid, "start");
	checkhas(childmsg(pid), "fd out of range");
	checkint(page[Count], 1234);
	checkint(page[Pid], -1);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(tracingisinherited),
	    CASE(execistraced),
	    CASE(resultsofcallscanbechanged),
	};

	if(argc > 1 && strcmp(argv[1], "quiet") == 0)
		exits(nil);
	runcases(cases, nelem(cases), argc, argv);
}

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

	page = sharedpage();
	pid = spawn(RFFDG, tracedchild, nil);
	ctl(pid, "stop");
	page[Go] = 1;
	ctl(pid, "startsyscall");
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
	page[Go] = 0;
	pid = spawn(RFFDG, tracedchild, nil);
	ctl(pid, "stop");
	page[Go] = 1;
	ctl(pid, "startsyscall");
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

	page = sharedpage();
	pid = spawn(RFFDG, tracedexec, nil);
	ctl(pid, "stop");
	page[Go] = 1;
	ctl(pid, "startsyscall");
	checkhas(procrecord(pid, "syscall"), " Exec ");
	ctl(pid, "startsyscall");
	checkhas(procrecord(pid, "syscall"), " = 0x7fff");
	ctl(pid, "startsyscall");
	checkhas(procrecord(pid, "syscall"), " Exits ");
	checkerr(procwrite(pid, "ctl", "startsyscall"), "process exited");
	childok(pid);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(tracingisinherited),
	    CASE(execistraced),
	};

	if(argc > 1 && strcmp(argv[1], "quiet") == 0)
		exits(nil);
	runcases(cases, nelem(cases), argc, argv);
}

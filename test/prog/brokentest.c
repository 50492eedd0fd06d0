/*
 * Broken processes: those that die of a trap, and stay for a debugger. proc(3).
 */
#include "debugger.h"

static volatile int calls;

static void
breaker(void *arg)
{
	calls = 7;
	*(volatile int *)arg = 1;
}

/* A process that broke, and has been waited for. */
static int
brokenproc(void)
{
	int pid = spawn(RFFDG | RFNOTEG, breaker, (void *)0x1000);

	checkhas(childmsg(pid), "sys: trap: fault write addr=0x1000");
	statebecomes(pid, "Broken");
	return pid;
}

static void
abrokenprocesscanbelookedat(void)
{
	int pid = brokenproc(), n, fd;
	uchar fp[16];
	Ureg u;

	getregs(pid, &u);
	check(u.pc >= (uintptr)breaker && u.pc < (uintptr)breaker + 100);
	getmem(pid, (void *)&calls, &n, sizeof n);
	checkint(n, 7);
	checkhas(procfile(pid, "segment"), "Stack");
	checkint(entryof(pid), entryof(getpid()));
	fd = procopen(pid, "fpregs", OREAD);
	checkint(pread(fd, fp, sizeof fp, 0), sizeof fp);
	checkstr(procfile(pid, "fd"), ""); /* it holds nothing open */
	ctl(pid, "stop"); /* it does not run */
	ctl(pid, "waitstop");
	checkerr(procwrite(pid, "ctl", "start"), "bad process");
	checkerr(postnote(pid, "x"), "note not posted");
	ctl(pid, "kill");
	for(n = 0; n < 100 && dirstat(procpath(pid)) != nil; n++)
		sleep(10);
	check(dirstat(procpath(pid)) == nil);
}

/* Four are kept; the oldest goes first. */
static void
brokenprocessesarebounded(void)
{
	int pid[6], i, n;

	for(i = 0; i < 6; i++)
		pid[i] = brokenproc();
	for(i = 0; i < 2; i++) {
		for(n = 0; n < 100 && dirstat(procpath(pid[i])) != nil; n++)
			sleep(10);
		check(dirstat(procpath(pid[i])) == nil);
	}
	for(; i < 6; i++) {
		statebecomes(pid[i], "Broken");
		ctl(pid[i], "kill");
	}
}

/* A note that ends a process leaves nothing to be looked at. */
static void
anotedoesnotbreak(void)
{
	volatile int *ready = sharedpage();
	int pid = spawn(RFFDG | RFNOTEG, loiter, (void *)ready), n;

	waitval(ready, 1);
	check(postnote(pid, "go") == 0);
	checkhas(childmsg(pid), "go");
	for(n = 0; n < 100 && dirstat(procpath(pid)) != nil; n++)
		sleep(10);
	check(dirstat(procpath(pid)) == nil);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(abrokenprocesscanbelookedat),
	    CASE(brokenprocessesarebounded),
	    CASE(anotedoesnotbreak),
	};

	runcases(cases, nelem(cases), argc, argv);
}

/*
 * /proc/n/ctl startsyscall and /proc/n/syscall: proc(3).
 */
#include "procfile.h"

static volatile int *go;

static void
calls(void *arg)
{
	char buf[8];
	int fd;

	USED(arg);
	waitval(go, 1);
	fd = open("/dev/null", OREAD);
	open("/nosuch", OWRITE);
	pwrite(1, "", 0, 5);
	fd2path(fd, buf, sizeof buf);
	rendezvous((void *)0x111, (void *)0x222);
}

/* The child that calls f, stopped before its first call. */
static int
stoppedin(void (*f)(void *))
{
	int pid;

	go = sharedpage();
	pid = spawn(RFFDG | RFREND, f, nil);
	ctl(pid, "stop");
	*go = 1;
	return pid;
}

/* The child that makes the calls. */
static int
stopped(void)
{
	return stoppedin(calls);
}

/* On to the next entry or exit; what /proc/n/syscall says there. */
static char *
step(int pid)
{
	ctl(pid, "startsyscall");
	statebecomes(pid, "Stopped");
	return procrecord(pid, "syscall");
}

/* On to the entry of the call that ps(1) calls name. */
static char *
stepto(int pid, char *name)
{
	char *s;
	int i;

	for(i = 0; i < 1000; i++) {
		s = step(pid);
		if(strstr(s, name) != nil)
			return s;
	}
	fail("no call of %s", name);
}

static void
thewordsarethoseofproc(void)
{
	char *f[10], pids[16];
	int pid;

	pid = stopped();
	snprint(pids, sizeof pids, "%d", pid);
	stepto(pid, " Open ");
	checkint(tokenize(procbuf, f, nelem(f), " "), 6);
	checkstr(f[0], pids);
	checkstr(f[2], "Open");
	checkhas(f[4], "/\"/dev/null\"");
	checkstr(f[5], "0x0");
	checkhas(step(pid), " = 3 \"\" ");
	checkhas(step(pid), "/\"/nosuch\" 0x1");
	checkhas(step(pid), " = -1 file does not exist: '/nosuch' ");
	checkhas(step(pid), "Pwrite ");
	checkhas(step(pid), " = 0 \"\" ");
	checkhas(step(pid), "Fd2path ");
	checkhas(step(pid), "\"\" 8 = 0 "); /* its result is 0 */
	checkhas(step(pid), "Rendez ");
	ctl(pid, "kill");
}

/* The last text stays. */
static void
startendsit(void)
{
	int pid;

	pid = stopped();
	stepto(pid, " Open ");
	ctl(pid, "start");
	statebecomes(pid, "Rendez");
	checkhas(procrecord(pid, "syscall"), " Open ");
	checkhas(procbuf, "/\"/dev/null\" 0x0");
	ctl(pid, "kill");
}

static void
rarecalls(void *arg)
{
	char buf[64] = "an error", *argv[30], num[30][8];
	int i;

	USED(arg);
	notify(ignore);
	waitval(go, 1);
	fauth(770, "aname");
	_errstr(buf);
	for(i = 0; i < (int)nelem(num) - 1; i++) {
		snprint(num[i], sizeof num[i], "arg%d", i);
		argv[i] = num[i];
	}
	argv[i] = nil;
	exec("/nosuch", argv);
	trapsyscall(12345LL);
	open("/nosuch", OREAD);
	/* later than its last stop before the wait */
	alarm(2000);
	rendezvous((void *)0x111, (void *)0x222);
}

static void
rarecallshavetheirownwords(void)
{
	char want[64];
	int pid, i;

	pid = stoppedin(rarecalls);
	/* nothing between the descriptor and the name */
	checkhas(stepto(pid, " Fauth "), " 7700x");
	checkhas(procbuf, "/\"aname\"");
	checkhas(step(pid), " = -1 fd out of range or not open ");
	checkhas(step(pid), " _Errstr ");
	checkhas(procbuf, "/\"an error\"");
	checkint(strncmp(step(pid), "\"\" 64 = 0 an error ", 19), 0);
	checkhas(step(pid), " Exec ");
	for(i = 0; i < 29; i++) {
		snprint(want, sizeof want, "/\"arg%d\"", i);
		checkhas(procbuf, want);
	}
	checkhas(step(pid), "file does not exist: '/nosuch' ");
	snprint(want, sizeof want, "%d syscalltest  12345 ", pid);
	checkint(strncmp(step(pid), want, strlen(want)), 0);
	checkhas(step(pid), " = -1 bad arg in system call ");
	/* the notes of the bad call and of the alarm are handled */
	stepto(pid, "Rendez ");
	checkhas(
	    step(pid), " = 0xffffffffffffffff file does not exist: '/nosuch' ");
	ctl(pid, "kill");
}

static void
onlyastoppedprocess(void)
{
	int pid;

	go = sharedpage();
	pid = spawn(RFFDG | RFREND, calls, nil);
	checkerr(procwrite(pid, "ctl", "startsyscall"),
	    "bad process or channel control request");
	ctl(pid, "kill");
}

static void
killedinsideacall(void)
{
	int pid;

	pid = stopped();
	stepto(pid, " Open ");
	ctl(pid, "kill");
	check(strstr(childmsg(pid), "Killed") != nil);
}

static void
privatecallsarenotshown(void)
{
	char path[64];
	int pid;

	pid = stopped();
	ctl(pid, "private");
	snprint(path, sizeof path, "/proc/%d/syscall", pid);
	checkerr(open(path, OREAD), "permission denied");
	ctl(pid, "kill");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(thewordsarethoseofproc),
	    CASE(rarecallshavetheirownwords),
	    CASE(startendsit),
	    CASE(onlyastoppedprocess),
	    CASE(killedinsideacall),
	    CASE(privatecallsarenotshown),
	};

	runcases(cases, nelem(cases), argc, argv);
}

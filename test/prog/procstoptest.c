/*
 * Sequences of ctl messages: what one leaves for the next, and processes that are in a
 * call, in exec or at their end when a message comes. proc(3).
 */
#include "debugger.h"

static volatile int *page;

enum
{
	Go,
	Count,
	Notes,
};

static void
count(Ureg *u, char *msg)
{
	USED(u);
	USED(msg);
	page[Notes]++;
	noted(NCONT);
}

/* Makes no system call. */
static void
spinner(void *arg)
{
	USED(arg);
	notify(count);
	page[Go] = 1;
	for(;;)
		page[Count]++;
}

static int
spinning(void)
{
	int pid;

	page = sharedpage();
	pid = spawn(RFFDG | RFNOTEG, spinner, nil);
	waitval(&page[Go], 1);
	return pid;
}

static void
runs(int pid)
{
	int n = page[Count], i;

	for(i = 0; page[Count] == n; i++) {
		check(i < 20000);
		sleep(1);
	}
	USED(pid);
}

/* A message that the writer gives up after ms, because it would wait longer. */
static void
givenup(int pid, char *msg, int ms)
{
	notify(ignore);
	alarm(ms);
	checkerr(procwrite(pid, "ctl", msg), "interrupted");
	alarm(0);
}

/* A note that a stopped process has goes to it when it is started in any way. */
static void
startstophandsoverthenote(void)
{
	int pid = spinning();

	ctl(pid, "stop");
	check(postnote(pid, "first") == 0);
	givenup(pid, "startstop", 100);
	checkint(page[Notes], 1);
	runs(pid);
	/* the next one stops it, before it is delivered */
	check(postnote(pid, "second") == 0);
	statebecomes(pid, "Stopped");
	checkint(page[Notes], 1);
	givenup(pid, "startstop", 100);
	checkint(page[Notes], 2);
	check(postnote(pid, "third") == 0);
	statebecomes(pid, "Stopped");
	ctl(pid, "start");
	waitval(&page[Notes], 3);
	check(postnote(pid, "fourth") == 0);
	waitval(&page[Notes], 4);
	ctl(pid, "kill");
}

/* A stop that nobody waits for any more still stops the process. */
static void
stopsthough(void)
{
	int pid, p[2];

	check(pipe(p) == 0);
	page = sharedpage();
	pid = fork();
	if(pid == 0) {
		read(p[0], procbuf, 1);
		page[Count] = 1;
		sleep(1);
		page[Count] = 2;
		exits(nil);
	}
	statebecomes(pid, "Pread");
	givenup(pid, "stop", 50);
	statebecomes(pid, "Pread");
	write(p[1], "x", 1);
	statebecomes(pid, "Stopped");
	checkint(page[Count], 0);
	ctl(pid, "start");
	childok(pid);
	checkint(page[Count], 2);
}

/* After a stop, start starts, and no request before it counts. */
static void
stopendstracing(void)
{
	int pid = spinning();

	ctl(pid, "stop");
	givenup(pid, "startsyscall", 50);
	ctl(pid, "stop");
	checkstr(procrecord(pid, "syscall"), "");
	ctl(pid, "start");
	runs(pid);
	/* a handler's noted is a system call */
	check(postnote(pid, "call") == 0);
	waitval(&page[Notes], 1);
	runs(pid);
	ctl(pid, "kill");
}

static void
startstopendstracing(void)
{
	int pid = spinning();

	ctl(pid, "stop");
	givenup(pid, "startsyscall", 50);
	ctl(pid, "stop");
	givenup(pid, "startstop", 50);
	runs(pid);
	check(postnote(pid, "x") == 0);
	statebecomes(pid, "Stopped");
	checkint(page[Notes], 0);
	ctl(pid, "start");
	waitval(&page[Notes], 1);
	runs(pid);
	ctl(pid, "kill");
}

/* --- the end of a process that is waited for --- */

static void
exitsoon(void *arg)
{
	USED(arg);
	page[Go] = 1;
	while(page[Count] == 0)
		sleep(1);
	exits("over");
}

static void
endof(char *msg)
{
	int pid;

	page = sharedpage();
	pid = spawn(RFFDG, exitsoon, nil);
	waitval(&page[Go], 1);
	if(strcmp(msg, "waitstop") != 0)
		ctl(pid, "stop");
	page[Count] = 1;
	checkexact(procwrite(pid, "ctl", msg), "process exited");
	checkstr(childmsg(pid), "over");
}

static void
theendisprocessexited(void)
{
	endof("waitstop");
	endof("startstop");
}

static void
faulter(void *arg)
{
	USED(arg);
	page[Go] = 1;
	while(page[Count] == 0)
		sleep(1);
	*(volatile int *)0x1000 = 1;
}

/* A trap stops it before it breaks; then it breaks, and the waiter goes on. */
static void
atrapstopsfirst(void)
{
	int pid;

	page = sharedpage();
	pid = spawn(RFFDG | RFNOTEG, faulter, nil);
	waitval(&page[Go], 1);
	ctl(pid, "stop");
	page[Count] = 1;
	ctl(pid, "startstop");
	statebecomes(pid, "Stopped");
	ctl(pid, "start");
	checkhas(childmsg(pid), "fault write addr=0x1000");
	statebecomes(pid, "Broken");
	ctl(pid, "waitstop");
	ctl(pid, "kill");
}

/* --- processes in calls --- */

static void
inrendezvous(void *arg)
{
	page[Count] = rendezvous(arg, (void *)1) == (void *)2 ? 2 : 99;
	page[Count]++;
}

static void
insemacquire(void *arg)
{
	USED(arg);
	page[Count] = semacquire((s32int *)&page[Go], 1) == 1 ? 2 : 99;
	page[Count]++;
}

/* stop waits for the end of the call, and does not end it. */
static void
stopincall(void (*f)(void *), char *state, void (*over)(void))
{
	int pid;

	page = sharedpage();
	pid = spawn(RFFDG, f, (void *)page);
	statebecomes(pid, state);
	givenup(pid, "stop", 50);
	statebecomes(pid, state);
	over();
	statebecomes(pid, "Stopped");
	checkint(page[Count], 0);
	ctl(pid, "start");
	childok(pid);
	checkint(page[Count], 3);
}

static void
meet(void)
{
	check(rendezvous((void *)page, (void *)2) == (void *)1);
}

static void
release(void)
{
	semrelease((s32int *)&page[Go], 1);
}

static void
stopdoesnotendacall(void)
{
	stopincall(inrendezvous, "Rendez", meet);
	stopincall(insemacquire, "Semacquire", release);
}

static void
inread(void *arg)
{
	int *p = arg;

	page[Count] = read(p[0], procbuf, 1);
	exits(page[Count] == -1 ? "error" : "read");
}

/* closing a descriptor under a read does not end it */
static void
closedunderaread(void)
{
	int p[2], pid;
	char msg[32];

	page = sharedpage();
	check(pipe(p) == 0);
	pid = spawn(RFFDG, inread, p);
	statebecomes(pid, "Pread");
	snprint(msg, sizeof msg, "close %d", p[0]);
	ctl(pid, msg);
	statebecomes(pid, "Pread");
	write(p[1], "x", 1);
	checkstr(childmsg(pid), "read");
	pid = spawn(RFFDG, inread, p);
	statebecomes(pid, "Pread");
	ctl(pid, "closefiles");
	checkint(
	    strchr(procfile(pid, "fd"), '\n')[1], 0); /* the directory alone */
	write(p[1], "x", 1);
	checkstr(childmsg(pid), "read");
}

static void
killedincalls(void)
{
	int pid;

	page = sharedpage();
	pid = spawn(RFFDG, inrendezvous, (void *)page);
	statebecomes(pid, "Rendez");
	ctl(pid, "kill");
	checkstr(childmsg(pid), "Killed");
	pid = spawn(RFFDG, insemacquire, (void *)page);
	statebecomes(pid, "Semacquire");
	givenup(pid, "stop", 20);
	ctl(pid, "kill");
	checkstr(childmsg(pid), "Killed");
	pid = spinning();
	ctl(pid, "stop");
	postnote(pid, "x");
	ctl(pid, "kill");
	checkstr(childmsg(pid), "Killed");
}

static void
stopper(void *arg)
{
	ctl(*(int *)arg, "stop");
}

/* A debugger that is killed leaves the process to the next. */
static void
thenextdebuggerisheard(void)
{
	int p[2], pid, w;

	check(pipe(p) == 0);
	page = sharedpage();
	pid = spawn(RFFDG, inread, p);
	statebecomes(pid, "Pread");
	w = spawn(RFFDG, stopper, &pid);
	statebecomes(w, "Stopwait");
	ctl(w, "kill");
	childmsg(w);
	w = spawn(RFFDG, stopper, &pid);
	statebecomes(w, "Stopwait");
	write(p[1], "x", 1);
	childok(w);
	ctl(pid, "start");
	checkstr(childmsg(pid), "read");
}

/* --- exec --- */

static void
execit(void *arg)
{
	char *argv[] = {"script", "arg", nil};

	ctl(getpid(), "hang");
	exec(arg, argv);
	exits("exec");
}

static void
hangofascript(void)
{
	char *name = tmpname("script"), text[600], me[512];
	int pid;
	Ureg u;

	fd2path(open(self, OREAD), me, sizeof me);
	snprint(text, sizeof text, "#!%s interpreted\n", me);
	check(writefile(name, text, strlen(text), 0755) == 0);
	snprint(text, sizeof text, "./%s", name);
	pid = spawn(RFFDG, execit, text);
	statebecomes(pid, "Stopped");
	/* once: the interpreter is about to begin */
	getregs(pid, &u);
	check(u.pc == entryof(pid));
	snprint(text, sizeof text, "%s interpreted ./%s arg", name, name);
	checkstr(procfile(pid, "args"), text);
	checkhas(procfile(pid, "status"), name);
	ctl(pid, "start");
	childok(pid);
	remove(name);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(startstophandsoverthenote),
	    CASE(stopsthough),
	    CASE(stopendstracing),
	    CASE(startstopendstracing),
	    CASE(theendisprocessexited),
	    CASE(atrapstopsfirst),
	    CASE(stopdoesnotendacall),
	    CASE(closedunderaread),
	    CASE(killedincalls),
	    CASE(thenextdebuggerisheard),
	    CASE(hangofascript),
	};

	if(argc > 1 && strcmp(argv[1], "interpreted") == 0)
		exits(nil);
	runcases(cases, nelem(cases), argc, argv);
}

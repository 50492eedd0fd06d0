/*
 * A debugger's whole path through /proc/n, as acid(1) and db(1) go it: a new process that
 * hangs after exec, breakpoints in its text, its registers and memory, steps. proc(3).
 */
#include "debugger.h"

static volatile int calls;

/* What the debugged program runs: places for breakpoints. */
__attribute__((noinline)) static int
twice(int n)
{
	calls++;
	__asm__ volatile("" ::: "memory");
	return 2 * n;
}

/* Not a test: the program that is debugged. */
static void
debugged(void)
{
	int n;

	n = twice(20);
	n += twice(1);
	if(calls != 2)
		fail("calls is %d", calls);
	if(n != 42)
		fail("n is %d", n);
}

static void
setreg(int pid, usize off, u64int v)
{
	int fd = procopen(pid, "regs", OWRITE);

	checkint(pwrite(fd, &v, sizeof v, off), sizeof v);
	close(fd);
}

static void
setmem(int pid, void *addr, void *from, int n)
{
	int fd = procopen(pid, "mem", OWRITE);

	checkint(pwrite(fd, from, n, (uintptr)addr), n);
	close(fd);
}

/* A breakpoint there; the byte that was. */
static uchar
setbreak(int pid, void *addr)
{
	uchar was, bpt = 0xcc;

	getmem(pid, addr, &was, 1);
	setmem(pid, addr, &bpt, 1);
	getmem(pid, addr, &bpt, 1);
	checkint(bpt, 0xcc);
	return was;
}

/* Start it: it comes to a breakpoint at addr, whose note is taken away. */
static void
runto(int pid, void *addr)
{
	Ureg u;

	ctl(pid, "startstop");
	statebecomes(pid, "Stopped");
	checkhas(procrecord(pid, "note"), "sys: breakpoint");
	getregs(pid, &u);
	check(u.pc == (uintptr)addr);
	checkint(u.cs, 0x2b);
	checkint(u.ss, 0x23);
}

/* A process that has just executed this program, and has not run a step of it. */
static int
newproc(void)
{
	char *argv[] = {self, "debugged", nil};
	int pid;

	pid = rfork(RFPROC | RFFDG | RFNOTEG);
	if(pid == 0) {
		ctl(getpid(), "hang");
		exec(self, argv);
		exits("exec");
	}
	check(pid > 0);
	statebecomes(pid, "Stopped");
	checkhas(procfile(pid, "args"), "debugged");
	return pid;
}

static void
hangshowsthenewprogram(void)
{
	int pid = newproc();
	Ureg u;

	getregs(pid, &u);
	check(u.pc == entryof(pid));
	check(u.ax == (uintptr)_tos);
	check(u.sp < (uintptr)_tos && u.sp > (uintptr)_tos - 4096);
	ctl(pid, "start");
	childok(pid);
}

/* Over the instruction at addr, whose first byte was is, to next: and the breakpoint stands
 * again. */
static void
stepto(int pid, void *addr, uchar was, void *next)
{
	uchar first, bpt = 0xcc;

	setmem(pid, addr, &was, 1);
	first = setbreak(pid, next);
	runto(pid, next);
	setmem(pid, next, &first, 1);
	setmem(pid, addr, &bpt, 1);
}

static void
breakpointsintext(void)
{
	int pid = newproc(), other, n;
	void *ret;
	uchar was, mine = *(uchar *)twice;
	Ureg u;

	other = newproc();
	was = setbreak(pid, twice);
	checkint(was, mine);
	/* nobody else's text changed: not ours, not another process's, not the file */
	checkint(*(uchar *)twice, mine);
	getmem(other, twice, &was, 1);
	checkint(was, mine);
	ctl(other, "start");
	childok(other);

	runto(pid, twice);
	getregs(pid, &u);
	checkint(u.di, 20);
	getmem(pid, (void *)&calls, &n, sizeof n);
	checkint(n, 0);
	getmem(pid, (void *)u.sp, &ret, sizeof ret);
	stepto(pid, twice, mine, ret);
	getregs(pid, &u);
	checkint(u.ax, 40);
	getmem(pid, (void *)&calls, &n, sizeof n);
	checkint(n, 1);

	runto(pid, twice);
	getregs(pid, &u);
	checkint(u.di, 1);
	setmem(pid, twice, &mine, 1);
	ctl(pid, "start");
	childok(pid);
	checkint(*(uchar *)twice, mine);
	/* a process that begins now has the file's text */
	other = newproc();
	ctl(other, "start");
	childok(other);
}

static void
memoryandregisterscanbechanged(void)
{
	int pid = newproc(), one = 100;
	uchar was;

	was = setbreak(pid, twice);
	runto(pid, twice);
	setreg(pid, offsetof(Ureg, di), 21); /* 42 */
	setmem(pid, (void *)&calls, &one, sizeof one);
	setmem(pid, twice, &was, 1);
	ctl(pid, "start");
	checkhas(childmsg(pid), "calls is 102");
}

static void
spinner(void *arg)
{
	volatile int *n = arg;

	for(;;)
		n[0]++;
}

/* Attach to what runs, look, and let it go on. */
static void
attachtoarunningprocess(void)
{
	volatile int *page = sharedpage();
	int pid = spawn(RFFDG | RFNOTEG, spinner, (void *)page), was;
	Ureg u;

	while(page[0] == 0)
		sleep(1);
	ctl(pid, "stop");
	getregs(pid, &u);
	check(u.pc >= (uintptr)spinner && u.pc < (uintptr)spinner + 200);
	was = page[0];
	ctl(pid, "start");
	while(page[0] == was)
		sleep(1);
	ctl(pid, "kill");
	childmsg(pid);
}

static void
stopper(void *arg)
{
	volatile int *page = arg;

	page[0] = 1;
	alarm(0);
	sleep(100000);
}

/* PC is behind the SYSCALL, and a call that the debugger interrupts is not lost. */
static void
pcinasystemcall(void)
{
	volatile int *page = sharedpage();
	int pid = spawn(RFFDG | RFNOTEG, stopper, (void *)page);
	uchar code[2];
	Ureg u;

	statebecomes(pid, "Sleep");
	getregs(pid, &u);
	getmem(pid, (void *)(u.pc - 2), code, sizeof code);
	checkint(code[0], 0x0f);
	checkint(code[1], 0x05);
	ctl(pid, "kill");
	childmsg(pid);
}

enum
{
	Victims = 6,
	Debuggers = 4,
};

/* --- debuggers that come and go --- */

static volatile int *over;
/* of the victims that run */
static volatile int *pids;

static u32int
rnd(u32int *seed, u32int n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 16) % n;
}

static void
quickchild(void)
{
	if(fork() == 0)
		exits(nil);
	await(procbuf, sizeof procbuf);
}

/* Does a bit of everything, until it is told to end. */
static void
victim(u32int seed)
{
	volatile int i;
	int p[2];

	pipe(p);
	while(!*over) {
		switch(rnd(&seed, 8)) {
		case 0:
			sleep(rnd(&seed, 3));
			break;
		case 1:
			quickchild();
			break;
		case 2:
			write(p[1], "x", 1);
			read(p[0], procbuf, 1);
			break;
		case 3:
			if(rnd(&seed, 20) == 0)
				*(volatile int *)0x1000 = 1;
			break;
		default:
			for(i = 0; i < 20000; i++)
				;
		}
	}
}

/* Keeps a victim in place i. */
static void
keeper(int i)
{
	u32int seed = i * 7919 + 1;
	int pid;

	while(!*over) {
		pid = fork();
		if(pid == 0) {
			victim(seed);
			exits(nil);
		}
		pids[i] = pid;
		await(procbuf, sizeof procbuf);
		seed += 104729;
	}
	procwrite(pids[i], "ctl", "kill");
}

static char *files[] = {"args", "ctl", "fd", "fpregs", "kfpregs", "kregs",
    "mem", "noteid", "ns", "ppid", "proc", "profile", "regs", "segment",
    "status", "syscall", "text", "watchpt"};
static char *msgs[] = {"stop", "start", "startsyscall", "trace", "profile",
    "hang", "nohang", "interrupt", "nointerrupt", "wired 0", "wired 1", "pri 5",
    "noswap", "close 99", "private", "kill"};

static void
lookat(int pid, u32int *seed)
{
	static char b[9000];
	char path[64];
	int fd;

	snprint(path, sizeof path, "/proc/%d/%s", pid,
	    files[rnd(seed, nelem(files))]);
	fd = open(path, OREAD);
	if(fd < 0)
		return;
	pread(fd, b, 1 + rnd(seed, sizeof b), rnd(seed, 3) == 0 ? UTZERO : 0);
	close(fd);
}

/* A breakpoint comes and goes while the process is stopped. */
static void
touchtext(int pid)
{
	uchar was, bpt = 0xcc;
	char path[64];
	int fd;

	snprint(path, sizeof path, "/proc/%d/mem", pid);
	fd = open(path, ORDWR);
	if(fd < 0)
		return;
	if(pread(fd, &was, 1, (uintptr)lookat) == 1 &&
	    pwrite(fd, &bpt, 1, (uintptr)lookat) == 1)
		pwrite(fd, &was, 1, (uintptr)lookat);
	close(fd);
}

static void
debugger(u32int seed)
{
	int pid, k;

	while(!*over) {
		pid = pids[rnd(&seed, Victims)];
		if(pid <= 0)
			continue;
		for(k = rnd(&seed, 6); k > 0; k--)
			lookat(pid, &seed);
		/* rarely the last, which ends it */
		k = nelem(msgs) - (rnd(&seed, 10) != 0);
		procwrite(pid, "ctl", msgs[rnd(&seed, k)]);
		if(rnd(&seed, 4) == 0 && procwrite(pid, "ctl", "stop") >= 0)
			touchtext(pid);
		procwrite(pid, "ctl", "start");
	}
}

static void
readtrace(void)
{
	static char b[1600];
	int fd;

	while(!*over) {
		fd = open("/proc/trace", OREAD);
		sleep(1);
		pread(fd, b, sizeof b, 0);
		close(fd);
	}
}

static void
stormproc(int i)
{
	if(i < Victims)
		keeper(i);
	else if(i < Victims + Debuggers)
		debugger(i * 31337);
	else
		readtrace();
}

/*
 * Processes that run, sleep, fork and break, while others stop and start them, look at all of
 * their files, turn tracing and profiles on and off, and kill them. All of it ends.
 */
static void
debuggerscomeandgo(void)
{
	int i;

	over = sharedpage();
	pids = over + 1;
	for(i = 0; i < Victims + Debuggers + 1; i++)
		if(rfork(RFPROC | RFFDG | RFNOTEG) == 0) {
			/* broken victims have much to say */
			close(2);
			stormproc(i);
			exits(nil);
		}
	sleep(2000);
	*over = 1;
	for(i = 0; i < Victims + Debuggers + 1; i++)
		check(await(procbuf, sizeof procbuf) > 0);
	checkerr(await(procbuf, sizeof procbuf), "no living children");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(hangshowsthenewprogram),
	    CASE(breakpointsintext),
	    CASE(memoryandregisterscanbechanged),
	    CASE(attachtoarunningprocess),
	    CASE(pcinasystemcall),
	    CASE(debuggerscomeandgo),
	};

	if(argc == 2 && strcmp(argv[1], "debugged") == 0) {
		debugged();
		exits(nil);
	}
	runcases(cases, nelem(cases), argc, argv);
}

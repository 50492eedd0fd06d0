/*
 * What a debugger does with /proc/n: ctl, mem, registers. proc(3).
 */
#include "procfile.h"

static volatile int global = 1234;

static void
spin(void *arg)
{
	volatile int *count = arg;

	for(;;) {
		count[0]++;
		sleep(0);
	}
}

static void
privatememorycannotberead(void)
{
	volatile int *ready = sharedpage();
	char path[64];
	int pid, fd, v;

	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	snprint(path, sizeof path, "/proc/%d/mem", pid);
	fd = open(path, OREAD);
	check(fd >= 0);
	checkint(pread(fd, &v, sizeof v, (uintptr)&global), sizeof v);
	ctl(pid, "private");
	checkerr(open(path, OREAD), "permission denied");
	snprint(path, sizeof path, "/proc/%d/regs", pid);
	checkerr(open(path, OREAD), "permission denied");
	/* what is open stays so */
	checkint(pread(fd, &v, sizeof v, (uintptr)&global), sizeof v);
	checkhas(procfile(pid, "status"), "ctltest");
	ctl(pid, "kill");
}

static void
inherited(void *arg)
{
	char *argv[] = {self, "directoryhasthefiles", nil};

	snprint(procbuf, sizeof procbuf, "/proc/%d/mem", getpid());
	checkerr(open(procbuf, OREAD), "permission denied");
	ctl(getpid(), "hang");
	exec(self, argv);
	USED(arg);
}

static void
privacyisinheritedandendswithexec(void)
{
	char path[64];
	int pid, fd, v;

	ctl(getpid(), "private");
	pid = spawn(RFFDG, inherited, nil);
	statebecomes(pid, "Stopped");
	snprint(path, sizeof path, "/proc/%d/mem", pid);
	fd = open(path, OREAD);
	check(fd >= 0);
	checkint(pread(fd, &v, sizeof v, (uintptr)&global), sizeof v);
	checkint(v, 1234);
	ctl(pid, "kill");
}

static void
memofastoppedprocessiswritable(void)
{
	volatile int *ready = sharedpage();
	char path[64];
	int pid, fd, v = 777, got;

	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	ctl(pid, "stop");
	snprint(path, sizeof path, "/proc/%d/mem", pid);
	fd = open(path, ORDWR);
	check(fd >= 0);
	checkint(pwrite(fd, &v, sizeof v, (uintptr)&global), sizeof v);
	checkint(pread(fd, &got, sizeof got, (uintptr)&global), sizeof got);
	checkint(got, 777);
	checkint(global, 1234); /* ours is another copy */
	ctl(pid, "kill");
}

static void
stopstopsandstartstarts(void)
{
	volatile int *count = sharedpage();
	int pid, before;

	pid = spawn(RFFDG, spin, (void *)count);
	while(count[0] == 0)
		sleep(0);
	ctl(pid, "stop");
	checkhas(procfile(pid, "status"), "Stopped");
	before = count[0];
	sleep(30);
	checkint(count[0], before);
	ctl(pid, "start");
	while(count[0] == before)
		sleep(0);
	ctl(pid, "kill");
}

static void
regsofastoppedprocesscanberead(void)
{
	volatile int *ready = sharedpage();
	char path[64];
	int pid, fd;
	Ureg u;

	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	ctl(pid, "stop");
	snprint(path, sizeof path, "/proc/%d/regs", pid);
	fd = open(path, OREAD);
	check(fd >= 0);
	checkint(pread(fd, &u, sizeof u, 0), sizeof u);
	check(u.pc >= UTZERO && u.pc < (uintptr)etext);
	check(u.sp > USTKTOP - USTKSIZE && u.sp < USTKTOP);
	ctl(pid, "kill");
}

/* Posts a note to the process in arg[1] after a while. */
static void
poster(void *arg)
{
	int *pid = arg;

	sleep(30);
	check(postnote(*pid, "poke") == 0);
}

/* Reads the oldest note, as a debugger does. */
static void
takenote(int pid, char *want)
{
	checkstr(procrecord(pid, "note"), want);
}

/* waitstop asks for nothing: a process that a note ends, ends. */
static void
waitstopwaitsfortheend(void)
{
	volatile int *ready = sharedpage();
	int pid;

	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	spawn(RFFDG, poster, &pid);
	checkerr(procwrite(pid, "ctl", "waitstop"), "process exited");
}

static void
stopwaiter(void *arg)
{
	ctl(*(int *)arg, "waitstop");
}

static void
waitstopwaitsforastop(void)
{
	volatile int *ready = sharedpage();
	int pid, waiter, other;

	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	waiter = spawn(RFFDG, stopwaiter, &pid);
	statebecomes(waiter, "Stopwait");
	/* one waits already */
	checkerr(procwrite(pid, "ctl", "stop"), "in use");
	other = spawn(RFFDG | RFNOTEG, loiter, (void *)ready);
	ctl(other, "stop");
	ctl(other, "waitstop"); /* it is stopped */
	ctl(other, "kill");
	ctl(waiter, "kill");
	childmsg(waiter);
	ctl(pid, "stop");
	ctl(pid, "kill");
}

static void
startstopgoesonuntilthenextnote(void)
{
	volatile int *count = sharedpage();
	int pid, before;

	pid = spawn(RFFDG, spin, (void *)count);
	while(count[0] == 0)
		sleep(0);
	check(procwrite(pid, "ctl", "startstop") == -1); /* it is not stopped */
	ctl(pid, "stop");
	before = count[0];
	spawn(RFFDG, poster, &pid);
	ctl(pid, "startstop");
	check(count[0] > before);
	statebecomes(pid, "Stopped");
	takenote(pid, "poke");
	ctl(pid, "kill");
}

typedef struct Hang Hang;
struct Hang
{
	char *msg;
	volatile int *pid; /* of the child that calls exec */
};

static void
hanger(void *arg)
{
	char *argv[] = {self, "nosuchcase", nil};
	Hang *h = arg;
	int pid;

	ctl(getpid(), h->msg);
	pid = fork(); /* the bit is inherited */
	if(pid == 0) {
		exec(self, argv);
		exits("exec");
	}
	*h->pid = pid;
	childok(pid);
}

static void
hangstopsafterexec(void)
{
	Hang h = {"hang", sharedpage()};
	int pid;

	pid = spawn(RFFDG, hanger, &h);
	while(*h.pid == 0)
		sleep(1);
	statebecomes(*h.pid, "Stopped");
	checkhas(procfile(*h.pid, "args"), "nosuchcase"); /* exec is over */
	ctl(*h.pid, "start");
	childok(pid);
	h.msg = "nohang";
	childok(spawn(RFFDG, hanger, &h));
}

static void
stopper(void *arg)
{
	ctl(*(int *)arg, "stop");
}

static void
whowaitsforastopisinstopwait(void)
{
	int p[2], pid, waiter;

	check(pipe(p) == 0);
	pid = fork();
	if(pid == 0) {
		read(p[0], procbuf, 1); /* it stops when this is over */
		for(;;)
			sleep(5);
	}
	statebecomes(pid, "Pread");
	waiter = spawn(RFFDG, stopper, &pid);
	statebecomes(waiter, "Stopwait");
	check(write(p[1], "x", 1) == 1);
	childok(waiter);
	statebecomes(pid, "Stopped");
	ctl(pid, "kill");
}

static void
badctlmessagesfail(void)
{
	check(procwrite(getpid(), "ctl", "nonsense") == -1);
	check(procwrite(getpid(), "ctl", "") <= 0);
	check(procwrite(getpid(), "ctl", "start") == -1); /* not stopped */
}

static void
ctlclosesdescriptors(void)
{
	int fd = open("/dev/null", OREAD);
	char msg[32];

	snprint(msg, sizeof msg, "close %d", fd);
	ctl(getpid(), msg);
	check(dirfstat(fd) == nil);
	ctl(getpid(), msg); /* it is closed already */
	checkerr(procwrite(getpid(), "ctl", "close -1"), "fd out of range");
}

static void
messagesofeverykind(void)
{
	static char *ok[] = {"nohang", "pri 5", "pri -1", "fixedpri 5",
	    "wired -1", "wired 0", "wired 99", "noswap", "nointerrupt",
	    "period 1s", "deadline 1s", "cost 1s", "sporadic", "expel"};
	static char *args[] = {"pri", "fixedpri", "wired", "period",
	    "startstop x y", "start extra", "kill x", "private x"};
	usize i;

	for(i = 0; i < nelem(ok); i++)
		checkint(procwrite(getpid(), "ctl", ok[i]), strlen(ok[i]));
	for(i = 0; i < nelem(args); i++)
		checkerr(procwrite(getpid(), "ctl", args[i]),
		    "wrong #args in control message");
	checkerr(procwrite(getpid(), "ctl", "start"),
	    "bad process or channel control request");
	checkerr(procwrite(getpid(), "ctl", "STOP"),
	    "unknown control message \"STOP\"");
	checkerr(procwrite(getpid(), "ctl", ""), "empty control message");
	/* of the manual, but not of 9front's kernel */
	checkexact(procwrite(getpid(), "ctl", "yieldonblock"),
	    "unknown control message \"yieldonblock\"");
}

static void
selfstopper(void *arg)
{
	volatile int *at = arg;

	at[0] = 1;
	ctl(getpid(), "stop");
	at[0] = 2;
}

/* The message is accepted; the process stops when the system call is over. */
static void
stopofoneself(void)
{
	volatile int *at = sharedpage();
	int pid;

	pid = spawn(RFFDG, selfstopper, (void *)at);
	statebecomes(pid, "Stopped");
	checkint(at[0], 1);
	ctl(pid, "start");
	childok(pid);
	checkint(at[0], 2);
}

static void
regsofasleepercanbeset(void)
{
	volatile int *ready = sharedpage();
	char path[64];
	int pid, fd;
	Ureg u, was;
	u64int v;

	pid = spawn(RFFDG, loiter, (void *)ready);
	statebecomes(pid, "Sleep");
	snprint(path, sizeof path, "/proc/%d/regs", pid);
	fd = open(path, ORDWR);
	checkint(pread(fd, &was, sizeof was, 0), sizeof was);
	v = 0x123456789;
	checkint(pwrite(fd, &v, sizeof v, offsetof(Ureg, r13)), sizeof v);
	v = ~0ULL;
	checkint(pwrite(fd, &v, sizeof v, offsetof(Ureg, cs)), sizeof v);
	checkint(pwrite(fd, &v, sizeof v, offsetof(Ureg, ss)), sizeof v);
	checkint(pwrite(fd, &v, sizeof v, offsetof(Ureg, flags)), sizeof v);
	checkint(pread(fd, &u, sizeof u, 0), sizeof u);
	check(u.r13 == 0x123456789);
	check(u.cs == was.cs && u.ss == was.ss);
	check((u.flags & ~0x10000ULL) == 0x2ff);
	checkint(pwrite(fd, &was, sizeof was, 100), sizeof was - 100);
	checkint(pwrite(fd, &was, 8, sizeof was), 0);
	ctl(pid, "kill");
}

static void
nowatchpoints(void)
{
	static struct
	{
		char *text, *err;
	} lines[] = {
	    /* nothing is asked for */
	    {"\n", ""},
	    {" \t\n\n", ""},
	    {"r\n", "wrong number of fields"},
	    {"r 0x1000 4 5\n", "wrong number of fields"},
	    {"\nr 0x1000\n", "wrong number of fields"},
	    {"q 0x1000 4\n", "invalid type"},
	    {"--- 0x1000 4\n", "invalid type"},
	    {"r 0x1000x 4\n", "invalid address"},
	    {"r 0x1000 4x\n", "invalid length"},
	    {"r 0x800000000000 4\n", "bad address"},
	    {"r 0xfffffffffffffffe 4\n", "bad address"},
	    {"rwx 4096 4", ""},
	    {"rwx 4096 4\n", "no watchpoints"},
	    {"rwx 4096 4\nbad\n", "wrong number of fields"},
	};
	char path[64];
	int fd, n;
	usize i;

	snprint(path, sizeof path, "/proc/%d/watchpt", getpid());
	fd = open(path, ORDWR);
	check(fd >= 0);
	checkint(pread(fd, procbuf, 100, 0), 0);
	checkint(pwrite(fd, "rw-- 0x1000 4", 13, 0), 13); /* no line yet */
	checkerr(pwrite(fd, "rw- 0x1000 4\n", 13, 0), "no watchpoints");
	for(i = 0; i < nelem(lines); i++) {
		n = strlen(lines[i].text);
		if(*lines[i].err != 0)
			checkexact(
			    pwrite(fd, lines[i].text, n, 0), lines[i].err);
		else
			checkint(pwrite(fd, lines[i].text, n, 0), n);
	}
	memset(procbuf, 'r', 1000);
	procbuf[999] = '\n';
	checkexact(pwrite(fd, procbuf, 1000, 0), "line too long");
}

static void
sleeper(void *arg)
{
	volatile int *ready = arg;
	int r;

	*ready = 1;
	r = sleep(10000000);
	exits(r == -1 ? "interrupted" : "slept");
}

static void
interruptwakesacall(void)
{
	volatile int *ready = sharedpage();
	int pid;

	pid = spawn(RFFDG, sleeper, (void *)ready);
	waitval(ready, 1);
	ctl(pid, "interrupt"); /* pending if it does not sleep yet */
	checkstr(childmsg(pid), "interrupted");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(privatememorycannotberead),
	    CASE(privacyisinheritedandendswithexec),
	    CASE(memofastoppedprocessiswritable),
	    CASE(stopstopsandstartstarts),
	    CASE(regsofastoppedprocesscanberead),
	    CASE(waitstopwaitsfortheend),
	    CASE(waitstopwaitsforastop),
	    CASE(startstopgoesonuntilthenextnote),
	    CASE(hangstopsafterexec),
	    CASE(whowaitsforastopisinstopwait),
	    CASE(badctlmessagesfail),
	    CASE(ctlclosesdescriptors),
	    CASE(messagesofeverykind),
	    CASE(stopofoneself),
	    CASE(regsofasleepercanbeset),
	    CASE(nowatchpoints),
	    CASE(interruptwakesacall),
	};

	runcases(cases, nelem(cases), argc, argv);
}

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
	check(pread(fd, &v, sizeof v, (uintptr)&global) == -1);
	ctl(pid, "kill");
}

static void
inherited(void *arg)
{
	char *argv[] = {self, "directoryhasthefiles", nil};
	int fd, v;

	snprint(procbuf, sizeof procbuf, "/proc/%d/mem", getpid());
	fd = open(procbuf, OREAD);
	check(fd >= 0);
	check(pread(fd, &v, sizeof v, (uintptr)&global) == -1);
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

static void
waitstopstopsatanote(void)
{
	volatile int *ready = sharedpage();
	int pid;

	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	spawn(RFFDG, poster, &pid);
	ctl(pid, "waitstop");
	statebecomes(pid, "Stopped");
	takenote(pid, "poke"); /* it did not die of it, and will not */
	ctl(pid, "start");
	statebecomes(pid, "Sleep");
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
priorityisshown(void)
{
	volatile int *ready = sharedpage();
	char *f[20];
	int pid;

	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	tokenize(procfile(pid, "status"), f, nelem(f), " ");
	checkint(atoi(f[10]), 10);
	ctl(pid, "pri 5");
	tokenize(procfile(pid, "status"), f, nelem(f), " ");
	checkint(atoi(f[10]), 5);
	check(atoi(f[11]) <= 5);
	check(procwrite(pid, "ctl", "pri 20") == -1);
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

typedef struct Fptest Fptest;
struct Fptest
{
	volatile int ready;
	volatile int go;
	uchar in[16][16] __attribute__((aligned(16)));
	uchar out[16][16] __attribute__((aligned(16)));
	u32int mxcsr;
};

static void
fpspinner(void *arg)
{
	Fptest *t = arg;

	setmxcsr(0x1f80);
	t->ready = 1;
	spinxmm(t->in, t->out, &t->go);
	t->mxcsr = getmxcsr();
}

/* The 512 bytes of FXSAVE. */
enum
{
	FPREGS = 512,
	MXCSR = 24,
	XMM = 160,
};

static void
fpregsofastoppedprocess(void)
{
	Fptest *t = sharedpage();
	char path[64];
	uchar regs[FPREGS];
	u32int csr;
	int i, pid, fd;

	for(i = 0; i < 256; i++)
		t->in[i / 16][i % 16] = i * 3;
	pid = spawn(RFFDG, fpspinner, t);
	waitval(&t->ready, 1);
	sleep(20);
	snprint(path, sizeof path, "/proc/%d/fpregs", pid);
	fd = open(path, ORDWR);
	check(fd >= 0);
	check(pread(fd, regs, sizeof regs, 0) == -1); /* it runs */
	ctl(pid, "stop");
	checkint(pread(fd, regs, sizeof regs, 0), sizeof regs);
	checkint(pread(fd, regs, 1, sizeof regs), 0);
	check(memcmp(regs + XMM, t->in, sizeof t->in) == 0);
	memcpy(&csr, regs + MXCSR, sizeof csr);
	checkint(csr, 0x1f80);

	memset(t->in[3], 'x', sizeof t->in[3]);
	checkint(pwrite(fd, t->in[3], 16, XMM + 3 * 16), 16);
	csr = ~(u32int)0x3f; /* what the processor would not load */
	checkint(pwrite(fd, &csr, sizeof csr, MXCSR), sizeof csr);
	csr = 0x1fa0;
	checkint(pwrite(fd, &csr, sizeof csr, MXCSR), sizeof csr);
	ctl(pid, "start");
	t->go = 1;
	childok(pid);
	check(memcmp(t->out, t->in, sizeof t->in) == 0);
	checkint(t->mxcsr, 0x1fa0);
}

static void
fpregsinasystemcall(void)
{
	volatile int *ready = sharedpage();
	uchar regs[FPREGS], *p;
	char path[64];
	u32int csr;
	int pid, fd;

	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	snprint(path, sizeof path, "/proc/%d/fpregs", pid);
	fd = open(path, ORDWR);
	check(fd >= 0);
	ctl(pid, "stop");
	checkint(pread(fd, regs, sizeof regs, 0), sizeof regs);
	memcpy(&csr, regs + MXCSR, sizeof csr);
	checkint(csr & ~0x3f, _startmxcsr);
	for(p = regs; p < regs + sizeof regs; p++)
		*p = 0xff;
	checkint(pwrite(fd, regs, sizeof regs, 0), sizeof regs);
	ctl(pid, "start");
	ctl(pid, "stop"); /* it lives */
	ctl(pid, "kill");
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
	    CASE(waitstopstopsatanote),
	    CASE(startstopgoesonuntilthenextnote),
	    CASE(hangstopsafterexec),
	    CASE(whowaitsforastopisinstopwait),
	    CASE(priorityisshown),
	    CASE(fpregsofastoppedprocess),
	    CASE(fpregsinasystemcall),
	    CASE(badctlmessagesfail),
	    CASE(ctlclosesdescriptors),
	    CASE(interruptwakesacall),
	};

	runcases(cases, nelem(cases), argc, argv);
}

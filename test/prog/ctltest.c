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
priorityisshown(void)
{
	volatile int *ready = sharedpage();
	char *f[20];
	int pid;

	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	tokenize(procfile(pid, "status"), f, nelem(f), " ");
	checkint(atoi(f[10]), 13); /* boot(8)'s, which all others have */
	ctl(pid, "pri 5");
	tokenize(procfile(pid, "status"), f, nelem(f), " ");
	checkint(atoi(f[10]), 5);
	check(atoi(f[11]) <= 5);
	ctl(pid, "pri 20");
	tokenize(procfile(pid, "status"), f, nelem(f), " ");
	checkint(atoi(f[10]), 19);
	ctl(pid, "pri x");
	tokenize(procfile(pid, "status"), f, nelem(f), " ");
	checkint(atoi(f[10]), 0);
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
	    "wired 0", "wired 99", "noswap", "nointerrupt", "period 1s",
	    "deadline 1s", "cost 1s", "sporadic", "expel"};
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
}

/* Field n, from 1, of the host's /proc/self/stat, proc(5), which a read by any process shows of
 * its own host process. */
static vlong
hostfield(int n)
{
	char *f[64], *p;

	if(readfile("#Z/proc/self/stat", procbuf, sizeof procbuf) <= 0)
		fail("/proc/self/stat: %r");
	p = strrchr(procbuf, ')') + 1;
	check(tokenize(p, f, nelem(f), " ") > n - 3);
	return strtoll(f[n - 3], nil, 10);
}

enum
{
	Nice = 19,
	Processor = 39,
};

static void
checkpri(void *arg)
{
	vlong nice = *(vlong *)arg;

	checkint(hostfield(Nice), nice);
	/* a host lets nobody back but root */
	ctl(getpid(), "pri 0");
	check(hostfield(Nice) > nice || nice == 19);
}

/* the host's scheduler hears of it, children too; a process without is not concerned */
static void
priorityistoldtothehost(void)
{
	vlong was = hostfield(Nice), nice;
	char *f[20];
	int i;

	ctl(getpid(), "pri 5");
	nice = hostfield(Nice);
	check(nice > was || was == 19);
	check(nice <= 19);
	childok(spawn(RFFDG, checkpri, &nice));
	checkint(hostfield(Nice), nice);
	checkint(
	    tokenize(procfile(getpid(), "status"), f, nelem(f), " \n"), 12);
	checkint(atoi(f[10]), 5);
	ctl(getpid(), "fixedpri 4");
	check(hostfield(Nice) > nice || nice == 19);
	for(i = 0; i < 10; i++)
		childok(
		    spawn(RFFDG, checkpri, (nice = hostfield(Nice), &nice)));
}

static void
checknice(void *arg)
{
	checkint(hostfield(Nice), *(vlong *)arg);
}

/* a host process that ran one with a low priority does not run the next */
static void
prioritiesendwiththeprocess(void)
{
	vlong nice = hostfield(Nice), other = nice;
	int i;

	for(i = 0; i < 10; i++) {
		childok(spawn(RFFDG, checkpri, &other));
		childok(spawn(RFFDG, checknice, &nice));
	}
}

static void
checkwired(void *arg)
{
	int i;

	for(i = 0; i < 20; i++) {
		checkint(hostfield(Processor), *(vlong *)arg);
		sleep(0);
	}
}

/* as its parent: fork(2), proc(3) */
static void
childrenarewiredtoo(void)
{
	vlong cpu;

	ctl(getpid(), "wired 0");
	sleep(1);
	cpu = hostfield(Processor);
	checkwired(&cpu);
	childok(spawn(RFFDG, checkwired, &cpu));
}

static void
admitter(void *arg)
{
	USED(arg);
	checkerr(procwrite(getpid(), "ctl", "admit"), "edf params");
	ctl(getpid(), "period 100ms");
	checkerr(procwrite(getpid(), "ctl", "period 1h"), "unrecognized unit");
	ctl(getpid(), "cost 10ms");
	checkerr(procwrite(getpid(), "ctl", "admit"), "not schedulable");
}

static void
norealtime(void)
{
	childok(spawn(RFFDG, admitter, nil));
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

typedef struct Traceevent Traceevent;
struct Traceevent
{
	u32int pid;
	u32int type;
	vlong time;
};

enum
{
	SRun = 3,
	SReady,
	SSleep,
	SDead = 10,
	SUser = 13,
};

static void
sleepstwice(void *arg)
{
	USED(arg);
	ctl(getpid(), "trace");
	ctl(getpid(), "event");
	sleep(5);
	sleep(5);
}

/* The events of pid, in order; others are passed over. */
static void
traceis(int fd, int pid, int *want, int n)
{
	static Traceevent e[64];
	int i, got, at;
	vlong last = 0;

	got = pread(fd, e, sizeof e, 0);
	checkint(got % sizeof e[0], 0);
	for(at = i = 0; i < got / (int)sizeof e[0]; i++) {
		if((int)e[i].pid != pid)
			continue;
		check(at < n);
		checkint(e[i].type, want[at]);
		check(e[i].time >= last);
		last = e[i].time;
		at++;
	}
	checkint(at, n);
}

static void
tracetellswhatprocessesdo(void)
{
	static int want[] = {SUser, SSleep, SRun, SSleep, SRun, SDead};
	int fd, pid;

	fd = open("/proc/trace", OREAD);
	check(fd >= 0);
	checkerr(open("/proc/trace", OREAD), "already open");
	checkerr(open("/proc/trace", OWRITE), "permission denied");
	ctl(getpid(), "event"); /* of a process without trace: none */
	pid = spawn(RFFDG, sleepstwice, nil);
	childok(pid);
	traceis(fd, pid, want, nelem(want));
	checkint(pread(fd, procbuf, 100, 0), 0);
	checkerr(procwrite(getpid(), "ctl", "trace 1 2"), "args");
	ctl(getpid(), "trace 1");
	ctl(getpid(), "trace 0");
	sleep(1);
	checkint(pread(fd, procbuf, 100, 0), 0);
	close(fd);
	fd = open("/proc/trace", OREAD);
	check(fd >= 0);
}

/* Stays in its own text, and says when. */
static __attribute__((noinline)) void
busy(volatile int *stop)
{
	while(*stop == 0)
		;
}

static void
busychild(void *arg)
{
	busy(arg);
}

/* The counter of the text around f; 0 is all of it. */
static u32int
counter(int fd, void *f)
{
	u32int n = 0;

	checkint(pread(fd, &n, sizeof n, ((uintptr)f - UTZERO) / 8 * 4), 4);
	return n;
}

static u32int
counters(int fd, void *f, int n)
{
	u32int sum = 0;
	int i;

	for(i = 0; i < n; i++)
		sum += counter(fd, (char *)f + 8 * i);
	return sum;
}

static void
profilecountswhereitis(void)
{
	volatile int *page = sharedpage();
	char path[64];
	int pid, child, fd, n;
	u32int all;

	pid = spawn(RFFDG, busychild, (void *)page);
	snprint(path, sizeof path, "/proc/%d/profile", pid);
	fd = open(path, OREAD);
	check(fd >= 0);
	checkerr(pread(fd, procbuf, 100, 0), "profile is off");
	checkint(dirstat(path)->length, 0);
	ctl(pid, "profile");
	checkhas(procfile(pid, "segment"), "Text   RP");
	check(dirstat(path)->length > 0);
	for(n = 0; n < 500 && counter(fd, (void *)UTZERO) < 100; n++)
		sleep(10);
	all = counter(fd, (void *)UTZERO);
	check(all >= 100);
	checkint(all % 10, 0); /* ticks of 10 ms */
	check(counters(fd, busy, 4) >= all / 2);
	checkint(counters(fd, loiter, 2), 0);
	ctl(pid, "profile"); /* from 0 again */
	check(counter(fd, (void *)UTZERO) < all);
	page[0] = 1;
	childok(pid);
	/* it is the text's: another process that runs it has it too */
	child = spawn(RFFDG, loiter, (void *)(page + 1));
	waitval(page + 1, 1);
	snprint(path, sizeof path, "/proc/%d/profile", child);
	checkint(read(open(path, OREAD), procbuf, 4), 4);
	ctl(child, "kill");
}

static void
nowatchpoints(void)
{
	char path[64];
	int fd;

	snprint(path, sizeof path, "/proc/%d/watchpt", getpid());
	fd = open(path, ORDWR);
	check(fd >= 0);
	checkint(pread(fd, procbuf, 100, 0), 0);
	checkint(pwrite(fd, "rw-- 0x1000 4", 13, 0), 13); /* no line yet */
	checkerr(pwrite(fd, "rw- 0x1000 4\n", 13, 0), "no watchpoints");
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

/* The bytes of XSAVE: x87 and SSE, a header, AVX. */
enum
{
	FPREGS = 832,
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
	checkerr(pread(fd, regs, sizeof regs, 0), "no saved registers");
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

/* Sleeps with a number in XMM5. */
static void
fpsleeper(void *arg)
{
	USED(arg);
	__asm__ volatile("movq %0, %%xmm5" : : "r"(0x1122334455667788ULL));
	for(;;)
		sleep(1000000);
}

typedef struct Sleeper Sleeper;
struct Sleeper
{
	int p[2];
	u64int xmm5;
	u64int xmm6;
	u32int mxcsr;
};

/* Reads, with a number in XMM5 and XMM6, and says what is there afterwards. */
static void
fpreader(void *arg)
{
	Sleeper *s = arg;
	char b;
	s32int n;

	__asm__ volatile("movq %0, %%xmm5; movq %0, %%xmm6"
			 :
			 : "r"(0x1122334455667788ULL));
	n = pread(s->p[0], &b, 1, -1);
	__asm__ volatile("movq %%xmm5, %0; movq %%xmm6, %1"
			 : "=r"(s->xmm5), "=r"(s->xmm6));
	s->mxcsr = getmxcsr();
	checkint(n, 1);
}

/* A process in a system call has its registers set as a stopped one has. */
static void
fpregsofasleeperareset(void)
{
	Sleeper *s = sharedpage();
	char path[64];
	u64int v;
	u32int csr;
	int pid, fd, i;

	check(pipe(s->p) == 0);
	for(i = 0; i < 10; i++) {
		pid = spawn(RFFDG, fpreader, s);
		statebecomes(pid, "Pread");
		snprint(path, sizeof path, "/proc/%d/fpregs", pid);
		fd = open(path, ORDWR);
		check(fd >= 0);
		v = 0x99aabbccddee0000ULL + i;
		checkint(pwrite(fd, &v, sizeof v, XMM + 5 * 16), sizeof v);
		csr = 0x1fa0;
		checkint(pwrite(fd, &csr, sizeof csr, MXCSR), sizeof csr);
		checkint(pread(fd, &v, sizeof v, XMM + 6 * 16), sizeof v);
		check(v == 0x1122334455667788ULL);
		close(fd);
		statebecomes(pid, "Pread");
		check(write(s->p[1], "x", 1) == 1);
		childok(pid);
		check(s->xmm5 == 0x99aabbccddee0000ULL + i);
		check(s->xmm6 == 0x1122334455667788ULL);
		checkint(s->mxcsr, 0x1fa0);
	}
	/* one that runs has them in use */
	s->mxcsr = 0;
	pid = spawn(RFFDG, busychild, (void *)&s->mxcsr);
	statebecomes(pid, "Running");
	snprint(path, sizeof path, "/proc/%d/fpregs", pid);
	fd = open(path, ORDWR);
	checkexact(
	    pwrite(fd, &v, sizeof v, XMM), "process has no saved registers");
	ctl(pid, "kill");
}

/* A process in a system call need not stop to be looked at, and its call goes on. */
static void
fpregsofasleeper(void)
{
	uchar regs[FPREGS];
	char path[64];
	u64int v;
	int pid, fd, i;

	pid = spawn(RFFDG, fpsleeper, nil);
	statebecomes(pid, "Sleep");
	snprint(path, sizeof path, "/proc/%d/fpregs", pid);
	fd = open(path, OREAD);
	for(i = 0; i < 20; i++) {
		checkint(pread(fd, regs, sizeof regs, 0), sizeof regs);
		memcpy(&v, regs + XMM + 5 * 16, sizeof v);
		check(v == 0x1122334455667788ULL);
		checkint(pread(fd, regs, 100, 800), 32);
	}
	statebecomes(pid, "Sleep");
	ctl(pid, "kill");
	/* one's own */
	__asm__ volatile("movq %0, %%xmm5" : : "r"(0x99aabbccddeeffULL));
	snprint(path, sizeof path, "/proc/%d/fpregs", getpid());
	fd = open(path, ORDWR);
	checkint(pread(fd, regs, sizeof regs, 0), sizeof regs);
	memcpy(&v, regs + XMM + 5 * 16, sizeof v);
	check(v == 0x99aabbccddeeffULL);
	v = 0x1234;
	checkint(pwrite(fd, &v, sizeof v, XMM + 5 * 16), sizeof v);
	__asm__ volatile("movq %%xmm5, %0" : "=r"(v));
	check(v == 0x1234);
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
	    CASE(waitstopwaitsfortheend),
	    CASE(waitstopwaitsforastop),
	    CASE(startstopgoesonuntilthenextnote),
	    CASE(hangstopsafterexec),
	    CASE(whowaitsforastopisinstopwait),
	    CASE(priorityisshown),
	    CASE(fpregsofastoppedprocess),
	    CASE(fpregsofasleeper),
	    CASE(fpregsofasleeperareset),
	    CASE(fpregsinasystemcall),
	    CASE(badctlmessagesfail),
	    CASE(ctlclosesdescriptors),
	    CASE(messagesofeverykind),
	    CASE(norealtime),
	    CASE(priorityistoldtothehost),
	    CASE(prioritiesendwiththeprocess),
	    CASE(childrenarewiredtoo),
	    CASE(stopofoneself),
	    CASE(regsofasleepercanbeset),
	    CASE(tracetellswhatprocessesdo),
	    CASE(profilecountswhereitis),
	    CASE(nowatchpoints),
	    CASE(interruptwakesacall),
	};

	runcases(cases, nelem(cases), argc, argv);
}

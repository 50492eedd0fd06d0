/*
 * The floating-point registers of other processes: /proc/n/fpregs. proc(3).
 */
#include "procfile.h"

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
	    CASE(fpregsofastoppedprocess),
	    CASE(fpregsofasleeper),
	    CASE(fpregsofasleeperareset),
	    CASE(fpregsinasystemcall),
	};

	runcases(cases, nelem(cases), argc, argv);
}

/*
 * Debuggers that attach and leave: they stop, start, trace, hang and kill processes, read
 * and write all of their files, while those exec, fork, break and die. proc(3).
 */
#include "storm.h"

enum
{
	Victims = 8,
	Debuggers = 4,
};

static char *files[] = {"args", "ctl", "fd", "fpregs", "kfpregs", "kregs",
    "mem", "note", "noteid", "notepg", "ns", "ppid", "proc", "profile", "regs",
    "segment", "status", "syscall", "text", "wait", "watchpt"};
static char *msgs[] = {"stop", "start", "startstop", "waitstop", "startsyscall",
    "trace", "trace 0", "event", "profile", "hang", "nohang", "interrupt",
    "nointerrupt", "wired 0", "wired 1", "pri 5", "fixedpri 12", "noswap",
    "close 5", "closefiles", "period 10ms", "deadline 5ms", "cost 1ms", "admit",
    "expel", "nonsense", "close -1", "wired 99999999", "private", "kill"};

enum
{
	Mortal = 2, /* of msgs, the last */
};

/* Says nothing of what breaks. */
static void
silent(void)
{
	int fd;

	fd = open("/dev/null", ORDWR);
	dup(fd, 2);
	if(fd > 2)
		close(fd);
}

static void
child(void)
{
	Waitmsg w;

	if(tryfork(RFFDG | (rnd(2) ? RFMEM : 0)) == 0) {
		if(rnd(2))
			execleaf();
		exits(rnd(2) ? nil : "child");
	}
	waitfor(&w);
}

static void
victim(int i)
{
	volatile int k;
	char b[16];
	int p[2];

	USED(i);
	silent();
	if(pipe(p) < 0)
		return;
	while(!late())
		switch(rnd(9)) {
		case 0:
			sleep(rnd(3));
			break;
		case 1:
		case 2:
			child();
			break;
		case 3:
			/* a debugger may have closed them */
			if(write(p[1], "x", 1) != 1)
				return;
			alarm(100);
			read(p[0], b, 1);
			alarm(0);
			break;
		case 4:
			if(rnd(20) == 0)
				*(volatile int *)0x1000 = 1;
			break;
		case 5:
			if(rnd(20) == 0)
				execleaf();
			break;
		case 6:
			semacquire((s32int *)&sh->sem[0], 0);
			tsemacquire((s32int *)&sh->sem[0], 1);
			break;
		default:
			for(k = 0; k < 20000; k++)
				;
		}
}

/* A victim, or a child of one, or 0. Never another storm's. */
static int
somebody(void)
{
	char path[64], b[32];
	int pid;

	pid = sh->pids[rnd(Victims)];
	if(pid <= 0 || rnd(3) != 0)
		return pid;
	pid += rnd(40);
	snprint(path, sizeof path, "/proc/%d/status", pid);
	if(readfile(path, b, sizeof b) <= 0 ||
	    strncmp(b, "debugstorm ", 11) != 0)
		return 0;
	return pid;
}

static void
look(int pid)
{
	static char b[9000];
	char path[64], *name;
	vlong off;
	int fd, n;

	name = files[rnd(nelem(files))];
	snprint(path, sizeof path, "/proc/%d/%s", pid, name);
	/* reading wait may take until a child ends */
	alarm(50);
	fd = open(path, OREAD);
	if(fd >= 0) {
		off = rnd(3) == 0 ? (vlong)UTZERO : rnd(3) == 0 ? rnd(5000) : 0;
		n = pread(fd, b, 1 + rnd(sizeof b), off);
		must(n <= (int)sizeof b);
		close(fd);
	}
	alarm(0);
}

/* What is written is what was read, while the process is stopped. */
static void
rewrite(int pid)
{
	static char *names[] = {"mem", "regs", "fpregs", "noteid"};
	static char b[BY2PG];
	char path[64], *name;
	vlong off;
	int fd, n;

	alarm(50);
	procwrite(pid, "ctl", "stop");
	name = names[rnd(nelem(names))];
	snprint(path, sizeof path, "/proc/%d/%s", pid, name);
	fd = open(path, ORDWR);
	if(fd >= 0) {
		off = name[0] == 'm' ? (vlong)(uintptr)look : 0;
		n = pread(fd, b, 1 + rnd(600), off);
		if(n > 0)
			pwrite(fd, b, n, off);
		close(fd);
	}
	procwrite(pid, "ctl", "start");
	alarm(0);
}

static void
debugger(void)
{
	char big[600];
	int k, pid;

	notify(ignore);
	silent();
	while(!late()) {
		pid = somebody();
		if(pid <= 0)
			continue;
		for(k = rnd(5); k > 0; k--)
			look(pid);
		k = nelem(msgs) - (rnd(10) != 0 ? Mortal : 0);
		alarm(20);
		procwrite(pid, "ctl", msgs[rnd(k)]);
		alarm(0);
		switch(rnd(8)) {
		case 0:
		case 1:
			rewrite(pid);
			break;
		case 2:
			if(rnd(8) == 0)
				procwrite(
				    pid, rnd(2) ? "note" : "notepg", "hangup");
			break;
		case 3:
			memset(big, 'a', sizeof big - 1);
			big[rnd(sizeof big)] = 0;
			big[sizeof big - 1] = 0;
			procwrite(pid, rnd(2) ? "args" : "ctl", big);
			break;
		}
		procwrite(pid, "ctl", "start");
	}
}

/* Keeps victim i alive. */
static void
keeper(int i)
{
	char b[600];
	int pid;

	while(!late()) {
		pid = tryfork(RFFDG | RFNOTEG);
		if(pid == 0) {
			victim(i);
			exits(nil);
		}
		if(pid < 0)
			continue;
		sh->pids[i] = pid;
		while(await(b, sizeof b) < 0 && !late())
			;
	}
}

void
storm(void)
{
	int i;

	for(i = 0; i < Victims; i++)
		if(tryfork(RFFDG | RFNOTEG) == 0) {
			keeper(i);
			exits(nil);
		}
	for(i = 0; i < Debuggers; i++)
		if(tryfork(RFFDG | RFNOTEG) == 0) {
			debugger();
			exits(nil);
		}
	/* victims that were made to hang or to wait are the driver's */
	while(!late())
		sleep(20);
}

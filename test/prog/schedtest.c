/*
 * Processors and time of other processes: priority, wired, trace, profile. proc(3).
 */
#include "procfile.h"

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

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(priorityisshown),
	    CASE(norealtime),
	    CASE(priorityistoldtothehost),
	    CASE(prioritiesendwiththeprocess),
	    CASE(childrenarewiredtoo),
	    CASE(tracetellswhatprocessesdo),
	    CASE(profilecountswhereitis),
	};

	runcases(cases, nelem(cases), argc, argv);
}

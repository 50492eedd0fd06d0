/*
 * rfork by a program of several processes that share their memory, all of which go on
 * writing to it: the child has the memory of one moment, and loses none of its parents'
 * writes, whether it execs at once or not. fork(2).
 */
#include "test.h"

enum
{
	NPAGE = 64, /* more than rfork copies at once */
	NWORKER = 6,
	NROUND = 40,
};

/* A page of what the workers write to: one counter each. */
typedef struct Count Count;
struct Count
{
	uvlong n[NWORKER];
	uvlong fill[512 - NWORKER];
};

/* What they and their parent share whatever rfork does. */
typedef struct Shared Shared;
struct Shared
{
	volatile int stop;
	volatile int ready;
	volatile int started, ended; /* workers */
	volatile int n; /* a case's own */
	uvlong done[NWORKER]; /* rounds that a worker finished */
};

static Count *counts;
static Shared *shared;
static s32int token;
static int pipefd[2];

static void
addtoall(int i)
{
	int p;

	for(p = 0; p < NPAGE; p++)
		(*(volatile uvlong *)&counts[p].n[i])++;
	shared->done[i]++;
}

/* In user mode all the time. */
static void
runner(int i)
{
	addtoall(i);
}

/* Asleep for a moment between any two rounds. */
static void
sleeper(int i)
{
	sleep(i % 2);
	addtoall(i);
}

/* Waits for what nobody gives, for a moment. */
static void
waiter(int i)
{
	tsemacquire(&token, 1);
	addtoall(i);
}

/* Has the kernel write what it counts. */
static void
reader(int i)
{
	uvlong n;
	int p;

	for(p = 0; p < NPAGE; p++) {
		n = counts[p].n[i] + 1;
		if(write(pipefd[1], &n, sizeof n) != sizeof n ||
		    read(pipefd[0], &counts[p].n[i], sizeof n) != sizeof n)
			exits("pipe");
	}
	shared->done[i]++;
}

/* Waits in the kernel with its hands on user memory. */
static void
blocked(int i)
{
	static uvlong buf;

	if(read(pipefd[0], &buf, sizeof buf) < 0)
		exits("pipe");
	addtoall(i);
}

typedef struct Worker Worker;
struct Worker
{
	int i;
	int once;
	void (*f)(int);
};

static void
work(void *arg)
{
	Worker *w = arg;

	shared->ready = 1;
	do
		w->f(w->i);
	while(!shared->stop && !w->once);
	__atomic_add_fetch(&shared->ended, 1, __ATOMIC_SEQ_CST);
}

static void
begin(void)
{
	shared = sharedpage();
	counts = sbrk(NPAGE * sizeof *counts);
	memset(counts, 0, NPAGE * sizeof *counts);
	if(pipe(pipefd) < 0)
		fail("pipe: %r");
}

static void
startone(int i, void (*f)(int), int once)
{
	static Worker w[NWORKER];

	w[i].i = i;
	w[i].f = f;
	w[i].once = once;
	shared->ready = 0;
	shared->started++;
	spawn(RFFDG | RFMEM | RFNOWAIT, work, &w[i]);
	waitval(&shared->ready, 1);
}

static void
start(int i, void (*f)(int))
{
	startone(i, f, 0);
}

/* As childok, but no malloc in memory that others use. -1: any child. */
static void
mustend(int pid)
{
	Waitmsg w;

	check((pid < 0 ? waitfor(&w) : waitpid(pid, &w)) > 0);
	checkstr(w.msg, "");
}

/* All counts of the first n workers are what they have counted. */
static void
mustbeall(int n)
{
	int p, i;

	for(p = 0; p < NPAGE; p++)
		for(i = 0; i < n; i++)
			checkint(counts[p].n[i], shared->done[i]);
}

static void
finish(int n)
{
	shared->stop = 1;
	waitval(&shared->ended, shared->started);
	mustbeall(n);
}

/* What we see does not change. */
static void
muststay(void)
{
	static Count seen[NPAGE];
	int i;

	memmove(seen, counts, sizeof seen);
	for(i = 0; i < 5; i++) {
		sleep(1);
		check(memcmp(seen, counts, sizeof seen) == 0);
	}
}

static void
scribble(void)
{
	int p;

	for(p = 0; p < NPAGE; p += 2)
		memset(counts[p].n, 0x55, sizeof counts[p].n);
}

static void
execother(void)
{
	char *argv[] = {self, "exitsok", nil};

	exec(self, argv);
	exits("exec");
}

static int
child(void (*first)(void), void (*then)(void))
{
	int pid;

	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		if(first != nil)
			first();
		if(then != nil)
			then();
		exits(nil);
	}
	check(pid > 0);
	return pid;
}

static void
forkgrandchild(void)
{
	/* not waited for: it sees that nothing changes while its parent execs */
	if(rfork(RFPROC | RFFDG | RFNOWAIT) == 0) {
		muststay();
		shared->n++;
		exits(nil);
	}
}

/* Any worker, children that give back at once and others that never do. */
static void
rounds(void (*f)(int), void (*other)(int))
{
	int i, r;

	begin();
	for(i = 0; i < NWORKER; i++)
		start(i, i % 2 ? other : f);
	for(r = 0; r < NROUND; r++) {
		mustend(child(r % 2 ? scribble : nil, execother));
		if(r % 8 == 3)
			mustend(child(muststay, nil));
		if(r % 8 == 5)
			mustend(child(muststay, execother));
	}
	finish(NWORKER);
}

static void
runnersgoon(void)
{
	rounds(runner, runner);
}

static void
sleepersgoon(void)
{
	rounds(sleeper, waiter);
}

static void
amixturegoeson(void)
{
	rounds(waiter, runner);
}

static void
kernelwritesgoon(void)
{
	int r;

	begin();
	start(0, reader);
	start(1, runner);
	start(2, waiter);
	for(r = 0; r < NROUND; r++) {
		mustend(child(scribble, execother));
		if(r % 8 == 3)
			mustend(child(muststay, nil));
	}
	finish(3);
}

static void
blockedreadsgoon(void)
{
	uvlong n = 0;
	int r;

	begin();
	start(0, blocked);
	start(1, runner);
	for(r = 0; r < NROUND; r++) {
		mustend(child(scribble, execother));
		check(write(pipefd[1], &n, sizeof n) == sizeof n);
	}
	shared->stop = 1;
	check(write(pipefd[1], &n, sizeof n) == sizeof n);
	finish(2);
}

static void
grandchildrenkeepwhattheyhave(void)
{
	int r;

	begin();
	start(0, runner);
	start(1, waiter);
	for(r = 0; r < NROUND / 4; r++) {
		mustend(child(forkgrandchild, execother));
		waitval(&shared->n, r + 1);
		mustend(child(nil, execother));
		mustend(child(nil, execother));
	}
	finish(2);
}

static void
forker(void *arg)
{
	int r;

	USED(arg);
	for(r = 0; r < NROUND / 2; r++) {
		mustend(child(scribble, execother));
		if(r % 8 == 1)
			mustend(child(muststay, nil));
	}
}

/* Two of them fork at once. */
static void
forkersdonotmeet(void)
{
	begin();
	spawn(RFFDG | RFMEM, forker, nil);
	spawn(RFFDG | RFMEM, forker, nil);
	start(0, runner);
	start(1, waiter);
	mustend(-1);
	mustend(-1);
	finish(2);
}

static void
threadsbeginandend(void)
{
	int r, a, b;

	begin();
	start(0, runner);
	for(r = 0; r < NROUND; r++) {
		startone(1, addtoall, 1);
		a = child(scribble, execother);
		startone(2, addtoall, 1);
		mustend(a);
		b = child(r % 8 == 5 ? muststay : nil, execother);
		mustend(b);
		waitval(&shared->ended, 2 * (r + 1));
	}
	finish(3);
}

static void
forkforever(void *arg)
{
	USED(arg);
	start(0, runner);
	start(1, waiter);
	for(;;)
		mustend(child(scribble, execother));
}

/* All of them die at once, wherever they are. */
static void
killedmeanwhile(void)
{
	Waitmsg w;
	int pid, r;

	begin();
	for(r = 0; r < 15; r++) {
		shared->ready = 0;
		pid = spawn(RFFDG | RFNOTEG, forkforever, nil);
		waitval(&shared->ready, 1);
		sleep(r);
		postnotepg(pid, "kill");
		check(waitpid(pid, &w) > 0);
		check(w.msg[0] != 0);
	}
}

static void
waitforn(void)
{
	waitval(&shared->n, 1);
}

/* They run, though the children have given nothing back. */
static void
childrenthatwaitkeepnobody(void)
{
	uvlong n;
	int i;

	begin();
	start(0, runner);
	for(i = 0; i < 2; i++)
		child(waitforn, execother);
	n = shared->done[0] + 10;
	while(*(volatile uvlong *)&shared->done[0] < n)
		sleep(0);
	shared->n = 1;
	mustend(-1);
	mustend(-1);
	finish(1);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(runnersgoon),
	    CASE(sleepersgoon),
	    CASE(amixturegoeson),
	    CASE(kernelwritesgoon),
	    CASE(blockedreadsgoon),
	    CASE(grandchildrenkeepwhattheyhave),
	    CASE(forkersdonotmeet),
	    CASE(threadsbeginandend),
	    CASE(killedmeanwhile),
	    CASE(childrenthatwaitkeepnobody),
	};

	if(argc == 2 && strcmp(argv[1], "exitsok") == 0)
		exits(nil);
	runcases(cases, nelem(cases), argc, argv);
}

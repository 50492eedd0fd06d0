/*
 * Semaphores: semacquire, tsemacquire, semrelease. semacquire(2).
 */
#include "procfile.h"

enum
{
	NPROC = 8,
	NROUND = 1000,
};

static s32int sem;
static s32int mutex;
static volatile s32int counter;

static void
releaseaddsandreturnsthesum(void)
{
	sem = 0;
	checkint(semrelease(&sem, 1), 1);
	checkint(semrelease(&sem, 4), 5);
	checkint(semrelease(&sem, 0), 5);
	checkint(sem, 5);
}

static void
acquiretakesone(void)
{
	sem = 2;
	checkint(semacquire(&sem, 1), 1);
	checkint(semacquire(&sem, 0), 1);
	checkint(sem, 0);
}

static void
nonblockingacquireofnothingiszero(void)
{
	sem = 0;
	checkint(semacquire(&sem, 0), 0);
	checkint(sem, 0);
}

static void
timedacquiretimesout(void)
{
	vlong t = _nsec(nil);

	sem = 0;
	checkint(tsemacquire(&sem, 40), 0);
	check(_nsec(nil) - t >= 20000000LL);
	checkint(sem, 0);
	checkint(tsemacquire(&sem, 0), 0);
	sem = 1;
	checkint(tsemacquire(&sem, 40), 1);
	checkint(sem, 0);
}

/* Not before its time, and not a millisecond after it: the quickest of some counts, for others
 * want the processor too. */
static void
timedacquirekeepstothemillisecond(void)
{
	vlong t, best;
	int ms, i;

	for(ms = 1; ms <= 20; ms += 3) {
		best = 1LL << 60;
		for(i = 0; i < 500; i++) {
			sem = 0;
			t = _nsec(nil);
			checkint(tsemacquire(&sem, ms), 0);
			t = _nsec(nil) - t;
			if(t < best)
				best = t;
			if(best < (ms + 1) * 1000000LL && i > 2)
				break;
		}
		check(best >= ms * 1000000LL);
		check(best < (ms + 1) * 1000000LL);
	}
}

static void
releaser(void *arg)
{
	sleep(20);
	check(semrelease(arg, 1) >= 0);
}

static void
blockedacquireiswokenbyrelease(void)
{
	int pid;

	sem = 0;
	pid = spawn(RFFDG | RFMEM, releaser, &sem);
	checkint(semacquire(&sem, 1), 1);
	childok(pid);
	checkint(sem, 0);
}

static void
timedacquireiswokenbyrelease(void)
{
	int pid;

	sem = 0;
	pid = spawn(RFFDG | RFMEM, releaser, &sem);
	checkint(tsemacquire(&sem, 1000000), 1);
	childok(pid);
}

static void
semaphoresinsharedsegmentswork(void)
{
	s32int *s = sharedpage();
	int pid;

	pid = spawn(RFFDG, releaser, s);
	checkint(semacquire(s, 1), 1);
	childok(pid);
}

static void
copiedmemoryisanothersemaphore(void)
{
	sem = 0;
	childok(spawn(RFFDG, releaser, &sem));
	checkint(sem, 0);
	checkint(semacquire(&sem, 0), 0);
}

static void
acquirer(void *arg)
{
	checkint(semacquire(arg, 1), 1);
}

static void
releaseofmanywakesmany(void)
{
	int pid[NPROC], i;
	Waitmsg w;

	sem = 0;
	for(i = 0; i < NPROC; i++)
		pid[i] = spawn(RFFDG | RFMEM, acquirer, &sem);
	sleep(20);
	semrelease(&sem, NPROC);
	for(i = 0; i < NPROC; i++)
		check(waitfor(&w) > 0 && w.msg[0] == 0);
	checkint(sem, 0);
	USED(pid);
}

static void
interruptedacquirer(void *arg)
{
	notify(ignore);
	checkerr(semacquire(arg, 1), "interrupted");
}

static void
interruptedtimed(void *arg)
{
	notify(ignore);
	checkerr(tsemacquire(arg, 1000000), "interrupted");
}

static void
noteinterruptsacquire(void)
{
	int pid;

	sem = 0;
	notify(ignore);
	pid = spawn(RFFDG | RFMEM, interruptedacquirer, &sem);
	pokeuntilgone(pid);
	childok(pid);
	pid = spawn(RFFDG | RFMEM, interruptedtimed, &sem);
	pokeuntilgone(pid);
	childok(pid);
	checkint(sem, 0);
	semrelease(&sem, 1);
	checkint(semacquire(&sem, 1), 1);
}

static void
killedwaitertakesnothing(void)
{
	int pid;

	sem = 0;
	pid = spawn(RFFDG | RFMEM, acquirer, &sem);
	sleep(10);
	check(postnote(pid, "kill") == 0);
	childmsg(pid);
	semrelease(&sem, 1);
	checkint(semacquire(&sem, 0), 1);
}

static void
badaddressesareerrors(void)
{
	notify(ignore);
	check(semacquire(badaddr, 0) == -1);
	check(semacquire((s32int *)UTZERO, 0) == -1); /* text: not writable */
	check(tsemacquire(badaddr, 1) == -1);
	check(semrelease(badaddr, 1) == -1);
}

static void
locker(void *arg)
{
	int i;
	s32int v;

	USED(arg);
	for(i = 0; i < NROUND; i++) {
		checkint(semacquire(&mutex, 1), 1);
		v = counter;
		if(i % 16 == 0)
			sleep(0);
		counter = v + 1;
		check(semrelease(&mutex, 1) >= 1);
	}
}

static void
asemaphoreofoneisalock(void)
{
	int i;
	Waitmsg w;

	mutex = 1;
	counter = 0;
	for(i = 0; i < NPROC; i++)
		spawn(RFFDG | RFMEM, locker, nil);
	for(i = 0; i < NPROC; i++) {
		check(waitfor(&w) > 0);
		if(w.msg[0] != 0)
			fail("%s", w.msg);
	}
	checkint(counter, NPROC * NROUND);
	checkint(mutex, 1);
}

/* Takers and givers of as many as are taken, again and again with nothing in
 * between: a wake that went to one who had taken already would leave another
 * asleep. */
static s32int units, finished;

static void
taker(void *arg)
{
	int i;

	USED(arg);
	for(i = 0; i < NROUND; i++) {
		checkint(semacquire(&units, 1), 1);
		if(i % 3 == 0)
			sleep(0);
		semrelease(&finished, 1);
	}
}

static void
timedtaker(void *arg)
{
	int i;

	USED(arg);
	for(i = 0; i < NROUND; i++) {
		while(tsemacquire(&units, 1 + i % 2) != 1)
			;
		semrelease(&finished, 1);
	}
}

static void
noreleaseislost(void)
{
	int i, k;
	Waitmsg w;

	units = finished = 0;
	for(i = 0; i < NPROC / 2; i++) {
		spawn(RFFDG | RFMEM, taker, nil);
		spawn(RFFDG | RFMEM, timedtaker, nil);
	}
	for(i = 0; i < NROUND * NPROC; i += 3) {
		k = NROUND * NPROC - i < 3 ? NROUND * NPROC - i : 3;
		if(i % 2 == 0)
			semrelease(&units, k);
		else
			while(k-- > 0)
				semrelease(&units, 1);
		for(k = 0; k < 3 && i + k < NROUND * NPROC; k++)
			checkint(semacquire(&finished, 1), 1);
	}
	for(i = 0; i < NPROC; i++) {
		check(waitfor(&w) > 0);
		if(w.msg[0] != 0)
			fail("%s", w.msg);
	}
	checkint(units, 0);
}

enum
{
	WAITERS = 5,
};

typedef struct Line Line;
struct Line
{
	s32int sem, done;
	/* how many were served, and who, in order */
	volatile int n, who[WAITERS];
};

typedef struct Waiter Waiter;
struct Waiter
{
	Line *l;
	int i;
};

static void
standinline(void *arg)
{
	Waiter *w = arg;

	checkint(semacquire(&w->l->sem, 1), 1);
	w->l->who[w->l->n++] = w->i;
	semrelease(&w->l->done, 1);
}

/* the one that waits longest is served first */
static void
waitersareservedinorder(void)
{
	Line *l = sharedpage();
	Waiter w = {l, 0};
	Waitmsg msg;
	int i;

	for(i = 0; i < WAITERS; i++) {
		w.i = i;
		statebecomes(spawn(RFFDG, standinline, &w), "Semacquire");
	}
	for(i = 0; i < WAITERS; i++) {
		checkint(semrelease(&l->sem, 1), 1);
		checkint(semacquire(&l->done, 1), 1);
		checkint(l->who[i], i);
	}
	for(i = 0; i < WAITERS; i++)
		check(waitfor(&msg) > 0 && msg.msg[0] == 0);
}

static int nrefused;

static void
countrefusal(Ureg *u, char *msg)
{
	USED(u);
	if(strncmp(msg, "sys: bad address in syscall", 27) == 0)
		nrefused++;
	noted(NCONT);
}

static void
readonlymemoryisnosemaphore(void)
{
	s32int *s = segattach(SG_RONLY, "shared", nil, BY2PG);

	check(s != (void *)-1);
	close(2);
	notify(countrefusal);
	checkexact(semrelease(s, 1), "bad arg in system call");
	checkexact(semacquire(s, 0), "bad arg in system call");
	checkexact(tsemacquire(s, 0), "bad arg in system call");
	checkint(nrefused, 3);
	checkint(*s, 0);
}

/* a sum that is no positive number is one nevertheless, and the end of the semaphore */
static void
overflowmakesitunusable(void)
{
	sem = 0x7fffffff;
	checkint(semrelease(&sem, 1), -0x7fffffff - 1);
	checkint(sem, -0x7fffffff - 1);
	checkexact(semrelease(&sem, 1), "bad arg in system call");
	checkexact(semacquire(&sem, 1), "bad arg in system call");
	checkexact(tsemacquire(&sem, 1), "bad arg in system call");
	sem = 1;
	checkexact(semrelease(&sem, -1), "bad arg in system call");
	checkint(sem, 1);
}

static void
alarminterruptsthelongesttime(void)
{
	sem = 0;
	notify(ignore);
	alarm(20);
	checkexact(tsemacquire(&sem, 0xffffffff), "interrupted");
	alarm(20);
	checkexact(semacquire(&sem, -1), "interrupted");
	checkint(sem, 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(releaseaddsandreturnsthesum),
	    CASE(acquiretakesone),
	    CASE(nonblockingacquireofnothingiszero),
	    CASE(timedacquiretimesout),
	    CASE(timedacquirekeepstothemillisecond),
	    CASE(blockedacquireiswokenbyrelease),
	    CASE(timedacquireiswokenbyrelease),
	    CASE(semaphoresinsharedsegmentswork),
	    CASE(copiedmemoryisanothersemaphore),
	    CASE(releaseofmanywakesmany),
	    CASE(noteinterruptsacquire),
	    CASE(killedwaitertakesnothing),
	    CASE(badaddressesareerrors),
	    CASE(asemaphoreofoneisalock),
	    CASE(noreleaseislost),
	    CASE(waitersareservedinorder),
	    CASE(readonlymemoryisnosemaphore),
	    CASE(overflowmakesitunusable),
	    CASE(alarminterruptsthelongesttime),
	};

	runcases(cases, nelem(cases), argc, argv);
}

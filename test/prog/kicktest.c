/*
 * Notes at any moment: a process is posted thousands of them while it runs
 * user code, calls, traps, blocks, forks, or all in turn. None is lost, none
 * comes twice or out of order, nothing hangs, and no register changes.
 */
#include "kick.h"

enum
{
	/* of each case's poster */
	NNOTE = 3000,
	/* for cases in which a note costs more */
	SOME = 300,
};

#define TAG ((void *)0x77)

static void
usercode(void *arg)
{
	USED(arg);
	loadfp();
	shared->ready = 1;
	checkint(spinregs(&shared->done), 0);
	checkfp();
}

static void
usercodekeepsitsregisters(void)
{
	run(NNOTE, usercode);
}

enum
{
	ROUNDS = 20,
	/* of those, the ones in which the host may stop a process for longer than a tick */
	LOST = ROUNDS / 4,
	/* ms in which a note ends a wait */
	SOON = 1000,
	/* looks at a word: longer than a signal of the host takes, shorter than a tick */
	LOOKS = 200000,
};

/* What the process that gets a note in each round, and its poster, tell each other. */
static volatile struct
{
	int round;
	int posted;
	int notes;
	int over;
	int late;
	s32int sem;
} * about;

static void
counts(Ureg *u, char *msg)
{
	USED(u);
	USED(msg);
	about->notes++;
	noted(NCONT);
}

/* Wait in user code until round i's note is posted. */
static void
waitposted(int i)
{
	about->round = i;
	while(about->posted < i)
		;
}

/* Get each note in user code after semrelease, and then read from a pipe to which nobody writes. */
static void
readsafterrelease(void *arg)
{
	int i, n, p[2];
	char c;

	USED(arg);
	notify(counts);
	check(pipe(p) == 0);
	for(i = 1; i <= ROUNDS; i++) {
		/* not a read */
		check(_nsec(nil) > 0);
		check(semrelease((s32int *)&about->sem, 1) > 0);
		waitposted(i);
		/* no other call comes between */
		n = read(p[0], &c, 1);
		checkint(n, -1);
		about->over = i;
	}
}

/* Get each note in user code after semrelease, and make no call before it has come. */
static void
spinsafterrelease(void *arg)
{
	int i;

	USED(arg);
	notify(counts);
	for(i = 1; i <= ROUNDS; i++) {
		check(semrelease((s32int *)&about->sem, 1) > 0);
		waitposted(i);
		while(about->notes < i)
			;
		about->over = i;
	}
}

/* Get each note in user code, after a read and semrelease: arg is the descriptor to read; nil: after
 * another call. */
static void
looks(void *arg)
{
	int i, k;
	char c;

	notify(counts);
	for(i = 1; i <= ROUNDS; i++) {
		if(arg == nil)
			sleep(0);
		else {
			checkint(read(*(int *)arg, &c, 1), 1);
			check(semrelease((s32int *)&about->sem, 1) > 0);
		}
		waitposted(i);
		for(k = 0; k < LOOKS && about->notes < i; k++)
			;
		about->late += about->notes < i;
		about->over = i;
	}
}

/* Wait until round i is over. Returns 0 if it is not soon. */
static int
isover(int i)
{
	int ms;

	for(ms = 0; ms < SOON && about->over < i; ms++)
		sleep(1);
	return about->over >= i;
}

/* Post a note in each round of f's. Returns in how many rounds it ended nothing. */
static int
postinrounds(void (*f)(void *), void *arg)
{
	Waitmsg w;
	int i, pid, lost;

	about = sharedpage();
	pid = spawn(RFFDG, f, arg);
	lost = 0;
	for(i = 1; i <= ROUNDS; i++) {
		while(about->round < i)
			;
		check(postnote(pid, "now") == 0);
		about->posted = i;
		if(!isover(i)) {
			lost++;
			check(postnote(pid, "again") == 0);
			while(!isover(i))
				;
		}
	}
	check(waitpid(pid, &w) == pid);
	checkstr(w.msg, "");
	return lost;
}

/* A process that released a semaphore is in its next call before a note comes for it. Go's
 * internal/poll takes that for granted. */
static void
anoteafterareleaseendsthenextwait(void)
{
	int lost;

	lost = postinrounds(readsafterrelease, nil);
	check(lost <= LOST);
}

static void
anoteafterareleasecomesthough(void)
{
	checkint(postinrounds(spinsafterrelease, nil), 0);
}

static void
anoteinusercodecomesatonce(void)
{
	checkint(postinrounds(looks, nil), 0);
	check(about->late <= LOST);
}

/* Go's internal/poll ignores its note only until soon after the read. */
static void
anoteafterareadandareleasecomesatonce(void)
{
	int fd = open("/dev/zero", OREAD);

	checkint(postinrounds(looks, &fd), 0);
	check(about->late <= LOST);
}

static void
releases(void *arg)
{
	s32int sem;

	USED(arg);
	loadfp();
	sem = 0;
	shared->ready = 1;
	while(!shared->done) {
		check(semrelease(&sem, 1) > 0);
		sem = 0;
	}
	checkfp();
}

/* A release does not put off a note that came in the one before. */
static void
notescomeamongreleases(void)
{
	run(NNOTE, releases);
}

static void
gatedcalls(void *arg)
{
	int fd = open("/dev/zero", OREAD);
	char c[16];

	USED(arg);
	loadfp();
	shared->ready = 1;
	while(!shared->done) {
		memset(c, 1, sizeof c);
		checkint(pread(fd, c, sizeof c, 0), sizeof c);
		check(c[0] == 0 && c[15] == 0);
		checkint(dup(fd, 9), 9);
		check(_nsec(nil) > 0);
	}
	checkfp();
}

static void
callskeepresultsandregisters(void)
{
	run(NNOTE, gatedcalls);
}

static void
trappedcalls(void *arg)
{
	USED(arg);
	loadfp();
	shared->ready = 1;
	while(!shared->done) {
		checkint(trapsyscall(5 /* dup */, 1LL, 9LL), 9);
		checkint(trapsyscall(17 /* sleep */, 0LL), 0);
		checkint(trapsyscall(5, 99LL, 9LL), -1);
	}
	checkfp();
}

static void
copyingcalls(void *arg)
{
	const vlong dup19[3] = {1, 9}, dup99[3] = {99, 9}, sleep0[3] = {0};

	USED(arg);
	loadfp();
	shared->ready = 1;
	while(!shared->done) {
		checkint(copysyscall(5, dup19, nil), 9);
		checkint(copysyscall(17, sleep0, nil), 0);
		checkint(copysyscall(5, dup99, nil), -1);
	}
	checkfp();
}

static void
copyingcallskeepresultsandregisters(void)
{
	run(NNOTE, copyingcalls);
}

static void
trappedcallskeepresultsandregisters(void)
{
	run(NNOTE, trappedcalls);
}

static void
blockingreads(void *arg)
{
	int p[2];
	char c;

	USED(arg);
	check(pipe(p) == 0);
	loadfp();
	shared->ready = 1;
	while(!shared->done)
		checkerr(read(p[0], &c, 1), "interrupted");
	checkfp();
}

static void
blockingreadsareinterrupted(void)
{
	run(NNOTE, blockingreads);
}

static int
again(int (*f)(int, void *, s32int), int fd, char *c)
{
	char err[ERRMAX];
	int n;

	while((n = f(fd, c, 1)) != 1) {
		rerrstr(err, sizeof err);
		if(n != -1 || strcmp(err, "interrupted") != 0)
			fail("%d: %s", n, err);
	}
	return n;
}

static void
pingpong(void *arg)
{
	int p[2], pid, i;
	char c, d;

	USED(arg);
	check(pipe(p) == 0);
	pid = spawn(RFFDG | RFNOTEG, echo, p);
	close(p[1]);
	shared->ready = 1;
	for(i = 0; !shared->done; i++) {
		c = i;
		again(write, p[0], &c);
		again(read, p[0], &d);
		if(c != d)
			fail("byte %d came back as %d in round %d", c, d, i);
	}
	close(p[0]);
	while(waitpid(pid, &(Waitmsg){0}) < 0)
		; /* pokes interrupt that */
}

static void
interruptedpipeslosenothing(void)
{
	run(NNOTE, pingpong);
}

static void
sleeps(void *arg)
{
	char err[ERRMAX];

	USED(arg);
	loadfp();
	shared->ready = 1;
	while(!shared->done) {
		/* only a note ends it, and then the note has been handled */
		int got = shared->got;

		checkint(sleep(100000000), -1);
		rerrstr(err, sizeof err);
		checkstr(err, "interrupted");
		if(!shared->done)
			check(shared->got > got);
	}
	checkfp();
}

static void
sleepsareinterruptedbywhathasbeenhandled(void)
{
	run(NNOTE, sleeps);
}

static void
rendezvouses(void *arg)
{
	int got;

	USED(arg);
	shared->ready = 1;
	while(!shared->done) {
		got = shared->got;
		check(rendezvous(TAG, (void *)5) == (void *)~0ULL);
		if(!shared->done)
			check(shared->got > got);
	}
}

static void
rendezvousareinterruptedbywhathasbeenhandled(void)
{
	run(NNOTE, rendezvouses);
}

static void
semaphores(void *arg)
{
	int got;

	USED(arg);
	shared->ready = 1;
	while(!shared->done) {
		got = shared->got;
		checkint(semacquire(&shared->sem, 1), -1);
		if(!shared->done)
			check(shared->got > got);
		checkint(tsemacquire(&shared->sem, 100000000), -1);
	}
	checkint(shared->sem, 0);
}

static void
semaphoresareinterrupted(void)
{
	run(NNOTE, semaphores);
}

static void
trapping(void *arg)
{
	int n = 0;

	USED(arg);
	loadfp();
	shared->ready = 1;
	while(!shared->done) {
		__asm__ volatile("ud2" : : : "memory");
		n++;
	}
	checkfp();
	checkint(shared->traps, n);
}

static void
trapsamongnotesarehandledoncealways(void)
{
	run(NNOTE, trapping);
}

static void
faulting(void *arg)
{
	enum
	{
		N = 64,
	};
	char *p = segattach(0, "memory", nil, N * BY2PG);
	int i, round;

	USED(arg);
	check(p != (char *)-1);
	loadfp();
	shared->ready = 1;
	for(round = 1; !shared->done; round++) {
		for(i = 0; i < N; i++) {
			if(p[i * BY2PG] != 0)
				fail("page %d is not zero in round %d", i,
				    round);
			p[i * BY2PG] = round | 1;
		}
		for(i = 0; i < N; i++)
			if(p[i * BY2PG] != (char)(round | 1))
				fail("page %d changed in round %d", i, round);
		checkint(segfree(p, N * BY2PG), 0);
	}
	checkfp();
}

static void
faultskeepmemoryandregisters(void)
{
	run(NNOTE, faulting);
}

static void
forking(void *arg)
{
	Waitmsg w;
	int pid;

	USED(arg);
	shared->ready = 1;
	while(!shared->done) {
		loadfp();
		pid = rfork(RFPROC | RFFDG | RFNOTEG);
		check(pid >= 0);
		checkfp();
		if(pid == 0)
			exits("child");
		while(waitfor(&w) < 0)
			; /* interrupted */
		checkint(w.pid, pid);
	}
}

static void
forksamongnotescopyregisters(void)
{
	run(SOME, forking);
}

static void
alarming(void *arg)
{
	int i;

	USED(arg);
	loadfp();
	shared->ready = 1;
	for(i = 0; !shared->done; i++) {
		alarm(1 + i % 3);
		if(i % 2)
			sleep(1);
		else
			checkint(trapsyscall(17, 0LL), 0);
	}
	alarm(0);
	checkfp();
}

static void
alarmsandnotestogether(void)
{
	run(SOME, alarming);
}

/* It ends by itself: one killed after its stop would never say start. */
static void
stopper(void *arg)
{
	char name[64];
	int fd;

	snprint(name, sizeof name, "/proc/%d/ctl", *(int *)arg);
	fd = open(name, OWRITE);
	while(fd >= 0 && !shared->done && write(fd, "stop", 4) == 4 &&
	    write(fd, "start", 5) == 5)
		sleep(1);
}

static void
stopped(void *arg)
{
	int me = getpid();

	spawn(RFFDG | RFNOTEG | RFNOWAIT, stopper, &me);
	usercode(arg);
}

static void
stopsandnotestogether(void)
{
	run(SOME, stopped);
}

static void
mixed(void *arg)
{
	char name[64], c[16];
	int fd = open("/dev/zero", OREAD), p[2], i;

	USED(arg);
	check(pipe(p) == 0);
	snprint(name, sizeof name, "/proc/%d/status", getpid());
	loadfp();
	shared->ready = 1;
	for(i = 0; !shared->done; i++)
		switch(i % 6) {
		case 0:
			checkint(pread(fd, c, sizeof c, 0), sizeof c);
			break;
		case 1:
			checkint(trapsyscall(5, 1LL, 9LL), 9);
			break;
		case 2:
			checkint(write(p[0], "abc", 3), 3);
			break;
		case 3:
			while(read(p[1], c, sizeof c) != 3)
				;
			break;
		case 4:
			__asm__ volatile("ud2" : : : "memory");
			break;
		case 5:
			sleep(1);
			break;
		}
	checkfp();
}

static void
everythinginturn(void)
{
	run(SOME, mixed);
}

/* Handlers that are themselves interrupted by NSAVE's leave, and in a chain. */
static jmp_buf env;

static void
leaving(Ureg *u, char *msg)
{
	if(msg[0] == 'n')
		shared->got++;
	if(shared->got >= NNOTE)
		shared->done = 1;
	notejmp(u, env, 1);
}

static void
jumping(void *arg)
{
	USED(arg);
	notify(leaving);
	setjmp(env);
	shared->ready = 1;
	while(!shared->done)
		sleep(100000000);
}

static void
handlersthatjumpout(void)
{
	run(NNOTE, jumping);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(usercodekeepsitsregisters),
	    CASE(anoteafterareleaseendsthenextwait),
	    CASE(anoteafterareleasecomesthough),
	    CASE(anoteinusercodecomesatonce),
	    CASE(anoteafterareadandareleasecomesatonce),
	    CASE(notescomeamongreleases),
	    CASE(callskeepresultsandregisters),
	    CASE(copyingcallskeepresultsandregisters),
	    CASE(trappedcallskeepresultsandregisters),
	    CASE(blockingreadsareinterrupted),
	    CASE(interruptedpipeslosenothing),
	    CASE(sleepsareinterruptedbywhathasbeenhandled),
	    CASE(rendezvousareinterruptedbywhathasbeenhandled),
	    CASE(semaphoresareinterrupted),
	    CASE(trapsamongnotesarehandledoncealways),
	    CASE(faultskeepmemoryandregisters),
	    CASE(forksamongnotescopyregisters),
	    CASE(alarmsandnotestogether),
	    CASE(stopsandnotestogether),
	    CASE(everythinginturn),
	    CASE(handlersthatjumpout),
	};

	runcases(cases, nelem(cases), argc, argv);
}

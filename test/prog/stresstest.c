/*
 * Many processes at once: sharing memory, forking, faulting, exec'ing.
 */
#include "test.h"

enum
{
	NPROC = 16,
	NROUND = 200,
	NPAGE = 64,
};

static s32int go;
static int tablelock;
static volatile int total;
static char *volatile pages;
static volatile s32int owners[NPAGE];

static void
waitall(int n)
{
	Waitmsg w;

	while(n-- > 0) {
		check(waitfor(&w) > 0);
		if(w.msg[0] != 0)
			fail("%s", w.msg);
	}
}

static void
spawnall(int flags, void (*f)(void *))
{
	uintptr i;

	for(i = 0; i < NPROC; i++)
		spawn(flags, f, (void *)i);
	semrelease(&go, NPROC);
	waitall(NPROC);
}

static void
count(void *arg)
{
	int i;

	USED(arg);
	semacquire(&go, 1);
	for(i = 0; i < NROUND * 10; i++)
		__atomic_add_fetch(&total, 1, __ATOMIC_RELAXED);
}

static void
sharedmemoryisone(void)
{
	total = 0;
	spawnall(RFFDG | RFMEM, count);
	checkint(total, NPROC * NROUND * 10);
}

static void
allocate(void *arg)
{
	int who = (int)(uintptr)arg + 1, i, j;
	char *p[8];

	memset(p, 0, sizeof p);
	semacquire(&go, 1);
	for(i = 0; i < NROUND; i++) {
		usize n = (usize)(who * 331 + i * 97) % 9000 + 1;
		int k = i % nelem(p);

		free(p[k]);
		p[k] = malloc(n);
		check(p[k] != nil);
		memset(p[k], who, n);
		for(j = 0; j < (int)n; j += 500)
			check(p[k][j] == who);
	}
}

static void
growingheapissharedbyall(void)
{
	spawnall(RFFDG | RFMEM, allocate);
}

static void
firsttouch(void *arg)
{
	int i, who = (int)(uintptr)arg + 1;
	volatile s32int *p;
	s32int old;

	semacquire(&go, 1);
	for(i = 0; i < NPAGE; i++) {
		p = (volatile s32int *)(pages + i * BY2PG);
		old = 0;
		__atomic_compare_exchange_n(
		    p, &old, who, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
		if(old == 0)
			owners[i] = who;
	}
}

static void
simultaneousfirsttouchesmeetonepage(void)
{
	int i;

	pages = sbrk(NPAGE * BY2PG);
	spawnall(RFFDG | RFMEM, firsttouch);
	for(i = 0; i < NPAGE; i++) {
		s32int v = *(s32int *)(pages + i * BY2PG);

		check(v >= 1 && v <= NPROC);
		checkint(owners[i], v);
	}
}

static void
nothing(void *arg)
{
	USED(arg);
}

static void
forker(void *arg)
{
	int i;

	USED(arg);
	semacquire(&go, 1);
	for(i = 0; i < 20; i++)
		childok(spawn(RFFDG, nothing, nil));
}

static void
sharersmayallforkatonce(void)
{
	spawnall(RFFDG | RFMEM, forker);
}

static volatile int stop;

static void
scribbler(void *arg)
{
	volatile int *p = (volatile int *)(pages + (uintptr)arg * BY2PG);
	int i = 0;

	while(!stop) {
		i++;
		p[0] = i;
		p[1] = i;
		if(p[0] != i || p[1] != i)
			exits("a store was lost");
	}
}

static void
forksofasharedwritersegmentareconsistent(void)
{
	/* copy-on-write of memory that others are writing right now: the copy
	 * may be of any moment, the originals must lose no store */
	uintptr i;
	int k;

	pages = sbrk(NPAGE * BY2PG);
	for(i = 0; i < 4; i++)
		spawn(RFFDG | RFMEM, scribbler, (void *)i);
	for(k = 0; k < 30; k++) {
		int pid = rfork(RFPROC | RFFDG);
		Waitmsg w;

		check(pid >= 0);
		if(pid == 0) {
			for(i = 0; i < 4; i++) {
				volatile int *p =
				    (volatile int *)(pages + i * BY2PG);
				int a = p[0];

				sleep(0);
				if(p[0] != a)
					exits("the copy changes");
			}
			exits(nil);
		}
		check(waitfor(&w) == pid);
		if(w.msg[0] != 0)
			fail("%s", w.msg);
	}
	stop = 1;
	waitall(4);
}

static void
execer(void *arg)
{
	char *argv[] = {self, "-exit", "done", nil};
	int i;

	USED(arg);
	semacquire(&go, 1);
	for(i = 0; i < 10; i++) {
		int pid = rfork(RFPROC | RFFDG);

		if(pid == 0) {
			exec(self, argv);
			exits("exec");
		}
		check(pid > 0);
		checkstr(childmsg(pid), "done");
	}
}

static void
manyexecsatonce(void)
{
	s32int *page = sharedpage();
	uintptr i;

	USED(page);
	for(i = 0; i < NPROC; i++)
		spawn(RFFDG | RFMEM, execer, nil);
	semrelease(&go, NPROC);
	waitall(NPROC);
}

static void
lockcount(void *arg)
{
	int i, v;

	USED(arg);
	semacquire(&go, 1);
	for(i = 0; i < NROUND; i++) {
		lock(&tablelock);
		v = total;
		if(i % 32 == 0)
			sleep(0);
		total = v + 1;
		unlock(&tablelock);
	}
}

static void
spinlocksprotect(void)
{
	total = 0;
	spawnall(RFFDG | RFMEM, lockcount);
	checkint(total, NPROC * NROUND);
}

static void
noter(void *arg)
{
	notify(ignore);
	count(arg);
	for(;;)
		sleep(1);
}

static void
groupofmanycanbekilledatonce(void)
{
	int i, pid[NPROC];
	Waitmsg w;

	total = 0;
	for(i = 0; i < NPROC; i++)
		pid[i] = spawn(RFFDG | RFMEM, noter, nil);
	semrelease(&go, NPROC);
	while(total < NPROC * NROUND * 10)
		sleep(0);
	for(i = 0; i < NPROC; i++) {
		char name[64];

		snprint(name, sizeof name, "/proc/%d/ctl", pid[i]);
		check(writeto(name, "kill") == 4);
	}
	for(i = 0; i < NPROC; i++)
		check(waitfor(&w) > 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(sharedmemoryisone),
	    CASE(growingheapissharedbyall),
	    CASE(simultaneousfirsttouchesmeetonepage),
	    CASE(sharersmayallforkatonce),
	    CASE(forksofasharedwritersegmentareconsistent),
	    CASE(manyexecsatonce),
	    CASE(spinlocksprotect),
	    CASE(groupofmanycanbekilledatonce),
	};

	if(argc == 3 && strcmp(argv[1], "-exit") == 0)
		exits(argv[2]);
	runcases(cases, nelem(cases), argc, argv);
}

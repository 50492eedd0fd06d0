/*
 * What other processes do with a process by its files: they take its records and notes, move it
 * to another note group, read and write its memory, interrupt it, and list it. proc(3).
 */
#include "debugger.h"

static volatile int *page;

enum
{
	Go,
	Count,
	Notes,
};

/* --- wait --- */

static void
exiter(void *arg)
{
	exits(arg);
}

/* Has *arg children that end, one more when Count is 2, and ends when it is 3. */
static void
parent(void *arg)
{
	int i;

	for(i = 0; i < *(int *)arg; i++)
		spawn(RFFDG, exiter, "child of another");
	page[Go] = 1;
	while(page[Count] == 0)
		sleep(1);
	if(page[Count] == 2)
		spawn(RFFDG, exiter, "late");
	while(page[Count] != 3)
		sleep(1);
}

static int
nwait(int pid)
{
	char path[64];

	snprint(path, sizeof path, "/proc/%d/wait", pid);
	return dirstat(path)->length;
}

/* A record is whole or cut, wherever it is read; stat says how many there are. */
static void
recordsofanothersaretaken(void)
{
	int pid, n = 4, fd, r;

	page = sharedpage();
	pid = spawn(RFFDG | RFNOTEG, parent, &n);
	waitval(&page[Go], 1);
	while(nwait(pid) < n)
		sleep(1);
	fd = procopen(pid, "wait", OREAD);
	r = pread(fd, procbuf, 100, 77);
	check(r > 0);
	procbuf[r] = 0;
	checkhas(procbuf, "'procothertest ");
	checkhas(procbuf, "child of another'");
	checkint(nwait(pid), 3);
	memset(procbuf, 'Z', 100);
	checkint(read(fd, procbuf, 10), 10);
	checkint(procbuf[10], 'Z');
	checkint(nwait(pid), 2);
	checkint(read(fd, procbuf, 0), 0);
	checkint(nwait(pid), 1);
	page[Count] = 3;
	childok(pid);
}

/* Reads a record of the wait file *arg, and exits with it. */
static void
taker(void *arg)
{
	int r;

	r = read(*(int *)arg, procbuf, 200);
	if(r < 0) {
		rerrstr(procbuf, 100);
		exits(procbuf);
	}
	procbuf[r] = 0;
	exits(strstr(procbuf, "late") != nil ? "got late" : "got another");
}

/* Without children too; until one ends, or the process. */
static void
areaderofwaitwaits(void)
{
	int pid, n = 0, fd, i, reader;

	page = sharedpage();
	pid = spawn(RFFDG | RFNOTEG, parent, &n);
	waitval(&page[Go], 1);
	fd = procopen(pid, "wait", OREAD);
	/* an interrupted reader leaves the file to others */
	notify(ignore);
	for(i = 0; i < 2; i++) {
		alarm(30);
		checkerr(read(fd, procbuf, 100), "interrupted");
	}
	reader = spawn(RFFDG, taker, &fd);
	statebecomes(reader, "Pread");
	page[Count] = 2;
	checkstr(childmsg(reader), "got late");
	reader = spawn(RFFDG, taker, &fd);
	statebecomes(reader, "Pread");
	ctl(pid, "kill");
	checkstr(childmsg(reader), "process exited");
}

/* --- note, noteid --- */

static int nseen;

/* Notes the length of each note, plus 1; holds on to "hold" until Count is set. */
static void
handler(Ureg *u, char *msg)
{
	USED(u);
	page[Notes + nseen++] = strlen(msg) + 1;
	if(strcmp(msg, "hold") == 0)
		while(page[Count] == 0)
			sleep(1);
	noted(NCONT);
}

static void
noter(void *arg)
{
	USED(arg);
	notify(handler);
	page[Go] = 1;
	while(nseen < 4)
		sleep(1000);
}

/* An empty note is one; a NUL ends one; one that waits behind a handler can be taken back. */
static void
notesofeverykind(void)
{
	int pid, fd;

	page = sharedpage();
	pid = spawn(RFFDG | RFNOTEG, noter, nil);
	waitval(&page[Go], 1);
	fd = procopen(pid, "note", ORDWR);
	checkint(write(fd, "", 0), 0);
	waitval(&page[Notes], 1);
	checkint(write(fd, "a\0b", 3), 3);
	waitval(&page[Notes + 1], 2);
	checkint(write(fd, "hold", 4), 4);
	waitval(&page[Notes + 2], 5);
	checkint(write(fd, "behind", 6), 6);
	checkint(pread(fd, procbuf, 100, 0), 7);
	checkstr(procbuf, "behind");
	checkint(write(fd, "last", 4), 4);
	page[Count] = 1;
	childok(pid);
	checkint(page[Notes + 3], 5);
}

static void
noteidmovesaprocess(void)
{
	int a, b, fd, i;
	static Waitmsg w;
	char s[32];

	page = sharedpage();
	a = spawn(RFFDG | RFNOTEG, loiter, (void *)page);
	b = spawn(RFFDG | RFNOTEG, loiter, (void *)page);
	snprint(s, sizeof s, "%d", atoi(procfile(a, "noteid")));
	fd = procopen(b, "notepg", OWRITE);
	check(procwrite(b, "noteid", s) > 0);
	/* nobody is left in the group that was b's when fd was opened */
	checkint(write(fd, "lost", 4), 4);
	sleep(20);
	check(dirstat(procpath(b)) != nil);
	check(postnotepg(a, "both") == 0);
	for(i = 0; i < 2; i++) {
		check(waitfor(&w) > 0);
		checkhas(w.msg, "both");
	}
}

/* A process's own pid is a group for it. */
static void
apidmakesagroup(void)
{
	int pid;
	char s[32];

	page = sharedpage();
	pid = spawn(RFFDG, loiter, (void *)page);
	snprint(s, sizeof s, "%d", pid);
	check(procwrite(pid, "noteid", s) > 0);
	checkint(atoi(procfile(pid, "noteid")), pid);
	snprint(s, sizeof s, "%d   \n", atoi(procfile(getpid(), "noteid")));
	check(procwrite(pid, "noteid", s) > 0);
	checkint(atoi(procfile(pid, "noteid")), atoi(s));
	ctl(pid, "kill");
}

/* --- mem --- */

static void
ownmemoryisreadanywhere(void)
{
	static char big[3 * MiB], fresh[2 * MiB];
	int fd = procopen(getpid(), "mem", OREAD);

	memset(big, 'b', sizeof big);
	/* into memory that is not there yet */
	checkint(pread(fd, fresh, sizeof fresh, (uintptr)big), sizeof fresh);
	check(memcmp(fresh, big, sizeof fresh) == 0);
	/* over itself */
	checkint(pread(fd, big + 1, 100000, (uintptr)big), 100000);
	checkint(big[77777], 'b');
}

/* A write ends where its segment ends. */
static void
writesendwithsegments(void)
{
	static char b[3 * BY2PG];
	volatile int *go = sharedpage();
	int fd, pid, v = 5;
	char *shared, *mem;

	shared = segattach(0, "shared", (void *)0x10000000, 2 * BY2PG);
	segattach(SG_RONLY, "shared", (void *)0x20000000, BY2PG);
	mem = segattach(0, "memory", (void *)0x30000000, BY2PG);
	pid = spawn(RFFDG, loiter, (void *)go);
	waitval(go, 1);
	ctl(pid, "stop");
	fd = procopen(pid, "mem", ORDWR);
	memset(b, 'w', sizeof b);
	checkint(pwrite(fd, b, 3 * BY2PG, 0x10000000), 2 * BY2PG);
	checkint(shared[BY2PG + 5], 'w');
	checkint(pwrite(fd, b, 3 * BY2PG, 0x10001ff0), 16);
	checkint(pwrite(fd, b, 0, 0x10001ff0), 0);
	checkerr(pwrite(fd, b, 1, 0x10002000), "bad arg in system call");
	checkexact(pwrite(fd, b, 1, 0x20000000), "i/o error");
	checkint(pwrite(fd, b, 4, 0x30000000), 4);
	checkint(mem[0], 0); /* ours is another copy */
	checkint(pread(fd, b, 100, 0x30000000), 100);
	checkint(b[3], 'w');
	checkint(b[4], 0);
	/* the whole stack is there */
	checkint(pwrite(fd, &v, sizeof v, USTKTOP - USTKSIZE), sizeof v);
	checkint(pwrite(fd, &v, sizeof v, USTKTOP - 2), 2);
	checkerr(pwrite(fd, &v, sizeof v, USTKTOP), "bad arg in system call");
	ctl(pid, "kill");
}

/* --- states --- */

static s32int sem;

static void
tsem(void *arg)
{
	USED(arg);
	tsemacquire(&sem, 1000000);
}

static void
sema(void *arg)
{
	USED(arg);
	semacquire(&sem, 1);
}

static void
writer(void *arg)
{
	int p[2];

	USED(arg);
	check(pipe(p) == 0);
	for(;;)
		write(p[0], procbuf, sizeof procbuf);
}

static void
statesofcallsthatwait(void)
{
	static struct
	{
		void (*f)(void *);
		char *state;
	} s[] = {
	    {tsem, "Tsemacquire"}, {sema, "Semacquire"}, {writer, "Pwrite"}};
	usize i;
	int pid;

	for(i = 0; i < nelem(s); i++) {
		pid = spawn(RFFDG, s[i].f, nil);
		statebecomes(pid, s[i].state);
		ctl(pid, "kill");
	}
}

/* --- interrupt --- */

static int
sleeps(int fd)
{
	USED(fd);
	return sleep(10);
}

static int
reads(int fd)
{
	return read(fd, procbuf, 1);
}

static int
meets(int fd)
{
	USED(fd);
	return rendezvous((void *)33, nil) == (void *)~0ULL ? -1 : 0;
}

static int
acquires(int fd)
{
	USED(fd);
	return semacquire(&sem, 1);
}

static int (*waits[])(int) = {sleeps, reads, meets, acquires};

enum
{
	NWAIT = nelem(waits),
	Result = 8,
};

/* Makes calls that do not wait, then one that waits, each when it is told. */
static void
caller(void *arg)
{
	int i, k, p[2];

	USED(arg);
	check(pipe(p) == 0);
	for(i = 0; i < NWAIT; i++) {
		page[Go] = i + 1;
		while(page[Count] == i)
			;
		for(k = 0; k < 100; k++)
			dup(0, 9);
		page[Result + i] = waits[i](p[0]);
	}
	page[Result + NWAIT] = sleep(1);
	page[Go] = NWAIT + 1;
	while(page[Count] == NWAIT)
		;
	page[Result + NWAIT + 1] = sleep(1);
}

/* It waits for the next call that waits, and ends that one alone. */
static void
aninterruptispending(void)
{
	int pid, i;

	page = sharedpage();
	pid = spawn(RFFDG | RFREND, caller, nil);
	for(i = 0; i < NWAIT; i++) {
		waitval(&page[Go], i + 1);
		ctl(pid, "interrupt");
		page[Count] = i + 1;
	}
	waitval(&page[Go], NWAIT + 1);
	ctl(pid, "interrupt");
	ctl(pid, "nointerrupt");
	page[Count] = NWAIT + 1;
	childok(pid);
	for(i = 0; i < NWAIT; i++)
		checkint(page[Result + i], -1);
	checkint(page[Result + NWAIT], 0);
	checkint(page[Result + NWAIT + 1], 0);
}

static void
nointerruptleavesnotes(void)
{
	int pid;

	page = sharedpage();
	pid = spawn(RFFDG, loiter, (void *)page);
	waitval(page, 1);
	ctl(pid, "stop");
	check(postnote(pid, "x") == 0);
	checkerr(procwrite(pid, "ctl", "nointerrupt"), "notes pending");
	checkstr(procrecord(pid, "note"), "x");
	ctl(pid, "kill");
}

/* --- the listing --- */

static volatile int *over;

static void
forker(void *arg)
{
	int pid;

	USED(arg);
	while(!*over) {
		pid = rfork(RFPROC | RFFDG);
		if(pid == 0)
			exits(nil);
		waitpid(pid, &(Waitmsg){0});
	}
}

enum
{
	NSTILL = 20,
	NFORKER = 3,
	ROUNDS = 200,
};

/* How often each of the processes is in /proc. */
static void
listing(int *still, int *seen)
{
	int fd = open("/proc", OREAD), n, i, k;
	Dir *d;

	memset(seen, 0, NSTILL * sizeof *seen);
	while((n = dirread(fd, &d)) > 0) {
		for(k = 0; k < n; k++)
			for(i = 0; i < NSTILL; i++)
				seen[i] += atoi(d[k].name) == still[i];
		free(d);
	}
	checkint(n, 0);
	close(fd);
}

/* A process that stays is listed once, while others come and go. */
static void
listingsarecomplete(void)
{
	int still[NSTILL], seen[NSTILL], i, round;
	static Waitmsg w;

	page = sharedpage();
	over = page + 8;
	for(i = 0; i < NSTILL; i++)
		still[i] = spawn(RFFDG, loiter, (void *)page);
	for(i = 0; i < NFORKER; i++)
		spawn(RFFDG, forker, nil);
	for(round = 0; round < ROUNDS; round++) {
		listing(still, seen);
		for(i = 0; i < NSTILL; i++)
			checkint(seen[i], 1);
	}
	*over = 1;
	for(i = 0; i < NFORKER; i++) {
		check(waitfor(&w) > 0);
		checkstr(w.msg, "");
	}
	for(i = 0; i < NSTILL; i++)
		ctl(still[i], "kill");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(recordsofanothersaretaken),
	    CASE(areaderofwaitwaits),
	    CASE(notesofeverykind),
	    CASE(noteidmovesaprocess),
	    CASE(apidmakesagroup),
	    CASE(ownmemoryisreadanywhere),
	    CASE(writesendwithsegments),
	    CASE(statesofcallsthatwait),
	    CASE(aninterruptispending),
	    CASE(nointerruptleavesnotes),
	    CASE(listingsarecomplete),
	};

	runcases(cases, nelem(cases), argc, argv);
}

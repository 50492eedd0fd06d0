/*
 * rfork: what each flag shares, copies or makes anew. fork(2).
 */
#include "test.h"

enum
{
	BEFORE = 1,
	AFTER = 2,
};

static char buf[512];
static int data = BEFORE;
static int bss;

static int
numberin(char *name)
{
	if(readfile(name, buf, sizeof buf) < 0)
		fail("%s: %r", name);
	return atoi(buf);
}

static void
childgetszeroandparentthepid(void)
{
	int *page = sharedpage(), me = getpid(), pid;

	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		page[0] = getpid();
		page[1] = numberin("#c/pid");
		page[2] = numberin("#c/ppid");
		exits(nil);
	}
	childok(pid);
	check(pid > 0 && pid != me);
	checkint(page[0], pid);
	checkint(page[1], pid);
	checkint(page[2], me);
	checkint(getpid(), me);
}

static void
setall(void *arg)
{
	int *local = arg;

	*local = AFTER;
	data = AFTER;
	bss = AFTER;
}

static void
memoryiscopied(void)
{
	int local = BEFORE;

	bss = BEFORE;
	childok(spawn(RFFDG, setall, &local));
	checkint(local, BEFORE);
	checkint(data, BEFORE);
	checkint(bss, BEFORE);
}

static void
rfmemsharesdataandbssnotthestack(void)
{
	volatile int local = BEFORE;

	bss = BEFORE;
	childok(spawn(RFFDG | RFMEM, setall, (void *)&local));
	checkint(local, BEFORE);
	checkint(data, AFTER);
	checkint(bss, AFTER);
}

static char *volatile grown;

static void
grow(void *arg)
{
	USED(arg);
	grown = sbrk(MiB);
	memset(grown, 'g', MiB);
}

static void
rfmemsharesagrowingbss(void)
{
	childok(spawn(RFFDG | RFMEM, grow, nil));
	check(grown[0] == 'g' && grown[MiB - 1] == 'g');
}

static void
opener(void *arg)
{
	int *fd = arg;

	*fd = open("/dev/null", OREAD);
	check(*fd >= 0);
}

static void
descriptorsaresharedbydefault(void)
{
	int *fd = sharedpage();

	childok(spawn(0, opener, fd));
	check(dirfstat(*fd) != nil);
}

static void
rffdgcopiesdescriptors(void)
{
	int *fd = sharedpage();

	childok(spawn(RFFDG, opener, fd));
	check(dirfstat(*fd) == nil);
}

static void
offsetissharedwithacopiedtable(void)
{
	char *name = tmpname("off");
	int fd, pid;

	fd = create(name, ORDWR | ORCLOSE, 0644);
	check(write(fd, "0123456789", 10) == 10);
	seek(fd, 0, 0);
	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		checkint(read(fd, buf, 4), 4);
		exits(nil);
	}
	childok(pid);
	checkint(read(fd, buf, 1), 1);
	check(buf[0] == '4');
}

static void
nonopen(void *arg)
{
	int i;

	USED(arg);
	for(i = 0; i < 20; i++)
		if(dirfstat(i) != nil)
			exits("a descriptor is open");
}

static void
rfcfdgstartswithnone(void)
{
	childok(spawn(RFCFDG, nonopen, nil));
	check(dirfstat(1) != nil);
}

static void
splitter(void *arg)
{
	int *fd = arg;

	check(rfork(RFFDG) == 0);
	*fd = open("/dev/null", OREAD);
	check(*fd >= 0);
}

static void
rffdgwithoutrfprocsplits(void)
{
	int *fd = sharedpage();

	childok(spawn(0, splitter, fd));
	check(dirfstat(*fd) == nil);
}

static void
setenv(void *arg)
{
	check(writefile("/env/forktest", arg, strlen(arg), 0666) == 0);
}

static void
environmentissharedbydefault(void)
{
	setenv("before");
	childok(spawn(RFFDG, setenv, "after"));
	readfile("/env/forktest", buf, sizeof buf);
	checkstr(buf, "after");
}

static void
checkandset(void *arg)
{
	readfile("/env/forktest", buf, sizeof buf);
	checkstr(buf, "before");
	setenv(arg);
}

static void
rfenvgcopiesit(void)
{
	setenv("before");
	childok(spawn(RFFDG | RFENVG, checkandset, "after"));
	readfile("/env/forktest", buf, sizeof buf);
	checkstr(buf, "before");
}

static void
noenv(void *arg)
{
	USED(arg);
	check(open("/env/forktest", OREAD) == -1);
	setenv("child's");
}

static void
rfcenvgempties(void)
{
	setenv("before");
	childok(spawn(RFFDG | RFCENVG, noenv, nil));
	readfile("/env/forktest", buf, sizeof buf);
	checkstr(buf, "before");
}

static void
nothing(void *arg)
{
	USED(arg);
}

static void
rfnowaitleavesnomessage(void)
{
	char msg[512];

	check(spawn(RFFDG | RFNOWAIT, nothing, nil) > 0);
	checkerr(await(msg, sizeof msg), "no living children");
}

static int
noteid(int pid)
{
	char name[64];

	snprint(name, sizeof name, "/proc/%d/noteid", pid);
	return numberin(name);
}

static void
putnoteid(void *arg)
{
	int *p = arg;

	*p = noteid(getpid());
}

static void
notegroupisinherited(void)
{
	int *id = sharedpage();

	childok(spawn(RFFDG, putnoteid, id));
	checkint(*id, noteid(getpid()));
	childok(spawn(RFFDG | RFNOTEG, putnoteid, id));
	check(*id != noteid(getpid()));
}

static void
rfnotegwithoutrfprocleaves(void)
{
	int old = noteid(getpid());

	check(rfork(RFNOTEG) == 0);
	check(noteid(getpid()) != old);
}

static void
loiter(void *arg)
{
	volatile int *ready = arg;

	*ready = 1;
	for(;;)
		sleep(1000);
}

static void
notepgreachesthegroupbutnotthewriter(void)
{
	volatile int *ready = sharedpage();
	int in, out;

	in = spawn(RFFDG, loiter, (void *)&ready[0]);
	out = spawn(RFFDG | RFNOTEG, loiter, (void *)&ready[1]);
	waitval(&ready[0], 1);
	waitval(&ready[1], 1);
	checkint(postnotepg(getpid(), "goodbye"), 0);
	checkhas(childmsg(in), "goodbye");
	checkint(postnote(out, "later"), 0);
	checkhas(childmsg(out), "later");
}

static void
stacksdivergeafterfork(void)
{
	volatile char big[64 * KiB];
	int i, pid;

	for(i = 0; i < (int)sizeof big; i++)
		big[i] = i >> 8;
	pid = rfork(RFPROC | RFFDG | RFMEM);
	if(pid == 0) {
		for(i = 0; i < (int)sizeof big; i++)
			big[i] = 0x55;
		exits(nil);
	}
	childok(pid);
	for(i = 0; i < (int)sizeof big; i++)
		if(big[i] != (char)(i >> 8))
			fail("stack byte %d changed", i);
}

enum
{
	NSLEEPER = 4,
	NPAGE = 64, /* more than rfork copies at once */
	NROUND = 40,
};

static char *pages;
static s32int mayrun[NSLEEPER], haverun[NSLEEPER];
static int sleeperround;

/* Sleeps one way or the other, then writes to all pages, which it has mapped from the last
 * time. */
static void
sleeper(void *arg)
{
	int i = *(int *)arg, p;

	for(;;) {
		if(i % 2 == 0)
			semacquire(&mayrun[i], 1);
		else
			rendezvous(&mayrun[i], nil);
		if(sleeperround == NROUND)
			exits(nil);
		for(p = 0; p < NPAGE; p++)
			pages[p * 4 * KiB + i] = sleeperround;
		semrelease(&haverun[i], 1);
	}
}

static void
wakesleepers(void)
{
	int i;

	for(i = 0; i < NSLEEPER; i++)
		if(i % 2 == 0)
			semrelease(&mayrun[i], 1);
		else
			rendezvous(&mayrun[i], nil);
}

static void
mustshow(int round)
{
	int p, i;

	for(p = 0; p < NPAGE; p++)
		for(i = 0; i < NSLEEPER; i++)
			checkint(pages[p * 4 * KiB + i], round);
}

static void
sleepingthreadsdonotwritetothechild(void)
{
	static int number[NSLEEPER];
	int child, i, fd[2];
	Waitmsg w;
	char c;

	pages = sbrk(NPAGE * 4 * KiB);
	for(i = 0; i < NSLEEPER; i++) {
		number[i] = i;
		spawn(RFFDG | RFMEM, sleeper, &number[i]);
	}
	for(sleeperround = 1; sleeperround < NROUND; sleeperround++) {
		if(pipe(fd) < 0)
			fail("pipe: %r");
		child = rfork(RFPROC | RFFDG);
		if(child == 0) {
			read(fd[0], &c, 1);
			mustshow(sleeperround - 1);
			exits(nil);
		}
		wakesleepers();
		for(i = 0; i < NSLEEPER; i++)
			semacquire(&haverun[i], 1);
		mustshow(sleeperround);
		write(fd[1], "", 1);
		childok(child);
		close(fd[0]);
		close(fd[1]);
	}
	wakesleepers();
	for(i = 0; i < NSLEEPER; i++) {
		check(waitfor(&w) > 0);
		checkstr(w.msg, "");
	}
}

static void
calleesavedregisterssurvive(void)
{
	/* in registers across both returns of rfork, if the compiler can */
	uvlong a = getpid() * 3ULL, b = a ^ 0x123456789abcdefULL, c = a + b;
	int pid;

	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		check(a == numberin("#c/ppid") * 3ULL);
		exits(b == (a ^ 0x123456789abcdefULL) && c == a + b ? nil
								    : "lost");
	}
	childok(pid);
	check(b == (a ^ 0x123456789abcdefULL) && c == a + b);
}

static void
chain(void *arg)
{
	int depth = (int)(uintptr)arg;

	if(depth > 0)
		childok(spawn(RFFDG, chain, (void *)(uintptr)(depth - 1)));
	data = depth;
}

static void
childrenhavechildren(void)
{
	data = -1;
	childok(spawn(RFFDG, chain, (void *)10));
	checkint(data, -1);
}

static void
manychildrenatonce(void)
{
	int pid[40], i, n = 0;
	Waitmsg w;

	for(i = 0; i < (int)nelem(pid); i++)
		pid[i] = spawn(RFFDG, nothing, nil);
	while(waitfor(&w) > 0) {
		for(i = 0; i < (int)nelem(pid); i++)
			if(pid[i] == w.pid) {
				pid[i] = 0;
				n++;
			}
		checkstr(w.msg, "");
	}
	checkint(n, nelem(pid));
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(childgetszeroandparentthepid),
	    CASE(memoryiscopied),
	    CASE(rfmemsharesdataandbssnotthestack),
	    CASE(rfmemsharesagrowingbss),
	    CASE(descriptorsaresharedbydefault),
	    CASE(rffdgcopiesdescriptors),
	    CASE(offsetissharedwithacopiedtable),
	    CASE(rfcfdgstartswithnone),
	    CASE(rffdgwithoutrfprocsplits),
	    CASE(environmentissharedbydefault),
	    CASE(rfenvgcopiesit),
	    CASE(rfcenvgempties),
	    CASE(rfnowaitleavesnomessage),
	    CASE(notegroupisinherited),
	    CASE(rfnotegwithoutrfprocleaves),
	    CASE(notepgreachesthegroupbutnotthewriter),
	    CASE(stacksdivergeafterfork),
	    CASE(sleepingthreadsdonotwritetothechild),
	    CASE(calleesavedregisterssurvive),
	    CASE(childrenhavechildren),
	    CASE(manychildrenatonce),
	};

	runcases(cases, nelem(cases), argc, argv);
}

/*
 * Hang-ups and notes in each call on files of a 9P server of the caller's own; a process that serves
 * itself; a program whose server is killed. Section 5, intro(5), flush(5), notify(2).
 */
#include "memserv.h"

static char buf[16 * KiB];

/* --- notes and hang-ups, in each call --- */

static int types[] = {
    Twalk, Topen, Tcreate, Tread, Twrite, Tclunk, Tremove, Tstat, Twstat};
static int hfd;

/* A call for which the server gets a message of that type. */
static int
docall(int type)
{
	Dir nd;
	int fd;

	switch(type) {
	case Twalk:
	case Topen:
		fd = open("/mnt/hello", OREAD);
		return fd;
	case Tcreate:
		return create("/mnt/made", OWRITE, 0644);
	case Tread:
		return pread(hfd, buf, 10, 0);
	case Twrite:
		return pwrite(hfd, "h", 1, 0);
	case Tclunk:
		return close(hfd);
	case Tremove:
		return remove("/mnt/log");
	case Tstat:
		return stat("/mnt/hello", (uchar *)buf, 1000);
	case Twstat:
		nulldir(&nd);
		nd.mode = 0600;
		return dirwstat("/mnt/hello", &nd);
	}
	return -1;
}

static void
hangupin(int kind, int type, int half)
{
	mountserver(kind);
	hfd = open("/mnt/hello", ORDWR);
	check(hfd >= 0);
	sctl->half = half;
	sctl->hang = type;
	if(docall(type) != (type == Tclunk ? 0 : -1))
		fail("call %d succeeds", type);
	check(open("/mnt/hello", OREAD) == -1);
	if(type != Tclunk) {
		checkint(pread(hfd, buf, 10, 0), -1);
		checkint(close(hfd), 0);
	}
	serverends();
}

static void
hangupatanytimeisanerror(void)
{
	int i;

	for(i = 0; i < (int)nelem(types); i++) {
		hangupin(Child, types[i], 0);
		hangupin(Child, types[i], 1);
		hangupin(Thread, types[i], i & 1);
	}
}

static void
hangupinmountisanerror(void)
{
	int half;

	for(half = 0; half < 2; half++) {
		startserver(Child);
		sctl->half = half;
		sctl->hang = Tversion;
		check(mount(mfd, -1, "/mnt", MREPL, "") == -1);
		close(mfd);
		childok(spid);
		startserver(Child);
		sctl->half = half;
		sctl->hang = Tattach;
		check(mount(mfd, -1, "/mnt", MREPL, "") == -1);
		close(mfd);
		childok(spid);
	}
}

static void
interruptedcall(void *arg)
{
	int type = (int)(uintptr)arg;

	if(sctl->late)
		check(docall(type) >= 0);
	else
		checkexact(docall(type), "interrupted");
}

static void
notein(int type, int late)
{
	int pid, before;

	mountserver(Child);
	hfd = open("/mnt/hello", ORDWR);
	check(hfd >= 0);
	notify(ignore);
	before = sctl->seen[type];
	sctl->late = late;
	sctl->silent = type;
	pid = spawn(RFFDG, interruptedcall, (void *)(uintptr)type);
	while(sctl->seen[type] == before)
		sleep(0);
	if(late)
		postnote(pid, "poke");
	else
		pokeuntilgone(pid);
	childok(pid);
	/* a second note may have come before the server got to it */
	while(sctl->seen[Tflush] == 0)
		sleep(0);
	sctl->silent = 0;
	/* the connection is as good as before */
	checkint(readfile("/mnt/d/deep", buf, sizeof buf), 5);
	close(hfd);
	serverends();
}

static void
noteendsanycall(void)
{
	int i;

	for(i = 0; i < (int)nelem(types); i++)
		if(types[i] != Tclunk)
			notein(types[i], 0);
}

static void
opener(void *arg)
{
	USED(arg);
	check(open("/mnt/hello", OREAD) >= 0);
	/* and ends */
}

static void
exitdoesnotwaitforrclunk(void)
{
	int before;

	mountserver(Child);
	before = sctl->seen[Tclunk];
	sctl->silent = Tclunk;
	childok(spawn(RFFDG, opener, nil));
	while(sctl->seen[Tclunk] == before)
		sleep(0);
	sctl->silent = 0;
	checkint(readfile("/mnt/d/deep", buf, sizeof buf), 5);
	/* the connection stays while an answer is owed: it ends by the server */
	sctl->hang = Twalk;
	checkint(open("/mnt/hello", OREAD), -1);
	serverends();
}

static void
answerbeforerflushcounts(void)
{
	notein(Tread, 1);
	notein(Tstat, 1);
	notein(Topen, 1);
}

/* --- the process serves itself --- */

static volatile int *poking;
static uchar *msg;

static void
poker(void *arg)
{
	int pid = (int)(uintptr)arg;

	while(*poking >= 0) {
		if(*poking)
			postnote(pid, "poke");
		sleep(1);
	}
}

/* The next message that the kernel sent; its tag. */
static int
message(int type)
{
	msg = readmsg();
	check(msg != nil);
	checkint(msg[4], type);
	return msg[5] | msg[6] << 8;
}

/* A process that nobody serves is not stuck: a note ends its calls, and it finds the requests. */
static void
processseesitsownrequests(void)
{
	int p[2], pid, tag;

	sctl = sharedpage();
	poking = &sctl->seen[0];
	check(pipe(p) == 0);
	mfd = p[0];
	sfd = p[1];
	notify(ignore);
	pid = spawn(RFFDG, poker, (void *)(uintptr)getpid());
	*poking = 1;
	checkerr(
	    fversion(mfd, MSIZE, strcpy(buf, "9P2000"), 64), "interrupted");
	*poking = 0;
	checkint(message(Tversion), 0xFFFF);
	answer(msg);
	/* the answer is there, and the question is not asked again */
	checkint(fversion(mfd, MSIZE, strcpy(buf, "9P2000"), 64), 6);
	*poking = 1;
	check(mount(mfd, -1, "/mnt", MREPL, "") == -1);
	*poking = -1;
	childok(pid);
	tag = message(Tattach);
	check(message(Tflush) != tag);
	checkint(msg[HDR] | msg[HDR + 1] << 8, tag);
	close(mfd);
	close(sfd);
}

/* Interrupt fversion with that message size; then another answers both questions. */
static void
askagain(u32int size, u32int again, int questions)
{
	int p[2], pid;

	sctl = sharedpage();
	poking = &sctl->seen[0];
	check(pipe(p) == 0);
	mfd = p[0];
	sfd = p[1];
	notify(ignore);
	pid = spawn(RFFDG, poker, (void *)(uintptr)getpid());
	*poking = 1;
	checkerr(fversion(mfd, size, strcpy(buf, "9P2000"), 64), "interrupted");
	*poking = -1;
	childok(pid);
	pid = rfork(RFPROC | RFFDG);
	check(pid >= 0);
	if(pid == 0) {
		close(mfd);
		for(; questions > 0; questions--) {
			message(Tversion);
			answer(msg);
		}
		/* no other question comes */
		check(readmsg() == nil);
		exits(nil);
	}
	close(sfd);
	checkint(fversion(mfd, again, strcpy(buf, "9P2000"), 64), 6);
	close(mfd);
	childok(pid);
}

static void
anewquestionhasitsownanswer(void)
{
	askagain(MSIZE, MSIZE, 1);
	/* the old answer, of a longer message, is not the new one */
	askagain(MSIZE, MSIZE - 100, 2);
	askagain(MSIZE - 100, MSIZE, 2);
}

/* --- programs --- */

/* prog -run in out: this program, from the server. */
static void
running(char *argv[])
{
	int fd = atoi(argv[2]), tell = atoi(argv[3]);
	volatile uchar *p;
	int sum = 0;

	/* all of it is there now */
	for(p = (uchar *)UTZERO; p < (uchar *)etext; p += BY2PG)
		sum += *p;
	for(p = (uchar *)ROUNDUP((uintptr)etext, UTROUND); p < (uchar *)edata;
	    p += BY2PG)
		sum += *p;
	write(tell, "r", 1);
	if(read(fd, buf, 1) != 1 || sum < 0)
		exits("no word");
	exits("went on");
}

/* A process that runs the program of the server, and has touched all of it: it says so in up, and ends
 * when a byte comes from go. */
static int
startrunning(int go, int up)
{
	char *argv[] = {"prog", "-run", nil, nil, nil}, num[2][NUMSIZE];
	int pid;

	pid = rfork(RFPROC | RFFDG);
	check(pid >= 0);
	if(pid == 0) {
		snprint(num[0], NUMSIZE, "%d", go);
		snprint(num[1], NUMSIZE, "%d", up);
		argv[2] = num[0];
		argv[3] = num[1];
		exec("/mnt/prog", argv);
		exits("no exec");
	}
	return pid;
}

static void
programoutlivesitsserver(void)
{
	char *argv[] = {"prog", "-run", nil};
	int go[2], up[2], pid;

	mountserver(Child);
	check(pipe(go) == 0);
	check(pipe(up) == 0);
	pid = startrunning(go[0], up[1]);
	checkint(read(up[0], buf, 1), 1);
	check(postnote(spid, "kill") == 0);
	childmsg(spid);
	checkint(write(go[1], "g", 1), 1);
	checkstr(childmsg(pid), "went on");
	check(exec("/mnt/prog", argv) == -1);
	check(unmount(nil, "/mnt") >= 0);
}

/* However many processes run it, a page is read once, and the header once for each exec. Processes that
 * begin at the same moment may all read a page that none of them has yet. */
static void
programisreadonce(void)
{
	enum
	{
		NRUN = 8,
	};
	int go[2], up[2], i, before;
	Waitmsg w;
	Dir *d;

	d = dirstat(self);
	check(d != nil);
	mountserver(Child);
	check(pipe(go) == 0);
	check(pipe(up) == 0);
	startrunning(go[0], up[1]);
	checkint(read(up[0], buf, 1), 1);
	/* the header; text and data need not begin with a page */
	check(sctl->seen[Tread] <= 1 + d->length / BY2PG + 3);
	before = sctl->seen[Tread];
	for(i = 0; i < NRUN; i++)
		startrunning(go[0], up[1]);
	for(i = 0; i < NRUN; i++)
		checkint(read(up[0], buf, 1), 1);
	check(sctl->seen[Tread] - before <= NRUN);
	for(i = 0; i < NRUN + 1; i++)
		checkint(write(go[1], "g", 1), 1);
	for(i = 0; i < NRUN + 1; i++) {
		check(waitfor(&w) >= 0);
		check(strstr(w.msg, "went on") != nil);
	}
	for(i = 0; i < 2; i++) {
		close(go[i]);
		close(up[i]);
	}
	serverends();
}

/* A program that runs keeps its file's server when nothing is mounted any more; with the last one the
 * connection goes. */
static void
lastprogramendsthemount(void)
{
	int go[2], up[2], i;
	Waitmsg w;

	mountserver(Child);
	check(pipe(go) == 0);
	check(pipe(up) == 0);
	for(i = 0; i < 2; i++)
		startrunning(go[0], up[1]);
	for(i = 0; i < 2; i++)
		checkint(read(up[0], buf, 1), 1);
	check(unmount(nil, "/mnt") >= 0);
	for(i = 0; i < 2; i++) {
		checkint(write(go[1], "g", 1), 1);
		check(waitfor(&w) >= 0);
		check(strstr(w.msg, "went on") != nil);
	}
	childok(spid);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(hangupatanytimeisanerror),
	    CASE(hangupinmountisanerror),
	    CASE(noteendsanycall),
	    CASE(exitdoesnotwaitforrclunk),
	    CASE(answerbeforerflushcounts),
	    CASE(processseesitsownrequests),
	    CASE(anewquestionhasitsownanswer),
	    CASE(programoutlivesitsserver),
	    CASE(programisreadonce),
	    CASE(lastprogramendsthemount),
	};

	if(argc == 4 && strcmp(argv[1], "-run") == 0)
		running(argv);
	runcases(cases, nelem(cases), argc, argv);
}

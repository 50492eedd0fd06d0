/*
 * 9P servers that are slow, silent, dead or wrong, and many callers at once: flush(5), intro(5).
 */
#include "procfile.h"
#include "wildserv.h"

enum
{
	NCALLER = 8,
};

static uchar buf[BIG];
static int bigfd;

static int
mountit(u32int size)
{
	int pid, fd = startserver(size, &pid);

	check(mount(fd, -1, "/mnt", MREPL, "") >= 0);
	return pid;
}

static void
checkbig(uchar *p, u64int off, u32int n)
{
	u32int i;

	for(i = 0; i < n; i++)
		if(p[i] != byteat(off + i))
			fail("byte %llud is %d", off + i, p[i]);
}

static void
fillbig(u64int off, u32int n)
{
	u32int i;

	for(i = 0; i < n; i++)
		buf[i] = byteat(off + i);
}

static void
longtransfersaremanymessages(void)
{
	int fd;

	mountit(8192 + IOHDRSZ);
	fd = open("/mnt/big", ORDWR);
	check(fd >= 0);
	checkint(read(fd, buf, BIG), BIG);
	checkbig(buf, 0, BIG);
	checkint(counts[Tread], (BIG + 8191) / 8192);
	fillbig(5, 100000);
	checkint(pwrite(fd, buf, 100000, 5), 100000);
	checkint(counts[Twrite], (100000 + 8191) / 8192);
}

static void
messagesofamegabyte(void)
{
	char version[64] = "9P2000";
	int pid, fd = startserver(MSIZE, &pid);

	checkint(fversion(fd, MSIZE, version, sizeof version), 6);
	check(mount(fd, -1, "/mnt", MREPL, "") >= 0);
	fd = open("/mnt/big", ORDWR);
	check(fd >= 0);
	checkint(read(fd, buf, BIG), BIG);
	checkbig(buf, 0, BIG);
	checkint(counts[Tread], 1);
	fillbig(1, BIG - 1);
	checkint(pwrite(fd, buf, BIG - 1, 1), BIG - 1);
	checkint(counts[Twrite], 1);
}

static void
onecaller(void *arg)
{
	u32int seed = (uintptr)arg, i, n, off;
	int fd, r;

	notify(ignore);
	while((fd = open("/mnt/big", ORDWR)) < 0)
		;
	for(i = 0; i < 100; i++) {
		seed = seed * 1103515245 + 12345;
		off = seed >> 8 & 0x1FFFF;
		n = (seed >> 4 & 0x7FFF) + 1;
		memset(buf, 0, n);
		if(i & 1) {
			fillbig(off, n);
			r = pwrite(fd, buf, n, off);
		} else {
			r = pread(fd, buf, n, off);
			if(r > 0)
				checkbig(buf, off, r);
		}
		if(r < 0)
			checkerr(pread(fd, buf, n, -2), "negative");
		else if(r > (int)n)
			fail("%d of %d bytes", r, n);
	}
	close(fd);
}

/* n children end well, in any order. */
static void
childrenok(int n)
{
	Waitmsg w;

	for(; n > 0; n--) {
		check(waitfor(&w) >= 0);
		if(w.msg[0] != 0)
			fail("%s", w.msg);
	}
}

static void
manycallersgettheirbytes(void)
{
	int pid[NCALLER], i, again;

	mountit(8192 + IOHDRSZ);
	for(i = 0; i < NCALLER; i++)
		pid[i] = spawn(RFFDG, onecaller, (void *)(uintptr)(i + 1));
	childrenok(NCALLER);
	/* the same, interrupted again and again */
	notify(ignore);
	for(i = 0; i < NCALLER; i++)
		pid[i] = spawn(RFFDG, onecaller, (void *)(uintptr)(i + 1));
	for(again = 1; again;)
		for(again = 0, i = 0; i < NCALLER; i++)
			again |= postnote(pid[i], "poke") == 0;
	childrenok(NCALLER);
	checkint(pread(open("/mnt/big", OREAD), buf, 100, 1000), 100);
	checkbig(buf, 1000, 100);
}

static void
readisinterrupted(void *arg)
{
	int fd = open(arg, OREAD);

	check(fd >= 0);
	checkexact(read(fd, buf, 10), "interrupted");
}

static void
bigcanberead(void)
{
	int fd = open("/mnt/big", OREAD);

	check(fd >= 0);
	checkint(pread(fd, buf, 1000, 77), 1000);
	checkbig(buf, 77, 1000);
	close(fd);
}

static void
pokereader(char *name)
{
	int pid, before = counts[Tread];

	notify(ignore);
	pid = spawn(RFFDG, readisinterrupted, name);
	while(counts[Tread] == before)
		sleep(0);
	pokeuntilgone(pid);
	childok(pid);
	bigcanberead();
}

static void
flushedreadsareinterrupted(void)
{
	int i;

	mountit(8192 + IOHDRSZ);
	for(i = 0; i < 10; i++)
		pokereader("/mnt/slow");
	check(counts[Tflush] >= 10);
}

static void
silentserverislefttoitself(void)
{
	mountit(8192 + IOHDRSZ);
	pokereader("/mnt/silent");
	pokereader("/mnt/silent");
}

static void
latereader(void *arg)
{
	int fd = open("/mnt/late", OREAD);

	USED(arg);
	check(fd >= 0);
	checkint(read(fd, buf, 10), 4);
	check(memcmp(buf, "late", 4) == 0);
}

static void
answerbeforetheflushcounts(void)
{
	int pid;

	mountit(8192 + IOHDRSZ);
	notify(ignore);
	pid = spawn(RFFDG, latereader, nil);
	while(counts[Tread] == 0)
		sleep(0);
	postnote(pid, "poke");
	childok(pid);
	bigcanberead();
}

static void
silentreader(void *arg)
{
	USED(arg);
	notify(nil);
	read(open("/mnt/silent", OREAD), buf, 10);
	exits("came back");
}

static void
killedcallerofasilentserverends(void)
{
	int pid;

	mountit(8192 + IOHDRSZ);
	pid = spawn(RFFDG | RFNOTEG, silentreader, nil);
	while(counts[Tread] == 0)
		sleep(0);
	check(postnote(pid, "kill") == 0);
	checkstr(childmsg(pid), "kill");
	bigcanberead();
}

static void
wrongsizehangsup(void)
{
	int pid, fd, big;
	char *name[] = {"/mnt/broken", "/mnt/huge"};
	char *why[] = {"9P message of 3 bytes", "9P message of 16777216 bytes"};
	int i;

	for(i = 0; i < 2; i++) {
		pid = mountit(8192 + IOHDRSZ);
		big = open("/mnt/big", OREAD);
		fd = open(name[i], OREAD);
		check(fd >= 0);
		checkexact(read(fd, buf, 10), "mount rpc error");
		checkerr(read(big, buf, 10), why[i]);
		checkerr(open("/mnt/big", OREAD), why[i]);
		checkint(close(fd), 0);
		checkint(close(big), 0);
		check(unmount(nil, "/mnt") >= 0);
		childok(pid);
	}
}

static void
stopper(void *arg)
{
	USED(arg);
	open("/mnt/stop", OREAD);
}

static void
holder(void *arg)
{
	volatile int *ready = arg;
	int i;

	for(i = 0; i < 20; i++)
		check(open("/mnt/big", OREAD) >= 0);
	*ready = 1;
	waitval(ready, 2);
	/* exits, and with it all descriptors */
}

static void
exitdoesnotwaitforaserver(void)
{
	volatile int *ready = sharedpage();
	int hold, stop, before;

	mountit(8192 + IOHDRSZ);
	hold = spawn(RFFDG, holder, (void *)ready);
	waitval(ready, 1);
	before = counts[Topen];
	stop = spawn(RFFDG, stopper, nil);
	while(counts[Topen] == before)
		sleep(0);
	*ready = 2;
	childok(hold);
	counts[0] = 1;
	childok(stop);
	bigcanberead();
}

/* Writes a message at offset arg to descriptor bigfd. */
static void
writer(void *arg)
{
	fillbig((uintptr)arg, 8000);
	checkint(pwrite(bigfd, buf, 8000, (uintptr)arg), 8000);
}

/* A message that the server does not read fills the pipe, and the others wait. */
static void
exitwhenfull(int nwriter)
{
	volatile int *ready = sharedpage();
	int fd, pid, hold, w, before, i;
	Dir d;

	fd = startserver(8192 + IOHDRSZ, &pid);
	nulldir(&d);
	d.length = 4096;
	check(dirfwstat(fd, &d) >= 0);
	check(mount(fd, -1, "/mnt", MREPL, "") >= 0);
	bigfd = open("/mnt/big", OWRITE);
	check(bigfd >= 0);
	hold = spawn(RFFDG, holder, (void *)ready);
	waitval(ready, 1);
	before = counts[Topen];
	spawn(RFFDG, stopper, nil);
	while(counts[Topen] == before)
		sleep(0);
	for(i = 0; i < nwriter; i++) {
		w = spawn(RFFDG, writer, (void *)(uintptr)i);
		statebecomes(w, "Pwrite");
		sleep(20);
	}
	*ready = 2;
	childok(hold);
	counts[0] = 1;
	/* the stopper too */
	childrenok(1 + nwriter);
	close(bigfd);
	/* the clunks come later */
	while(counts[Tclunk] < counts[Twalk])
		sleep(0);
	bigcanberead();
	checkint(counts[Tclunk], counts[Twalk]);
	check(unmount(nil, "/mnt") >= 0);
	childok(pid);
}

static void
exitdoesnotwaitforafullconnection(void)
{
	exitwhenfull(1);
	exitwhenfull(2);
}

static void
athreadoftheprogramserves(void)
{
	int pid;

	shares = RFMEM;
	pid = mountit(8192 + IOHDRSZ);
	bigcanberead();
	check(unmount(nil, "/mnt") >= 0);
	childok(pid);
}

/* The server has a reference to what it serves: it must not keep itself alive. */
static void
aserverinitsownnamespaceends(void)
{
	int pid;

	pid = mountit(8192 + IOHDRSZ);
	bigcanberead();
	check(postnote(pid, "kill") == 0);
	checkstr(childmsg(pid), "kill");
	check(open("/mnt/big", OREAD) < 0);
	check(unmount(nil, "/mnt") >= 0);
	pid = mountit(8192 + IOHDRSZ);
	check(unmount(nil, "/mnt") >= 0);
	childok(pid);
}

static void
fidsareusedagain(void)
{
	int i;

	mountit(8192 + IOHDRSZ);
	/* the server has room for NFID */
	for(i = 0; i < 2 * NFID; i++)
		bigcanberead();
	checkint(counts[Tclunk], counts[Twalk]);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(longtransfersaremanymessages),
	    CASE(messagesofamegabyte),
	    CASE(athreadoftheprogramserves),
	    CASE(aserverinitsownnamespaceends),
	    CASE(manycallersgettheirbytes),
	    CASE(flushedreadsareinterrupted),
	    CASE(silentserverislefttoitself),
	    CASE(answerbeforetheflushcounts),
	    CASE(killedcallerofasilentserverends),
	    CASE(wrongsizehangsup),
	    CASE(exitdoesnotwaitforaserver),
	    CASE(exitdoesnotwaitforafullconnection),
	    CASE(fidsareusedagain),
	};

	runcases(cases, nelem(cases), argc, argv);
}

/*
 * Pipes: pipe(2), pipe(3).
 */
#include "test.h"
#include "procfile.h"

enum
{
	RECORD = 1000,
	NRECORD = 200,
	NWRITER = 4,
};

static char buf[256 * KiB];

static void
bothendsreadwhattheotherwrote(void)
{
	int p[2];

	check(pipe(p) == 0);
	checkint(write(p[1], "right", 5), 5);
	checkint(write(p[0], "left", 4), 4);
	checkint(read(p[0], buf, sizeof buf), 5);
	check(memcmp(buf, "right", 5) == 0);
	checkint(read(p[1], buf, sizeof buf), 4);
	check(memcmp(buf, "left", 4) == 0);
}

static void
writeboundariesarekept(void)
{
	int p[2];

	check(pipe(p) == 0);
	checkint(write(p[0], "one", 3), 3);
	checkint(write(p[0], "three", 5), 5);
	checkint(read(p[1], buf, sizeof buf), 3);
	checkint(read(p[1], buf, 2), 2);
	checkint(read(p[1], buf, sizeof buf), 3);
	check(memcmp(buf, "ree", 3) == 0);
}

static void
readatendafterclose(void)
{
	int p[2];

	check(pipe(p) == 0);
	check(write(p[1], "last", 4) == 4);
	close(p[1]);
	checkint(read(p[0], buf, sizeof buf), 4);
	checkint(read(p[0], buf, sizeof buf), 0);
	checkint(read(p[0], buf, sizeof buf), 0);
	checkint(read(p[0], buf, sizeof buf), 0);
	/* a program that goes on all the same is told so */
	checkerr(read(p[0], buf, sizeof buf), "i/o on hungup channel");
	checkerr(read(p[0], buf, sizeof buf), "i/o on hungup channel");
}

static void
sleepywriter(void *arg)
{
	int *p = arg;

	close(p[0]);
	sleep(20);
	check(write(p[1], "late", 4) == 4);
}

static void
readwaitsforawriter(void)
{
	int p[2], pid;

	check(pipe(p) == 0);
	pid = spawn(RFFDG, sleepywriter, p);
	close(p[1]);
	checkint(read(p[0], buf, sizeof buf), 4);
	checkint(read(p[0], buf, sizeof buf), 0);
	childok(pid);
}

static void
writeclosedpipe(void *arg)
{
	int p[2];

	USED(arg);
	check(pipe(p) == 0);
	close(p[0]);
	write(p[1], "x", 1);
	exits("write came back");
}

static void
writeonclosedpipeisanote(void)
{
	checkhas(childmsg(spawn(RFFDG, writeclosedpipe, nil)),
	    "sys: write on closed pipe");
}

static char noted_[ERRMAX];

static void
keep(Ureg *u, char *msg)
{
	USED(u);
	strecpy(noted_, noted_ + sizeof noted_, msg);
	noted(NCONT);
}

static void
caughtclosedpipenoteleavesanerror(void)
{
	int p[2];

	check(pipe(p) == 0);
	close(p[0]);
	notify(keep);
	check(write(p[1], "x", 1) == -1);
	checkhas(noted_, "sys: write on closed pipe");
	checkhas(noted_, "pc=0x");
}

static void
recordwriter(void *arg)
{
	int *p = arg, i;
	char rec[RECORD];

	for(i = 0; i < NRECORD; i++) {
		memset(rec, 'a' + (getpid() + i) % 26, sizeof rec);
		check(write(p[1], rec, sizeof rec) == sizeof rec);
	}
}

static void
writesofmanyprocessesdonotmix(void)
{
	int p[2], pid[NWRITER], i, j, n, total = 0;

	check(pipe(p) == 0);
	for(i = 0; i < NWRITER; i++)
		pid[i] = spawn(RFFDG, recordwriter, p);
	close(p[1]);
	while((n = readn(p[0], buf, RECORD)) > 0) {
		checkint(n, RECORD);
		for(j = 1; j < n; j++)
			if(buf[j] != buf[0])
				fail("record %d mixed at %d", total, j);
		total++;
	}
	checkint(total, NWRITER * NRECORD);
	USED(pid);
}

static void
bigwriter(void *arg)
{
	int *p = arg, i;

	close(p[0]);
	for(i = 0; i < (int)sizeof buf; i++)
		buf[i] = i * 31 >> 3;
	checkint(write(p[1], buf, sizeof buf), sizeof buf);
}

static void
bigwriteblocksuntilread(void)
{
	int p[2], pid, i, n;

	check(pipe(p) == 0);
	pid = spawn(RFFDG, bigwriter, p);
	close(p[1]);
	n = readn(p[0], buf, sizeof buf);
	checkint(n, sizeof buf);
	for(i = 0; i < n; i++)
		if(buf[i] != (char)(i * 31 >> 3))
			fail("byte %d differs", i);
	checkint(read(p[0], buf, 1), 0);
	childok(pid);
}

/* pipe(3): a write of up to 64 KiB is one record, whatever else is in the pipe; iounit says so */
static void
writesof64karewhole(void)
{
	char name[32], text[128];
	int p[2], fd;

	check(pipe(p) == 0);
	checkint(write(p[0], buf, 40000), 40000);
	checkint(write(p[0], buf, 64 * KiB), 64 * KiB);
	checkint(write(p[0], buf, 64 * KiB + 1), 64 * KiB + 1);
	checkint(read(p[1], buf, 100000), 40000);
	checkint(read(p[1], buf, 100000), 64 * KiB);
	checkint(read(p[1], buf, 100000), 64 * KiB);
	checkint(read(p[1], buf, 100000), 1);
	snprint(name, sizeof name, "#d/%dctl", p[0]);
	fd = open(name, OREAD);
	check(fd >= 0);
	check(read(fd, text, sizeof text) > 0);
	checkhas(text, " 65536 ");
}

static void
fstatsaysbytesavailable(void)
{
	int p[2];
	Dir *d;

	check(pipe(p) == 0);
	check(write(p[1], "12345", 5) == 5);
	d = dirfstat(p[0]);
	check(d != nil);
	checkint(d->length, 5);
	d = dirfstat(p[1]);
	check(d != nil);
	checkint(d->length, 0);
}

static void
counter(void *arg)
{
	int *p = arg, fd = p[1], i;
	volatile int *written = *(volatile int **)(p + 2);

	for(i = 0; i < 100; i++) {
		check(write(fd, "0123456789", 10) == 10);
		*written += 10;
	}
}

static void
fwstatsetsthelimit(void)
{
	struct
	{
		int p[2];
		volatile int *written;
	} a;
	int pid;
	Dir d;

	a.written = sharedpage();
	check(pipe(a.p) == 0);
	nulldir(&d);
	d.length = 100;
	check(dirfwstat(a.p[0], &d) >= 0);
	pid = spawn(RFFDG, counter, &a);
	while(*a.written < 100)
		sleep(1);
	sleep(20);
	checkint(*a.written, 100);
	checkint(dirfstat(a.p[0])->length, 100);
	d.length = 300; /* by either descriptor */
	check(dirfwstat(a.p[1], &d) >= 0);
	while(*a.written < 300)
		sleep(1);
	sleep(20);
	checkint(*a.written, 300);
	close(a.p[1]);
	checkint(readn(a.p[0], buf, 1000), 1000);
	childok(pid);
	d.length = 256 * KiB + 1;
	checkexact(dirfwstat(a.p[0], &d), "bad arg in system call");
	d.length = 256 * KiB;
	check(dirfwstat(a.p[0], &d) >= 0);
	nulldir(&d);
	d.mode = 0600;
	checkexact(dirfwstat(a.p[0], &d), "bad arg in system call");
	nulldir(&d);
	checkexact(dirwstat("#|", &d), "permission denied");
	checkexact(fstat(a.p[0], (uchar *)buf, 1), "stat buffer too small");
	d.length = 5;
	d.name = "x"; /* all but the length is ignored */
	check(dirfwstat(a.p[0], &d) >= 0);
	check(strcmp(dirfstat(a.p[0])->name, "data") == 0);
}

/* pipe(3): an end that was closed stays so until the other is closed too; what was written last
 * may be read then */
static void
closedendsareusedafresh(void)
{
	int r, w;
	Dir d;

	notify(keep);
	check(bind("#|", "/n", MREPL) >= 0);
	w = open("/n/data1", OWRITE);
	checkint(write(w, "one", 3), 3);
	nulldir(&d);
	d.length = 5;
	check(dirfwstat(w, &d) >= 0);
	close(w);
	r = open("/n/data", OREAD);
	checkint(dirfstat(r)->length, 3);
	checkint(read(r, buf, 10), 3);
	w = open("/n/data1", OWRITE);
	/* the capacity is the first again */
	checkint(write(w, buf, 10), 10);
	checkint(read(r, buf, 10), 10);
	close(w);
	checkint(read(r, buf, 10), 0);
	w = open("/n/data1", OWRITE);
	checkexact(write(w, "two", 3), "i/o on hungup channel");
	checkint(read(r, buf, 10), 0);
	close(r);
	r = open("/n/data", OREAD);
	checkexact(write(w, "two", 3), "i/o on hungup channel");
	checkint(read(r, buf, 10), 0);
	close(r);
	close(w);
	r = open("/n/data", OREAD);
	w = open("/n/data1", OWRITE);
	checkint(write(w, "two", 3), 3);
	checkint(read(r, buf, 10), 3);
	close(r);
	close(w);
	check(unmount(nil, "/n") >= 0);
}

static void
readsofnobytesarereads(void)
{
	int p[2], i;

	check(pipe(p) == 0);
	check(write(p[1], "abc", 3) == 3 && write(p[1], "", 0) == 0 &&
	    write(p[1], "d", 1) == 1);
	checkint(read(p[0], buf, 0), 0);
	checkint(read(p[0], buf, 2), 2);
	checkint(read(p[0], buf, 0), 0);
	checkint(read(p[0], buf, 2), 1);
	checkint(read(p[0], buf, 0), 0); /* the write of no bytes */
	checkint(read(p[0], buf, 2), 1);
	close(p[1]);
	for(i = 0; i < 3; i++)
		checkint(read(p[0], buf, 0), 0);
	checkexact(read(p[0], buf, 0), "i/o on hungup channel");
}

static void
onewriter(void *arg)
{
	int *p = arg;

	notify(keep);
	checkerr(write(p[1], "x", 1), "interrupted");
}

static void
pipewithoutcapacityholdswriters(void)
{
	int p[2], pid;
	Dir d;

	check(pipe(p) == 0);
	nulldir(&d);
	d.length = 0;
	check(dirfwstat(p[0], &d) >= 0);
	pid = spawn(RFFDG, onewriter, p);
	statebecomes(pid, "Pwrite");
	postnote(pid, "go on");
	childok(pid);
}

static void
blockedreader(void *arg)
{
	int *p = arg;

	notify(keep);
	checkerr(read(p[0], buf, 1), "interrupted");
}

static void
noteinterruptsread(void)
{
	int p[2], pid;

	check(pipe(p) == 0);
	notify(ignore);
	pid = spawn(RFFDG, blockedreader, p);
	pokeuntilgone(pid);
	childok(pid);
	/* and the pipe still works */
	check(write(p[1], "x", 1) == 1);
	checkint(read(p[0], buf, 1), 1);
}

static void
closer(void *arg)
{
	int *p = arg;

	close(p[1]);
}

static void
closeinanothergroupisnotclose(void)
{
	int p[2];

	check(pipe(p) == 0);
	childok(spawn(RFFDG, closer, p));
	check(write(p[0], "x", 1) == 1);
	checkint(read(p[1], buf, 1), 1);
}

static void
pipedevicegivesdataanddata1(void)
{
	int data, data1;

	check(bind("#|", "/mnt", MREPL) >= 0 || bind("#|", "/n", MREPL) >= 0);
	data = open("/mnt/data", ORDWR);
	data1 = open("/mnt/data1", ORDWR);
	if(data < 0) {
		data = open("/n/data", ORDWR);
		data1 = open("/n/data1", ORDWR);
	}
	check(data >= 0 && data1 >= 0);
	check(write(data, "abc", 3) == 3);
	checkint(read(data1, buf, sizeof buf), 3);
}

static void
badaddressmakesnopipe(void)
{
	int p[2], q[2];

	check(pipe(p) == 0);
	close(p[0]);
	close(p[1]);
	notify(keep);
	check(pipe(badaddr) == -1);
	check(pipe(q) == 0);
	checkint(q[0], p[0]);
	checkint(q[1], p[1]);
}

/* the directory of a pipe has a name and a mode of its own, and is opened for reading only */
static void
pipesdirectoryisdot(void)
{
	Dir *d = dirfstat(open("#|", OREAD));

	check(d != nil);
	checkstr(d->name, ".");
	check(d->mode == (DMDIR | 0500));
	checkstr(dirstat("#|")->name, "#|");
	checkerr(open("#|", OWRITE), "bad arg in system call");
	checkerr(open("#|", OREAD | OTRUNC), "bad arg in system call");
	check(open("#|", OREAD) >= 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(bothendsreadwhattheotherwrote),
	    CASE(writeboundariesarekept),
	    CASE(readatendafterclose),
	    CASE(readwaitsforawriter),
	    CASE(writeonclosedpipeisanote),
	    CASE(caughtclosedpipenoteleavesanerror),
	    CASE(writesofmanyprocessesdonotmix),
	    CASE(bigwriteblocksuntilread),
	    CASE(writesof64karewhole),
	    CASE(fstatsaysbytesavailable),
	    CASE(fwstatsetsthelimit),
	    CASE(pipewithoutcapacityholdswriters),
	    CASE(readsofnobytesarereads),
	    CASE(closedendsareusedafresh),
	    CASE(noteinterruptsread),
	    CASE(closeinanothergroupisnotclose),
	    CASE(pipedevicegivesdataanddata1),
	    CASE(pipesdirectoryisdot),
	    CASE(badaddressmakesnopipe),
	};

	runcases(cases, nelem(cases), argc, argv);
}

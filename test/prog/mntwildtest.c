/*
 * 9P servers that are slow, silent, dead or wrong, and many callers at once: flush(5), intro(5).
 *
 * The server's files are in one directory:
 *	big	BIG bytes, each told by its offset; what is written must be the same bytes
 *	slow	a read is answered by nothing but its flush
 *	late	a read is answered when it is flushed, just before the flush
 *	silent	a read is not answered, nor is its flush
 *	broken	a read is answered by a message of 3 bytes
 *	huge	the same, of 16 MiB
 *	stop	an open stops the server, for up to STOPMS, until the case lets it go on
 */
#include "ninep.h"
#include "procfile.h"
#include "test.h"

enum
{
	Tversion = 100,
	Tattach = 104,
	Rerror = 107,
	Tflush = 108,
	Twalk = 110,
	Topen = 112,
	Tread = 116,
	Twrite = 118,
	Tclunk = 120,

	HDR = 7,
	MSIZE = 1024 * KiB,
	BIG = 300000,
	NFID = 256,
	NTAG = 64,
	STOPMS = 10000,
	NCALLER = 8,
};

enum
{
	QROOT,
	QBIG,
	QSLOW,
	QLATE,
	QSILENT,
	QBROKEN,
	QHUGE,
	QSTOP,
	NQ,
};

static char *names[NQ] = {
    [QBIG] = "big",
    [QSLOW] = "slow",
    [QLATE] = "late",
    [QSILENT] = "silent",
    [QBROKEN] = "broken",
    [QHUGE] = "huge",
    [QSTOP] = "stop",
};

static struct
{
	u32int fid;
	int used;
	int q;
} fids[NFID];
/* reads that wait to be flushed */
static struct
{
	int used;
	int tag;
	int q;
} waits[NTAG];
static uchar in[MSIZE], out[MSIZE + HDR];
static uchar buf[BIG];
static int sfd, bigfd;
/* the largest that the server takes */
static u32int msize;
/* to rfork, for the server */
static int shares;
/* shared: messages seen, by type; counts[0]: the stopped server may go on */
static volatile int *counts;

static uchar
byteat(u64int off)
{
	return off * 7 + off / 251;
}

static void
begin(int type, int tag)
{
	op = out + 4;
	put(type, 1);
	put(tag, 2);
}

static void
send(void)
{
	uchar *e = op;

	op = out;
	put(e - out, 4);
	if(write(sfd, out, e - out) != e - out)
		exits(nil);
}

static void
sayerror(int tag, char *s)
{
	begin(Rerror, tag);
	putstr(s);
}

static int
slot(u32int fid, int new)
{
	int i, spare = -1;

	for(i = 0; i < NFID; i++) {
		if(fids[i].used && fids[i].fid == fid) {
			if(new)
				exits("a fid is used twice");
			return i;
		}
		if(!fids[i].used)
			spare = i;
	}
	if(!new || spare < 0)
		exits("a fid is not known");
	fids[spare].fid = fid;
	fids[spare].used = 1;
	return spare;
}

static void
putqid(int q)
{
	put(q == QROOT ? QTDIR : QTFILE, 1);
	put(0, 4);
	put(q, 8);
}

static void
walk(uchar *p, int tag)
{
	int n = numat(p + 8, 2), len, q;

	q = fids[slot(numat(p, 4), 0)].q;
	if(n > 0) {
		len = numat(p + 10, 2);
		for(q = 1; q < NQ; q++)
			if((int)strlen(names[q]) == len &&
			    memcmp(names[q], p + 12, len) == 0)
				break;
		if(q == NQ || n > 1) {
			sayerror(tag, "no such file");
			return;
		}
	}
	fids[slot(numat(p + 4, 4), 1)].q = q;
	put(n, 2);
	if(n > 0)
		putqid(q);
}

static void
wait9p(int tag, int q)
{
	int i;

	for(i = 0; waits[i].used; i++)
		if(i == NTAG - 1)
			exits("too many reads wait");
	waits[i].used = 1;
	waits[i].tag = tag;
	waits[i].q = q;
}

/* The answer to a read at p; 0 if there is none. */
static int
readq(uchar *p, int tag)
{
	int q = fids[slot(numat(p, 4), 0)].q;
	u64int off = numat(p + 4, 8);
	u32int n = numat(p + 12, 4), i;

	switch(q) {
	case QBIG:
		if(off >= BIG)
			n = 0;
		else if(n > BIG - off)
			n = BIG - off;
		put(n, 4);
		for(i = 0; i < n; i++)
			*op++ = byteat(off + i);
		return 1;
	case QBROKEN:
	case QHUGE:
		op = out;
		put(q == QBROKEN ? 3 : 16 * MiB, 4);
		write(sfd, out, 4);
		return 0;
	}
	wait9p(tag, q);
	return 0;
}

/* The answer to a flush; 0 if there is none. */
static int
flush(int old, int tag)
{
	int i;

	for(i = 0; i < NTAG; i++) {
		if(!waits[i].used || waits[i].tag != old)
			continue;
		if(waits[i].q == QSILENT)
			return 0;
		waits[i].used = 0;
		if(waits[i].q == QLATE) {
			begin(Tread + 1, old);
			put(4, 4);
			memcpy(op, "late", 4);
			op += 4;
			send();
			begin(Tflush + 1, tag);
		}
	}
	return 1;
}

static void
writeq(uchar *p, int tag)
{
	u64int off = numat(p + 4, 8);
	u32int n = numat(p + 12, 4), i;

	for(i = 0; i < n; i++)
		if(p[16 + i] != byteat(off + i)) {
			sayerror(tag, "wrong bytes");
			return;
		}
	put(n, 4);
}

static int
answer(int type, int tag, uchar *p)
{
	u32int n;
	int i;

	begin(type + 1, tag);
	switch(type) {
	case Tversion:
		n = numat(p, 4);
		put(n < msize ? n : msize, 4);
		put(6, 2);
		memcpy(op, "9P2000", 6);
		op += 6;
		return 1;
	case Tattach:
		fids[slot(numat(p, 4), 1)].q = QROOT;
		putqid(QROOT);
		return 1;
	case Tflush:
		return flush(numat(p, 2), tag);
	case Twalk:
		walk(p, tag);
		return 1;
	case Topen:
		i = slot(numat(p, 4), 0);
		for(n = 0; fids[i].q == QSTOP && counts[0] == 0; n += 10) {
			if(n > STOPMS)
				exits(nil);
			sleep(10);
		}
		putqid(fids[i].q);
		put(0, 4);
		return 1;
	case Tread:
		return readq(p, tag);
	case Twrite:
		writeq(p, tag);
		return 1;
	case Tclunk:
		fids[slot(numat(p, 4), 0)].used = 0;
		return 1;
	}
	sayerror(tag, "not here");
	return 1;
}

static void
serve(void *arg)
{
	int n;

	USED(arg);
	for(;;) {
		if(readn(sfd, in, 4) != 4)
			exits(nil);
		n = numat(in, 4);
		if(n < HDR || n > MSIZE || readn(sfd, in + 4, n - 4) != n - 4)
			exits("bad message from the kernel");
		counts[in[4]]++;
		if(answer(in[4], numat(in + 5, 2), in + HDR))
			send();
	}
}

/* Starts a server that takes messages of size: the descriptor to mount. */
static int
startserver(u32int size, int *pid)
{
	int p[2];

	counts = sharedpage();
	msize = size;
	check(pipe(p) == 0);
	sfd = p[1];
	*pid = rfork(RFPROC | RFFDG | shares);
	check(*pid >= 0);
	if(*pid == 0) {
		close(p[0]);
		serve(nil);
	}
	close(p[1]);
	return p[0];
}

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

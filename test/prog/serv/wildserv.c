/*
 * A 9P server that is slow, silent, dead or wrong: wildserv.h.
 */
#include "wildserv.h"

enum
{
	NTAG = 64,
	STOPMS = 10000,
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
static int sfd;
static u32int msize;
int shares;
volatile int *counts;

uchar
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
	if(!new)
		exits("a fid is not known");
	if(spare < 0)
		exits("too many fids");
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

int
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

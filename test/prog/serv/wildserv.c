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

/* reads that wait to be flushed */
static struct
{
	int used;
	int tag;
	int q;
} waits[NTAG];
static u32int msize;
int shares;
volatile int *counts;

uchar
byteat(u64int off)
{
	return off * 7 + off / 251;
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

	q = *fidfile(numat(p, 4));
	if(n > 0) {
		len = numat(p + 10, 2);
		for(q = 1; q < NQ; q++)
			if((int)strlen(names[q]) == len &&
			    memcmp(names[q], p + 12, len) == 0)
				break;
		if(q == NQ || n > 1) {
			refuse(tag, "no such file");
			return;
		}
	}
	*newfid(numat(p + 4, 4)) = q;
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
	int q = *fidfile(numat(p, 4));
	u64int off = numat(p + 4, 8);
	u32int n = numat(p + 12, 4), i;
	uchar size[4];

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
		op = size;
		put(q == QBROKEN ? 3 : 16 * MiB, 4);
		write(servfd, size, sizeof size);
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
			sendanswer();
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
			refuse(tag, "wrong bytes");
			return;
		}
	put(n, 4);
}

static int
answer(int type, int tag, uchar *p)
{
	u32int n;
	int q;

	begin(type + 1, tag);
	switch(type) {
	case Tversion:
		n = numat(p, 4);
		put(n < msize ? n : msize, 4);
		putstr("9P2000");
		return 1;
	case Tattach:
		*newfid(numat(p, 4)) = QROOT;
		putqid(QROOT);
		return 1;
	case Tflush:
		return flush(numat(p, 2), tag);
	case Twalk:
		walk(p, tag);
		return 1;
	case Topen:
		q = *fidfile(numat(p, 4));
		for(n = 0; q == QSTOP && counts[0] == 0; n += 10) {
			if(n > STOPMS)
				exits(nil);
			sleep(10);
		}
		putqid(q);
		put(0, 4);
		return 1;
	case Tread:
		return readq(p, tag);
	case Twrite:
		writeq(p, tag);
		return 1;
	case Tclunk:
		dropfid(numat(p, 4));
		return 1;
	}
	refuse(tag, "not here");
	return 1;
}

static void
serve(void)
{
	int type;

	for(;;) {
		type = readrequest(MSIZE);
		counts[type]++;
		if(answer(type, requesttag(), in + HDR))
			sendanswer();
	}
}

int
startserver(u32int size, int *pid)
{
	counts = sharedpage();
	msize = size;
	return startchild(serve, shares, pid);
}

/*
 * A 9P server for tests of the mount cache: cacheserv.h.
 */
#include "cacheserv.h"

enum
{
	MSIZE = 8192 + IOHDRSZ,

	QROOT = 0,
	QF,
	QPROG,
};

Shared *sh;
static void
putqid(int q)
{
	put(q == QROOT ? QTDIR : QTFILE, 1);
	put(q == QF ? sh->vers : 0, 4);
	put(q, 8);
}

static void
walkto(uchar *p, int tag)
{
	int q = *fidfile(get(&p, 4)), n, len;
	u32int new;

	new = get(&p, 4);
	n = get(&p, 2);
	if(n > 0) {
		len = get(&p, 2);
		q = len == 1 && *p == 'f' ? QF : len == 4 ? QPROG : QROOT;
		if(n > 1 || q == QROOT) {
			refuse(tag, "no such file");
			return;
		}
	}
	*newfid(new) = q;
	put(n, 2);
	if(n > 0)
		putqid(q);
}

static void
readq(int q, uchar *p)
{
	uchar *data = q == QF ? sh->data : sh->prog;
	int len = q == QF ? sh->len : q == QPROG ? sh->nprog : 0;
	u64int off = get(&p, 8);
	int n = get(&p, 4);

	if(off > (u64int)len)
		off = len;
	if(n > (int)(len - off))
		n = len - off;
	put(n, 4);
	memcpy(op, data + off, n);
	op += n;
}

/* A read that waits for another: its tag, and where it goes on. */
static int heldtag = -1;
static u64int heldoff;
static int heldn;

/* Answer the read that waits, with that at p; or let that wait: 0. */
static int
pair(int q, uchar *p, int tag)
{
	uchar held[12], *h = held;

	if(heldtag < 0) {
		heldtag = tag;
		heldoff = get(&p, 8);
		heldn = get(&p, 4);
		return 0;
	}
	op = held;
	put(heldoff, 8);
	put(heldn, 4);
	begin(Tread + 1, heldtag);
	readq(q, h);
	sendanswer();
	heldtag = -1;
	begin(Tread + 1, tag);
	return 1;
}

static void
writeq(uchar *p, int tag)
{
	u64int off = get(&p, 8);
	int n = get(&p, 4);

	if(off + n > SIZE) {
		refuse(tag, "file is full");
		return;
	}
	memcpy(sh->data + off, p, n);
	if((int)off + n > sh->len)
		sh->len = off + n;
	sh->vers++;
	put(n, 4);
}

static void
wstatq(uchar *p)
{
	/* size, size, type, dev, qid, mode, atime, mtime */
	p += 2 + 2 + 2 + 4 + 13 + 4 + 4 + 4;
	sh->len = get(&p, 8);
	sh->vers++;
}

static int
answer(int type, int tag, uchar *p)
{
	u32int fid;
	int *q;

	switch(type) {
	case Tversion:
		put(MSIZE, 4);
		putstr("9P2000");
		return 1;
	case Tattach:
		*newfid(numat(p, 4)) = QROOT;
		putqid(QROOT);
		return 1;
	case Twalk:
		walkto(p, tag);
		return 1;
	}
	fid = get(&p, 4);
	q = fidfile(fid);
	switch(type) {
	case Topen:
		putqid(*q);
		put(0, 4);
		break;
	case Tread:
		if(sh->pairs && (p[1] >= 0x20 || p[2] != 0) &&
		    !pair(*q, p, tag))
			return 0;
		readq(*q, p);
		break;
	case Twrite:
		writeq(p, tag);
		break;
	case Twstat:
		wstatq(p);
		break;
	case Tclunk:
		dropfid(fid);
		break;
	default:
		refuse(tag, "not here");
	}
	return 1;
}

static void
serve(void)
{
	int type;

	for(;;) {
		type = readrequest(MSIZE);
		sh->counts[type]++;
		begin(type + 1, requesttag());
		if(answer(type, requesttag(), in + HDR))
			sendanswer();
	}
}

void
fill(uchar *p, int n, int kind)
{
	int i;

	for(i = 0; i < n; i++)
		p[i] = i * 7 + i / 251 + kind;
}

int
startserver(int *pid)
{
	sh = segattach(0, "shared", nil, sizeof *sh);
	check(sh != (void *)-1);
	sh->len = SIZE;
	fill(sh->data, SIZE, 0);
	sh->nprog = readfile(self, (char *)sh->prog, PROGMAX);
	check(sh->nprog > 0);
	return startchild(serve, 0, pid);
}

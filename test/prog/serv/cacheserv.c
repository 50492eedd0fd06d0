/*
 * A 9P server for tests of the mount cache: cacheserv.h.
 */
#include "cacheserv.h"

enum
{
	MSIZE = 8192 + IOHDRSZ,
	NFID = 256,

	QROOT = 0,
	QF,
	QPROG,
};

Shared *sh;
static struct
{
	u32int fid;
	int used;
	int q;
} fids[NFID];
static uchar in[MSIZE], out[MSIZE];
static int sfd;

static void
refuse(char *s)
{
	out[4] = Rerror;
	op = out + HDR;
	putstr(s);
}

static int
slot(u32int fid)
{
	int i, spare = -1;

	for(i = 0; i < NFID; i++)
		if(fids[i].used && fids[i].fid == fid)
			return i;
		else if(!fids[i].used)
			spare = i;
	if(spare < 0)
		exits("too many fids");
	fids[spare].used = 1;
	fids[spare].fid = fid;
	return spare;
}

static void
putqid(int q)
{
	put(q == QROOT ? QTDIR : QTFILE, 1);
	put(q == QF ? sh->vers : 0, 4);
	put(q, 8);
}

static void
walkto(uchar *p)
{
	int s = slot(get(&p, 4)), q = fids[s].q, n, len, new;

	new = slot(get(&p, 4));
	n = get(&p, 2);
	if(n > 0) {
		len = get(&p, 2);
		q = len == 1 && *p == 'f' ? QF : len == 4 ? QPROG : QROOT;
		if(n > 1 || q == QROOT) {
			fids[new].used = 0;
			refuse("no such file");
			return;
		}
	}
	fids[new].q = q;
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

static void
sendanswer(void)
{
	int n = op - out;

	op = out;
	put(n, 4);
	if(write(sfd, out, n) != n)
		exits(nil);
}

static void
begin(int type, int tag)
{
	op = out + 4;
	put(type, 1);
	put(tag, 2);
}

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
writeq(uchar *p)
{
	u64int off = get(&p, 8);
	int n = get(&p, 4);

	if(off + n > SIZE) {
		refuse("file is full");
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
	int s;

	switch(type) {
	case Tversion:
		put(MSIZE, 4);
		put(6, 2);
		memcpy(op, "9P2000", 6);
		op += 6;
		return 1;
	case Twalk:
		walkto(p);
		return 1;
	}
	s = slot(get(&p, 4));
	switch(type) {
	case Tattach:
		fids[s].q = QROOT;
		putqid(QROOT);
		break;
	case Topen:
		putqid(fids[s].q);
		put(0, 4);
		break;
	case Tread:
		if(sh->pairs && (p[1] >= 0x20 || p[2] != 0) &&
		    !pair(fids[s].q, p, tag))
			return 0;
		readq(fids[s].q, p);
		break;
	case Twrite:
		writeq(p);
		break;
	case Twstat:
		wstatq(p);
		break;
	case Tclunk:
		fids[s].used = 0;
		break;
	default:
		refuse("not here");
	}
	return 1;
}

static void
serve(void)
{
	int n, type;

	for(;;) {
		if(readn(sfd, in, 4) != 4)
			exits(nil);
		n = in[0] | in[1] << 8 | in[2] << 16;
		if(n < HDR || n > MSIZE || readn(sfd, in + 4, n - 4) != n - 4)
			exits("bad message");
		type = in[4];
		sh->counts[type]++;
		begin(type + 1, in[5] | in[6] << 8);
		if(answer(type, in[5] | in[6] << 8, in + HDR))
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
	int p[2];

	sh = segattach(0, "shared", nil, sizeof *sh);
	check(sh != (void *)-1);
	sh->len = SIZE;
	fill(sh->data, SIZE, 0);
	sh->nprog = readfile(self, (char *)sh->prog, PROGMAX);
	check(sh->nprog > 0);
	check(pipe(p) == 0);
	sfd = p[1];
	*pid = rfork(RFPROC | RFFDG);
	check(*pid >= 0);
	if(*pid == 0) {
		close(p[0]);
		serve();
	}
	close(p[1]);
	return p[0];
}

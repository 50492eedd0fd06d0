/*
 * A 9P server with a small tree: treeserv.h.
 */
#include "treeserv.h"

enum
{
	NFID = 64,
};

typedef struct File File;
struct File
{
	char *name;
	int parent;
	int dir;
};

static File files[NQ] = {
    [QROOT] = {"/", QROOT, 1},
    [QGREETING] = {"greeting", QROOT, 0},
    [QPROG] = {"prog", QROOT, 0},
    [QSLOW] = {"slow", QROOT, 0},
    [QSUB] = {"sub", QROOT, 1},
    [QDEEP] = {"deep", QSUB, 0},
};

static struct
{
	u32int fid;
	int used;
	int q;
} fids[NFID];

static char greeting[256] = "hello from the server\n";
static uchar in[MSIZE], out[MSIZE];
volatile int *counts;

static void
putqid(int q)
{
	put(files[q].dir ? QTDIR : QTFILE, 1);
	put(0, 4);
	put(q, 8);
}

static void
rerror(char *s)
{
	op = out + HDR;
	out[4] = Rerror;
	putstr(s);
}

/* The slot of a fid; a free one if new. -1: an error answer was made. */
static int
fidslot(u32int fid, int new)
{
	int i, spare = -1;

	for(i = 0; i < NFID; i++) {
		if(fids[i].used && fids[i].fid == fid)
			return i;
		if(!fids[i].used)
			spare = i;
	}
	if(!new || spare < 0) {
		rerror("unknown fid");
		return -1;
	}
	fids[spare].fid = fid;
	fids[spare].used = 1;
	return spare;
}

static int
contents(int q, char **p)
{
	static char *prog;
	static int nprog;

	switch(q) {
	case QGREETING:
		*p = greeting;
		return strlen(greeting);
	case QDEEP:
		*p = "down here";
		return 9;
	case QPROG:
		if(prog == nil) {
			prog = malloc(256 * KiB);
			nprog = readfile(self, prog, 256 * KiB);
		}
		*p = prog;
		return nprog;
	}
	*p = "";
	return 0;
}

static int
entry(int q, uchar *p, int n)
{
	char *data;
	Dir d;

	memset(&d, 0, sizeof d);
	d.qid.path = q;
	d.qid.type = files[q].dir ? QTDIR : QTFILE;
	d.mode = files[q].dir ? DMDIR | 0555 : 0755;
	d.length = files[q].dir ? 0 : contents(q, &data);
	d.mtime = 1000000000;
	d.name = files[q].name;
	d.uid = d.gid = d.muid = "server";
	return convD2M(&d, p, n);
}

static void
walk(uchar *p)
{
	u32int fid = get(&p, 4), newfid = get(&p, 4);
	int n = get(&p, 2), i, q, len, f, s;
	uchar *count;

	f = fidslot(fid, 0);
	if(f < 0)
		return;
	q = fids[f].q;
	count = op;
	put(0, 2);
	for(s = 0; s < n; s++, p += len) {
		len = get(&p, 2);
		if(len == 2 && memcmp(p, "..", 2) == 0)
			i = files[q].parent;
		else
			for(i = 1; i < NQ; i++)
				if(files[i].parent == q &&
				    (int)strlen(files[i].name) == len &&
				    memcmp(files[i].name, p, len) == 0)
					break;
		if(i == NQ) {
			if(s == 0)
				rerror("file does not exist");
			break;
		}
		q = i;
		putqid(q);
		count[0] = s + 1;
	}
	if(s == n) {
		f = fidslot(newfid, 1);
		if(f >= 0)
			fids[f].q = q;
	}
}

/* 0: no answer now. */
static int
readq(int q, u64int off, u32int n)
{
	uchar *count = op;
	char *data;
	int i, len, at = 0;

	if(q == QSLOW)
		return 0;
	put(0, 4);
	if(files[q].dir) {
		for(i = 1; i < NQ; i++) {
			if(files[i].parent != q)
				continue;
			len = entry(i, op, n - (op - count - 4));
			if(at >= (int)off)
				op += len;
			at += len;
		}
	} else {
		len = contents(q, &data);
		if(off < (u64int)len) {
			len -= off;
			if(len > (int)n)
				len = n;
			memcpy(op, data + off, len);
			op += len;
		}
	}
	len = op - count - 4;
	for(i = 0; i < 4; i++)
		count[i] = len >> 8 * i;
	return 1;
}

static void
auth(uchar *p)
{
	int f, n;

	f = fidslot(get(&p, 4), 1);
	if(f < 0)
		return;
	n = get(&p, 2);
	p += n;
	n = get(&p, 2);
	if(n == 7 && memcmp(p, "guarded", 7) == 0) {
		fids[f].q = QGREETING;
		putqid(QGREETING);
	} else {
		fids[f].used = 0;
		rerror("no authentication here");
	}
}

static int slowtag = -1;

/* Makes the answer to the message at p, without size and type and tag. 0: there
 * is none for now. */
static int
answer(int type, int tag, uchar *p)
{
	u32int n;
	u64int off;
	int f, q;

	switch(type) {
	case Tversion:
		n = get(&p, 4);
		put(n < MSIZE ? n : MSIZE, 4);
		putstr("9P2000");
		return 1;
	case Tauth:
		auth(p);
		return 1;
	case Tattach:
		f = fidslot(get(&p, 4), 1);
		if(f < 0)
			return 1;
		p += 4;
		n = get(&p, 2);
		p += n;
		n = get(&p, 2);
		fids[f].q = QROOT;
		if(n == 6 && memcmp(p, "refuse", 6) == 0)
			rerror("server says no");
		else
			putqid(QROOT);
		return 1;
	case Tflush:
		if(slowtag == (int)get(&p, 2))
			slowtag = -1;
		return 1;
	case Twalk:
		walk(p);
		return 1;
	}
	f = fidslot(get(&p, 4), 0);
	if(f < 0)
		return 1;
	q = fids[f].q;
	switch(type) {
	case Topen:
		if((*p & 3) != OREAD && (*p & 3) != OEXEC && q != QGREETING)
			rerror("permission denied");
		else {
			putqid(q);
			put(0, 4);
		}
		break;
	case Tread:
		off = get(&p, 8);
		n = get(&p, 4);
		if(!readq(q, off, n)) {
			slowtag = tag;
			return 0;
		}
		break;
	case Twrite:
		off = get(&p, 8);
		n = get(&p, 4);
		if(off + n >= sizeof greeting)
			rerror("file is full");
		else {
			memcpy(greeting + off, p, n);
			put(n, 4);
		}
		break;
	case Tclunk:
		fids[f].used = 0;
		break;
	case Tstat:
		n = entry(q, op + 2, 1024);
		put(n, 2);
		op += n;
		break;
	default:
		rerror("this server cannot do that");
	}
	return 1;
}

static void
serve(void *arg)
{
	int fd = *(int *)arg, n, tag, i;
	uchar *p;

	for(;;) {
		if(readn(fd, in, 4) != 4)
			exits(nil);
		p = in;
		n = get(&p, 4);
		if(n < HDR || n > MSIZE || readn(fd, in + 4, n - 4) != n - 4)
			exits("bad message from the kernel");
		counts[in[4]]++;
		tag = in[5] | in[6] << 8;
		op = out + HDR;
		out[4] = in[4] + 1;
		if(!answer(in[4], tag, in + HDR))
			continue;
		out[5] = in[5];
		out[6] = in[6];
		for(i = 0; i < 4; i++)
			out[i] = (op - out) >> 8 * i;
		if(write(fd, out, op - out) != op - out)
			exits(nil);
	}
}

int
startserver(int *pid)
{
	int p[2];

	counts = sharedpage();
	check(pipe(p) == 0);
	*pid = rfork(RFPROC | RFFDG);
	check(*pid >= 0);
	if(*pid == 0) {
		close(p[0]);
		serve(&p[1]);
	}
	close(p[1]);
	return p[0];
}

/*
 * A 9P server for tests of mounts: memserv.h.
 */
#include "memserv.h"

enum
{
	NNODE = 24,
	NFID = 64,
	/* bytes of a file */
	DATA = 512,
};

typedef struct Node Node;
struct Node
{
	/* empty: the Node is free */
	char name[28];
	int parent;
	u32int mode;
	u32int vers;
	int len;
	char data[DATA];
};

typedef struct Fid Fid;
struct Fid
{
	u32int fid;
	int used;
	int node;
	int rclose;
};

Ctl *sctl;
int spid, mfd, sfd;
static Node node[NNODE];
static Fid fids[NFID];
static uchar in[MSIZE], out[2 * MSIZE];
static uchar held[NHELD][64];
static int nheld, progfd;

static void
putqid(int n)
{
	put(node[n].mode >> 24, 1);
	put(node[n].vers, 4);
	put(n, 8);
}

static void
rerror(char *s)
{
	out[4] = Rerror;
	op = out + HDR;
	putstr(s);
}

static int
newnode(char *name, int parent, u32int mode, char *text)
{
	int i;

	for(i = 0; i < NNODE && node[i].name[0] != 0; i++)
		;
	if(i == NNODE)
		exits("server is full");
	strecpy(node[i].name, node[i].name + sizeof node[i].name, name);
	node[i].parent = parent;
	node[i].mode = mode;
	node[i].vers = 0;
	node[i].len = strlen(text);
	memcpy(node[i].data, text, node[i].len);
	return i;
}

static int
child(int dir, char *name, int n)
{
	int i;

	if(n == 2 && memcmp(name, "..", 2) == 0)
		return node[dir].parent;
	for(i = 1; i < NNODE; i++)
		if(node[i].name[0] != 0 && node[i].parent == dir &&
		    (int)strlen(node[i].name) == n &&
		    memcmp(node[i].name, name, n) == 0)
			return i;
	return -1;
}

static Fid *
lookfid(u32int fid)
{
	int i;

	for(i = 0; i < NFID; i++)
		if(fids[i].used && fids[i].fid == fid)
			return &fids[i];
	return nil;
}

static Fid *
newfid(u32int fid, int n)
{
	int i;

	if(lookfid(fid) != nil)
		exits("a fid is used twice");
	for(i = 0; i < NFID && fids[i].used; i++)
		;
	if(i == NFID)
		exits("fids are lost");
	fids[i] = (Fid){.fid = fid, .used = 1, .node = n};
	return &fids[i];
}

static int
entry(int n, uchar *p, int room)
{
	Dir d;

	memset(&d, 0, sizeof d);
	d.name = node[n].name;
	d.uid = d.gid = d.muid = "glenda";
	d.qid = (Qid){n, node[n].vers, node[n].mode >> 24};
	d.mode = node[n].mode;
	d.length = node[n].len;
	d.mtime = 1234567890;
	return convD2M(&d, p, room);
}

static void
walk(Fid *f, uchar *p)
{
	u32int new = get(&p, 4);
	int n = get(&p, 2), i, at = f->node, len;
	uchar *count = op;

	put(0, 2);
	for(i = 0; i < n; i++, p += len) {
		len = get(&p, 2);
		at = child(at, (char *)p, len);
		if(at < 0)
			break;
		putqid(at);
		count[0] = i + 1;
	}
	if(i == n && new == f->fid)
		f->node = at;
	else if(i == n)
		newfid(new, at);
	else if(i == 0)
		rerror("file does not exist");
}

static void
readdir(int dir, u64int off, u32int n)
{
	uchar *start = op;
	u64int at = 0;
	int i, len;

	for(i = 1; i < NNODE; i++) {
		if(node[i].name[0] == 0 || node[i].parent != dir)
			continue;
		len = entry(i, op, 512);
		if(at >= off) {
			if(op + len - start > (long)n)
				break;
			op += len;
		}
		at += len;
	}
}

static void
readnode(int i, u64int off, u32int n)
{
	uchar *count = op;
	int len;

	put(0, 4);
	if(node[i].mode & DMDIR)
		readdir(i, off, n);
	else if(strcmp(node[i].name, "prog") == 0) {
		len = pread(progfd, op, n, off);
		op += len > 0 ? len : 0;
	} else if(off < (u64int)node[i].len) {
		if(n > node[i].len - off)
			n = node[i].len - off;
		memcpy(op, node[i].data + off, n);
		op += n;
	}
	len = op - count - 4;
	op = count;
	put(len, 4);
	op += len;
}

static void
writenode(Node *f, u64int off, u32int n, uchar *p)
{
	if(f->mode & DMAPPEND)
		off = f->len;
	if(off + n > DATA) {
		rerror("no room");
		return;
	}
	memcpy(f->data + off, p, n);
	if((int)(off + n) > f->len)
		f->len = off + n;
	f->vers++;
	put(n, 4);
}

static void
wstatnode(Node *f, uchar *p, int n)
{
	static char strs[512];
	Dir d;

	if(convM2D(p, n, &d, strs) == 0) {
		rerror("bad stat");
		return;
	}
	if(d.name[0] != 0)
		strecpy(f->name, f->name + sizeof f->name, d.name);
	if(d.length != -1)
		f->len = d.length;
	if(d.mode != ~0U)
		f->mode = d.mode;
}

static void
createnode(Fid *f, uchar *p)
{
	static char name[64];
	u32int mode;
	int n;

	n = get(&p, 2);
	memcpy(name, p, n);
	name[n] = 0;
	p += n;
	mode = get(&p, 4);
	if(child(f->node, name, n) >= 0) {
		rerror("file exists");
		return;
	}
	f->node = newnode(name, f->node, mode, "");
	f->rclose = *p & ORCLOSE;
	putqid(f->node);
	put(0, 4);
}

static void
fidcall(int type, Fid *f, uchar *p)
{
	int n, mode;
	u64int off;
	u32int k;

	switch(type) {
	case Twalk:
		walk(f, p);
		break;
	case Topen:
		mode = get(&p, 1);
		f->rclose = mode & ORCLOSE;
		if(mode & OTRUNC)
			node[f->node].len = 0;
		putqid(f->node);
		put(0, 4);
		break;
	case Tcreate:
		createnode(f, p);
		break;
	case Tread:
		off = get(&p, 8);
		k = get(&p, 4);
		readnode(f->node, off, k);
		break;
	case Twrite:
		off = get(&p, 8);
		k = get(&p, 4);
		writenode(&node[f->node], off, k, p);
		break;
	case Tremove:
		node[f->node].name[0] = 0;
		f->used = 0;
		break;
	case Tclunk:
		if(f->rclose)
			node[f->node].name[0] = 0;
		f->used = 0;
		break;
	case Tstat:
		n = entry(f->node, op + 2, 512);
		put(n, 2);
		op += n;
		break;
	case Twstat:
		n = get(&p, 2);
		wstatnode(&node[f->node], p, n);
		break;
	default:
		rerror("unknown message");
	}
}

static void
hangup(void)
{
	close(sfd);
	exits(nil);
}

static void
send(int half)
{
	int n = op - out, k, piece = sctl->piece;

	op = out;
	put(n, 4);
	if(half)
		n = n / 2;
	for(k = 0; k < n; k += piece) {
		if(piece == 0 || piece > n - k)
			piece = n - k;
		if(write(sfd, out + k, piece) != piece)
			hangup();
	}
}

void
answer(uchar *p)
{
	int type = p[4];
	u32int n;
	Fid *f;

	op = out + 4;
	put(type + 1, 1);
	put(p[5] | p[6] << 8, 2);
	p += HDR;
	switch(type) {
	case Tversion:
		n = get(&p, 4);
		put(n < MSIZE ? n : MSIZE, 4);
		putstr("9P2000");
		break;
	case Tattach:
		newfid(get(&p, 4), 0);
		putqid(0);
		break;
	case Tflush:
		break;
	default:
		f = lookfid(get(&p, 4));
		if(f == nil)
			rerror("unknown fid");
		else
			fidcall(type, f, p);
	}
	send(sctl->hang == type && sctl->half);
	if(sctl->hang == type)
		hangup();
}

/* Is the message at in put off? */
static int
putoff(int type)
{
	int tag, i;

	if(type == sctl->silent || (type == Tread && sctl->gather > 0)) {
		if(nheld == NHELD)
			exits("too many requests");
		memcpy(held[nheld++], in, sizeof held[0]);
		if(nheld == sctl->gather)
			while(nheld > 0)
				answer(held[--nheld]);
		return 1;
	}
	if(type == Tflush) {
		tag = in[HDR] | in[HDR + 1] << 8;
		for(i = 0; i < nheld; i++)
			if((held[i][5] | held[i][6] << 8) == tag) {
				if(sctl->late)
					answer(held[i]);
				memcpy(held[i], held[--nheld], sizeof held[0]);
			}
	}
	return 0;
}

uchar *
readmsg(void)
{
	uchar *p = in;
	u32int n;

	if(readn(sfd, in, 4) != 4)
		return nil;
	n = get(&p, 4);
	if(n < HDR || n > MSIZE || readn(sfd, in + 4, n - 4) != (int)n - 4)
		exits("a message of a wrong size");
	return in;
}

static void
firstnodes(void)
{
	int d;

	newnode("/", 0, DMDIR | 0777, "");
	newnode("hello", 0, 0666, "hello\n");
	newnode("prog", 0, 0555, "");
	newnode("log", 0, DMAPPEND | 0666, "");
	d = newnode("d", 0, DMDIR | 0777, "");
	newnode("deep", d, 0666, "deep\n");
}

static void
serve(void)
{
	firstnodes();
	while(readmsg() != nil) {
		sctl->seen[in[4]]++;
		if(in[4] == sctl->hang && !sctl->half)
			hangup();
		if(!putoff(in[4]))
			answer(in);
	}
	hangup();
}

void
startserver(int kind)
{
	int p[2], pid;

	sctl = sharedpage();
	memset(node, 0, sizeof node);
	memset(fids, 0, sizeof fids);
	nheld = 0;
	progfd = open(self, OREAD);
	check(progfd >= 0);
	check(pipe(p) == 0);
	mfd = p[0];
	sfd = p[1];
	pid = rfork(RFPROC | kind);
	check(pid >= 0);
	if(pid == 0) {
		if(kind == Child)
			close(mfd);
		serve();
	}
	spid = pid;
	if(kind == Child)
		close(sfd);
}

void
mountserver(int kind)
{
	startserver(kind);
	check(mount(mfd, -1, "/mnt", MREPL | MCREATE, "") >= 0);
}

void
serverends(void)
{
	check(unmount(nil, "/mnt") >= 0);
	childok(spid);
	close(progfd);
	segdetach(sctl);
}

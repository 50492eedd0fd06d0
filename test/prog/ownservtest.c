/*
 * File service by 9P as the manual has it: intro(5) and the rest of section 5, bind(2), open(2),
 * read(2), stat(2), dup(2), fd2path(2). The server is a child process, a process that shares the
 * caller's memory and descriptors, or the caller itself.
 *
 * The server keeps small files in memory. At first:
 *	hello	"hello\n"
 *	prog	this program; read only
 *	log	empty, append only
 *	d/deep	"deep\n"
 */
#include "test.h"

enum
{
	Tversion = 100,
	Tauth = 102,
	Tattach = 104,
	Rerror = 107,
	Tflush = 108,
	Twalk = 110,
	Topen = 112,
	Tcreate = 114,
	Tread = 116,
	Twrite = 118,
	Tclunk = 120,
	Tremove = 122,
	Tstat = 124,
	Twstat = 126,

	HDR = 7,
	MSIZE = 8192 + IOHDRSZ,
	NNODE = 24,
	NFID = 64,
	DATA = 512,
	NHELD = 4,
};

/* What the cases tell the server, and it them. */
typedef struct Ctl Ctl;
struct Ctl
{
	/* hang up when this comes; after half of the answer */
	volatile int hang;
	volatile int half;
	/* leave this unanswered until it is flushed; then answer it, before Rflush */
	volatile int silent;
	volatile int late;
	/* answers go in pieces of so many bytes */
	volatile int piece;
	/* gather so many reads, and answer the last first */
	volatile int gather;
	/* messages seen, by type */
	volatile int seen[128];
};

typedef struct Node Node;
struct Node
{
	char name[28]; /* empty: free */
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

static Ctl *ctl;
static Node node[NNODE];
static Fid fids[NFID];
static uchar in[MSIZE], out[2 * MSIZE];
static uchar held[NHELD][64];
static int nheld, sfd, progfd;
static uchar *op;
static char buf[16 * KiB];

/* --- the server --- */

static u64int
get(uchar **p, int n)
{
	u64int v = 0;
	int i;

	for(i = n - 1; i >= 0; i--)
		v = v << 8 | (*p)[i];
	*p += n;
	return v;
}

static void
put(u64int v, int n)
{
	for(; n > 0; n--, v >>= 8)
		*op++ = v;
}

static void
puts2(char *s)
{
	put(strlen(s), 2);
	memcpy(op, s, strlen(s));
	op += strlen(s);
}

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
	puts2(s);
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
fidcall(int type, Fid *f, uchar *p)
{
	static char name[64];
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
		n = get(&p, 2);
		memcpy(name, p, n);
		name[n] = 0;
		p += n;
		k = get(&p, 4);
		if(child(f->node, name, n) >= 0) {
			rerror("file exists");
			break;
		}
		f->node = newnode(name, f->node, k, "");
		f->rclose = *p & ORCLOSE;
		putqid(f->node);
		put(0, 4);
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
	int n = op - out, k, piece = ctl->piece;

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

/* Make and send the answer to the message at p. */
static void
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
		puts2("9P2000");
		break;
	case Tauth:
		rerror("no authentication required");
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
	send(ctl->hang == type && ctl->half);
	if(ctl->hang == type)
		hangup();
}

static void
hold(void)
{
	if(nheld == NHELD)
		exits("too many requests");
	memcpy(held[nheld++], in, sizeof held[0]);
}

/* Is the message at in put off? */
static int
putoff(int type)
{
	int tag, i;

	if(type == ctl->silent) {
		hold();
		return 1;
	}
	if(type == Tread && ctl->gather > 0) {
		hold();
		if(nheld == ctl->gather)
			while(nheld > 0)
				answer(held[--nheld]);
		return 1;
	}
	if(type == Tflush) {
		tag = in[HDR] | in[HDR + 1] << 8;
		for(i = 0; i < nheld; i++)
			if((held[i][5] | held[i][6] << 8) == tag) {
				if(ctl->late)
					answer(held[i]);
				memcpy(held[i], held[--nheld], sizeof held[0]);
			}
	}
	return 0;
}

static void
serve(void *arg)
{
	u32int n;
	uchar *p;
	int d;

	USED(arg);
	newnode("/", 0, DMDIR | 0777, "");
	newnode("hello", 0, 0666, "hello\n");
	newnode("prog", 0, 0555, "");
	newnode("log", 0, DMAPPEND | 0666, "");
	d = newnode("d", 0, DMDIR | 0777, "");
	newnode("deep", d, 0666, "deep\n");
	while(readn(sfd, in, 4) == 4) {
		p = in;
		n = get(&p, 4);
		if(n < HDR || n > MSIZE ||
		    readn(sfd, in + 4, n - 4) != (int)n - 4)
			exits("a message of a wrong size");
		if(in[4] == ctl->hang && !ctl->half) {
			ctl->seen[in[4]]++;
			hangup();
		}
		if(!putoff(in[4]))
			answer(in);
		ctl->seen[in[4]]++;
	}
	hangup();
}

/* --- the cases' --- */

static int mfd, spid;

/* Flags of rfork for a server that is a child, or shares memory and descriptors. */
enum
{
	Child = RFFDG,
	Thread = RFMEM,
};

/* mfd is the descriptor to mount. */
static void
startserver(int kind)
{
	int p[2], pid;

	ctl = sharedpage();
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
		serve(nil);
	}
	spid = pid;
	if(kind == Child)
		close(sfd);
}

static void
mountserver(int kind)
{
	startserver(kind);
	check(mount(mfd, -1, "/mnt", MREPL | MCREATE, "") >= 0);
}

/* The last use of the server is over: it reads the end of file. */
static void
serverends(void)
{
	check(unmount(nil, "/mnt") >= 0);
	childok(spid);
	close(progfd);
	segdetach(ctl);
}

static void
filesare(char *name, char *text)
{
	check(readfile(name, buf, sizeof buf) >= 0);
	checkstr(buf, text);
}

static void
usefiles(int kind)
{
	Dir *d, nd;
	int fd, n, i, seen;

	mountserver(kind);
	filesare("/mnt/hello", "hello\n");
	filesare("/mnt/d/deep", "deep\n");
	filesare("/mnt/d/../hello", "hello\n");
	check(writefile("/mnt/new", "text", 4, 0644) == 0);
	filesare("/mnt/new", "text");
	/* create(2): a file that is there is truncated */
	check(writefile("/mnt/new", "x", 1, 0644) == 0);
	filesare("/mnt/new", "x");
	check(create("/mnt/new", OWRITE | OEXCL, 0644) == -1);
	d = dirstat("/mnt/new");
	check(d != nil);
	checkstr(d->name, "new");
	checkint(d->length, 1);
	checkint(d->type, 'M');
	nulldir(&nd);
	check(dirwstat("/mnt/new", &nd) >= 0);
	nd.name = "other";
	check(dirwstat("/mnt/new", &nd) >= 0);
	check(dirstat("/mnt/new") == nil);
	filesare("/mnt/other", "x");
	nulldir(&nd);
	nd.length = 0;
	check(dirwstat("/mnt/other", &nd) >= 0);
	filesare("/mnt/other", "");
	check(remove("/mnt/other") == 0);
	check(dirstat("/mnt/other") == nil);
	fd = open("/mnt", OREAD);
	for(seen = 0; (n = dirread(fd, &d)) > 0;)
		for(i = 0; i < n; i++)
			seen |= 1 << d[i].qid.path;
	checkint(n, 0);
	checkint(seen, 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4);
	close(fd);
	serverends();
}

static void
childserves(void)
{
	usefiles(Child);
}

static void
threadserves(void)
{
	usefiles(Thread);
}

static void
answersinpieces(int piece)
{
	int fd, own, n;
	static char mine[sizeof buf];

	mountserver(Child);
	ctl->piece = piece;
	filesare("/mnt/d/deep", "deep\n");
	fd = open("/mnt/prog", OREAD);
	own = open(self, OREAD);
	n = pread(fd, buf, sizeof buf, 100);
	checkint(n, sizeof buf);
	checkint(pread(own, mine, sizeof mine, 100), n);
	check(memcmp(buf, mine, n) == 0);
	close(own);
	close(fd);
	serverends();
}

static void
answersmaycomeinpieces(void)
{
	answersinpieces(1);
	answersinpieces(6);
	answersinpieces(8000);
}

static void
offsetsareofthefile(void)
{
	int fd, fd2;

	mountserver(Child);
	/* dup(2): two descriptors, one offset, one open file */
	fd = open("/mnt/hello", ORDWR);
	fd2 = dup(fd, -1);
	checkint(read(fd, buf, 2), 2);
	checkint(read(fd2, buf, 2), 2);
	check(memcmp(buf, "ll", 2) == 0);
	close(fd);
	checkint(
	    ctl->seen[Tclunk] > 0 && ctl->seen[Twalk] == ctl->seen[Tclunk], 0);
	checkint(seek(fd2, -1, 2), 5);
	checkint(write(fd2, "!\n", 2), 2);
	checkint(seek(fd2, 0, 0), 0);
	checkint(pread(fd2, buf, 2, 4), 2);
	check(memcmp(buf, "o!", 2) == 0);
	checkint(read(fd2, buf, 10), 7);
	checkint(read(fd2, buf, 10), 0);
	close(fd2);
	/* open(5): an append-only file's end is the server's */
	fd = open("/mnt/log", OWRITE);
	checkint(pwrite(fd, "one\n", 4, 0), 4);
	checkint(pwrite(fd, "two\n", 4, 0), 4);
	close(fd);
	filesare("/mnt/log", "one\ntwo\n");
	serverends();
}

static void
orcloseremoves(void)
{
	int fd;

	mountserver(Child);
	fd = create("/mnt/tmp", ORDWR | ORCLOSE, 0600);
	check(fd >= 0);
	check(dirstat("/mnt/tmp") != nil);
	close(fd);
	check(dirstat("/mnt/tmp") == nil);
	serverends();
}

static void
namesstay(void)
{
	Dir nd;
	int fd;

	mountserver(Child);
	fd = open("/mnt/d/../d/deep", OREAD);
	check(fd2path(fd, buf, sizeof buf) == 0);
	checkstr(buf, "/mnt/d/deep");
	close(fd);
	/* a directory that is renamed is the same directory */
	check(chdir("/mnt/d") == 0);
	nulldir(&nd);
	nd.name = "e";
	check(dirwstat("/mnt/d", &nd) >= 0);
	filesare("deep", "deep\n");
	filesare("../hello", "hello\n");
	filesare("/mnt/e/deep", "deep\n");
	check(chdir("/") == 0);
	serverends();
}

static void
unionsareinorder(void)
{
	Dir *d;

	startserver(Child);
	check(mount(mfd, -1, "/mnt", MREPL, "") >= 0);
	/* bind(2): without MCREATE no file is made there */
	check(create("/mnt/x", OWRITE, 0644) == -1);
	check(bind("/mnt/d", "/n", MREPL) >= 0);
	filesare("/n/deep", "deep\n");
	check(bind("/mnt", "/n", MAFTER | MCREATE) >= 0);
	filesare("/n/hello", "hello\n");
	check(writefile("/n/x", "y", 1, 0644) == 0);
	filesare("/mnt/x", "y");
	check(writefile("/n/deep", "z", 1, 0644) == 0);
	filesare("/mnt/d/deep", "z");
	check(unmount("/mnt/d", "/n") >= 0);
	check(dirstat("/n/deep") == nil);
	filesare("/n/hello", "hello\n");
	check(unmount(nil, "/n") >= 0);
	check(dirstat("/n/hello") == nil);
	d = dirstat("/mnt/hello");
	check(d != nil);
	/* stat(2): what does not fit gives its size */
	checkint(stat("/mnt/hello", (uchar *)buf, BIT16SZ), BIT16SZ);
	checkint((buf[0] & 0xFF) + BIT16SZ, sizeD2M(d));
	serverends();
}

static void
onereader(void *off)
{
	int fd = open("/mnt/prog", OREAD), own = open(self, OREAD);
	char a[100], b[100];

	check(fd >= 0);
	checkint(pread(fd, a, sizeof a, (vlong)off), sizeof a);
	checkint(pread(own, b, sizeof b, (vlong)off), sizeof b);
	check(memcmp(a, b, sizeof a) == 0);
}

static void
lateanswersfindtheircallers(void)
{
	Waitmsg w;
	vlong i;

	mountserver(Child);
	ctl->gather = NHELD;
	for(i = 0; i < NHELD; i++)
		spawn(RFFDG, onereader, (void *)(1000 * i));
	for(i = 0; i < NHELD; i++) {
		check(waitfor(&w) >= 0);
		checkstr(w.msg, "");
	}
	ctl->gather = 0;
	serverends();
}

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
	ctl->half = half;
	ctl->hang = type;
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
		ctl->half = half;
		ctl->hang = Tversion;
		check(mount(mfd, -1, "/mnt", MREPL, "") == -1);
		close(mfd);
		childok(spid);
		startserver(Child);
		ctl->half = half;
		ctl->hang = Tattach;
		check(mount(mfd, -1, "/mnt", MREPL, "") == -1);
		close(mfd);
		childok(spid);
	}
}

static void
interruptedcall(void *arg)
{
	int type = (int)(uintptr)arg;

	if(type == Tclunk || ctl->late)
		check(docall(type) >= 0);
	else
		checkerr(docall(type), "interrupted");
}

static void
notein(int type, int late)
{
	int pid, before;

	mountserver(Child);
	hfd = open("/mnt/hello", ORDWR);
	check(hfd >= 0);
	notify(ignore);
	before = ctl->seen[type];
	ctl->late = late;
	ctl->silent = type;
	if(type == Tclunk) {
		/* the child's copy is not the last */
		ctl->silent = 0;
		close(hfd);
		before = ctl->seen[type];
		hfd = -1;
		ctl->silent = type;
		pid = spawn(RFFDG, interruptedcall, (void *)(uintptr)Topen);
		ctl->late = 0;
		/* the open's fid, at exit: nobody waits */
		childok(pid);
		while(ctl->seen[type] == before)
			sleep(0);
	} else {
		pid = spawn(RFFDG, interruptedcall, (void *)(uintptr)type);
		while(ctl->seen[type] == before)
			sleep(0);
		if(late)
			postnote(pid, "poke");
		else
			pokeuntilgone(pid);
		childok(pid);
		check(ctl->seen[Tflush] > 0);
	}
	ctl->silent = 0;
	filesare("/mnt/d/deep", "deep\n");
	if(hfd >= 0)
		close(hfd);
	if(type != Tclunk)
		serverends();
}

static void
noteendsanycall(void)
{
	int i;

	for(i = 0; i < (int)nelem(types); i++)
		if(types[i] != Tclunk)
			notein(types[i], 0);
	notein(Tclunk, 1);
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
	u32int n;
	uchar *p = in;

	checkint(readn(sfd, in, 4), 4);
	n = get(&p, 4);
	check(n >= HDR && n <= MSIZE);
	checkint(readn(sfd, in + 4, n - 4), n - 4);
	checkint(in[4], type);
	return in[5] | in[6] << 8;
}

/* A process that nobody serves is not stuck: a note ends its calls, and it finds the requests. */
static void
processseesitsownrequests(void)
{
	int p[2], pid, tag;

	ctl = sharedpage();
	poking = &ctl->seen[0];
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
	answer(in);
	/* the answer was there before the question; the question is asked again */
	checkint(fversion(mfd, MSIZE, strcpy(buf, "9P2000"), 64), 6);
	message(Tversion);
	*poking = 1;
	check(mount(mfd, -1, "/mnt", MREPL, "") == -1);
	*poking = -1;
	childok(pid);
	tag = message(Tattach);
	check(message(Tflush) != tag);
	checkint(in[HDR] | in[HDR + 1] << 8, tag);
	close(mfd);
	close(sfd);
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
	write(tell, "r", 1);
	if(read(fd, buf, 1) != 1 || sum < 0)
		exits("no word");
	exits("went on");
}

static void
programoutlivesitsserver(void)
{
	char *argv[] = {"prog", "-run", nil, nil, nil}, num[2][NUMSIZE];
	int go[2], up[2], pid;

	mountserver(Child);
	check(pipe(go) == 0);
	check(pipe(up) == 0);
	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		snprint(num[0], NUMSIZE, "%d", go[0]);
		snprint(num[1], NUMSIZE, "%d", up[1]);
		argv[2] = num[0];
		argv[3] = num[1];
		exec("/mnt/prog", argv);
		exits("no exec");
	}
	checkint(read(up[0], buf, 1), 1);
	check(postnote(spid, "kill") == 0);
	childmsg(spid);
	checkint(write(go[1], "g", 1), 1);
	checkstr(childmsg(pid), "went on");
	check(exec("/mnt/prog", argv) == -1);
	check(unmount(nil, "/mnt") >= 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(childserves),
	    CASE(threadserves),
	    CASE(answersmaycomeinpieces),
	    CASE(offsetsareofthefile),
	    CASE(orcloseremoves),
	    CASE(namesstay),
	    CASE(unionsareinorder),
	    CASE(lateanswersfindtheircallers),
	    CASE(hangupatanytimeisanerror),
	    CASE(hangupinmountisanerror),
	    CASE(noteendsanycall),
	    CASE(answerbeforerflushcounts),
	    CASE(processseesitsownrequests),
	    CASE(programoutlivesitsserver),
	};

	if(argc == 4 && strcmp(argv[1], "-run") == 0)
		running(argv);
	runcases(cases, nelem(cases), argc, argv);
}

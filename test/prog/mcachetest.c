/*
 * The mount cache: bind(2)'s MCACHE. A server in a child process has two files, which it shares
 * with the test:
 *	f	SIZE bytes, which may be written, and cut short by wstat
 *	prog	this program
 * Each change makes another version of the file.
 */
#include "ninep.h"
#include "test.h"

enum
{
	Tversion = 100,
	Tattach = 104,
	Rerror = 107,
	Twalk = 110,
	Topen = 112,
	Tread = 116,
	Twrite = 118,
	Tclunk = 120,
	Twstat = 126,

	HDR = 7,
	MSIZE = 8192 + IOHDRSZ,
	SIZE = 100000,
	PROGMAX = 300000,
	NFID = 256,
	NCALLER = 8,
	NROUND = 200,

	QROOT = 0,
	QF,
	QPROG,
};

typedef struct Shared Shared;
struct Shared
{
	volatile int counts[256];
	volatile u32int vers;
	volatile int len;
	/* reads after the first piece are answered two by two */
	volatile int pairs;
	int nprog;
	uchar data[SIZE];
	uchar prog[PROGMAX];
};

static Shared *sh;
static struct
{
	u32int fid;
	int used;
	int q;
} fids[NFID];
static uchar in[MSIZE], out[MSIZE], buf[SIZE], cmp[SIZE];
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

/* The file's contents do not tell where they are: they are of this many kinds. */
static void
fill(uchar *p, int n, int kind)
{
	int i;

	for(i = 0; i < n; i++)
		p[i] = i * 7 + i / 251 + kind;
}

/* A new server: its descriptor, and its process. */
static int
start(int *pid)
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

/* The same, mounted twice: at /mnt and /n. */
static int
startmounted(void)
{
	char name[64], num[NUMSIZE];
	int pid, fd = start(&pid), post;

	snprint(name, sizeof name, "/srv/mcachetest.%d", getpid());
	post = create(name, OWRITE | ORCLOSE, 0600);
	check(post >= 0);
	snprint(num, sizeof num, "%d", fd);
	check(write(post, num, strlen(num)) > 0);
	close(fd);
	check(mount(open(name, ORDWR), -1, "/mnt", MREPL | MCACHE, "") >= 0);
	check(mount(open(name, ORDWR), -1, "/n", MREPL | MCACHE, "") >= 0);
	close(post);
	return pid;
}

static void
stop(int pid)
{
	check(unmount(nil, "/mnt") >= 0);
	check(unmount(nil, "/n") >= 0);
	childok(pid);
}

/* A line of /dev/imagecache */
static vlong
stat1(char *name)
{
	char text[2000], *p;
	int n;

	n = readfile("/dev/imagecache", text, sizeof text - 1);
	check(n > 0);
	text[n] = 0;
	p = strstr(text, name);
	check(p != nil);
	return strtoll(p + strlen(name), nil, 10);
}

static void
readall(char *name, int kind)
{
	int fd = open(name, OREAD), n, done = 0;

	check(fd >= 0);
	while((n = read(fd, buf + done, SIZE - done)) > 0)
		done += n;
	close(fd);
	checkint(done, SIZE);
	fill(cmp, SIZE, kind);
	check(memcmp(buf, cmp, SIZE) == 0);
}

/* run.sh says what run9 does without. */
static int
isoff(char *name)
{
	char text[256];
	int n = readfile("/env/SWITCHES", text, sizeof text - 1);

	text[n > 0 ? n : 0] = 0;
	return strstr(text, "--plain") != nil ||
	    strstr(text, "mountcache") != nil || strstr(text, name) != nil;
}

static void
bytesareaskedforonce(void)
{
	int pid = startmounted(), before;
	vlong bytes;

	readall("/mnt/f", 0);
	before = sh->counts[Tread];
	check(before > 0);
	bytes = stat1("mountbytes ");
	readall("/mnt/f", 0);
	if(!isoff("mountcache")) {
		/* the end is asked for each time */
		check(sh->counts[Tread] <= before + 2);
		check(stat1("mountbytes ") >= bytes + SIZE);
		check(stat1("mountpages ") >= SIZE / BY2PG);
	}
	stop(pid);
	checkint(stat1("mountpages "), 0);
}

static void
mountsofatreeshare(void)
{
	int pid = startmounted(), before;

	readall("/mnt/f", 0);
	before = sh->counts[Tread];
	readall("/n/f", 0);
	check(isoff("mountcache") || sh->counts[Tread] <= before + 2);
	stop(pid);
}

static void
anotherversionbeginsanew(void)
{
	int pid = startmounted(), fd;

	readall("/mnt/f", 0);
	fd = open("/mnt/f", OREAD);
	check(fd >= 0);
	fill(sh->data, SIZE, 3);
	sh->vers++;
	readall("/mnt/f", 3);
	/* nothing of the new version comes from the old one's cache */
	checkint(pread(fd, buf, 8000, 100), 8000);
	check(memcmp(buf, sh->data + 100, 8000) == 0);
	close(fd);
	stop(pid);
}

static void
writesgothrough(void)
{
	int pid = startmounted(), fd, other, before;

	readall("/mnt/f", 0);
	other = open("/n/f", OREAD);
	fd = open("/mnt/f", ORDWR);
	check(fd >= 0 && other >= 0);
	fill(cmp, SIZE, 5);
	checkint(pwrite(fd, cmp, 20000, 4000), 20000);
	check(memcmp(sh->data + 4000, cmp, 20000) == 0);
	before = sh->counts[Tread];
	checkint(pread(fd, buf, 24000, 0), 24000);
	check(memcmp(buf, sh->data, 24000) == 0);
	checkint(pread(other, buf, 24000, 0), 24000);
	check(memcmp(buf, sh->data, 24000) == 0);
	check(isoff("mountcache") || sh->counts[Tread] == before);
	/* a write that the server refuses changes nothing */
	checkerr(pwrite(fd, cmp, 100, SIZE - 50), "file is full");
	checkint(pread(fd, buf, 100, SIZE - 100), 100);
	check(memcmp(buf, sh->data + SIZE - 100, 100) == 0);
	close(fd);
	close(other);
	before = sh->counts[Tread];
	fd = open("/mnt/f", OREAD);
	checkint(pread(fd, buf, 24000, 0), 24000);
	check(isoff("mountcache") || sh->counts[Tread] == before);
	close(fd);
	stop(pid);
}

static void
truncationbywstatisseen(void)
{
	int pid = startmounted(), fd;
	Dir d;

	readall("/mnt/f", 0);
	fd = open("/mnt/f", ORDWR);
	check(fd >= 0);
	nulldir(&d);
	d.length = 5000;
	check(dirfwstat(fd, &d) >= 0);
	checkint(sh->len, 5000);
	checkint(pread(fd, buf, SIZE, 0), 5000);
	nulldir(&d);
	d.length = 100;
	check(dirwstat("/n/f", &d) >= 0);
	checkint(pread(fd, buf, SIZE, 0), 100);
	close(fd);
	stop(pid);
}

static void
sequencesarereadahead(void)
{
	int pid = startmounted(), fd = open("/mnt/f", OREAD), i;

	check(fd >= 0);
	fill(cmp, SIZE, 0);
	for(i = 0; i < SIZE; i += 1000) {
		checkint(read(fd, buf, 1000), 1000);
		check(memcmp(buf, cmp + i, 1000) == 0);
	}
	checkint(read(fd, buf, 1000), 0);
	check(isoff("mountahead") || sh->counts[Tread] < 40);
	close(fd);
	stop(pid);
}

static void
longreadsaremanyrequestsatonce(void)
{
	int pid = startmounted(), fd = open("/mnt/f", OREAD);

	check(fd >= 0);
	sh->pairs = !isoff("mountpipe");
	checkint(read(fd, buf, SIZE), SIZE);
	fill(cmp, SIZE, 0);
	check(memcmp(buf, cmp, SIZE) == 0);
	sh->pairs = 0;
	close(fd);
	stop(pid);
}

static void
longwritesaretoo(void)
{
	int pid = startmounted(), fd = open("/mnt/f", ORDWR);

	check(fd >= 0);
	fill(cmp, SIZE, 9);
	checkint(write(fd, cmp, SIZE), SIZE);
	check(memcmp(sh->data, cmp, SIZE) == 0);
	/* the last piece does not fit */
	checkint(pwrite(fd, cmp + 1, 50000, SIZE - 40000), 32768);
	checkint(pread(fd, buf, 40000, SIZE - 40000), 40000);
	check(memcmp(buf, sh->data + SIZE - 40000, 40000) == 0);
	close(fd);
	stop(pid);
}

static void
programsarecachedonce(void)
{
	char *argv[] = {"prog", "nosuchcase", nil};
	int pid = startmounted(), child, fd, i;
	vlong before = stat1("mountclunked "), pages;

	/* all of it is in the mount cache at first */
	fd = open("/mnt/prog", OREAD);
	check(fd >= 0);
	checkint(readn(fd, buf, SIZE), sh->nprog);
	close(fd);
	pages = stat1("mountpages ");
	check(isoff("mountcache") || pages >= sh->nprog / BY2PG);
	for(i = 0; i < 2; i++) {
		child = rfork(RFPROC | RFFDG);
		check(child >= 0);
		if(child == 0) {
			exec("/mnt/prog", argv);
			exits("exec");
		}
		check(strstr(childmsg(child), "exec") == nil);
	}
	check(stat1("mountclunked ") >= before + pages);
	/* no more than the headers of the later execs */
	check(stat1("mountpages ") <= 1);
	stop(pid);
}

/* Bytes at offset off are told by off, and may be written again and again. */
static void
onecaller(void *arg)
{
	u32int seed = (uintptr)arg, i, n, off;
	int fd, r;

	fd = open(seed & 1 ? "/mnt/f" : "/n/f", ORDWR);
	check(fd >= 0);
	fill(cmp, SIZE, 0);
	for(i = 0; i < NROUND; i++) {
		seed = seed * 1103515245 + 12345;
		n = (seed >> 4 & 0x3FFF) + 1;
		off = (seed >> 8) % (SIZE - n);
		if(i % 4 == 0) {
			checkint(pwrite(fd, cmp + off, n, off), n);
			continue;
		}
		memset(buf, 0xFF, n);
		r = pread(fd, buf, n, off);
		checkint(r, n);
		check(memcmp(buf, cmp + off, n) == 0);
		if(i % 16 == 1) {
			close(fd);
			fd = open(seed & 64 ? "/mnt/f" : "/n/f", ORDWR);
			check(fd >= 0);
		}
	}
	close(fd);
}

static void
manycallersgettheirbytes(void)
{
	int pid = startmounted(), i;
	Waitmsg w;

	for(i = 0; i < NCALLER; i++)
		spawn(RFFDG, onecaller, (void *)(uintptr)(i + 1));
	for(i = 0; i < NCALLER; i++) {
		check(waitfor(&w) >= 0);
		if(w.msg[0] != 0)
			fail("%s", w.msg);
	}
	stop(pid);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(bytesareaskedforonce),
	    CASE(mountsofatreeshare),
	    CASE(anotherversionbeginsanew),
	    CASE(writesgothrough),
	    CASE(truncationbywstatisseen),
	    CASE(sequencesarereadahead),
	    CASE(longreadsaremanyrequestsatonce),
	    CASE(longwritesaretoo),
	    CASE(programsarecachedonce),
	    CASE(manycallersgettheirbytes),
	};

	runcases(cases, nelem(cases), argc, argv);
}

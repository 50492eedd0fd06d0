/*
 * A 9P server for tests of #M: mntserv.h.
 */
#include "dev/mntserv.h"

Server srv;
Chan *conn, *at;

uchar
byteat(u64int off)
{
	return (uchar)(off * 7 + off / 251);
}

static void
put(u64int v, int n)
{
	for(; n > 0; n--, v >>= 8)
		*srv.op++ = (uchar)v;
}

static void
begin(int type, ushort tag)
{
	srv.op = srv.out + 4;
	put((uint)type, 1);
	put(tag, 2);
}

/* The answer is not as it should be: a tag that no request has, another type, a body too short. Clunks and
 * flushes must be answered: the process that sends them waits when too many are not. */
static void
makewild(void)
{
	int posted;

	posted = srv.out[4] == Rclunk || srv.out[4] == Rflush;
	switch(nextrand(&srv.rand) % 3) {
	case 0:
		if(!posted)
			PBIT16(srv.out + 5, 0xFFFE);
		break;
	case 1:
		srv.out[4] = (uchar)(srv.out[4] ^ 2);
		break;
	case 2:
		if(srv.op > srv.out + MSGHDR)
			srv.op--;
		break;
	}
}

static void
send(void)
{
	long n, k, m;

	if(srv.wild != 0 && nextrand(&srv.rand) % srv.wild == 0)
		makewild();
	n = srv.op - srv.out;
	PBIT32(srv.out, (u32int)n);
	if(srv.cut < 0 || __atomic_load_n(&srv.mute, __ATOMIC_SEQ_CST))
		return;
	if(srv.cut && srv.last == 1) {
		srv.cut = -1;
		n /= 2;
	}
	m = srv.piece != 0 ? (long)srv.piece : n;
	for(k = 0; k < n; k += m)
		xwrite(srv.c, srv.out + k, n - k < m ? n - k : m, 0);
}

/* A fid that must be known, or must not. */
static void
usefid(const uchar *p, int new)
{
	u32int fid;
	int i, spare;

	fid = GBIT32(p);
	spare = -1;
	for(i = 0; i < NSERVFID; i++) {
		if(srv.fids[i].used && srv.fids[i].fid == fid) {
			/* a wild answer to a walk has said that there is none */
			if(new &&srv.wild == 0)
				panic("fid %d is used twice", fid);
			return;
		}
		if(!srv.fids[i].used)
			spare = i;
	}
	if(!new)
		panic("fid %d is not known", fid);
	if(spare < 0)
		panic("fid %d is one too many", fid);
	srv.fids[spare].fid = fid;
	srv.fids[spare].used = 1;
}

static void
dropfid(const uchar *p)
{
	int i;

	usefid(p, 0);
	for(i = 0; i < NSERVFID; i++)
		if(srv.fids[i].fid == GBIT32(p))
			srv.fids[i].used = 0;
}

static void
putqid(int dir)
{
	put(dir ? QTDIR : 0, 1);
	put(0, 4);
	put(dir ? 0 : 1, 8);
}

/* Answer a read that waits. */
static void
answerread(int i)
{
	u32int n, k;
	u64int off;

	off = srv.held[i].off;
	n = srv.held[i].n;
	if(off >= FILESIZE)
		n = 0;
	else if(n > FILESIZE - off)
		n = (u32int)(FILESIZE - off);
	begin(Rread, srv.held[i].tag);
	put(n, 4);
	for(k = 0; k < n; k++)
		*srv.op++ = byteat(off + k);
	srv.held[i] = srv.held[--srv.nheld];
	send();
}

static void
answerflush(ushort old, ushort tag)
{
	int i;

	for(i = 0; i < srv.nheld; i++) {
		if(srv.held[i].tag != old)
			continue;
		if(nextrand(&srv.rand) & 1)
			answerread(i);
		else
			srv.held[i] = srv.held[--srv.nheld];
		break;
	}
	begin(Rflush, tag);
	send();
}

static void
holdread(const uchar *p, ushort tag)
{
	usefid(p, 0);
	if(srv.silent) {
		__atomic_store_n(&srv.gotread, 1, __ATOMIC_SEQ_CST);
		return;
	}
	srv.held[srv.nheld].tag = tag;
	srv.held[srv.nheld].off = GBIT64(p + 4);
	srv.held[srv.nheld].n = GBIT32(p + 12);
	srv.nheld++;
	while(srv.nheld == NLATE ||
	    (srv.nheld > 0 && (!srv.lazy || (nextrand(&srv.rand) & 3) != 0)))
		answerread((int)(nextrand(&srv.rand) % (uint)srv.nheld));
}

static void
answerwalk(const uchar *p)
{
	int n;

	usefid(p, 0);
	usefid(p + 4, 1);
	n = GBIT16(p + 8);
	put((uint)n, 2);
	if(n > 0)
		putqid(0);
}

static void
checkwrite(const uchar *p)
{
	u64int off;
	u32int i, n;

	usefid(p, 0);
	off = GBIT64(p + 4);
	n = GBIT32(p + 12);
	for(i = 0; i < n; i++)
		if(p[16 + i] != byteat(off + i))
			panic("byte %lld is written wrong", (vlong)(off + i));
}

static void
putstat(void)
{
	uint n;
	Dir d;

	memset(&d, 0, sizeof d);
	d.name = d.uid = d.gid = d.muid = "f";
	d.mode = 0666;
	d.qid.path = 1;
	d.length = FILESIZE;
	n = convD2M(&d, srv.op + 2, 512);
	put(n, 2);
	srv.op += n;
}

static void
answerone(const uchar *p)
{
	int type;
	ushort tag;

	type = p[4];
	tag = GBIT16(p + 5);
	p += MSGHDR;
	begin(type + 1, tag);
	switch(type) {
	case Tversion:
		put(srv.msize, 4);
		put(6, 2);
		memmove(srv.op, "9P2000", 6);
		srv.op += 6;
		break;
	case Tattach:
		usefid(p, 1);
		putqid(1);
		break;
	case Tflush:
		answerflush(GBIT16(p), tag);
		return;
	case Twalk:
		answerwalk(p);
		break;
	case Topen:
		usefid(p, 0);
		putqid(0);
		put(0, 4);
		break;
	case Tread:
		holdread(p, tag);
		return;
	case Twrite:
		checkwrite(p);
		put(GBIT32(p + 12), 4);
		break;
	case Tstat:
		usefid(p, 0);
		putstat();
		break;
	case Tclunk:
		dropfid(p);
		break;
	default:
		panic("a message of type %d", type);
	}
	send();
}

void
pausems(void)
{
	if(waserror())
		return;
	tsleep(&up->sleeprend, return0, nil, 1);
	poperror();
}

void
await(u32int *p, const char *what, int most)
{
	int ms;

	for(ms = 0; !__atomic_load_n(p, __ATOMIC_SEQ_CST); ms++) {
		if(ms == most)
			panic("%s does not come", what);
		pausems();
	}
}

/* The rest of a message is not read. */
static void
standstill(void)
{
	static uchar wrong[] = {3, 0, 0, 0};

	if(srv.lies)
		xwrite(srv.c, wrong, sizeof wrong, 0);
	__atomic_store_n(&srv.stopped, 1, __ATOMIC_SEQ_CST);
	await(&srv.go, "the server's end", 9 * PATIENCE);
	cclose(srv.c);
}

/* The rest of a Twrite, of which n bytes have come, and its answer. */
static void
takeslowly(long n)
{
	static uchar rest[64 * KiB];
	uchar answer[MSGHDR + BIT32SZ] = {sizeof answer, 0, 0, 0, Rwrite};
	long left;

	for(left = GBIT32(srv.in) - n; left > 0; left -= n) {
		srv.between(left);
		n = xread(srv.c, rest,
		    left < (long)sizeof rest ? left : (long)sizeof rest, 0);
		if(n <= 0)
			panic("the message is broken off");
	}
	/* the tag, and the count behind fid and offset */
	memmove(answer + 5, srv.in + 5, BIT16SZ);
	memmove(answer + MSGHDR, srv.in + MSGHDR + BIT32SZ + BIT64SZ, BIT32SZ);
	xwrite(srv.c, answer, sizeof answer, 0);
}

static void
serve(void *arg)
{
	long n;
	int i;

	USED(arg);
	for(i = srv.last; i != 1; i--) {
		srv.last = i - 1;
		n = xread(srv.c, srv.in, sizeof srv.in, 0);
		if(n <= 0)
			break;
		if(srv.stops && n < (long)GBIT32(srv.in)) {
			standstill();
			return;
		}
		if(srv.between != nil && n < (long)GBIT32(srv.in)) {
			takeslowly(n);
			continue;
		}
		if(n != (long)GBIT32(srv.in))
			panic("a message of %d bytes in %lld", GBIT32(srv.in),
			    (vlong)n);
		answerone(srv.in);
	}
	cclose(srv.c);
}

void
setexiting(int on)
{
	qlock(&up->notelock);
	up->exiting = on;
	qunlock(&up->notelock);
}

/* --- mounting it --- */

void
startserver(int last, int lazy)
{
	Chan *end[2];

	newpipe(end);
	memset(&srv, 0, sizeof srv);
	srv.c = end[0];
	srv.rand = 12345;
	srv.last = last;
	srv.lazy = lazy;
	srv.msize = SRVMSIZE;
	conn = end[1];
	srv.w = spawn(serve, nil);
}

void
mountserver(int flag)
{
	Chan *root;

	srv.cached = flag & CCACHE;
	root = mntclient.attach(conn, nil, "");
	root->flag |= flag;
	at = namec("/n", Amount, 0, 0);
	cmount(root, at, MREPL, "");
	cclose(root);
	cclose(conn);
}

void
unmountserver(void)
{
	cunmount(at, nil);
	cclose(at);
	join(srv.w);
}

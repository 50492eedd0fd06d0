/*
 * A small 9P server. Tree:
 *	greeting	"hello from the server\n"
 *	big		40000 bytes
 *	prog		this program
 *	slow		reads and writes wait to be flushed
 *	sub/deep	"down here"
 *	app, excl, tmp	modes of these kinds
 *	many/		40 files
 * It notes what it is asked in srv->log: fids and tags renamed in order of appearance.
 */
#include "psrv.h"

Srv *srv;

typedef struct F F;
struct F
{
	int used, parent;
	char name[64];
	uint mode, vers;
	int len;
	char *data;
};
enum
{
	NF = 128,
	NFID = 256,
	MS = 140 * 1024
};
static F f[NF];
static struct
{
	u32int fid;
	int used, q, open;
} fids[NFID];
static u32int seen[512];
static int nseen;
static uchar in[MS], out[MS + 4096];
static uchar *op;
static int sfd;
static uint msize = 8216;
static ushort tags[64];
static int tagtype[64], ntag;

void
srvinit(void)
{
	srv = segattach(0, "shared", nil, 40 * 1024);
}

static void
lg(const char *fmt, ...)
{
	va_list a;
	int n = srv->n;

	if(srv->nolog || n > (int)sizeof srv->log - 400)
		return;
	va_start(a, fmt);
	n += vsnprint(srv->log + n, 300, fmt, a);
	va_end(a);
	srv->n = n;
}

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
puts(char *s)
{
	put(strlen(s), 2);
	memcpy(op, s, strlen(s));
	op += strlen(s);
}
static char *
gets(uchar **p)
{
	static char b[4][256];
	static int k;
	char *s = b[k++ & 3];
	int n = get(p, 2);

	memcpy(s, *p, n < 255 ? n : 255);
	s[n < 255 ? n : 255] = 0;
	*p += n;
	return s;
}
static int
fname(u32int fid)
{
	int i;

	if(fid == 0xffffffff)
		return -1;
	for(i = 0; i < nseen; i++)
		if(seen[i] == fid)
			return i;
	if(nseen == 512)
		nseen = 0;
	seen[nseen] = fid;
	return nseen++;
}
static char *
uname(char *s)
{
	return *s ? "USER" : "";
}
static void
qid(int q)
{
	put((f[q].mode >> 24) & 0xff, 1);
	put(f[q].vers, 4);
	put(q, 8);
}
static void
err(char *s)
{
	op = out + 7;
	out[4] = Rerror;
	puts(s);
}
static int
slot(u32int fid, int new)
{
	int i, spare = -1;

	for(i = 0; i < NFID; i++) {
		if(fids[i].used && fids[i].fid == fid)
			return i;
		if(!fids[i].used)
			spare = i;
	}
	if(!new) {
		err("unknown fid");
		return -1;
	}
	fids[spare].fid = fid;
	fids[spare].used = 1;
	fids[spare].open = 0;
	return spare;
}
static int
mk(int parent, char *name, uint mode, char *data, int len)
{
	int i;

	for(i = 0; i < NF; i++)
		if(!f[i].used) {
			f[i].used = 1;
			f[i].parent = parent;
			strcpy(f[i].name, name);
			f[i].mode = mode;
			f[i].vers = 0;
			f[i].data = malloc(len > 8192 ? len : 8192);
			memcpy(f[i].data, data, len);
			f[i].len = len;
			return i;
		}
	return -1;
}
static int
lookup(int q, char *n)
{
	int i;

	if(strcmp(n, "..") == 0)
		return f[q].parent;
	for(i = 1; i < NF; i++)
		if(f[i].used && f[i].parent == q && strcmp(f[i].name, n) == 0)
			return i;
	return -1;
}
static void
statof(int q)
{
	uchar *s = op, *e;
	char *nm = q == 0 ? "/" : f[q].name;

	op += 2;
	put(0x77, 2);
	put(0x99, 4);
	qid(q);
	put(f[q].mode, 4);
	put(1000000, 4);
	put(2000000, 4);
	put(f[q].mode & DMDIR ? 0 : f[q].len, 8);
	puts(srv->lie == LSTATNAME ? "a/b" : nm);
	puts("own");
	puts("grp");
	puts("mod");
	e = op;
	op = s;
	put(e - s - 2, 2);
	op = e;
}
static void
fsetup(void)
{
	static char pg[400000];
	int i, fd, n = 0, m;
	char b[32];

	memset(f, 0, sizeof f);
	memset(fids, 0, sizeof fids);
	nseen = 0;
	mk(0, "/", DMDIR | 0777, "", 0);
	mk(0, "greeting", 0666, "hello from the server\n", 22);
	for(i = 0; i < 40000; i++)
		pg[i] = 'a' + i % 26;
	mk(0, "big", 0666, pg, 40000);
	fd = open(argv0, OREAD);
	while(fd >= 0 && (m = pread(fd, pg + n, 8192, -1)) > 0)
		n += m;
	close(fd);
	mk(0, "prog", 0777, pg, n);
	mk(0, "slow", 0666, "slowly", 6);
	i = mk(0, "sub", DMDIR | 0777, "", 0);
	mk(i, "deep", 0666, "down here", 9);
	mk(0, "app", DMAPPEND | 0666, "app", 3);
	mk(0, "excl", DMEXCL | 0666, "excl", 4);
	mk(0, "tmp", DMTMP | 0666, "tmp", 3);
	n = mk(0, "many", DMDIR | 0777, "", 0);
	for(i = 0; i < 40; i++) {
		snprint(b, sizeof b, "file%d", i);
		mk(n, b, 0666, "x", 1);
	}
	mk(0, "script", 0777, "#!/n/prog arg\n", 14);
	mk(0, "none", 0000, "none", 4);
}

static void
send(int tag)
{
	int n = op - out, i;
	uchar *e = op;

	op = out;
	put(n, 4);
	op++;
	put(tag, 2);
	for(i = 0; i < ntag; i++)
		if(tags[i] == tag)
			tagtype[i] = 0;
	pwrite(sfd, out, n, -1);
	op = e;
}

static int
lied(int type, int tag)
{
	int n = op - out;
	int l = srv->lie;
	char b[400];

	if(l == LNONE || srv->lieto != type)
		return 0;
	if(srv->lieskip > 0) {
		srv->lieskip--;
		return 0;
	}
	srv->done++;
	switch(l) {
	case LTAG:
		send(tag ^ 0x55);
		return 1;
	case LTYPE:
		out[4] = type == Tclunk ? Tflush + 1 : Tclunk + 1;
		op = out + 7;
		send(tag);
		return 1;
	case LLONG:
		put(0x1122334455667788ULL, 8);
		send(tag);
		return 1;
	case LSHORT:
		if(n > 7)
			op--;
		send(tag);
		return 1;
	case LCUT:
		op = out + 7;
		send(tag);
		return 1;
	case LCOUNT: /* as many more bytes as it says */
		if(type == Tread) {
			n -= 11;
			op = out + 7;
			put(n + 100, 4);
			op += n;
			memset(op, 'Z', 100);
			op += 100;
		} else if(type == Twrite) {
			op -= 4;
			put(1000, 4);
		}
		send(tag);
		return 1;
	case LCOUNT2: /* fewer bytes than it says */
		op = out + 7;
		put(1000, 4);
		op = out + n;
		send(tag);
		return 1;
	case LMINUS:
		op = out + 7;
		put(0xffffffff, 4);
		op = out + n;
		send(tag);
		return 1;
	case LZERO:
		op = out + 7;
		put(0, type == Twalk ? 2 : 4);
		send(tag);
		return 1;
	case LHANGUP:
		exits(nil);
	case LERRLONG:
		memset(b, 'e', 399);
		b[399] = 0;
		err(b);
		send(tag);
		return 1;
	case LERRUTF:
		memset(b, 'e', 126);
		strcpy(b + 126, "\xc3\xa9\xc3\xa9");
		err(b);
		send(tag);
		return 1;
	case LNL:
		err("a\nb\001c");
		send(tag);
		return 1;
	case LERREMPTY:
		err("");
		send(tag);
		return 1;
	case LERRCUT:
		err("");
		op = out + 7;
		put(20, 2);
		send(tag);
		return 1;
	case LERROR:
		err("no, thanks");
		send(tag);
		return 1;
	case LSIZE0:
		op = out;
		put(3, 4);
		put(0, 8);
		pwrite(sfd, out, 12, -1);
		return 1;
	case LSIZEHUGE:
		send(tag);
		op = out;
		put(0x7fffffff, 4);
		put(type + 1, 1);
		put(tag, 2);
		pwrite(sfd, out, n, -1);
		return 1;
	case LSTATBAD:
		op = out + 7;
		put(10, 2);
		put(8, 2);
		put(0, 8);
		send(tag);
		return 1;
	case LNWQID:
		op = out + 7;
		put(16, 2);
		for(n = 0; n < 16; n++)
			qid(1);
		send(tag);
		return 1;
	case LPARTIAL:
		op = out + 7;
		put(1, 2);
		qid(5);
		send(tag);
		return 1;
	case LDIRTYPE:
		op = out + 7;
		put(0x80, 1);
		op = out + n;
		send(tag);
		return 1;
	case LTWICE:
		send(tag);
		send(tag);
		return 1;
	case LSILENT:
	case LFLUSHFIRST:
	case LANSWERFIRST:
	case LNOFLUSH:
		return 1;
	}
	return 0;
}

static void
serve(void)
{
	uchar *p;
	int n, i, k, q, type, tag, ns, sl;
	u32int fid, nfid, m;
	u64int off;
	char *s, *names[16], nb[16][64], wd[600];

	for(;;) {
		n = readn(sfd, in, 4);
		if(n != 4) {
			lg("hangup %d; ", n);
			exits(nil);
		}
		p = in;
		n = get(&p, 4);
		if(n < 7 || n > MS || readn(sfd, in + 4, n - 4) != n - 4) {
			lg("bad size; ");
			exits(nil);
		}
		type = get(&p, 1);
		tag = get(&p, 2);
		for(i = 0; i < ntag; i++)
			if(tags[i] == tag)
				break;
		if(i == ntag && ntag < 64)
			ntag++;
		if(i < 64) {
			tags[i] = tag;
			tagtype[i] = type;
		}
		out[4] = type + 1;
		op = out + 7;
		if(srv->lie == LSILENT && srv->lieto == 0)
			continue;
		switch(type) {
		case Tversion:
			m = get(&p, 4);
			s = gets(&p);
			lg("Tversion%s %u %s; ", tag == 0xffff ? "" : " tag", m,
			    s);
			msize = srv->msize ? srv->msize : 8216;
			if(m < msize && !srv->msize)
				msize = m;
			put(msize, 4);
			puts(srv->version[0] ? srv->version : s);
			break;
		case Tauth:
			fid = get(&p, 4);
			s = gets(&p);
			lg("Tauth %d %s '%s'; ", fname(fid), uname(s),
			    gets(&p));
			if(!srv->auth) {
				err("no authentication required");
				break;
			}
			slot(fid, 1);
			put(0x08, 1);
			put(0, 4);
			put(99, 8);
			fids[slot(fid, 1)].q = 1;
			break;
		case Tattach:
			fid = get(&p, 4);
			nfid = get(&p, 4);
			s = gets(&p);
			lg("Tattach %d %d %s '%s'; ", fname(fid), fname(nfid),
			    uname(s), gets(&p));
			fids[slot(fid, 1)].q = 0;
			qid(0);
			break;
		case Tflush: {
			int old = get(&p, 2), ot = 0;
			for(i = 0; i < ntag; i++)
				if(tags[i] == old)
					ot = tagtype[i];
			lg("Tflush of %d; ", ot);
			if(srv->lie == LANSWERFIRST) {
				op = out + 7;
				out[4] = Tread + 1;
				put(4, 4);
				op += 4;
				memcpy(op - 4, "late", 4);
				send(old);
				out[4] = Tflush + 1;
				op = out + 7;
			} else if(srv->lie == LNOFLUSH) {
				out[4] = Tread + 1;
				put(4, 4);
				op += 4;
				memcpy(op - 4, "late", 4);
				send(old);
				continue;
			} else if(srv->lie == LFLUSHFIRST) {
				send(tag);
				out[4] = Tread + 1;
				op = out + 7;
				put(4, 4);
				op += 4;
				memcpy(op - 4, "late", 4);
				send(old);
				continue;
			}
			break;
		}
		case Twalk:
			fid = get(&p, 4);
			nfid = get(&p, 4);
			ns = get(&p, 2);
			wd[0] = 0;
			k = 0;
			for(i = 0; i < ns && i < 16; i++) {
				strecpy(nb[i], nb[i] + 64, gets(&p));
				names[i] = nb[i];
				k += snprint(wd + k, 100, " %s", nb[i]);
			}
			lg("Twalk %d %d%s; ", fname(fid), fname(nfid), wd);
			if((sl = slot(fid, 0)) < 0)
				break;
			q = fids[sl].q;
			put(0, 2);
			for(i = 0; i < ns; i++) {
				k = f[q].mode & DMDIR ? lookup(q, names[i])
						      : -1;
				if(k < 0)
					break;
				q = k;
				qid(q);
			}
			if(i == 0 && ns > 0) {
				err(f[q].mode & DMDIR ? "no such file there"
						      : "walk in a file");
				break;
			}
			if(i == ns) {
				sl = slot(nfid, 1);
				fids[sl].q = q;
			}
			{
				uchar *e = op;
				op = out + 7;
				put(i, 2);
				op = e;
			}
			break;
		case Topen:
			fid = get(&p, 4);
			k = get(&p, 1);
			lg("Topen %d %x; ", fname(fid), k);
			if((sl = slot(fid, 0)) < 0)
				break;
			q = fids[sl].q;
			fids[sl].open = k + 1;
			if(strcmp(f[q].name, "none") == 0) {
				err("permission denied by server");
				break;
			}
			if(k & OTRUNC)
				f[q].len = 0;
			qid(q);
			put(srv->iounit, 4);
			break;
		case Tcreate:
			fid = get(&p, 4);
			s = gets(&p);
			m = get(&p, 4);
			k = get(&p, 1);
			lg("Tcreate %d %s %x %x; ", fname(fid), s, m, k);
			if((sl = slot(fid, 0)) < 0)
				break;
			q = fids[sl].q;
			if(lookup(q, s) >= 0) {
				err("it exists");
				break;
			}
			q = mk(q, s, m, "", 0);
			fids[sl].q = q;
			fids[sl].open = k + 1;
			qid(q);
			put(srv->iounit, 4);
			break;
		case Tread:
			fid = get(&p, 4);
			off = get(&p, 8);
			m = get(&p, 4);
			lg("Tread %d %llu %u; ", fname(fid), off, m);
			if((sl = slot(fid, 0)) < 0)
				break;
			q = fids[sl].q;
			if(strcmp(f[q].name, "slow") == 0)
				continue;
			put(0, 4);
			if(m > msize - 11)
				m = msize - 11;
			if(f[q].mode & DMDIR) {
				uchar *e;
				u64int o = 0;
				for(i = 1; i < NF; i++) {
					if(!f[i].used || f[i].parent != q)
						continue;
					e = op;
					statof(i);
					if(o < off) {
						o += op - e;
						op = e;
						continue;
					}
					if(op - out - 11 > (int)m) {
						op = e;
						break;
					}
				}
			} else if(off < (u64int)f[q].len) {
				k = f[q].len - off;
				if(k > (int)m)
					k = m;
				memcpy(op, f[q].data + off, k);
				op += k;
			}
			{
				uchar *e = op;
				op = out + 7;
				put(e - out - 11, 4);
				op = e;
			}
			break;
		case Twrite:
			fid = get(&p, 4);
			off = get(&p, 8);
			m = get(&p, 4);
			lg("Twrite %d %llu %u; ", fname(fid), off, m);
			if((sl = slot(fid, 0)) < 0)
				break;
			q = fids[sl].q;
			if(strcmp(f[q].name, "slow") == 0)
				continue;
			if(off + m < 8192) {
				memcpy(f[q].data + off, p, m);
				if((int)(off + m) > f[q].len)
					f[q].len = off + m;
			}
			f[q].vers++;
			put(m, 4);
			break;
		case Tclunk:
		case Tremove:
			fid = get(&p, 4);
			lg("%s %d; ", type == Tclunk ? "Tclunk" : "Tremove",
			    fname(fid));
			if((sl = slot(fid, 0)) < 0)
				break;
			fids[sl].used = 0;
			if(type == Tremove ||
			    ((fids[sl].open - 1) & ORCLOSE && fids[sl].open))
				f[fids[sl].q].used = 0;
			break;
		case Tstat:
			fid = get(&p, 4);
			lg("Tstat %d; ", fname(fid));
			if((sl = slot(fid, 0)) < 0)
				break;
			{
				uchar *s0 = op, *e;
				op += 2;
				statof(fids[sl].q);
				e = op;
				op = s0;
				put(e - s0 - 2, 2);
				op = e;
			}
			break;
		case Twstat: {
			int l1, l2;
			fid = get(&p, 4);
			l1 = get(&p, 2);
			l2 = get(&p, 2);
			k = snprint(wd, 100, "Twstat %d %s", fname(fid),
			    l1 == l2 + 2 ? "" : "odd lengths");
			q = get(&p, 2);
			if(q != 0xffff)
				k += snprint(wd + k, 60, " type");
			if((u32int)get(&p, 4) != ~0u)
				k += snprint(wd + k, 60, " dev");
			if(get(&p, 1) != 0xff)
				k += snprint(wd + k, 60, " qtype");
			if((u32int)get(&p, 4) != ~0u)
				k += snprint(wd + k, 60, " qvers");
			if(get(&p, 8) != ~0ULL)
				k += snprint(wd + k, 60, " qpath");
			m = get(&p, 4);
			if(m != ~0u)
				k += snprint(wd + k, 60, " mode %x", m);
			if((u32int)get(&p, 4) != ~0u)
				k += snprint(wd + k, 60, " atime");
			if((u32int)get(&p, 4) != ~0u)
				k += snprint(wd + k, 60, " mtime");
			off = get(&p, 8);
			if(off != ~0ULL)
				k += snprint(wd + k, 60, " length %llu", off);
			for(i = 0; i < 4; i++) {
				s = gets(&p);
				if(*s)
					k += snprint(wd + k, 60, " %s '%s'",
					    i == 0	 ? "name"
						: i == 1 ? "uid"
						: i == 2 ? "gid"
							 : "muid",
					    s);
			}
			lg("%s; ", wd);
			break;
		}
		default:
			lg("T%d?; ", type);
			err("what?");
		}
		if(!lied(type, tag))
			send(tag);
	}
}

int
server(void)
{
	int fd[2], i;

	if(pipe(fd) < 0)
		exits("pipe");
	if(rfork(RFPROC | RFFDG | RFNOTEG | RFNOWAIT | RFNAMEG | RFENVG) == 0) {
		for(i = 0; i < 40; i++)
			if(i != fd[0] && i != 1)
				close(i);
		sfd = fd[0];
		msize = 8216;
		fsetup();
		serve();
	}
	close(fd[0]);
	return fd[1];
}

void
logclear(void)
{
	sleep(30);
	srv->n = 0;
	srv->log[0] = 0;
}

void
asked(char *q)
{
	char b[1000];
	int i;

	sleep(30);
	strecpy(b, b + sizeof b, srv->log);
	ans(qs("%s: asks", q), "%s%s", b, srv->n > 990 ? "..." : "");
	srv->n = 0;
	srv->log[0] = 0;
	USED(i);
}

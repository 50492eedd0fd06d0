/*
 * A 9P client of the server at its standard input: the messages that bench/prog/ninep causes, and
 * nothing else.
 *
 *	ninep small count file
 *	ninep io name msize passes
 *
 * file has 4 MiB: what comes from a cache is compared with pread.
 */
#include "ninemsg.h"

enum
{
	/* requests at once */
	NWINDOW = 8,
	ROOT = 1,
	FIRST,
	SECOND,
};

static unsigned char *in, *out, *op, *ip;
static size_t rp, wp;
static unsigned msize = MAXMSG;

/* --- messages --- */

static void
begin(int type, int tag)
{
	op = putn(out + 4, type, 1);
	op = putn(op, tag, 2);
}

static void
put(uint64_t v, int n)
{
	op = putn(op, v, n);
}

static void
sendmsg9(void)
{
	size_t n = op - out, k;
	ssize_t m;

	putn(out, n, 4);
	for(k = 0; k < n; k += m) {
		m = write(0, out + k, n - k);
		if(m <= 0)
			fatal("write");
	}
}

/* The next message, at ip: its size. */
static size_t
receive(void)
{
	size_t n;
	ssize_t m;

	for(;;) {
		if(wp - rp >= 4 && wp - rp >= (n = getn(in + rp, 4))) {
			ip = in + rp;
			rp += n;
			if(ip[4] == Rerror) {
				fprintf(stderr, "ninep: %.*s\n",
				    (int)getn(ip + HDR, 2), ip + HDR + 2);
				exit(1);
			}
			return n;
		}
		memmove(in, in + rp, wp - rp);
		wp -= rp;
		rp = 0;
		m = read(0, in + wp, MAXMSG - wp);
		if(m <= 0)
			fatal("read");
		wp += m;
	}
}

static void
call(void)
{
	sendmsg9();
	receive();
}

static void
clunk(int fid)
{
	begin(Tclunk, 0);
	put(fid, 4);
	call();
}

static void
statfid(int fid, int tag)
{
	begin(Tstat, tag);
	put(fid, 4);
	sendmsg9();
}

/* Walk from the root along names, which a slash is between. */
static void
walk(const char *names, int fid)
{
	char name[64], *s, *e;

	strcpy(name, names);
	begin(Twalk, 0);
	put(ROOT, 4);
	put(fid, 4);
	e = strchr(name, '/');
	put(e != NULL ? 2 : 1, 2);
	s = name;
	if(e != NULL) {
		*e = 0;
		op = puts2(op, name);
		s = e + 1;
	}
	op = puts2(op, s);
	call();
}

static void
openfid(int fid, int mode)
{
	begin(Topen, 0);
	put(fid, 4);
	put(mode, 1);
	call();
}

static void
askread(int fid, int tag, uint64_t off, unsigned n)
{
	begin(Tread, tag);
	put(fid, 4);
	put(off, 8);
	put(n, 4);
	sendmsg9();
}

static void
mountserver(void)
{
	begin(Tversion, 0xFFFF);
	put(msize, 4);
	op = puts2(op, "9P2000");
	call();
	if(getn(ip + HDR, 4) < msize)
		msize = getn(ip + HDR, 4);
	begin(Tattach, 0);
	put(ROOT, 4);
	put(0xFFFFFFFF, 4);
	op = puts2(op, "glenda");
	op = puts2(op, "");
	call();
}

/* --- many small calls --- */

static void
roundtrips(int n)
{
	long long t;
	int i;

	walk("d3/f4", FIRST);
	openfid(FIRST, 0);
	t = now();
	for(i = 0; i < n; i++) {
		statfid(FIRST, 0);
		receive();
	}
	result("9prtt", n, now() - t);
	/* as many as eight processes */
	t = now();
	for(i = 0; i < n + NWINDOW; i++) {
		if(i >= NWINDOW)
			receive();
		if(i < n)
			statfid(FIRST, i % NWINDOW);
	}
	result("9peight", n, now() - t);
	clunk(FIRST);
}

static void
stats(int n)
{
	long long t;
	int i;

	t = now();
	for(i = 0; i < n; i++) {
		walk("d3/f4", FIRST);
		statfid(FIRST, 0);
		receive();
		clunk(FIRST);
	}
	result("9pstat", n, now() - t);
	t = now();
	for(i = 0; i < n; i++) {
		walk("d3/f4", FIRST);
		openfid(FIRST, 0);
		clunk(FIRST);
	}
	result("9popen", n, now() - t);
}

/* Read directory name, and look at each of its files. */
static void
walkdir(const char *name)
{
	char file[64];
	uint64_t off;
	size_t n;
	int i;

	walk(name, FIRST);
	openfid(FIRST, 0);
	off = 0;
	do {
		askread(FIRST, 0, off, msize - IOHDR);
		n = receive() - HDR - 4;
		off += n;
	} while(n > 0);
	clunk(FIRST);
	for(i = 0; i < NFILE; i++) {
		snprintf(file, sizeof file, "%s/f%d", name, i);
		walk(file, SECOND);
		statfid(SECOND, 0);
		receive();
		clunk(SECOND);
	}
}

static void
tree(int n)
{
	char name[16];
	long long t;
	int i, k;

	t = now();
	for(i = 0; i < n; i++)
		for(k = 0; k < NDIR; k++) {
			snprintf(name, sizeof name, "d%d", k);
			walkdir(name);
		}
	result("9ptree", n * NDIR * NFILE, now() - t);
}

/* --- what is cached costs a pread --- */

static void
preads(const char *name, int fd, int size, int n)
{
	long long t;
	int i;

	t = now();
	for(i = 0; i < n; i++)
		if(pread(fd, in, size, (long long)i * size % (4 * MiB)) != size)
			fatal("pread");
	result(name, n, now() - t);
}

static void
small(int n, const char *file)
{
	int fd;

	msize = 8 * KiB + IOHDR;
	mountserver();
	roundtrips(n);
	stats(n / 4);
	tree(n / 2000 + 1);
	fd = open(file, O_RDONLY);
	if(fd < 0)
		fatal(file);
	preads("9pwarm4k", fd, 4 * KiB, 10 * n);
	preads("9pwarm1m", fd, MiB, n / 20);
}

/* --- long reads and writes --- */

static void
named(char *buf, const char *what, const char *name)
{
	snprintf(buf, 64, "%s%s", what, name);
}

/* Read a file whole, at most so many requests at once. */
static void
readwindow(int fid, int most)
{
	uint64_t sent, done;
	unsigned n, k, under;

	k = msize - IOHDR;
	under = 0;
	for(sent = done = 0; done < BIGSIZE;) {
		for(; under < (unsigned)most && sent < BIGSIZE; under++) {
			n = k < BIGSIZE - sent ? k : BIGSIZE - sent;
			askread(fid, under, sent, n);
			sent += n;
		}
		done += receive() - HDR - 4;
		under--;
	}
}

static void
writewhole(int fid)
{
	uint64_t off;
	unsigned n, k;

	k = msize - IOHDR;
	for(off = 0; off < BIGSIZE; off += n) {
		n = k < BIGSIZE - off ? k : BIGSIZE - off;
		begin(Twrite, 0);
		put(fid, 4);
		put(off, 8);
		put(n, 4);
		op += n;
		call();
	}
}

static void
io(const char *name, int passes)
{
	char label[64], file[16];
	long long t;
	int i;

	mountserver();
	walk("big0", FIRST);
	openfid(FIRST, 2);
	t = now();
	for(i = 0; i < passes; i++)
		readwindow(FIRST, 1);
	named(label, "9pread", name);
	result(label, passes * (BIGSIZE / MiB), now() - t);
	t = now();
	for(i = 0; i < passes; i++)
		writewhole(FIRST);
	named(label, "9pwrite", name);
	result(label, passes * (BIGSIZE / MiB), now() - t);
	t = now();
	for(i = 0; i < passes; i++) {
		snprintf(file, sizeof file, "big%d", i + 1);
		walk(file, SECOND);
		openfid(SECOND, 0);
		readwindow(SECOND, NWINDOW);
		clunk(SECOND);
	}
	named(label, "9ppipe", name);
	result(label, passes * (BIGSIZE / MiB), now() - t);
}

int
main(int argc, char *argv[])
{
	in = malloc(MAXMSG);
	out = calloc(1, MAXMSG + IOHDR);
	if(in == NULL || out == NULL)
		fatal("memory");
	if(argc == 4 && strcmp(argv[1], "small") == 0)
		small(atoi(argv[2]), argv[3]);
	else if(argc == 5 && strcmp(argv[1], "io") == 0) {
		msize = atoi(argv[3]);
		io(argv[2], atoi(argv[4]));
	} else
		return 2;
	return 0;
}

/*
 * fileload dir n rounds: n processes at work on files below dir, each byte checked.
 *
 * Process i works in dir/i: it makes files of many sizes, reads them back from many places, writes
 * into them, cuts them short, renames and removes them, and lists its folder. Its last files are
 * left there, file k of fsize(k) bytes with pattern's bytes, for others to check. Exits with
 * "", or with what was wrong first.
 */
#include "lib.h"

enum
{
	NFILE = 7,
	MAXSIZE = 200 * KiB,
	READS = 20,
};

static const int size[NFILE] = {0, 1, 511, 4096, 8193, 70000, MAXSIZE};
static uchar out[MAXSIZE], in[MAXSIZE];

static uchar
pattern(int i, int k, int at)
{
	return (uchar)(i * 31 + k * 7 + at + (at >> 8));
}

/* The process that sees something wrong ends. */
static _Noret void
wrong(const char *what, const char *name)
{
	char err[128], msg[256];

	rerrstr(err, sizeof err);
	snprint(msg, sizeof msg, "%s %s: %s", what, name, err);
	fprint(2, "fileload: %s\n", msg);
	exits(msg);
}

static void
fill(int i, int k, int round)
{
	int at;

	for(at = 0; at < size[k]; at++)
		out[at] = pattern(i, k + round, at);
}

static void
same(const char *name, int fd, int off, int n)
{
	s32int m, got;

	for(got = 0; got < n; got += m) {
		m = pread(fd, in + got, n - got, off + got);
		if(m <= 0)
			wrong("read of", name);
	}
	if(memcmp(in, out + off, n) != 0)
		wrong("bytes of", name);
}

static void
writeall(const char *name, int fd, int off, int n)
{
	s32int m, done;

	for(done = 0; done < n; done += m) {
		m = pwrite(fd, out + off + done, n - done, off + done);
		if(m <= 0)
			wrong("write of", name);
	}
}

/* Make a file, and read it back whole, in pieces, and beyond its end. */
static void
makeone(char *name, int k, u32int seed)
{
	int fd, i, off, n;

	fd = create(name, ORDWR, 0644);
	if(fd < 0)
		wrong("create", name);
	writeall(name, fd, 0, size[k]);
	same(name, fd, 0, size[k]);
	if(pread(fd, in, 10, size[k]) != 0)
		wrong("end of", name);
	for(i = 0; i < READS && size[k] > 0; i++) {
		seed = seed * 1103515245 + 12345;
		off = (int)((seed >> 8) % (u32int)size[k]);
		n = size[k] - off;
		same(name, fd, off, n < 5000 ? n : 5000);
	}
	close(fd);
}

/* Write into the file from another opening, and cut it short. */
static void
changeone(char *name, int k)
{
	Dir d, *now;
	int fd, half;

	half = size[k] / 2;
	memset(out + half, 'x', size[k] - half);
	fd = open(name, OWRITE);
	if(fd < 0)
		wrong("open", name);
	writeall(name, fd, half, size[k] - half);
	close(fd);
	fd = open(name, OREAD);
	if(fd < 0)
		wrong("open", name);
	same(name, fd, 0, size[k]);
	nulldir(&d);
	d.length = half;
	if(dirwstat(name, &d) < 0)
		wrong("cut", name);
	now = dirfstat(fd);
	if(now == nil || now->length != half)
		wrong("length of", name);
	free(now);
	same(name, fd, 0, half);
	if(pread(fd, in, 10, half) != 0)
		wrong("new end of", name);
	close(fd);
}

static int
entries(char *dir)
{
	Dir *d;
	int fd, n, m;

	fd = open(dir, OREAD);
	if(fd < 0)
		wrong("open", dir);
	for(n = 0; (m = dirread(fd, &d)) > 0; n += m)
		free(d);
	if(m < 0)
		wrong("list", dir);
	close(fd);
	return n;
}

static void
round1(int i, char *dir, int round)
{
	char name[128], to[128], elem[16];
	Dir d;
	int k;

	for(k = 0; k < NFILE; k++) {
		snprint(name, sizeof name, "%s/f%d", dir, k);
		fill(i, k, round);
		makeone(name, k, i * 1000 + k);
		changeone(name, k);
	}
	if(entries(dir) != NFILE)
		wrong("number of files in", dir);
	for(k = 0; k < NFILE; k++) {
		snprint(name, sizeof name, "%s/f%d", dir, k);
		snprint(elem, sizeof elem, "g%d", k);
		snprint(to, sizeof to, "%s/%s", dir, elem);
		nulldir(&d);
		d.name = elem;
		if(dirwstat(name, &d) < 0)
			wrong("rename", name);
		if(open(name, OREAD) >= 0)
			wrong("old name", name);
		if(remove(to) < 0)
			wrong("remove", to);
	}
	if(entries(dir) != 0)
		wrong("files left in", dir);
}

static _Noret void
work(int i, char *top, int rounds)
{
	char dir[64], name[128];
	int fd, k, r;

	snprint(dir, sizeof dir, "%s/%d", top, i);
	fd = create(dir, OREAD, DMDIR | 0755);
	if(fd < 0)
		wrong("create", dir);
	close(fd);
	for(r = 1; r <= rounds; r++)
		round1(i, dir, r);
	for(k = 0; k < NFILE; k++) {
		snprint(name, sizeof name, "%s/f%d", dir, k);
		fill(i, k, 0);
		makeone(name, k, k);
	}
	exits(nil);
}

void
main(int argc, char *argv[])
{
	Waitmsg w;
	char bad[512];
	int i, n;

	if(argc != 4)
		sysfatal("usage: fileload dir n rounds");
	n = atoi(argv[2]);
	for(i = 0; i < n; i++)
		switch(fork()) {
		case -1:
			sysfatal("fork: %r");
		case 0:
			work(i, argv[1], atoi(argv[3]));
		}
	bad[0] = 0;
	for(i = 0; i < n; i++) {
		if(waitfor(&w) < 0)
			sysfatal("wait: %r");
		if(w.msg[0] != 0 && bad[0] == 0)
			strecpy(bad, bad + sizeof bad, w.msg);
	}
	exits(bad[0] != 0 ? bad : nil);
}

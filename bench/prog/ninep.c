/*
 * Files of the 9P server at the standard input: bench/native/nineserv.c has them.
 *
 *	ninep small count file
 *	ninep io name msize passes
 *
 * The server is mounted on /mnt, and with MCACHE on /n. The native peer reads file instead of what is
 * cached.
 */
#include "bench.h"

enum
{
	NDIR = 20,
	NFILE = 20,
	NPROC = 8,
	BIGSIZE = 16 * MiB,
};

static uchar buf[MiB];

static void
mountserver(int msize)
{
	char version[32] = "9P2000";
	int fd;

	if(fversion(0, msize, version, sizeof version) < 0)
		sysfatal("fversion: %r");
	fd = dup(0, -1);
	if(mount(fd, -1, "/mnt", MREPL, "") < 0)
		sysfatal("mount: %r");
	fd = dup(0, -1);
	if(mount(fd, -1, "/n", MREPL | MCACHE, "") < 0)
		sysfatal("mount: %r");
}

static int
mustopen(char *name, int mode)
{
	int fd;

	fd = open(name, mode);
	if(fd < 0)
		sysfatal("open %s: %r", name);
	return fd;
}

/* --- many small calls --- */

static void
fstats(int fd, int n)
{
	uchar st[512];
	int i;

	for(i = 0; i < n; i++)
		if(fstat(fd, st, sizeof st) <= 0)
			sysfatal("fstat: %r");
}

static void
eightprocesses(int fd, int n)
{
	Waitmsg w;
	int i;

	for(i = 0; i < NPROC; i++)
		switch(rfork(RFPROC | RFFDG)) {
		case -1:
			sysfatal("rfork: %r");
		case 0:
			fstats(fd, n / NPROC);
			exits(nil);
		}
	for(i = 0; i < NPROC; i++)
		if(waitfor(&w) < 0 || w.msg[0] != 0)
			sysfatal("child: %s %r", w.msg);
}

static void
roundtrips(int n)
{
	vlong t;
	int fd;

	fd = mustopen("/mnt/d3/f4", OREAD);
	t = now();
	fstats(fd, n);
	result("9prtt", n, now() - t);
	t = now();
	eightprocesses(fd, n);
	result("9peight", n, now() - t);
	close(fd);
}

static void
stats(int n)
{
	uchar st[512];
	vlong t;
	int i;

	t = now();
	for(i = 0; i < n; i++)
		if(stat("/mnt/d3/f4", st, sizeof st) <= 0)
			sysfatal("stat: %r");
	result("9pstat", n, now() - t);
	t = now();
	for(i = 0; i < n; i++)
		close(mustopen("/mnt/d3/f4", OREAD));
	result("9popen", n, now() - t);
}

/* Read directory name, and look at each of its files. */
static void
walkdir(char *name)
{
	char file[64];
	uchar st[512];
	int fd, n, i;

	fd = mustopen(name, OREAD);
	while((n = read(fd, buf, 8 * KiB)) > 0)
		;
	if(n < 0)
		sysfatal("read %s: %r", name);
	close(fd);
	for(i = 0; i < NFILE; i++) {
		snprint(file, sizeof file, "%s/f%d", name, i);
		if(stat(file, st, sizeof st) <= 0)
			sysfatal("stat %s: %r", file);
	}
}

static void
tree(int n)
{
	char name[32];
	vlong t;
	int i, k;

	t = now();
	for(i = 0; i < n; i++)
		for(k = 0; k < NDIR; k++) {
			snprint(name, sizeof name, "/mnt/d%d", k);
			walkdir(name);
		}
	result("9ptree", n * NDIR * NFILE, now() - t);
}

/* --- what is cached --- */

static void
preads(char *name, int fd, s32int size, int n)
{
	vlong t;
	int i;

	t = now();
	for(i = 0; i < n; i++)
		if(pread(fd, buf, size, (vlong)i * size % (4 * MiB)) != size)
			sysfatal("pread: %r");
	result(name, n, now() - t);
}

static void
small(int n)
{
	int fd, i;

	mountserver(8 * KiB + IOHDRSZ);
	roundtrips(n);
	stats(n / 4);
	tree(n / 2000 + 1);
	fd = mustopen("/n/big0", OREAD);
	for(i = 0; i < 4; i++)
		if(readn(fd, buf, MiB) != MiB)
			sysfatal("big0: %r");
	preads("9pwarm4k", fd, 4 * KiB, 10 * n);
	preads("9pwarm1m", fd, MiB, n / 20);
}

/* --- long reads and writes --- */

/* Read or write a file whole, k bytes at a time. */
static void
whole(int fd, int writes, s32int k)
{
	vlong off;
	s32int n;

	for(off = 0; off < BIGSIZE; off += n) {
		n = k < BIGSIZE - off ? k : BIGSIZE - off;
		if((writes ? pwrite(fd, buf, n, off)
			   : pread(fd, buf, n, off)) != n)
			sysfatal("%s: %r", writes ? "write" : "read");
	}
}

/* Read /n/big1 when nothing of it is cached. An open with OTRUNC drops what is; the server, whose
 * files have no other content, does nothing. */
static void
uncached(void)
{
	int fd;

	close(mustopen("/n/big1", ORDWR | OTRUNC));
	fd = mustopen("/n/big1", OREAD);
	whole(fd, 0, MiB);
	close(fd);
}

static void
timed(char *what, char *name, int passes, vlong t)
{
	char label[64];

	snprint(label, sizeof label, "%s%s", what, name);
	result(label, passes * (BIGSIZE / MiB), now() - t);
}

static void
io(char *name, int msize, int passes)
{
	vlong t;
	int fd, i;

	mountserver(msize);
	fd = mustopen("/mnt/big0", ORDWR);
	t = now();
	for(i = 0; i < passes; i++)
		whole(fd, 0, msize - IOHDRSZ);
	timed("9pread", name, passes, t);
	t = now();
	for(i = 0; i < passes; i++)
		whole(fd, 1, msize - IOHDRSZ);
	timed("9pwrite", name, passes, t);
	close(fd);
	/* the frames that the next passes use again: to make them is what touch measures */
	uncached();
	t = now();
	for(i = 0; i < passes; i++)
		uncached();
	timed("9ppipe", name, passes, t);
}

void
main(int argc, char *argv[])
{
	if(argc == 4 && strcmp(argv[1], "small") == 0)
		small(atoi(argv[2]));
	else if(argc == 5 && strcmp(argv[1], "io") == 0)
		io(argv[2], atoi(argv[3]), atoi(argv[4]));
	else
		sysfatal(
		    "usage: ninep small count file, or ninep io name msize passes");
	exits(nil);
}

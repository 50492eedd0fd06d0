/*
 * Each file of cons(3), one by one: modes, offsets, short reads, what may be written and what
 * not, and several processes at once. What is in the files: devtest, sysstattest.
 */
#include "test.h"

enum
{
	/* bytes at any offset, the same each time */
	Text,
	/* the same length each time */
	Numbers,
	Other,
};

typedef struct File File;
struct File
{
	char *name;
	int r, w;
	int how;
};

static File files[] = {
    {"bintime", 1, 1, Other},
    {"config", 1, 0, Text},
    {"cons", 1, 1, Other},
    {"consctl", 0, 1, Other},
    {"cputime", 1, 0, Numbers},
    {"drivers", 1, 1, Text},
    {"hostdomain", 1, 1, Text},
    {"hostowner", 1, 1, Text},
    {"imagecache", 1, 0, Other},
    {"kmesg", 1, 0, Other},
    {"kprint", 1, 0, Other},
    {"mordor", 1, 1, Other},
    {"null", 1, 1, Other},
    {"osversion", 1, 0, Text},
    {"pid", 1, 0, Text},
    {"ppid", 1, 0, Text},
    {"random", 1, 0, Other},
    {"reboot", 0, 1, Other},
    {"sysname", 1, 1, Text},
    {"sysstat", 1, 1, Numbers},
    {"time", 1, 1, Numbers},
    {"user", 1, 1, Text},
    {"zero", 1, 0, Other},
};

enum
{
	VLNUMSIZE = 22,
};

static char buf[8 * KiB], all[8 * KiB];

static int
opencons(char *file, int mode)
{
	char path[64];

	snprint(path, sizeof path, "#c/%s", file);
	return open(path, mode);
}

static void
opens(File *f, int mode, int may)
{
	char want[ERRMAX], err[ERRMAX];
	int fd = opencons(f->name, mode);

	rerrstr(err, sizeof err);
	if((fd >= 0) != may)
		fail("open %s, %d: %s", f->name, mode, err);
	if(fd >= 0) {
		close(fd);
		return;
	}
	snprint(want, sizeof want, "permission denied: '#c/%s'", f->name);
	checkstr(err, want);
}

static void
filesopenasmodessay(void)
{
	usize i;
	File *f;

	for(i = 0; i < nelem(files); i++) {
		f = &files[i];
		opens(f, OREAD, f->r);
		opens(f, OWRITE, f->w);
		opens(f, ORDWR, f->r && f->w);
	}
}

/* none is neither the owner nor in a group: what is left is for all */
static void
noneopenswhatisforall(void)
{
	static char *denied[] = {
	    "cons", "consctl", "kmesg", "kprint", "reboot"};
	static char *readonly[] = {
	    "bintime", "hostdomain", "hostowner", "sysname", "sysstat", "time"};
	usize i;

	checkint(writeto("#c/user", "none"), 4);
	check(readfile("#c/user", buf, sizeof buf) == 4);
	checkstr(buf, "none");
	for(i = 0; i < nelem(denied); i++) {
		checkerr(opencons(denied[i], OREAD), "permission denied");
		checkerr(opencons(denied[i], OWRITE), "permission denied");
	}
	for(i = 0; i < nelem(readonly); i++) {
		check(close(opencons(readonly[i], OREAD)) == 0);
		checkerr(opencons(readonly[i], OWRITE), "permission denied");
	}
	check(close(opencons("null", ORDWR)) == 0);
}

static void
nofileiscreatedorremoved(void)
{
	Dir d;

	checkerr(create("#c/new", OREAD, 0666), "permission denied");
	checkerr(remove("#c/null"), "permission denied");
	checkerr(create("#c/null", OWRITE | OEXCL, 0666), "exists");
	check(close(create("#c/null", OWRITE, 0666)) == 0);
	nulldir(&d);
	d.name = "other";
	checkerr(dirwstat("#c/null", &d), "permission denied");
	checkerr(open("#c/none", OREAD), "file does not exist: '#c/none'");
	checkerr(open("#c/null/x", OREAD), "not a directory");
}

static void
readfileof(File *f)
{
	static int sizes[] = {1, 5, 12, 100};
	int fd = opencons(f->name, OREAD), len, n, at;
	usize i;

	len = inpieces(fd, all, sizeof all, sizeof all);
	for(i = 0; i < nelem(sizes); i++) {
		n = inpieces(fd, buf, sizes[i], sizeof buf);
		if(n != len || (f->how == Text && memcmp(buf, all, n) != 0))
			fail("%s: %d bytes of %d by %d", f->name, n, len,
			    sizes[i]);
	}
	for(at = 0; at <= len + 3; at++) {
		n = pread(fd, buf, 10, at);
		if(n != (at >= len ? 0 : len - at < 10 ? len - at : 10))
			fail("%s: %d bytes at %d of %d", f->name, n, at, len);
		if(f->how == Text && memcmp(buf, all + at, n) != 0)
			fail("%s: other bytes at %d", f->name, at);
	}
	checkint(pread(fd, buf, 10, 1LL << 40), 0);
	checkint(pread(fd, buf, 0, 0), 0);
	checkexact(pread(fd, buf, 10, -2), "negative i/o offset");
	close(fd);
}

static void
textsarereadatalloffsets(void)
{
	usize i;

	for(i = 0; i < nelem(files); i++)
		if(files[i].how != Other)
			readfileof(&files[i]);
}

/* a number is right-justified in 11 columns, or 21, and a blank follows */
static void
numbersfillcolumns(void)
{
	static struct
	{
		char *name;
		int narrow, wide;
	} f[] = {
	    {"pid", 1, 0}, {"ppid", 1, 0}, {"cputime", 6, 0}, {"time", 1, 3}};
	usize i;
	int k, len;

	for(i = 0; i < nelem(f); i++) {
		snprint(all, sizeof all, "#c/%s", f[i].name);
		len = f[i].narrow * NUMSIZE + f[i].wide * VLNUMSIZE;
		checkint(readfile(all, buf, sizeof buf), len);
		for(k = 1; k <= f[i].narrow; k++) {
			check(buf[k * NUMSIZE - 1] == ' ');
			check(buf[k * NUMSIZE - 2] != ' ');
		}
		for(k = 1; k <= f[i].wide; k++) {
			len = f[i].narrow * NUMSIZE + k * VLNUMSIZE;
			check(buf[len - 1] == ' ' && buf[len - 2] != ' ');
		}
	}
}

static vlong
bigend(uchar *b)
{
	uvlong v = 0;
	int i;

	for(i = 0; i < 8; i++)
		v = v << 8 | b[i];
	return (vlong)v;
}

/* bintime is time, and both run; an offset means nothing */
static void
timesagreeandrun(void)
{
	int fd = opencons("bintime", OREAD);
	uchar a[24], b[24];
	char *f[8];
	vlong ns;

	checkint(pread(fd, a, sizeof a, 0), 24);
	check(readfile("#c/time", buf, sizeof buf) == 78);
	checkint(tokenize(buf, f, nelem(f), " "), 4);
	checkint(pread(fd, b, sizeof b, 5000), 24);
	ns = strtoll(f[1], nil, 10);
	check(bigend(a) <= ns && ns <= bigend(b));
	checkint(strtoll(f[0], nil, 10), ns / 1000000000);
	check(bigend(a + 8) <= strtoll(f[2], nil, 10));
	check(strtoll(f[2], nil, 10) <= bigend(b + 8));
	checkint(strtoll(f[3], nil, 10), bigend(a + 16));
	/* less than all of it */
	checkint(read(fd, a, 8), 8);
	check(bigend(a) >= bigend(b));
	checkint(read(fd, a, 16), 16);
	checkint(read(fd, a, 23), 16);
	checkint(read(fd, a, 15), 8);
	checkint(read(fd, a, 7), 0);
}

/* the elapsed time grows; what children used comes when they are waited for */
static void
cputimesgrow(void)
{
	vlong t0[6], t1[6], until;
	char *f[8];
	int i;

	check(readfile("#c/cputime", buf, sizeof buf) == 72);
	checkint(tokenize(buf, f, nelem(f), " "), 6);
	for(i = 0; i < 6; i++)
		t0[i] = strtoll(f[i], nil, 10);
	if(fork() == 0) {
		until = _nsec(nil) + 60 * 1000000LL;
		while(_nsec(nil) < until)
			;
		exits(nil);
	}
	check(waitfor(&(Waitmsg){0}) > 0);
	check(readfile("#c/cputime", buf, sizeof buf) == 72);
	checkint(tokenize(buf, f, nelem(f), " "), 6);
	for(i = 0; i < 6; i++) {
		t1[i] = strtoll(f[i], nil, 10);
		check(t1[i] >= t0[i]);
	}
	check(t1[2] >= t0[2] + 50 && t1[5] >= t0[5] + 50);
}

static void
sysnameiswritten(void)
{
	char was[300];
	int fd;

	check(readfile("#c/sysname", was, sizeof was) > 0);
	checkint(writeto("#c/sysname", "gnot"), 4);
	checkint(readfile("#c/sysname", buf, sizeof buf), 4);
	checkstr(buf, "gnot");
	/* a newline at the end is no part of it */
	checkint(writeto("#c/sysname", "bach\n"), 5);
	check(readfile("#c/sysname", buf, sizeof buf) == 4);
	checkstr(buf, "bach");
	memset(all, 'x', 1000);
	all[256] = 0;
	checkerr(writeto("#c/sysname", all), "bad arg in system call");
	check(readfile("#c/sysname", buf, sizeof buf) == 4);
	all[255] = 0;
	checkint(writeto("#c/sysname", all), 255);
	check(readfile("#c/sysname", buf, sizeof buf) == 255);
	/* a NUL ends the name, and it may have no length */
	fd = opencons("sysname", OWRITE);
	checkint(write(fd, "a\0b", 3), 3);
	close(fd);
	checkint(readfile("#c/sysname", buf, sizeof buf), 1);
	checkint(writeto("#c/sysname", "\n"), 1);
	checkint(readfile("#c/sysname", buf, sizeof buf), 0);
	check(writeto("#c/sysname", was) > 0);
}

static void
hostdomainiswritten(void)
{
	int fd;

	/* a newline is part of it, as on 9front */
	checkint(writeto("#c/hostdomain", "a.example\n"), 10);
	checkint(readfile("#c/hostdomain", buf, sizeof buf), 10);
	checkstr(buf, "a.example\n");
	memset(all, 'x', 1000);
	all[48] = 0;
	checkerr(writeto("#c/hostdomain", all), "bad arg in system call");
	all[47] = 0;
	checkint(writeto("#c/hostdomain", all), 47);
	fd = opencons("hostdomain", OWRITE);
	checkerr(pwrite(fd, "", 1, 0), "bad arg in system call");
	checkint(readfile("#c/hostdomain", buf, sizeof buf), 47);
	/* the offset means nothing */
	checkint(pwrite(fd, "b.example", 9, 3), 9);
	checkint(readfile("#c/hostdomain", buf, sizeof buf), 9);
	/* an open file does not help another user */
	checkint(writeto("#c/user", "none"), 4);
	checkerr(write(fd, "c.example", 9), "permission denied");
	checkint(readfile("#c/hostdomain", buf, sizeof buf), 9);
	checkstr(buf, "b.example");
	close(fd);
}

/* a process may become none, and nobody else */
static void
userisnobodyelse(void)
{
	check(readfile("#c/user", all, sizeof all) > 0);
	checkerr(writeto("#c/user", "root9"), "permission denied");
	checkerr(writeto("#c/user", "non"), "permission denied");
	checkerr(writeto("#c/user", "none."), "permission denied");
	checkerr(writeto("#c/user", "none\n"), "permission denied");
	check(writeto("#c/hostowner", "somebody") == -1);
	memset(buf, 'x', 128);
	buf[128] = 0;
	checkexact(writeto("#c/hostowner", buf), "name too long");
	check(writeto("#c/hostowner", all) > 0);
	check(readfile("#c/user", buf, sizeof buf) > 0);
	checkstr(buf, all);
	checkint(writeto("#c/user", "none"), 4);
	checkerr(writeto("#c/user", all), "permission denied");
}

static void
driverswantsaword(void)
{
	static char *bad[] = {"chdev", "chdev x c", "chdev ~ abc", "chdev &",
	    "chdev & a b", "chdev &~", "chdev '' a"};
	usize i;

	check(readfile("#c/drivers", all, sizeof all) > 0);
	check(writeto("#c/drivers", "x") == -1);
	for(i = 0; i < nelem(bad); i++)
		checkexact(
		    writeto("#c/drivers", bad[i]), "bad arg in system call");
	check(readfile("#c/drivers", buf, sizeof buf) > 0);
	checkstr(buf, all);
}

/* What is left after a message to drivers. */
static void
chdevleaves(void *arg)
{
	char **a = arg;
	int fd = opencons("drivers", ORDWR);

	check(rfork(RFNAMEG) == 0);
	checkint(write(fd, a[0], strlen(a[0])), strlen(a[0]));
	checkint(pread(fd, buf, sizeof buf - 1, 0), strlen(a[1]));
	check(memcmp(buf, a[1], strlen(a[1])) == 0);
}

/* of the word only the first letter counts, and a ~ behind & */
static void
chdevlooksatfirstletters(void)
{
	static char *says[][2] = {{"chdev &x ce", "#c cons\n#e env\n"},
	    {"chdev &x~ c", "#c cons\n"}, {"chdev ~x", ""}, {"chdev ~&", ""}};
	usize i;

	for(i = 0; i < nelem(says); i++)
		childok(spawn(RFFDG | RFNAMEG, chdevleaves, says[i]));
	check(rfork(RFNAMEG) == 0);
	checkint(writeto("#c/drivers", "chdev &~x c"), 11);
	check(open("#c/null", OREAD) == -1 && open("#e", OREAD) >= 0);
}

/* away with everything; nothing is there */
static void
nullandzero(void)
{
	int null = opencons("null", ORDWR), zero = opencons("zero", OREAD), i;

	checkint(pwrite(null, buf, sizeof buf, 1LL << 50), sizeof buf);
	checkint(pread(null, buf, sizeof buf, 1LL << 50), 0);
	checkint(write(null, buf, 0), 0);
	memset(buf, 'x', sizeof buf);
	checkint(
	    pread(zero, buf + 1, sizeof buf - 2, 1LL << 50), sizeof buf - 2);
	check(buf[0] == 'x' && buf[sizeof buf - 1] == 'x');
	for(i = 1; i < (int)sizeof buf - 1; i++)
		check(buf[i] == 0);
	checkexact(pwrite(zero, buf, 1, 0), "inappropriate use of fd");
}

/* bytes of each value, no two reads alike, at no offset */
static void
randomisrandom(void)
{
	int fd = opencons("random", OREAD), seen[256] = {0}, i, n;

	checkint(pread(fd, buf, 100, 0), 100);
	checkint(pread(fd, all, 100, 0), 100);
	check(memcmp(buf, all, 100) != 0);
	checkint(pread(fd, buf, 0, 0), 0);
	checkint(pread(fd, buf, 1, 1LL << 40), 1);
	for(i = 0; i < 2; i++) {
		checkint(readn(fd, buf, sizeof buf), sizeof buf);
		for(n = 0; n < (int)sizeof buf; n++)
			seen[(uchar)buf[n]]++;
	}
	/* one in 10^25 fails */
	for(i = 0; i < 256; i++)
		check(seen[i] > 0);
}

/* what a process writes to cons is in kmesg */
static void
kmesgkeepswhatwaswritten(void)
{
	char line[64];
	int fd = opencons("cons", OWRITE), n;

	n = snprint(line, sizeof line, "# kept by kmesg %d\n", getpid());
	checkint(write(fd, line, n), n);
	fd = opencons("kmesg", OREAD);
	n = readn(fd, all, sizeof all - 1);
	check(n > 0);
	all[n] = 0;
	checkhas(all, line);
	/* at any offset */
	checkint(pread(fd, buf, 5, n - 5), 5);
	check(memcmp(buf, all + n - 5, 5) == 0);
}

static void
consctlsmessages(void)
{
	int fd = opencons("consctl", OWRITE);

	checkint(write(fd, "rawon", 5), 5);
	checkint(write(fd, "rawoff", 6), 6);
	/* what follows means nothing */
	checkint(write(fd, "rawonfoo", 8), 8);
	memset(buf, 'x', 100);
	memmove(buf, "rawoff ", 7);
	checkint(write(fd, buf, 100), 100);
	checkexact(
	    write(fd, "rawo", 4), "bad process or channel control request");
	checkint(write(fd, "ctlpoff", 7), 7);
	checkexact(pread(fd, buf, 1, 0), "inappropriate use of fd");
	close(fd);
}

static void
looker(void *arg)
{
	volatile int *n = arg;
	usize i;
	int fd;

	while(*n < 2000) {
		for(i = 0; i < nelem(files); i++) {
			if(!files[i].r || strcmp(files[i].name, "cons") == 0 ||
			    strcmp(files[i].name, "kprint") == 0 ||
			    strcmp(files[i].name, "mordor") == 0)
				continue;
			fd = opencons(files[i].name, OREAD);
			check(fd >= 0);
			if(read(fd, buf, sizeof buf) < 0)
				fail("%s: %r", files[i].name);
			close(fd);
			__atomic_add_fetch(n, 1, __ATOMIC_SEQ_CST);
		}
		if(writeto("#c/sysname", "twohosts") != 8)
			fail("sysname: %r");
		if(writeto("#c/sysstat", "0") != 1)
			fail("sysstat: %r");
	}
}

static void
manylookatonce(void)
{
	enum
	{
		N = 4,
	};
	volatile int *n = sharedpage();
	char was[KNAMELEN * 4];
	static Waitmsg w;
	int i;

	check(readfile("#c/sysname", was, sizeof was) > 0);
	for(i = 0; i < N; i++)
		spawn(RFFDG, looker, (void *)n);
	for(i = 0; i < N; i++) {
		check(waitfor(&w) > 0);
		if(w.msg[0] != 0)
			fail("%s", w.msg);
	}
	check(writeto("#c/sysname", was) > 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(filesopenasmodessay),
	    CASE(noneopenswhatisforall),
	    CASE(nofileiscreatedorremoved),
	    CASE(textsarereadatalloffsets),
	    CASE(numbersfillcolumns),
	    CASE(timesagreeandrun),
	    CASE(cputimesgrow),
	    CASE(sysnameiswritten),
	    CASE(hostdomainiswritten),
	    CASE(userisnobodyelse),
	    CASE(driverswantsaword),
	    CASE(chdevlooksatfirstletters),
	    CASE(nullandzero),
	    CASE(randomisrandom),
	    CASE(kmesgkeepswhatwaswritten),
	    CASE(consctlsmessages),
	    CASE(manylookatonce),
	};

	runcases(cases, nelem(cases), argc, argv);
}

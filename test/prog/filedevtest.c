/*
 * The files of env(3), srv(3), dup(3) and pipe(3): offsets, modes, users, and several
 * processes at once. What the devices are for: devtest, envtest, srvtest, fdtest,
 * pipetest.
 */
#include "test.h"

static char buf[4 * KiB];

/* --- env(3) --- */

static void
variablesareread(void)
{
	int fd = create("#e/read", ORDWR, 0666), at;

	check(fd >= 0);
	checkint(write(fd, "0123456789", 10), 10);
	for(at = 0; at <= 12; at++) {
		checkint(pread(fd, buf, 4, at),
		    at >= 10	 ? 0
			: at > 6 ? 10 - at
				 : 4);
		check(at >= 10 || buf[0] == '0' + at);
	}
	checkint(pread(fd, buf, 4, 1LL << 40), 0);
	checkint(pread(fd, buf, 0, 0), 0);
	/* one byte after the other */
	check(seek(fd, 0, 0) == 0);
	for(at = 0; read(fd, buf, 1) == 1; at++)
		checkint(buf[0], '0' + at);
	checkint(at, 10);
	checkexact(pread(fd, buf, 4, -2), "negative i/o offset");
}

static void
variablesarewritten(void)
{
	int fd = create("#e/written", ORDWR, 0666);
	Dir *d, *e;

	d = dirfstat(fd);
	check(d != nil);
	checkint(d->length, 0);
	checkint(d->mode, 0666);
	checkint(pwrite(fd, "tail", 4, 6), 4);
	checkint(pread(fd, buf, 100, 0), 10);
	check(memcmp(buf, "\0\0\0\0\0\0tail", 10) == 0);
	checkint(pwrite(fd, "head", 4, 0), 4);
	checkint(pread(fd, buf, 100, 0), 10);
	check(memcmp(buf, "head\0\0tail", 10) == 0);
	e = dirfstat(fd);
	check(e->qid.path == d->qid.path && e->qid.vers != d->qid.vers);
	checkint(e->length, 10);
	/* a truncating open, and one that is not */
	close(open("#e/written", OWRITE));
	checkint(dirfstat(fd)->length, 10);
	close(open("#e/written", OWRITE | OTRUNC));
	checkint(dirfstat(fd)->length, 0);
	checkint(pread(fd, buf, 100, 0), 0);
	checkerr(pwrite(fd, "x", 1, 1LL << 30), "");
	checkint(dirfstat(fd)->length, 0);
}

static void
variablenamesarearbitrary(void)
{
	check(close(create("#e/with a blank", OWRITE, 0666)) == 0);
	check(dirstat("#e/with a blank") != nil);
	check(close(create("#e/\316\261", OWRITE, 0666)) == 0);
	check(dirstat("#e/\316\261") != nil);
	checkerr(create("#e/with a blank", OWRITE | OEXCL, 0666), "exists");
	check(remove("#e/with a blank") == 0);
	checkexact(remove("#e/with a blank"),
	    "file does not exist: '#e/with a blank'");
	checkerr(open("#e/\316\261/x", OREAD), "not a directory");
}

static void
setvariable(void *arg)
{
	check(writefile("#e/shared", arg, strlen(arg), 0666) == 0);
}

/* fork(2), env(3): who sees a change */
static void
changesareseeninthegroup(void)
{
	check(writefile("#e/shared", "old", 3, 0666) == 0);
	childok(spawn(RFFDG, setvariable, "by a child"));
	checkint(readfile("#e/shared", buf, sizeof buf), 10);
	checkstr(buf, "by a child");
	childok(spawn(RFFDG | RFENVG, setvariable, "elsewhere"));
	checkint(readfile("#e/shared", buf, sizeof buf), 10);
	childok(spawn(RFFDG | RFCENVG, setvariable, "nowhere"));
	checkint(readfile("#e/shared", buf, sizeof buf), 10);
	checkstr(buf, "by a child");
}

/* all processes see the same */
static void
kernelvariablesareglobal(void)
{
	check(writefile("#ec/filedevtest", "once", 4, 0666) == 0);
	check(rfork(RFCENVG) >= 0);
	checkint(readfile("#ec/filedevtest", buf, sizeof buf), 4);
	checkerr(open("#e/filedevtest", OREAD), "does not exist");
	checkint(writeto("#c/user", "none"), 4);
	checkint(readfile("#ec/filedevtest", buf, sizeof buf), 4);
	checkerr(open("#ec/filedevtest", OWRITE), "permission denied");
	checkerr(create("#ec/other", OWRITE, 0666), "permission denied");
	checkerr(remove("#ec/filedevtest"), "permission denied");
}

static void
setter(void *arg)
{
	char name[32], err[ERRMAX];
	int i;

	for(i = 0; i < 200; i++) {
		snprint(name, sizeof name, "#e/v%d", i % 5);
		switch((i + *(int *)arg) % 3) {
		case 0:
			/* another may remove it between the open and the write, or make it
			 * when it is not there, and remove it again */
			if(writefile(name, "value", 5, 0666) < 0) {
				rerrstr(err, sizeof err);
				if(strstr(err, "file already exists") == nil)
					checkhas(err, "file does not exist");
			}
			break;
		case 1:
			if(readfile(name, buf, sizeof buf) >= 0)
				check(buf[0] == 0 || strcmp(buf, "value") == 0);
			break;
		case 2:
			remove(name);
		}
	}
}

static void
manysetvariables(void)
{
	static Waitmsg w;
	int i;

	for(i = 0; i < 6; i++)
		spawn(RFFDG, setter, &i);
	for(i = 0; i < 6; i++) {
		check(waitfor(&w) > 0);
		if(w.msg[0] != 0)
			fail("%s", w.msg);
	}
}

/* --- srv(3) --- */

static char *
srvname(char *stem)
{
	static char name[64];

	snprint(name, sizeof name, "#s/%s.%d", stem, getpid());
	return name;
}

/* Post fd with that permission: the name. */
static char *
post(char *stem, int fd, u32int perm)
{
	char num[NUMSIZE], *name = srvname(stem);
	int s = create(name, OWRITE, perm);

	check(s >= 0);
	snprint(num, sizeof num, "%d", fd);
	checkint(write(s, num, strlen(num)), strlen(num));
	close(s);
	return name;
}

static void
postsareopenedastheyare(void)
{
	char *name;
	int fd;

	name = post("reads", open("#c/zero", OREAD), 0666);
	fd = open(name, OREAD);
	check(fd >= 0);
	checkint(read(fd, buf, 10), 10);
	checkerr(open(name, OWRITE), "permission denied");
	checkerr(open(name, ORDWR), "permission denied");
	check(remove(name) == 0);
	/* what was opened stays */
	checkint(read(fd, buf, 10), 10);
	checkerr(open(name, OREAD), "file does not exist");
}

static void
postshavepermissions(void)
{
	char *name;
	Dir *d;

	name = post("mode", open("#c/null", ORDWR), 0400);
	d = dirstat(name);
	check(d != nil);
	checkint(d->mode, 0400);
	checkint(d->length, 0);
	check(close(open(name, OREAD)) == 0);
	checkerr(open(name, ORDWR), "permission denied");
	checkint(writeto("#c/user", "none"), 4);
	checkerr(open(name, OREAD), "permission denied");
	checkerr(remove(name), "permission denied");
}

static void
postsoffsetisshared(void)
{
	char *file = tmpname("posted"), *name;
	int a, b;

	check(writefile(file, "0123456789", 10, 0600) == 0);
	name = post("offset", open(file, OREAD), 0666);
	a = open(name, OREAD);
	b = open(name, OREAD);
	checkint(read(a, buf, 3), 3);
	checkint(read(b, buf, 3), 3);
	check(memcmp(buf, "345", 3) == 0);
	check(remove(name) == 0 && remove(file) == 0);
}

static void
badpostsfail(void)
{
	char *name = srvname("bad");
	int fd = create(name, OWRITE, 0666);

	check(fd >= 0);
	checkexact(write(fd, "99", 2), "fd out of range or not open");
	checkexact(write(fd, "-1", 2), "fd out of range or not open");
	/* nothing is posted yet */
	check(open(name, OREAD) == -1);
	check(remove(name) == 0);
	checkerr(create("#s/dir", OREAD, DMDIR | 0777), "");
	checkerr(create("#s", OWRITE, 0666), "");
}

/* --- dup(3) --- */

static void
descriptorsareopenedastheyare(void)
{
	int r = open("#c/zero", OREAD), w = open("#c/null", OWRITE), fd;
	char name[32];

	snprint(name, sizeof name, "#d/%d", r);
	fd = open(name, OREAD);
	check(fd >= 0 && fd != r);
	checkint(read(fd, buf, 1), 1);
	checkerr(open(name, OWRITE), "inappropriate use of fd");
	checkerr(open(name, ORDWR), "inappropriate use of fd");
	snprint(name, sizeof name, "#d/%d", w);
	fd = open(name, OWRITE);
	check(fd >= 0);
	checkint(write(fd, buf, 1), 1);
	checkerr(open(name, OREAD), "inappropriate use of fd");
	checkerr(open("#d/99", OREAD), "file does not exist: '#d/99'");
	checkerr(create("#d/99", OWRITE, 0666), "permission denied");
	checkerr(remove(name), "permission denied");
}

static void
duplicatesshareoneoffset(void)
{
	char *file = tmpname("dup"), name[32];
	int fd, other;

	check(writefile(file, "0123456789", 10, 0600) == 0);
	fd = open(file, OREAD);
	checkint(read(fd, buf, 4), 4);
	snprint(name, sizeof name, "#d/%d", fd);
	other = open(name, OREAD);
	checkint(read(other, buf, 2), 2);
	check(memcmp(buf, "45", 2) == 0);
	checkint(read(fd, buf, 2), 2);
	check(memcmp(buf, "67", 2) == 0);
	close(fd);
	checkint(read(other, buf, 10), 2);
	check(remove(file) == 0);
}

/* --- pipe(3) --- */

/* each attach is another pipe */
static void
eachattachisapipe(void)
{
	int a, b;
	Dir *d;

	check(close(create("one", OREAD, DMDIR | 0777)) == 0);
	check(close(create("two", OREAD, DMDIR | 0777)) == 0);
	check(bind("#|", "one", MREPL) == 0 && bind("#|", "two", MREPL) == 0);
	a = open("one/data", ORDWR);
	b = open("two/data1", ORDWR);
	check(a >= 0 && b >= 0);
	checkint(write(a, "abc", 3), 3);
	checkint(dirstat("one/data1")->length, 3);
	checkint(dirstat("two/data")->length, 0);
	checkint(dirstat("two/data1")->length, 0);
	d = dirstat("one/data");
	checkint(d->mode, 0666);
	checkerr(open("one/data2", OREAD), "file does not exist");
	checkerr(create("one/new", OWRITE, 0666), "");
	checkerr(remove("one/data"), "permission denied");
	/* both ends closed: what was not read is gone, and it is a pipe again */
	close(a);
	a = open("one/data1", ORDWR);
	check(a >= 0);
	check(unmount(nil, "one") == 0 && unmount(nil, "two") == 0);
	check(remove("one") == 0 && remove("two") == 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(variablesareread),
	    CASE(variablesarewritten),
	    CASE(variablenamesarearbitrary),
	    CASE(changesareseeninthegroup),
	    CASE(kernelvariablesareglobal),
	    CASE(manysetvariables),
	    CASE(postsareopenedastheyare),
	    CASE(postshavepermissions),
	    CASE(postsoffsetisshared),
	    CASE(badpostsfail),
	    CASE(descriptorsareopenedastheyare),
	    CASE(duplicatesshareoneoffset),
	    CASE(eachattachisapipe),
	};

	runcases(cases, nelem(cases), argc, argv);
}

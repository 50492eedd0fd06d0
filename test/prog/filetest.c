/*
 * Files: open, create, close, read, write, pread, pwrite, seek, oseek, remove,
 * with the open modes. open(2), read(2), seek(2), remove(2).
 */
#include "textfile.h"

static void
openofmissingfilefails(void)
{
	checkerr(open("no/such/file", OREAD), "does not exist");
	checkerr(open(tmpname("missing"), OREAD), "does not exist");
	checkerr(open(tmpname("missing"), OWRITE | OTRUNC), "does not exist");
}

static void
openofemptynamefails(void)
{
	check(open("", OREAD) == -1);
}

static void
writtenbytesarereadback(void)
{
	char *name = file("hello, file");
	int fd;

	fd = open(name, OREAD);
	check(fd >= 0);
	checkint(read(fd, buf, sizeof buf), 11);
	check(memcmp(buf, "hello, file", 11) == 0);
	checkint(read(fd, buf, sizeof buf), 0);
	checkint(close(fd), 0);
	checkint(remove(name), 0);
}

static void
createtruncatesanexistingfile(void)
{
	char *name = file("old contents");
	int fd;

	fd = create(name, OWRITE, 0600);
	check(fd >= 0);
	checkint(write(fd, "new", 3), 3);
	close(fd);
	holds(name, "new");
	remove(name);
}

static void
createwithexclfailsifthefileexists(void)
{
	char *name = file("keep");
	int fd;

	check(create(name, OWRITE | OEXCL, 0644) == -1);
	holds(name, "keep");
	remove(name);
	fd = create(name, OWRITE | OEXCL, 0644);
	check(fd >= 0);
	close(fd);
	remove(name);
}

static void
createinmissingdirectoryfails(void)
{
	checkerr(create("no/such/dir/file", OWRITE, 0644), "does not exist");
}

static void
createddirectoryisadirectory(void)
{
	char *name = tmpname("dir"), inner[64];
	Dir *d;
	int fd;

	fd = create(name, OREAD, DMDIR | 0755);
	check(fd >= 0);
	d = dirfstat(fd);
	check(d != nil && (d->mode & DMDIR) && (d->qid.type & QTDIR));
	checkint(read(fd, buf, sizeof buf), 0);
	close(fd);
	snprint(inner, sizeof inner, "%s/in", name);
	check(writefile(inner, "x", 1, 0644) == 0);
	check(remove(name) == -1); /* not empty */
	checkint(remove(inner), 0);
	checkint(remove(name), 0);
	check(dirstat(name) == nil);
}

static void
directoriescannotbewritten(void)
{
	check(open(".", OWRITE) == -1);
	check(open(".", ORDWR) == -1);
	check(open(".", OREAD | OTRUNC) == -1);
}

static void
otruncemptiesthefile(void)
{
	char *name = file("something");
	int fd;

	fd = open(name, OWRITE | OTRUNC);
	check(fd >= 0);
	close(fd);
	holds(name, "");
	remove(name);
}

static void
closeddescriptorisanerror(void)
{
	int fd = open(".", OREAD);

	check(fd >= 0);
	checkint(close(fd), 0);
	checkerr(read(fd, buf, 1), "fd out of range or not open");
	checkerr(write(fd, buf, 1), "fd out of range or not open");
	checkerr(seek(fd, 0, 0), "fd out of range or not open");
	checkerr(close(fd), "fd out of range or not open");
	checkerr(close(-1), "fd out of range or not open");
	checkerr(read(1 << 30, buf, 1), "fd out of range or not open");
}

static void
openuseslowestdescriptor(void)
{
	int a = open(".", OREAD), b = open(".", OREAD), c;

	checkint(b, a + 1);
	close(a);
	c = open(".", OREAD);
	checkint(c, a);
}

static void
seekmovestheoffset(void)
{
	char *name = file("0123456789");
	int fd = open(name, ORDWR);

	checkint(seek(fd, 4, 0), 4);
	checkint(read(fd, buf, 2), 2);
	check(memcmp(buf, "45", 2) == 0);
	checkint(seek(fd, 0, 1), 6);
	checkint(seek(fd, -3, 1), 3);
	checkint(read(fd, buf, 1), 1);
	check(buf[0] == '3');
	checkint(seek(fd, -2, 2), 8);
	checkint(read(fd, buf, 9), 2);
	checkint(seek(fd, 100, 0), 100);
	checkint(read(fd, buf, 9), 0);
	close(fd);
	remove(name);
}

static void
seekreaches64bits(void)
{
	char *name = file("");
	int fd = open(name, ORDWR);
	vlong big = (1LL << 32) + 5;

	checkint(seek(fd, big, 0), big);
	checkint(seek(fd, 1, 1), big + 1);
	close(fd);
	remove(name);
}

static void
badseeksfail(void)
{
	char *name = file("0123456789");
	int fd = open(name, ORDWR), p[2];

	check(seek(fd, -1, 0) == -1);
	check(seek(fd, -1, 1) == -1);
	check(seek(fd, -11, 2) == -1);
	check(seek(fd, 0, 3) == -1);
	check(seek(fd, 0, 17) == -1);
	checkint(seek(fd, 0, 1), 0);
	check(pipe(p) == 0);
	check(seek(p[0], 0, 0) == -1);
	close(fd);
	remove(name);
}

static void
directoryseeksonlytothestart(void)
{
	int fd = open(".", OREAD);

	check(seek(fd, 1, 0) == -1);
	check(seek(fd, 0, 2) == -1);
	checkint(seek(fd, 0, 0), 0);
}

static void
directoryrereadsafterseek(void)
{
	char *name = file("x");
	int fd = open(".", OREAD), i, n, k, seen[2] = {0, 0};
	Dir *d;

	for(k = 0; k < 2; k++) {
		while((n = dirread(fd, &d)) > 0)
			for(i = 0; i < n; i++)
				seen[k] += strcmp(d[i].name, name) == 0;
		checkint(n, 0);
		checkint(seen[k], 1);
		checkint(seek(fd, 0, 0), 0);
	}
	remove(name);
}

static void
oseektakes32bits(void)
{
	char *name = file("0123456789");
	int fd = open(name, ORDWR);

	checkint(oseek(fd, 3, 0), 3);
	checkint(oseek(fd, 2, 1), 5);
	checkint(oseek(fd, -1, 1), 4);
	checkint(oseek(fd, -1, 2), 9);
	checkint(read(fd, buf, 1), 1);
	check(buf[0] == '9');
	close(fd);
	remove(name);
}

static void
writepastendleavesahole(void)
{
	char *name = file("ab");
	int fd = open(name, ORDWR), i;

	checkint(seek(fd, 10000, 0), 10000);
	checkint(write(fd, "z", 1), 1);
	checkint(pread(fd, buf, sizeof buf, 0), 10001);
	for(i = 2; i < 10000; i++)
		if(buf[i] != 0)
			fail("byte %d of the hole is %d", i, buf[i]);
	check(buf[10000] == 'z');
	close(fd);
	remove(name);
}

static void
filesaresparseandlargerthan4gib(void)
{
	char *name = file("ab");
	vlong at = 5LL << 30;
	int fd = open(name, ORDWR);
	Dir d;

	checkint(pwrite(fd, "cdef", 4, at), 4);
	checkint(dirfstat(fd)->length, at + 4);
	checkint(dirstat(name)->length, at + 4);
	checkint(seek(fd, -2, 2), at + 2);
	checkint(write(fd, "EFgh", 4), 4);
	checkint(seek(fd, 0, 1), at + 6);
	checkint(pread(fd, buf, sizeof buf, at - 10), 16);
	check(memcmp(buf, "\0\0\0\0\0\0\0\0\0\0cdEFgh", 16) == 0);
	nulldir(&d);
	d.length = at + 1;
	check(dirfwstat(fd, &d) >= 0);
	checkint(pread(fd, buf, 10, at), 1);
	checkint(pread(fd, buf, 10, at + 1), 0);
	d.length = 2 * at;
	check(dirwstat(name, &d) >= 0);
	checkint(pread(fd, buf, 10, 2 * at - 5), 5);
	checkint(oseek(fd, 0, 0), 0);
	close(fd);
	remove(name);
}

static void
preadandpwriteleavetheoffset(void)
{
	char *name = file("0123456789");
	int fd = open(name, ORDWR);

	checkint(seek(fd, 2, 0), 2);
	checkint(pread(fd, buf, 3, 7), 3);
	check(memcmp(buf, "789", 3) == 0);
	checkint(pwrite(fd, "AB", 2, 4), 2);
	checkint(seek(fd, 0, 1), 2);
	checkint(read(fd, buf, 4), 4);
	check(memcmp(buf, "23AB", 4) == 0);
	checkint(pread(fd, buf, 10, 10), 0);
	checkint(pread(fd, buf, 10, 1000), 0);
	close(fd);
	remove(name);
}

static void
negativeoffsetsandcountsfail(void)
{
	char *name = file("0123456789");
	int fd = open(name, ORDWR);

	checkexact(pread(fd, buf, 1, -2), "negative i/o offset");
	checkexact(pwrite(fd, buf, 1, -2), "negative i/o offset");
	notify(ignore); /* it is said by a note, too */
	checkexact(pread(fd, buf, -1, 0), "bad arg in system call");
	checkexact(pwrite(fd, buf, -1, 0), "bad arg in system call");
	checkexact(stat(name, (uchar *)buf, -1), "bad arg in system call");
	checkexact(stat(name, (uchar *)buf, 1), "bad arg in system call");
	checkexact(wstat(name, (uchar *)buf, -1), "bad arg in system call");
	checkexact(wstat(name, (uchar *)buf, 1), "malformed stat buffer");
	/* the file comes first */
	checkexact(fstat(77, (uchar *)buf, 1), "fd out of range or not open");
	checkexact(stat("no", (uchar *)buf, 1), "file does not exist: 'no'");
	close(fd);
	fd = open(".", OREAD);
	checkexact(read(fd, buf, -1), "bad arg in system call");
	checkint(read(fd, buf, 0), 0);
	checkint(read(fd, buf, 10), 0);
	checkexact(fd2path(fd, buf, -1), "bad arg in system call");
	checkint(fd2path(fd, buf, 0), 0);
	close(fd);
	holds(name, "0123456789");
	remove(name);
}

static void
anameof64kistoolong(void)
{
	enum
	{
		MOST = 64 * KiB,
	};
	static char name[MOST + 1];
	int i;

	for(i = 0; i < MOST; i++)
		name[i] = i % 2 == 0 ? '/' : '.';
	checkerr(open(name, OREAD), "name too long");
	checkerr(chdir(name), "name too long");
	checkerr(bind(name, "/mnt", MREPL), "name too long");
	name[MOST - 2] = 0;
	check(open(name, OREAD) >= 0);
}

static void
dupshareoneoffset(void)
{
	char *name = file("0123456789");
	int fd = open(name, OREAD), fd2 = dup(fd, -1), fd3 = open(name, OREAD);

	checkint(read(fd, buf, 4), 4);
	checkint(read(fd2, buf, 1), 1);
	check(buf[0] == '4');
	checkint(read(fd3, buf, 1), 1);
	check(buf[0] == '0');
	remove(name);
}

static void
zerolengthreadandwrite(void)
{
	char *name = file("abc");
	int fd = open(name, ORDWR);

	checkint(read(fd, buf, 0), 0);
	checkint(write(fd, buf, 0), 0);
	close(fd);
	holds(name, "abc");
	remove(name);
}

static void
bigfilescomebackwhole(void)
{
	char *name = tmpname("big");
	int fd, i, j;

	fd = create(name, ORDWR, 0644);
	check(fd >= 0);
	for(i = 0; i < 40; i++) {
		for(j = 0; j < (int)sizeof buf; j++)
			buf[j] = i * 7 + j;
		checkint(write(fd, buf, sizeof buf), sizeof buf);
	}
	seek(fd, 0, 0);
	for(i = 0; i < 40; i++) {
		checkint(readn(fd, buf, sizeof buf), sizeof buf);
		for(j = 0; j < (int)sizeof buf; j++)
			if((uchar)buf[j] != (uchar)(i * 7 + j))
				fail("block %d byte %d is %d", i, j, buf[j]);
	}
	checkint(read(fd, buf, 1), 0);
	close(fd);
	remove(name);
}

static void
unalignedbuffersacrosspages(void)
{
	char *name = file("");
	char *p = (char *)ROUNDUP((uintptr)buf, BY2PG) + BY2PG - 3;
	int fd = open(name, ORDWR);

	memcpy(p, "abcdefg", 7);
	checkint(write(fd, p, 7), 7);
	memset(p, 0, 7);
	checkint(pread(fd, p, 7, 0), 7);
	check(memcmp(p, "abcdefg", 7) == 0);
	close(fd);
	remove(name);
}

static void
removeofmissingfilefails(void)
{
	checkerr(remove(tmpname("missing")), "does not exist");
}

static void
removedopenfilestaysreadable(void)
{
	char *name = file("still here");
	int fd = open(name, OREAD);

	check(remove(name) == 0);
	check(dirstat(name) == nil);
	check(open(name, OREAD) == -1);
	close(
	    fd); /* what it holds now is the file server's affair: remove(5) */
}

static void
dotdotislexical(void)
{
	char *dir = tmpname("dir"), *name = file("up"), path[128];

	close(create(dir, OREAD, DMDIR | 0755));
	snprint(path, sizeof path, "%s/../%s", dir, name);
	holds(path, "up");
	snprint(path, sizeof path, "./%s/.././/%s", dir, name);
	holds(path, "up");
	remove(name);
	remove(dir);
}

static void
walkthroughafilefails(void)
{
	char *name = file("x"), path[128];

	snprint(path, sizeof path, "%s/y", name);
	check(open(path, OREAD) == -1);
	check(create(path, OWRITE, 0644) == -1);
	remove(name);
}

/* read(2), write(2): a file has nothing so far away, and no room */
static void
farawayoffsets(void)
{
	static vlong far[] = {0x7ffffffffffffffcLL, 0x7fffffffffffffffLL};
	char *name = file("0123456789");
	int fd = open(name, ORDWR);
	usize i;

	checkint(pread(fd, buf, 4, 1LL << 62), 0);
	for(i = 0; i < nelem(far); i++) {
		checkint(pread(fd, buf, 4, far[i]), 0);
		checkint(seek(fd, far[i], 0), far[i]);
		checkint(read(fd, buf, 4), 0);
		checkexact(pwrite(fd, "abcd", 4, far[i]), "file too big");
		checkexact(write(fd, "abcd", 4), "file too big");
		checkint(seek(fd, 0, 1), far[i]);
	}
	checkexact(seek(fd, 1, 1), "negative i/o offset");
	checkint(seek(fd, 0, 2), 10);
	close(fd);
	remove(name);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(openofmissingfilefails),
	    CASE(openofemptynamefails),
	    CASE(writtenbytesarereadback),
	    CASE(createtruncatesanexistingfile),
	    CASE(createwithexclfailsifthefileexists),
	    CASE(createinmissingdirectoryfails),
	    CASE(createddirectoryisadirectory),
	    CASE(directoriescannotbewritten),
	    CASE(otruncemptiesthefile),
	    CASE(closeddescriptorisanerror),
	    CASE(openuseslowestdescriptor),
	    CASE(seekmovestheoffset),
	    CASE(seekreaches64bits),
	    CASE(badseeksfail),
	    CASE(directoryseeksonlytothestart),
	    CASE(directoryrereadsafterseek),
	    CASE(oseektakes32bits),
	    CASE(writepastendleavesahole),
	    CASE(filesaresparseandlargerthan4gib),
	    CASE(preadandpwriteleavetheoffset),
	    CASE(negativeoffsetsandcountsfail),
	    CASE(anameof64kistoolong),
	    CASE(dupshareoneoffset),
	    CASE(zerolengthreadandwrite),
	    CASE(bigfilescomebackwhole),
	    CASE(unalignedbuffersacrosspages),
	    CASE(removeofmissingfilefails),
	    CASE(removedopenfilestaysreadable),
	    CASE(dotdotislexical),
	    CASE(walkthroughafilefails),
	    CASE(farawayoffsets),
	};

	runcases(cases, nelem(cases), argc, argv);
}

/*
 * Directory entries: stat, fstat, wstat, fwstat, their format and short
 * buffers; reading directories. stat(2), stat(5), dirread(2).
 */
#include "test.h"

static uchar buf[8 * KiB];

static char *
file(char *s)
{
	char *name = tmpname("stat");

	if(writefile(name, s, strlen(s), 0644) < 0)
		fail("creating %s: %r", name);
	return name;
}

static void
entryhasnamelengthandmode(void)
{
	char *name = file("12345");
	Dir *d = dirstat(name);

	check(d != nil);
	checkstr(d->name, name);
	checkint(d->length, 5);
	checkint(d->mode & 0777, 0644);
	checkint(d->mode & DMDIR, 0);
	checkint(d->qid.type, d->mode >> 24);
	checkint(d->type, 'M'); /* or programs take it for a device */
	check(d->uid[0] != 0 && d->gid[0] != 0);
	check(d->mtime != 0);
	remove(name);
}

static void
fstatsaysthesameasstat(void)
{
	char *name = file("12345");
	int fd = open(name, OREAD);
	Dir *a = dirstat(name), *b = dirfstat(fd);

	check(a != nil && b != nil);
	checkstr(b->name, name);
	checkint(a->qid.path, b->qid.path);
	checkint(a->qid.vers, b->qid.vers);
	checkint(a->type, b->type);
	checkint(a->dev, b->dev);
	checkint(a->length, b->length);
	remove(name);
}

/* stat says the name that was asked for, fstat the file's own */
static void
fstathasthefilesownname(void)
{
	char *name = file("x");
	Dir *d;
	int fd;

	check(bind("/dev/null", name, MREPL) >= 0);
	checkstr(dirstat(name)->name, name);
	fd = open(name, OREAD);
	checkstr(dirfstat(fd)->name, "null");
	close(fd);
	fd = open("/", OREAD);
	checkstr(dirstat("/")->name, "");
	checkstr(dirfstat(fd)->name, "/");
	close(fd);
	check(unmount(nil, name) >= 0);
	fd = open(name, OREAD);
	d = dirfstat(fd);
	check(d != nil);
	checkstr(d->name, name);
	close(fd);
	remove(name);
}

static void
directorieshavedirbitsandnolength(void)
{
	Dir *d = dirstat(".");

	check(d != nil);
	check(d->mode & DMDIR);
	check(d->qid.type & QTDIR);
	checkint(d->length, 0);
}

static void
filesdifferinqidpath(void)
{
	char *name = file("x"), other[64];
	Dir *a, *b;

	snprint(other, sizeof other, "%s.b", name);
	check(writefile(other, "x", 1, 0644) == 0);
	a = dirstat(name);
	b = dirstat(other);
	check(a != nil && b != nil);
	check(a->qid.path != b->qid.path);
	remove(name);
	remove(other);
}

static void
writingchangesqidversion(void)
{
	char *name = file("x");
	Dir *a, *b;

	a = dirstat(name);
	check(writefile(name, "a longer text", 13, 0644) == 0);
	b = dirstat(name);
	check(a != nil && b != nil);
	checkint(a->qid.path, b->qid.path);
	check(a->qid.vers != b->qid.vers);
	remove(name);
}

static void
lengthfieldcountswhatfollows(void)
{
	int n = stat(".", buf, sizeof buf);

	check(n >= STATFIXLEN);
	checkint(buf[0] | buf[1] << 8, n - BIT16SZ);
}

static void
shortbuffergetsthelengthonly(void)
{
	char *name = file("x");
	int n, m, fd = open(name, OREAD);

	n = stat(name, buf, sizeof buf);
	check(n > STATFIXLEN);
	memset(buf, 0xAA, sizeof buf);
	checkint(stat(name, buf, BIT16SZ), BIT16SZ);
	checkint(buf[0] | buf[1] << 8, n - BIT16SZ);
	checkint(buf[2], 0xAA);
	for(m = BIT16SZ; m < n; m += 7) {
		memset(buf, 0xAA, sizeof buf);
		checkint(fstat(fd, buf, m), BIT16SZ);
		checkint(buf[0] | buf[1] << 8, n - BIT16SZ);
	}
	checkint(stat(name, buf, n), n);
	remove(name);
}

static void
tooshortabufferisanerror(void)
{
	check(stat(".", buf, 0) == -1);
	check(stat(".", buf, 1) == -1);
}

static void
statofmissingfilefails(void)
{
	checkerr(stat("no/such", buf, sizeof buf), "does not exist");
	checkerr(fstat(77, buf, sizeof buf), "fd out of range or not open");
	/* before the buffer is looked at */
	checkerr(fstat(77, buf, 1), "fd out of range or not open");
}

static void
wstatrenames(void)
{
	char *name = file("contents"), to[64];
	Dir d;

	snprint(to, sizeof to, "%s.new", name);
	nulldir(&d);
	d.name = to;
	check(dirwstat(name, &d) >= 0);
	check(dirstat(name) == nil);
	check(readfile(to, (char *)buf, sizeof buf) == 8);
	remove(to);
}

static void
wstatdoesnotrenameover(void)
{
	char *name = file("one"), to[64];
	Dir d;

	snprint(to, sizeof to, "%s.new", name);
	check(writefile(to, "two", 3, 0644) == 0);
	nulldir(&d);
	d.name = to;
	check(dirwstat(name, &d) == -1);
	check(readfile(to, (char *)buf, sizeof buf) == 3);
	checkstr((char *)buf, "two");
	remove(name);
	remove(to);
}

static void
wstatcannotmovebetweendirectories(void)
{
	char *name = file("x");
	Dir d;

	nulldir(&d);
	d.name = "../moved";
	check(dirwstat(name, &d) == -1);
	check(dirstat(name) != nil);
	remove(name);
}

static void
fwstatchangesmode(void)
{
	char *name = file("x");
	int fd = open(name, ORDWR);
	Dir d, *nd;

	nulldir(&d);
	d.mode = 0600;
	check(dirfwstat(fd, &d) >= 0);
	nd = dirstat(name);
	check(nd != nil);
	checkint(nd->mode & 0777, 0600);
	checkint(nd->length, 1);
	remove(name);
}

static void
wstatchangesmtime(void)
{
	char *name = file("x");
	Dir d, *nd;

	nulldir(&d);
	d.mtime = 1000000000;
	check(dirwstat(name, &d) >= 0);
	nd = dirstat(name);
	check(nd != nil);
	checkint(nd->mtime, 1000000000);
	remove(name);
}

static void
wstattruncatesandextends(void)
{
	char *name = file("0123456789");
	Dir d;

	nulldir(&d);
	d.length = 4;
	check(dirwstat(name, &d) >= 0);
	checkint(readfile(name, (char *)buf, sizeof buf), 4);
	d.length = 6;
	check(dirwstat(name, &d) >= 0);
	checkint(readfile(name, (char *)buf, sizeof buf), 6);
	check(memcmp(buf, "0123\0\0", 6) == 0);
	remove(name);
}

static void
wstatofnothingsucceeds(void)
{
	char *name = file("x");
	Dir d;

	nulldir(&d);
	check(dirwstat(name, &d) >= 0);
	check(dirstat(name) != nil);
	remove(name);
}

static void
malformedentriesarerefused(void)
{
	char *name = file("x"), longname[64];
	Dir d;
	int n, m;

	nulldir(&d);
	n = convD2M(&d, buf, sizeof buf);
	for(m = 0; m < n; m++)
		if(wstat(name, buf, m) != -1)
			fail("wstat took %d bytes of %d", m, n);
	buf[0]++;
	check(wstat(name, buf, n) == -1);
	buf[0]--;
	buf[n - 2] = 200; /* muid longer than the entry */
	checkexact(wstat(name, buf, n), "malformed stat buffer");
	/* before the file is looked for */
	checkexact(wstat("no/such", buf, n), "malformed stat buffer");
	checkexact(fwstat(77, buf, n), "malformed stat buffer");
	nulldir(&d);
	d.name = "a/b";
	checkexact(dirwstat("no/such", &d), "bad character in file name: a/b");
	/* a name of more than 62 bytes is the device's to refuse */
	memset(longname, 'x', sizeof longname);
	longname[30] = '/';
	longname[62] = 0;
	d.name = longname;
	checkerr(dirwstat("no/such", &d), "bad character in file name: xxx");
	longname[62] = 'x';
	longname[63] = 0;
	checkexact(dirwstat("no/such", &d), "file does not exist: 'no'");
	checkexact(dirwstat(name, &d), "file name syntax");
	longname[30] = '\n';
	checkexact(dirwstat(name, &d), "file name syntax");
	check(dirstat(name) != nil);
	d.name = "b";
	checkexact(dirwstat("no/such", &d), "file does not exist: 'no'");
	remove(name);
}

static void
readofdirectoryiswholeentries(void)
{
	char *dir = tmpname("dir"), name[128];
	int fd, i, n, m, seen = 0;
	uchar small[200];
	Dir d;
	char strs[sizeof small + 4];

	close(create(dir, OREAD, DMDIR | 0755));
	for(i = 0; i < 30; i++) {
		snprint(name, sizeof name, "%s/entry%d", dir, i);
		check(writefile(name, "", 0, 0644) == 0);
	}
	fd = open(dir, OREAD);
	while((n = read(fd, small, sizeof small)) > 0)
		for(i = 0; i < n; i += m) {
			m = convM2D(small + i, n - i, &d, strs);
			check(m > 0);
			check(strncmp(d.name, "entry", 5) == 0);
			seen++;
		}
	checkint(n, 0);
	checkint(seen, 30);
	close(fd);
	for(i = 0; i < 30; i++) {
		snprint(name, sizeof name, "%s/entry%d", dir, i);
		remove(name);
	}
	check(remove(dir) == 0);
}

/* Count the entries in n bytes at p: each must be one of them, and not seen before. */
static int
newentries(uchar *p, int n, char *seen, int nseen)
{
	static char strs[600];
	int i, k, m;
	Dir d;

	for(k = i = 0; i < n; i += m, k++) {
		m = convM2D(p + i, n - i, &d, strs);
		check(m > 0);
		m = m > 0 ? m : n;
		check(strncmp(d.name, "entry", 5) == 0);
		checkint(d.length, 3);
		check(atoi(d.name + 5) < nseen && !seen[atoi(d.name + 5)]++);
	}
	return k;
}

/* Large reads, into memory that was never touched, and small ones in turn. */
static void
largereadsofdirectoriesgiveeachentryonce(void)
{
	enum
	{
		N = 300,
	};
	static uchar fresh[8][64 * KiB];
	char *dir = tmpname("dir"), name[128], seen[N];
	int fd, i, n, turn, count;

	close(create(dir, OREAD, DMDIR | 0755));
	for(i = 0; i < N; i++) {
		snprint(name, sizeof name, "%s/entry%d", dir, i);
		check(writefile(name, "abc", 3, 0644) == 0);
	}
	fd = open(dir, OREAD);
	for(turn = 0; turn < 2; turn++) {
		check(seek(fd, 0, 0) == 0);
		memset(seen, 0, sizeof seen);
		count = 0;
		for(i = 0; i < 1000; i++) {
			n = i % 2 == turn ? 64 * KiB - 100 : 300;
			n = read(fd, fresh[i % 8] + 100, n);
			if(n <= 0)
				break;
			count += newentries(fresh[i % 8] + 100, n, seen, N);
		}
		checkint(n, 0);
		checkint(count, N);
	}
	close(fd);
	for(i = 0; i < N; i++) {
		snprint(name, sizeof name, "%s/entry%d", dir, i);
		remove(name);
	}
	check(remove(dir) == 0);
}

static void
dotanddotdotarenotentries(void)
{
	int fd = open(".", OREAD), i, n;
	Dir *d;

	while((n = dirread(fd, &d)) > 0)
		for(i = 0; i < n; i++) {
			check(strcmp(d[i].name, ".") != 0);
			check(strcmp(d[i].name, "..") != 0);
		}
	checkint(n, 0);
}

static void
utf8namesarekept(void)
{
	char name[64];
	Dir *d;

	snprint(name, sizeof name, "gl\303\274ck\342\202\254.%d", getpid());
	check(writefile(name, "x", 1, 0644) == 0);
	d = dirstat(name);
	check(d != nil);
	checkstr(d->name, name);
	check(remove(name) == 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(entryhasnamelengthandmode),
	    CASE(fstatsaysthesameasstat),
	    CASE(fstathasthefilesownname),
	    CASE(directorieshavedirbitsandnolength),
	    CASE(filesdifferinqidpath),
	    CASE(writingchangesqidversion),
	    CASE(lengthfieldcountswhatfollows),
	    CASE(shortbuffergetsthelengthonly),
	    CASE(tooshortabufferisanerror),
	    CASE(statofmissingfilefails),
	    CASE(wstatrenames),
	    CASE(wstatdoesnotrenameover),
	    CASE(wstatcannotmovebetweendirectories),
	    CASE(fwstatchangesmode),
	    CASE(wstatchangesmtime),
	    CASE(wstattruncatesandextends),
	    CASE(wstatofnothingsucceeds),
	    CASE(malformedentriesarerefused),
	    CASE(readofdirectoryiswholeentries),
	    CASE(largereadsofdirectoriesgiveeachentryonce),
	    CASE(dotanddotdotarenotentries),
	    CASE(utf8namesarekept),
	};

	runcases(cases, nelem(cases), argc, argv);
}

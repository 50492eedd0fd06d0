/*
 * Descriptors: dup, fd2path, chdir, and the dup device. dup(2), fd2path(2),
 * dup(3).
 */
#include "test.h"

static char buf[1024], buf2[1024];

static void
duptominusonetakesthelowestfree(void)
{
	int a = open(".", OREAD), b = open(".", OREAD);

	close(a);
	checkint(dup(b, -1), a);
}

static void
duptoanumberusesit(void)
{
	int a = open(".", OREAD);

	checkint(dup(a, a + 10), a + 10);
	check(dirfstat(a + 10) != nil);
}

static void
dupclosestheoldone(void)
{
	int p[2];
	char c;

	check(pipe(p) == 0);
	checkint(dup(0, p[1]), p[1]);
	checkint(read(p[0], &c, 1), 0);
}

static void
dupontoitselfkeepsit(void)
{
	int a = open(".", OREAD);

	checkint(dup(a, a), a);
	check(dirfstat(a) != nil);
}

static void
dupofaclosedonefails(void)
{
	checkerr(dup(70, -1), "fd out of range or not open");
	checkerr(dup(-1, -1), "fd out of range or not open");
	checkerr(dup(70, 1), "fd out of range or not open");
	check(dirfstat(1) != nil); /* the target was not closed for it */
}

static void
dupfarbeyondthetablefails(void)
{
	check(dup(1, 1 << 20) == -1);
	check(dup(1, -2) == -1);
}

/* dup(2): 20 at a time; a copied table is as long as it must be */
static void
dupmakesthetablelongerbysteps(void)
{
	int fd;

	check(rfork(RFFDG) >= 0);
	checkint(dup(1, 39), 39);
	checkexact(dup(1, 60), "fd out of range or not open");
	checkint(dup(1, 59), 59);
	close(59);
	checkint(dup(1, 79), 79);
	close(79);
	close(39);
	checkint(dup(1, 99), 99);
	close(99);
	check(rfork(RFFDG) >= 0);
	checkexact(dup(1, 40), "fd out of range or not open");
	check(rfork(RFCFDG) >= 0);
	fd = open("/dev/null", OREAD);
	checkint(fd, 0);
	checkexact(dup(0, 40), "fd out of range or not open");
	checkint(dup(0, 39), 39);
}

static void
manydescriptorscanbeopen(void)
{
	int fd, i, n = 0;

	for(i = 0; i < 300; i++) {
		fd = open(".", OREAD);
		check(fd >= 0);
		n++;
	}
	checkint(n, 300);
	for(i = fd; n > 0; i--, n--)
		checkint(close(i), 0);
}

static void
fd2pathnamesthefile(void)
{
	char *name = tmpname("path"), want[1024];
	int fd, dot = open(".", OREAD);

	checkint(fd2path(dot, buf, sizeof buf), 0);
	check(buf[0] == '/');
	snprint(want, sizeof want, "%s%s%s", buf, buf[1] ? "/" : "", name);
	fd = create(name, OWRITE | ORCLOSE, 0644);
	checkint(fd2path(fd, buf, sizeof buf), 0);
	checkstr(buf, want);
	/* by its whole name, it goes by that */
	checkint(fd2path(open(want, OREAD), buf, sizeof buf), 0);
	checkstr(buf, want);
}

static void
fd2pathiscleaned(void)
{
	int fd = open("/./dev/../dev//null", OREAD);

	check(fd >= 0);
	checkint(fd2path(fd, buf, sizeof buf), 0);
	checkstr(buf, "/dev/null");
}

static void
fd2pathtruncatesandends(void)
{
	int fd = open("/dev/null", OREAD);

	memset(buf, 'x', sizeof buf);
	checkint(fd2path(fd, buf, 5), 0);
	checkstr(buf, "/dev");
	check(buf[5] == 'x');
	checkerr(fd2path(70, buf, sizeof buf), "fd out of range or not open");
}

static void
chdirchangesrelativenames(void)
{
	char *dir = tmpname("dir");
	int fd;

	close(create(dir, OREAD, DMDIR | 0755));
	checkint(chdir(dir), 0);
	check(writefile("inner", "x", 1, 0644) == 0);
	fd = open(".", OREAD);
	check(fd2path(fd, buf, sizeof buf) == 0);
	checkhas(buf, dir);
	checkint(chdir(".."), 0);
	snprint(buf, sizeof buf, "%s/inner", dir);
	check(remove(buf) == 0);
	check(remove(dir) == 0);
}

static void
chdirtoafilefails(void)
{
	char *name = tmpname("file");
	int fd;

	check(writefile(name, "x", 1, 0644) == 0);
	fd = open(".", OREAD);
	fd2path(fd, buf, sizeof buf);
	check(chdir(name) == -1);
	checkerr(chdir("no/such"), "does not exist");
	fd = open(".", OREAD);
	fd2path(fd, buf2, sizeof buf2);
	checkstr(buf2, buf);
	remove(name);
}

static void
rootsparentisroot(void)
{
	int fd;

	check(chdir("/") == 0);
	check(chdir("../..") == 0);
	fd = open(".", OREAD);
	check(fd2path(fd, buf, sizeof buf) == 0);
	checkstr(buf, "/");
}

static void
dupdeviceopensadescriptor(void)
{
	char name[32];
	int p[2], fd;

	check(pipe(p) == 0);
	snprint(name, sizeof name, "/fd/%d", p[1]);
	fd = open(name, OWRITE);
	check(fd >= 0 && fd != p[1]);
	checkint(write(fd, "via", 3), 3);
	checkint(read(p[0], buf, sizeof buf), 3);
	check(memcmp(buf, "via", 3) == 0);
	snprint(name, sizeof name, "#d/%d", p[1]);
	fd = open(name, OREAD);
	check(fd >= 0);
	check(open("/fd/71", OREAD) == -1);
}

static void
dupdevicestatsaysmode(void)
{
	int fd = open("/dev/null", OWRITE);
	char name[32], want[32];
	Dir *d;

	snprint(name, sizeof name, "#d/%d", fd);
	snprint(want, sizeof want, "%d", fd);
	d = dirstat(name);
	check(d != nil);
	checkstr(d->name, want);
	checkint(d->length, 0);
	checkint(d->mode, 0200);
}

static void
dupdevicelistsopenones(void)
{
	int fd = open("#d", OREAD), other = open("/dev/null", OREAD), i, n;
	int seen = 0;
	char want[32];
	Dir *d;

	check(fd >= 0);
	snprint(want, sizeof want, "%d", other);
	while((n = dirread(fd, &d)) > 0)
		for(i = 0; i < n; i++)
			seen += strcmp(d[i].name, want) == 0;
	checkint(seen, 1);
}

/* fd2path(2): a name that is cut is cut between characters */
static void
fd2pathcutsbetweencharacters(void)
{
	char path[ERRMAX], cut[ERRMAX];
	int fd = create("\xe2\x82\xac\xc3\xa9", OREAD | ORCLOSE, 0666), i, n,
	    fit;

	check(fd >= 0);
	check(fd2path(fd, path, sizeof path) == 0);
	n = strlen(path);
	checkstr(path + n - 6, "/\xe2\x82\xac\xc3\xa9");
	for(i = 1; i <= n; i++) {
		check(fd2path(fd, cut, i) == 0);
		check(strncmp(cut, path, strlen(cut)) == 0);
		/* what fits with a NUL, without a part of the last two characters */
		fit = i - 1;
		if(fit >= n - 2)
			fit = n - 2;
		else if(fit > n - 5)
			fit = n - 5;
		checkint(strlen(cut), fit);
	}
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(duptominusonetakesthelowestfree),
	    CASE(duptoanumberusesit),
	    CASE(dupclosestheoldone),
	    CASE(dupontoitselfkeepsit),
	    CASE(dupofaclosedonefails),
	    CASE(dupfarbeyondthetablefails),
	    CASE(dupmakesthetablelongerbysteps),
	    CASE(manydescriptorscanbeopen),
	    CASE(fd2pathnamesthefile),
	    CASE(fd2pathiscleaned),
	    CASE(fd2pathtruncatesandends),
	    CASE(chdirchangesrelativenames),
	    CASE(chdirtoafilefails),
	    CASE(rootsparentisroot),
	    CASE(dupdeviceopensadescriptor),
	    CASE(dupdevicestatsaysmode),
	    CASE(dupdevicelistsopenones),
	    CASE(fd2pathcutsbetweencharacters),
	};

	runcases(cases, nelem(cases), argc, argv);
}

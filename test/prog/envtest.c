/*
 * Environment variables: env(3).
 */
#include "test.h"

static char buf[32 * KiB];

static void
variablesarefiles(void)
{
	check(writefile("/env/envtest", "value", 5, 0666) == 0);
	checkint(readfile("/env/envtest", buf, sizeof buf), 5);
	checkstr(buf, "value");
	checkint(readfile("#e/envtest", buf, sizeof buf), 5);
	check(writefile("/env/envtest", "new", 3, 0666) == 0);
	checkint(readfile("/env/envtest", buf, sizeof buf), 3);
	check(remove("/env/envtest") == 0);
	checkerr(open("/env/envtest", OREAD), "does not exist");
}

static void
variablesmayhavenulsandbebig(void)
{
	int i;

	for(i = 0; i < 16 * (int)KiB; i++)
		buf[i] = i * 7;
	check(writefile("/env/big", buf, 16 * KiB, 0666) == 0);
	memset(buf, 0, sizeof buf);
	checkint(readfile("/env/big", buf, sizeof buf), 16 * KiB);
	for(i = 0; i < 16 * (int)KiB; i++)
		check(buf[i] == (char)(i * 7));
}

/* env(3): a value has 512 KiB at most; what was written before a write too many stays */
static void
valuesarelimited(void)
{
	enum
	{
		Max = 512 * KiB,
	};
	int fd = create("/env/big", OWRITE, 0666);

	check(fd >= 0);
	checkint(pwrite(fd, "a", 1, Max - 2), 1);
	checkexact(pwrite(fd, "bc", 2, Max - 1), "read or write too large");
	checkexact(pwrite(fd, "c", 1, Max), "read or write too large");
	checkint(dirfstat(fd)->length, Max - 1);
	checkint(pwrite(fd, "b", 1, Max - 1), 1);
	checkint(dirfstat(fd)->length, Max);
}

static void
variablesarelisted(void)
{
	int fd, i, n, seen = 0;
	Dir *d;

	check(writefile("/env/listed", "x", 1, 0666) == 0);
	fd = open("#e", OREAD);
	check(fd >= 0);
	while((n = dirread(fd, &d)) > 0)
		for(i = 0; i < n; i++)
			if(strcmp(d[i].name, "listed") == 0) {
				checkint(d[i].length, 1);
				seen++;
			}
	checkint(seen, 1);
}

static void
variablesareremovedonclose(void)
{
	int fd = create("/env/rclose", OWRITE | ORCLOSE, 0666);

	check(fd >= 0);
	check(dirstat("/env/rclose") != nil);
	close(fd);
	check(dirstat("/env/rclose") == nil);
	check(writefile("/env/rclose", "x", 1, 0666) == 0);
	fd = open("/env/rclose", OREAD | ORCLOSE);
	check(fd >= 0);
	close(fd);
	check(dirstat("/env/rclose") == nil);
}

static void
environmentdirectoriesarefiles(void)
{
	int fd = create("/env/dir", OREAD, DMDIR | 0777);
	Dir *d = dirfstat(fd);

	check(fd >= 0 && d != nil);
	checkint(d->qid.type, 0);
	checkint(d->mode & DMDIR, 0);
	checkint(dirstat("#e")->mode, DMDIR | 0555);
}

static void
variablenamesarelimited(void)
{
	char name[150];

	strcpy(name, "/env/");
	memset(name + 5, 'v', sizeof name - 5);
	name[5 + 128] = 0;
	checkerr(create(name, OWRITE, 0666), "name too long");
	name[5 + 127] = 0;
	check(create(name, OWRITE, 0666) >= 0);
}

static void
cleargroup(void *arg)
{
	int fd = *(int *)arg;

	check(rfork(RFCENVG) >= 0);
	checkerr(open("/env/kept", OREAD), "does not exist");
	checkint(pwrite(fd, "new", 3, 0), 3);
	checkint(pread(fd, buf, 10, 0), 3);
}

/* env(3): whatever becomes of the process's own */
static void
openvariablesstayintheirgroup(void)
{
	int fd = create("/env/kept", ORDWR, 0666);

	check(fd >= 0);
	childok(spawn(RFFDG, cleargroup, &fd));
	checkint(pread(fd, buf, 10, 0), 3);
	check(memcmp(buf, "new", 3) == 0);
	check(rfork(RFENVG) >= 0);
	checkint(pwrite(fd, "mine", 4, 0), 4);
	checkint(readfile("/env/kept", buf, sizeof buf), 3);
	/* it shows as a variable of others; the copy is new */
	checkint(dirfstat(fd)->mode, 0664);
	checkint(dirstat("/env/kept")->mode, 0666);
	checkint(dirstat("/env/kept")->qid.vers, 0);
	check(close(create("#ec/kept", OWRITE, 0)) == 0);
	checkint(dirstat("#ec/kept")->mode, 0664);
	check(remove("#ec/kept") == 0);
}

static void
rclosedclearer(void *arg)
{
	USED(arg);
	check(create("/env/gone", OWRITE | ORCLOSE, 0666) >= 0);
	exits("");
}

static void
variablesareremovedonexit(void)
{
	childok(spawn(RFFDG, rclosedclearer, nil));
	check(dirstat("/env/gone") == nil);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(variablesarefiles),
	    CASE(variablesmayhavenulsandbebig),
	    CASE(valuesarelimited),
	    CASE(variablesarelisted),
	    CASE(variablesareremovedonclose),
	    CASE(environmentdirectoriesarefiles),
	    CASE(variablenamesarelimited),
	    CASE(openvariablesstayintheirgroup),
	    CASE(variablesareremovedonexit),
	};

	runcases(cases, nelem(cases), argc, argv);
}

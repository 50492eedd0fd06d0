/*
 * The old system calls: _read, _write, _stat, _fstat, _wstat, _fwstat, _mount,
 * _fsession. (_wait, _errstr, oseek are in exittest, errtest, filetest.)
 */
#include "test.h"

enum
{
	DIRLEN = 116,
};

static uchar buf[256];

static char *
file(char *s)
{
	char *name = tmpname("old");

	check(writefile(name, s, strlen(s), 0644) == 0);
	return name;
}

static void
readandwritemovetheoffset(void)
{
	char *name = file("0123456789");
	int fd = open(name, ORDWR);

	checkint(_read(fd, buf, 4), 4);
	check(memcmp(buf, "0123", 4) == 0);
	checkint(_write(fd, "AB", 2), 2);
	checkint(_read(fd, buf, 100), 4);
	check(memcmp(buf, "6789", 4) == 0);
	checkint(_read(fd, buf, 100), 0);
	checkint(seek(fd, 0, 1), 10);
	checkint(_read(99, buf, 1), -1);
	remove(name);
}

/* The directory entries of before 9P2000 are not served any more. */
#define RECOMPILE "stat system call - recompile"

static void
oldstatsayrecompile(void)
{
	char *name = file("12345");
	int fd = open(name, ORDWR);

	memset(buf, 0xAA, sizeof buf);
	checkerr(_stat(name, (char *)buf), RECOMPILE);
	checkerr(_fstat(fd, (char *)buf), RECOMPILE);
	check(buf[0] == 0xAA && buf[DIRLEN - 1] == 0xAA);
	remove(name);
}

static void
oldwstatsayrecompileandchangenothing(void)
{
	char *name = file("x");
	int fd = open(name, ORDWR);
	Dir *d;

	memset(buf, 0, sizeof buf);
	checkerr(_wstat(name, (char *)buf), RECOMPILE);
	checkerr(_fwstat(fd, (char *)buf), RECOMPILE);
	d = dirstat(name);
	check(d != nil);
	checkint(d->mode & 0777, 0644);
	remove(name);
}

static void
oldmountofabaddescriptorfails(void)
{
	check(_mount(99, "/mnt", MREPL, "") == -1);
}

static void
fsessionofabaddescriptorfails(void)
{
	check(_fsession(99, (char *)buf, sizeof buf) == -1);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(readandwritemovetheoffset),
	    CASE(oldstatsayrecompile),
	    CASE(oldwstatsayrecompileandchangenothing),
	    CASE(oldmountofabaddescriptorfails),
	    CASE(fsessionofabaddescriptorfails),
	};

	runcases(cases, nelem(cases), argc, argv);
}

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

/* The record's names are of 28 bytes, its numbers little-endian. */
static u32int
old4(int off)
{
	return buf[off] | buf[off + 1] << 8 | buf[off + 2] << 16 |
	    (u32int)buf[off + 3] << 24;
}

static void
isold(char *name, Dir *d)
{
	checkstr((char *)buf, name);
	checkstr((char *)buf + 28, d->uid);
	checkstr((char *)buf + 56, d->gid);
	checkint(old4(84),
	    (d->qid.path & 0x7fffffff) | (u32int)(d->qid.type & QTDIR) << 24);
	checkint(old4(88), d->qid.vers);
	checkint(old4(92), d->mode);
	checkint(old4(100), d->mtime);
	checkint(old4(104), d->length);
	checkint(old4(108), 0);
	checkint(buf[112] | buf[113] << 8, d->type);
	check(buf[DIRLEN] == 0xAA);
}

static void
oldstathasa116byterecord(void)
{
	char *name = file("12345");
	int fd = open(name, ORDWR);
	Dir *d = dirstat(name);

	check(d != nil);
	memset(buf, 0xAA, sizeof buf);
	checkint(_stat(name, (char *)buf), 0);
	isold(name, d);
	memset(buf, 0xAA, sizeof buf);
	checkint(_fstat(fd, (char *)buf), 0);
	isold(name, d);
	remove(name);
	d = dirstat(".");
	memset(buf, 0xAA, sizeof buf);
	checkint(_stat(".", (char *)buf), 0);
	isold(d->name, d);
	check(old4(84) >> 31);
	/* a name of 28 bytes and more has no NUL */
	name = "a-name-of-thirty-bytes-exactly";
	check(writefile(name, "x", 1, 0644) == 0);
	checkint(_stat(name, (char *)buf), 0);
	check(memcmp(buf, name, 28) == 0);
	checkstr((char *)buf + 28, dirstat(name)->uid);
	remove(name);
	checkerr(_stat("no-such", (char *)buf), "does not exist");
	checkerr(_fstat(99, (char *)buf), "fd out of range");
	notify(ignore);
	checkerr(_stat(".", badaddr), "bad arg in system call");
	checkerr(_stat(badaddr, (char *)buf), "bad arg in system call");
	checkerr(_fstat(fd, badaddr), "bad arg in system call");
}

static void
oldwstatsayrecompileandchangenothing(void)
{
	char *name = file("x");
	int fd = open(name, ORDWR);
	Dir *d;

	memset(buf, 0, sizeof buf);
	checkerr(
	    _wstat(name, (char *)buf), "old wstat system call - recompile");
	checkerr(
	    _fwstat(fd, (char *)buf), "old fwstat system call - recompile");
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

/* It says that there is no ticket, whatever the descriptor. */
static void
fsessionisanemptyticket(void)
{
	memset(buf, 'x', sizeof buf);
	checkint(_fsession(99, (char *)buf, sizeof buf), 0);
	checkint(buf[0], 0);
	checkint(buf[1], 'x');
	checkerr(_fsession(99, (char *)buf, 0), "bad arg in system call");
	notify(ignore);
	checkerr(_fsession(0, badaddr, 10), "bad arg in system call");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(readandwritemovetheoffset),
	    CASE(oldstathasa116byterecord),
	    CASE(oldwstatsayrecompileandchangenothing),
	    CASE(oldmountofabaddescriptorfails),
	    CASE(fsessionisanemptyticket),
	};

	runcases(cases, nelem(cases), argc, argv);
}

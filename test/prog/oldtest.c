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

static u32int
get4(uchar *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (u32int)p[3] << 24;
}

/* name[28] uid[28] gid[28] qid[8] mode[4] atime[4] mtime[4] length[8] type[2] dev[2] */
static void
oldrecord(char *name, Dir *d)
{
	checkstr((char *)buf, name);
	check(strncmp((char *)buf + 28, d->uid, 27) == 0);
	check(strncmp((char *)buf + 56, d->gid, 27) == 0);
	checkint(get4(buf + 84), (u32int)d->qid.path & ~DMDIR);
	checkint(get4(buf + 88), d->qid.vers);
	checkint(get4(buf + 92), d->mode);
	checkint(get4(buf + 100), d->mtime);
	checkint(get4(buf + 104), d->length);
	checkint(get4(buf + 108), 0);
	checkint(buf[112] | buf[113] << 8, d->type);
	check(buf[DIRLEN] == 0xAA);
}

static void
oldstatfillsarecord(void)
{
	char *name = file("12345");
	int fd = open(name, ORDWR);
	Dir *d = dirstat(name);

	memset(buf, 0xAA, sizeof buf);
	checkint(_stat(name, (char *)buf), 0);
	oldrecord(name, d);
	memset(buf, 0xAA, sizeof buf);
	checkint(_fstat(fd, (char *)buf), 0);
	oldrecord(name, d);
	checkint(_stat("/fd", (char *)buf), 0);
	check((get4(buf + 84) & DMDIR) && (get4(buf + 92) & DMDIR));
	checkerr(_stat("no", (char *)buf), "file does not exist: 'no'");
	checkerr(_fstat(99, (char *)buf), "fd out of range or not open");
	remove(name);
}

static void
oldwstatsayrecompileandchangenothing(void)
{
	char *name = file("x");
	int fd = open(name, ORDWR);
	Dir *d;

	memset(buf, 0, sizeof buf);
	checkexact(
	    _wstat(name, (char *)buf), "old wstat system call - recompile");
	checkexact(
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

static void
fsessionhasnodata(void)
{
	memset(buf, 0xAA, sizeof buf);
	checkint(_fsession(99, (char *)buf, sizeof buf), 0);
	check(buf[0] == 0 && buf[1] == 0xAA);
	checkerr(_fsession(99, (char *)buf, 0), "bad arg in system call");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(readandwritemovetheoffset),
	    CASE(oldstatfillsarecord),
	    CASE(oldwstatsayrecompileandchangenothing),
	    CASE(oldmountofabaddescriptorfails),
	    CASE(fsessionhasnodata),
	};

	runcases(cases, nelem(cases), argc, argv);
}

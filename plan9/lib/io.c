/*
 * read, write and seek as programs know them, and whole small files.
 */
#include "lib.h"

/* The offset of the file, not one of the caller's: read(2). */
#define FILEOFF (-1LL)

s32int
read(int fd, void *buf, s32int n)
{
	return pread(fd, buf, n, FILEOFF);
}

s32int
write(int fd, void *buf, s32int n)
{
	return pwrite(fd, buf, n, FILEOFF);
}

s32int
readn(int fd, void *buf, s32int n)
{
	s32int got, m;

	for(got = 0; got < n; got += m) {
		m = read(fd, (char *)buf + got, n - got);
		if(m < 0)
			return -1;
		if(m == 0)
			break;
	}
	return got;
}

vlong
seek(int fd, vlong off, int whence)
{
	vlong where;

	if(_seek(&where, fd, off, whence) < 0)
		return -1;
	return where;
}

s32int
readfile(char *name, char *buf, s32int n)
{
	s32int m;
	int fd;

	fd = open(name, OREAD | OCEXEC);
	if(fd < 0)
		return -1;
	m = readn(fd, buf, n - 1);
	close(fd);
	buf[m < 0 ? 0 : m] = 0;
	return m;
}

int
writefile(char *name, char *data, s32int n, u32int perm)
{
	s32int m;
	int fd;

	fd = create(name, OWRITE, perm);
	if(fd < 0)
		return -1;
	m = n == 0 ? 0 : write(fd, data, n);
	close(fd);
	return m == n ? 0 : -1;
}

int
writeto(char *name, char *s)
{
	int fd, n;

	fd = open(name, OWRITE | OCEXEC);
	if(fd < 0)
		return -1;
	n = write(fd, s, strlen(s));
	close(fd);
	return n;
}

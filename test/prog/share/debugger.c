#include "debugger.h"

char *
procpath(int pid)
{
	static char path[32];

	snprint(path, sizeof path, "/proc/%d", pid);
	return path;
}

int
procopen(int pid, char *name, int mode)
{
	char path[64];
	int fd;

	snprint(path, sizeof path, "/proc/%d/%s", pid, name);
	fd = open(path, mode);
	if(fd < 0)
		fail("%s: %r", path);
	return fd;
}

void
getregs(int pid, Ureg *u)
{
	int fd = procopen(pid, "regs", OREAD);

	checkint(pread(fd, u, sizeof *u, 0), sizeof *u);
	close(fd);
}

void
getmem(int pid, void *addr, void *to, int n)
{
	int fd = procopen(pid, "mem", OREAD);

	checkint(pread(fd, to, n, (uintptr)addr), n);
	close(fd);
}

u64int
entryof(int pid)
{
	uchar h[40];
	u64int v = 0;
	int i, fd = procopen(pid, "text", OREAD);

	checkint(pread(fd, h, sizeof h, 0), sizeof h);
	close(fd);
	for(i = 32; i < 40; i++)
		v = v << 8 | h[i];
	return v;
}

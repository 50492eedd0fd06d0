/*
 * How much memory the host lets run9 have: the default of -m.
 */
#include "u.h"
#include "host/base/base.h"
#include "lib/lib.h"

enum
{
	O_RDONLY = 0,
};

/* The number that a host file begins with; -1 if there is none. */
static vlong
filenum(const char *path)
{
	char buf[64];
	long fd, n;

	fd = hostcall(__NR_open, path, O_RDONLY, 0);
	if(fd < 0)
		return -1;
	n = hostcall(__NR_read, fd, buf, sizeof buf - 1);
	hostcall(__NR_close, fd);
	if(n <= 0)
		return -1;
	buf[n] = 0;
	if(*buf < '0' || *buf > '9')
		return -1;
	return (vlong)strtoull(buf, nil, 10);
}

/* This process's memory limit in cgroup v2's hierarchy, the smallest of its own and its
 * ancestors' limits; -1 if there is none. cgroup v1's limit counts too. */
static vlong
cgrouplimit(void)
{
	static char buf[1024], path[1200];
	char *p, *e;
	long fd, n;
	vlong v, min;

	min = filenum("/sys/fs/cgroup/memory/memory.limit_in_bytes");
	fd = hostcall(__NR_open, "/proc/self/cgroup", O_RDONLY, 0);
	if(fd < 0)
		return min;
	n = hostcall(__NR_read, fd, buf, sizeof buf - 1);
	hostcall(__NR_close, fd);
	if(n <= 0)
		return min;
	buf[n] = 0;
	p = strstr(buf, "0::/");
	if(p == nil)
		return min;
	p += 3;
	e = strchr(p, '\n');
	if(e != nil)
		*e = 0;
	for(;;) {
		snprint(path, sizeof path, "/sys/fs/cgroup%s/memory.max", p);
		v = filenum(path);
		if(v > 0 && (min < 0 || v < min))
			min = v;
		e = strrchr(p, '/');
		if(e == nil)
			return min;
		*e = 0;
	}
}

uvlong
arenadefault(void)
{
	struct
	{
		u64int times[4];
		u64int totalram;
		u64int amounts[5];
		/* a 16-bit number and padding */
		u64int procs;
		u64int high[2];
		/* bytes in a unit of totalram and amounts */
		u32int unit;
	} si;
	vlong mem, cg;

	mem = 512 * MiB;
	if(hostcall(__NR_sysinfo, &si) == 0)
		mem = si.totalram * si.unit;
	cg = cgrouplimit();
	if(cg > 0 && cg < mem)
		mem = cg;
	mem = mem / 4 * 3;
	return ROUNDDN((uvlong)mem, 2ULL * MiB);
}

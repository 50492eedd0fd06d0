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

/* The smallest limit of this process's cgroup and those above it, or -1. The hierarchy is mounted
 * at mount, key stands before the cgroup's path in cgroups, which is /proc/self/cgroup, and file
 * has the limit. In a container the path may lead nowhere; the root is the container's. */
static vlong
leastlimit(
    const char *mount, const char *cgroups, const char *key, const char *file)
{
	static char dir[1024], path[1200];
	vlong v, min;
	const char *p;
	char *e;

	p = strstr(cgroups, key);
	if(p == nil)
		return -1;
	strecpy(dir, dir + sizeof dir, p + strlen(key));
	e = strchr(dir, '\n');
	if(e != nil)
		*e = 0;
	min = -1;
	for(;;) {
		snprint(path, sizeof path, "%s%s/%s", mount, dir, file);
		v = filenum(path);
		if(v > 0 && (min < 0 || v < min))
			min = v;
		e = strrchr(dir, '/');
		if(e == nil)
			return min;
		*e = 0;
	}
}

/* This process's limit of memory by control groups, of either version; -1: none. */
static vlong
cgrouplimit(void)
{
	static char buf[4096];
	vlong v1, v2;
	long fd, n;

	fd = hostcall(__NR_open, "/proc/self/cgroup", O_RDONLY, 0);
	if(fd < 0)
		return -1;
	n = hostcall(__NR_read, fd, buf, sizeof buf - 1);
	hostcall(__NR_close, fd);
	if(n <= 0)
		return -1;
	buf[n] = 0;
	v1 = leastlimit(
	    "/sys/fs/cgroup/memory", buf, ":memory:", "memory.limit_in_bytes");
	v2 = leastlimit("/sys/fs/cgroup", buf, "0::", "memory.max");
	return v1 < 0 || (v2 > 0 && v2 < v1) ? v2 : v1;
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

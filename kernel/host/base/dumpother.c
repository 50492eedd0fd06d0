/*
 * run9 --dump PID: the state of another instance, read from its kernel memory.
 *
 * The other instance does nothing for it, so it may hang in any way. This process runs the same
 * executable and so has everything at the same addresses. It maps the other's kernel memory
 * over its own.
 */
#include "u.h"
#include "host/entry/entry.h"
#include "host/pool/pool.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* how many descriptors of the other instance to search for its kernel memory */
	Mostfiles = 4096,
	Pathsize = 64,
	StatSize = 144,
	PROT_READ = 1,
	PROT_RW = 3,
	MAP_PRIVATE = 2,
	MAP_FIXED = 0x10,
	Refused = 1,
};

static _Noret void
refuse(const char *fmt, ...)
{
	char buf[256];
	va_list ap;

	va_start(ap, fmt);
	vseprint(buf, buf + sizeof buf, fmt, ap);
	va_end(ap);
	kprint("run9: --dump %s\n", buf);
	hostcall(__NR_exit_group, Refused);
	__builtin_unreachable();
}

/* The device and inode of a file: the first two words of Linux's struct stat. */
static long
identity(const char *path, u64int *id)
{
	u64int st[StatSize / sizeof(u64int)];
	long r;

	r = hostcall(__NR_stat, path, st);
	id[0] = st[0];
	id[1] = st[1];
	return r;
}

/* Put into path the /proc name of host process pid's descriptor of kernel memory. Returns 0 or
 * -errno. */
static long
findmemory(int pid, char *path)
{
	static const char want[] = "/memfd:run9-kernel";
	char name[sizeof want];
	long r, denied;
	int fd;

	denied = 0;
	for(fd = 0; fd < Mostfiles; fd++) {
		snprint(path, Pathsize, "/proc/%d/fd/%d", pid, fd);
		r = hostcall(__NR_readlink, path, name, sizeof want - 1);
		if(r == -EACCES || r == -EPERM)
			denied = r;
		if(r == sizeof want - 1 && strncmp(name, want, r) == 0)
			return 0;
	}
	return denied != 0 ? denied : -ENOENT;
}

static void
mapother(int fd, uintptr va, uvlong len, int prot)
{
	long r;

	r = hostcall(
	    __NR_mmap, va, len, prot, MAP_PRIVATE | MAP_FIXED, fd, va - KLOW);
	if(r != (long)va)
		refuse("cannot map the memory: host error %lld", (vlong)-r);
}

static void
checkother(const char *arg, int pid)
{
	u64int mine[2], its[2];
	char path[Pathsize];
	long r;

	snprint(path, sizeof path, "/proc/%d", pid);
	if(identity(path, its) < 0)
		refuse("%s: no such process", arg);
	snprint(path, sizeof path, "/proc/%d/exe", pid);
	r = identity(path, its);
	if(r == -EACCES || r == -EPERM)
		refuse("%s: not a process of yours", arg);
	if(r < 0 || findmemory(pid, path) < 0)
		refuse("%s: not a process of run9", arg);
	if(identity("/proc/self/exe", mine) < 0 || mine[0] != its[0] ||
	    mine[1] != its[1])
		refuse(
		    "%s: of another build of run9; kill -USR1 its first process instead",
		    arg);
}

_Noret void
dumpother(const char *arg)
{
	char path[Pathsize], *e;
	uvlong pid;
	long fd;

	pid = strtoull(arg, &e, 10);
	if(*arg < '0' || *arg > '9' || *e != 0 || pid == 0 || pid > 1 << 30)
		refuse("%s: not a process's number", arg);
	checkother(arg, (int)pid);
	if(findmemory((int)pid, path) < 0)
		refuse("%s: it has ended", arg);
	fd = hostcall(__NR_open, path, 0, 0);
	if(fd < 0)
		refuse("%s: not a process of yours", arg);
	mapother((int)fd, SLOTVA, (uvlong)NSLOT * BY2PG, PROT_READ);
	mapother((int)fd, HEAPVA, HEAPMAX, PROT_READ);
	mapother(
	    (int)fd, KSTKVA, (uvlong)NSLOT * (KSTKSIZE + KSTKGUARD), PROT_READ);
	/* from here on static data are the other's; stores to them stay in this process */
	mapother((int)fd, (uintptr)kdata, (uvlong)(ekdata - kdata), PROT_RW);
	kprintfd = 1;
	dumpstate();
	hostcall(__NR_exit_group, 0);
	__builtin_unreachable();
}

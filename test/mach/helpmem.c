/*
 * The memory that the instance shares with a helper program. The helper is another host process,
 * so waiting there is the host's.
 */
#include <errno.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <stdlib.h>
#include <time.h>
#include "priv.h"
#include "host/hosthelp.h"
#include "lib/lib.h"

long hostmust(long r);
long hostcall_(long nr, long a, long b, long c, long d, long e, long f);

enum
{
	MAYSEAL = 1 | 2, /* MFD_CLOEXEC, MFD_ALLOW_SEALING */
	ADDSEALS = 1033, /* F_ADD_SEALS */
	SEALS = 1 | 2 | 4, /* F_SEAL_SEAL, F_SEAL_SHRINK, F_SEAL_GROW */
	MAYRUN = 1, /* X_OK */
};

const char *machhelpers = "";

static void *helpmem;

int
hosthelpmem(usize n)
{
	long fd;

	fd = hostmust(
	    hostcall_(SYS_memfd_create, (long)"helper", MAYSEAL, 0, 0, 0, 0));
	hostmust(hostcall_(SYS_ftruncate, fd, n, 0, 0, 0, 0));
	hostmust(hostcall_(SYS_fcntl, fd, ADDSEALS, SEALS, 0, 0, 0));
	helpmem =
	    mmap(nil, HELPMEMMAX, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if(helpmem == MAP_FAILED)
		hostmust(-errno);
	return fd;
}

void *
hosthelpmap(int fd)
{
	USED(fd);
	return helpmem;
}

int
hosthelpwait(u32int *w, u32int val, vlong ns)
{
	struct timespec t = {ns / 1000000000, ns % 1000000000};
	long r;

	enterlazy();
	r = hostcall_(SYS_futex, (long)w, FUTEX_WAIT, val,
	    (long)(ns < 0 ? nil : &t), 0, 0);
	leavelazy(0);
	return r == -ETIMEDOUT ? -1 : 0;
}

void
hosthelpwake(u32int *w, int n)
{
	hostcall_(SYS_futex, (long)w, FUTEX_WAKE, n, 0, 0, 0);
}

static int
mayrun(const char *path)
{
	return hostcall_(SYS_access, (long)path, MAYRUN, 0, 0, 0, 0) == 0;
}

int
hosthelper(const char *name, char *buf, int n)
{
	const char *p, *e;
	char *end;
	long r;

	r = hostcall_(
	    SYS_readlink, (long)"/proc/self/exe", (long)buf, n - 1, 0, 0, 0);
	if(r > 0) {
		buf[r] = 0;
		end = strrchr(buf, '/') + 1;
		seprint(end, buf + n, "%s%s%s", machhelpers,
		    *machhelpers != 0 ? "/" : "", name);
		if(mayrun(buf))
			return 1;
	}
	for(p = getenv("PATH"); p != nil; p = e + 1) {
		e = strchr(p, ':');
		snprint(buf, n, "%.*s/%s",
		    (int)(e != nil ? e - p : (vlong)strlen(p)), p, name);
		if(mayrun(buf))
			return 1;
		if(e == nil)
			break;
	}
	return 0;
}

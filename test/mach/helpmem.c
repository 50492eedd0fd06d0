/*
 * The memory that the instance shares with a helper program. The helper is another host process,
 * so waiting there is the host's.
 */
#include <errno.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <time.h>
#include "mach.h"
#include "host/hosthelp.h"
#include "host/linux.h"
#include "lib/lib.h"

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

	fd = hostmust(hostcall(__NR_memfd_create, "helper", MAYSEAL));
	hostmust(hostcall(__NR_ftruncate, fd, n));
	hostmust(hostcall(__NR_fcntl, fd, ADDSEALS, SEALS));
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
	r = hostcall(__NR_futex, w, FUTEX_WAIT, val, ns < 0 ? nil : &t);
	leavelazy(0);
	return r == -ETIMEDOUT ? -1 : 0;
}

void
hosthelpwake(u32int *w, int n)
{
	hostcall(__NR_futex, w, FUTEX_WAKE, n);
}

/* In no directory of PATH: a test does not depend on what is installed. */
int
hosthelper(const char *name, char *buf, int n)
{
	char *end;
	long r;

	r = hostcall(__NR_readlink, "/proc/self/exe", buf, n - 1);
	if(r <= 0)
		return 0;
	buf[r] = 0;
	end = strrchr(buf, '/') + 1;
	seprint(end, buf + n, "%s%s%s", machhelpers,
	    *machhelpers != 0 ? "/" : "", name);
	return hostcall(__NR_access, buf, MAYRUN) == 0;
}

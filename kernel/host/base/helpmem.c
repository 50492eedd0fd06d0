/*
 * The memory that the instance shares with a helper program: hosthelp.h. Each process maps it when
 * it first needs it, so that it costs nothing before.
 */
#include "u.h"
#include "host/base/base.h"
#include "host/file/file.h"
#include "host/hosthelp.h"
#include "lib/lib.h"

enum
{
	PROT_RW = 3,
	MAP_SHARED = 1,
	MAP_FIXED = 0x10,
	MFD_CLOEXEC = 1,
	MFD_ALLOW_SEALING = 2,
	F_ADD_SEALS = 1033,
	/* the size, and which seals there are, stay */
	SEALS = 1 | 2 | 4,
	MADV_DONTDUMP = 16,
};

int
hosthelpmem(usize n)
{
	long fd, r;

	assert(n <= HELPMEMMAX);
	fd = hostmust(hostcall(
	    __NR_memfd_create, "run9-helper", MFD_CLOEXEC | MFD_ALLOW_SEALING));
	r = hostcall(__NR_ftruncate, fd, n);
	if(r >= 0)
		r = hostcall(__NR_fcntl, fd, F_ADD_SEALS, SEALS);
	if(r < 0) {
		hostcall(__NR_close, fd);
		hostmust(r);
	}
	return fd;
}

void *
hosthelpmap(int fd)
{
	if(self.helpmem)
		return (void *)HELPVA;
	hostmust(hostcall(__NR_mmap, HELPVA, HELPMEMMAX, PROT_RW,
	    MAP_SHARED | MAP_FIXED, fd, 0));
	/* keys pass through it, and text of conversations */
	hostcall(__NR_madvise, HELPVA, HELPMEMMAX, MADV_DONTDUMP);
	self.helpmem = 1;
	return (void *)HELPVA;
}

int
hosthelpwait(u32int *w, u32int val, vlong ns)
{
	return hostwait(w, val, ns);
}

void
hosthelpwake(u32int *w, int n)
{
	hostwake(w, n);
}

/*
 * What kernel/host's files of host files stand on, and what the host's user
 * would say.
 */
#include <errno.h>
#include <signal.h>
#include "priv.h"
#include "lib/lib.h"

long libcsyscall(long, ...) __asm__("syscall"); /* the kernel has another */
long hostcall_(long nr, long a, long b, long c, long d, long e, long f);
long blockcall_(long nr, long a, long b, long c, long d, long e, long f);

long
hostcall_(long nr, long a, long b, long c, long d, long e, long f)
{
	long r;

	r = libcsyscall(nr, a, b, c, d, e, f);
	return r < 0 ? -errno : r;
}

long
blockcall_(long nr, long a, long b, long c, long d, long e, long f)
{
	long r;

	for(;;) {
		running(-1);
		r = hostcall_(nr, a, b, c, d, e, f);
		running(1);
		if(r != -EINTR || hasintr())
			return r;
	}
}

const char *
hostnote(void)
{
	for(;;)
		hostwait(&(u32int){0}, 0, -1);
}

int
hostinterrupted(void)
{
	return 0;
}

/*
 * What kernel/host's files of host files stand on, and what the host's user
 * would say.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include "priv.h"
#include "host/debug.h"
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

	nolocks("host call that may wait");
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

/* The state dump here is of the kernel's words alone: it knows no names of
 * functions, and no thread's stack. */
const char *
hostsym(uintptr addr, u32int *off)
{
	USED(addr), USED(off);
	return nil;
}

int
hostreadable(const void *p, usize n)
{
	USED(n);
	return p != nil;
}

s32int
hostinstance(void)
{
	return 0;
}

void
hostproc(Proc *p, Hostproc *h)
{
	USED(p);
	memset(h, 0, sizeof *h);
}

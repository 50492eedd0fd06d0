/*
 * The machine's waiting and its memory, as the kernel has them (kernel/host/clock.c).
 *
 * The harness waits by mutex and condition, which would be measured along with
 * the locks. Linked by --wrap in place of mach.c's.
 */
#include <linux/futex.h>
#include <sys/syscall.h>
#include <errno.h>
#include <time.h>
#include "u.h"

long syscall(long, ...);

int __wrap_hostwait(u32int *w, u32int val, vlong ns);
void __wrap_hostwake(u32int *w, int n);
void __wrap_hostrelax(void);

int
__wrap_hostwait(u32int *w, u32int val, vlong ns)
{
	struct timespec t;
	long r;

	t.tv_sec = ns / 1000000000;
	t.tv_nsec = ns % 1000000000;
	r = syscall(SYS_futex, w, FUTEX_WAIT, val, ns < 0 ? nil : &t, nil, 0);
	return r < 0 && errno == ETIMEDOUT ? -1 : 0;
}

void
__wrap_hostwake(u32int *w, int n)
{
	syscall(SYS_futex, w, FUTEX_WAKE, n, nil, nil, 0);
}

void
__wrap_hostrelax(void)
{
	__builtin_ia32_pause();
}

/*
 * Waiting for a word of memory: Linux's futex(2). Locks, events and sleeps wait here.
 */
#include "u.h"
#include "host/base/base.h"

enum
{
	SEC = 1000000000,
	FUTEX_WAIT = 0,
	FUTEX_WAKE = 1,
};

/* Returns -1 if the time ran out. Every other failure of futex(2) returns 0, as waking does. */
int
futexwait(u32int *w, u32int val, vlong ns)
{
	Timespec t;
	long r;

	t.sec = ns / SEC;
	t.nsec = ns % SEC;
	waitbegin(__NR_futex, w);
	r = hostcall(__NR_futex, w, FUTEX_WAIT, val, ns < 0 ? nil : &t, nil, 0);
	waitend();
	return r == -ETIMEDOUT ? -1 : 0;
}

static int
waitaway(u32int *w, u32int val, vlong ns, int patient)
{
	int r;

	enterlazy();
	r = futexwait(w, val, ns);
	leavelazy(patient);
	return r;
}

int
hostwait(u32int *w, u32int val, vlong ns)
{
	return waitaway(w, val, ns, 0);
}

int
hostsleep(u32int *w, u32int val, vlong ns)
{
	return waitaway(w, val, ns, 1);
}

void
hostwake(u32int *w, int n)
{
	hostcall(__NR_futex, w, FUTEX_WAKE, n, nil, nil, 0);
}

void
hostrelax(void)
{
	__builtin_ia32_pause();
}

/*
 * The tick: a kick of up when its host process has run for a while, as the clock of a machine
 * interrupts the process that runs. timer_create(2).
 */
#include "u.h"
#include "host/base/base.h"
#include "host/pool/pool.h"
#include "host/procs.h"
#include "lib/lib.h"

enum
{
	CLOCK_THREAD_CPUTIME_ID = 3,
	SIGEV_THREAD_ID = 4,
	Giga = 1000 * 1000 * 1000,
	/* ns. The host looks at such a timer when its own clock ticks */
	Tick = 5 * 1000 * 1000,
};

/* struct sigevent */
typedef struct Sigevent Sigevent;
struct Sigevent
{
	u64int value;
	s32int sig;
	s32int how;
	s32int thread;
	u32int pad[11];
};

/* struct itimerspec */
typedef struct Timerspec Timerspec;
struct Timerspec
{
	Timespec every;
	Timespec first;
};

/* ns for which the host process has run */
static u64int
runtime(void)
{
	Timespec t = {0, 0};

	hostcall(__NR_clock_gettime, CLOCK_THREAD_CPUTIME_ID, &t);
	return t.sec * Giga + t.nsec;
}

/* Make the host process's timer. Returns 0 if the host refuses one more. */
static int
maketimer(void)
{
	Sigevent e;
	s32int id;

	memset(&e, 0, sizeof e);
	e.sig = SIGKICK;
	e.how = SIGEV_THREAD_ID;
	e.thread = self.hostpid;
	if(hostcall(__NR_timer_create, CLOCK_THREAD_CPUTIME_ID, &e, &id) < 0)
		return 0;
	self.timer = id + 1;
	return 1;
}

int
kicktick(void)
{
	static const Timerspec once = {{0, 0}, {0, Tick}};

	if(self.timer == 0 && !maketimer())
		return 0;
	self.tickend = runtime() + Tick;
	return hostcall(__NR_timer_settime, self.timer - 1, 0, &once, nil) == 0;
}

int
ticking(void)
{
	return runtime() < self.tickend;
}

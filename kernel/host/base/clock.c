/*
 * Time, from the host's vdso.
 */
#include "u.h"
#include "host/base/base.h"
#include "host/entry/entry.h"
#include "lib/lib.h"

enum
{
	CLOCK_REALTIME = 0,
	CLOCK_MONOTONIC = 1,
	SEC = 1000000000,
};

static Clockgettime *vdsotime;
static uvlong cyclefreq;

static uvlong
now(int clock)
{
	Timespec t;

	if(vdsotime == nil || vdsotime(clock, &t) != 0)
		hostcall(__NR_clock_gettime, clock, &t);
	return (uvlong)t.sec * SEC + (uvlong)t.nsec;
}

uvlong
monons(void)
{
	return now(CLOCK_MONOTONIC);
}

vlong
todns(void)
{
	return (vlong)now(CLOCK_REALTIME);
}

/* By CPUID, where the processor says it: nothing needs the frequency exactly enough to measure
 * it elsewhere. CPUID is asked once, because under a hypervisor each time costs thousands of
 * cycles. */
static void
findcyclefreq(void)
{
	enum
	{
		TscLeaf = 0x15,
	};
	u32int r[4];

	cpuid(0, 0, r);
	if(r[0] < TscLeaf)
		return;
	cpuid(TscLeaf, 0, r);
	if(r[0] != 0 && r[1] != 0)
		cyclefreq = (uvlong)r[2] * r[1] / r[0];
}

void
clockinit(const u64int *auxv)
{
	findcyclefreq();
	vdsotime = vdsoinit(auxv);
}

uvlong
hostcyclefreq(void)
{
	return cyclefreq;
}

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

/* The time-stamp counter's frequency, and the moment from which it is measured. */
static struct
{
	uvlong hz;
	/* hz is final: told by CPUID, or measured over a second */
	int exact;
	uvlong startns;
	uvlong starttsc;
} tsc;

static uvlong
now(int clock)
{
	Clockgettime *f;
	Timespec t;

	f = loadrelaxed(&vdsotime);
	if(f == nil || f(clock, &t) != 0)
		hostcall(__NR_clock_gettime, clock, &t);
	return (uvlong)t.sec * SEC + (uvlong)t.nsec;
}

void
novdsotime(void)
{
	storerelaxed(&vdsotime, nil);
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

static uvlong
rdtsc(void)
{
	u32int lo, hi;

	__asm__ volatile("rdtsc" : "=a"(lo), "=d"(hi));
	return (uvlong)hi << 32 | lo;
}

/* Ask CPUID for the frequency, which not every processor tells. CPUID is used once: under a
 * hypervisor it costs thousands of cycles. */
static void
askcyclefreq(void)
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
	if(r[0] == 0 || r[1] == 0 || r[2] == 0)
		return;
	tsc.hz = (uvlong)r[2] * r[1] / r[0];
	tsc.exact = 1;
}

void
clockinit(const u64int *auxv)
{
	askcyclefreq();
	vdsotime = vdsoinit(auxv);
	tsc.startns = monons();
	tsc.starttsc = rdtsc();
}

/* Measure the frequency over the time since clockinit. The longer that is, the better the
 * result; after a second the result is kept. */
uvlong
hostcyclefreq(void)
{
	enum
	{
		/* ns to measure for an error of one in a thousand */
		Least = 100000,
		/* ns between two readings of the clock. If there are more, the process was
		 * preempted, or the host's clock is slow. */
		Jitter = 2000,
		/* how many readings to choose from */
		Tries = 10,
	};
	uvlong t, n, ns, ticks, between, least;
	int exact, i;

	if(loadacquire(&tsc.exact))
		return loadrelaxed(&tsc.hz);
	ns = ticks = 0;
	least = ~0ULL;
	for(i = 0; i < Tries && least > Jitter;) {
		t = monons() - tsc.startns;
		n = rdtsc() - tsc.starttsc;
		between = monons() - tsc.startns - t;
		if(t < Least)
			continue;
		i++;
		if(between < least) {
			least = between;
			ns = t;
			ticks = n;
		}
	}
	exact = ns >= SEC;
	/* ticks * SEC must fit in 64 bits */
	for(; ticks >> 34 != 0; ticks >>= 1)
		ns >>= 1;
	ticks = ticks * SEC / ns;
	if(exact) {
		/* several processes may store hz at once; each value is good */
		storerelaxed(&tsc.hz, ticks);
		storerelease(&tsc.exact, 1);
	}
	return ticks;
}

char *
hostcpuname(char *buf, int n)
{
	enum
	{
		Ext = 0x80000000,
		/* this leaf and the next two hold 16 bytes of the name each */
		Brand = 0x80000002,
	};
	u32int r[4];
	char name[3 * sizeof r + 1], *p, *e;
	int i;

	strecpy(buf, buf + n, "AMD64");
	cpuid(Ext, 0, r);
	if(r[0] < Brand + 2)
		return buf;
	for(i = 0; i < 3; i++) {
		cpuid(Brand + i, 0, r);
		memmove(name + i * sizeof r, r, sizeof r);
	}
	name[sizeof name - 1] = 0;
	for(p = name; *p == ' '; p++)
		;
	for(e = p + strlen(p); e > p && e[-1] == ' '; e--)
		;
	*e = 0;
	if(*p != 0)
		strecpy(buf, buf + n, p);
	return buf;
}

int
hostcpupge(void)
{
	enum
	{
		Features = 1,
		EDX = 3,
		PGE = 1 << 13,
	};
	u32int r[4];

	cpuid(Features, 0, r);
	return (r[EDX] & PGE) != 0;
}

/*
 * The processors that the instance may use, and how the host schedules a Proc that ctl(3) gave
 * a priority, or a processor of its own.
 *
 * A Plan 9 priority is a nice value of the host's, relative to the instance's: PriUser is 0. A
 * host that lets nobody but root lower the value leaves a Proc as it is, and the slot of one
 * that it does not let back is not used again.
 */
#include "u.h"
#include "host/pool/pool.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	NWORD = 16,
	WORD = 64,

	/* setpriority(2) */
	Prioprocess = 0,
	Leastnice = -20,
	Mostnice = 19,
	/* getpriority's answer for nice 0 */
	Zeronice = 20,
};

/* As the instance was started with; asked once, by boot. */
static struct
{
	u64int mask[NWORD];
	int n;
	int nice;
} cpus;

static int
getnice(void)
{
	long r;

	r = hostcall(__NR_getpriority, Prioprocess, 0);
	return r > 0 ? Zeronice - (int)r : 0;
}

int
hostncpu(void)
{
	int i;

	if(cpus.n != 0)
		return cpus.n;
	cpus.nice = getnice();
	hostcall(__NR_sched_getaffinity, 0, sizeof cpus.mask, cpus.mask);
	for(i = 0; i < NWORD * WORD; i++)
		cpus.n += cpus.mask[i / WORD] >> i % WORD & 1;
	if(cpus.n == 0)
		cpus.n = 1;
	return cpus.n;
}

int
hostcpuindex(int n)
{
	int i, k;

	if(n < 0 || n >= NWORD * WORD || !(cpus.mask[n / WORD] >> n % WORD & 1))
		return -1;
	k = 0;
	for(i = 0; i < n; i++)
		k += cpus.mask[i / WORD] >> i % WORD & 1;
	return k;
}

static void
setaffinity(s32int hostpid, const u64int *mask)
{
	hostcall(__NR_sched_setaffinity, hostpid, sizeof cpus.mask, mask);
}

/* Keep s to processor cpu of the instance's, counted round. */
static void
wireslot(Slot *s, int cpu)
{
	u64int mask[NWORD];
	int i;

	memset(mask, 0, sizeof mask);
	cpu %= hostncpu();
	for(i = 0; i < NWORD * WORD; i++)
		if((cpus.mask[i / WORD] >> i % WORD & 1) && cpu-- == 0)
			mask[i / WORD] = 1ULL << i % WORD;
	s->wired = 1;
	setaffinity(s->hostpid, mask);
}

/* 19 steps down from PriUser to 0; one for each up. */
static int
niceof(int pri)
{
	int nice;

	nice = cpus.nice + PriUser - pri;
	if(pri < PriUser)
		nice = cpus.nice + (PriUser - pri) * Mostnice / PriUser;
	if(nice < Leastnice)
		return Leastnice;
	return nice > Mostnice ? Mostnice : nice;
}

static void
schedslot(Slot *s, Proc *p)
{
	int pri;

	pri = loadrelaxed(&p->basepri);
	if(pri != PriUser || s->niced) {
		s->niced = 1;
		hostcall(
		    __NR_setpriority, Prioprocess, s->hostpid, niceof(pri));
	}
	if(p->wired != 0)
		wireslot(s, p->wired - 1);
}

void
procsched(Proc *p)
{
	Slot *s;

	s = p->mach.slot;
	if(s != nil && s->proc == p && s->hostpid != 0)
		schedslot(s, p);
}

void
schedbegin(Slot *s)
{
	if(s->proc->basepri != PriUser || s->proc->wired != 0)
		schedslot(s, s->proc);
}

int
schedend(Slot *s)
{
	if(s->wired) {
		s->wired = 0;
		setaffinity(s->hostpid, cpus.mask);
	}
	if(!s->niced)
		return 1;
	s->niced = 0;
	hostcall(__NR_setpriority, Prioprocess, s->hostpid, cpus.nice);
	return getnice() == cpus.nice;
}

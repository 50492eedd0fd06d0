/*
 * The processors that the instance may use, and procsched, which tells the host a Proc's
 * priority and the processor that the Proc is kept on.
 *
 * A Plan 9 priority becomes a nice value of the host, relative to the instance's own: PriUser is
 * 0. Most hosts let only root lower a nice value. Where the host refuses, the value stays; a slot
 * whose value cannot be restored is not used again.
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

/* The processors that the instance was started with. boot asks for them once. */
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

/* Keep s on processor cpu of the instance, modulo their number. */
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

/* The nice value of a priority: 19 for 0, and one step for each above PriUser. */
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

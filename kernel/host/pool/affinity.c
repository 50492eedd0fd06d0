/*
 * The processors that the instance may use, and procwire, which keeps a Proc on one of them.
 */
#include "u.h"
#include "host/pool/pool.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	NWORD = 16,
	WORD = 64,
};

/* The processors that the instance was started with. boot asks for them once. */
static struct
{
	u64int mask[NWORD];
	int n;
} cpus;

int
hostncpu(void)
{
	int i;

	if(cpus.n != 0)
		return cpus.n;
	hostcall(__NR_sched_getaffinity, 0, sizeof cpus.mask, cpus.mask);
	for(i = 0; i < NWORD * WORD; i++)
		cpus.n += cpus.mask[i / WORD] >> i % WORD & 1;
	if(cpus.n == 0)
		cpus.n = 1;
	return cpus.n;
}

static void
setaffinity(s32int hostpid, const u64int *mask)
{
	hostcall(__NR_sched_setaffinity, hostpid, sizeof cpus.mask, mask);
}

void
procwire(Proc *p, int cpu)
{
	u64int mask[NWORD];
	Slot *s;
	int i;

	s = p->mach.slot;
	if(s == nil || s->proc != p || s->hostpid == 0)
		return;
	memset(mask, 0, sizeof mask);
	cpu %= hostncpu();
	for(i = 0; i < NWORD * WORD; i++)
		if((cpus.mask[i / WORD] >> i % WORD & 1) && cpu-- == 0)
			mask[i / WORD] = 1ULL << i % WORD;
	s->wired = 1;
	setaffinity(s->hostpid, mask);
}

void
unwire(Slot *s)
{
	if(!s->wired)
		return;
	s->wired = 0;
	setaffinity(s->hostpid, cpus.mask);
}

/*
 * /dev/sysstat, cons(3): what the processors have done.
 *
 * The host chooses the processors and switches between processes. It tells of each processor's
 * interrupts, and of those that purge its TLB; of context switches it tells how many there were
 * on all. run9 counts its own system calls and page faults, and asks no processor which it is
 * for that. What is of all processors is in the first line. TLB faults are the hardware's
 * business on a PC: nobody counts them, 9front neither.
 */
#include "dev/cons.h"
#include "host/host.h"
#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* The numbers of a line. */
enum
{
	Number,
	Switches,
	Interrupts,
	Calls,
	Faults,
	Tlbfaults,
	Purges,
	Load,
	Idle,
	Intr,
	N,
};

/* The counts as they were at the last reset. */
static struct
{
	/* leaf */
	Lock lk;
	uvlong base[MAXCPU][N];
} cpustat = {.lk = LOCKRANK(Rcpustat)};

char *
numtext(char *p, char *e, uvlong v)
{
	return seprint(p, e, "%*llud ", NUMSIZE - 1, v);
}

/* What has been counted since the machine started. */
static void
cpucounts(uvlong (*v)[N], int ncpu)
{
	Hostcpu c[MAXCPU];
	int i;

	memset(c, 0, sizeof c);
	hostinterrupts(c, ncpu);
	for(i = 0; i < ncpu; i++) {
		memset(v[i], 0, sizeof v[i]);
		v[i][Interrupts] = c[i].nintr;
		v[i][Purges] = c[i].npurge;
	}
	v[0][Switches] = hostswitches();
	syscounts(&v[0][Calls], &v[0][Faults]);
}

static int
cpusshown(void)
{
	int n;

	n = hostncpu();
	return n < MAXCPU ? n : MAXCPU;
}

void
sysstatreset(void)
{
	uvlong v[MAXCPU][N];
	int ncpu;

	ncpu = cpusshown();
	cpucounts(v, ncpu);
	lock(&cpustat.lk);
	memmove(cpustat.base, v, ncpu * sizeof v[0]);
	unlock(&cpustat.lk);
}

static void
sincereset(uvlong (*v)[N], int ncpu)
{
	int i, k;

	lock(&cpustat.lk);
	for(i = 0; i < ncpu; i++)
		for(k = Switches; k <= Purges; k++)
			v[i][k] -= cpustat.base[i][k];
	unlock(&cpustat.lk);
}

char *
sysstattext(char *p, char *e)
{
	Cpushare share[MAXCPU];
	uvlong v[MAXCPU][N];
	int cpu, ncpu, i;

	ncpu = cpusshown();
	cpushares(share);
	cpucounts(v, ncpu);
	sincereset(v, ncpu);
	v[0][Load] = hostload();
	for(cpu = 0; cpu < ncpu; cpu++) {
		v[cpu][Number] = cpu;
		v[cpu][Idle] = share[cpu].idle;
		v[cpu][Intr] = share[cpu].intr;
		for(i = 0; i < N; i++)
			p = numtext(p, e, v[cpu][i]);
		p = strecpy(p, e, "\n");
	}
	return p;
}

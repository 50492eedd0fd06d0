/*
 * /dev/sysstat, cons(3): what each processor has done.
 *
 * The host schedules. It tells the interrupts of each processor, among them those that purge the
 * TLB, and the context switches of all processors together. run9 counts its own system calls and
 * page faults, but not on which processor they are made. Numbers that are not known for each
 * processor are in the first line. The hardware of a PC handles TLB faults: like 9front, run9
 * shows 0.
 *
 * The host takes long to tell its counts, a tenth of what it takes to start a Go program, and each
 * Go program reads this file. They are asked for once in a clock tick.
 */
#include "dev/cons.h"
#include "host/host.h"
#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* The columns. */
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

/* ns: what the host has told is not asked for again in this time, a clock tick of Plan 9 */
#define TICK 10000000ULL

/* What the host has told: columns Switches, Interrupts, Purges, and Load. */
static struct
{
	/* leaf */
	Lock lk;
	/* when; 0: never */
	uvlong at;
	uvlong v[MAXCPU][N];
} told = {.lk = LOCKRANK(Rcputold)};

/* The counts at the last reset. */
static struct
{
	/* leaf */
	Lock lk;
	uvlong base[MAXCPU][N];
} cpustat = {.lk = LOCKRANK(Rcpustat)};

/* A number that does not fit its column begins at 0 again, as on 9front one does beyond 32 bits. */
char *
numtext(char *p, char *e, uvlong v)
{
	return seprint(p, e, "%*llud ", NUMSIZE - 1, v % 100000000000ULL);
}

/* Ask the host. */
static void
askcounts(uvlong (*v)[N], int ncpu)
{
	Hostcpu c[MAXCPU];
	int i;

	memset(c, 0, sizeof c);
	memset(v, 0, ncpu * sizeof v[0]);
	hostinterrupts(c, ncpu);
	for(i = 0; i < ncpu; i++) {
		v[i][Interrupts] = c[i].nintr;
		v[i][Purges] = c[i].npurge;
	}
	v[0][Switches] = hostswitches();
	v[0][Load] = hostload();
}

/* Copy what the host has told in this tick. Returns 0 if that is nothing. */
static int
toldlately(uvlong (*v)[N], int ncpu)
{
	int is;

	lock(&told.lk);
	is = told.at != 0 && monons() - told.at < TICK;
	if(is)
		memmove(v, told.v, ncpu * sizeof v[0]);
	unlock(&told.lk);
	return is;
}

/* Fill in the counts since the start of the host, and of the instance. */
static void
cpucounts(uvlong (*v)[N], int ncpu)
{
	if(!toldlately(v, ncpu)) {
		askcounts(v, ncpu);
		lock(&told.lk);
		memmove(told.v, v, ncpu * sizeof v[0]);
		told.at = monons();
		unlock(&told.lk);
	}
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

vlong
sysstatlen(void)
{
	return cpusshown() * (N * NUMSIZE + 1);
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

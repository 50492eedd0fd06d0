/*
 * #p: ctl's messages on processors, priorities and real time, proc(3). The host schedules. It
 * keeps a process on one processor and prefers a process to another, but promises no time.
 */
#include "u.h"
#include "dev/dev.h"
#include "dev/procdev.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	MAXPRI = 19,
};

/* The processor to which fewest of the other processes are wired. */
static int
leastwired(Proc *except)
{
	int *n, cpu, i, w;
	Proc *p;
	u32int k;

	n = smalloc((usize)hostncpu() * sizeof *n);
	for(k = 0; k < nproctab(); k++) {
		p = proctab(k);
		if(p == nil || p == except || pidof(p) == 0)
			continue;
		w = loadrelaxed(&p->wired);
		if(w > 0 && w <= hostncpu())
			n[w - 1]++;
	}
	cpu = 0;
	for(i = 1; i < hostncpu(); i++)
		if(n[i] < n[cpu])
			cpu = i;
	free(n);
	return cpu;
}

void
wire(Proc *p, u32int pid, int cpu)
{
	if(cpu < 0)
		cpu = leastwired(p);
	lockproc(&p->seglock, p, pid);
	storerelaxed(&p->wired, 1 + cpu % hostncpu());
	procsched(p);
	qunlock(&p->seglock);
}

void
setpri(Proc *p, u32int pid, int pri, int fixed)
{
	if(pri > PriNormal && !iseve())
		error(Eperm);
	if(pri < 0)
		pri = 0;
	if(pri > MAXPRI)
		pri = MAXPRI;
	lockproc(&p->seglock, p, pid);
	storerelaxed(&p->basepri, pri);
	storerelaxed(&p->fixedpri, fixed);
	procsched(p);
	qunlock(&p->seglock);
}

/* The digits after a decimal point at s, in billionths; *end is what follows. */
static uvlong
fraction(const char *s, char **end)
{
	uvlong v, digit;
	int n;

	v = 0;
	digit = 100 * 1000 * 1000;
	for(n = 0; *s >= '0' && *s <= '9'; s++, n++) {
		v += (uvlong)(*s - '0') * digit;
		digit /= 10;
	}
	if(n == 0)
		error("ill-formed number");
	if(n > 9)
		error("too many digits after decimal point");
	*end = (char *)(uintptr)s;
	return v;
}

/* A time in proc(3)'s form, in ns: a number, a fraction, a unit. Without a unit it is in
 * seconds. */
static uvlong
rttime(const char *s)
{
	static const struct
	{
		const char *name;
		uvlong ns;
	} units[] = {
	    {"", 1000 * 1000 * 1000},
	    {"s", 1000 * 1000 * 1000},
	    {"ms", 1000 * 1000},
	    {"us", 1000},
	    {"\302\265s", 1000},
	    {"ns", 1},
	};
	uvlong v, f;
	char *e;
	uint i;

	v = strtoull(s, &e, 10);
	f = 0;
	if(*e == '.')
		f = fraction(e + 1, &e);
	for(i = 0; i < nelem(units); i++)
		if(strcmp(e, units[i].name) == 0)
			return v * units[i].ns +
			    f * units[i].ns / (1000 * 1000 * 1000);
	error("unrecognized unit");
}

void
setrt(Proc *p, u32int pid, int which, const char *s)
{
	uvlong ns;

	ns = which == RTflag ? 0 : rttime(s);
	lockproc(&p->notelock, p, pid);
	p->rtset = 1;
	if(which != RTflag)
		p->rt[which] = ns / 1000;
	qunlock(&p->notelock);
}

/* Why p, with its present parameters, is not a real-time process. */
static const char *
whynot(Proc *p)
{
	uvlong deadline;

	if(!p->rtset)
		return "edf params";
	if(p->rt[RTperiod] == 0)
		return "T not set";
	if(p->rt[RTcost] == 0)
		return "C not set";
	deadline = p->rt[RTdeadline];
	if(deadline > p->rt[RTperiod])
		return "D > T";
	if(p->rt[RTcost] > (deadline != 0 ? deadline : p->rt[RTperiod]))
		return "C > D";
	return "not schedulable";
}

void
admitrt(Proc *p, u32int pid)
{
	const char *why;

	lockproc(&p->notelock, p, pid);
	why = whynot(p);
	qunlock(&p->notelock);
	error(why);
}

/*
 * What the host counts of its processors: /proc/stat, /proc/interrupts and /proc/loadavg,
 * proc(5).
 */
#include "host/linux.h"

#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* the columns of a processor's line, in ticks */
	User = 0,
	Nice,
	System,
	Idle,
	Iowait,
	Irq,
	Softirq,
	Steal,
	NCOL,

	/* the most columns of /proc/interrupts */
	Maxcol = 1024,
};

/* State of reading the processors' lines of /proc/stat. */
typedef struct Cputimes Cputimes;
struct Cputimes
{
	Hostcpu *c;
	u32int n;
};

/* State of reading /proc/interrupts. */
typedef struct Interrupts Interrupts;
struct Interrupts
{
	Hostcpu *c;
	u32int n;
	/* number of columns; -1: the first line comes next */
	int ncol;
	/* by column: hostcpuindex of its processor */
	int cpu[Maxcol];
};

/* Read the number at *p, after blanks. *p moves behind the number. */
static uvlong
number(char **p)
{
	uvlong v;

	while(**p == ' ')
		(*p)++;
	for(v = 0; **p >= '0' && **p <= '9'; (*p)++)
		v = v * 10 + (**p - '0');
	return v;
}

static void
cpuline(Hostcpu *c, char *p)
{
	uvlong v[NCOL];
	int i;

	c->all = 0;
	for(i = 0; i < NCOL; i++) {
		v[i] = number(&p);
		c->all += v[i];
	}
	c->idle = v[Idle] + v[Iowait];
	c->intr = v[Irq] + v[Softirq];
}

/* "cpu3 " and the columns of one, or "cpu " and the sums of all. The processors come first. */
static int
timesline(char *line, void *arg)
{
	Cputimes *t;
	int i;

	t = arg;
	if(strncmp(line, "cpu", 3) != 0)
		return 0;
	line += 3;
	if(*line == ' ')
		return 1;
	i = hostcpuindex((int)number(&line));
	if(i >= 0 && (u32int)i < t->n)
		cpuline(&t->c[i], line);
	return 1;
}

void
hostcputimes(Hostcpu *c, u32int n)
{
	Cputimes t = {c, n};

	eachline("/proc/stat", timesline, &t);
}

/* Note which processor each column of /proc/interrupts is for. p is its first line:
 * "CPU0 CPU1 ...". */
static void
headings(Interrupts *t, char *p)
{
	t->ncol = 0;
	while((p = strstr(p, "CPU")) != nil && t->ncol < Maxcol) {
		p += 3;
		t->cpu[t->ncol++] = hostcpuindex((int)number(&p));
	}
}

/* Add up a line: a name, a number for each processor, and words. The lines ERR and MIS have one
 * number that belongs to no processor. */
static int
interruptline(char *line, void *arg)
{
	Interrupts *t;
	uvlong v;
	char *p;
	int i;

	t = arg;
	if(t->ncol < 0) {
		headings(t, line);
		return 1;
	}
	while(*line == ' ')
		line++;
	p = strchr(line, ':');
	if(p == nil || strncmp(line, "ERR", 3) == 0 ||
	    strncmp(line, "MIS", 3) == 0)
		return 1;
	p++;
	for(i = 0; i < t->ncol; i++) {
		v = number(&p);
		if(t->cpu[i] < 0 || (u32int)t->cpu[i] >= t->n)
			continue;
		t->c[t->cpu[i]].nintr += v;
		if(strncmp(line, "TLB:", 4) == 0)
			t->c[t->cpu[i]].npurge = v;
	}
	return 1;
}

void
hostinterrupts(Hostcpu *c, u32int n)
{
	Interrupts *t;
	u32int i;

	t = malloc(sizeof *t);
	if(t == nil)
		return;
	for(i = 0; i < n; i++)
		c[i].nintr = 0;
	t->c = c;
	t->n = n;
	t->ncol = -1;
	eachline("/proc/interrupts", interruptline, t);
	free(t);
}

static int
switchline(char *line, void *arg)
{
	if(strncmp(line, "ctxt ", 5) != 0)
		return 1;
	line += 4;
	*(uvlong *)arg = number(&line);
	return 0;
}

uvlong
hostswitches(void)
{
	uvlong n;

	n = 0;
	eachline("/proc/stat", switchline, &n);
	return n;
}

/* "0.25 ...": the thousandths of the first number. */
static int
loadline(char *line, void *arg)
{
	u32int v;
	int i;

	v = number(&line);
	if(*line == '.')
		line++;
	for(i = 0; i < 3; i++) {
		v *= 10;
		if(*line >= '0' && *line <= '9')
			v += *line++ - '0';
	}
	*(u32int *)arg = v;
	return 0;
}

u32int
hostload(void)
{
	u32int v;

	v = 0;
	eachline("/proc/loadavg", loadline, &v);
	return v;
}

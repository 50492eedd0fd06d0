/*
 * What the host counts of its processors: /proc/stat, /proc/interrupts and /proc/loadavg,
 * proc(5).
 */
#include "host/linux.h"

#include <linux/fcntl.h>

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

	/* how many bytes of /proc/stat to read: the processors come first */
	Statsize = 32 * 1024,

	/* the most columns of /proc/interrupts, and their width */
	Maxcol = 1024,
	Coldigits = 12,
};

/* A file of the host, read line by line. */
typedef struct Hostlines Hostlines;
struct Hostlines
{
	int fd;
	long n;
	long at;
	char buf[4096];
	char line[Maxcol * Coldigits];
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

/* Read the beginning of the host's file into buf, as a string. The string is empty if there is
 * no such file. */
static void
readhead(const char *name, char *buf, long n)
{
	long fd, r, m;

	buf[0] = 0;
	fd = hostcall(__NR_open, name, O_RDONLY | O_CLOEXEC, 0);
	if(fd < 0)
		return;
	m = 0;
	while(m < n - 1) {
		r = hostcall(__NR_read, fd, buf + m, n - 1 - m);
		if(r <= 0)
			break;
		m += r;
	}
	hostcall(__NR_close, fd);
	buf[m] = 0;
}

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

void
hostcputimes(Hostcpu *c, u32int n)
{
	char *buf, *p;
	int i;

	buf = malloc(Statsize);
	if(buf == nil)
		return;
	readhead("/proc/stat", buf, Statsize);
	/* the first line is the sum of all: "cpu " */
	for(p = strchr(buf, '\n'); p != nil; p = strchr(p, '\n')) {
		if(strncmp(++p, "cpu", 3) != 0)
			break;
		p += 3;
		i = hostcpuindex((int)number(&p));
		if(i >= 0 && (u32int)i < n)
			cpuline(&c[i], p);
	}
	free(buf);
}

/* Read the next line of h, as much as fits. Returns 0 at the end of the file. */
static int
hostline(Hostlines *h)
{
	int n;
	char c;

	n = 0;
	for(;;) {
		if(h->at == h->n) {
			h->n =
			    hostcall(__NR_read, h->fd, h->buf, sizeof h->buf);
			h->at = 0;
			if(h->n <= 0) {
				h->n = 0;
				break;
			}
		}
		c = h->buf[h->at++];
		if(c == '\n')
			break;
		if(n < (int)sizeof h->line - 1)
			h->line[n++] = c;
	}
	h->line[n] = 0;
	return n != 0 || h->n != 0;
}

/* Call f(line, arg) for each line of the host's file, until f returns 0. */
static void
eachline(const char *name, int (*f)(char *, void *), void *arg)
{
	Hostlines *h;

	h = malloc(sizeof *h);
	if(h == nil)
		return;
	h->fd = hostcall(__NR_open, name, O_RDONLY | O_CLOEXEC, 0);
	if(h->fd >= 0) {
		while(hostline(h) && f(h->line, arg))
			;
		hostcall(__NR_close, h->fd);
	}
	free(h);
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

u32int
hostload(void)
{
	char buf[32], *p;
	uvlong v;
	int i;

	readhead("/proc/loadavg", buf, sizeof buf);
	p = buf;
	v = number(&p);
	if(*p == '.')
		p++;
	for(i = 0; i < 3; i++) {
		v *= 10;
		if(*p >= '0' && *p <= '9')
			v += *p++ - '0';
	}
	return v;
}

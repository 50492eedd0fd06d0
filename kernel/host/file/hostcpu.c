/*
 * What the host counts of its processors: /proc/stat and /proc/loadavg, proc(5).
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

	memset(c, 0, sizeof *c);
	for(i = 0; i < NCOL; i++) {
		v[i] = number(&p);
		c->all += v[i];
	}
	c->idle = v[Idle] + v[Iowait];
	c->intr = v[Irq] + v[Softirq];
}

u32int
hostcpus(Hostcpu *c, u32int n)
{
	char *buf, *p;
	u32int k;

	buf = malloc(Statsize);
	if(buf == nil)
		return 0;
	readhead("/proc/stat", buf, Statsize);
	k = 0;
	/* the first line is the sum of all: "cpu " */
	for(p = strchr(buf, '\n'); p != nil && k < n; p = strchr(p, '\n')) {
		if(strncmp(++p, "cpu", 3) != 0)
			break;
		p += 3;
		number(&p);
		cpuline(&c[k++], p);
	}
	free(buf);
	return k;
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

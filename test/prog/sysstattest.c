/*
 * The processors' counts: /dev/sysstat, and that they are the host's. cons(3).
 */
#include "test.h"

static char buf[8 * KiB];

/* A file of the host. */
static char text[256 * KiB];

/* The host's count of context switches, or of its interrupts on all processors that we have:
 * proc(5). */
static vlong
hostswitches(void)
{
	char *p;

	if(readfile("#Z/proc/stat", text, sizeof text) < 0)
		return 0;
	p = strstr(text, "\nctxt ");
	return p != nil ? strtoll(p + 6, nil, 10) : 0;
}

static vlong
hostinterrupts(int ncpu)
{
	char *p, *nl;
	vlong sum = 0;
	int i;

	if(readfile("#Z/proc/interrupts", text, sizeof text) < 0)
		return 0;
	for(p = strchr(text, '\n'); p != nil && *++p != 0; p = nl) {
		nl = strchr(p, '\n');
		while(*p == ' ')
			p++;
		if(strncmp(p, "ERR", 3) == 0 || strncmp(p, "MIS", 3) == 0)
			continue;
		p = strchr(p, ':');
		for(i = 0; i < ncpu && p != nil; i++) {
			for(p++; *p == ' '; p++)
				;
			sum += strtoll(p, &p, 10);
		}
	}
	return sum;
}

/* The host's processors, by /proc/interrupts' heading. */
static int
hostncpus(void)
{
	char *p;
	int n = 0;

	if(readfile("#Z/proc/interrupts", text, sizeof text) < 0)
		return 0;
	p = strchr(text, '\n');
	check(p != nil);
	*p = 0;
	for(p = text; (p = strstr(p, "CPU")) != nil; p += 3)
		n++;
	return n;
}

typedef struct Stats Stats;
struct Stats
{
	int ncpu;
	vlong sum[10];
};

static void
sysstats(Stats *s)
{
	char *f[12], *line, *nl;
	int i;

	memset(s, 0, sizeof *s);
	check(readfile("#c/sysstat", buf, sizeof buf) > 0);
	for(line = buf; (nl = strchr(line, '\n')) != nil; line = nl + 1) {
		*nl = 0;
		checkint(tokenize(line, f, nelem(f), " "), 10);
		checkint(strtoll(f[0], nil, 10), s->ncpu++);
		for(i = 0; i < 10; i++)
			s->sum[i] += strtoll(f[i], nil, 10);
	}
}

/* what the host counts since the last reset; it counts on between two looks */
static void
sysstathasthehostscounts(void)
{
	vlong sw[4], in[4];
	Stats s;
	int i, ncpu;

	sysstats(&s);
	ncpu = s.ncpu;
	sw[0] = hostswitches();
	in[0] = hostinterrupts(ncpu);
	sleep(20);
	checkint(writeto("#c/sysstat", "0"), 1);
	sw[1] = hostswitches();
	in[1] = hostinterrupts(ncpu);
	for(i = 0; i < 50; i++)
		sleep(1);
	sw[2] = hostswitches();
	in[2] = hostinterrupts(ncpu);
	sleep(20); /* the host is asked once in a tick, of 10 ms */
	sysstats(&s);
	sw[3] = hostswitches();
	in[3] = hostinterrupts(ncpu);
	check(s.sum[1] >= sw[2] - sw[1] && s.sum[1] <= sw[3] - sw[0]);
	/* if we have all of the host's processors, it is the sum of all columns */
	if(in[3] != 0 && s.ncpu == hostncpus()) {
		check(s.sum[2] >= in[2] - in[1]);
		check(s.sum[2] <= in[3] - in[0]);
	}
	check(s.sum[6] <= s.sum[2]);
	/* calls are not: these are ours alone */
	check(s.sum[3] >= 50);
}

static void
sysstathastennumbersaline(void)
{
	char *f[12], *nl;

	check(readfile("/dev/sysstat", buf, sizeof buf) > 0);
	nl = strchr(buf, '\n');
	check(nl != nil);
	*nl = 0;
	checkint(tokenize(buf, f, nelem(f), " "), 10);
}

/* The sum over processors of number i of sysstat. */
static vlong
sysstat(int i)
{
	char *f[12], *line, *nl;
	vlong sum = 0;

	check(readfile("/dev/sysstat", buf, sizeof buf) > 0);
	for(line = buf; (nl = strchr(line, '\n')) != nil; line = nl + 1) {
		*nl = 0;
		checkint(tokenize(line, f, nelem(f), " "), 10);
		sum += strtoll(f[i], nil, 10);
	}
	return sum;
}

static void
sysstatcountscallsandfaults(void)
{
	vlong calls = sysstat(3), faults = sysstat(4);
	char *p;
	int i;

	for(i = 0; i < 1000; i++)
		sysr1();
	check(sysstat(3) >= calls + 1000);
	p = segattach(0, "memory", nil, 100 * BY2PG);
	for(i = 0; i < 100; i++)
		p[i * BY2PG] = 1;
	check(sysstat(4) > faults);
}

/* a process that runs makes one processor's worth of time that is not idle */
static void
sysstatknowsidleprocessors(void)
{
	vlong until, ncpu, idle;
	char *f[12], *line, *nl;

	sysstat(8); /* from here on */
	until = _nsec(nil) + 1500 * 1000000LL;
	while(_nsec(nil) < until)
		;
	check(readfile("/dev/sysstat", buf, sizeof buf) > 0);
	ncpu = 0;
	idle = 0;
	for(line = buf; (nl = strchr(line, '\n')) != nil; line = nl + 1) {
		*nl = 0;
		checkint(tokenize(line, f, nelem(f), " "), 10);
		check(strtoll(f[8], nil, 10) + strtoll(f[9], nil, 10) <= 100);
		idle += strtoll(f[8], nil, 10);
		ncpu++;
	}
	check(idle <= 100 * ncpu - 50);
	check(sysstat(7) > 0);
}

static void
writingsysstatresetsit(void)
{
	int i;

	for(i = 0; i < 100000; i++)
		sysr1();
	check(sysstat(3) >= 100000);
	checkint(writeto("/dev/sysstat", "x"), 1);
	check(sysstat(3) < 100000);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(sysstathasthehostscounts),
	    CASE(sysstathastennumbersaline),
	    CASE(sysstatcountscallsandfaults),
	    CASE(sysstatknowsidleprocessors),
	    CASE(writingsysstatresetsit),
	};

	runcases(cases, nelem(cases), argc, argv);
}

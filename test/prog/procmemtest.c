/*
 * The memory and the text of other processes: /proc/n/mem, text, segment. proc(3).
 */
#include "procfile.h"

static volatile int global = 1234;

static void
segmentsaredescribed(void)
{
	procfile(getpid(), "segment");
	checkhas(procbuf, "Stack");
	checkhas(procbuf, "Text");
	checkhas(procbuf, "Data");
	checkhas(procbuf, "Bss");
	checkhas(procbuf, "200000");
	checkhas(procbuf, "7ffffffff000");
	/* text ends where data begins */
	checkhas(procbuf, "Text   R    200000   400000 ");
	checkhas(procbuf, "Data        400000 ");
}

static void
memreadsmemory(void)
{
	volatile int *ready = sharedpage();
	char path[64];
	int pid, fd, v, tos;

	global = 4321;
	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	global = 1;
	snprint(path, sizeof path, "/proc/%d/mem", pid);
	fd = open(path, OREAD);
	check(fd >= 0);
	checkint(pread(fd, &v, sizeof v, (uintptr)&global), sizeof v);
	checkint(v, 4321);
	checkint(pread(fd, &tos, sizeof tos, (uintptr)&_tos->pid), sizeof tos);
	checkint(tos, pid);
	check(pread(fd, &v, sizeof v, 0) <= 0);
	check(pread(fd, &v, sizeof v, 0x123456789000LL) <= 0);
	ctl(pid, "kill");
}

static void
textisthefile(void)
{
	char mine[64];
	static char other[64];
	int fd;

	snprint(procbuf, sizeof procbuf, "/proc/%d/text", getpid());
	fd = open(procbuf, OREAD);
	check(fd >= 0);
	checkint(read(fd, mine, sizeof mine), sizeof mine);
	fd = open(self, OREAD);
	check(fd >= 0);
	checkint(read(fd, other, sizeof other), sizeof other);
	check(memcmp(mine, other, sizeof mine) == 0);
}

static void
textisnamedasthefileis(void)
{
	static char byself[256], bytext[256];

	snprint(procbuf, sizeof procbuf, "/proc/%d/text", getpid());
	check(fd2path(open(self, OREAD), byself, sizeof byself) == 0);
	check(fd2path(open(procbuf, OREAD), bytext, sizeof bytext) == 0);
	checkstr(bytext, byself);
}

static void
textofsystemcallsisunchanged(void)
{
	int a, b, n, m, i;
	static char ours[32 * KiB];

	snprint(procbuf, sizeof procbuf, "/proc/%d/text", getpid());
	a = open(procbuf, OREAD);
	b = open(self, OREAD);
	check(a >= 0 && b >= 0);
	do {
		n = readn(a, procbuf, sizeof procbuf);
		m = readn(b, ours, sizeof ours);
		checkint(n, m);
		for(i = 0; i < n; i++)
			if(procbuf[i] != ours[i])
				fail("text differs at %d", i);
	} while(n > 0);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(segmentsaredescribed),
	    CASE(memreadsmemory),
	    CASE(textisthefile),
	    CASE(textisnamedasthefileis),
	    CASE(textofsystemcallsisunchanged),
	};

	runcases(cases, nelem(cases), argc, argv);
}

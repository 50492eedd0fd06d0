/*
 * Files of /proc/n, for tests of proc(3).
 */
#include "procfile.h"

enum
{
	WAITMS = 60000,
	/* until a process that has begun a call surely waits in it, on a busy machine */
	SETTLEMS = 30,
};

char procbuf[32 * KiB];

char *
procfile(int pid, char *name)
{
	char path[64];

	snprint(path, sizeof path, "/proc/%d/%s", pid, name);
	if(readfile(path, procbuf, sizeof procbuf) < 0)
		fail("%s: %r", path);
	return procbuf;
}

char *
procrecord(int pid, char *name)
{
	char path[64];
	int fd, n;

	snprint(path, sizeof path, "/proc/%d/%s", pid, name);
	fd = open(path, OREAD);
	if(fd < 0)
		fail("%s: %r", path);
	n = read(fd, procbuf, sizeof procbuf - 1);
	if(n < 0)
		fail("%s: %r", path);
	procbuf[n] = 0;
	close(fd);
	return procbuf;
}

int
procwrite(int pid, char *name, char *s)
{
	char path[64];

	snprint(path, sizeof path, "/proc/%d/%s", pid, name);
	return writeto(path, s);
}

void
loiter(void *arg)
{
	volatile int *ready = arg;

	*ready = 1;
	for(;;)
		sleep(5);
}

void
ctl(int pid, char *msg)
{
	if(procwrite(pid, "ctl", msg) != (int)strlen(msg))
		fail("ctl %s: %r", msg);
}

void
statebecomes(int pid, char *want)
{
	char *f[20];
	int i;

	for(i = 0; i < WAITMS; i++) {
		checkint(
		    tokenize(procfile(pid, "status"), f, nelem(f), " "), 12);
		if(strcmp(f[2], want) == 0) {
			/* the state is the call's name also on its way to where it waits */
			sleep(SETTLEMS);
			return;
		}
		sleep(1);
	}
	fail("the state is %s, not %s", f[2], want);
}

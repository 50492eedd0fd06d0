/*
 * What there is of things that could leak: Images, frames, processes. Of the
 * host's processes and descriptors cachestress.sh keeps account.
 */
#include "stress.h"

enum
{
	SETTLEMS = 5000,
	STEPMS = 20,
	STEP = 16 * BY2PG,
};

vlong
imagestat(char *name)
{
	char buf[1024], *p;
	usize n;

	if(readfile("/dev/imagecache", buf, sizeof buf) < 0)
		sysfatal("/dev/imagecache: %r");
	n = strlen(name);
	for(p = buf; p != nil && *p != 0; p = strchr(p, '\n')) {
		if(*p == '\n')
			p++;
		if(strncmp(p, name, n) == 0 && p[n] == ' ')
			return strtoll(p + n, nil, 10);
	}
	sysfatal("no %s in /dev/imagecache", name);
}

/* Is it one of the kernel's own that close files? There are a few, made when
 * they are needed, and they stay. */
static int
closer(char *pid)
{
	char name[64], buf[256];

	snprint(name, sizeof name, "/proc/%s/status", pid);
	return readfile(name, buf, sizeof buf) > 0 &&
	    strncmp(buf, "closer ", 7) == 0;
}

static void
processes(Account *a)
{
	Dir *d;
	int fd, got, i;

	fd = open("/proc", OREAD | OCEXEC);
	if(fd < 0)
		sysfatal("/proc: %r");
	a->procs = a->closers = 0;
	while((got = dirread(fd, &d)) > 0) {
		for(i = 0; i < got; i++) {
			if(d[i].name[0] < '1' || d[i].name[0] > '9')
				continue;
			if(closer(d[i].name))
				a->closers++;
			else
				a->procs++;
		}
		free(d);
	}
	close(fd);
}

static void
count(Account *a)
{
	a->images = imagestat("images");
	a->pages = imagestat("pages");
	a->frames =
	    imagestat("framestotal") - imagestat("framesfree") - a->pages;
	processes(a);
}

/* A process that wants all memory there is: the cache gives all that is not
 * in use, and then the process itself is the largest, and goes. */
static void
squeeze(void)
{
	Waitmsg w;
	volatile char *p;
	usize i;
	int pid;

	pid = rfork(RFPROC | RFFDG);
	if(pid < 0)
		sysfatal("rfork: %r");
	if(pid == 0)
		for(;;) {
			p = sbrk(STEP);
			if(p == (char *)-1)
				exits("sbrk");
			for(i = 0; i < STEP; i += BY2PG)
				p[i] = 1;
		}
	if(waitpid(pid, &w) < 0)
		sysfatal("await: %r");
	if(strstr(w.msg, "Killed: Insufficient physical memory") == nil)
		sysfatal("all memory was had: '%s'", w.msg);
}

void
account(Account *a)
{
	Account again;
	int ms;

	squeeze();
	/* files are closed, and what was killed ends, a little later */
	count(a);
	for(ms = 0; ms < SETTLEMS; ms += STEPMS) {
		sleep(STEPMS);
		count(&again);
		if(memcmp(a, &again, sizeof again) == 0 && ms > SETTLEMS / 20)
			return;
		*a = again;
	}
}

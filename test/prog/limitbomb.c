/*
 * Limits reached all at once: processes that fork, fill memory, pipes and descriptors and exec, all
 * without end, while this one asks for the same things now and then: limitbomb. It gets them or an
 * error. Then the others are killed, and everything can be had again, or it exits with a message.
 * For test/limits.sh.
 */
#include "lib.h"

enum
{
	Asks = 20,
	Askms = 50,
	Looks = 1200,
	Lookms = 50,
	Bombs = 6,
	Slack = 64,
};

static char *self;

/* Pages in use, or -1 when even that cannot be asked. */
static vlong
usedpages(void)
{
	static char text[512];
	char *p;

	if(readfile("/dev/swap", text, sizeof text) < 0)
		return -1;
	p = strstr(text, " user\n");
	while(p != nil && p > text && p[-1] != '\n')
		p--;
	return p != nil ? strtoll(p, nil, 10) : -1;
}

/* Is it a process of this program, and not one of the kernel's? */
static int
ours(char *pid)
{
	char name[64], text[256];

	snprint(name, sizeof name, "/proc/%s/status", pid);
	if(readfile(name, text, sizeof text) < 0)
		/* it is gone, or there is no descriptor to look with */
		return 0;
	return strncmp(text, "limitbomb", 9) == 0;
}

/* Ends the note group of process pid, and that if it is a broken one. */
static void
stop(char *pid)
{
	char name[64];

	postnotepg(atoi(pid), "kill");
	snprint(name, sizeof name, "/proc/%s/ctl", pid);
	writeto(name, "kill");
}

/* Processes of this program from number first on; each note group of theirs is killed if kill is set. -1 when that
 * cannot be asked. */
static int
processes(int first, int killthem)
{
	Dir *d;
	int fd, n, i, all;

	fd = open("/proc", OREAD);
	if(fd < 0)
		return -1;
	all = 0;
	while((n = dirread(fd, &d)) > 0) {
		for(i = 0; i < n; i++) {
			if(atoi(d[i].name) < first || !ours(d[i].name))
				continue;
			all++;
			if(killthem)
				stop(d[i].name);
		}
		free(d);
	}
	close(fd);
	return n < 0 ? -1 : all;
}

static void
fillmemory(void)
{
	char *p;

	p = sbrk(MiB);
	if(p != (void *)-1)
		memset(p, 1, MiB);
}

static void
fillpipe(void)
{
	static char buf[8 * KiB];
	int p[2], i;

	if(pipe(p) < 0)
		return;
	for(i = 0; i < 16; i++)
		write(p[1], buf, sizeof buf);
}

static void
execself(void)
{
	char *argv[] = {self, "bomb", nil};

	if(rfork(RFPROC | RFFDG | RFNOWAIT) == 0) {
		exec(self, argv);
		exits("exec");
	}
}

static _Noret void
bomb(void)
{
	int i;

	for(i = getpid();; i++) {
		rfork(RFPROC | RFNOWAIT | (i & 8 ? RFFDG : 0));
		switch(i % 5) {
		case 0:
			fillmemory();
			break;
		case 1:
			fillpipe();
			break;
		case 2:
			execself();
			break;
		case 3:
			while(dup(0, -1) >= 0)
				;
			break;
		case 4:
			segattach(0, "shared", nil, MiB);
			sleep(1);
		}
	}
}

/* What this process may want of the kernel: it gets it, or an error. */
static int
ask(void)
{
	static Waitmsg w;
	char *argv[] = {self, "nothing", nil};
	int pid, p[2], fd, ok;

	ok = 1;
	if(pipe(p) < 0)
		ok = 0;
	else {
		close(p[0]);
		close(p[1]);
	}
	fd = open(self, OREAD);
	if(fd < 0)
		ok = 0;
	else
		close(fd);
	pid = rfork(RFPROC | RFFDG);
	if(pid == 0) {
		exec(self, argv);
		exits("exec");
	}
	if(pid < 0 || waitpid(pid, &w) < 0 || w.msg[0] != 0)
		ok = 0;
	return ok;
}

/* Memory that this process touches may be what is missing just now: it tries again. */
static void
tryagain(Ureg *u, char *msg)
{
	USED(u);
	noted(strstr(msg, "virtual memory") != nil ? NCONT : NDFLT);
}

/* Kill the bombs, which are the processes from first on, and see that all is as it was. */
static void
recover(int first, vlong pages)
{
	vlong now;
	int i, n;

	for(i = 0; (n = processes(first, 1)) != 0; i++) {
		if(i == Looks)
			sysfatal("%d processes are left", n);
		sleep(Lookms);
	}
	for(i = 0; (now = usedpages()) < 0 || now > pages + Slack; i++) {
		if(i == Looks)
			sysfatal(
			    "%lld pages are left, %lld before", now, pages);
		sleep(Lookms);
	}
	for(i = 0; i < Asks; i++)
		if(!ask())
			sysfatal("not after the end: %r");
}

void
main(int argc, char *argv[])
{
	int i, first, asked;
	vlong pages;

	self = argv[0];
	if(argc > 1 && strcmp(argv[1], "bomb") == 0)
		bomb();
	if(argc > 1)
		exits(nil);
	if(!ask())
		sysfatal("not at the start: %r");
	free(malloc(64 * KiB));
	processes(0, 0);
	pages = usedpages();
	first = rfork(RFPROC | RFFDG | RFNOWAIT | RFNOTEG);
	if(first < 0)
		sysfatal("rfork: %r");
	if(first == 0) {
		for(i = 0; i < Bombs; i++)
			if(rfork(RFPROC | RFFDG | RFNOWAIT) == 0)
				break;
		bomb();
	}
	notify(tryagain);
	asked = 0;
	for(i = 0; i < Asks; i++) {
		asked += ask();
		sleep(Askms);
	}
	print("got %d of %d\n", asked, Asks);
	recover(first, pages);
	exits(nil);
}

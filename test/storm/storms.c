/*
 * storms seed seconds name ...: runs those storms at once, each again and again, and says
 * what is left at the end.
 *
 * Each second it prints "at" and the number of storms that have ended of each kind. When
 * one does not end, "HANG name". Before and after, "before" and "after" with what there is
 * of processes, of kernel processes among them, of frames in use and bytes of the kernel's
 * heap, and it waits for a line.
 */
#include "test.h"

enum
{
	Kinds = 8,
	Kernels = 5, /* kinds of kernel processes */
	Roundms = 2000,
	Longest = 120, /* s: a storm that takes this long never ends */
	Settlems = 10000,
	Longrun = 60, /* s */
};

typedef struct Kind Kind;
struct Kind
{
	char *name;
	volatile int rounds;
	volatile int failures;
	volatile int over; /* its runner has ended */
	volatile vlong began;
};

typedef struct Count Count;
struct Count
{
	vlong procs;
	vlong kprocs; /* of those */
	vlong frames; /* that neither are free nor cached */
	vlong heap;
};

static struct Board
{
	volatile int over;
	Kind kind[Kinds];
} * board;
static int nkinds;
static u32int seed;
static vlong end_;
static char dir[200];
static char kmsg[64 * KiB];

/* The name of process pid into name, 0 if it is gone. */
static int
procname(char *pid, char *name, usize n)
{
	char path[64], buf[300];

	snprint(path, sizeof path, "/proc/%s/status", pid);
	if(readfile(path, buf, sizeof buf) <= 0)
		return 0;
	if(strchr(buf, ' ') != nil)
		*strchr(buf, ' ') = 0;
	strecpy(name, name + n, buf);
	return 1;
}

static int
iskernels(char *name)
{
	static char *names[Kernels] = {
	    "signals", "closer", "alarm", "reclaim", "zero"};
	int i;

	for(i = 0; i < Kernels; i++)
		if(strcmp(name, names[i]) == 0)
			return 1;
	return 0;
}

/* Calls f for each process. */
static void
everyproc(void (*f)(char *pid, char *name, void *arg), void *arg)
{
	char name[64];
	Dir *d;
	int fd, n, i;

	fd = open("/proc", OREAD | OCEXEC);
	if(fd < 0)
		sysfatal("/proc: %r");
	while((n = dirread(fd, &d)) > 0) {
		for(i = 0; i < n; i++)
			if(d[i].name[0] >= '1' && d[i].name[0] <= '9' &&
			    procname(d[i].name, name, sizeof name))
				f(d[i].name, name, arg);
		free(d);
	}
	close(fd);
}

static void
countproc(char *pid, char *name, void *arg)
{
	Count *c = arg;

	USED(pid);
	c->procs++;
	if(iskernels(name))
		c->kprocs++;
}

/* The number before the word in file. */
static vlong
numberof(char *file, char *word)
{
	static char buf[2048];
	char *p;

	if(readfile(file, buf, sizeof buf) < 0)
		sysfatal("%s: %r", file);
	p = strstr(buf, word);
	if(p == nil)
		sysfatal("no %s in %s", word, file);
	/* "word n" in one, "n/max word" in the other */
	if(strcmp(file, "/dev/imagecache") == 0)
		return strtoll(p + strlen(word), nil, 10);
	while(p > buf && p[-1] != '\n')
		p--;
	return strtoll(p, nil, 10);
}

static void
count(Count *c)
{
	memset(c, 0, sizeof *c);
	everyproc(countproc, c);
	c->frames = numberof("/dev/imagecache", "framestotal") -
	    numberof("/dev/imagecache", "framesfree") -
	    numberof("/dev/imagecache", "\npages");
	c->heap = numberof("/dev/swap", " kernel malloc");
}

/* Files are closed, and what was killed ends, a little later. */
static void
account(char *when)
{
	Count a, b;
	char c;
	int ms, same;

	count(&a);
	same = 0;
	for(ms = 0; ms < Settlems && same < 10; ms += 50) {
		sleep(50);
		count(&b);
		same = memcmp(&a, &b, sizeof a) == 0 ? same + 1 : 0;
		a = b;
	}
	print("%s %lld %lld %lld %lld\n", when, a.procs, a.kprocs, a.frames,
	    a.heap);
	read(0, &c, 1);
}

typedef struct Kill Kill;
struct Kill
{
	char *name;
	int left;
};

static void
killproc(char *pid, char *name, void *arg)
{
	Kill *k = arg;
	char path[64];

	if(strcmp(name, k->name) != 0)
		return;
	k->left++;
	snprint(path, sizeof path, "/proc/%s/ctl", pid);
	writeto(path, "kill");
}

/* Until there is none of that name. */
static void
killall(char *name)
{
	Kill k = {name, 1};

	for(; k.left > 0;) {
		k.left = 0;
		everyproc(killproc, &k);
		if(k.left > 0)
			sleep(5);
	}
}

/* One storm. */
static void
once(Kind *k, u32int s)
{
	char path[300], sa[NUMSIZE], ms[NUMSIZE], *argv[] = {path, sa, ms, nil};
	Waitmsg w;
	vlong left;
	int pid;

	left = (end_ - _nsec(nil)) / 1000000;
	snprint(path, sizeof path, "%s/%s", dir, k->name);
	snprint(sa, sizeof sa, "%u", s);
	snprint(ms, sizeof ms, "%d", left < Roundms ? (int)left : Roundms);
	pid = rfork(RFPROC | RFFDG | RFNOTEG | RFNAMEG | RFENVG | RFREND);
	if(pid < 0) {
		sleep(20);
		return;
	}
	if(pid == 0) {
		exec(path, argv);
		exits("exec");
	}
	if(waitpid(pid, &w) < 0)
		sysfatal("await: %r");
	/* others take all memory and all processes there are */
	if(w.msg[0] != 0 &&
	    strstr(w.msg, "Killed: Insufficient physical memory") == nil &&
	    strstr(w.msg, ": exec") == nil) {
		print("FAIL %s %u: %s\n", k->name, s, w.msg);
		k->failures++;
	}
	killall(k->name);
	k->rounds++;
}

static _Noret void
runner(Kind *k)
{
	u32int s;

	for(s = seed << 8; !board->over && _nsec(nil) < end_; s++) {
		k->began = _nsec(nil);
		once(k, s);
	}
	k->over = 1;
	exits(nil);
}

static int
allover(void)
{
	int i;

	for(i = 0; i < nkinds; i++)
		if(!board->kind[i].over)
			return 0;
	return 1;
}

static void
watch(void)
{
	char line[300], *p;
	Kind *k;

	while(!allover()) {
		sleep(1000);
		p = line;
		for(k = board->kind; k < board->kind + nkinds; k++) {
			p += snprint(p, line + sizeof line - p, " %s %d",
			    k->name, k->rounds);
			if(!k->over &&
			    _nsec(nil) - k->began > Longest * 1000000000LL) {
				print("HANG %s\n", k->name);
				k->began = _nsec(nil);
			}
		}
		print("at%s heap %lld\n", line,
		    numberof("/dev/swap", " kernel malloc"));
	}
}

static void
run(char *names[])
{
	int i;

	memset(board, 0, sizeof *board);
	for(i = 0; i < nkinds; i++) {
		board->kind[i].name = names[i];
		board->kind[i].began = _nsec(nil);
		switch(rfork(RFPROC | RFFDG | RFNOTEG)) {
		case 0:
			runner(&board->kind[i]);
		case -1:
			sysfatal("rfork: %r");
		}
	}
	watch();
	for(i = 0; i < nkinds; i++)
		await(kmsg, sizeof kmsg);
}

/* As many processes as there can be, once: the kernel keeps their Procs, and a storm that goes to
 * the limit may come late. Returns when they have ended. */
static void
crowded(void)
{
	Count before, now;
	int p[2];
	char c;

	count(&before);
	if(pipe(p) < 0)
		sysfatal("pipe: %r");
	for(;;)
		switch(rfork(RFPROC | RFFDG | RFNOWAIT)) {
		case 0:
			close(p[1]);
			read(p[0], &c, 1);
			exits(nil);
		case -1:
			close(p[0]);
			close(p[1]);
			do {
				sleep(50);
				count(&now);
			} while(now.procs > before.procs + Kernels);
			return;
		}
}

void
main(int argc, char *argv[])
{
	int i, bad, secs;

	if(argc < 4 || argc - 3 > Kinds)
		sysfatal("usage: storms seed seconds name ...");
	strecpy(dir, dir + sizeof dir, argv[0]);
	if(strrchr(dir, '/') != nil)
		*strrchr(dir, '/') = 0;
	notify(ignore);
	board =
	    segattach(0, "shared", nil, ROUNDUP(sizeof *board, (usize)BY2PG));
	if(board == (void *)-1)
		sysfatal("segattach: %r");
	nkinds = argc - 3;
	seed = (u32int)atoi(argv[1]);
	secs = atoi(argv[2]);
	if(secs >= Longrun)
		crowded();
	/* a first time, for what the kernel makes once and keeps */
	end_ = _nsec(nil) + secs * 250000000LL;
	run(argv + 3);
	account("before");
	end_ = _nsec(nil) + secs * 750000000LL;
	seed++;
	run(argv + 3);
	for(i = bad = 0; i < nkinds; i++)
		bad += board->kind[i].failures;
	account("after");
	exits(bad ? "storms failed" : nil);
}

/*
 * Processes that make processes: with all of rfork's flags, until there are no more, or
 * until there is no memory. rfork(2).
 */
#include "storm.h"

enum
{
	MaxLive = 120,
	MaxDepth = 5,
	BombEvery = 8, /* storms to one that goes to the limit of processes */
	FewestBombs = 100,
};

static const int flags[] = {RFNAMEG, RFENVG, RFFDG, RFNOTEG, RFMEM, RFNOWAIT,
    RFCNAMEG, RFCENVG, RFCFDG, RFREND, RFNOMNT};

static int
wildflags(void)
{
	u32int i, f;

	f = 0;
	for(i = 0; i < nelem(flags); i++)
		if(rnd(flags[i] == RFNOMNT ? 50 : 3) == 0)
			f |= flags[i];
	/* mostly those that can be together */
	if(rnd(20) != 0) {
		if(f & RFNAMEG)
			f &= ~RFCNAMEG;
		if(f & RFENVG)
			f &= ~RFCENVG;
		if(f & RFFDG)
			f &= ~RFCFDG;
	}
	return f;
}

static void
files(void)
{
	static char *names[] = {"/proc", "/env", "/dev/null", "/dev/zero",
	    "/proc/1/status", "/fd/0", "#|", "/srv", "/dev/cons", "#p/trace"};
	char name[64];
	int fd, p[2];

	switch(rnd(6)) {
	case 0:
		fd = open(names[rnd(nelem(names))], OREAD);
		if(rnd(2))
			close(fd);
		break;
	case 1:
		if(pipe(p) >= 0) {
			write(p[1], "x", 1);
			dup(p[0], 10 + rnd(50));
			close(p[rnd(2)]);
		}
		break;
	case 2:
		close(10 + rnd(60));
		break;
	case 3:
		snprint(name, sizeof name, "/env/storm%d", rnd(9));
		if(rnd(3) == 0)
			remove(name);
		else
			writefile(name, "value", 5, 0666);
		break;
	case 4:
		bind("/env", "/tmp", rnd(2) ? MREPL : MAFTER);
		break;
	case 5:
		unmount(nil, "/tmp");
		chdir(rnd(2) ? "/" : "/env");
		break;
	}
}

static void
memory(void)
{
	volatile char *p;
	usize i, n;

	n = (1 + rnd(40)) * BY2PG;
	p = segattach(0, "memory", nil, n);
	if(p == (char *)-1)
		return;
	for(i = 0; i < n; i += BY2PG) {
		must(p[i] == 0);
		p[i] = 1;
	}
	segdetach((void *)p);
}

static void
wild(int depth)
{
	Waitmsg w;
	int f, pid, kids;

	kids = 0;
	while(!late())
		switch(rnd(11)) {
		case 0:
		case 1:
		case 2:
			if(depth >= MaxDepth || sh->live >= MaxLive)
				break;
			f = wildflags();
			pid = tryfork(f);
			if(pid == 0) {
				kids = 0;
				add(&sh->live, 1);
				wild(depth + 1);
				add(&sh->live, -1);
				exits(rnd(2) ? nil : "wild");
			}
			if(pid > 0 && (f & RFNOWAIT) == 0)
				kids++;
			break;
		case 3:
			if(depth > 0 && rnd(3) == 0) {
				add(&sh->live, -1);
				execleaf();
				exits(nil);
			}
			break;
		case 4:
			if(kids > 0 && rnd(3) == 0 && waitone(&w) > 0)
				kids--;
			break;
		case 5:
		case 6:
			files();
			break;
		case 7:
			memory();
			break;
		case 8:
			/* no RFMEM, which is of a child only */
			rfork(wildflags() & ~(RFMEM | RFNOWAIT));
			break;
		case 9:
			if(depth > 0 && rnd(4) == 0)
				return;
			break;
		case 10:
			sleep(rnd(3));
			break;
		}
}

/* Every process makes another one, until there are no more. */
static void
bomb(void)
{
	char err[ERRMAX];
	int pid;

	while(!late()) {
		pid = rfork(
		    RFPROC | RFNOWAIT | RFNOTEG | (rnd(2) ? RFMEM : RFFDG));
		if(pid == 0) {
			add(&sh->live, 1);
			continue;
		}
		if(pid < 0) {
			rerrstr(err, sizeof err);
			if(strstr(err, "process") == nil &&
			    strstr(err, "memory") == nil)
				failed("the last rfork: %s", err);
			must(sh->live > FewestBombs);
			sh->over = 1;
		}
	}
	sh->over = 1;
}

/* Processes that take memory, and copies of it, until the kernel kills one. */
static void
hog(void)
{
	volatile char *p;
	usize i, n;

	while(!late()) {
		n = 64 * BY2PG;
		p = sbrk(n);
		if(p == (char *)-1) {
			sleep(1);
			continue;
		}
		for(i = 0; i < n; i += BY2PG)
			p[i] = 1;
		if(rnd(20) == 0 && sh->live < 20 &&
		    tryfork(RFFDG | RFNOWAIT) == 0) {
			add(&sh->live, 1);
			if(rnd(2))
				execleaf();
		}
	}
}

void
storm(void)
{
	u32int kind;

	notify(ignore);
	kind = stormseed % BombEvery;
	if(kind == 0)
		bomb();
	else if(kind <= 2) {
		if(tryfork(RFFDG | RFNOWAIT) == 0)
			hog();
		else
			while(!late())
				sleep(20);
	} else
		wild(0);
}

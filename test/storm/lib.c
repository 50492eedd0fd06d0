/*
 * What the storms share: storm.h.
 */
#include "storm.h"

Shared *sh;
u32int stormseed;

static vlong end_;
static u32int seed;

int
late(void)
{
	if(sh->over == 0 && _nsec(nil) < end_)
		return 0;
	sh->over = 1;
	return 1;
}

u32int
rnd(u32int n)
{
	u32int s;

	s = __atomic_add_fetch(&seed, 0x9e3779b9, __ATOMIC_RELAXED);
	s ^= (u32int)_tos->pid * 2654435761U;
	s = (s ^ s >> 16) * 0x85ebca6b;
	s = (s ^ s >> 13) * 0xc2b2ae35;
	return (s ^ s >> 16) % n;
}

void
failed(char *fmt, ...)
{
	char why[ERRMAX];
	va_list arg;

	va_start(arg, fmt);
	vsnprint(why, sizeof why, fmt, arg);
	va_end(arg);
	if(add(&sh->failures, 1) == 1)
		strecpy(sh->why, sh->why + sizeof sh->why, why);
	fprint(2, "%s %d: %s\n", self, _tos->pid, why);
	exits(why);
}

int
tryfork(int flags)
{
	int pid;

	pid = rfork(flags | RFPROC);
	if(pid < 0)
		sleep(rnd(20));
	return pid;
}

void
execleaf(void)
{
	char *argv[] = {self, "leaf", nil};

	exec(self, argv);
}

int
waitone(Waitmsg *w)
{
	char err[ERRMAX];
	int pid;

	for(;;) {
		pid = waitfor(w);
		if(pid >= 0)
			return pid;
		rerrstr(err, sizeof err);
		if(strstr(err, "interrupted") == nil)
			return -1;
	}
}

void
crowd(int n, int flags, void (*f)(int))
{
	int i, pid;

	for(i = 0; i < n && !late(); i++) {
		pid = tryfork(flags);
		if(pid == 0) {
			f(i);
			exits(nil);
		}
		if(i < NPIDS)
			sh->pids[i] = pid;
	}
}

void
main(int argc, char *argv[])
{
	self = argv[0];
	if(argc == 2 && strcmp(argv[1], "leaf") == 0)
		exits(nil);
	if(argc != 3)
		sysfatal("usage: %s seed ms", self);
	seed = stormseed = (u32int)atoi(argv[1]);
	sh = segattach(0, "shared", nil, ROUNDUP(sizeof *sh, (usize)BY2PG));
	if(sh == (void *)-1)
		sysfatal("segattach: %r");
	end_ = _nsec(nil) + atoi(argv[2]) * 1000000LL;
	storm();
	if(sh->failures != 0)
		exits(sh->why);
	exits(nil);
}

/*
 * rfork, exec, exits and await of a program:
 *
 *	spawn [-2] [-r] name program count
 *
 *	-2	two such storms side by side, count each: both processors busy
 *	-r	meanwhile another process of the same program lives, stopped at
 *		its first instruction, so its text segment is there to share
 *
 * What the program prints goes to /dev/null.
 */
#include "bench.h"

static char **prog;

static void
control(int pid, char *msg)
{
	char ctl[32];

	snprint(ctl, sizeof ctl, "/proc/%d/ctl", pid);
	if(writeto(ctl, msg) < 0)
		sysfatal("%s: %s: %r", ctl, msg);
}

static int
run(int hang)
{
	int pid;

	pid = rfork(RFPROC | RFFDG);
	if(pid < 0)
		sysfatal("rfork: %r");
	if(pid == 0) {
		if(hang)
			control(getpid(), "hang");
		exec(prog[0], prog);
		sysfatal("exec %s: %r", prog[0]);
	}
	return pid;
}

static void
storm(int n)
{
	Waitmsg w;
	int i;

	for(i = 0; i < n; i++) {
		run(0);
		if(waitfor(&w) < 0 || w.msg[0] != 0)
			sysfatal("child: %s %r", w.msg);
	}
}

static void
twostorms(int n)
{
	Waitmsg w;
	int i;

	for(i = 0; i < 2; i++)
		switch(rfork(RFPROC | RFFDG)) {
		case -1:
			sysfatal("rfork: %r");
		case 0:
			storm(n);
			exits(nil);
		}
	for(i = 0; i < 2; i++)
		if(waitfor(&w) < 0 || w.msg[0] != 0)
			sysfatal("storm: %s %r", w.msg);
}

void
main(int argc, char *argv[])
{
	int n, two, resident, pid, out, null;
	vlong t;

	two = resident = 0;
	for(; argc > 1 && argv[1][0] == '-'; argc--, argv++)
		if(strcmp(argv[1], "-2") == 0)
			two = 1;
		else if(strcmp(argv[1], "-r") == 0)
			resident = 1;
	if(argc != 4)
		sysfatal("usage: spawn [-2] [-r] name program count");
	n = atoi(argv[3]);
	prog = argv + 2;
	null = open("/dev/null", OWRITE);
	out = dup(1, -1);
	if(null < 0 || out < 0 || dup(null, 1) < 0)
		sysfatal("/dev/null: %r");
	close(null);
	pid = -1;
	if(resident) {
		pid = run(1);
		control(pid, "waitstop");
	}
	t = now();
	if(two)
		twostorms(n);
	else
		storm(n);
	t = now() - t;
	if(resident) {
		control(pid, "kill");
		waitfor(&(Waitmsg){0});
	}
	dup(out, 1);
	result(argv[1], two ? 2 * n : n, t);
	exits(nil);
}

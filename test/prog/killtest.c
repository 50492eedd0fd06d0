/*
 * A process is killed by ctl at any moment: while it runs, calls or waits. proc(3).
 */
#include "kick.h"

static void
killed(void *arg)
{
	USED(arg);
	shared->ready = 1;
	for(;;)
		switch(shared->got++ % 3) {
		case 0:
			sleep(0);
			break;
		case 1:
			trapsyscall(17, 0LL);
			break;
		case 2:
			childmsg(spawn(RFFDG, echo, (int[2]){98, 99}));
			break;
		}
}

static void
killsatanymoment(void)
{
	char ctl[64];
	int i, pid;

	shared = sharedpage();
	for(i = 0; i < 200; i++) {
		shared->ready = 0;
		pid = spawn(RFFDG, killed, nil);
		waitval(&shared->ready, 1);
		if(i % 2)
			sleep(i % 4);
		snprint(ctl, sizeof ctl, "/proc/%d/ctl", pid);
		check(writeto(ctl, "kill") == 4);
		childmsg(pid);
		check(open(ctl, OREAD) == -1);
	}
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(killsatanymoment),
	};

	runcases(cases, nelem(cases), argc, argv);
}

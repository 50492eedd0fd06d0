/*
 * Makes processes until there are no more to be had, or fifty, lets them end, and does it
 * again: forkmax. Prints how many and why, each time. For test/command.sh.
 */
#include "lib.h"

enum
{
	Most = 50,
	Rounds = 3,
};

static int
forkall(void)
{
	char why[ERRMAX] = "enough", c;
	int p[2], n, pid;
	Waitmsg w;

	if(pipe(p) < 0)
		sysfatal("pipe: %r");
	for(n = 0; n < Most; n++) {
		pid = rfork(RFPROC | RFFDG);
		if(pid < 0) {
			rerrstr(why, sizeof why);
			break;
		}
		if(pid == 0) {
			close(p[1]);
			read(p[0], &c, 1);
			exits(nil);
		}
	}
	close(p[1]);
	close(p[0]);
	for(pid = 0; pid < n; pid++)
		if(waitfor(&w) < 0)
			sysfatal("wait: %r");
	print("%d %s\n", n, why);
	return n;
}

void
main(int argc, char *argv[])
{
	int i;

	USED(argc), USED(argv);
	for(i = 0; i < Rounds; i++)
		if(forkall() == 0)
			exits("not one");
	exits(nil);
}

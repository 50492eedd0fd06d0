/*
 * storm n prog [arg ...]: rfork, exec, exits, await, n times, one after the
 * other. Says how long it took. Exits with the first bad status.
 */
#include "lib.h"

void
main(int argc, char *argv[])
{
	Waitmsg w;
	vlong t;
	int i, n, pid;

	if(argc < 3)
		sysfatal("usage: storm n prog [arg ...]");
	n = atoi(argv[1]);
	t = _nsec(nil);
	for(i = 0; i < n; i++) {
		pid = rfork(RFPROC | RFFDG);
		if(pid < 0)
			sysfatal("storm: rfork: %r");
		if(pid == 0) {
			exec(argv[2], argv + 2);
			sysfatal("storm: exec %s: %r", argv[2]);
		}
		if(waitpid(pid, &w) < 0)
			sysfatal("storm: await: %r");
		if(w.msg[0] != 0)
			sysfatal("storm: round %d: %s", i, w.msg);
	}
	t = _nsec(nil) - t;
	print("%d rounds %lld ns %lld ns/round\n", n, t, n > 0 ? t / n : 0);
	exits(nil);
}

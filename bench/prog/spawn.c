/*
 * rfork, exec, exits and await of a small program: spawn name program count
 */
#include "bench.h"

void
main(int argc, char *argv[])
{
	Waitmsg w;
	vlong t;
	int i, n;

	if(argc != 4)
		sysfatal("usage: spawn name program count");
	n = atoi(argv[3]);
	t = now();
	for(i = 0; i < n; i++) {
		switch(rfork(RFPROC | RFFDG)) {
		case -1:
			sysfatal("rfork: %r");
		case 0:
			exec(argv[2], argv + 2);
			sysfatal("exec: %r");
		}
		if(waitfor(&w) < 0 || w.msg[0] != 0)
			sysfatal("child: %s %r", w.msg);
	}
	result(argv[1], n, now() - t);
	exits(nil);
}

/*
 * A byte to another process and back, through pipes: pingpong count
 */
#include "bench.h"

void
main(int argc, char *argv[])
{
	int i, n, to[2], from[2];
	vlong t;
	char c;

	if(argc != 2)
		sysfatal("usage: pingpong count");
	n = atoi(argv[1]);
	if(pipe(to) < 0 || pipe(from) < 0)
		sysfatal("pipe: %r");
	switch(rfork(RFPROC | RFFDG)) {
	case -1:
		sysfatal("rfork: %r");
	case 0:
		close(to[1]);
		close(from[0]);
		while(read(to[0], &c, 1) == 1)
			if(write(from[1], &c, 1) != 1)
				sysfatal("write: %r");
		exits(nil);
	}
	close(to[0]);
	close(from[1]);
	c = 'x';
	t = now();
	for(i = 0; i < n; i++)
		if(write(to[1], &c, 1) != 1 || read(from[0], &c, 1) != 1)
			sysfatal("round %d: %r", i);
	result("pingpong", n, now() - t);
	close(to[1]);
	waitfor(&(Waitmsg){0});
	exits(nil);
}

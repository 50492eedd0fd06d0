/*
 * A byte to another process and back, through pipes: pingpong count
 */
#include "bench.h"

int
main(int argc, char *argv[])
{
	int i, n, to[2], from[2];
	long long t;
	char c;

	if(argc != 2)
		return 2;
	n = atoi(argv[1]);
	if(pipe(to) < 0 || pipe(from) < 0)
		fatal("pipe");
	switch(fork()) {
	case -1:
		fatal("fork");
	case 0:
		close(to[1]);
		close(from[0]);
		while(read(to[0], &c, 1) == 1)
			if(write(from[1], &c, 1) != 1)
				fatal("write");
		_exit(0);
	}
	close(to[0]);
	close(from[1]);
	c = 'x';
	t = now();
	for(i = 0; i < n; i++)
		if(write(to[1], &c, 1) != 1 || read(from[0], &c, 1) != 1)
			fatal("round");
	result("pingpong", n, now() - t);
	close(to[1]);
	wait(NULL);
	return 0;
}

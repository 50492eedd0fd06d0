/*
 * posix_spawn and waitpid of a small static program: spawn name program count
 */
#include "bench.h"

extern char **environ;

int
main(int argc, char *argv[])
{
	int i, n, status;
	long long t;
	pid_t pid;

	if(argc != 4)
		return 2;
	n = atoi(argv[3]);
	t = now();
	for(i = 0; i < n; i++) {
		if(posix_spawn(&pid, argv[2], NULL, NULL, argv + 2, environ) !=
		    0)
			fatal("posix_spawn");
		if(waitpid(pid, &status, 0) != pid || status != 0)
			fatal("child");
	}
	result(argv[1], n, now() - t);
	return 0;
}

/*
 * posix_spawn and waitpid of a static program: spawn [-2] name program count
 *
 *	-2	two such storms side by side, count each: both processors busy
 *
 * What the program prints goes to /dev/null.
 */
#include <string.h>
#include "bench.h"

extern char **environ;

static void
storm(char **prog, int n)
{
	int i, status;
	pid_t pid;

	for(i = 0; i < n; i++) {
		if(posix_spawn(&pid, prog[0], NULL, NULL, prog, environ) != 0)
			fatal("posix_spawn");
		if(waitpid(pid, &status, 0) != pid || status != 0)
			fatal("child");
	}
}

static void
twostorms(char **prog, int n)
{
	int i, status;

	for(i = 0; i < 2; i++)
		switch(fork()) {
		case -1:
			fatal("fork");
		case 0:
			storm(prog, n);
			_exit(0);
		}
	for(i = 0; i < 2; i++)
		if(wait(&status) < 0 || status != 0)
			fatal("storm");
}

int
main(int argc, char *argv[])
{
	int n, two, out, null;
	long long t;

	two = argc > 1 && strcmp(argv[1], "-2") == 0;
	argc -= two;
	argv += two;
	if(argc != 4)
		return 2;
	n = atoi(argv[3]);
	null = open("/dev/null", O_WRONLY);
	out = dup(1);
	if(null < 0 || out < 0 || dup2(null, 1) < 0)
		fatal("/dev/null");
	close(null);
	t = now();
	if(two)
		twostorms(argv + 2, n);
	else
		storm(argv + 2, n);
	t = now() - t;
	dup2(out, 1);
	result(argv[1], two ? 2 * n : n, t);
	return 0;
}
